"""What was recorded lately, on the cases that somebody may see the history of."""

from adapters.activity import Activity, activity
from api.caller import Caller
from api.recording import people_of, record
from domain.access import Reach
from domain.accesses import AccessKind


def activity_seen(caller: Caller, within: Reach, before: int | None) -> Activity:
    """Return the last events of the cases within reach, before a position. They are recorded as seen.

    Raises AccessNotRecorded.
    """
    engine = caller.service.engine
    seen = activity(engine, caller.language, within, before=before)
    if seen.events:
        record(caller, AccessKind.EVENTS, people_of(caller, {event.case_id for event in seen.events}))
    return seen
