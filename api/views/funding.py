"""The funding package as the API shows it: what each quote leaves to pay, who pays it, what nobody pays yet."""

from datetime import date
from typing import Self

from pydantic import Field

from api.views.base import Coded, View
from domain.case_state import CaseState, FundingRequest
from domain.vocabulary import Funder
from workflows.guards import granted_on
from workflows.labels import Language


class RequestView(View):
    """What a funder was asked for, and answered, in cents."""

    request_id: str
    funder: Coded
    amount_cents: int
    requested_on: date
    status: str = Field(description="pending, granted or refused.")
    granted_cents: int
    decided_on: date | None

    @classmethod
    def of(cls, request_id: str, request: FundingRequest, language: Language) -> Self:
        """Show a request."""
        return cls(
            request_id=request_id,
            funder=Coded.of(Funder, request.funder, language),
            amount_cents=request.amount_cents,
            requested_on=request.requested_on,
            status=request.status,
            granted_cents=request.granted_cents,
            decided_on=request.decided_on,
        )


class QuoteView(View):
    """A professional's quote for one need, and its funding, in cents."""

    quote_id: str
    need_id: str
    recorded_on: date
    total_cents: int
    basic_share_cents: int
    complementary_share_cents: int
    rest_to_pay_cents: int = Field(description="The total less the insurers' shares.")
    granted_cents: int = Field(description="What funders granted.")
    person_share_cents: int = Field(description="What the person pays.")
    instalments: int = Field(description="In how many payments; 0 while none are agreed.")
    uncovered_cents: int = Field(description="What nobody pays yet.")
    covered: bool = Field(description="Whether grants and the person's share make the rest-to-pay.")
    requests: list[RequestView]

    @classmethod
    def of(cls, quote_id: str, case: CaseState, language: Language) -> Self:
        """Show a quote of the case."""
        quote = case.quotes[quote_id]
        uncovered = case.uncovered_cents(quote_id)
        return cls(
            quote_id=quote_id,
            need_id=quote.need_id,
            recorded_on=quote.recorded_on,
            total_cents=quote.total_cents,
            basic_share_cents=quote.basic_share_cents,
            complementary_share_cents=quote.complementary_share_cents,
            rest_to_pay_cents=quote.rest_to_pay_cents,
            granted_cents=granted_on(case, quote_id),
            person_share_cents=quote.person_share_cents,
            instalments=quote.instalments,
            uncovered_cents=uncovered,
            covered=uncovered == 0,
            requests=[
                RequestView.of(request_id, request, language)
                for request_id, request in case.requests.items()
                if request.quote_id == quote_id
            ],
        )


class FundingView(View):
    """The whole package, in cents; the totals are over all quotes."""

    quotes: list[QuoteView]
    rest_to_pay_cents: int
    granted_cents: int
    person_share_cents: int
    uncovered_cents: int
    covered: bool | None = Field(description="Whether every quote is covered; null without any quote.")

    @classmethod
    def of(cls, case: CaseState, language: Language) -> Self:
        """Show the package of a case."""
        quotes = [QuoteView.of(quote_id, case, language) for quote_id in case.quotes]
        return cls(
            quotes=quotes,
            rest_to_pay_cents=sum(quote.rest_to_pay_cents for quote in quotes),
            granted_cents=sum(quote.granted_cents for quote in quotes),
            person_share_cents=sum(quote.person_share_cents for quote in quotes),
            uncovered_cents=sum(quote.uncovered_cents for quote in quotes),
            covered=all(quote.covered for quote in quotes) if quotes else None,
        )
