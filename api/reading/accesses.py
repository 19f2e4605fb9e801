"""Who saw what, for auditors and data-protection officers, within their reach; looking is recorded in its turn.

An organisation's auditor sees the accesses to its cases, whoever read, and those of its accounts, whatever they read.
Of one case, or of one person's, everything is told: an earlier organisation's readings go along with the case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from adapters import accesses
from adapters.accesses import AccessFilters, RecordedAccess
from adapters.database import reading
from api.caller import Caller
from api.field_errors import in_parameter
from api.paging import Cursor, Keyset, Limit, read_cursor
from api.problems import Kind, ProblemError
from api.recording import record
from api.refusals import invalid
from api.views.accesses import AccessesView, AccessView
from domain.accesses import AccessKind, Ground
from domain.codes import AccountCode, OrganisationCode
from domain.command import Day
from domain.days import PARIS, end_of
from domain.errors import CaseNotFound
from projections import case as cases

MOST_IN_A_FILE: Final = 10_000


class AccessesQuery(BaseModel):
    """Which accesses."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    case: UUID | None = Field(default=None, description="Only those to this case; all of them, by anybody.")
    person: UUID | None = Field(
        default=None,
        description="Only those to the cases of this person, by the pseudonym that answers give.",
    )
    actor: AccountCode | None = Field(default=None, description="Only those by this account.")
    organisation: OrganisationCode | None = Field(
        default=None, description="Only those to this organisation's cases, and those by its accounts."
    )
    kind: AccessKind | None = Field(default=None, description="Only those of this kind.")
    break_glass: bool = Field(
        default=False, description="Only those that a broken glass allowed, and the breaking itself."
    )
    since: Annotated[Day | None, Field(alias="from", description="The first day, included.")] = None
    until: Annotated[Day | None, Field(alias="to", description="The last day, included.")] = None
    limit: Limit = 50
    after: Cursor = None

    @property
    def of_somebody(self) -> bool:
        """Whether it asks for what concerns one person."""
        return self.case is not None or self.person is not None


@dataclass(frozen=True, slots=True)
class AccessesPage:
    """A page of the log, and its last row if there is a next page."""

    view: AccessesView
    last: Keyset | None


def accesses_seen(caller: Caller, query: AccessesQuery) -> AccessesPage:
    """Return a page of the log, the latest first. Raises CaseNotFound, ProblemError, AccessNotRecorded."""
    found = _found(caller, query, query.limit + 1)
    page = found[: query.limit]
    last = (page[-1].at.date(), page[-1].access_id) if len(found) > query.limit else None
    return AccessesPage(_view(caller, page), last)


def accesses_in_a_file(caller: Caller, query: AccessesQuery) -> AccessesView:
    """Return all that a page leads through, the latest 10,000 of it. Raises like `accesses_seen`."""
    return _view(caller, _found(caller, query, MOST_IN_A_FILE))


def glasses_broken(caller: Caller, query: AccessesQuery, limit: int) -> AccessesView:
    """Return the latest glasses broken among what is asked for: what stands first for whoever looks.

    It is part of a page whose reading is recorded. Raises CaseNotFound, ProblemError.
    """
    filters, _ = _filters(caller, query)
    asked = replace(filters, kind=AccessKind.BREAK_GLASS, after=None, limit=limit)
    with reading(caller.service.engine) as connection:
        return _view(caller, accesses.listed(connection, asked))


def _found(caller: Caller, query: AccessesQuery, limit: int) -> list[RecordedAccess]:
    filters, people = _filters(caller, query)
    with reading(caller.service.engine) as connection:
        found = accesses.listed(connection, replace(filters, limit=limit))
    record(caller, AccessKind.ACCESSES, people)
    return found


def _view(caller: Caller, found: Sequence[RecordedAccess]) -> AccessesView:
    return AccessesView(accesses=[AccessView.of(one, caller.language) for one in found])


def _filters(caller: Caller, query: AccessesQuery) -> tuple[AccessFilters, Mapping[str, str]]:
    """Return the filters asked for, inside the caller's reach, and whom they name by case."""
    own = caller.reach.organisation
    if query.organisation is not None and own not in (None, query.organisation):
        raise ProblemError(Kind.OUT_OF_REACH)
    if query.since is not None and query.until is not None and query.since > query.until:
        raise invalid([in_parameter("query", "from", "period_backwards", caller.language)])
    after = read_cursor(query.after, caller.language)
    people = _people(caller, query)
    filters = AccessFilters(
        organisation=query.organisation or (own if not query.of_somebody else None),
        case_ids=list(people) if query.of_somebody else None,
        actor=query.actor,
        kind=query.kind,
        ground=Ground.BREAK_GLASS if query.break_glass else None,
        since=None if query.since is None else datetime.combine(query.since, time(), PARIS).astimezone(UTC),
        until=None if query.until is None else end_of(query.until),
        after=after[1] if after else None,
    )
    return filters, people


def _people(caller: Caller, query: AccessesQuery) -> dict[str, str]:
    """Return the cases that are asked for by name, within reach. Raises CaseNotFound when there is none."""
    if not query.of_somebody:
        return {}
    with reading(caller.service.engine) as connection:
        rows = []
        if query.case is not None:
            row = cases.find(connection, str(query.case), caller.reach)
            rows = [row] if row is not None else []
        if query.person is not None:
            of_person = cases.about_person(connection, caller.reach, str(query.person))
            rows = of_person if query.case is None else [row for row in rows if row in of_person]
    if not rows:
        raise CaseNotFound(str(query.case or query.person))
    return {row.case_id: row.person_id for row in rows}
