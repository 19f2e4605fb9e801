"""From which day on a case is kept: its last contact, as far as its history tells."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from domain.event import CaseEvent, Payload
from domain.events.follow_up import FactCorrected
from domain.events.intake import CounsellorAssigned, CounsellorReassigned
from domain.events.privacy import CaseArchived, CaseRestored, IdentityRectified, PersonalDataErased
from domain.fold import corrected

ON_THE_FILE: Final[frozenset[type[Payload]]] = frozenset(
    {
        CounsellorAssigned,
        CounsellorReassigned,
        FactCorrected,
        IdentityRectified,
        CaseArchived,
        CaseRestored,
        PersonalDataErased,
    }
)
"""What is done to the file and not with the person: it prolongs nothing."""


def last_contact(events: Sequence[CaseEvent]) -> date:
    """Return the last day on which something happened with the person or for them (†): all but what is ON_THE_FILE.

    `events` are the whole stream's; days are read as corrected.
    """
    read = corrected([(event.data, event.occurred_on) for event in events])
    return max(on for data, on in read if type(data) not in ON_THE_FILE)


def kept_since(events: Sequence[CaseEvent]) -> date:
    """Return the day that its time is counted from: the last contact, or the day it last left the archive."""
    restored = [event.occurred_on for event in events if type(event.data) is CaseRestored]
    return max([last_contact(events), *restored])
