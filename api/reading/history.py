"""Everything that was recorded about a case."""

from adapters.history import History, history_of
from api.caller import Caller
from api.disclosure import Disclosure
from api.reading.glass import behind_glass, looked_at
from api.views.history import HistoryView
from domain.access import Reach
from domain.accesses import AccessKind
from domain.as_of import AsOf


def history_seen(caller: Caller, case_id: str, as_of: AsOf | None = None) -> HistoryView:
    """Return every event of a case, oldest first, or those of a past day; a broken glass shows one out of reach.

    Raises CaseNotFound.
    """

    def look(within: Reach) -> History:
        return history_of(caller.service.engine, case_id, caller.language, within, as_of)

    history, glass = looked_at(caller, case_id, look)
    person = Disclosure(caller, AccessKind.HISTORY, history.case, as_of=as_of, glass=glass)
    return HistoryView.of(history, person, as_of, caller.language, behind_glass(caller, glass))
