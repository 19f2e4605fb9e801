"""The `eventsourcing` library's own ProjectionRunner, over its own recorders.

It reads, decodes and projects one event after the other, and commits each with its position before the next: the way
a projection follows a log is also how it is built anew. The decoder is ours, which is faster than the library's.

Its SQLite recorder cannot be subscribed to, which the runner asks for: here it is given the subscription that the
library's other recorders have.
"""

from collections.abc import Callable, Sequence
from threading import Event
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from eventsourcing.application import Application
from eventsourcing.persistence import (
    ApplicationRecorder,
    JSONTranscoder,
    ListenNotifySubscription,
    Mapper,
    StoredEvent,
    Subscription,
    Tracking,
)
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteTrackingRecorder

from adapters.recorded_event import RecordedEvent
from domain.upcasts import decode
from tests.bench.pairs import Work
from tests.bench.peers.fed import Feed, Standing, change

_AT_ONCE = 100
"""Events recorded together: the library's pipeline to PostgreSQL waits for ever when it is given some thousands."""

_INSERT = "INSERT INTO standings VALUES (?, ?, ?, ?, ?)"
_UPDATE = (
    "UPDATE standings SET version = ?, state = coalesce(?, state), organisation = coalesce(?, organisation) "
    "WHERE case_id = ?"
)
TABLE = (
    "CREATE TABLE IF NOT EXISTS standings "
    "(case_id text PRIMARY KEY, organisation text, person text, state text, version integer)"
)
STANDINGS = "SELECT case_id, organisation, person, state, version FROM standings"


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One event as the projection gets it."""

    case_id: str
    version: int
    organisation: str
    data: Any


class _Envelope(msgspec.Struct, gc=False):
    organisation: str
    data: msgspec.Raw


_decode_envelope = msgspec.json.Decoder(_Envelope).decode


class _Decoder(Mapper[UUID]):
    """The library's mapper, with our decoder."""

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        topic, _, schema_version = stored_event.topic.rpartition(":")
        envelope = _decode_envelope(stored_event.state)
        data = decode(topic, int(schema_version), bytes(envelope.data))
        return Entry(
            str(stored_event.originator_id), stored_event.originator_version, envelope.organisation, data
        )


class Cases(Application[UUID]):
    """The application whose events are projected."""

    def construct_mapper(self) -> Mapper[UUID]:
        """Return ours."""
        return _Decoder(transcoder=JSONTranscoder())


class Subscribable(SQLiteApplicationRecorder):
    """The library's SQLite recorder, with the subscription of its others."""

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Follow the log from after `gt`."""
        return ListenNotifySubscription(self, gt, topics)


class SQLiteStandings(SQLiteTrackingRecorder):
    """Where each case stands, on SQLite."""

    def construct_create_table_statements(self) -> list[str]:
        """Add the view's table to the library's."""
        return [*super().construct_create_table_statements(), TABLE]

    def take(self, statement: str, values: tuple[Any, ...], tracking: Tracking) -> None:
        """Run one statement, and note up to where the view is, together."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(statement, values)
            self._insert_tracking(cursor, tracking)

    def standings(self) -> set[Standing]:
        """Return the view."""
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(STANDINGS)
            return {tuple(row) for row in cursor.fetchall()}

    def empty(self) -> None:
        """Begin again."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute("DELETE FROM standings")
            cursor.execute("DELETE FROM tracking WHERE application_name = 'Cases'")


class Standings(Projection[Any]):
    """Keeps the view, and says when the last event of the log is in it."""

    last: ClassVar[int] = 0
    done: ClassVar[Event] = Event()

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Take one event."""
        entry: Entry = domain_event
        to = change(entry.data, entry.organisation)
        if entry.version == 1:
            values = (entry.case_id, to.organisation, to.person, to.state, 1)
            self.view.take(_INSERT, values, tracking)
        else:
            self.view.take(_UPDATE, (entry.version, to.state, to.organisation, entry.case_id), tracking)
        if tracking.notification_id >= self.last:
            self.done.set()


def runner(environment: dict[str, str], feed: Feed) -> Work:
    """Record the feed's events with the library's recorder, and let its runner build the projection from them."""
    sqlite = environment["PERSISTENCE_MODULE"] == "eventsourcing.sqlite"
    if sqlite:
        environment = {**environment, "APPLICATION_RECORDER_TOPIC": f"{__name__}:Subscribable"}
        view: Any = SQLiteStandings
    else:
        from tests.bench.peers.library_postgresql import PostgresStandings

        view = PostgresStandings
    _record(environment, feed)

    def ready() -> Callable[[], int]:
        _emptied(environment, view)

        def run() -> int:
            Standings.done.clear()
            with ProjectionRunner[Any, Any](
                application_class=Cases, projection_class=Standings, view_class=view, env=environment
            ) as running:
                while not Standings.done.wait(1.0):
                    if running.is_interrupted.is_set():
                        running.run_forever(0)  # raises what stopped it
                        raise RuntimeError("the library's runner stopped")
                feed.require(running.view.standings())
            return len(feed.events)

        return run

    return ready


def _record(environment: dict[str, str], feed: Feed) -> None:
    with Cases(environment) as application:
        for start in range(0, len(feed.events), _AT_ONCE):
            some = feed.events[start : start + _AT_ONCE]
            recorded = application.recorder.insert_events([_stored(event) for event in some])
            if not recorded:
                raise RuntimeError("the library recorded nothing")
            Standings.last = max(recorded)


def _stored(event: RecordedEvent) -> StoredEvent:
    return StoredEvent(
        UUID(str(event.originator_id)),
        event.originator_version,
        f"{event.topic}:{event.schema_version}",
        b'{"organisation":"%b","data":%b}' % (event.organisation.encode(), event.state),
    )


def _emptied(environment: dict[str, str], view: Any) -> None:
    from eventsourcing.persistence import InfrastructureFactory
    from eventsourcing.utils import Environment

    factory: Any = InfrastructureFactory.construct(Environment("Standings", environment))
    try:
        factory.tracking_recorder(view).empty()
    finally:
        factory.close()
