"""Who saw what: the kinds of reading that are recorded, and why somebody could read.

Recorded is what shows who a person is, what their file says, or what was recorded about their case. A file that was
opened and a name that stood in a list are told apart: whoever asks who consulted their file is owed the difference.
"""

from collections.abc import Mapping
from typing import Final

from domain.access import ACCESS, Permission, Principal, Scope
from workflows.labels import LabelledEnum, Language, in_language
from workflows.roles import Role


class AccessKind(LabelledEnum):
    """What was read. `opens`: a file or a history was opened, and not only a name or a line shown among others."""

    opens: bool

    def __init__(self, code: str, fr: str, en: str, opens: bool) -> None:
        """Keep whether a file was opened."""
        super().__init__(code, fr, en)
        self.opens = opens

    CASE = "case", "Dossier ouvert", "File opened", True
    HISTORY = "history", "Historique ouvert", "History opened", True
    PERSON = (
        "person",
        "Tout ce qui est conservé, remis à la personne",
        "Everything held, given to the person",
        True,
    )
    LIST = "list", "Nom affiché dans une liste", "Name shown in a list", False
    SEARCH = "search", "Nom trouvé par une recherche", "Name found by a search", False
    DUPLICATES = "duplicates", "Nom montré comme doublon possible", "Name shown as a possible double", False
    EVENTS = "events", "Événements affichés dans un journal", "Events shown in a log", False
    EXPORT = "export", "Fichier de dossiers sous pseudonymes", "File of cases under pseudonyms", False
    ACCESSES = "accesses", "Journal des accès consulté", "Log of accesses consulted", False
    BREAK_GLASS = "break_glass", "Bris de glace", "Glass broken", True


PERMISSIONS: Final[Mapping[AccessKind, Permission]] = {
    AccessKind.CASE: Permission.SEE_CASE,
    AccessKind.HISTORY: Permission.SEE_HISTORY,
    AccessKind.PERSON: Permission.EXPORT_PERSON,
    AccessKind.LIST: Permission.SEE_IDENTITY,
    AccessKind.SEARCH: Permission.SEE_IDENTITY,
    AccessKind.DUPLICATES: Permission.SEE_IDENTITY,
    AccessKind.EVENTS: Permission.SEE_HISTORY,
    AccessKind.ACCESSES: Permission.SEE_ACCESSES,
    AccessKind.BREAK_GLASS: Permission.BREAK_GLASS,
}
"""What it takes for each kind of reading; for an export it depends on what is exported."""


class Ground(LabelledEnum):
    """Why somebody could read: how far the permission went."""

    ASSIGNED_OR_UNASSIGNED = (
        "assigned_or_unassigned",
        "son dossier, ou suivi par personne",
        "own case, or nobody's",
    )
    OWN_REFERRALS = "own_referrals", "sa saisine", "own referral"
    ORGANISATION = "organisation", "son organisme", "own organisation"
    NATIONAL = "national", "niveau national", "national level"
    BREAK_GLASS = "break_glass", "bris de glace", "broken glass"
    MACHINE = "machine", "exploitation de la machine", "operating the machine"


class GlassReason(LabelledEnum):
    """Why a supervisor opened a case of another organisation †."""

    PERSON_PRESENT = (
        "person_present",
        "La personne est présente et demande de l'aide",
        "The person is here and asks for help",
    )
    URGENT_CARE = (
        "urgent_care",
        "Des soins urgents ne peuvent attendre l'autre organisme",
        "Urgent care cannot wait for the other organisation",
    )
    MOVING = (
        "moving",
        "La personne déménage : un transfert se prépare",
        "The person is moving: a transfer is being prepared",
    )
    COLLEAGUE_ASKS = (
        "colleague_asks",
        "L'organisme qui suit le dossier demande un avis",
        "The organisation that follows the case asks for advice",
    )
    OTHER = "other", "Autre motif, dit dans la note", "Another reason, said in the note"


OPERATOR: Final = "operator"
"""The account and the role of whoever reads on the machine itself: not one of the service's roles."""

_GROUNDS: Final[Mapping[Scope, Ground]] = {
    Scope.ASSIGNED_OR_UNASSIGNED: Ground.ASSIGNED_OR_UNASSIGNED,
    Scope.OWN_REFERRALS: Ground.OWN_REFERRALS,
    Scope.ORGANISATION: Ground.ORGANISATION,
    Scope.ELSEWHERE: Ground.BREAK_GLASS,
}


def ground_of(principal: Principal, permission: Permission) -> Ground:
    """Return why the account may use a permission that it has. Raises KeyError for one that it has not."""
    scope = ACCESS[principal.role][permission]
    if scope is Scope.ORGANISATION_OR_NATIONAL:
        return Ground.NATIONAL if principal.organisation is None else Ground.ORGANISATION
    return _GROUNDS[scope]


def reader_label(role: str, language: Language) -> str:
    """Return what a role of the log is called; one that is not known is its own label."""
    if role == OPERATOR:
        return in_language(("Exploitation de la machine", "Operator of the machine"), language)
    return next((one.label(language) for one in Role if one.value == role), role)
