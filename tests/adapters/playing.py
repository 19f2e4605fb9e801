"""Random legal journeys of several people in several cells, through the real use cases, one by one or in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import repeat
from random import Random
from typing import Final

from hypothesis import strategies as st

from adapters.unit_of_work import StoredUnitOfWork
from domain.case_state import CaseState
from domain.merging import PartingCases
from domain.person import Identity
from domain.ports import Request
from tests.builders import DETECTED_ON, ORGANISATIONS
from tests.journeys import next_move, referral
from tests.service import Cells
from workflows.facts import Kept
from workflows.triggers import Trigger


def with_number(number: int) -> Identity:
    """Return somebody with a social-security number."""
    digits = f"25103012611{number:02d}"
    return Identity(family_name=f"Nom {number}", given_name="P.", nir=f"{digits}{97 - int(digits) % 97:02d}")


PEOPLE: Final = (*(with_number(number) for number in range(4)), Identity(family_name="N", given_name="P."))
"""Four who are known again, and one who is somebody new each time."""


_ABOUT_THE_PERSON: Final = (Trigger.ERASE_PERSONAL_DATA, Trigger.MERGE, Trigger.REOPEN)

LATER: Final = (0, 0, 1, 3, 10, 31)
"""How many days may pass between two commits."""


@dataclass(frozen=True)
class Turn:
    """One commit as it is drawn: so many days after the last, a command for each seed."""

    days: int
    seeds: list[int]


@st.composite
def plays(draw: st.DrawFn) -> list[Turn]:
    """Draw what happens, commit by commit and command by command, so that Hypothesis can leave out what fails without.

    Several lists make one: alone, a list is short, and nothing would ever be closed; of a length drawn before it, it
    would not be shortened.
    """
    commands = draw(st.sampled_from((1, 1, 4, 15)))
    turn = st.builds(
        Turn,
        st.sampled_from(LATER),
        st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=commands),
    )
    return [one for _ in range(9) for one in draw(st.lists(turn, max_size=12))]


@dataclass
class Play:
    """What goes on in the cells: each `turn` is one commit of one or more commands."""

    cells: Cells
    random: Random
    today: date = DETECTED_ON
    cases: list[str] = field(default_factory=list)
    asked: int = 0

    def played(self, turns: list[Turn]) -> Iterator[None]:
        """Play what was drawn, yielding after each commit: each command has its own choices, whatever else is left out."""
        for turn in turns:
            self._turn(turn.days, map(Random, turn.seeds))
            yield

    def turns(self, number: int, most_commands: int = 1) -> Iterator[None]:
        """Play `number` commits of one to `most_commands` commands, yielding after each."""
        for _ in range(number):
            self.turn(self.random.randint(1, most_commands))
            yield

    def turn(self, commands: int = 1) -> None:
        """Decide some commands on some day, and commit them together."""
        self._turn(self.random.choice(LATER), repeat(self.random, commands))

    def _turn(self, days: int, randoms: Iterable[Random]) -> None:
        self.today += timedelta(days=days)
        self.cells.clock.set_day(self.today)
        work = self.cells.service.storage.begin()
        for self.random in randoms:
            if not self.cases or self.random.random() < 0.15:
                self._refer(work)
            elif self._move(work, self.random.choice(self.cases)) in _ABOUT_THE_PERSON:
                break  # who is erased, or somebody else now, is known once that is written
        work.commit(self.cells.clock())

    def _refer(self, work: StoredUnitOfWork) -> None:
        organisation, person = self.random.choice(ORGANISATIONS), self.random.choice(PEOPLE)
        known = work.person_of(person)
        if known is not None and organisation in work.open_cases_of(known).values():
            return
        by, command = referral(self.random, organisation, person)
        answer = self.cells.service.use_cases.refer_in(work, command, by, self._request(), self.cells.clock())
        self.cases.append(answer.case_id)

    def _move(self, work: StoredUnitOfWork, case_id: str) -> Trigger | None:
        case = work.load(case_id)
        others = {c: o for c, o in work.open_cases_of(case.state.person_id).items() if c != case_id}
        kept = self._resembling(work, case.state)
        parting = PartingCases.of(work, case.state)
        move = next_move(
            case, self.today, self.random, other_open_cases=others, parting_cases=parting, kept=kept
        )
        if move is None:
            return None
        self.cells.service.use_cases.act_in(
            work, case_id, move.command, move.by, case.version, self._request(), self.cells.clock()
        )
        return move.command.trigger

    def _resembling(self, work: StoredUnitOfWork, case: CaseState) -> Kept | None:
        """Return some case of the same cell that somebody may find to be the same person's."""
        for case_id in self.random.sample(self.cases, min(5, len(self.cases))):
            other = work.load(case_id).state
            if other.organisation == case.organisation and other.person_id != case.person_id:
                return Kept(other, work.open_cases_of(other.person_id))
        return None

    def _request(self) -> Request:
        self.asked += 1
        return Request(f"test-{self.asked}", idempotency_key=f"key-{self.asked}", fingerprint="f")
