"""Protean, rebuilding an equal projection by its own `rebuild_projection`, into the same database.

Protean 0.18 has two event stores. Message DB is an extension of PostgreSQL's, whose client has to be compiled, and
is not asked of whoever runs this. The one in memory copies all that it holds for every message that it reads (14
events/s at 900 events, fewer with each more). So its events are handed to it a page at a time from a list: faster
than either. All that comes after is its own: messages, events, projector, unit of work, repository, SQLAlchemy.
"""

# Its decorators give classes fields and constructors that the type checker cannot see.
# mypy: disable-error-code="call-arg, untyped-decorator, valid-type"

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from protean import Domain
from protean.core.projector import on
from protean.fields import Dict, Identifier, Integer, String
from protean.utils.eventing import Message
from protean.utils.globals import current_domain
from protean.utils.projection_rebuilder import rebuild_projection

from domain.upcasts import decode
from tests.bench.pairs import Work
from tests.bench.peers.fed import Feed, change

domain: Any = Domain(name="bench", config={"databases": {"default": {"provider": "memory"}}})


@domain.aggregate
class Case:
    """Whose events they are."""

    person = Identifier()


@domain.event(part_of=Case)
class Detected:
    """A case began."""

    case_id = Identifier(required=True)
    organisation = String(required=True)
    person = Identifier(required=True)
    state = String(required=True)
    data: Dict()


@domain.event(part_of=Case)
class Followed:
    """Something happened to it."""

    case_id = Identifier(required=True)
    version = Integer(required=True)
    organisation = String()
    state = String()
    data: Dict()


@domain.projection
class Standing:
    """Where each case stands."""

    case_id = Identifier(identifier=True, required=True)
    organisation = String(required=True)
    person = Identifier(required=True)
    state = String(required=True)
    version = Integer(required=True)


@domain.projector(projector_for=Standing, aggregates=[Case])
class StandingProjector:
    """Keeps the projection."""

    @on(Detected)
    def detected(self, event: Any) -> None:
        """Begin a row."""
        row: Any = Standing(
            case_id=event.case_id,
            organisation=event.organisation,
            person=event.person,
            state=event.state,
            version=1,
        )
        current_domain.repository_for(Standing).add(row)

    @on(Followed)
    def followed(self, event: Any) -> None:
        """Change it."""
        repository = current_domain.repository_for(Standing)
        row: Any = repository.get(event.case_id)
        row.version = event.version
        if event.state is not None:
            row.state = event.state
        if event.organisation is not None:
            row.organisation = event.organisation
        repository.add(row)


@contextmanager
def rebuilt(kind: str, url: str, feed: Feed) -> Iterator[Work]:
    """Yield the work of rebuilding the projection into the database at `url`."""
    domain.config["databases"] = {
        "default": {"provider": kind, "database_uri": url},
        "memory": {"provider": "memory"},
    }
    domain.init(traverse=False)
    logging.disable(logging.INFO)
    try:
        with domain.domain_context():
            domain.setup_database()
            domain.event_store.store._read = _pages(feed)
            yield lambda: lambda: _run(feed)
            domain.close()
    finally:
        logging.disable(logging.NOTSET)


def _run(feed: Feed) -> int:
    result = rebuild_projection(domain, Standing)
    if not result.success or result.events_dispatched != len(feed.events):
        raise RuntimeError(f"protean says {result}")
    feed.require(_standings())
    return len(feed.events)


def _standings() -> set[Any]:
    rows = current_domain.repository_for(Standing)._dao.query.limit(None).all().items
    return {(str(r.case_id), r.organisation, str(r.person), r.state, r.version) for r in rows}


def _pages(feed: Feed) -> Callable[..., list[dict[str, Any]]]:
    """Return what reads a page of the feed as a store of protean's does: rows of JSON."""
    cases: dict[str, Any] = {}
    rows = []
    for position, event in enumerate(feed.events, start=1):
        case_id = str(event.originator_id)
        to = change(decode(event.topic, event.schema_version, event.state), event.organisation)
        case = cases.setdefault(case_id, Case(id=case_id))
        if event.originator_version == 1:
            case.raise_(
                Detected(
                    case_id=case_id,
                    organisation=to.organisation,
                    person=to.person,
                    state=to.state,
                    data=json.loads(event.state),
                )
            )
        else:
            case.raise_(
                Followed(
                    case_id=case_id,
                    version=event.originator_version,
                    organisation=to.organisation,
                    state=to.state,
                    data=json.loads(event.state),
                )
            )
        message = Message.from_domain_object(case._events[-1])
        rows.append(
            json.dumps(
                {
                    "global_position": position,
                    "position": event.originator_version - 1,
                    "stream_name": message.metadata.headers.stream,
                    "type": message.metadata.headers.type,
                    "id": message.metadata.headers.id,
                    "time": None,
                    "data": message.data,
                    "metadata": message.metadata.to_dict(),
                },
                default=str,
            )
        )

    def read(
        _stream: str, sql: str | None = None, position: int = 0, no_of_messages: int = 1000
    ) -> list[dict[str, Any]]:
        del sql
        first = max(position - 1, 0)
        return [json.loads(row) for row in rows[first : first + no_of_messages]]

    return read
