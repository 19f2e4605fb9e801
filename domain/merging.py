"""Two persons who turn out to be one: what merging a case does to the person's other cases, and what undoing it does.

A case keeps the person that it was begun with in its history; from the merging on it is the other case's person, and so
are all the cases of the one who was recognised. Reopening the merged case takes that back.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from domain.access import Reach
from domain.case import Case
from domain.case_state import CaseState
from domain.command import Command
from domain.commands.follow_up import Reopen
from domain.commands.merging import Merge
from domain.context import Context
from domain.errors import CaseNotFound
from domain.ports import UnitOfWork
from workflows.facts import Kept


class PartingCases(Mapping[str, str]):
    """A merged case's person's other open cases that would be somebody else's again with it: their organisations."""

    def __init__(self, work: UnitOfWork, case: CaseState, former: str) -> None:
        """Keep what to ask: most commands never do."""
        self._work, self._case, self._former = work, case, former

    @classmethod
    def of(cls, work: UnitOfWork, case: CaseState) -> Self | None:
        """Return them for a merged case; None for any other, and for one that would not be somebody else's again."""
        former = _former(work, case)
        return None if former is None else cls(work, case, former)

    @cached_property
    def _found(self) -> Mapping[str, str]:
        parting = set(_parting(self._work, self._case.person_id, self._former))
        found = self._work.open_cases_of(self._case.person_id)
        return {
            case_id: where
            for case_id, where in found.items()
            if case_id in parting and case_id != self._case.case_id
        }

    def __getitem__(self, case_id: str) -> str:
        return self._found[case_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


@dataclass(frozen=True, slots=True)
class Merging:
    """A merging that was asked for; `other` is the case to keep, None when the asker may not know of any such case."""

    command: Merge
    other: Case | None
    kept: Kept | None

    @classmethod
    def asked(cls, work: UnitOfWork, command: Command, within: Reach) -> Self | None:
        """Return what is asked for, None for any other command."""
        if not isinstance(command, Merge):
            return None
        try:
            other = work.load(command.into, within)
        except CaseNotFound:
            return cls(command, None, None)
        return cls(command, other, Kept(other.state, work.open_cases_of(other.state.person_id)))

    def carry_out(self, work: UnitOfWork, case: Case, context: Context) -> None:
        """Make the person of `case`, which was merged, one with the other's in every case, once the rules allow it."""
        if self.other is None:
            raise AssertionError("a merging with no case passed the table")
        former, person_id = case.state.person_id, self.other.state.person_id
        self.other.take_in(case, self.command, context)
        for other in map(work.load, work.cases_of(former)):
            command = self.command if other is case else _today(self.command)
            other.recognise(person_id, case, command, context)
        work.join(former, person_id)


@dataclass(frozen=True, slots=True)
class Parting:
    """A reopening that undoes a merging: whose case it was, whose it is, and which case was kept.

    No `former`: the persons of that merging were told apart meanwhile, by another of their cases.
    """

    command: Command
    former: str | None
    person_id: str
    kept: str

    @classmethod
    def asked(cls, work: UnitOfWork, case: CaseState, command: Command) -> Self | None:
        """Return what is asked for, None for any other command, or a case that was not merged."""
        if not isinstance(command, Reopen) or case.merged_into is None:
            return None
        return cls(command, _former(work, case), case.person_id, case.merged_into)

    def carry_out(self, work: UnitOfWork, case: Case, context: Context) -> None:
        """Make the persons two again, once the rules allow it."""
        if self.former is not None:
            for other in map(work.load, _parting(work, self.person_id, self.former)):
                command = self.command if other is case else _today(self.command)
                other.recognise(self.former, case, command, context)
        work.load(self.kept).part_from(case, _today(self.command), context)
        if self.former is not None:
            work.part(self.former)


def _former(work: UnitOfWork, case: CaseState) -> str | None:
    """Return whose a merged case is again once that is undone; None where it was not merged, or would stay whose it is."""
    former = case.merged_from_person
    return former if former is not None and case.first_person in work.household(former) else None


def _parting(work: UnitOfWork, person_id: str, former: str) -> list[str]:
    """Return the cases of a person that were begun with `former`, or with somebody recognised as them."""
    household = work.household(former)
    return [
        case_id for case_id in work.cases_of(person_id) if work.load(case_id).state.first_person in household
    ]


def _today(command: Command) -> Command:
    """In other cases it happens on the day it is recorded: an earlier one might come before their detection."""
    return command.model_copy(update={"occurred_on": None})
