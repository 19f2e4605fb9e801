"""The addresses of the pages: French, stable, and without anything personal in them."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

from workflows.triggers import Trigger

HOME: Final = "/"
SIGN_IN: Final = "/connexion"
SIGN_IN_BY_PROVIDER: Final = "/connexion/fournisseur"
SIGN_OUT: Final = "/deconnexion"
LANGUAGE: Final = "/langue"
HELP: Final = "/aide"
REFERRALS: Final = "/saisines"
NEW_REFERRAL: Final = "/saisines/nouvelle"
SCREENING: Final = "/saisines/questions"
QUEUE: Final = "/dossiers"
SEARCH: Final = "/recherche"
PEOPLE: Final = "/personnes"
LOG: Final = "/journal"
ACCESSES: Final = "/acces"
ACCESSES_FILE: Final = "/acces.json"
GLASS: Final = "/bris-de-glace"
CELL: Final = "/cellule"
HANDED_OUT: Final = "/cellule/attributions"
CLOSED: Final = "/cellule/clos"
STATISTICS: Final = "/statistiques"
EXPORTS: Final = "/exports"
NEW_EXPORT: Final = "/exports/nouveau"
SESSIONS: Final = "/sessions"
SESSIONS_ENDED: Final = "/sessions/terminer"
ACCOUNT_SESSIONS: Final = "/sessions/comptes"
ACCOUNT_SESSIONS_ENDED: Final = "/sessions/comptes/terminer"

DONE: Final = "fait"
"""In the address that a form leads to, names what was recorded."""


def done(href: str, trigger: Trigger | str) -> str:
    """Return the address of a page that tells what was just recorded."""
    return f"{href}{'&' if '?' in href else '?'}{urlencode({DONE: str(trigger)})}"


def queue(**filters: str | int) -> str:
    """Return the address of the queue under filters: those of the JSON API, by their names there."""
    return f"{QUEUE}?{urlencode(filters)}" if filters else QUEUE


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


def accesses(**filters: str) -> str:
    """Return the address of the log of accesses under filters: those of the JSON API, by their names there."""
    return f"{ACCESSES}?{urlencode(filters)}"


def accesses_file(filters: Iterable[tuple[str, str]]) -> str:
    """Return the address of the file of what a page of accesses leads through."""
    asked = urlencode([(name, value) for name, value in filters if name not in ("after", "limit")])
    return f"{ACCESSES_FILE}?{asked}" if asked else ACCESSES_FILE


def person(case_id: str) -> str:
    """Return the address of the person whom a case is about: nobody has an address of their own."""
    return f"{PEOPLE}/{case_id}"


def person_file(case_id: str, extension: str) -> str:
    """Return the address of everything that is held on that person, as a file."""
    return f"{person(case_id)}/dossier.{extension}"


def statistic(name: str) -> str:
    """Return the address of a statistic."""
    return f"{STATISTICS}/{name}"


def chart(name: str) -> str:
    """Return the address of a statistic's chart."""
    return f"{statistic(name)}/graphique.svg"


def figures_file(name: str) -> str:
    """Return the address of a statistic's figures as a CSV file."""
    return f"{statistic(name)}/tableau.csv"


def new_export(subject: str, name: str) -> str:
    """Return the address of the form that asks for an export, filled in with what it is of."""
    return f"{NEW_EXPORT}?{urlencode({'subject': subject, 'name': name})}"


def export(export_id: str) -> str:
    """Return the address of an export."""
    return f"{EXPORTS}/{export_id}"


def export_file(export_id: str) -> str:
    """Return the address of an export's file."""
    return f"{export(export_id)}/fichier"


def export_manifest(export_id: str) -> str:
    """Return the address of an export's manifest."""
    return f"{export(export_id)}/manifeste.json"


def export_deleted(export_id: str) -> str:
    """Return the address that the button which deletes an export is sent to."""
    return f"{export(export_id)}/supprimer"


def changes(name: str) -> str:
    """Return the address of what changed in a statistic between two days."""
    return f"{statistic(name)}/comparaison"


def session_ended(session_id: str) -> str:
    """Return the address that the button which ends a session is sent to."""
    return f"{SESSIONS}/{session_id}/fin"


def account_sessions(account: str) -> str:
    """Return the address of the sessions of accounts: of one of them, or with nothing, of all."""
    return f"{ACCOUNT_SESSIONS}?{urlencode({'compte': account})}" if account else ACCOUNT_SESSIONS
