"""Events in words: what an auditor, a page or the command line says of each, in French and in English.

An event is shown as a label (what happened) and details (its fields, each with a label and a value in words). A code
that the vocabulary has dropped since is shown as it was written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec

from domain.context import RETENTION, STANDING_IN
from domain.event import Payload
from domain.vocabulary import (
    AbandonReason,
    ActionKind,
    ArchiveReason,
    BasicCover,
    CareType,
    Channel,
    ChargeKind,
    ComplementaryCover,
    Direction,
    DropReason,
    ForgoingReason,
    FormerRight,
    Funder,
    IdentityField,
    Level,
    Obstacle,
    Origin,
    OtherRight,
    Partner,
    Party,
    ReassignReason,
    RectifyReason,
    ReopenReason,
    ResourceKind,
    RestoreReason,
    Right,
    Source,
    SuspendReason,
    Wave,
)
from workflows.closing import ClosingReason
from workflows.labels import LabelledEnum, Language, in_language
from workflows.reasons import Euros, in_words
from workflows.roles import Role
from workflows.states import State

Texts = Mapping[str, tuple[str, str]]

EVENT_LABELS: Final[Texts] = {
    "case.detected": ("Renoncement détecté, cellule saisie", "Forgone care detected, referred to the cell"),
    "case.referral_accepted": ("Saisine acceptée", "Referral accepted"),
    "case.referral_rejected": ("Saisine rejetée", "Referral rejected"),
    "case.counsellor_assigned": ("Conseiller attribué", "Counsellor assigned"),
    "case.counsellor_reassigned": ("Conseiller remplacé", "Counsellor reassigned"),
    "case.contact_logged": ("Contact noté", "Contact logged"),
    "case.consent_recorded": ("Consentement recueilli", "Consent recorded"),
    "case.consent_amended": ("Portée du consentement modifiée", "Consent's scope amended"),
    "case.consent_refused": ("Consentement refusé", "Consent refused"),
    "case.consent_withdrawn": ("Consentement retiré", "Consent withdrawn"),
    "case.bilan_completed": ("Bilan des droits fait", "Rights review completed"),
    "case.bilan_amended": ("Bilan des droits mis à jour", "Rights review amended"),
    "case.need_added": ("Besoin de soins ajouté", "Care need added"),
    "case.need_dropped": ("Besoin de soins retiré", "Care need dropped"),
    "case.plan_built": ("Plan d'accompagnement construit", "Plan built"),
    "case.plan_revised": ("Plan d'accompagnement complété", "Plan revised"),
    "case.action_started": ("Action commencée", "Action started"),
    "case.action_completed": ("Action terminée", "Action completed"),
    "case.action_abandoned": ("Action abandonnée", "Action abandoned"),
    "case.quote_recorded": ("Devis enregistré", "Quote recorded"),
    "case.funding_requested": ("Financement demandé", "Funding requested"),
    "case.funding_decided": ("Décision du financeur", "Funder's decision"),
    "case.instalments_agreed": ("Échéancier convenu", "Instalments agreed"),
    "case.care_performed": ("Soin réalisé", "Care performed"),
    "case.suspended": ("Accompagnement suspendu", "Case suspended"),
    "case.resumed": ("Accompagnement repris", "Case resumed"),
    "case.referred_onward": ("Orientation vers un partenaire", "Referred onward"),
    "case.partner_accepted": ("Partenaire : accord", "Partner accepted"),
    "case.partner_completed": ("Partenaire : prise en charge terminée", "Partner completed"),
    "case.partner_declined": ("Partenaire : refus", "Partner declined"),
    "case.referral_expired": ("Partenaire : pas de réponse", "Partner did not answer"),
    "case.closed": ("Accompagnement clos", "Case closed"),
    "case.reopened": ("Accompagnement rouvert", "Case reopened"),
    "case.transferred": (
        "Accompagnement transféré à un autre organisme",
        "Transferred to another organisation",
    ),
    "case.fact_corrected": ("Fait corrigé", "Fact corrected"),
    "case.merged": (
        "Dossier fusionné avec un autre de la même personne",
        "Case merged into another one of the same person",
    ),
    "case.person_recognised": (
        "Personne reconnue dans un autre dossier",
        "Person recognised in another case",
    ),
    "case.duplicate_merged": (
        "Un autre dossier de la personne fusionné avec celui-ci",
        "Another case of the person merged into this one",
    ),
    "case.duplicate_parted": (
        "Fusion annulée : l'autre dossier est celui d'une autre personne",
        "Merging undone: the other case is somebody else's",
    ),
    "case.identity_rectified": ("Identité rectifiée", "Identity rectified"),
    "case.archived": ("Dossier archivé", "Case archived"),
    "case.restored": ("Dossier sorti des archives", "Case taken out of the archive"),
    "case.personal_data_erased": ("Données personnelles effacées", "Personal data erased"),
    "organisation.registered": ("Organisme enregistré", "Organisation registered"),
}

_FIELD_LABELS: Final[Texts] = {
    "action_id": ("Action", "Action"),
    "actions": ("Actions", "Actions"),
    "administrative_check": ("Situation administrative", "Administrative situation"),
    "agreed_to_contact": ("Accord pour être contacté", "Agreed to be contacted"),
    "ameli_account": ("compte ameli", "ameli account"),
    "amount_cents": ("Montant demandé", "Amount asked"),
    "as_not_relevant": ("Saisine non pertinente", "Referral not relevant"),
    "basic_cover": ("Couverture de base", "Basic cover"),
    "basic_cover_current": ("couverture de base à jour", "basic cover up to date"),
    "basic_share_cents": ("Part de l'assurance maladie", "Basic insurance's share"),
    "care_type": ("Soin", "Care"),
    "case_id": ("Autre dossier", "Other case"),
    "cents": ("montant", "amount"),
    "changes": ("Valeurs corrigées", "Corrected values"),
    "channel": ("Canal", "Channel"),
    "charges": ("Charges par mois", "Charges a month"),
    "code": ("Code", "Code"),
    "complementary_cover": ("Complémentaire", "Complementary cover"),
    "complementary_cover_current": ("complémentaire à jour", "complementary cover up to date"),
    "complementary_share_cents": ("Part de la complémentaire", "Complementary insurance's share"),
    "corrects": ("Événement corrigé (version)", "Corrected event (version)"),
    "counsellor": ("Conseiller", "Counsellor"),
    "deployed_on": ("Déployé le", "Deployed on"),
    "direction": ("Sens", "Direction"),
    "due_on": ("échéance", "due"),
    "fields": ("Champs rectifiés", "Rectified fields"),
    "formerly": ("Ancien nom du droit", "Former name of the right"),
    "funder": ("Financeur", "Funder"),
    "granted_cents": ("Montant accordé", "Amount granted"),
    "instalments": ("Nombre de versements", "Number of payments"),
    "into": ("Dossier gardé", "Case kept"),
    "kind": ("nature", "kind"),
    "level": ("niveau", "level"),
    "name": ("Nom", "Name"),
    "need_id": ("Besoin", "Need"),
    "need_ids": ("besoins", "needs"),
    "needs": ("Besoins", "Needs"),
    "obstacles": ("Obstacles", "Obstacles"),
    "occurred_on": ("Date du fait", "Day it happened"),
    "origin": ("Origine", "Origin"),
    "other_rights": ("Autres droits", "Other rights"),
    "partner": ("Partenaire", "Partner"),
    "partner_kind": ("Partenaire", "Partner"),
    "party": ("Interlocuteur", "Spoken to"),
    "person_share_cents": ("Part de la personne", "Person's share"),
    "quote_id": ("Devis", "Quote"),
    "reached": ("Contact établi", "Reached"),
    "reason": ("Motif", "Reason"),
    "reasons": ("Motifs du renoncement", "Reasons for giving up"),
    "registered_doctor": ("Médecin traitant déclaré", "Registered doctor"),
    "request_id": ("Demande", "Request"),
    "resources": ("Ressources par mois", "Resources a month"),
    "right": ("Droit ouvert", "Right opened"),
    "share_with": ("Partage accepté avec", "Sharing accepted with"),
    "since": ("Depuis", "Since"),
    "source": ("Source", "Source"),
    "to_organisation": ("Nouvel organisme", "New organisation"),
    "to_state": ("Nouvel état", "New state"),
    "total_cents": ("Montant du devis", "Quote's total"),
    "until": ("Jusqu'au (inclus)", "Until (included)"),
    "vitale_card_current": ("Carte Vitale à jour", "Vitale card up to date"),
    "wave": ("Vague", "Wave"),
}

_CODES: Final[dict[str, type[LabelledEnum]]] = {
    "basic_cover": BasicCover,
    "care_type": CareType,
    "channel": Channel,
    "complementary_cover": ComplementaryCover,
    "direction": Direction,
    "formerly": FormerRight,
    "funder": Funder,
    "level": Level,
    "obstacles": Obstacle,
    "origin": Origin,
    "other_rights": OtherRight,
    "partner": Partner,
    "partner_kind": Partner,
    "party": Party,
    "reasons": ForgoingReason,
    "right": Right,
    "share_with": Partner,
    "source": Source,
    "to_state": State,
    "wave": Wave,
    # the same word for different lists, told apart by where it stands
    "actions.kind": ActionKind,
    "charges.kind": ChargeKind,
    "resources.kind": ResourceKind,
    "case.action_abandoned.reason": AbandonReason,
    "case.closed.reason": ClosingReason,
    "case.counsellor_reassigned.reason": ReassignReason,
    "case.merged.reason": ClosingReason,
    "case.need_dropped.reason": DropReason,
    "case.partner_completed.reason": ClosingReason,
    "case.referral_rejected.reason": ClosingReason,
    "case.archived.reason": ArchiveReason,
    "case.identity_rectified.fields": IdentityField,
    "case.identity_rectified.reason": RectifyReason,
    "case.reopened.reason": ReopenReason,
    "case.restored.reason": RestoreReason,
    "case.suspended.reason": SuspendReason,
}

_DAYS: Final = frozenset({"deployed_on", "due_on", "occurred_on", "since", "until"})
_NEVER_SHOWN: Final = frozenset({"note", "person_id"})
_YES_NO: Final = {True: ("oui", "yes"), False: ("non", "no")}


@dataclass(frozen=True, slots=True)
class Detail:
    """One field of an event: its name, its label, and its value in words."""

    field: str
    label: str
    words: str


def event_label(topic: str, language: Language = "fr") -> str:
    """Return what happened, in a few words. Raises KeyError for an unknown topic."""
    return in_language(EVENT_LABELS[topic], language)


_CAPACITIES: Final[Texts] = {
    STANDING_IN: (
        "Responsable de cellule, à la place du conseiller",
        "Supervisor, standing in for the counsellor",
    ),
    RETENTION: ("Règles de conservation, appliquées d'office", "Retention rules, applied by the service"),
}


def capacity_label(code: str, language: Language = "fr") -> str:
    """Return the capacity in which somebody acted, in words; an unknown one is its own label."""
    if code in _CAPACITIES:
        return in_language(_CAPACITIES[code], language)
    return Role(code).label(language) if code in Role._value2member_map_ else code


def plain_fields(payload: Payload) -> dict[str, Any]:
    """Return an event's own fields as plain data: without its note, which is sealed, nor the person's pseudonym."""
    fields: dict[str, Any] = msgspec.to_builtins(payload)
    return {name: value for name, value in fields.items() if name not in _NEVER_SHOWN}


def event_details(payload: Payload, language: Language = "fr") -> list[Detail]:
    """Return an event's fields in words, in the order they are declared; what is empty or left out is not said."""
    fields = plain_fields(payload)
    return [
        Detail(name, field_label(name, language), _words(payload.topic, name, value, language))
        for name, value in fields.items()
        if value not in (None, [], {})
    ]


def field_label(name: str, language: Language = "fr") -> str:
    """Return a field's label. Raises KeyError for an unknown field."""
    return in_language(_FIELD_LABELS[name], language)


def _words(where: str, name: str, value: Any, language: Language) -> str:
    if isinstance(value, bool):
        return in_language(_YES_NO[value], language)
    if isinstance(value, dict):
        return ", ".join(_parts(name, value, language))
    if isinstance(value, list):
        separator = " ; " if value and isinstance(value[0], dict) else ", "
        return separator.join(_words(where, name, item, language) for item in value)
    if name == "cents" or name.endswith("_cents"):
        return in_words(Euros(value), language)
    if name in _DAYS:
        return in_words(date.fromisoformat(value), language)
    codes = _CODES.get(f"{where}.{name}") or _CODES.get(name)
    if codes is not None and value in codes._value2member_map_:
        return codes(value).label(language)
    return str(value)


def _parts(where: str, fields: Mapping[str, Any], language: Language) -> Iterator[str]:
    """Say a part's fields, its first ones bare (a need's care, an action's number), the rest each with its label.

    A yes or a no is never bare: it would not say of what.
    """
    for number, (name, value) in enumerate(fields.items()):
        if value is not None and value != []:
            words = _words(where, name, value, language)
            label = _uncapitalised(field_label(name, language))
            if isinstance(value, bool):
                yield f"{label}{' : ' if language == 'fr' else ': '}{words}"
            elif where != "changes" and (number == 0 or name in ("kind", "cents")):
                yield words
            else:
                yield f"{label} {words}"


def _uncapitalised(label: str) -> str:
    return label[0].lower() + label[1:]
