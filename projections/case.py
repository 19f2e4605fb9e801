"""The current view of each case: where it stands and who may see it, and the key that keeps one open case a person.

What is written about the person (needs, plan, funding) is not copied here: it is folded from the case's own events
when it is read, which takes a tenth of a millisecond, is exact at any version, and spares every command and every
rebuild the writing of a document that would be the largest thing in the database.
"""

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Annotated, Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Index, Select, and_, bindparam, or_, select, text, tuple_

from domain.access import EVERY_CASE, Reach
from domain.case_state import CaseState
from projections.facts import about, table
from projections.read_model import ReadModel
from workflows.deadlines import Deadlines
from workflows.states import State


class CaseRow(Struct, gc=False):
    """One case as it stands."""

    case_id: Annotated[str, about("The case.", "Le dossier.")]
    organisation: Annotated[str, about("The organisation that follows it.", "L'organisme qui le suit.")]
    person_id: Annotated[str, about("The person, as a pseudonym.", "La personne, sous un pseudonyme.")]
    is_open: Annotated[
        bool, about("Whether it is open: not closed.", "S'il est ouvert, c'est-à-dire non clos.")
    ]
    state: Annotated[str, about("Its state, a code of `state`.", "Son état, un code de `state`.")]
    version: Annotated[int, about("The number of its events.", "Le nombre de ses événements.")]
    counsellor: Annotated[str | None, about("The account that follows it.", "Le compte qui le suit.")]
    detected_by: Annotated[str, about("The account that referred it.", "Le compte qui l'a signalé.")]
    detected_on: Annotated[date, about("The day of the detection.", "Le jour de la détection.")]
    entered_on: Annotated[
        date, about("The day it entered its state.", "Le jour de son entrée dans cet état.")
    ]
    episode: Annotated[
        int,
        about(
            "The number of its running or last episode, from 1.",
            "Le numéro de son épisode en cours ou dernier, à partir de 1.",
        ),
    ]
    needs: Annotated[
        int, about("How many pieces of forgone care it names.", "Combien de renoncements il comporte.")
    ]
    needs_performed: Annotated[
        int, about("How many of them were performed.", "Combien d'entre eux ont abouti à des soins réalisés.")
    ]
    archived_on: Annotated[
        date | None,
        about(
            "The day it was archived; none while it is in the active base.",
            "Le jour de son archivage ; aucun tant qu'il est dans la base active.",
        ),
    ]
    is_erased: Annotated[
        bool,
        about("Whether the person was erased.", "Si les données de la personne sont effacées."),
    ]


TABLE: Final = table(
    "cases",
    CaseRow,
    ("case_id",),
    Index("cases_of_detector", "detected_by", "detected_on", "case_id"),
    Index(
        "one_open_case",
        "person_id",
        "organisation",
        unique=True,
        sqlite_where=text("is_open"),
        postgresql_where=text("is_open"),
    ),
    french="Un dossier dans son état actuel.",
)

_CLOSED: Final = State.CLOSED.value


def rows(case: CaseState, deadlines: Deadlines) -> tuple[CaseRow]:
    """Return the one row of the case."""
    row = CaseRow(
        case.case_id,
        case.organisation,
        case.person_id,
        case.state != _CLOSED,
        case.state,
        case.version,
        case.counsellor,
        case.detected_by,
        case.detected_on,
        case.entered_on,
        len(case.episodes),
        len(case.needs),
        sum([need.status == "performed" for need in case.needs.values()]),
        case.archived_on,
        case.erased,
    )
    return (row,)


def find(connection: Connection, case_id: str, reach: Reach = EVERY_CASE) -> CaseRow | None:
    """Return a case's row, or None when there is none within `reach`: which of the two is not told."""
    asked = conditions_of(reach)
    found = connection.execute(within(tuple(asked)), {"case_id": case_id, **asked}).one_or_none()
    return None if found is None else CaseRow(*found)


def is_within(connection: Connection, case_id: str, reach: Reach) -> bool:
    """Tell whether there is such a case within reach, by the same look-up whatever the answer."""
    asked = conditions_of(reach)
    return connection.execute(within(tuple(asked)), {"case_id": case_id, **asked}).first() is not None


def among(connection: Connection, reach: Reach, case_ids: Collection[str]) -> set[str]:
    """Return which of these cases are within reach."""
    asked = conditions_of(reach)
    query = select(TABLE.c.case_id).where(TABLE.c.case_id.in_(case_ids), *(_REACHED[name] for name in asked))
    return set(connection.execute(query, asked).scalars())


def people_of(connection: Connection, case_ids: Collection[str]) -> dict[str, str]:
    """Return whom each of these cases is about: the person's id, by case id."""
    query = select(TABLE.c.case_id, TABLE.c.person_id).where(TABLE.c.case_id.in_(case_ids))
    return dict(connection.execute(query).all())


def followed_at(connection: Connection, case_ids: Collection[str]) -> dict[str, tuple[str | None, int]]:
    """Return who follows each of these cases, and the version that it is at, by case id."""
    query = select(TABLE.c.case_id, TABLE.c.counsellor, TABLE.c.version).where(TABLE.c.case_id.in_(case_ids))
    return {case_id: (counsellor, version) for case_id, counsellor, version in connection.execute(query)}


def page(connection: Connection, reach: Reach, after: tuple[date, str] | None, limit: int) -> list[CaseRow]:
    """Return at most `limit` cases within reach, the latest detected first, after the keyset (day, case id)."""
    asked = conditions_of(reach)
    query = select(TABLE).where(*(_REACHED[name] for name in asked))
    if after is not None:
        query = query.where(tuple_(TABLE.c.detected_on, TABLE.c.case_id) < tuple_(*after))
    ordered = query.order_by(TABLE.c.detected_on.desc(), TABLE.c.case_id.desc()).limit(limit)
    return [CaseRow(*found) for found in connection.execute(ordered, asked)]


def latest(connection: Connection, reach: Reach, *, is_open: bool, limit: int) -> list[CaseRow]:
    """Return at most `limit` open, or closed, cases within reach, the latest detected first."""
    asked = conditions_of(reach)
    state = TABLE.c.is_open if is_open else ~TABLE.c.is_open
    query = select(TABLE).where(state, *(_REACHED[name] for name in asked))
    ordered = query.order_by(TABLE.c.detected_on.desc(), TABLE.c.case_id.desc()).limit(limit)
    return [CaseRow(*found) for found in connection.execute(ordered, asked)]


def about_person(connection: Connection, reach: Reach, person_id: str) -> list[CaseRow]:
    """Return a person's cases within reach, the latest detected first. A scan, as for `cases_of`: one at a time."""
    asked = conditions_of(reach)
    query = select(TABLE).where(TABLE.c.person_id == person_id, *(_REACHED[name] for name in asked))
    ordered = query.order_by(TABLE.c.detected_on.desc(), TABLE.c.case_id.desc())
    return [CaseRow(*found) for found in connection.execute(ordered, asked)]


def about_people(connection: Connection, person_ids: Sequence[str]) -> list[list[CaseRow]]:
    """Return all the cases of each of these people who has any, the earliest detected first. One scan for all."""
    query = select(TABLE).where(TABLE.c.person_id.in_(person_ids))
    ordered = query.order_by(TABLE.c.person_id, TABLE.c.detected_on, TABLE.c.case_id)
    rows = (CaseRow(*found) for found in connection.execute(ordered))
    return [list(own) for _, own in groupby(rows, attrgetter("person_id"))]


_REACHED: Final[dict[str, ColumnElement[bool]]] = {
    "organisation": TABLE.c.organisation == bindparam("organisation"),
    "counsellor": or_(TABLE.c.counsellor == bindparam("counsellor"), TABLE.c.counsellor.is_(None)),
    "detected_by": TABLE.c.detected_by == bindparam("detected_by"),
    "archived": TABLE.c.archived_on.is_not(None) == bindparam("archived"),
}
"""Each condition of a reach, on the table."""


def reached(conditions: tuple[str, ...]) -> list[ColumnElement[bool]]:
    """Return what these conditions ask of the table; their values are those of `conditions_of`."""
    return [_REACHED[name] for name in conditions]


def conditions_of(reach: Reach) -> dict[str, str | bool]:
    """Return the conditions that a reach sets, by name, each with its value."""
    return {name: value for name in _REACHED if (value := getattr(reach, name)) is not None}


@cache
def within(conditions: tuple[str, ...]) -> Select[Any]:
    """Return the look-up of the one `case_id` under these conditions, made once: every command begins with it."""
    return select(TABLE).where(
        TABLE.c.case_id == bindparam("case_id"), *(_REACHED[name] for name in conditions)
    )


def cases_of(connection: Connection, person_id: str) -> list[str]:
    """Return the ids of all the person's cases. For an erasure, which is rare: no index is kept for it."""
    query = select(TABLE.c.case_id).where(TABLE.c.person_id == person_id).order_by(TABLE.c.case_id)
    return list(connection.execute(query).scalars())


def open_cases_of(connection: Connection, person_id: str) -> dict[str, str]:
    """Return the person's open cases: the organisation of each, by case id."""
    query = select(TABLE.c.case_id, TABLE.c.organisation).where(
        and_(TABLE.c.person_id == person_id, TABLE.c.is_open)
    )
    return dict(connection.execute(query).all())


CASE: Final = ReadModel("case", 2, TABLE, CaseRow, rows)
