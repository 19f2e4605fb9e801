"""The addresses of the pages: French, stable, and without anything personal in them."""

from typing import Final

from workflows.triggers import Trigger

HOME: Final = "/"
SIGN_IN: Final = "/connexion"
SIGN_OUT: Final = "/deconnexion"
LANGUAGE: Final = "/langue"
HELP: Final = "/aide"
REFERRALS: Final = "/saisines"
NEW_REFERRAL: Final = "/saisines/nouvelle"
SCREENING: Final = "/saisines/questions"
QUEUE: Final = "/dossiers"
SEARCH: Final = "/recherche"
LOG: Final = "/journal"
CELL: Final = "/cellule"
STATISTICS: Final = "/statistiques"
EXPORTS: Final = "/exports"


def referral(case_id: str) -> str:
    """Return the address of a referral's progress."""
    return f"{REFERRALS}/{case_id}"


def case(case_id: str) -> str:
    """Return the address of a case."""
    return f"{QUEUE}/{case_id}"


def action(case_id: str, trigger: Trigger | str) -> str:
    """Return the address of the form that fires a trigger on a case."""
    return f"{case(case_id)}/actions/{trigger}"


def history(case_id: str) -> str:
    """Return the address of a case's history."""
    return f"{case(case_id)}/historique"


def statistic(name: str) -> str:
    """Return the address of a statistic."""
    return f"{STATISTICS}/{name}"


def chart(name: str) -> str:
    """Return the address of a statistic's chart."""
    return f"{statistic(name)}/graphique.svg"


def figures_file(name: str) -> str:
    """Return the address of a statistic's figures as a CSV file."""
    return f"{statistic(name)}/tableau.csv"
