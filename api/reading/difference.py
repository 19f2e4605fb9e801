"""A statistic in two pasts, and the events that make the difference, for whoever sees figures and events alike."""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from adapters.database import glancing
from adapters.past_difference import Difference, Explaining, difference
from api.caller import Caller
from api.field_errors import in_parameter
from api.past import refuse_day_to_come
from api.problems import Kind, ProblemError
from api.recording import people_of, record
from api.refusals import invalid
from domain.access import Permission, reach
from domain.accesses import AccessKind
from domain.as_of import AsOf, Basis
from domain.command import Day
from projections.case import among
from projections.statistic import Statistic
from projections.statistics import Filters

SHOWN: Final = 40
"""The events that are told one by one; the others are counted."""


class DifferenceQuery(BaseModel):
    """Which two pasts, and which days are counted in both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: Day
    before_basis: Basis = Basis.HAPPENED
    after: Day
    after_basis: Basis = Basis.HAPPENED
    since: Day | None = Field(default=None, alias="from")
    until: Day | None = Field(default=None, alias="to")

    @property
    def pasts(self) -> tuple[AsOf, AsOf]:
        """The two pasts."""
        return AsOf(self.before, self.before_basis), AsOf(self.after, self.after_basis)


def difference_seen(
    caller: Caller, statistic: Statistic, query: DifferenceQuery
) -> tuple[Difference, list[Explaining]]:
    """Return what differs between two pasts of the caller's cases, and the first events that explain it.

    The events told are those of cases that the caller may still know of: one that was handed on counts, unnamed. They
    are recorded as seen.
    Raises ProblemError: FORBIDDEN for whoever sees no event, INVALID; PeriodBackwards.
    """
    within = reach(caller.principal, Permission.SEE_HISTORY)
    if within is None:
        raise ProblemError(Kind.FORBIDDEN)
    refuse_day_to_come(query.after, "after", caller)
    refuse_day_to_come(query.before, "before", caller)
    before, after = query.pasts
    if before == after:
        raise invalid([in_parameter("query", "after", "same_past", caller.language)])
    own = caller.reach.organisation
    filters = Filters((own,) if own is not None else (), (), query.since, query.until)
    service = caller.service
    found = difference(service.engine, service.figures, statistic, filters, before, after)
    cases = {one.event.originator_id for one in found.events}
    with glancing(service.engine) as connection:
        known = among(connection, within, sorted(cases))
    told = [one for one in found.events if one.event.originator_id in known][:SHOWN]
    if told:
        record(caller, AccessKind.EVENTS, people_of(caller, {one.event.originator_id for one in told}))
    return found, told
