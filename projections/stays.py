"""Stays: each time a case was in a state, from the day it entered it to the day it left it.

What the funnel and the backlog are counted from. A suspension is no state and cuts no stay in two; a transfer does:
a row for each organisation that followed the case during the stay, so that every cell's backlog is its own.

Where dates run backwards (what came later was entered with an earlier day), a case left a state on the first day of
anything that came after. So on any day it stands in exactly one state, that of what had happened by then, and the
moves from state to state add up whatever the dates.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import accumulate, pairwise
from typing import Annotated, Final, NamedTuple, Self

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Index

from domain.case_state import CaseState
from projections.facts import about, table
from projections.read_model import Bin, Count, ReadModel
from projections.tallies import tally_table
from workflows.deadlines import Deadlines


class StayRow(Struct, gc=False):
    """One stay of a case in a state, or the part of it in which one organisation followed the case."""

    case_id: Annotated[str, about("The case.", "Le dossier.")]
    ordinal: Annotated[
        int,
        about(
            "The number of the row within the case, from 1.",
            "Le numéro de la ligne dans le dossier, à partir de 1.",
        ),
    ]
    organisation: Annotated[
        str,
        about(
            "The organisation that followed the case to the end of this row.",
            "L'organisme qui suivait le dossier jusqu'à la fin de cette ligne.",
        ),
    ]
    state: Annotated[str, about("The state, a code of `state`.", "L'état, un code de `state`.")]
    entered_on: Annotated[
        date, about("The day the case entered the state.", "Le jour où le dossier est entré dans l'état.")
    ]
    left_on: Annotated[
        date | None,
        about(
            "The day it left the state or the organisation; none while it is there.",
            "Le jour où il a quitté l'état ou l'organisme ; aucun tant qu'il y est.",
        ),
    ]
    next_state: Annotated[
        str | None,
        about(
            "The state it left for, a code of `state`; none while there, or when transferred.",
            "L'état où il est passé, un code de `state` ; aucun tant qu'il y est, ou s'il a été transféré.",
        ),
    ]
    next_is_new: Annotated[
        bool,
        about(
            "Whether it had never been in the next state before.",
            "S'il n'avait encore jamais été dans l'état suivant.",
        ),
    ]
    handed_to: Annotated[
        str | None,
        about(
            "The organisation it was transferred to in this state, if it was.",
            "L'organisme auquel il a été transféré dans cet état, le cas échéant.",
        ),
    ]
    days: Annotated[
        int | None,
        about(
            "Calendar days in the state, once left; none when transferred, or if left on a day before it entered.",
            "Jours calendaires passés dans l'état, une fois quitté ; aucun s'il a été transféré, ou s'il en sort à une date antérieure à l'entrée.",
        ),
    ]


TABLE: Final = table(
    "stays",
    StayRow,
    ("case_id", "ordinal"),
    Index("stays_by_leaving", "left_on"),
    french="Un séjour d'un dossier dans un état, ou la partie de ce séjour pendant laquelle un même organisme le suivait.",
)
TALLY: Final = tally_table(
    "stays_tally",
    "Moves between states and organisations (a bin is a day of the month, from 0), and days in each state left (a bin"
    " is a day of duration); all dated by the leaving.",
    french="Passages entre états et organismes (une classe est un jour du mois, à partir de 0), et jours dans chaque état quitté (une classe est un jour de durée) ; tous à la date de sortie.",
)

NEW: Final = "new"
AGAIN: Final = "again"
HANDED_ON: Final = "handed_on"
TAKEN_OVER: Final = "taken_over"
DAYS: Final = "days"
"""The tally's keys. `new:detected>consented` is a move to a state the case had never been in, `again:` one to a state
it had been in; `handed_on:detected>` and `taken_over:>detected` are the two ends of a transfer, each counted in its
organisation; `days:detected` is the time in a state."""

MOVES: Final = tuple(f"{kind}:" for kind in (NEW, AGAIN, HANDED_ON, TAKEN_OVER))
"""What the keys of moves begin with."""


class Move(NamedTuple):
    """A move of a case: its kind, from which state, to which; nothing on the side that is another organisation's."""

    kind: str
    source: str
    to: str

    @property
    def key(self) -> str:
        """The key it is counted under."""
        return f"{self.kind}:{self.source}>{self.to}"

    @classmethod
    def of(cls, key: str) -> Self:
        """Read a key."""
        kind, _, states = key.partition(":")
        source, _, to = states.partition(">")
        return cls(kind, source, to)


def days_in(state: str) -> str:
    """Return the key of the time in a state."""
    return f"{DAYS}:{state}"


def rows(case: CaseState, deadlines: Deadlines) -> list[StayRow]:
    """Return the stays of the case, in their order."""
    case_id, organisation, path = case.case_id, case.organisation, case.path
    found: list[StayRow] = []
    number = len(path)
    repeats = len({entry.state for entry in path}) < number
    left_on: date | None = None
    next_state: str | None = None
    new = False
    for entry in reversed(path):
        on = entry.on
        days = None if left_on is None or left_on < on else (left_on - on).days
        found.append(
            StayRow(case_id, number, organisation, entry.state, on, left_on, next_state, new, None, days)
        )
        number -= 1
        if left_on is None or on < left_on:
            left_on = on
        next_state = entry.state
        new = not repeats or next_state not in [earlier.state for earlier in path[:number]]
    found.reverse()
    return list(_cut(found, case)) if case.handovers else found


_Point = tuple[date, int, int]
"""A day, and for what happened on one day its place: the number of the entry, then that of the transfer."""

_EVER: Final = (date.min, 0, 0)
_NEVER: Final = (date.max, 0, 0)


def _cut(whole: Sequence[StayRow], case: CaseState) -> Iterator[StayRow]:
    """Cut the stays of a transferred case wherever another organisation took it over."""
    taken_over: list[_Point] = [_EVER, *((h.on, h.entry, place) for place, h in enumerate(case.handovers, 1))]
    owners = [case.detecting_organisation, *(handover.organisation for handover in case.handovers)]
    tenures = [
        (owner, since, till)
        for owner, since, till in zip(owners, taken_over, _ends(taken_over), strict=True)
        if since < till
    ]
    entered: list[_Point] = [(row.entered_on, row.ordinal, 0) for row in whole]
    ordinal = 0
    for row, begin, end in zip(whole, entered, _ends(entered), strict=True):
        first = min(begin, end)  # where the dates run backwards, the case passed through on the day it left
        parts = [
            (owner, till) for owner, since, till in tenures if since <= first < till or first < since < end
        ]
        for (owner, till), (taker, _) in pairwise(parts):
            ordinal += 1
            yield replace(
                row,
                ordinal=ordinal,
                organisation=owner,
                left_on=till[0],
                next_state=None,
                next_is_new=False,
                handed_to=taker,
                days=None,
            )
        ordinal += 1
        yield replace(row, ordinal=ordinal, organisation=parts[-1][0])


def _ends(begun: Sequence[_Point]) -> list[_Point]:
    """Return when each of what follows one upon the other ended: at the earliest of what came after."""
    return list(accumulate(reversed([*begun[1:], _NEVER]), min))[::-1]


@cache
def _moved(move: Move) -> tuple[Bin, ...]:
    """Return the bins of a move, one a day of the month. They are shared: a tally of a rebuild holds millions."""
    return tuple((move.key, day) for day in range(31))


@cache
def _left(state: str, next_state: str, is_new: bool) -> tuple[Bin, ...]:
    return _moved(Move(NEW if is_new else AGAIN, state, next_state))


_USUAL: Final = 400
"""Days: nearly every stay is shorter."""


@cache
def _stayed(state: str) -> tuple[Bin, ...]:
    return tuple((days_in(state), days) for days in range(_USUAL))


def counts(row: StayRow) -> Iterable[Count]:
    """A stay counts once it is left: its move, and the time it took; a transfer, in both organisations."""
    left_on, days = row.left_on, row.days
    if left_on is None:
        return ()
    day = left_on.day - 1
    if row.handed_to is not None:
        return (
            (row.organisation, left_on, (_moved(Move(HANDED_ON, row.state, ""))[day],)),
            (row.handed_to, left_on, (_moved(Move(TAKEN_OVER, "", row.state))[day],)),
        )
    move = _left(row.state, row.next_state or "", row.next_is_new)[day]
    if days is None:
        return ((row.organisation, left_on, (move,)),)
    stayed = _stayed(row.state)[days] if days < _USUAL else (days_in(row.state), days)
    return ((row.organisation, left_on, (move, stayed)),)


STAYS: Final = ReadModel("stays", 1, TABLE, StayRow, rows, counts, TALLY, ("left_on",))
