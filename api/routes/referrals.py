"""One's own referrals: how far they have come."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from adapters.database import reading
from api import documentation as doc
from api.caller import Allowed, Caller
from api.paging import Cursor, Limit, link_to_next, read_cursor
from api.parameters import Once
from api.paths import API, CASE, CaseId
from api.problems import Kind
from api.views.base import answer
from api.views.referrals import ReferralsView, ReferralView
from domain.access import Permission
from domain.errors import CaseNotFound
from projections import case as cases

router: Final = APIRouter(prefix=API, tags=["referrals"])

MayFollow = Annotated[Caller, Depends(Allowed(Permission.FOLLOW_REFERRALS))]


class ReferralsQuery(BaseModel):
    """Which page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Limit = 50
    after: Cursor = None


@router.get(
    "/referrals",
    operation_id="list_referrals",
    summary="One's own referrals",
    response_model=ReferralsView,
    responses=doc.responses(Kind.INVALID, example="referrals", headers=doc.LINK),
)
def list_referrals(
    request: Request, caller: MayFollow, query: Annotated[ReferralsQuery, Query()], _: Once
) -> Response:
    """Return the referrals that the asker made, the latest first: their progress, and nothing of anybody's health."""
    after = read_cursor(query.after, caller.language)
    with reading(caller.service.engine) as connection:
        found = cases.page(connection, caller.reach, after, query.limit + 1)
    page = found[: query.limit]
    last = (page[-1].detected_on, page[-1].case_id) if len(found) > query.limit else None
    view = ReferralsView(referrals=[ReferralView.of(case, caller.language) for case in page])
    return answer(view, link_to_next(request, last))


@router.get(
    f"/referrals/{CASE}",
    operation_id="read_referral",
    summary="The progress of one referral",
    response_model=ReferralView,
    responses=doc.responses(Kind.NOT_FOUND, example="referral-progress"),
)
def read_referral(case_id: CaseId, caller: MayFollow) -> Response:
    """Return how far a referral of the asker has come."""
    with reading(caller.service.engine) as connection:
        case = cases.find(connection, case_id, caller.reach)
    if case is None:
        raise CaseNotFound(case_id)
    return answer(ReferralView.of(case, caller.language))
