"""The actions of a plan: one for every outcome the case is to have, and one at least for every need."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from adapters.demo.calendar import after
from adapters.demo.journey import Journey
from domain.commands.care import ActionToPlan
from domain.vocabulary import ActionKind, FormerRight, Outcome, Partner, Right

_CSS_SINCE: Final = date(2019, 11, 1)
"""The CSS replaced the CMU-C and the ACS in November 2019 [003, 004]."""

_OF_OUTCOME: Final[dict[Outcome, tuple[ActionKind, ...]]] = {
    Outcome.RIGHTS_CSS: (ActionKind.REQUEST_CSS,),
    Outcome.RIGHTS_COMPLEMENTARY: (ActionKind.CHOOSE_COMPLEMENTARY,),
    Outcome.RIGHTS_FILE_UPDATED: (ActionKind.UPDATE_FILE,),
    Outcome.ORIENTED: (ActionKind.FIND_PROFESSIONAL, ActionKind.BOOK_APPOINTMENT, ActionKind.SUPPORT_CARE),
    Outcome.FINANCIAL_SUPPORT: (ActionKind.ASK_FUNDERS, ActionKind.OBTAIN_QUOTES),
    Outcome.DIGITAL_HELP: (ActionKind.OPEN_ACCOUNT, ActionKind.TEACH_DIGITAL),
    Outcome.PREVENTION: (ActionKind.HEALTH_EXAM, ActionKind.PREVENTION_OFFER),
}
_OPENS: Final = {
    ActionKind.REQUEST_CSS: Right.CSS,
    ActionKind.CHOOSE_COMPLEMENTARY: Right.COMPLEMENTARY,
    ActionKind.UPDATE_FILE: Right.FILE_UPDATED,
}
_NOT_CARRIED_OUT: Final = (
    ActionKind.BOOK_APPOINTMENT,
    ActionKind.REQUEST_CSS,
    ActionKind.HEALTH_EXAM,
    ActionKind.SEEK_OTHER_RIGHTS,
)
_WITH: Final = (Partner.CCAS, Partner.CAF, Partner.MUTUAL, Partner.HOSPITAL_PASS, Partner.ASSOCIATION)
_FORMER: Final = (FormerRight.CMU_C, FormerRight.CMU_C, FormerRight.ACS)


@dataclass(frozen=True, slots=True)
class Planned:
    """An action as planned, whether it will be carried out, and which right it then opens."""

    to_plan: ActionToPlan
    completed: bool
    right: Right | None = None
    former: FormerRight | None = None
    not_before: date | None = None

    def formerly(self, on: date) -> FormerRight | None:
        """Return what the CSS was called on that day."""
        return self.former if on < _CSS_SINCE else None


def planned_actions(j: Journey, day: date) -> list[Planned]:
    """Return the plan's actions, numbering them; explaining rights answers the needs that nothing else does."""
    plan, rng = j.plan, j.rng
    kinds = [rng.choice(kinds) for outcome, kinds in _OF_OUTCOME.items() if outcome in plan.outcomes]
    done = [(kind, True) for kind in kinds]
    if not done or rng.random() < 0.25:
        done.append((ActionKind.EXPLAIN_RIGHTS, True))
    if rng.random() < 0.09:
        done.append((rng.choice([k for k in _NOT_CARRIED_OUT if k not in kinds]), False))
    with_partner = Outcome.PARTNER_COOPERATION in plan.outcomes and not plan.ending.onward
    needs = _needs(j, len(done))
    actions = []
    for (kind, completed), need_ids in zip(done, needs, strict=True):
        partner = rng.choice(_WITH) if with_partner and completed else None
        with_partner = with_partner and partner is None
        actions.append(action(j, kind, day, need_ids, completed=completed, partner=partner))
    return actions


def action(
    j: Journey,
    kind: ActionKind,
    day: date,
    need_ids: list[str],
    *,
    completed: bool = True,
    partner: Partner | None = None,
) -> Planned:
    """Return one action, numbered, due some time before or after the case's likely end."""
    j.new_action()
    # Most are foreseen for when they are done; the rest of the plan's days is what the counsellor counts on.
    due_on = after(day, max(round((j.plan.close_on - day).days * j.rng.uniform(0.55, 1.35)), 7))
    right = _OPENS.get(kind) if completed else None
    return Planned(
        ActionToPlan(kind=kind, due_on=due_on, need_ids=need_ids, partner=partner),
        completed,
        right,
        j.rng.choice(_FORMER) if right is Right.CSS else None,
    )


def _needs(j: Journey, actions: int) -> Iterator[list[str]]:
    """Yield the needs each action answers: the first answers all, so that none is without an action."""
    for number in range(actions):
        ids = j.need_ids()
        yield ids if number == 0 else j.rng.sample(ids, 1) if ids else []
