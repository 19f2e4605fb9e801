"""What the three published cases say in words, shortened from [001, annex 2]: the free text of their events."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Genevieve:
    """Case A's notes."""

    detected: str = (
        "66 ans, mariée, retraitée. Dépasse tous les plafonds d'aides et de secours et ne peut faire face à un reste à "
        "charge important."
    )
    called: str = (
        "Pathologie lourde nécessitant une greffe : doit réaliser ses soins prothétiques dentaires pour être inscrite "
        "sur la liste des receveurs."
    )
    no_mutual_fund: str = "La mutuelle confirme qu'elle n'a pas de fonds social."
    no_pension_fund: str = "La retraite complémentaire confirme qu'elle n'a pas de fonds social."
    dentist: str = (
        "Le chirurgien-dentiste accepte 3 règlements, au fur et à mesure des remboursements (assurance maladie, "
        "mutuelle, fonds de la caisse)."
    )
    fitted: str = "La prothèse dentaire est installée."
    thanks: str = "Inscrite sur la liste des receveurs. Remercie : sa vie dépendait de la réalisation de ses soins dentaires."


@dataclass(frozen=True, slots=True)
class Patricia:
    """Case B's notes."""

    detected: str = "61 ans, seule, demandeuse d'emploi. Son médecin traitant constate que ses prescriptions ne sont pas réalisées."
    called: str = "Renoncement intégré : n'imagine plus pouvoir être soignée. Très éprouvée par le décès brutal de sa fille."
    contracts: str = "Présentation des contrats labellisés ACS, aide aux démarches."
    acs_agreed: str = "Accord ACS."
    acs_explained: str = "Droits ACS expliqués : dispense d'avance de frais, pas de dépassement."
    listened: str = "Rendez-vous téléphonique : où elle en est, ce qui la retient."
    resources_fell: str = "Ses ressources baissent : rendez-vous pris pour une étude CMU."
    papers: str = "Pièces de la demande de CMU complétées ensemble."
    ophthalmologist: str = "Ophtalmologue choisi avec elle dans l'annuaire santé."
    dentist: str = "Rendez-vous pris avec le dentiste, dans le panier de la CMU : aucun reste à charge."
    coaching: str = "Parle de « coaching » pour l'accompagnement de sa conseillère."


@dataclass(frozen=True, slots=True)
class Renaud:
    """Case C's notes."""

    detected: str = "23 ans, seul, en contrat Garantie Jeunes. Signalé par la Mission locale, sans contact avec l'Assurance Maladie."
    called: str = (
        "Habite un lieu peu desservi ; des problèmes de vision l'ont retenu de passer le permis. A aussi besoin de soins "
        "dentaires."
    )
    hospital: str = "PASS du centre hospitalier d'Abbeville : rendez-vous d'ophtalmologie sous une semaine."
    eyes: str = "Rendez-vous d'ophtalmologie honoré."
    mission_locale: str = "Point avec la Mission locale, mobilisée tout au long de l'accompagnement."
    dental: str = "Les soins dentaires sont en cours."


GENEVIEVE: Final = Genevieve()
PATRICIA: Final = Patricia()
RENAUD: Final = Renaud()
