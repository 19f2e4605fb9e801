"""When the next step of a case is due.

The documents give no deadlines beyond the 90-day average; these are this project's, as settings (domain note †).
All are calendar days in Europe/Paris, counted from the day the case entered its state.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from workflows.labels import LabelledEnum
from workflows.states import State


class NextStep(LabelledEnum):
    """What the due date is about, as a queue shows it."""

    DECIDE_RELEVANCE = "decide_relevance", "Décider de la pertinence", "Decide the relevance"
    FIRST_CONTACT = "first_contact", "Tenter un premier contact", "Try a first contact"
    RECORD_CONSENT = "record_consent", "Recueillir le consentement", "Record the consent"
    COMPLETE_BILAN = "complete_bilan", "Faire le bilan des droits", "Complete the rights review"
    BUILD_PLAN = "build_plan", "Construire le plan", "Build the plan"
    DO_ACTION = "do_action", "Mener l'action prévue", "Carry out the planned action"
    CALL_PERSON = "call_person", "Reprendre contact", "Get in touch again"
    CLOSE = "close", "Clore l'accompagnement", "Close the case"
    REMIND_PARTNER = "remind_partner", "Relancer le partenaire", "Remind the partner"
    AWAIT_PARTNER = "await_partner", "Attendre la réponse du partenaire", "Await the partner's answer"
    FOLLOW_PARTNER = (
        "follow_partner",
        "Suivre la prise en charge par le partenaire",
        "Follow the partner's work",
    )
    RESUME = "resume", "Reprendre l'accompagnement", "Resume the case"


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The delays, in calendar days, that make a case due."""

    detected: int = 7
    consented: int = 14
    bilan_done: int = 14
    plan_built: int = 30
    care_performed: int = 14
    partner_reminder: int = 10
    referral_expiry: int = 30


class DueFacts(Protocol):
    """What a due date depends on."""

    @property
    def state(self) -> str: ...
    @property
    def entered_on(self) -> date: ...
    @property
    def episode_opened_on(self) -> date: ...
    @property
    def relevance_accepted(self) -> bool: ...
    @property
    def last_attempt_on(self) -> date | None: ...
    @property
    def last_reached_on(self) -> date | None: ...
    @property
    def suspended_until(self) -> date | None: ...
    @property
    def referral_accepted(self) -> bool: ...
    @property
    def referral_accepted_on(self) -> date | None: ...
    @property
    def partner_reminded(self) -> bool: ...
    def open_action_dates(self) -> Iterable[date]: ...


def next_due(case: DueFacts, deadlines: Deadlines) -> tuple[date, NextStep] | None:
    """Return the day (inclusive) by which the next step is due, and that step; None once closed."""
    if case.state == State.CLOSED:
        return None
    if case.suspended_until is not None:
        return case.suspended_until, NextStep.RESUME
    return _BY_STATE[State(case.state)](case, deadlines)


def _detected(case: DueFacts, deadlines: Deadlines) -> tuple[date, NextStep]:
    tried_on = case.last_attempt_on
    # An attempt of an earlier episode is not this one's first contact.
    if case.relevance_accepted and tried_on is not None and tried_on >= case.entered_on:
        return _after(tried_on, deadlines.detected), NextStep.RECORD_CONSENT
    step = NextStep.FIRST_CONTACT if case.relevance_accepted else NextStep.DECIDE_RELEVANCE
    return _after(case.entered_on, deadlines.detected), step


def _plan_built(case: DueFacts, deadlines: Deadlines) -> tuple[date, NextStep]:
    reached_on = case.last_reached_on
    if reached_on is None or reached_on < case.episode_opened_on:
        # Without a successful contact in this episode, the thirty days run from the day it came to its plan.
        reached_on = case.entered_on
    call = _after(reached_on, deadlines.plan_built)
    action = min(case.open_action_dates(), default=None)
    return (
        (action, NextStep.DO_ACTION)
        if action is not None and action <= call
        else (call, NextStep.CALL_PERSON)
    )


def _referred_onward(case: DueFacts, deadlines: Deadlines) -> tuple[date, NextStep]:
    if case.referral_accepted:
        since = case.referral_accepted_on or case.entered_on
        return _after(since, deadlines.referral_expiry), NextStep.FOLLOW_PARTNER
    expiry = _after(case.entered_on, deadlines.referral_expiry)
    if case.partner_reminded:
        return expiry, NextStep.AWAIT_PARTNER
    return _after(case.entered_on, deadlines.partner_reminder), NextStep.REMIND_PARTNER


def _after(day: date, days: int) -> date:
    return day + timedelta(days=days)


_BY_STATE = {
    State.DETECTED: _detected,
    State.CONSENTED: lambda case, d: (_after(case.entered_on, d.consented), NextStep.COMPLETE_BILAN),
    State.BILAN_DONE: lambda case, d: (_after(case.entered_on, d.bilan_done), NextStep.BUILD_PLAN),
    State.PLAN_BUILT: _plan_built,
    State.CARE_PERFORMED: lambda case, d: (_after(case.entered_on, d.care_performed), NextStep.CLOSE),
    State.REFERRED_ONWARD: _referred_onward,
}
