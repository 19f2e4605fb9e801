"""The counsellor queue: the open cases, what is due next on each and when.

Days in state, days since the last successful contact and overdue depend on the day one looks: they are computed
from the stored dates when the queue is read, never stored.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Index, Select, func, select, tuple_

from domain.case_state import CaseState
from projections.facts import about, table
from projections.read_model import ReadModel
from workflows.deadlines import Deadlines, next_due


class QueueRow(Struct, gc=False):
    """One open case."""

    case_id: Annotated[str, about("The case.", "Le dossier.")]
    organisation: Annotated[str, about("The organisation that follows it.", "L'organisme qui le suit.")]
    counsellor: Annotated[
        str | None,
        about(
            "The account that follows it; none while unassigned.",
            "Le compte qui le suit ; aucun tant qu'il n'est pas attribué.",
        ),
    ]
    state: Annotated[str, about("Its state, a code of `state`.", "Son état, un code de `state`.")]
    entered_on: Annotated[
        date, about("The day it entered that state.", "Le jour de son entrée dans cet état.")
    ]
    detected_on: Annotated[date, about("The day of the detection.", "Le jour de la détection.")]
    due_on: Annotated[
        date,
        about(
            "The last day, included, for the next step.", "Le dernier jour, inclus, pour la prochaine étape."
        ),
    ]
    next_step: Annotated[
        str, about("What is due, a code of `next_step`.", "Ce qui est à faire, un code de `next_step`.")
    ]
    last_reached_on: Annotated[
        date | None,
        about("The last successful contact with the person.", "Le dernier contact abouti avec la personne."),
    ]
    suspended_until: Annotated[
        date | None,
        about("The end of the suspension, if suspended.", "La fin de la suspension, s'il est suspendu."),
    ]
    open_needs: Annotated[int, about("How many needs are open.", "Combien de besoins sont ouverts.")]


TABLE: Final = table(
    "counsellor_queue",
    QueueRow,
    ("case_id",),
    Index("queue_of_counsellor", "organisation", "counsellor", "due_on", "case_id"),
    Index("queue_of_organisation", "organisation", "due_on", "case_id"),
    french="Un dossier ouvert.",
)


def rows(case: CaseState, deadlines: Deadlines) -> tuple[QueueRow, ...]:
    """Return the case's row while it is open."""
    due = next_due(case, deadlines)
    if due is None:
        return ()
    due_on, step = due
    row = QueueRow(
        case.case_id,
        case.organisation,
        case.counsellor,
        case.state,
        case.entered_on,
        case.detected_on,
        due_on,
        step.value,
        case.last_reached_on,
        case.suspended_until,
        len(case.open_needs()),
    )
    return (row,)


COUNSELLOR_QUEUE: Final = ReadModel("counsellor_queue", 1, TABLE, QueueRow, rows, depends_on_deadlines=True)


class QueueCase(Struct, frozen=True):
    """One case of the queue as seen on a day: the stored dates and what they mean that day, in days."""

    case_id: str
    organisation: str
    counsellor: str | None
    state: str
    entered_on: date
    days_in_state: int
    detected_on: date
    due_on: date
    next_step: str
    overdue: bool
    days_overdue: int
    last_reached_on: date | None
    days_since_reached: int | None
    suspended_until: date | None
    open_needs: int


Sort = Literal["due", "in_state", "without_contact", "detected"]
"""What comes first: the earliest due, the longest in its state, the longest without a successful contact, or the
latest detected; then the case id, so that the order is one."""

Keyset = tuple[date, str]
"""The day that an order goes by, and the case id."""

_SILENT_SINCE: Final[ColumnElement[date]] = func.coalesce(TABLE.c.last_reached_on, TABLE.c.detected_on)
"""Since when a person has not been reached: whoever never was, since the detection."""

_BY: Final[Mapping[Sort, ColumnElement[date]]] = {
    "due": TABLE.c.due_on,
    "in_state": TABLE.c.entered_on,
    "without_contact": _SILENT_SINCE,
    "detected": TABLE.c.detected_on,
}
_LATEST_FIRST: Final[Sort] = "detected"


class QueueFilters(Struct, frozen=True):
    """Which open cases, and in which order: `mine_or_unassigned` is a counsellor's view, their own and nobody's.

    `not_reached_for` is in days: those whose last successful contact is as long ago or longer, or that were never
    reached and detected as long ago. `after` is the keyset of the last row seen, in the same order.
    """

    organisation: str | None = None
    counsellor: str | None = None
    mine_or_unassigned: str | None = None
    unassigned: bool = False
    state: str | None = None
    overdue: bool = False
    suspended: bool | None = None
    not_reached_for: int | None = None
    sort: Sort = "due"
    after: Keyset | None = None
    limit: int = 50


def keyset(case: QueueCase, sort: Sort) -> Keyset:
    """Return where a case stands in an order."""
    days: Mapping[Sort, date] = {
        "due": case.due_on,
        "in_state": case.entered_on,
        "without_contact": case.last_reached_on or case.detected_on,
        "detected": case.detected_on,
    }
    return days[sort], case.case_id


def not_reached_for(days: int, today: date) -> ColumnElement[bool]:
    """Return the condition of the cases without a successful contact for so many days or more."""
    since = _SILENT_SINCE
    return since <= today - timedelta(days)


def queue(connection: Connection, filters: QueueFilters, today: date) -> list[QueueCase]:
    """Return at most `limit` open cases, in the order asked for, after the keyset `after`.

    The earliest due are read in the order of an index. Another order reads what the account may see of the open cases
    of one cell and sorts it: thousands at most, however many are closed.
    """
    if filters.mine_or_unassigned is not None:
        return _mine_and_unassigned(connection, filters, today)
    query = _query(filters, today)
    if filters.counsellor is not None:
        query = query.where(TABLE.c.counsellor == filters.counsellor)
    elif filters.unassigned:
        query = query.where(TABLE.c.counsellor.is_(None))
    return [_seen(QueueRow(*row), today) for row in connection.execute(query)]


def _mine_and_unassigned(connection: Connection, filters: QueueFilters, today: date) -> list[QueueCase]:
    # Two index walks merged: an OR over the counsellor would make either database sort all of the organisation's.
    found: list[QueueCase] = []
    for mine in (TABLE.c.counsellor == filters.mine_or_unassigned, TABLE.c.counsellor.is_(None)):
        rows_ = connection.execute(_query(filters, today).where(mine))
        found += [_seen(QueueRow(*row), today) for row in rows_]
    backwards = filters.sort == _LATEST_FIRST
    return sorted(found, key=lambda case: keyset(case, filters.sort), reverse=backwards)[: filters.limit]


def _query(filters: QueueFilters, today: date) -> Select[Any]:
    by = (_BY[filters.sort], TABLE.c.case_id)
    backwards = filters.sort == _LATEST_FIRST
    query = select(TABLE).order_by(*([c.desc() for c in by] if backwards else by)).limit(filters.limit)
    if filters.organisation is not None:
        query = query.where(TABLE.c.organisation == filters.organisation)
    if filters.state is not None:
        query = query.where(TABLE.c.state == filters.state)
    if filters.overdue:
        query = query.where(TABLE.c.due_on < today)
    if filters.suspended is not None:
        until = TABLE.c.suspended_until
        query = query.where(until.is_not(None) if filters.suspended else until.is_(None))
    if filters.not_reached_for is not None:
        query = query.where(not_reached_for(filters.not_reached_for, today))
    if filters.after is not None:
        place = tuple_(*by)
        query = query.where(place < filters.after if backwards else place > filters.after)
    return query


def _seen(row: QueueRow, today: date) -> QueueCase:
    late = (today - row.due_on).days
    reached = row.last_reached_on
    return QueueCase(
        row.case_id,
        row.organisation,
        row.counsellor,
        row.state,
        row.entered_on,
        (today - row.entered_on).days,
        row.detected_on,
        row.due_on,
        row.next_step,
        late > 0,
        max(late, 0),
        reached,
        (today - reached).days if reached else None,
        row.suspended_until,
        row.open_needs,
    )
