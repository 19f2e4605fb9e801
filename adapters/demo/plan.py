"""One made-up case as it is planned: what must be exact is decided here, for all cases together; the rest is a script's."""

from dataclasses import dataclass, field
from datetime import date

from adapters.demo.endings import Ending
from domain.vocabulary import Outcome, Partner, Source


@dataclass(frozen=True, slots=True)
class Reopening:
    """A closed case taken up again; without a second closing it is open when the cohort ends."""

    on: date
    closed_on: date | None


@dataclass(slots=True)
class CasePlan:
    """One case. All days are working days, and `horizon` is the last on which anything is recorded.

    `closed` says whether the case must be closed by then; one that must not goes on towards an ending it does not
    reach. `outcomes` are those it has, or will have, when it closes.
    """

    number: int
    organisation: str
    detected_on: date
    recorded_on: date
    ending: Ending
    closed: bool
    consent_on: date | None
    close_on: date
    horizon: date
    source: Source = Source.RECEPTION
    partner_kind: Partner | None = None
    financial_reason: bool = False
    outcomes: set[Outcome] = field(default_factory=set)
    reopening: Reopening | None = None
    transfer_to: str | None = None
    erased_on: date | None = None
    contested_on: date | None = None
    person: int = 0

    @property
    def last_organisation(self) -> str:
        """Where the case is followed when it closes."""
        return self.transfer_to or self.organisation

    @property
    def days(self) -> int:
        """The calendar days from consent to (first) closing."""
        return (self.close_on - self.consent_on).days if self.consent_on else 0
