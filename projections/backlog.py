"""Backlog: the open cases over time, and what came in and went out [domain note 4].

At the end of each week or month, or of the period asked: every case that stands in an open state, with the organisation
that followed it on that day. Each group balances: open before, plus opened, reopened and taken over, less closed and
handed on, is open at the end.
"""

from typing import Final

from sqlalchemy import Connection

from projections.accounts import REFERRED, Account, accounts
from projections.figures import Column, Group, Kind, Line, Lines, Shape, Value
from projections.statistics import Definition, Filters, share
from projections.stays import AGAIN, HANDED_ON, NEW, TAKEN_OVER, Move
from workflows.states import OPEN, State

_CLOSED: Final = State.CLOSED.value

DEFINITIONS: Final = {
    "fr": Definition(
        unit="dossier",
        numerator="dossiers dans chaque état ouvert à la fin de la période, ou de chaque semaine ou mois",
        denominator="tous les dossiers en cours à cette date",
        date_basis=(
            "date des faits : un dossier est, un jour donné, dans le dernier état où il était entré, et compte dans "
            "l'organisme qui le suivait alors ; les mouvements (ouverts, rouverts, clos, transferts) sont datés de même"
        ),
        period="mouvements du premier au dernier jour demandés, inclus ; stock au dernier jour, ou au dernier enregistré",
        missing="aucun : chaque dossier est dans un état ; une suspension n'en est pas un",
        source="définition propre † ; les documents publient les dossiers reçus et clos, non le stock",
    ),
    "en": Definition(
        unit="case",
        numerator="cases in each open state at the end of the period, or of each week or month",
        denominator="all cases open on that day",
        date_basis=(
            "day it happened: on a given day a case is in the last state it had entered, and counts in the organisation "
            "that followed it then; what moved (opened, reopened, closed, transferred) is dated likewise"
        ),
        period="moves from the first to the last day asked for, both included; what is open, on the last, or last recorded",
        missing="none: every case is in a state; a suspension is not one",
        source="our own definition †; the documents publish cases received and closed, not what is open",
    ),
}

SHAPE: Final = Shape(
    totals=(
        Column("opened", Kind.COUNT, "Ouverts", "Opened"),
        Column("reopened", Kind.COUNT, "Rouverts", "Reopened", tied=True),
        Column("taken_over", Kind.COUNT, "Repris d'un autre organisme", "Taken over", tied=True),
        Column("closed", Kind.COUNT, "Clos", "Closed", tied=True),
        Column("handed_on", Kind.COUNT, "Transmis à un autre organisme", "Handed on", tied=True),
        Column("open", Kind.COUNT, "En cours à la fin", "Open at the end", stock=True),
    ),
    lines=Lines(
        "État à la fin",
        "State at the end",
        State,
        (
            Column("cases", Kind.COUNT, "Dossiers", "Cases", part_of="open", stock=True),
            Column("share", Kind.SHARE, "Part", "Share", reveals=("cases", "open")),
        ),
        adds_up_to="open",
    ),
)
"""`opened` are the referrals received. Transfers are those of open cases (dates that run backwards may put one after
the closing); nationally as many are taken over as are handed on. What moved ties what is open to what was before."""


def report(connection: Connection, filters: Filters) -> list[Group]:
    """Return what moved in each group, and the open cases at its end by state."""
    return [_group(name, account) for name, account in accounts(connection, filters).items()]


def _group(name: str, account: Account) -> Group:
    in_state = {state.value: account.standing[state.value] for state in OPEN}
    open_ = sum(in_state.values())
    totals: dict[str, Value] = {
        "opened": account.moves[REFERRED],
        "reopened": sum(account.left(_CLOSED).values()),
        "taken_over": sum(account.moves[Move(TAKEN_OVER, "", state)] for state in OPEN),
        "closed": account.entered(_CLOSED, NEW) + account.entered(_CLOSED, AGAIN),
        "handed_on": sum(account.moves[Move(HANDED_ON, state, "")] for state in OPEN),
        "open": open_,
    }
    lines = [Line(state, {"cases": cases, "share": share(cases, open_)}) for state, cases in in_state.items()]
    return Group(name, totals, lines)
