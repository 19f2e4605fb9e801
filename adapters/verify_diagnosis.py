"""What happened at the first link that does not hold.

An event proves its place only together with its predecessor's hash. So at the
broken place two questions are asked of all that follows: does the event that
belongs here stand somewhere else, and does the event that stands here belong
somewhere else? The answers tell altered, removed, inserted and moved apart.

One thing no answer can tell: when an event's content was changed *and* its own
hash recomputed, it holds together with its predecessor, and the first link that
fails is its successor's. The successor is then the one named, and the words say
that it may be the event before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from adapters.hash_chain import Head, link
from adapters.recorded_event import COLUMNS, Column
from adapters.tables import events
from adapters.verify_finding import Finding, Kind, Words

Row = tuple[Any, ...]

_CASE: Final = COLUMNS.index("case_id")
_VERSION: Final = COLUMNS.index("version")

_HEAD_STANDS_BEFORE: Final = (
    "la tête de l'historique a encore l'empreinte de l'événement précédent",
    "the log's head still has the hash of the event before it",
)


def broken_link(connection: Connection, verified: Head, before: str, row: Row, head: Head | None) -> Finding:
    """Say what happened right after the last `verified` event, where `row` stands and does not follow.

    `before` is the hash of the event before the verified one.
    """
    place = verified.position + 1
    if row[0] < 1:
        return _named(Kind.INSERTED, row, ("les positions commencent à 1", "positions start at 1"))
    if row[0] > place:
        return _gap(connection, verified, row)
    if verified.position and _fits(row, before, verified.position):
        intruder = _row_at(connection, verified.position)
        return _named(
            Kind.INSERTED,
            intruder,
            (
                "l'événement suivant est celui qui avait été enregistré à sa place",
                "the event after it is the one that was recorded in its place",
            ),
        )
    traces = _search(connection, verified, row)
    if traces.rightful is not None:
        detail = (
            f"l'événement enregistré ici se trouve maintenant à la position {traces.rightful[0]}",
            f"the event recorded here now stands at position {traces.rightful[0]}",
        )
        if traces.displaced:
            return _named(Kind.MOVED, traces.rightful, detail, position=place)
        return _named(Kind.INSERTED, row, detail)
    if traces.displaced or _renumbered(traces, row, head):
        return _gone(
            connection,
            place,
            ("un événement postérieur a pris sa position", "a later event was given its position"),
        )
    if traces.last and head == Head(place, verified.hash):
        return _named(Kind.INSERTED, row, _HEAD_STANDS_BEFORE)
    return _named(Kind.ALTERED, row, _other_content(verified.position))


def beyond_head(row: Row) -> Finding:
    """An event after the last one that the log's head knows."""
    return _named(
        Kind.INSERTED,
        row,
        (
            "il se trouve après la tête de l'historique, où aucune commande ne l'a mis",
            "it stands beyond the log's head, where no command put it",
        ),
    )


def cut_tail(verified: Head, until: int) -> Finding:
    """The log ends before the event that its head, or a head noted elsewhere, knows to be the last."""
    first = verified.position + 1
    detail = (
        (
            f"l'événement {first} manque à la fin de l'historique",
            f"event {first} is missing from the end of the log",
        )
        if first == until
        else (
            f"les événements {first} à {until} manquent à la fin de l'historique",
            f"events {first} to {until} are missing from the end of the log",
        )
    )
    return Finding(Kind.REMOVED, first, None, None, detail)


def other_last_event(connection: Connection, verified: Head, before: str, head: Head) -> Finding:
    """The last event holds together with its predecessor, but the log's head knows another hash."""
    row = _row_at(connection, verified.position)
    if head.hash == before:
        return _named(Kind.INSERTED, row, _HEAD_STANDS_BEFORE)
    return _named(
        Kind.ALTERED,
        row,
        (
            "son empreinte n'est pas celle que donne la tête de l'historique",
            "its hash is not the one in the log's head",
        ),
    )


def broken_stream(connection: Connection) -> Finding | None:
    """Find the first event whose case lacks the version before it, or has it later in the log.

    Links can hold all the same, if someone recomputed every one of them.
    """
    steps = _steps()
    wrong = sa.or_(
        sa.and_(steps.c.previous_version.is_(None), steps.c.version > 1),
        steps.c.version != steps.c.previous_version + 1,
        steps.c.position < steps.c.previous_position,
    )
    found = connection.execute(sa.select(steps).where(wrong).order_by(steps.c.position).limit(1)).first()
    if found is None:
        return None
    expected = (found.previous_version or 0) + 1
    if found.version == expected:
        detail = (
            f"la version {found.version} du dossier se trouve avant la version {found.previous_version}",
            f"version {found.version} of the case stands before version {found.previous_version}",
        )
    else:
        detail = (
            f"la version {found.version} du dossier n'a pas de version {expected} avant elle",
            f"version {found.version} of the case has no version {expected} before it",
        )
    return Finding(Kind.VERSION_GAP, found.position, found.case_id, expected, detail)


@dataclass(frozen=True)
class _Traces:
    """What was found after the broken place."""

    rightful: Row | None  # the event that belongs there
    displaced: bool  # the event that stands there belongs to another place
    next: Row | None  # the event that stands right after

    @property
    def last(self) -> bool:
        return self.next is None


def _search(connection: Connection, verified: Head, row: Row) -> _Traces:
    place = verified.position + 1
    rightful: Row | None = None
    displaced = False
    following: Row | None = None
    for other in _rows_after(connection, row[0]):
        following = following or other
        if rightful is None and _fits(other, verified.hash, place):
            rightful = other
        # The predecessor of `row` may itself stand in its place, or in the place of `row` or next to it.
        displaced = displaced or any(
            _fits(row, other[-1], position) for position in (other[0] + 1, other[0], place + 1)
        )
        if rightful is not None and displaced:
            break
    return _Traces(rightful, displaced, following)


def _renumbered(traces: _Traces, row: Row, head: Head | None) -> bool:
    """Whether the events from `row` on stand one position before the one they were recorded at."""
    if traces.next is not None:
        return _fits(traces.next, row[-1], traces.next[0] + 1)
    return head is not None and head == Head(row[0] + 1, row[-1])


def _gap(connection: Connection, verified: Head, row: Row) -> Finding:
    place = verified.position + 1
    for other in chain([row], _rows_after(connection, row[0])):
        if _fits(other, verified.hash, place):
            moved = (
                f"il se trouve maintenant à la position {other[0]}",
                f"it now stands at position {other[0]}",
            )
            return _named(Kind.MOVED, other, moved, position=place)
    following = (
        f"l'événement suivant se trouve à la position {row[0]}",
        f"the next event stands at position {row[0]}",
    )
    return _gone(connection, place, following)


def _gone(connection: Connection, place: int, detail: Words) -> Finding:
    """Name a missing event by the hole it leaves in its case, if it leaves exactly one there."""
    steps = _steps()
    hole = sa.and_(
        steps.c.version != sa.func.coalesce(steps.c.previous_version, 0) + 1,
        sa.or_(steps.c.previous_version.is_not(None), steps.c.version > 1),
        sa.func.coalesce(steps.c.previous_position, 0) < place,
        steps.c.position >= place,
    )
    holes = connection.execute(sa.select(steps).where(hole).limit(2)).all()
    if len(holes) == 1:
        [found] = holes
        return Finding(Kind.REMOVED, place, found.case_id, (found.previous_version or 0) + 1, detail)
    return Finding(Kind.REMOVED, place, None, None, detail)


def _other_content(before: int) -> Words:
    """What shows that the content of the event after `before` is not the recorded one."""
    french = "son contenu n'est pas celui qui avait été enregistré après l'événement précédent"
    english = "its content is not the one that was recorded after the event before it"
    if before:
        french += f" (ou l'événement {before} a été modifié, et sa propre empreinte recalculée)"
        english += f" (or event {before} was altered, and its own hash recomputed)"
    return french, english


def _fits(row: Row, previous: str, position: int) -> bool:
    """Whether this event was recorded at this position, after the event with this hash."""
    content: tuple[Column, ...] = (position, *row[1:-1])
    return bool(link(previous, content) == row[-1])


def _named(kind: Kind, row: Row, detail: Words, *, position: int | None = None) -> Finding:
    return Finding(kind, row[0] if position is None else position, row[_CASE], row[_VERSION], detail)


def _rows_after(connection: Connection, position: int) -> Iterator[Row]:
    statement = sa.select(*(events.c[name] for name in COLUMNS)).where(events.c.position > position)
    ordered = statement.order_by(events.c.position).execution_options(yield_per=1000)
    with connection.execute(ordered) as rows:
        for row in rows:
            yield tuple(row)


def _row_at(connection: Connection, position: int) -> Row:
    statement = sa.select(*(events.c[name] for name in COLUMNS)).where(events.c.position == position)
    return tuple(connection.execute(statement).one())


def _steps() -> sa.Subquery:
    """Each event beside the version and the position of the one before it in its case."""
    case, version = events.c.case_id, events.c.version
    return sa.select(
        events.c.position,
        case,
        version,
        sa.func.lag(version).over(partition_by=case, order_by=version).label("previous_version"),
        sa.func.lag(events.c.position).over(partition_by=case, order_by=version).label("previous_position"),
    ).subquery()
