"""By which rules each stored read model was computed, and the refusal to mix two of them."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

from adapters.connections import driver_cursor
from adapters.tables import read_models
from domain.errors import FilRougeError
from projections.read_model import ReadModel
from projections.registry import READ_MODELS
from workflows.deadlines import Deadlines

_READ: Final = "SELECT name, version FROM read_models"


class ReadModelsNotCurrent(FilRougeError):
    """Some read models were computed by other rules than this program's: `filrouge rebuild` makes them anew."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"these read models must be rebuilt (filrouge rebuild): {', '.join(names)}")
        self.names = names


def stamps(connection: Connection) -> dict[str, str]:
    """Return what each stored read model was computed with."""
    with driver_cursor(connection) as cursor:
        cursor.execute(_READ)
        return dict(cursor.fetchall())


def stamp(connection: Connection, model: ReadModel, deadlines: Deadlines, position: int) -> None:
    """Note that a read model was computed by this program's rules, up to an event."""
    connection.execute(read_models.delete().where(read_models.c.name == model.name))
    values: dict[str, Any] = {"name": model.name, "version": model.stamp(deadlines), "position": position}
    connection.execute(read_models.insert().values(values))


def expected(deadlines: Deadlines) -> dict[str, str]:
    """Return the stamps of this program's rules."""
    return {name: model.stamp(deadlines) for name, model in READ_MODELS.items()}


def refuse_other_rules(connection: Connection, ours: Mapping[str, str]) -> None:
    """Refuse to add rows to read models of other rules, also when they were rebuilt while this program ran.

    Raises ReadModelsNotCurrent.
    """
    found = stamps(connection)
    if found != ours:
        raise ReadModelsNotCurrent(
            sorted(name for name in ours if found.get(name) != ours[name]) or sorted(found)
        )
