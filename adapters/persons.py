"""Who is one with whom: the persons who were enrolled as two and turned out to be one, as the rows of `people` say it.

The link is all that a merging changes here. Each row keeps what was told of it, sealed with its own key, so that undoing
the merging is exact; what is shown is what was told of the person who is kept, completed by what was told of the others.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from adapters.tables import people

_AT_ONCE: Final = 1000  # people asked for in one statement
_COLUMNS: Final = sa.select(people.c.person_id, people.c.identity, people.c.same_as)


def households(connection: Connection, person_ids: Iterable[str]) -> dict[str, list[Any]]:
    """Return for each person the rows of everybody who is one with them, the one who is kept first.

    A person who was never enrolled is left out. Where nobody was merged this is one look at the table.
    """
    wanted = list(dict.fromkeys(person_ids))
    rows = _all_around(connection, wanted)
    kept = {person_id: _kept(rows, person_id) for person_id in rows}
    by_kept: dict[str, list[Any]] = {}
    for person_id in sorted(rows, key=lambda one: (kept[one] != one, one)):
        by_kept.setdefault(kept[person_id], []).append(rows[person_id])
    return {person_id: by_kept[kept[person_id]] for person_id in wanted if person_id in rows}


def kept_person(connection: Connection, person_id: str) -> str:
    """Return the person whom this one was recognised as in the end; themselves as a rule."""
    found = person_id
    while (same_as := connection.execute(_SAME_AS, {"person_id": found}).scalar()) is not None:
        found = same_as
    return found


_SAME_AS: Final = sa.select(people.c.same_as).where(people.c.person_id == sa.bindparam("person_id"))


def household(connection: Connection, person_id: str) -> Collection[str]:
    """Return the person and everybody who was joined with them, and so on; not whom they were joined with."""
    found = [person_id]
    for one in found:
        found += connection.execute(sa.select(people.c.person_id).where(people.c.same_as == one)).scalars()
    return found


def link(connection: Connection, person_id: str, to: str | None) -> None:
    """Recognise a person as another, or, as None, make them somebody of their own again."""
    connection.execute(sa.update(people).where(people.c.person_id == person_id).values(same_as=to))


def _all_around(connection: Connection, wanted: Sequence[str]) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    asked: set[str] = set()
    to_ask = list(wanted)
    while to_ask:
        asked.update(to_ask)
        for start in range(0, len(to_ask), _AT_ONCE):
            some = to_ask[start : start + _AT_ONCE]
            near = people.c.person_id.in_(some) | people.c.same_as.in_(some)
            rows |= {row.person_id: row for row in connection.execute(_COLUMNS.where(near)).all()}
        linked = {row.same_as for row in rows.values() if row.same_as is not None}
        to_ask = sorted((linked | rows.keys()) - asked)
    return rows


def _kept(rows: dict[str, Any], person_id: str) -> str:
    while (same_as := rows[person_id].same_as) is not None:
        person_id = same_as
    return person_id
