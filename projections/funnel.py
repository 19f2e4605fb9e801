"""Funnel: how many cases get from each state to the next, where the others go, and how long each state takes.

By the moves of the period [domain note 4]: who entered a state in it and who left it, for which state, and how long
those who left had been there; beside them, who was there at its end. A case counts once among those that entered (the
first time), so that the share of the detected is one; later entries (reopened, sent back by a partner, another need)
are counted apart. The time in state is that of the stays that ended, as durations have it: those still going on are
counted, never mixed in.
"""

from collections import Counter
from typing import Final

from sqlalchemy import Connection

from projections.accounts import REFERRED, accounts, added_up, months_of
from projections.distribution import distribution
from projections.figures import Column, Group, Kind, Line, Lines, Shape, Value
from projections.statistics import Cells, Definition, Filters, gather, share
from projections.stays import AGAIN, DAYS, NEW, STAYS, TABLE, days_in
from projections.tallies import changed_bins
from workflows.states import State

DEFINITIONS: Final = {
    "fr": Definition(
        unit="dossier (entrées, sorties : un séjour d'un dossier dans un état) ; durées en jours calendaires",
        numerator=(
            "dossiers entrés dans l'état pour la première fois dans la période ; séjours terminés dans la période, par "
            "état suivant, et leurs jours"
        ),
        denominator="dossiers détectés dans la période ; pour les durées, séjours terminés dans la période",
        date_basis="date d'entrée dans l'état pour les entrées, de sortie pour les sorties et les durées",
        period="du premier au dernier jour demandés, inclus ; encore présents : à la fin de la période",
        missing="séjours dont la sortie est datée avant l'entrée, dans leur colonne ; un transfert n'interrompt pas un séjour",
        source="définition propre †, d'après les états du parcours (CNAM, Mission accompagnement santé)",
    ),
    "en": Definition(
        unit="case (entries, exits: a stay of a case in a state); durations in calendar days",
        numerator=(
            "cases that entered the state for the first time in the period; stays that ended in the period, by next "
            "state, and their days"
        ),
        denominator="cases detected in the period; for durations, stays that ended in the period",
        date_basis="day of the entry for entries, of the exit for exits and durations",
        period="from the first to the last day asked for, both included; still there: at the end of the period",
        missing="stays left on a day before they were entered, in their column; a transfer does not end a stay",
        source="our own definition †, after the states of the path (CNAM, Mission accompagnement santé)",
    ),
}

_TO: Final = {state: f"to_{state.value}" for state in State}

SHAPE: Final = Shape(
    totals=(Column("detected", Kind.COUNT, "Détectés", "Detected", sum_of=("detected.cases",)),),
    lines=Lines(
        "État",
        "State",
        State,
        (
            Column("cases", Kind.COUNT, "Entrés", "Entered"),
            Column("share", Kind.SHARE, "des détectés", "of those detected", reveals=("cases", "detected")),
            Column("again", Kind.COUNT, "Revenus", "Entered again", tied=True),
            Column("there", Kind.COUNT, "Présents à la fin", "There at the end", stock=True),
            Column("left", Kind.COUNT, "Sortis", "Left", sum_of=tuple(_TO.values())),
            *(
                Column(code, Kind.COUNT, f"vers : {state.fr}", f"for: {state.en}", part_of="left")
                for state, code in _TO.items()
            ),
            Column("n", Kind.COUNT, "Durées", "Durations", part_of="left"),
            Column("missing", Kind.COUNT, "Manquantes", "Missing", reveals=("left", "n"), part_of="left"),
            Column("mean", Kind.DAYS, "Moyenne", "Mean", reveals=("n",)),
            Column("median", Kind.DAYS, "Médiane", "Median", reveals=("n",)),
            Column("p90", Kind.DAYS, "9e décile", "p90", reveals=("n",)),
        ),
    ),
)
"""What left one state entered another: those that entered `again` tie the columns of one line to another's."""


def report(connection: Connection, filters: Filters) -> list[Group]:
    """Return the states of each group: who entered, who is there, who left for which other, after how many days."""
    taken = _time_in_states(connection, filters)
    groups = []
    for name, account in accounts(connection, filters).items():
        detected = account.moves[REFERRED]
        lines = []
        for state in State:
            cases = account.entered(state, NEW)
            left = account.left(state)
            stayed = distribution(taken.get(name, Cells()).bins.get(days_in(state), []))
            figures: dict[str, Value] = {
                "cases": cases,
                "share": share(cases, detected),
                "again": account.entered(state, AGAIN),
                "there": account.standing[state],
                "left": left.total(),
                **{code: left[to] for to, code in _TO.items()},
                "n": stayed.n,
                "missing": left.total() - stayed.n,
                "mean": stayed.mean,
                "median": stayed.median,
                "p90": stayed.p90,
            }
            lines.append(Line(state.value, figures))
        groups.append(Group(name, {"detected": detected}, lines))
    return groups


def _time_in_states(connection: Connection, filters: Filters) -> dict[str, Cells]:
    """Return how many stays took how many days, by state: whole months from the tally, what is left from the rows."""
    found: dict[str, Cells] = {}
    beyond: dict[tuple[str, str], Counter[int]] = {}
    for months, ends in months_of(filters):
        if ends is None:
            found = gather(connection, STAYS, months, (f"{DAYS}:",))
            continue
        columns = TABLE.c.left_on, TABLE.c.state, TABLE.c.days
        for name, (state, days), number in added_up(connection, filters, ends, *columns):
            if days is not None:
                beyond.setdefault((name, state), Counter())[days] += number
    for (name, state), some in beyond.items():
        found.setdefault(name, Cells()).add(days_in(state), changed_bins([], some))
    return found
