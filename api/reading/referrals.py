"""One's own referrals: how far they have come, and nothing of anybody's health."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from adapters.database import reading
from api.caller import Caller
from api.paging import Cursor, Keyset, Limit, read_cursor
from api.views.referrals import ReferralsView, ReferralView
from domain.errors import CaseNotFound
from projections import case as cases


class ReferralsQuery(BaseModel):
    """Which page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Limit = 50
    after: Cursor = None


@dataclass(frozen=True, slots=True)
class ReferralsPage:
    """A page of one's referrals, and its last row if there is a next page."""

    view: ReferralsView
    last: Keyset | None


def referrals_seen(caller: Caller, query: ReferralsQuery) -> ReferralsPage:
    """Return the referrals that the caller made, the latest first. Raises ProblemError: INVALID."""
    after = read_cursor(query.after, caller.language)
    with reading(caller.service.engine) as connection:
        found = cases.page(connection, caller.reach, after, query.limit + 1)
    page = found[: query.limit]
    last = (page[-1].detected_on, page[-1].case_id) if len(found) > query.limit else None
    return ReferralsPage(
        ReferralsView(referrals=[ReferralView.of(case, caller.language) for case in page]), last
    )


def referral_seen(caller: Caller, case_id: str) -> ReferralView:
    """Return how far a referral of the caller has come. Raises CaseNotFound."""
    with reading(caller.service.engine) as connection:
        case = cases.find(connection, case_id, caller.reach)
    if case is None:
        raise CaseNotFound(case_id)
    return ReferralView.of(case, caller.language)
