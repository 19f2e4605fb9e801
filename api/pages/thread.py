"""The path of a case, drawn: which steps lie behind it, and where it stands."""

from dataclasses import dataclass
from enum import StrEnum

from api.views.case import CaseView
from workflows.labels import Language
from workflows.states import PATH, State


class Reached(StrEnum):
    """What became of a step: the style sheet knows these names."""

    DONE = "done"
    HERE = "here"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the path."""

    label: str
    reached: Reached


def path_of(case: CaseView, language: Language) -> list[Step]:
    """Return the steps of the running episode, as far as whoever looks may see what the case is about."""
    if case.state.code in PATH:
        here = PATH.index(State(case.state.code))
        steps = [Step(state.label(language), _compared(i, here)) for i, state in enumerate(PATH)]
        return [*steps, Step(State.CLOSED.label(language), Reached.AHEAD)]
    behind = [state for state in PATH if _is_behind(case, state)]
    return [
        *(Step(state.label(language), Reached.DONE) for state in behind),
        Step(case.state.label, Reached.HERE),
    ]


def _compared(place: int, here: int) -> Reached:
    if place == here:
        return Reached.HERE
    return Reached.DONE if place < here else Reached.AHEAD


def _is_behind(case: CaseView, state: State) -> bool:
    match state:
        case State.CONSENTED:
            return case.episode.consented_on is not None
        case State.BILAN_DONE:
            return case.bilan is not None
        case State.PLAN_BUILT:
            return bool(case.plan)
        case State.CARE_PERFORMED:
            return case.episode.last_care_on is not None
        case _:
            return True
