"""What happens before the plan: detection, relevance, consent, the rights review."""

from datetime import date
from typing import ClassVar

from msgspec import Struct, field

from domain.case_state import Bilan, CaseState, Entry, Episode, MoneyLine, Need
from domain.event import Payload
from workflows.states import State


class DetectedNeed(Struct, frozen=True, omit_defaults=True, gc=False):
    """A piece of forgone care as the detector heard it."""

    care_type: str
    reasons: list[str]
    since: date | None = None


class CareForgoingDetected(Payload, frozen=True, gc=False):
    """A detector referred a person who has given up care, with the person's agreement to be contacted [001]."""

    topic: ClassVar[str] = "case.detected"
    schema_version: ClassVar[int] = 2
    correctable: ClassVar[frozenset[str]] = frozenset({"source", "partner_kind", "origin"})

    person_id: str
    source: str
    origin: str
    agreed_to_contact: bool
    partner_kind: str | None = None
    needs: list[DetectedNeed] = field(default_factory=list)

    def start(self, case_id: str, organisation: str, actor: str, on: date) -> CaseState:
        """Return the new case, as an actor of an organisation detected it."""
        return CaseState(
            case_id=case_id,
            person_id=self.person_id,
            organisation=organisation,
            detected_by=actor,
            detecting_organisation=organisation,
            detected_on=on,
            source=self.source,
            origin=self.origin,
            agreed_to_contact=self.agreed_to_contact,
            partner_kind=self.partner_kind,
            state=State.DETECTED.value,
            entered_on=on,
            path=[Entry(State.DETECTED.value, on)],
            episodes=[Episode(1, on)],
            needs={
                f"n{number}": Need(need.care_type, need.reasons, on, organisation, need.since)
                for number, need in enumerate(self.needs, 1)
            },
        )


class ReferralAccepted(Payload, frozen=True, gc=False):
    """The referral was found relevant and a counsellor took the case [003]; the administrative check is optional."""

    topic: ClassVar[str] = "case.referral_accepted"

    counsellor: str
    administrative_check: dict[str, bool] = field(default_factory=dict)

    def apply(self, case: CaseState, on: date) -> None:
        """The case has its counsellor."""
        case.relevance_accepted = True
        case.administrative_check = self.administrative_check
        follow(case, self.counsellor)


class ReferralRejected(Payload, frozen=True, gc=False):
    """The referral was found not relevant, or a duplicate."""

    topic: ClassVar[str] = "case.referral_rejected"

    reason: str

    def apply(self, case: CaseState, on: date) -> None:
        """The episode ends before it began."""
        end_episode(case, on, self.reason)


class CounsellorAssigned(Payload, frozen=True, gc=False):
    """A case that nobody followed got its counsellor."""

    topic: ClassVar[str] = "case.counsellor_assigned"

    counsellor: str

    def apply(self, case: CaseState, on: date) -> None:
        """The case has its counsellor."""
        follow(case, self.counsellor)


class CounsellorReassigned(Payload, frozen=True, gc=False):
    """Another counsellor took over: what the continuity rate counts."""

    topic: ClassVar[str] = "case.counsellor_reassigned"

    counsellor: str
    reason: str

    def apply(self, case: CaseState, on: date) -> None:
        """The case changes hands."""
        follow(case, self.counsellor)


class ConsentRecorded(Payload, frozen=True, gc=False):
    """The person accepted to be accompanied, and said with which partners their file may be shared [001, 003]."""

    topic: ClassVar[str] = "case.consent_recorded"

    share_with: list[str] = field(default_factory=list)

    def apply(self, case: CaseState, on: date) -> None:
        """The accompaniment begins: durations are counted from here."""
        case.consented_on = on
        case.share_with = list(self.share_with)
        case.episode.consented_on = on


class ConsentAmended(Payload, frozen=True, gc=False):
    """The person changed with which partners their file may be shared."""

    topic: ClassVar[str] = "case.consent_amended"

    share_with: list[str] = field(default_factory=list)

    def apply(self, case: CaseState, on: date) -> None:
        """The new scope replaces the old."""
        case.share_with = list(self.share_with)


class ConsentRefused(Payload, frozen=True, gc=False):
    """The person did not want to be accompanied."""

    topic: ClassVar[str] = "case.consent_refused"

    def apply(self, case: CaseState, on: date) -> None:
        """The episode ends."""
        end_episode(case, on, "consent_refused")


class ConsentWithdrawn(Payload, frozen=True, gc=False):
    """The person no longer wants to be accompanied."""

    topic: ClassVar[str] = "case.consent_withdrawn"

    def apply(self, case: CaseState, on: date) -> None:
        """The episode ends, and with it all that rested on the consent."""
        case.share_with = []
        case.consented_on = None
        end_episode(case, on, "consent_withdrawn")


class _Review(Payload, frozen=True, gc=False):
    """The content of a rights review, amounts a month in cents."""

    basic_cover: str
    complementary_cover: str
    resources: list[MoneyLine] = field(default_factory=list)
    charges: list[MoneyLine] = field(default_factory=list)
    vitale_card_current: bool | None = None
    registered_doctor: bool | None = None
    other_rights: list[str] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)

    def bilan(self, done_on: date, amended_on: date | None = None) -> Bilan:
        """Return the review with its disposable income: Σ resources − Σ charges, in cents a month."""
        return Bilan(
            done_on,
            self.basic_cover,
            self.complementary_cover,
            self.resources,
            self.charges,
            self.vitale_card_current,
            self.registered_doctor,
            self.other_rights,
            self.obstacles,
            amended_on,
            sum(line.cents for line in self.resources) - sum(line.cents for line in self.charges),
        )


class BilanCompleted(_Review, frozen=True, gc=False):
    """All the person's rights were reviewed [001, I.1]."""

    topic: ClassVar[str] = "case.bilan_completed"

    def apply(self, case: CaseState, on: date) -> None:
        """The review stands."""
        case.bilan = self.bilan(on)


class BilanAmended(_Review, frozen=True, gc=False):
    """The person's situation changed, and the review with it."""

    topic: ClassVar[str] = "case.bilan_amended"

    def apply(self, case: CaseState, on: date) -> None:
        """The new review replaces the old, whose date it keeps."""
        done_on = case.bilan.done_on if case.bilan else on
        case.bilan = self.bilan(done_on, on)


def follow(case: CaseState, counsellor: str) -> None:
    """Put the case in a counsellor's hands, keeping the list of all who held it."""
    case.counsellor = counsellor
    if not case.counsellors or case.counsellors[-1] != counsellor:
        case.counsellors.append(counsellor)


def end_episode(case: CaseState, on: date, reason: str) -> None:
    """Date the end of the running episode and say why; a closed case is not suspended."""
    case.episode.closed_on = on
    case.episode.closing_reason = reason
    case.episode.closed_by = case.organisation
    case.suspended_until = None
    case.suspended_for = None
