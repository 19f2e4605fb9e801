"""Free text for the made-up events, as counsellors and detectors would write it: personal, hence sealed."""

from random import Random
from typing import Final

_DETECTED: Final = (
    "N'a pas vu de dentiste depuis des années, en parle avec gêne.",
    "Repousse ses lunettes : le devis est trop élevé.",
    "Ne sait pas si elle a encore une mutuelle.",
    "A perdu son emploi au printemps, ne se soigne plus.",
    "Dit que les médecins ne prennent plus de nouveaux patients.",
    "Le prothésiste demande un acompte qu'il ne peut pas verser.",
    "Vit seule, se déplace difficilement.",
    "Préfère être rappelé le matin.",
)
_REVIEWED: Final = (
    "Ressources juste au-dessus du plafond.",
    "Carte Vitale à mettre à jour, plus de médecin traitant.",
    "Aide au logement jamais demandée.",
    "Mutuelle trop chère pour ce qu'elle rembourse : à revoir.",
)
_CALLED: Final = (
    "Toujours motivée, attend l'accord pour prendre rendez-vous.",
    "A reçu le courrier, ne l'avait pas compris : expliqué ensemble.",
    "Rendez-vous pris, appréhende un peu.",
    "Demande un second devis.",
    "Rappelle pour dire que tout s'est bien passé.",
    "Traverse une période difficile, on se reparle dans quinze jours.",
)
_PERFORMED: Final = (
    "Soins terminés, très soulagée.",
    "Facture acquittée transmise.",
    "A pu manger normalement.",
)


def detected(rng: Random) -> str | None:
    """Return what a detector may write on a referral."""
    return rng.choice(_DETECTED) if rng.random() < 0.5 else None


def reviewed(rng: Random) -> str | None:
    """Return what a counsellor may write on a rights review."""
    return rng.choice(_REVIEWED) if rng.random() < 0.08 else None


def called(rng: Random) -> str | None:
    """Return what a counsellor may write on a contact."""
    return rng.choice(_CALLED) if rng.random() < 0.08 else None


def performed(rng: Random) -> str | None:
    """Return what a counsellor may write on care performed."""
    return rng.choice(_PERFORMED) if rng.random() < 0.05 else None
