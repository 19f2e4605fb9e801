"""Referrals as those who made them see them: how far they have come, and nothing more."""

from datetime import date
from typing import Self

from pydantic import Field

from api.views.base import Coded, View
from domain.progress import Progress, progress_of
from projections.case import CaseRow
from workflows.labels import Language


class ReferralView(View):
    """One referral."""

    case_id: str
    referred_on: date = Field(description="The day on which the situation was detected.")
    progress: Coded = Field(description="received, followed, under_way, with_partner or closed.")
    closed_on: date | None

    @classmethod
    def of(cls, case: CaseRow, language: Language) -> Self:
        """Show the referral that opened a case."""
        progress = progress_of(case.state, case.counsellor)
        return cls(
            case_id=case.case_id,
            referred_on=case.detected_on,
            progress=Coded.of(Progress, progress, language),
            closed_on=case.entered_on if progress is Progress.CLOSED else None,
        )


class ReferralsView(View):
    """A page of one's own referrals, the latest first. The header Link leads to the next page, if there is one."""

    referrals: list[ReferralView]
