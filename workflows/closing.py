"""Why a case may be closed, and from which state each reason makes sense.

The documents name outcomes, not closing reasons; this list and its grouping are ours (domain note †).
"""

from typing import Final

from workflows.labels import LabelledEnum
from workflows.states import State


class ClosingGroup(LabelledEnum):
    """What kind of end a closing is."""

    ACHIEVED = "achieved", "Abouti", "Achieved"
    PERSON = "person", "Du fait de la personne", "The person's situation"
    REDIRECTED = "redirected", "Réorienté", "Redirected"
    VOID = "void", "Sans objet", "Void"
    NO_SOLUTION = "no_solution", "Sans solution", "No solution"


class ClosingReason(LabelledEnum):
    """Why a case was closed, with the group it counts in."""

    group: ClosingGroup

    def __init__(self, code: str, fr: str, en: str, group: ClosingGroup) -> None:
        """Keep the labels and the group."""
        super().__init__(code, fr, en)
        self.group = group

    CARE_PERFORMED = "care_performed", "Soins réalisés", "Care performed", ClosingGroup.ACHIEVED
    CARE_PARTLY_PERFORMED = (
        "care_partly_performed",
        "Soins réalisés en partie",
        "Care partly performed",
        ClosingGroup.ACHIEVED,
    )
    RIGHTS_OPENED_ONLY = (
        "rights_opened_only",
        "Droits ouverts, sans soins réalisés",
        "Rights opened only",
        ClosingGroup.ACHIEVED,
    )
    CONSENT_REFUSED = "consent_refused", "Consentement refusé", "Consent refused", ClosingGroup.PERSON
    CONSENT_WITHDRAWN = "consent_withdrawn", "Consentement retiré", "Consent withdrawn", ClosingGroup.PERSON
    UNREACHABLE = "unreachable", "Personne injoignable", "Person unreachable", ClosingGroup.PERSON
    DISENGAGED = "disengaged", "La personne ne donne pas suite", "Person disengaged", ClosingGroup.PERSON
    MOVED = "moved", "Déménagement", "Person moved away", ClosingGroup.PERSON
    DECEASED = "deceased", "Décès", "Person deceased", ClosingGroup.PERSON
    SOCIAL_SERVICE = (
        "social_service",
        "Prise en charge par le service social",
        "Taken on by the social service",
        ClosingGroup.REDIRECTED,
    )
    PARTNER = "partner", "Prise en charge par un partenaire", "Taken on by a partner", ClosingGroup.REDIRECTED
    NOT_RELEVANT = "not_relevant", "Saisine non pertinente", "Referral not relevant", ClosingGroup.VOID
    DUPLICATE = "duplicate", "Doublon", "Duplicate", ClosingGroup.VOID
    NO_SOLUTION = "no_solution", "Aucune solution trouvée", "No solution found", ClosingGroup.NO_SOLUTION


_LEFT: Final = frozenset({ClosingReason.MOVED, ClosingReason.DECEASED})
_STOPPED: Final = _LEFT | {ClosingReason.UNREACHABLE, ClosingReason.DISENGAGED}

REJECTION_REASONS: Final = frozenset({ClosingReason.NOT_RELEVANT, ClosingReason.DUPLICATE})
"""Why a referral may be rejected before any relevance was granted to it."""

CLOSING_REASONS: Final[dict[State, frozenset[ClosingReason]]] = {
    State.DETECTED: _STOPPED | {ClosingReason.DUPLICATE},
    State.CONSENTED: _STOPPED | {ClosingReason.DUPLICATE},
    State.BILAN_DONE: _STOPPED | {ClosingReason.DUPLICATE, ClosingReason.NO_SOLUTION},
    State.PLAN_BUILT: _STOPPED
    | {ClosingReason.CARE_PARTLY_PERFORMED, ClosingReason.RIGHTS_OPENED_ONLY, ClosingReason.NO_SOLUTION},
    State.CARE_PERFORMED: _LEFT | {ClosingReason.CARE_PERFORMED, ClosingReason.CARE_PARTLY_PERFORMED},
    State.REFERRED_ONWARD: _LEFT,
}
"""The reasons the trigger `close` accepts, by the state it closes. Refusing or withdrawing consent, rejecting
a referral and a partner's completion close a case through triggers of their own."""
