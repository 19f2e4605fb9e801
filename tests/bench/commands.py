"""One command against the `eventsourcing` library's own get-and-save on the same database.

Ours loads the case from its events and within the asker's reach in one look, fires the table, and in one transaction
takes the log's head, appends with the chain's hash (14 columns, under the triggers that refuse every change: 3 µs on
SQLite), looks at which read models it may write, brings every one of them up to date and commits.

The library's loads an aggregate of as many events, triggers one, and saves it with its native recorder (4 columns and a
position): no read model, no chain, no reach, no trigger. On SQLite its connections keep one compiled statement each
(`cached_statements=True` counts as 1), so that it compiles every statement anew; on PostgreSQL it prepares them and
sends the transaction in one go, where ours waits for each statement.

Both acknowledge only what is on disk: SQLite's write-ahead log with `synchronous = FULL` (the library leaves it at that
default), PostgreSQL's `synchronous_commit`. The disk's part is the same for both, so a slow disk draws the ratio to 1.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from adapters.bootstrap import Service
from domain.commands.follow_up import LogContact
from domain.ports import Request
from domain.vocabulary import Channel
from tests.bench.pairs import Work
from tests.bench.services import COUNSELLOR, accepted_case

CASES = 25
EVENTS = 8
"""Each case starts with two events and takes this many commands: about as many as one has in the middle of its life."""


class Journal(Aggregate):
    """The library's way of logging a contact."""

    @event("Opened")
    def __init__(self, source: str) -> None:
        self.source = source
        self.contacts: list[tuple[str, str, bool, str]] = []

    @event("ContactLogged")
    def log_contact(self, channel: str, direction: str, reached: bool, party: str) -> None:
        self.contacts.append((channel, direction, reached, party))


def ours(opened: Service) -> Work:
    """Log contacts on cases that a counsellor has accepted."""

    def ready() -> Callable[[], int]:
        cases = [accepted_case(opened) for _ in range(CASES)]
        return lambda: sum(_contacts(opened, case, version) for case, version in cases)

    return ready


def _contacts(opened: Service, case: str, version: int) -> int:
    for _ in range(EVENTS):
        command = LogContact(channel=Channel.PHONE, reached=True)
        version = opened.use_cases.act(case, command, COUNSELLOR, version, Request("bench")).version
    return EVENTS


def the_librarys(environment: dict[str, str]) -> Work:
    """Do the same with an application of the library's, on aggregates of as many events."""
    application: Application[UUID] = Application(env=environment)

    def ready() -> Callable[[], int]:
        journals = [_journal(application) for _ in range(CASES)]
        return lambda: sum(_entries(application, journal) for journal in journals)

    return ready


def _journal(application: Application[UUID]) -> UUID:
    journal: Any = Journal("reception")
    journal.log_contact("phone", "outbound", reached=True, party="person")
    application.save(journal)
    return journal.id  # type: ignore[no-any-return]


def _entries(application: Application[UUID], journal_id: UUID) -> int:
    for _ in range(EVENTS):
        journal: Any = application.repository.get(journal_id)
        journal.log_contact("phone", "outbound", reached=True, party="person")
        application.save(journal)
    return EVENTS


def native(kind: str, url: str) -> dict[str, str]:
    """Return the library's settings for its own recorder on this database."""
    if kind == "sqlite":
        return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": url}
    import psycopg

    parts = psycopg.conninfo.conninfo_to_dict(url.replace("postgresql+psycopg", "postgresql"))
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts["host"]),
        "POSTGRES_PORT": str(parts.get("port", "5432")),
        "POSTGRES_USER": str(parts["user"]),
        "POSTGRES_PASSWORD": str(parts.get("password", "none")),
    }
