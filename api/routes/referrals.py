"""One's own referrals: how far they have come."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from api import documentation as doc
from api.caller import Allowed, Caller
from api.paging import link_to_next
from api.parameters import Once
from api.paths import API, CASE, CaseId
from api.problems import Kind
from api.reading.referrals import ReferralsQuery, referral_seen, referrals_seen
from api.views.base import answer
from api.views.referrals import ReferralsView, ReferralView
from domain.access import Permission

router: Final = APIRouter(prefix=API, tags=["referrals"])

MayFollow = Annotated[Caller, Depends(Allowed(Permission.FOLLOW_REFERRALS))]


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
    found = referrals_seen(caller, query)
    return answer(found.view, link_to_next(request, found.last))


@router.get(
    f"/referrals/{CASE}",
    operation_id="read_referral",
    summary="The progress of one referral",
    response_model=ReferralView,
    responses=doc.responses(Kind.NOT_FOUND, example="referral-progress"),
)
def read_referral(case_id: CaseId, caller: MayFollow) -> Response:
    """Return how far a referral of the asker has come."""
    return answer(referral_seen(caller, case_id))
