"""Refusals in words: every guard that says no gives one of these, and only these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from string import Formatter
from typing import Final

from workflows.labels import LabelledEnum, Language

NARROW: Final = "\u202f"
"""The narrow no-break space that French typography puts between thousands and before the euro sign."""

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "wrong_state": (
        "Cette action n'est pas possible à l'état « {state} ».",
        "This action is not possible in the state “{state}”.",
    ),
    "role_may_not": (
        "Cette action n'est pas ouverte à votre rôle.",
        "Your role may not take this action.",
    ),
    "other_counsellor": (
        "Ce dossier est suivi par un autre conseiller ; seul lui ou un responsable de cellule peut agir.",
        "Another counsellor follows this case; only they or a supervisor may act on it.",
    ),
    "other_organisation": (
        "Ce dossier relève d'un autre organisme.",
        "This case belongs to another organisation.",
    ),
    "in_future": (
        "La date indiquée est dans le futur : indiquez une date jusqu'au {latest} inclus.",
        "The date given is in the future: give a date up to {latest}, included.",
    ),
    "before_detection": (
        "La date indiquée précède la détection : indiquez une date à partir du {earliest} inclus.",
        "The date given is before the detection: give a date from {earliest}, included.",
    ),
    "before_episode": (
        (
            "La date indiquée précède la dernière ouverture ou clôture de l'accompagnement : "
            "indiquez une date à partir du {earliest} inclus."
        ),
        (
            "The date given is before the accompaniment was last begun or closed: "
            "give a date from {earliest}, included."
        ),
    ),
    "before_first_cell": (
        "La date indiquée précède l'ouverture de la première cellule, le {earliest}.",
        "The date given is before the first cell opened, on {earliest}.",
    ),
    "no_agreement_to_contact": (
        "La personne n'a pas donné son accord pour être contactée.",
        "The person has not agreed to be contacted.",
    ),
    "already_open": (
        (
            "Un accompagnement de cette personne est déjà ouvert dans cet organisme{case} : la cellule s'en occupe. "
            "S'il y a du nouveau, dites-le-lui."
        ),
        (
            "A case of this person is already open in this organisation{case}: the cell is taking care of it. "
            "If there is anything new, tell the cell."
        ),
    ),
    "open_case_remains": (
        "Un accompagnement de cette personne est encore ouvert{case} : il doit d'abord être clos.",
        "A case of this person is still open{case}: it must be closed first.",
    ),
    "relevance_not_decided": (
        "La pertinence de la saisine n'est pas encore acceptée.",
        "The referral's relevance has not been accepted yet.",
    ),
    "relevance_already_accepted": (
        "La pertinence de la saisine est déjà acceptée.",
        "The referral's relevance has already been accepted.",
    ),
    "no_consent": (
        "Aucun consentement n'est en vigueur.",
        "No consent is in force.",
    ),
    "no_counsellor": (
        "Aucun conseiller ne suit encore ce dossier.",
        "No counsellor follows this case yet.",
    ),
    "counsellor_already_assigned": (
        "Un conseiller suit déjà ce dossier : utilisez la réattribution.",
        "A counsellor already follows this case: reassign it instead.",
    ),
    "same_counsellor": (
        "Ce conseiller suit déjà ce dossier.",
        "This counsellor already follows the case.",
    ),
    "unknown_counsellor": (
        (
            "Aucun compte de conseiller ou de responsable de cellule n'est actif sous ce code dans cet organisme : "
            "vérifiez le code du compte."
        ),
        "No counsellor's or supervisor's account is active under this code in this organisation: check the code.",
    ),
    "counsellor_assigns_only_self": (
        "Un conseiller ne peut accepter une saisine que pour lui-même.",
        "A counsellor may accept a referral only for themself.",
    ),
    "no_such_need": (
        "Le besoin « {need} » n'existe pas dans ce dossier.",
        "There is no need “{need}” in this case.",
    ),
    "need_settled": (
        "Le besoin « {need} » est déjà réalisé ou retiré.",
        "The need “{need}” is already performed or dropped.",
    ),
    "no_open_need": (
        "Il ne reste aucun besoin de soins ouvert.",
        "No care need is open any more.",
    ),
    "needs_without_action": (
        "Chaque besoin ouvert doit avoir au moins une action ; il en manque pour : {needs}.",
        "Every open need must have at least one action; none for: {needs}.",
    ),
    "no_such_action": (
        "L'action « {action} » n'existe pas dans le plan.",
        "There is no action “{action}” in the plan.",
    ),
    "action_ended": (
        "L'action « {action} » est déjà terminée ou abandonnée.",
        "The action “{action}” is already completed or abandoned.",
    ),
    "action_started": (
        "L'action « {action} » est déjà commencée.",
        "The action “{action}” has already been started.",
    ),
    "no_open_action": (
        "Toutes les actions du plan sont déjà terminées ou abandonnées.",
        "Every action of the plan is already completed or abandoned.",
    ),
    "actions_left_open": (
        (
            "Des actions du plan sont encore ouvertes ({actions}) : terminez-les, abandonnez-les, "
            "ou donnez un motif d'abandon pour toutes."
        ),
        (
            "Some actions of the plan are still open ({actions}): complete them, abandon them, "
            "or give one reason for abandoning them all."
        ),
    ),
    "right_of_other_level": (
        "Seule une action du niveau « droits » peut ouvrir un droit.",
        "Only an action of the level “rights” can open a right.",
    ),
    "action_due_before_plan": (
        "L'échéance d'une action ne peut pas précéder le jour du plan.",
        "An action cannot be due before the day of the plan.",
    ),
    "no_quote": ("Aucun devis n'est enregistré.", "No quote is recorded."),
    "no_such_quote": (
        "Le devis « {quote} » n'existe pas dans ce dossier.",
        "There is no quote “{quote}” in this case.",
    ),
    "shares_exceed_total": (
        "Les parts prises en charge ({shares}) dépassent le total du devis ({total}).",
        "The shares covered ({shares}) exceed the quote's total ({total}).",
    ),
    "no_pending_request": (
        "Aucune demande de financement n'attend de décision.",
        "No funding request awaits a decision.",
    ),
    "no_such_request": (
        "La demande de financement « {request} » n'existe pas dans ce dossier.",
        "There is no funding request “{request}” in this case.",
    ),
    "request_decided": (
        "La demande « {request} » a déjà reçu une décision.",
        "The request “{request}” has already been decided.",
    ),
    "request_exceeds_rest": (
        "Le montant demandé ({amount}) dépasse le reste à charge ({rest}).",
        "The amount asked ({amount}) exceeds the rest-to-pay ({rest}).",
    ),
    "grants_exceed_rest": (
        "Les aides accordées et la part de la personne ({total}) dépasseraient le reste à charge ({rest}).",
        "The grants and the person's share ({total}) would exceed the rest-to-pay ({rest}).",
    ),
    "grant_exceeds_request": (
        "Le montant accordé ({granted}) dépasse le montant demandé ({asked}).",
        "The amount granted ({granted}) exceeds the amount asked ({asked}).",
    ),
    "already_suspended": (
        "L'accompagnement est déjà suspendu jusqu'au {until}.",
        "The case is already suspended until {until}.",
    ),
    "not_suspended": ("L'accompagnement n'est pas suspendu.", "The case is not suspended."),
    "suspension_not_ahead": (
        "La fin de la suspension doit être dans le futur, au plus tard 366 jours après son premier jour.",
        "The suspension must end in the future, at most 366 days after its first day.",
    ),
    "sharing_not_consented": (
        "Le consentement ne couvre pas le partage avec ce partenaire ({partner}).",
        "The consent does not cover sharing with this partner ({partner}).",
    ),
    "only_as_not_relevant": (
        "Sans consentement, seule une saisine jugée non pertinente peut être orientée vers un partenaire.",
        "Without consent, only a referral judged not relevant may be referred onward.",
    ),
    "relevant_after_consent": (
        "Après le consentement, une orientation repose sur le consentement, non sur la pertinence.",
        "After the consent, a referral onward rests on that consent, not on relevance.",
    ),
    "partner_already_accepted": (
        "Le partenaire a déjà accepté.",
        "The partner has already accepted.",
    ),
    "too_early_for_no_answer": (
        "Le partenaire a jusqu'au {until} pour répondre.",
        "The partner has until {until} to answer.",
    ),
    "closing_reason_not_here": (
        "Le motif « {reason} » ne convient pas à cet état ; motifs possibles : {accepted}.",
        "The reason “{reason}” does not fit this state; accepted: {accepted}.",
    ),
    "too_few_attempts": (
        (
            "« Injoignable » demande au moins {attempts} tentatives sur {channels} canaux "
            "depuis le dernier contact réussi ; {so_far}."
        ),
        (
            "“Unreachable” needs at least {attempts} attempts on {channels} channels "
            "since the last successful contact; {so_far}."
        ),
    ),
    "no_need_performed": (
        "Aucun soin n'est réalisé : ce motif ne convient pas.",
        "No care was performed: this reason does not fit.",
    ),
    "every_need_performed": (
        "Tous les soins sont réalisés : ce motif ne convient pas.",
        "All the care was performed: this reason does not fit.",
    ),
    "no_right_opened": (
        "Aucun droit n'a été ouvert : ce motif ne convient pas.",
        "No right was opened: this reason does not fit.",
    ),
    "same_organisation": (
        "Le dossier relève déjà de cet organisme.",
        "The case already belongs to this organisation.",
    ),
    "no_such_organisation": (
        "Aucun organisme n'est enregistré sous ce code.",
        "No organisation is registered under this code.",
    ),
    "no_such_event": (
        "Ce dossier n'a pas d'événement de cette version ; versions corrigibles : {first} à {last}.",
        "This case has no event of this version; versions that can be corrected: {first} to {last}.",
    ),
    "corrects_a_correction": (
        "L'événement de version {version} est lui-même une correction : corrigez l'événement d'origine.",
        "The event of version {version} is itself a correction: correct the original event instead.",
    ),
    "no_such_field": (
        "Cet événement n'a pas de champ de ce nom ; champs corrigibles : {accepted}.",
        "This event has no field of this name; correctable fields: {accepted}.",
    ),
    "not_correctable": (
        "Le champ « {field} » de cet événement ne se corrige pas ; champs corrigibles : {accepted}.",
        "The field “{field}” of this event cannot be corrected; correctable fields: {accepted}.",
    ),
    "correction_invalid": (
        "La valeur proposée pour « {field} » n'est pas acceptée ; attendu : {accepted}.",
        "The value given for “{field}” is not accepted; expected: {accepted}.",
    ),
    "detected_after_the_rest": (
        (
            "La détection ne peut pas suivre un autre fait du dossier : "
            "indiquez une date jusqu'au {latest} inclus."
        ),
        "The detection cannot come after another fact of the case: give a date up to {latest}, included.",
    ),
    "out_of_order": (
        (
            "L'ouverture, le consentement et la clôture de l'accompagnement n° {episode} "
            "ne seraient plus dans l'ordre."
        ),
        "The beginning, the consent and the closing of accompaniment no. {episode} would be out of order.",
    ),
    "correction_changes_nothing": (
        "La correction ne change rien à l'événement.",
        "The correction changes nothing in the event.",
    ),
    "no_such_case": (
        "Aucun dossier de cet organisme n'a ce numéro.",
        "No case of this organisation has this number.",
    ),
    "same_case": (
        "Un dossier ne se fusionne pas avec lui-même.",
        "A case cannot be merged into itself.",
    ),
    "other_case_erased": (
        "Les données personnelles de l'autre dossier sont effacées : personne ne peut y être reconnu.",
        "The other case's personal data are erased: nobody can be recognised in it.",
    ),
    "already_one_person": (
        "Ces deux dossiers sont déjà ceux d'une même personne.",
        "These two cases are one person's already.",
    ),
    "keep_the_open_case": (
        "L'autre dossier est clos : fusionnez-le plutôt dans celui-ci, qui est ouvert.",
        "The other case is closed: merge that one into this one, which is open.",
    ),
    "two_open_cases": (
        (
            "La personne aurait deux dossiers ouverts dans l'organisme {organisation} : "
            "l'un d'eux doit d'abord y être clos ou fusionné."
        ),
        (
            "The person would have two open cases in the organisation {organisation}: "
            "one of them must be closed or merged there first."
        ),
    ),
    "already_erased": (
        "Les données personnelles de ce dossier sont déjà effacées.",
        "This case's personal data are already erased.",
    ),
    "erased_without_note": (
        (
            "Les données personnelles de ce dossier sont effacées : une note ne pourrait plus être lue. "
            "Recommencez sans note."
        ),
        "This case's personal data are erased: nobody could read a note any more. Send it again without one.",
    ),
    "rectification_changes_nothing": (
        "Rien ne change : l'identité est déjà enregistrée ainsi.",
        "Nothing changes: the identity is recorded so already.",
    ),
    "nir_of_another_person": (
        (
            "Ce numéro de sécurité sociale est celui d'une autre personne déjà connue : vérifiez-le. S'il s'agit "
            "bien de la même personne, ses dossiers sont à fusionner."
        ),
        (
            "This social-security number is that of another person who is known already: check it. If they are the "
            "same person, their cases are to be merged."
        ),
    ),
    "archived": (
        (
            "Ce dossier est archivé : le délégué à la protection des données doit d'abord le sortir des archives."
        ),
        "This case is archived: the data-protection officer must take it out of the archive first.",
    ),
    "already_archived": (
        "Ce dossier est archivé depuis le {since}.",
        "This case has been archived since {since}.",
    ),
    "not_archived": (
        "Ce dossier n'est pas archivé.",
        "This case is not archived.",
    ),
    "erased": (
        "Les données personnelles de ce dossier sont effacées : il ne peut plus être repris.",
        "This case's personal data are erased: it cannot be taken up again.",
    ),
}

CODES: Final = frozenset(_TEXTS)

_NEEDED: Final = {
    code: {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}
    for code, texts in _TEXTS.items()
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is refused: a stable code, and the values that its words need.

    Never a personal value, and never a free or dated one as it was typed: a name or a birth date in the wrong field
    must not come back on a screen. What is said is the limit.
    """

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: Language = "fr") -> str:
        """Return the refusal as one sentence in `language`."""
        words = {name: in_words(value, language) for name, value in self.values.items()}
        return _TEXTS[self.code][0 if language == "fr" else 1].format_map(words)


class Euros(int):
    """An amount in cents, written in euros when it is put into words."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """How many attempts were made, and on how many channels."""

    made: int
    channels: int


class CaseId(str):
    """The id of another case, put between brackets; an empty one, for those who may not know it, says nothing."""

    __slots__ = ()


def in_words(value: object, language: Language) -> str:
    """Write a value as people of `language` read it."""
    if isinstance(value, LabelledEnum):
        return value.label(language)
    if isinstance(value, Attempts):
        if not value.made:
            return "aucune pour l'instant" if language == "fr" else "none so far"
        there_are = "il y en a" if language == "fr" else "so far"
        return f"{there_are} {value.made} {'sur' if language == 'fr' else 'on'} {value.channels}"
    if isinstance(value, CaseId):
        return f" ({'dossier' if language == 'fr' else 'case'} {value})" if value else ""
    if isinstance(value, Euros):
        euros, cents = divmod(int(value), 100)
        grouped = f"{euros:,}"
        return (
            f"{grouped.replace(',', NARROW)},{cents:02d}{NARROW}€"
            if language == "fr"
            else f"€{grouped}.{cents:02d}"
        )
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}" if language == "fr" else value.isoformat()
    if isinstance(value, tuple | list):
        return ", ".join(in_words(item, language) for item in value)
    return str(value)


def because(code: str, **values: object) -> Reason:
    """Build the reason of this `code`; raises KeyError for a code or a value that its words do not know."""
    if missing := _NEEDED[code] - values.keys():
        raise KeyError(f"the reason {code!r} needs {sorted(missing)}")
    return Reason(code, values)
