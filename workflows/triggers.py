"""What can be done to a case: each trigger with its labels and the roles that may fire it.

Source: the state machine of the cell, read off [001] and [003]; the triggers marked † in the README's
*Decisions* (amend consent, record no answer) are ours, where the documents are silent.
"""

from typing import Final

from workflows.labels import LabelledEnum
from workflows.roles import Role

COUNSELLING: Final = frozenset({Role.COUNSELLOR, Role.SUPERVISOR})
SUPERVISING: Final = frozenset({Role.SUPERVISOR})
REFERRING: Final = frozenset({Role.DETECTOR, Role.COUNSELLOR, Role.SUPERVISOR})
PROTECTING: Final = frozenset({Role.DATA_PROTECTION_OFFICER})
KNOWING_THE_PERSON: Final = COUNSELLING | PROTECTING


class Trigger(LabelledEnum):
    """A command's name. The value is what the API and the log of actions spell."""

    roles: frozenset[Role]

    def __init__(self, code: str, fr: str, en: str, roles: frozenset[Role] = COUNSELLING) -> None:
        """Keep the labels, and the roles that may fire this trigger (by default the cell's own)."""
        super().__init__(code, fr, en)
        self.roles = roles

    DETECT = "detect", "Saisir la cellule", "Refer to the cell", REFERRING
    ACCEPT = "accept", "Accepter la saisine", "Accept the referral"
    REJECT = "reject", "Rejeter la saisine", "Reject the referral"
    ASSIGN = "assign", "Attribuer à un conseiller", "Assign to a counsellor", SUPERVISING
    REASSIGN = "reassign", "Réattribuer à un autre conseiller", "Reassign to another counsellor", SUPERVISING
    LOG_CONTACT = "log_contact", "Noter un contact", "Log a contact"
    RECORD_CONSENT = "record_consent", "Recueillir le consentement", "Record the consent"
    AMEND_CONSENT = "amend_consent", "Modifier la portée du consentement", "Amend the consent's scope"
    REFUSE_CONSENT = "refuse_consent", "Noter le refus de consentement", "Record the refusal of consent"
    WITHDRAW_CONSENT = (
        "withdraw_consent",
        "Noter le retrait du consentement",
        "Record the withdrawal of consent",
    )
    COMPLETE_BILAN = "complete_bilan", "Terminer le bilan des droits", "Complete the rights review"
    AMEND_BILAN = "amend_bilan", "Mettre à jour le bilan des droits", "Amend the rights review"
    ADD_NEED = "add_need", "Ajouter un besoin de soins", "Add a care need"
    DROP_NEED = "drop_need", "Retirer un besoin de soins", "Drop a care need"
    BUILD_PLAN = "build_plan", "Construire le plan d'accompagnement", "Build the plan"
    REVISE_PLAN = "revise_plan", "Compléter le plan d'accompagnement", "Revise the plan"
    START_ACTION = "start_action", "Commencer une action", "Start an action"
    COMPLETE_ACTION = "complete_action", "Terminer une action", "Complete an action"
    ABANDON_ACTION = "abandon_action", "Abandonner une action", "Abandon an action"
    RECORD_QUOTE = "record_quote", "Enregistrer un devis", "Record a quote"
    REQUEST_FUNDING = "request_funding", "Demander un financement", "Request funding"
    DECIDE_FUNDING = "decide_funding", "Enregistrer la décision du financeur", "Record the funder's decision"
    AGREE_INSTALMENTS = "agree_instalments", "Convenir d'un échéancier", "Agree on instalments"
    RECORD_CARE_PERFORMED = "record_care_performed", "Noter un soin réalisé", "Record care performed"
    SUSPEND = "suspend", "Suspendre l'accompagnement", "Suspend the case"
    RESUME = "resume", "Reprendre l'accompagnement", "Resume the case"
    REFER_ONWARD = "refer_onward", "Orienter vers un partenaire", "Refer onward"
    RECORD_PARTNER_ACCEPTANCE = (
        "record_partner_acceptance",
        "Noter l'acceptation du partenaire",
        "Record the partner's acceptance",
    )
    RECORD_PARTNER_COMPLETION = (
        "record_partner_completion",
        "Noter la fin de la prise en charge par le partenaire",
        "Record the partner's completion",
    )
    RECORD_PARTNER_REFUSAL = (
        "record_partner_refusal",
        "Noter le refus du partenaire",
        "Record the partner's refusal",
    )
    RECORD_NO_ANSWER = (
        "record_no_answer",
        "Constater l'absence de réponse du partenaire",
        "Record that the partner did not answer",
    )
    CLOSE = "close", "Clore l'accompagnement", "Close the case"
    REOPEN = "reopen", "Rouvrir l'accompagnement", "Reopen the case", SUPERVISING
    TRANSFER = "transfer", "Transférer à un autre organisme", "Transfer to another organisation"
    CORRECT_FACT = "correct_fact", "Corriger un fait", "Correct a fact"
    MERGE = (
        "merge",
        "Fusionner avec un autre dossier de la personne",
        "Merge into another case of the person",
        SUPERVISING,
    )
    RECTIFY_IDENTITY = (
        "rectify_identity",
        "Rectifier l'identité",
        "Rectify the identity",
        KNOWING_THE_PERSON,
    )
    ARCHIVE = "archive", "Archiver le dossier", "Archive the case", PROTECTING
    RESTORE = "restore", "Sortir le dossier des archives", "Take the case out of the archive", PROTECTING
    ERASE_PERSONAL_DATA = (
        "erase_personal_data",
        "Effacer les données personnelles",
        "Erase the personal data",
        PROTECTING,
    )
