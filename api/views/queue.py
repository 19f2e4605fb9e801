"""The queue as the API shows it."""

from datetime import date
from typing import Self

from pydantic import Field

from api.views.base import Coded, View
from api.views.past import AsOfView
from projections.counsellor_queue import QueueCase
from workflows.deadlines import NextStep
from workflows.labels import Language
from workflows.states import State


class QueueItem(View):
    """One open case as seen today; days are calendar days in Paris."""

    case_id: str
    organisation: str
    counsellor: str | None = Field(description="The account that follows it; null while nobody does.")
    state: Coded
    entered_on: date = Field(description="The day it entered that state.")
    days_in_state: int
    detected_on: date
    due_on: date = Field(description="The last day, included, for the next step.")
    next_step: Coded
    overdue: bool
    days_overdue: int = Field(description="0 while it is not overdue.")
    last_reached_on: date | None = Field(description="The last successful contact with the person.")
    days_since_reached: int | None
    suspended_until: date | None
    open_needs: int

    @classmethod
    def of(cls, case: QueueCase, language: Language) -> Self:
        """Show a case of the queue."""
        return cls(
            case_id=case.case_id,
            organisation=case.organisation,
            counsellor=case.counsellor,
            state=Coded.of(State, case.state, language),
            entered_on=case.entered_on,
            days_in_state=case.days_in_state,
            detected_on=case.detected_on,
            due_on=case.due_on,
            next_step=Coded.of(NextStep, case.next_step, language),
            overdue=case.overdue,
            days_overdue=case.days_overdue,
            last_reached_on=case.last_reached_on,
            days_since_reached=case.days_since_reached,
            suspended_until=case.suspended_until,
            open_needs=case.open_needs,
        )


class QueueView(View):
    """A page of the queue, in the order asked for. The header Link leads to the next page, if there is one."""

    today: date = Field(
        description="The day on which the days were counted: the past one, if one was asked for."
    )
    as_of: AsOfView | None
    stale: bool = Field(description="Whether the queue is behind the events: it is being rebuilt.")
    parked: int = Field(
        description="How many cases, of all organisations, the queue has as they were before an event that could not "
        "be taken: it waits for a fix."
    )
    cases: list[QueueItem]
