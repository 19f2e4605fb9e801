"""A detector's pages: the referral form, its receipt, and how far one's own referrals have come."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from api.pages import paths
from api.pages.filters import Done, asked
from api.pages.rendering import page
from api.pages.visitor import Signed, Visitor
from api.paging import href_of_next
from api.paths import CASE, CaseId
from api.reading.referrals import ReferralsQuery, referral_seen, referrals_seen
from domain.access import Permission

router: Final = APIRouter(include_in_schema=False)

Follows = Annotated[Visitor, Depends(Signed(Permission.FOLLOW_REFERRALS))]


@router.get(paths.REFERRALS)
def referrals_page(request: Request, visitor: Follows) -> Response:
    """Show one's own referrals, the latest first."""
    found = referrals_seen(visitor.caller, asked(ReferralsQuery, request))
    return page(
        visitor,
        "referrals.html",
        referrals=found.view.referrals,
        next_href=href_of_next(request, found.last),
    )


@router.get(f"{paths.REFERRALS}/{CASE}")
def referral_page(case_id: CaseId, visitor: Follows, recorded: Done = None) -> Response:
    """Show how far a referral has come; right after it was sent, its receipt."""
    return page(
        visitor, "referral.html", referral=referral_seen(visitor.caller, case_id), sent=recorded is not None
    )
