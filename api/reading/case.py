"""One case: where it stands, what it is about, and what may be done to it."""

from adapters.history import history_of
from api.caller import Caller
from api.disclosure import Disclosure
from api.paths import case_href
from api.views.case import CaseView, case_view
from domain.access import Permission, may
from domain.accesses import AccessKind
from domain.as_of import AsOf


def case_seen(caller: Caller, case_id: str, as_of: AsOf | None = None) -> CaseView:
    """Return a case as the caller sees it: now, or as it stood on a past day, when there is nothing to fire.

    Raises CaseNotFound, also for a case that the caller may not know of, or that did not exist then.
    """
    service = caller.service
    if as_of is None:
        case = service.storage.begin().load(case_id, caller.reach).state
        offers = service.use_cases.offers(case, caller.principal)
    else:
        case = history_of(service.engine, case_id, caller.language, caller.reach, as_of).case
        offers = {}
    return case_view(
        case,
        offers,
        Disclosure(caller, AccessKind.CASE, case, as_of=as_of),
        service.settings.deadlines,
        caller.language,
        href=case_href(case_id),
        with_file=may(caller.principal, Permission.SEE_FILE),
        as_of=as_of,
    )
