"""By which rules each stored read model was computed, how far, and the refusal to mix two sets of rules.

A program writes the rows of those read models only that were computed by its own rules and lack nothing. The others
it leaves as they are, noting the first event they lack: they are *behind*, still served and marked as such, until
they are rebuilt or caught up with. Nothing may be decided on a `case` that is not current: commands are refused.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from adapters.connections import driver_cursor, positional
from adapters.tables import read_models
from domain.errors import FilRougeError
from projections.read_model import ReadModel
from projections.registry import READ_MODELS
from workflows.deadlines import Deadlines

_READ: Final = "SELECT name, version, behind_since, position FROM read_models"
_OF_CASES: Final = (
    "SELECT name, version, behind_since, NULL FROM read_models "
    "UNION ALL SELECT read_model, NULL, NULL, case_id FROM parked_events WHERE case_id IN ({})"
)
_FALL_BEHIND: Final = (
    "UPDATE read_models SET behind_since = (SELECT position FROM event_log_head WHERE id = 1) - ? "
    "WHERE name IN ({})"
)
NEEDED: Final = "case"
"""The read model without which no command is decided: who may see a case, and who has one open."""


class ReadModelsNotCurrent(FilRougeError):
    """Some read models were computed by other rules than this program's: `filrouge rebuild` makes them anew."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"these read models must be rebuilt (filrouge rebuild): {', '.join(names)}")
        self.names = names


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a stored read model was computed with, the first event it lacks if any, and up to which it was built."""

    version: str
    behind_since: int | None
    position: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What a commit may write: which read models, and of which cases (by read model) not."""

    writable: frozenset[str]
    parked: frozenset[tuple[str, str]]


def stamps(connection: Connection) -> dict[str, Stamp]:
    """Return the stamp of each stored read model."""
    with driver_cursor(connection) as cursor:
        cursor.execute(_READ)
        return {name: Stamp(*rest) for name, *rest in cursor.fetchall()}


def stamp(connection: Connection, model: ReadModel, deadlines: Deadlines, position: int) -> None:
    """Note that a read model was computed by this program's rules, up to an event."""
    connection.execute(read_models.delete().where(read_models.c.name == model.name))
    values: dict[str, Any] = {"name": model.name, "version": model.stamp(deadlines), "position": position}
    connection.execute(read_models.insert().values(values))


def expected(deadlines: Deadlines) -> dict[str, str]:
    """Return the stamps of this program's rules."""
    return {name: model.stamp(deadlines) for name, model in READ_MODELS.items()}


def standing(
    connection: Connection, ours: Mapping[str, str], case_ids: Sequence[str], events: int
) -> Standing:
    """Return what a commit, of so many events of these cases, may write; what it may not is noted as behind.

    Looked at in every commit, since somebody may have rebuilt by other rules while this program ran.
    Raises ReadModelsNotCurrent when `case` is not current.
    """
    statement = _OF_CASES.format(", ".join("?" * len(case_ids)))
    with driver_cursor(connection) as cursor:
        cursor.execute(positional(statement, connection.engine), tuple(case_ids))
        rows = cursor.fetchall()
    if (
        len(rows) == len(ours)
        and {name: version for name, version, behind, _ in rows if behind is None} == ours
    ):
        return Standing(frozenset(ours), frozenset())  # as nearly always
    found = {name: (version, behind) for name, version, behind, case_id in rows if case_id is None}
    writable = frozenset(name for name, version in ours.items() if found.get(name) == (version, None))
    if NEEDED not in writable:
        raise ReadModelsNotCurrent([NEEDED])
    if len(writable) < len(found):
        _fall_behind(
            connection, [name for name, (_, behind) in found.items() if behind is None], writable, events
        )
    parked = frozenset((name, case_id) for name, _, _, case_id in rows if case_id is not None)
    return Standing(writable, parked)


def _fall_behind(
    connection: Connection, names: Collection[str], writable: Collection[str], events: int
) -> None:
    """Note the first event of this commit as the first that these read models lack."""
    left = [name for name in names if name not in writable]
    if not left:
        return
    statement = _FALL_BEHIND.format(", ".join("?" * len(left)))
    with driver_cursor(connection) as cursor:
        cursor.execute(positional(statement, connection.engine), (events - 1, *left))
