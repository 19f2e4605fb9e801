"""One rebuild at a time: the lock that says so, and what the others may know of the one under way.

The lock belongs to the process, not to the database's contents: it goes with it however it ends. Each rebuild signs
with a token of its own, and whoever writes for it looks at the signature first: a worker that outlived a killed
rebuild finds another's, or none, and stops.
"""

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, Engine, select

from adapters.connections import driver_cursor, writing
from adapters.instants import instant_text
from adapters.one_at_a_time import OneAtATime
from adapters.tables import rebuild_under_way
from domain.errors import FilRougeError

_SIGNED: Final = (
    "SELECT token, (SELECT position FROM event_log_head WHERE id = 1) FROM rebuild_under_way WHERE id = 1"
)


class RebuildUnderWay(FilRougeError):
    """Another process is rebuilding read models: it has to end first."""

    def __str__(self) -> str:
        """Say so."""
        return "another rebuild is under way"


class Overtaken(FilRougeError):
    """The rebuild that this worker writes for is over."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A rebuild under way: of what, since when, and how many events of how many it has read."""

    names: tuple[str, ...]
    started_at: str
    done: int
    total: int


_REBUILD: Final = OneAtATime("rebuild", 0x46696C5265_62, RebuildUnderWay)  # "FilReb"


def alone(engine: Engine) -> AbstractContextManager[None]:
    """Be the only rebuild of this database for the block. Raises RebuildUnderWay."""
    return _REBUILD.held(engine)


def sign(connection: Connection, names: Collection[str], total: int) -> str:
    """Note that a rebuild begins, over whatever an earlier one left, and return its token."""
    token = uuid4().hex
    connection.execute(rebuild_under_way.delete())
    values: dict[str, Any] = {
        "id": 1,
        "token": token,
        "names": " ".join(names),
        "started_at": instant_text(datetime.now(UTC)),
        "done": 0,
        "total": total,
    }
    connection.execute(rebuild_under_way.insert().values(values))
    return token


def strike_out(connection: Connection) -> None:
    """Note that the rebuild is over."""
    connection.execute(rebuild_under_way.delete())


def tell(engine: Engine, done: int) -> None:
    """Note how far it is, for whoever asks."""
    with writing(engine) as connection:
        connection.execute(rebuild_under_way.update().values(done=done))


def head_signed(connection: Connection, token: str) -> int:
    """Return the log's last position, keeping this rebuild from being replaced until the transaction ends.

    Raises Overtaken when it is over already.
    """
    lock = "" if connection.dialect.name == "sqlite" else " FOR KEY SHARE"
    with driver_cursor(connection) as cursor:
        cursor.execute(f"{_SIGNED}{lock}")
        found = cursor.fetchone()
    if found is None or found[0] != token:
        raise Overtaken
    return int(found[1])


def under_way(connection: Connection) -> UnderWay | None:
    """Return the rebuild under way, if any; one that was killed is none."""
    found = connection.execute(select(rebuild_under_way)).one_or_none()
    if found is None or not _REBUILD.is_held(connection):
        return None
    return UnderWay(tuple(found.names.split()), found.started_at, found.done, found.total)
