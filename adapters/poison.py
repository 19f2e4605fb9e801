"""Events that a read model cannot take: found, and set aside with their position and what went wrong.

An event may be beyond this code, or not what it says, or uncover a fault of a read model. The case's rows are then
those of the events before it, and the event is *parked*: shown until, after a fix, it is taken up again. It stops
neither the other cases nor the read models that can take it.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select

from adapters.connections import driver_cursor, positional
from adapters.instants import instant_text
from adapters.log_privacy import describe
from adapters.mapper import day_of
from adapters.tables import parked_events
from domain.case_state import CaseState
from domain.errors import UnknownEvent
from domain.fold import Fact, fold_facts
from domain.upcasts import decode
from projections.read_model import ReadModel
from projections.tallies import counted
from workflows.deadlines import Deadlines

_STREAM: Final = (
    "SELECT position, version, topic, schema_version, occurred_on, payload, case_id, organisation, actor "
    "FROM events WHERE case_id = ? ORDER BY version"
)


@dataclass(frozen=True, slots=True)
class Parked:
    """One event that one read model could not take; `error` quotes nothing of it."""

    read_model: str
    case_id: str
    position: int
    version: int
    topic: str
    error: str


@dataclass(frozen=True, slots=True)
class Readable:
    """A case as far as each read model can take it (none: not even its first event), and what is parked."""

    states: dict[str, CaseState | None]
    parked: list[Parked]
    events: int


def readable(
    connection: Connection, case_id: str, models: Collection[ReadModel], deadlines: Deadlines
) -> Readable:
    """Read one case event by event, and find for each read model the first that it cannot take."""
    with driver_cursor(connection) as cursor:
        cursor.execute(positional(_STREAM, connection.engine), (case_id,))
        stream = cursor.fetchall()
    facts, undecoded = _decoded(stream)
    found = Readable({}, [], len(stream))
    for model in models:
        case, error = _as_far_as(model, stream, facts, deadlines)
        found.states[model.name] = case
        if error is None:
            error = undecoded
        if error is not None:
            position, version, topic, *_ = stream[case.version if case is not None else 0]
            found.parked.append(Parked(model.name, case_id, position, version, topic, _words(error)))
    return found


def _decoded(stream: Sequence[Any]) -> tuple[list[Fact], Exception | None]:
    facts: list[Fact] = []
    for _, _, topic, schema_version, occurred_on, payload, *_ in stream:
        try:
            facts.append((decode(topic, schema_version, payload), day_of(occurred_on)))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is shown
            return facts, error
    return facts, None


def _as_far_as(
    model: ReadModel, stream: Sequence[Any], facts: Sequence[Fact], deadlines: Deadlines
) -> tuple[CaseState | None, Exception | None]:
    """Return the case with all `facts`; where the read model fails, the one before the first that it fails at."""
    try:
        return _taken(model, stream, facts, deadlines), None
    except Exception as failed:  # noqa: BLE001 - whatever it is, it is shown
        error = failed
    before = None
    for length in range(1, len(facts) + 1):
        try:
            before = _taken(model, stream, facts[:length], deadlines)
        except Exception as failed:  # noqa: BLE001
            return before, failed
    return before, error


def _taken(
    model: ReadModel, stream: Sequence[Any], facts: Sequence[Fact], deadlines: Deadlines
) -> CaseState | None:
    if not facts:
        return None
    *_, case_id, organisation, actor = stream[0]
    case = fold_facts(case_id, organisation, actor, facts)
    counted(model, list(model.rows(case, deadlines)))
    return case


def _words(error: Exception) -> str:
    if isinstance(error, UnknownEvent):
        return str(error)  # a topic and its versions
    told = describe(error)
    places = told["where"]
    where = places[-1] if isinstance(places, list) and places else "?"
    return f"{told['type']} ({where})"


def park(connection: Connection, parked: Collection[Parked]) -> None:
    """Show these events as parked."""
    now = instant_text(datetime.now(UTC))
    if parked:
        connection.execute(parked_events.insert(), [asdict(one) | {"parked_at": now} for one in parked])


def parked_by_model(connection: Connection) -> dict[str, int]:
    """Return how many events each read model could not take; those without any are left out."""
    name = parked_events.c.read_model
    return dict(connection.execute(select(name, func.count()).group_by(name)).all())


def cases_parked(connection: Connection, read_models: Collection[str]) -> int:
    """Return how many cases one of these read models could not take to their last event."""
    query = select(func.count(parked_events.c.case_id.distinct()))
    return connection.execute(query.where(parked_events.c.read_model.in_(read_models))).scalar_one()


def parked_now(connection: Connection, limit: int | None = None) -> list[Parked]:
    """Return the parked events, in the order of the log, the first `limit` of them."""
    columns = [parked_events.c[name] for name in Parked.__slots__]
    query = select(*columns).order_by(parked_events.c.position, parked_events.c.read_model).limit(limit)
    return [Parked(*row) for row in connection.execute(query)]


def unpark(connection: Connection, read_model: str, case_ids: Collection[str]) -> None:
    """Take these cases of a read model off the list."""
    of_model = parked_events.c.read_model == read_model
    connection.execute(parked_events.delete().where(of_model, parked_events.c.case_id.in_(case_ids)))
