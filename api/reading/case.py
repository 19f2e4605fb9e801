"""One case: where it stands, what it is about, and what may be done to it."""

from adapters.accesses import Glass
from adapters.history import history_of
from api.caller import Caller
from api.disclosure import Disclosure
from api.paths import case_href
from api.reading.glass import behind_glass, looked_at
from api.views.case import CaseView, case_view
from domain.access import Permission, Reach, may
from domain.accesses import AccessKind
from domain.as_of import AsOf
from domain.case_state import CaseState


def case_seen(caller: Caller, case_id: str, as_of: AsOf | None = None) -> CaseView:
    """Return a case as the caller sees it: now, or as it stood on a past day, when there is nothing to fire.

    A broken glass shows a case out of reach; there is nothing to fire behind it either.
    Raises CaseNotFound, also for a case that the caller may not know of, or that did not exist then.
    """
    service = caller.service

    def look(within: Reach) -> CaseState:
        if as_of is None:
            return service.storage.begin().load(case_id, within).state
        return history_of(service.engine, case_id, caller.language, within, as_of).case

    case, glass = looked_at(caller, case_id, look)
    return _view(caller, case, fires=as_of is None and glass is None, as_of=as_of, glass=glass)


def case_to_act_on(caller: Caller, case_id: str) -> CaseView:
    """Return a case to somebody who wants to act on it: no glass leads there. Raises CaseNotFound."""
    case = caller.service.storage.begin().load(case_id, caller.reach).state
    return _view(caller, case, fires=True)


def _view(
    caller: Caller,
    case: CaseState,
    *,
    fires: bool,
    as_of: AsOf | None = None,
    glass: Glass | None = None,
) -> CaseView:
    service, case_id = caller.service, case.case_id
    offers = service.use_cases.offers(case, caller.principal) if fires else {}
    return case_view(
        case,
        offers,
        Disclosure(caller, AccessKind.CASE, case, as_of=as_of, glass=glass),
        service.settings.deadlines,
        caller.language,
        href=case_href(case_id),
        with_file=may(caller.principal, Permission.SEE_FILE),
        as_of=as_of,
        behind=behind_glass(caller, glass),
    )
