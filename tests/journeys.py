"""Random legal journeys: valid commands for whatever a case has become, as its own cell would ask them.

`referral` begins a case; `next_move` says who asks what next. Neither carries anything out: the caller does, on
the aggregate (`walk`) or through the real use cases:

    move = next_move(case, today, random)
    use_cases.act(case.id, move.command, move.by, None, request)

What is asked is built to be legal from what the case shows, never by trying the rules; that the rules accept it
is what tests prove. Draw `random` from `seeds()`: Hypothesis's own randomness is drawn to extremes, and its journeys
end before they have begun. A shorter journey of one seed is the beginning of a longer one, so drawing the length too
lets Hypothesis shorten what fails.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from hypothesis import strategies as st

from domain.access import Principal
from domain.case import Case
from domain.command import Command, note_of
from domain.commands import intake
from domain.commands.follow_up import Reopen
from domain.commands.merging import Merge
from domain.person import Identity
from domain.vocabulary import Origin, Partner, Source
from tests.builders import DETECTED_ON, KEPT, ORGANISATIONS, asking, context
from tests.payloads import Scene, a_need, payload, team
from workflows.facts import Kept
from workflows.roles import Role
from workflows.triggers import Trigger


def seeds() -> st.SearchStrategy[Random]:
    """Draw the randomness of a journey."""
    return st.integers(0, 2**32 - 1).map(Random)


@dataclass(frozen=True)
class Move:
    """Somebody asks for something."""

    by: Principal
    command: Command


def detector(organisation: str) -> Principal:
    """Return somebody who refers people to this organisation's cell."""
    return Principal(f"{organisation}.dora", Role.DETECTOR, organisation)


_WEIGHTS: Final = {
    Trigger.ACCEPT: 12,
    Trigger.RECORD_CONSENT: 12,
    Trigger.COMPLETE_BILAN: 12,
    Trigger.BUILD_PLAN: 12,
    Trigger.RECORD_CARE_PERFORMED: 4,
    Trigger.RECORD_QUOTE: 4,
    Trigger.REQUEST_FUNDING: 4,
    Trigger.DECIDE_FUNDING: 6,
    Trigger.COMPLETE_ACTION: 4,
    Trigger.LOG_CONTACT: 3,
    Trigger.REOPEN: 4,
    Trigger.CORRECT_FACT: 0.3,
    Trigger.WITHDRAW_CONSENT: 0.5,
    Trigger.CLOSE: 0.5,
    Trigger.TRANSFER: 0.5,
    Trigger.MERGE: 2,
    Trigger.RECTIFY_IDENTITY: 0.1,
    Trigger.ARCHIVE: 0.3,
    Trigger.RESTORE: 0.3,
    Trigger.ERASE_PERSONAL_DATA: 0.3,
}
"""How much likelier than others a move is, so that journeys get somewhere before they end."""


def referral(
    random: Random, organisation: str = "gard", identity: Identity | None = None
) -> tuple[Principal, intake.Detect]:
    """Return a detector and the referral they make."""
    source = random.choice(list(Source))
    command = intake.Detect(
        person=identity or Identity(family_name="Hermelin", given_name="Geneviève"),
        source=source,
        partner_kind=random.choice(list(Partner)) if source is Source.PARTNER else None,
        origin=random.choice(list(Origin)),
        agreed_to_contact=True,
        needs=[a_need(random, DETECTED_ON) for _ in range(random.randint(0, 3))],
    )
    return detector(organisation), command


def next_move(
    case: Case,
    today: date,
    random: Random,
    *,
    organisations: Collection[str] = ORGANISATIONS,
    other_open_cases: Mapping[str, str] | None = None,
    parting_cases: Mapping[str, str] | None = None,
    kept: Kept | None = None,
) -> Move | None:
    """Return what the case's cell asks next, or None when nothing is left to ask.

    `parting_cases` are the open ones that would be somebody else's again if its merging were undone; `kept` is the
    case that it may turn out to be a duplicate of.
    """
    others = other_open_cases or {}
    options = [
        (by, trigger)
        for by in team(case.state.organisation)
        for trigger, no in case.offers(
            replace(asking(by, today, others, organisations, kept=kept), parting_cases=parting_cases)
        ).items()
        if no is None
    ]
    while options:
        weights = [_WEIGHTS.get(trigger, 1) for _, trigger in options]
        by, trigger = options.pop(random.choices(range(len(options)), weights)[0])
        scene = Scene(case, by, today, random, organisations, others, kept)
        if (command := payload(trigger, scene)) is not None:
            return Move(by, command)
    return None


def walk(
    random: Random, moves: int = 25, organisation: str = "gard", case_id: str = "case-1"
) -> Iterator[Case]:
    """Play a journey on the bare aggregate, yielding the case after each command (its events stay pending)."""
    today = DETECTED_ON
    by, detect = referral(random, organisation)
    case = Case.detect(case_id, f"person-of-{case_id}", detect, context(asking(by, today)), None)
    yield case
    for _ in range(moves):
        today += timedelta(days=random.choice((0, 0, 1, 3, 10, 31)))
        if (move := next_move(case, today, random, kept=KEPT)) is None:
            return
        text = note_of(move.command)
        note = None if text is None else f"sealed:{len(text)}"
        circumstances = context(asking(move.by, today))
        former = case.state.merged_from_person
        case.do(move.command, circumstances, note)
        if isinstance(move.command, Merge):  # as the use cases do
            case.recognise(KEPT.case.person_id, case, move.command, circumstances)
        elif isinstance(move.command, Reopen) and former is not None:
            case.recognise(former, case, move.command, circumstances)
        yield case
