"""Needs, plan and care performed, a trigger at a time."""

from __future__ import annotations

import pytest

from domain.case_state import Action, Need
from domain.commands.care import (
    AbandonAction,
    ActionToPlan,
    AddNeed,
    BuildPlan,
    CompleteAction,
    DropNeed,
    RecordCarePerformed,
    RevisePlan,
    StartAction,
)
from domain.events.care import (
    ActionAbandoned,
    ActionCompleted,
    ActionStarted,
    CarePerformed,
    NeedAdded,
    NeedDropped,
    PlanBuilt,
    PlannedAction,
    PlanRevised,
)
from domain.events.follow_up import CaseReopened
from domain.vocabulary import (
    AbandonReason,
    ActionKind,
    CareType,
    DropReason,
    ForgoingReason,
    FormerRight,
    Level,
    Partner,
    Right,
)
from tests.builders import (
    BILAN_DONE,
    CARE_PERFORMED,
    CONSENTED,
    DETECTED_ON,
    PLAN_BUILT,
    TWO_NEEDS,
    Events,
    Happened,
    action,
    closed,
    day,
    detection,
)
from tests.dsl import given, on

# ---------------------------------------------------------------- needs


@pytest.mark.parametrize(
    ("before", "entered"),
    [(CONSENTED, None), (BILAN_DONE, None), (PLAN_BUILT, None), (CARE_PERFORMED, "plan_built")],
)
def test_a_need_that_comes_to_light_joins_the_others(before: Events, entered: str | None) -> None:
    """And sends a case whose care was all performed back to its plan."""
    need = AddNeed(
        care_type=CareType.OPTICAL,
        reasons=[ForgoingReason.FEAR, ForgoingReason.DISTANCE],
        since=day(-400),
    )
    story = given(*before).when(need, on=day(9))
    story.then(
        NeedAdded(
            need_id="n2",
            care_type="optical",
            reasons=["fear", "distance"],
            since=day(-400),
            to_state=entered,
        )
    )
    assert story.state.needs["n2"] == Need("optical", ["fear", "distance"], day(9), "gard", day(-400))
    assert story.state.state == (entered or given(*before).state.state)


@pytest.mark.parametrize("before", [CONSENTED, BILAN_DONE, PLAN_BUILT])
def test_a_dropped_need_is_settled_without_care(before: Events) -> None:
    """A case whose needs were all dropped has performed nothing: it stays where it is."""
    story = given(*before).when(DropNeed(need_id="n1", reason=DropReason.DONE_OTHERWISE))
    story.then(NeedDropped(need_id="n1", reason="done_otherwise"))
    story.then_state(state=given(*before).state.state)
    need = story.state.needs["n1"]
    assert (need.status, need.dropped_for, need.performed_on) == ("dropped", "done_otherwise", None)


def test_dropping_the_last_open_need_leaves_the_care_performed() -> None:
    """When another one was performed; the trigger that settles it does not matter."""
    given(*TWO_NEEDS, CarePerformed(need_id="n1")).when(
        DropNeed(need_id="n2", reason=DropReason.DECLINED)
    ).then(NeedDropped(need_id="n2", reason="declined", to_state="care_performed")).then_state(
        state="care_performed"
    )


# ---------------------------------------------------------------- the plan


def test_a_plan_answers_every_open_need() -> None:
    """Actions are numbered, and each kind knows its level."""
    asked = BuildPlan(
        actions=[
            action("n1", kind=ActionKind.BOOK_APPOINTMENT, due_on=day(50)),
            ActionToPlan(kind=ActionKind.HEALTH_EXAM, due_on=day(60), partner=Partner.UGECAM),
        ]
    )
    story = given(*BILAN_DONE).when(asked, on=day(10))
    story.then(
        PlanBuilt(
            actions=[
                PlannedAction("a1", "orientation", "book_appointment", day(50), ["n1"]),
                PlannedAction("a2", "prevention", "health_exam", day(60), [], "ugecam"),
            ],
            to_state="plan_built",
        )
    )
    story.then_state(state="plan_built", entered_on=day(10))
    assert story.state.actions["a2"] == Action(
        "prevention", "health_exam", day(60), [], "ugecam", planned_on=day(10)
    )


def test_a_case_without_needs_still_has_a_plan() -> None:
    """Opening rights may be all that there is to do."""
    without = (detection(needs=[]), *BILAN_DONE[1:])
    given(*without).when(BuildPlan(actions=[action()])).then_state(state="plan_built", needs={})


def test_a_dropped_need_asks_for_no_action() -> None:
    """Only the open ones do."""
    dropped = NeedDropped(need_id="n1", reason="declined")
    given(*BILAN_DONE, dropped).when(BuildPlan(actions=[action()])).then_state(state="plan_built")


def test_a_revised_plan_goes_on_with_the_numbers() -> None:
    """Nothing of the plan is replaced."""
    story = given(*PLAN_BUILT).when(RevisePlan(actions=[action(kind=ActionKind.OPEN_ACCOUNT)]))
    story.then(PlanRevised(actions=[PlannedAction("a2", "digital", "open_account", day(60))]))
    assert list(story.state.actions) == ["a1", "a2"]
    assert story.state.state == "plan_built"


def test_every_kind_of_action_has_a_level_and_every_level_a_kind() -> None:
    """The five levels of the plan."""
    assert {kind.level for kind in ActionKind} == set(Level)


@pytest.mark.parametrize("before", [PLAN_BUILT, CARE_PERFORMED])
def test_an_action_is_started_then_completed(before: Events) -> None:
    """With its days."""
    story = given(*before).when(StartAction(action_id="a1"), on=day(3)).then(ActionStarted(action_id="a1"))
    assert (story.state.actions["a1"].status, story.state.actions["a1"].started_on) == ("started", day(3))
    assert story.state.open_actions() == ["a1"]
    story.when(CompleteAction(action_id="a1"), on=day(8)).then(ActionCompleted(action_id="a1"))
    done = story.state.actions["a1"]
    assert (done.status, done.started_on, done.ended_on, done.right) == ("completed", day(3), day(8), None)
    story.then_state(state=given(*before).state.state, rights_opened=[])
    assert story.state.open_actions() == []


@pytest.mark.parametrize("before", [PLAN_BUILT, CARE_PERFORMED])
def test_an_action_is_abandoned_for_a_reason(before: Events) -> None:
    """Started or not."""
    story = given(*before).when(AbandonAction(action_id="a1", reason=AbandonReason.NOT_FEASIBLE), on=day(4))
    story.then(ActionAbandoned(action_id="a1", reason="not_feasible"))
    ended = story.state.actions["a1"]
    assert (ended.status, ended.ended_on, ended.abandoned_for) == ("abandoned", day(4), "not_feasible")


def test_an_action_on_rights_opens_a_right() -> None:
    """Once, even if two actions opened it; the former name stays with the event."""
    story = given(*PLAN_BUILT, PlanRevised(actions=[PlannedAction("a2", "rights", "update_file", day(60))]))
    story.when(CompleteAction(action_id="a1", right=Right.CSS, formerly=FormerRight.CMU_C))
    story.then(ActionCompleted(action_id="a1", right="css", formerly="cmu_c"))
    story.when(CompleteAction(action_id="a2", right=Right.CSS)).then_state(rights_opened=["css"])


# ---------------------------------------------------------------- care performed


def test_the_care_is_performed_when_the_last_need_is_settled() -> None:
    """Each need on its own day; until the last, the plan goes on."""
    story = given(*TWO_NEEDS).when(RecordCarePerformed(need_id="n2", occurred_on=day(30)))
    story.then(CarePerformed(need_id="n2")).then_state(state="plan_built")
    assert story.state.needs["n2"].performed_on == day(30)
    assert story.state.episode.last_care_on == day(30)
    story.when(RecordCarePerformed(need_id="n1", occurred_on=day(20)))
    story.then(CarePerformed(need_id="n1", to_state="care_performed"))
    story.then_state(state="care_performed", entered_on=day(20))
    assert story.state.episode.last_care_on == day(30), "the latest, not the last one written down"
    assert story.state.open_needs() == []


def test_care_performed_after_a_need_was_dropped() -> None:
    """Performed or dropped: every need is settled."""
    dropped = NeedDropped(need_id="n2", reason="declined")
    given(*TWO_NEEDS, dropped).when(RecordCarePerformed(need_id="n1")).then_state(state="care_performed")


def test_care_of_an_earlier_episode_is_not_this_ones() -> None:
    """A case reopened for a new need counts its own care."""
    again: tuple[Happened, ...] = (
        *closed(*CARE_PERFORMED, reason="care_performed"),
        on(day(60), CaseReopened(reason="new_need", to_state="care_performed")),
    )
    story = given(*again).when(AddNeed(care_type=CareType.GP, reasons=[ForgoingReason.FEAR]), on=day(61))
    assert [episode.last_care_on for episode in story.state.episodes] == [DETECTED_ON, None]
    story.when(RecordCarePerformed(need_id="n2"), on=day(70)).then_state(state="care_performed")
    assert [episode.last_care_on for episode in story.state.episodes] == [DETECTED_ON, day(70)]
