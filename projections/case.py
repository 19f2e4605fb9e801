"""The current view of each case: what the API shows of it, and the key that keeps one open case a person."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Index, and_, or_, select, text, tuple_

from domain.access import EVERY_CASE, Reach
from domain.case_state import CaseState
from projections.facts import about, table
from projections.read_model import ReadModel
from workflows.deadlines import Deadlines
from workflows.states import State


class CaseRow(Struct):
    """One case as it stands."""

    case_id: Annotated[str, about("The case.")]
    organisation: Annotated[str, about("The organisation that follows it.")]
    person_id: Annotated[str, about("The person, as a pseudonym.")]
    is_open: Annotated[bool, about("Whether it is open: not closed.")]
    state: Annotated[str, about("Its state.")]
    version: Annotated[int, about("The number of its events.")]
    counsellor: Annotated[str | None, about("The account that follows it.")]
    detected_by: Annotated[str, about("The account that referred it.")]
    detected_on: Annotated[date, about("The day of the detection.")]
    document: Annotated[str, about("The whole state as JSON; free text in it is encrypted.")]


TABLE: Final = table(
    "cases",
    CaseRow,
    ("case_id",),
    Index("cases_of_person", "person_id", "is_open"),
    Index("cases_of_detector", "detected_by", "detected_on", "case_id"),
    Index(
        "one_open_case",
        "organisation",
        "person_id",
        unique=True,
        sqlite_where=text("is_open"),
        postgresql_where=text("is_open"),
    ),
)

_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(CaseState).decode


def rows(case: CaseState, deadlines: Deadlines) -> Iterator[CaseRow]:
    """Yield the one row of the case."""
    yield CaseRow(
        case.case_id,
        case.organisation,
        case.person_id,
        case.state != State.CLOSED,
        case.state,
        case.version,
        case.counsellor,
        case.detected_by,
        case.detected_on,
        _encode(case).decode(),
    )


def find(connection: Connection, case_id: str, within: Reach = EVERY_CASE) -> CaseState | None:
    """Return the case as it stands, or None when there is none `within` reach: which of the two is not told."""
    query = select(TABLE.c.document).where(TABLE.c.case_id == case_id, *_reached(within))
    document = connection.execute(query).scalar()
    return None if document is None else _decode(document)


def is_within(connection: Connection, case_id: str, reach: Reach) -> bool:
    """Tell whether there is such a case within reach, by the same look-up whatever the answer."""
    query = select(TABLE.c.version).where(TABLE.c.case_id == case_id, *_reached(reach))
    return connection.execute(query).scalar() is not None


def page(
    connection: Connection, within: Reach, after: tuple[date, str] | None, limit: int
) -> list[CaseState]:
    """Return at most `limit` cases within reach, the latest detected first, after the keyset (day, case id)."""
    query = select(TABLE.c.document).where(*_reached(within))
    if after is not None:
        query = query.where(tuple_(TABLE.c.detected_on, TABLE.c.case_id) < tuple_(*after))
    ordered = query.order_by(TABLE.c.detected_on.desc(), TABLE.c.case_id.desc()).limit(limit)
    return [_decode(document) for document in connection.execute(ordered).scalars()]


def _reached(reach: Reach) -> Iterator[ColumnElement[bool]]:
    """Put a reach as conditions on the table."""
    if reach.organisation is not None:
        yield TABLE.c.organisation == reach.organisation
    if reach.counsellor is not None:
        yield or_(TABLE.c.counsellor == reach.counsellor, TABLE.c.counsellor.is_(None))
    if reach.detected_by is not None:
        yield TABLE.c.detected_by == reach.detected_by


def cases_of(connection: Connection, person_id: str) -> list[str]:
    """Return the ids of all the person's cases. For an erasure, which is rare: no index is kept for it."""
    query = select(TABLE.c.case_id).where(TABLE.c.person_id == person_id).order_by(TABLE.c.case_id)
    return list(connection.execute(query).scalars())


def open_cases_of(connection: Connection, person_id: str) -> dict[str, str]:
    """Return the person's open cases: the organisation of each, by case id."""
    query = select(TABLE.c.case_id, TABLE.c.organisation).where(
        and_(TABLE.c.person_id == person_id, TABLE.c.is_open)
    )
    return dict(connection.execute(query).tuples().all())


CASE: Final = ReadModel("case", 1, TABLE, CaseRow, rows)
