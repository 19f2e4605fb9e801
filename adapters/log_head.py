"""The head of the event log, as whoever reads finds it: its last event, or a refusal where it was removed."""

from typing import Final

from sqlalchemy import Connection, Engine, select

from adapters.connections import glance
from adapters.event_store import HeadLost
from adapters.hash_chain import Head
from adapters.tables import event_log_head

_AT_A_GLANCE: Final = "SELECT position, hash FROM event_log_head WHERE id = 1"


def head_of(engine: Engine) -> Head:
    """Return the last event of the log and its hash, outside any transaction. Raises HeadLost."""
    for position, digest in glance(engine, _AT_A_GLANCE):
        return Head(int(position), digest)
    raise HeadLost


def last_position(connection: Connection) -> int:
    """Return the position of the last event, 0 before the first. Raises HeadLost."""
    position = connection.execute(select(event_log_head.c.position)).scalar()
    if position is None:
        raise HeadLost
    return int(position)
