"""The funding package [001, II.2.3]: quotes, funders asked, their decisions, the person's share. All in cents."""

from datetime import date
from typing import ClassVar

from domain.case_state import CaseState, FundingRequest, Quote
from domain.event import Payload


class QuoteRecorded(Payload, frozen=True, gc=False):
    """A professional's quote for one need; the rest-to-pay is the total less the insurers' shares."""

    topic: ClassVar[str] = "case.quote_recorded"
    correctable: ClassVar[frozenset[str]] = frozenset(
        {"total_cents", "basic_share_cents", "complementary_share_cents"}
    )

    quote_id: str
    need_id: str
    total_cents: int
    basic_share_cents: int = 0
    complementary_share_cents: int = 0

    def apply(self, case: CaseState, on: date) -> None:
        """The quote joins the package."""
        case.quotes[self.quote_id] = Quote(
            self.need_id,
            self.total_cents,
            self.basic_share_cents,
            self.complementary_share_cents,
            self.total_cents - self.basic_share_cents - self.complementary_share_cents,
            on,
        )


class FundingRequested(Payload, frozen=True, gc=False):
    """A funder was asked to pay part of a quote's rest-to-pay."""

    topic: ClassVar[str] = "case.funding_requested"
    correctable: ClassVar[frozenset[str]] = frozenset({"funder", "amount_cents"})

    request_id: str
    quote_id: str
    funder: str
    amount_cents: int

    def apply(self, case: CaseState, on: date) -> None:
        """The request awaits its decision."""
        case.requests[self.request_id] = FundingRequest(
            self.quote_id, self.funder, self.amount_cents, on, case.organisation
        )


class FundingDecided(Payload, frozen=True, gc=False):
    """The funder answered: nothing granted is a refusal."""

    topic: ClassVar[str] = "case.funding_decided"
    correctable: ClassVar[frozenset[str]] = frozenset({"granted_cents"})

    request_id: str
    granted_cents: int

    def apply(self, case: CaseState, on: date) -> None:
        """The request has its decision."""
        request = case.requests[self.request_id]
        request.status = "granted" if self.granted_cents else "refused"
        request.granted_cents = self.granted_cents
        request.decided_on = on


class InstalmentsAgreed(Payload, frozen=True, gc=False):
    """The professional accepted that the person's share be paid in instalments."""

    topic: ClassVar[str] = "case.instalments_agreed"
    correctable: ClassVar[frozenset[str]] = frozenset({"person_share_cents", "instalments"})

    quote_id: str
    person_share_cents: int
    instalments: int

    def apply(self, case: CaseState, on: date) -> None:
        """The person's share is known."""
        quote = case.quotes[self.quote_id]
        quote.person_share_cents = self.person_share_cents
        quote.instalments = self.instalments
