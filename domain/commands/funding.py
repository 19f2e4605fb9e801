"""Commands on the funding package. All amounts are whole cents."""

from typing import Annotated, ClassVar

from pydantic import Field

from domain.case_state import CaseState
from domain.command import Cents, NeedId, Noted, PositiveCents, QuoteId, RequestId
from domain.event import Payload
from domain.events import funding as happened
from domain.vocabulary import Funder
from workflows.triggers import Trigger


class RecordQuote(Noted):
    """A professional's quote for one need."""

    trigger: ClassVar[Trigger] = Trigger.RECORD_QUOTE
    event: ClassVar[type[Payload]] = happened.QuoteRecorded

    need_id: NeedId
    total_cents: PositiveCents
    basic_share_cents: Cents = 0
    complementary_share_cents: Cents = 0

    def decide(self, case: CaseState) -> list[Payload]:
        """Number the quote after those of the case."""
        return [self.become(happened.QuoteRecorded, quote_id=f"q{len(case.quotes) + 1}")]


class RequestFunding(Noted):
    """A funder is asked to pay part of a quote's rest-to-pay."""

    trigger: ClassVar[Trigger] = Trigger.REQUEST_FUNDING
    event: ClassVar[type[Payload]] = happened.FundingRequested

    quote_id: QuoteId
    funder: Funder
    amount_cents: PositiveCents

    def decide(self, case: CaseState) -> list[Payload]:
        """Number the request after those of the case."""
        return [self.become(happened.FundingRequested, request_id=f"r{len(case.requests) + 1}")]


class DecideFunding(Noted):
    """The funder answered; nothing granted is a refusal."""

    trigger: ClassVar[Trigger] = Trigger.DECIDE_FUNDING
    event: ClassVar[type[Payload]] = happened.FundingDecided

    request_id: RequestId
    granted_cents: Cents


class AgreeInstalments(Noted):
    """The professional accepts that the person's share be paid in instalments."""

    trigger: ClassVar[Trigger] = Trigger.AGREE_INSTALMENTS
    event: ClassVar[type[Payload]] = happened.InstalmentsAgreed

    quote_id: QuoteId
    person_share_cents: Cents
    instalments: Annotated[int, Field(ge=1, le=60, description="In how many payments; 1 for a single one.")]
