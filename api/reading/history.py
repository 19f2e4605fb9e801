"""Everything that was recorded about a case."""

from adapters.history import history_of
from api.caller import Caller
from api.disclosure import Disclosure
from api.views.history import HistoryView
from domain.accesses import AccessKind
from domain.as_of import AsOf


def history_seen(caller: Caller, case_id: str, as_of: AsOf | None = None) -> HistoryView:
    """Return every event of a case, oldest first, or those of a past day. Raises CaseNotFound."""
    history = history_of(caller.service.engine, case_id, caller.language, caller.reach, as_of)
    person = Disclosure(caller, AccessKind.HISTORY, history.case, as_of=as_of)
    return HistoryView.of(history, person, as_of, caller.language)
