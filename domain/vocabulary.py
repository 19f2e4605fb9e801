"""The coded lists of the domain, each code with its French and English label.

Sources: detection sources and outcomes from the chart and text of [001]; partner kinds from [001, 003, 004];
care types and reasons from [001, IV.2] and [004]; what is ours is marked † in the README's *Decisions*.
Events keep codes as plain strings, so that a code withdrawn here can still be replayed.
"""

from datetime import date
from typing import Final

from workflows.closing import ClosingReason
from workflows.labels import LabelledEnum


class Source(LabelledEnum):
    """Who detected the situation [001, chart "Nature des détections"]."""

    RECEPTION = "reception", "Accueil CPAM", "CPAM reception"
    EXAM_CENTRE = "exam_centre", "Centre d'examens de santé", "Health exam centre"
    OTHER_SERVICE = "other_service", "CPAM, autres services", "CPAM, other services"
    PARTNER = "partner", "Partenaire", "Partner"
    SOCIAL_SERVICE = "social_service", "Service social", "Social service"
    MEDICAL_SERVICE = "medical_service", "Service médical", "Medical service"
    HEALTH_PROFESSIONAL = "health_professional", "Professionnel de santé", "Health professional"


PUBLISHED_SHARES: Final[dict[Source, int]] = {
    Source.RECEPTION: 56,
    Source.EXAM_CENTRE: 14,
    Source.OTHER_SERVICE: 13,
    Source.PARTNER: 7,
    Source.SOCIAL_SERVICE: 5,
    Source.MEDICAL_SERVICE: 3,
    Source.HEALTH_PROFESSIONAL: 2,
}
"""Percent of the detections by source at 31 March 2018 [001, chart; its text says 51 for the reception]."""


class Origin(LabelledEnum):
    """How the situation came to light [001, I.1; 003]."""

    DETECTOR_QUESTION = "detector_question", "Question du détecteur", "Detector's question"
    SPONTANEOUS = "spontaneous", "Déclaration spontanée", "Spontaneous declaration"
    DATABASE_QUERY = "database_query", "Requête", "Database query"


class Partner(LabelledEnum):
    """A kind of partner structure [001, 003, 004]."""

    CCAS = "ccas", "CCAS", "Municipal social centre (CCAS)"
    FRANCE_TRAVAIL = "france_travail", "France Travail", "France Travail (employment)"
    CAF = "caf", "Caf", "Family allowances (Caf)"
    HOSPITAL_PASS = "hospital_pass", "Hôpital, PASS", "Hospital, PASS"
    MISSION_LOCALE = "mission_locale", "Mission locale", "Mission locale (youth)"
    MUTUAL = "mutual", "Mutuelle", "Mutual insurer"
    ASSOCIATION = "association", "Association", "Association"
    CARSAT = "carsat", "Carsat, Cramif", "Carsat, Cramif"
    SOCIAL_SERVICE = "social_service", "Service social", "Social service"
    UGECAM = "ugecam", "UGECAM", "UGECAM"
    CSAPA = "csapa", "CSAPA", "Addiction centre (CSAPA)"
    BANQUE_DE_FRANCE = "banque_de_france", "Banque de France", "Banque de France"
    TOWN = "town", "Commune", "Town"
    DEPARTEMENT = "departement", "Département", "Département"


class CareType(LabelledEnum):
    """The care that was given up [001, IV.2.2]."""

    DENTAL_PROSTHETIC = "dental_prosthetic", "Prothèse dentaire", "Dental prosthetics"
    DENTAL_CONSERVATIVE = "dental_conservative", "Soins dentaires conservateurs", "Conservative dental care"
    OPTICAL = "optical", "Optique", "Optical"
    OPHTHALMOLOGY = "ophthalmology", "Ophtalmologie", "Ophthalmology"
    HEARING = "hearing", "Audition", "Hearing"
    GP = "gp", "Médecin généraliste", "General practitioner"
    SPECIALIST = "specialist", "Médecin spécialiste", "Specialist"
    GYNAECOLOGY = "gynaecology", "Gynécologie", "Gynaecology"
    BIOLOGY = "biology", "Analyses de biologie", "Laboratory tests"
    PHYSIOTHERAPY = "physiotherapy", "Kinésithérapie", "Physiotherapy"
    PHARMACY = "pharmacy", "Pharmacie", "Pharmacy"
    OTHER = "other", "Autres soins", "Other care"


class ForgoingReason(LabelledEnum):
    """Why care was given up; several may apply [001, IV.2.3; 004]."""

    REST_TO_PAY = "rest_to_pay", "Reste à charge", "Rest-to-pay"
    ADVANCE_OF_FEES = "advance_of_fees", "Avance de frais", "Advance of fees"
    NO_COMPLEMENTARY = "no_complementary", "Pas de complémentaire", "No complementary cover"
    UNKNOWN_RIGHTS = "unknown_rights", "Méconnaissance des droits", "Does not know their rights"
    UNKNOWN_PROFESSIONAL = "unknown_professional", "Ne sait pas à qui s'adresser", "Does not know whom to see"
    APPOINTMENT_DELAY = "appointment_delay", "Délai de rendez-vous", "Delay for an appointment"
    DISTANCE = "distance", "Éloignement ou mobilité", "Distance or mobility"
    FEAR = "fear", "Crainte", "Fear"
    LIFE_RUPTURE = "life_rupture", "Rupture de vie", "Life rupture"
    BENEFIT_REFUSED = "benefit_refused", "Refus de prestation", "Benefit refused"
    DIGITAL_DIFFICULTY = "digital_difficulty", "Difficulté numérique", "Digital difficulty"
    DISABILITY = "disability", "Handicap", "Disability"
    CARE_REFUSED = "care_refused", "Refus de soins par un professionnel", "Care refused by a professional"


class Outcome(LabelledEnum):
    """What came of a case; several may apply [001, II.2 and III; the last two 003]."""

    CARE_PERFORMED = "care_performed", "Soins réalisés", "Care performed"
    RIGHTS_OPENED = "rights_opened", "Droits ouverts", "Rights opened"
    RIGHTS_CSS = "rights_css", "dont CSS (ex CMU-C ou ACS)", "of which CSS (formerly CMU-C or ACS)"
    RIGHTS_COMPLEMENTARY = (
        "rights_complementary",
        "dont complémentaire santé",
        "of which complementary cover",
    )
    RIGHTS_FILE_UPDATED = "rights_file_updated", "dont dossier mis à jour", "of which file updated"
    ORIENTED = (
        "oriented",
        "Meilleure orientation dans le système de soins",
        "Better oriented in the care system",
    )
    FINANCIAL_SUPPORT = "financial_support", "Soutien financier", "Financial support"
    PARTNER_COOPERATION = "partner_cooperation", "Coopération partenariale", "Partner cooperation"
    DIGITAL_HELP = "digital_help", "Aide au numérique", "Digital help"
    PREVENTION = "prevention", "Prévention", "Prevention"


class Right(LabelledEnum):
    """A right that the accompaniment opened [001, III]."""

    CSS = "css", "Complémentaire santé solidaire", "Complémentaire santé solidaire"
    COMPLEMENTARY = "complementary", "Complémentaire santé", "Complementary cover"
    FILE_UPDATED = "file_updated", "Dossier mis à jour", "File updated"


class FormerRight(LabelledEnum):
    """What the CSS was called until November 2019 [003, 004]."""

    CMU_C = "cmu_c", "CMU-C", "CMU-C"
    ACS = "acs", "ACS", "ACS"


class BasicCover(LabelledEnum):
    """The basic cover (AMO)."""

    CURRENT = "current", "À jour", "Up to date"
    TO_UPDATE = "to_update", "À mettre à jour", "To update"
    NONE = "none", "Absente", "None"


class ComplementaryCover(LabelledEnum):
    """The complementary cover (AMC)."""

    CSS = "css", "CSS (ex CMU-C ou ACS)", "CSS (formerly CMU-C or ACS)"
    MUTUAL = "mutual", "Mutuelle", "Mutual"
    EMPLOYER = "employer", "Contrat d'entreprise", "Employer's contract"
    NONE = "none", "Aucune", "None"


class ResourceKind(LabelledEnum):
    """A monthly resource of the household."""

    PENSION = "pension", "Retraite ou pension", "Pension"
    WAGES = "wages", "Salaire", "Wages"
    UNEMPLOYMENT = "unemployment", "Allocation chômage", "Unemployment benefit"
    HOUSING_AID = "housing_aid", "Aide au logement", "Housing aid"
    MINIMUM_INCOME = "minimum_income", "Minima sociaux", "Minimum income"
    YOUTH_SCHEME = "youth_scheme", "Garantie Jeunes", "Garantie Jeunes (youth scheme)"
    OTHER = "other", "Autre ressource", "Other resource"


class ChargeKind(LabelledEnum):
    """A monthly charge of the household."""

    RENT = "rent", "Loyer", "Rent"
    WATER_ENERGY = "water_energy", "Eau et énergie", "Water and energy"
    INSURANCE = "insurance", "Mutuelle et assurances", "Mutual and insurance"
    TAX = "tax", "Impôts", "Tax"
    PHONE = "phone", "Téléphone", "Phone"
    CREDIT = "credit", "Crédits", "Credit"
    OTHER = "other", "Autre charge", "Other charge"


class OtherRight(LabelledEnum):
    """Another social right that the review looks at [001, I.1 and II.2.1]."""

    FAMILY_ALLOWANCES = "family_allowances", "Prestations de la Caf", "Family allowances"
    HOUSING_AID = "housing_aid", "Aide au logement", "Housing aid"
    ENERGY_TARIFF = "energy_tariff", "Tarif de l'énergie", "Energy tariff"
    TRANSPORT_AID = "transport_aid", "Aide au transport", "Transport aid"
    TOWN_AID = "town_aid", "Aide de la commune", "Town's aid"


class Obstacle(LabelledEnum):
    """What stands between the person and the care [001, I.1]."""

    REST_TO_PAY = "rest_to_pay", "Le reste à charge", "The rest-to-pay"
    ADVANCE_OF_FEES = "advance_of_fees", "L'avance de frais", "The advance of fees"
    NOT_KNOWING_WHOM = "not_knowing_whom", "Ne pas savoir à qui s'adresser", "Not knowing whom to see"


class Level(LabelledEnum):
    """A level of the plan [001, II.2; the last two 003]."""

    RIGHTS = "rights", "Droits", "Rights"
    ORIENTATION = "orientation", "Orientation dans le système de soins", "Orientation in the care system"
    FINANCIAL = "financial", "Montage financier", "Financial package"
    DIGITAL = "digital", "Aide au numérique", "Digital help"
    PREVENTION = "prevention", "Prévention", "Prevention"


class ActionKind(LabelledEnum):
    """What an action of the plan does; each kind belongs to one level."""

    level: Level

    def __init__(self, code: str, fr: str, en: str, level: Level) -> None:
        """Keep the labels and the level."""
        super().__init__(code, fr, en)
        self.level = level

    REQUEST_CSS = "request_css", "Demander la CSS", "Apply for the CSS", Level.RIGHTS
    CHOOSE_COMPLEMENTARY = (
        "choose_complementary",
        "Choisir une complémentaire",
        "Choose a complementary cover",
        Level.RIGHTS,
    )
    UPDATE_FILE = "update_file", "Mettre à jour le dossier", "Update the file", Level.RIGHTS
    EXPLAIN_RIGHTS = "explain_rights", "Expliquer les droits", "Explain the rights", Level.RIGHTS
    SEEK_OTHER_RIGHTS = (
        "seek_other_rights",
        "Rechercher d'autres droits sociaux",
        "Seek other social rights",
        Level.RIGHTS,
    )
    FIND_PROFESSIONAL = (
        "find_professional",
        "Trouver un professionnel aux tarifs opposables",
        "Find a professional at regulated tariffs",
        Level.ORIENTATION,
    )
    BOOK_APPOINTMENT = (
        "book_appointment",
        "Aider à la prise de rendez-vous",
        "Help book an appointment",
        Level.ORIENTATION,
    )
    SUPPORT_CARE = (
        "support_care",
        "Soutenir la réalisation des soins",
        "Support the person through the care",
        Level.ORIENTATION,
    )
    OBTAIN_QUOTES = "obtain_quotes", "Obtenir des devis", "Obtain quotes", Level.FINANCIAL
    ASK_FUNDERS = "ask_funders", "Solliciter les financeurs", "Ask funders", Level.FINANCIAL
    ARRANGE_INSTALMENTS = (
        "arrange_instalments",
        "Convenir d'un échéancier",
        "Arrange instalments",
        Level.FINANCIAL,
    )
    OPEN_ACCOUNT = "open_account", "Ouvrir le compte ameli", "Open the ameli account", Level.DIGITAL
    TEACH_DIGITAL = (
        "teach_digital",
        "Accompagner vers le numérique",
        "Teach digital skills",
        Level.DIGITAL,
    )
    HEALTH_EXAM = "health_exam", "Bilan de santé", "Health exam", Level.PREVENTION
    PREVENTION_OFFER = (
        "prevention_offer",
        "Proposer une offre de prévention",
        "Propose a prevention offer",
        Level.PREVENTION,
    )


class Funder(LabelledEnum):
    """Who may pay part of a rest-to-pay [001, II.2.3; annex 2]."""

    FASS = "fass", "Action sanitaire et sociale de la caisse (FASS)", "The fund's own aid budget (FASS)"
    MUTUAL_FUND = "mutual_fund", "Fonds social de la mutuelle", "Mutual's social fund"
    PENSION_FUND = "pension_fund", "Caisse de retraite complémentaire", "Supplementary pension fund"
    CAF = "caf", "Caf", "Family allowances (Caf)"
    CCAS = "ccas", "CCAS", "Municipal social centre (CCAS)"
    DEPARTEMENT = "departement", "Département", "Département"
    MDPH = "mdph", "Fonds de compensation (MDPH)", "Disability compensation fund (MDPH)"
    ASSOCIATION = "association", "Association", "Association"
    OTHER = "other", "Autre financeur", "Other funder"


class Channel(LabelledEnum):
    """How a contact was tried."""

    PHONE = "phone", "Téléphone", "Phone"
    SMS = "sms", "SMS", "Text message"
    EMAIL = "email", "Courriel", "E-mail"
    LETTER = "letter", "Courrier", "Letter"
    MEETING = "meeting", "Rendez-vous", "Meeting"
    VIDEO = "video", "Visioconférence", "Video call"


class Direction(LabelledEnum):
    """Who sought the contact."""

    OUTBOUND = "outbound", "Sortant", "Outbound"
    INBOUND = "inbound", "Entrant", "Inbound"


class Party(LabelledEnum):
    """Who the contact was with."""

    PERSON = "person", "La personne", "The person"
    PARTNER = "partner", "Un partenaire", "A partner"
    PROFESSIONAL = "professional", "Un professionnel de santé", "A health professional"


class DropReason(LabelledEnum):
    """Why a need was dropped."""

    NO_LONGER_NEEDED = "no_longer_needed", "N'est plus nécessaire", "No longer needed"
    DONE_OTHERWISE = "done_otherwise", "Réalisé hors accompagnement", "Done without the cell"
    DECLINED = "declined", "La personne n'en veut plus", "Declined by the person"
    NOT_FEASIBLE = "not_feasible", "Irréalisable", "Not feasible"
    ENTERED_BY_MISTAKE = "entered_by_mistake", "Saisi par erreur", "Entered by mistake"


class AbandonReason(LabelledEnum):
    """Why an action was abandoned."""

    REFUSED = "refused", "Refusée par l'organisme sollicité", "Refused by the body asked"
    DECLINED = "declined", "La personne n'en veut plus", "Declined by the person"
    NO_LONGER_NEEDED = "no_longer_needed", "N'est plus nécessaire", "No longer needed"
    NOT_FEASIBLE = "not_feasible", "Irréalisable", "Not feasible"
    CASE_CLOSED = "case_closed", "Clôture de l'accompagnement", "The case was closed"


class ReassignReason(LabelledEnum):
    """Why a case changed hands."""

    ABSENCE = "absence", "Absence du conseiller", "Counsellor absent"
    DEPARTURE = "departure", "Départ du conseiller", "Counsellor left"
    WORKLOAD = "workload", "Répartition de la charge", "Workload"
    PERSON_REQUEST = "person_request", "À la demande de la personne", "At the person's request"
    EXPERTISE = "expertise", "Compétence particulière", "Particular expertise"


class SuspendReason(LabelledEnum):
    """Why a case rests."""

    AWAITING_RIGHTS = "awaiting_rights", "Décision de droits attendue", "A decision on rights is awaited"
    AWAITING_APPOINTMENT = "awaiting_appointment", "Rendez-vous attendu", "An appointment is awaited"
    AWAITING_FUNDING = "awaiting_funding", "Décision de financement attendue", "A funding decision is awaited"
    HOSPITALISED = "hospitalised", "Hospitalisation", "Hospitalised"
    PERSON_REQUEST = "person_request", "À la demande de la personne", "At the person's request"


class ReopenReason(LabelledEnum):
    """Why a closed case was taken up again."""

    CLOSED_BY_MISTAKE = "closed_by_mistake", "Clos par erreur", "Closed by mistake"
    CARE_NOT_DONE = "care_not_done", "Soins finalement non réalisés", "Care not done after all"
    PERSON_RETURNED = "person_returned", "La personne est revenue", "The person came back"
    NEW_NEED = "new_need", "Nouveau besoin de soins", "New care need"


class IdentityField(LabelledEnum):
    """What is known of who a person is: the names of the fields, which a history may tell, never their values."""

    FAMILY_NAME = "family_name", "nom de famille", "family name"
    GIVEN_NAME = "given_name", "prénom", "given name"
    BIRTH_DATE = "birth_date", "date de naissance", "date of birth"
    PHONE = "phone", "téléphone", "telephone"
    EMAIL = "email", "adresse électronique", "e-mail address"
    ADDRESS = "address", "adresse postale", "postal address"
    NIR = "nir", "numéro de sécurité sociale", "social-security number"


class RectifyReason(LabelledEnum):
    """Why what is known of who the person is was put right."""

    TYPING_ERROR = "typing_error", "Erreur de saisie", "Typing error"
    CHANGED = "changed", "La situation a changé", "The situation has changed"
    PERSON_REQUEST = "person_request", "Droit de rectification exercé", "Right of rectification exercised"


class ArchiveReason(LabelledEnum):
    """Why a closed case left the active base."""

    RETENTION = "retention", "Durée de conservation active écoulée", "Active retention period over"
    RESTRICTION = "restriction", "Limitation demandée par la personne", "Restriction asked for by the person"


class RestoreReason(LabelledEnum):
    """Why a case was taken out of the archive."""

    PERSON_RETURNED = "person_returned", "La personne est revenue", "The person came back"
    LEGAL_CLAIM = "legal_claim", "Recours ou contentieux", "Appeal or legal claim"
    RESTRICTION_ENDED = "restriction_ended", "Fin de la limitation", "End of the restriction"
    ARCHIVED_BY_MISTAKE = "archived_by_mistake", "Archivé par erreur", "Archived by mistake"


class Wave(LabelledEnum):
    """A wave of the deployment, with its first day [001, II]; months without a day count from their first."""

    starts_on: date

    def __init__(self, code: str, fr: str, en: str, starts_on: date) -> None:
        """Keep the labels and the first day."""
        super().__init__(code, fr, en)
        self.starts_on = starts_on

    PILOT = "pilot", "Gard, pionnier (novembre 2014)", "Gard, pilot (November 2014)", date(2014, 11, 17)
    TRIAL = "trial", "Expérimentation (mai 2016)", "Trial (May 2016)", date(2016, 5, 1)
    WAVE_1 = "wave_1", "1re vague (avril 2017)", "Wave 1 (April 2017)", date(2017, 4, 1)
    WAVE_2 = "wave_2", "2e vague (octobre 2017)", "Wave 2 (October 2017)", date(2017, 10, 1)
    WAVE_3 = "wave_3", "3e vague (mars 2018)", "Wave 3 (March 2018)", date(2018, 3, 1)
    OVERSEAS = "overseas", "Outre-mer (2018-2019)", "Overseas (2018-2019)", date(2018, 12, 1)


VOCABULARY: Final[dict[str, type[LabelledEnum]]] = {
    "source": Source,
    "origin": Origin,
    "partner": Partner,
    "care_type": CareType,
    "forgoing_reason": ForgoingReason,
    "outcome": Outcome,
    "right": Right,
    "former_right": FormerRight,
    "basic_cover": BasicCover,
    "complementary_cover": ComplementaryCover,
    "resource_kind": ResourceKind,
    "charge_kind": ChargeKind,
    "other_right": OtherRight,
    "obstacle": Obstacle,
    "level": Level,
    "action_kind": ActionKind,
    "funder": Funder,
    "channel": Channel,
    "direction": Direction,
    "party": Party,
    "closing_reason": ClosingReason,
    "drop_reason": DropReason,
    "abandon_reason": AbandonReason,
    "reassign_reason": ReassignReason,
    "suspend_reason": SuspendReason,
    "reopen_reason": ReopenReason,
    "identity_field": IdentityField,
    "rectify_reason": RectifyReason,
    "archive_reason": ArchiveReason,
    "restore_reason": RestoreReason,
    "wave": Wave,
}
"""Every coded list by name: what the API's `/workflow` and the data dictionary print."""
