"""The usual commands, requests and people of the tests of a commit."""

from __future__ import annotations

from domain.commands.follow_up import Close, LogContact, Reopen
from domain.commands.intake import Accept
from domain.person import Identity
from domain.ports import Request
from domain.vocabulary import Channel, ReopenReason
from tests.service import Cells
from workflows.closing import ClosingReason

CALL = LogContact(channel=Channel.PHONE, reached=True)
ACCEPT = Accept(counsellor="marie")
MOVED = Close(reason=ClosingReason.MOVED)
BACK = Reopen(reason=ReopenReason.PERSON_RETURNED)
NOBODY_KNOWN = Identity(family_name="Hermelin", given_name="Geneviève")


def keyed(key: str, fingerprint: str = "body-1") -> Request:
    """Return a request that may be repeated."""
    return Request("test", idempotency_key=key, fingerprint=fingerprint)


def events_of(cells: Cells, case_id: str) -> list[str]:
    """Return the topics of a case's stored events."""
    return [event.topic for event in cells.service.storage.recorder.select_events(case_id)]
