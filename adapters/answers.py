"""The first answer to each Idempotency-Key, kept in the commit that it tells of and given again to who repeats it."""

from dataclasses import asdict
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine

from adapters.connections import driver_cursor, glance, positional
from adapters.instants import instant_text
from domain.errors import IdempotencyKeyReused
from domain.ports import Answer, Request

_GIVEN: Final = "SELECT request_hash, response FROM idempotency WHERE actor = ? AND key = ?"
_KEEP: Final = "INSERT INTO idempotency (actor, key, request_hash, status, response, recorded_at) VALUES (?, ?, ?, ?, ?, ?)"


def given(engine: Engine, actor: str, request: Request) -> Answer | None:
    """Return the first answer to this Idempotency-Key, marked as replayed; None without a key, or a first answer.

    Raises IdempotencyKeyReused when the key came with another request.
    """
    key = request.idempotency_key
    found = glance(engine, positional(_GIVEN, engine), (actor, key)) if key is not None else ()
    if key is None or not found:
        return None
    ((request_hash, response),) = found
    if request_hash != request.fingerprint:
        raise IdempotencyKeyReused(key)
    fields = msgspec.json.decode(response)
    return Answer(**fields | {"events": tuple(fields["events"]), "replayed": True})


def keep(connection: Connection, actor: str, request: Request, answer: Answer, recorded_at: datetime) -> None:
    """Keep an answer. Two commits with one key: the database refuses the second."""
    with driver_cursor(connection) as cursor:
        cursor.execute(
            positional(_KEEP, connection.engine),
            (
                actor,
                request.idempotency_key,
                request.fingerprint,
                201 if answer.created else 200,
                msgspec.json.encode(asdict(answer)).decode(),
                instant_text(recorded_at),
            ),
        )
