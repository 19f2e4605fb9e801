"""Needs, plan and rights review as the API shows them."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from pydantic import Field

from api.views.base import Coded, View
from domain.case_state import Action, Bilan, MoneyLine, Need
from domain.vocabulary import (
    AbandonReason,
    ActionKind,
    BasicCover,
    CareType,
    ChargeKind,
    ComplementaryCover,
    DropReason,
    ForgoingReason,
    Level,
    Obstacle,
    OtherRight,
    Partner,
    ResourceKind,
    Right,
)
from workflows.labels import LabelledEnum, Language


class NeedView(View):
    """One piece of forgone care."""

    need_id: str
    care_type: Coded
    reasons: list[Coded] = Field(description="Why it was given up.")
    since: date | None = Field(description="Since when, as far as the person remembers.")
    added_on: date
    status: str = Field(description="open, performed or dropped.")
    performed_on: date | None
    dropped_for: Coded | None

    @classmethod
    def of(cls, need_id: str, need: Need, language: Language) -> Self:
        """Show a need."""
        return cls(
            need_id=need_id,
            care_type=Coded.of(CareType, need.care_type, language),
            reasons=Coded.each(ForgoingReason, need.reasons, language),
            since=need.since,
            added_on=need.added_on,
            status=need.status,
            performed_on=need.performed_on,
            dropped_for=Coded.maybe(DropReason, need.dropped_for, language),
        )


class ActionView(View):
    """One action of the plan."""

    action_id: str
    level: Coded
    kind: Coded
    due_on: date = Field(description="The last day to do it, included.")
    need_ids: list[str]
    partner: Coded | None
    status: str = Field(description="planned, started, completed or abandoned.")
    planned_on: date | None
    started_on: date | None
    ended_on: date | None
    right: Coded | None = Field(description="The right it opened, if any.")
    abandoned_for: Coded | None

    @classmethod
    def of(cls, action_id: str, action: Action, language: Language) -> Self:
        """Show an action."""
        return cls(
            action_id=action_id,
            level=Coded.of(Level, action.level, language),
            kind=Coded.of(ActionKind, action.kind, language),
            due_on=action.due_on,
            need_ids=action.need_ids,
            partner=Coded.maybe(Partner, action.partner, language),
            status=action.status,
            planned_on=action.planned_on,
            started_on=action.started_on,
            ended_on=action.ended_on,
            right=Coded.maybe(Right, action.right, language),
            abandoned_for=Coded.maybe(AbandonReason, action.abandoned_for, language),
        )


class MoneyView(View):
    """A monthly amount."""

    kind: Coded
    cents: int


class BilanView(View):
    """The rights review; amounts are cents a month."""

    done_on: date
    amended_on: date | None
    basic_cover: Coded
    complementary_cover: Coded
    vitale_card_current: bool | None
    registered_doctor: bool | None
    resources: list[MoneyView]
    charges: list[MoneyView]
    disposable_cents: int = Field(description="Disposable income: resources less charges.")
    other_rights: list[Coded]
    obstacles: list[Coded]

    @classmethod
    def of(cls, bilan: Bilan, language: Language) -> Self:
        """Show a rights review."""
        return cls(
            done_on=bilan.done_on,
            amended_on=bilan.amended_on,
            basic_cover=Coded.of(BasicCover, bilan.basic_cover, language),
            complementary_cover=Coded.of(ComplementaryCover, bilan.complementary_cover, language),
            vitale_card_current=bilan.vitale_card_current,
            registered_doctor=bilan.registered_doctor,
            resources=_lines(ResourceKind, bilan.resources, language),
            charges=_lines(ChargeKind, bilan.charges, language),
            disposable_cents=bilan.disposable_cents,
            other_rights=Coded.each(OtherRight, bilan.other_rights, language),
            obstacles=Coded.each(Obstacle, bilan.obstacles, language),
        )


def needs_of(needs: Mapping[str, Need], language: Language) -> list[NeedView]:
    """Show the needs of a case."""
    return [NeedView.of(need_id, need, language) for need_id, need in needs.items()]


def plan_of(actions: Mapping[str, Action], language: Language) -> list[ActionView]:
    """Show the plan of a case."""
    return [ActionView.of(action_id, action, language) for action_id, action in actions.items()]


def _lines(kinds: type[LabelledEnum], lines: list[MoneyLine], language: Language) -> list[MoneyView]:
    return [MoneyView(kind=Coded.of(kinds, line.kind, language), cents=line.cents) for line in lines]
