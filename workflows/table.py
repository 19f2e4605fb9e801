"""THE transition table: what may be done to a case, from where, to where, and under which conditions.

The aggregate, the API's and the pages' actions, the diagram and `filrouge check` all read this one table.
Several rows of one trigger from one state are told apart by `when`, tried in order.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from workflows import guards as g
from workflows.closing import ClosingReason
from workflows.facts import CaseFacts, Command
from workflows.guards import Check, Guard
from workflows.states import OPEN, PATH, State
from workflows.triggers import Trigger

When = Callable[[CaseFacts, Command], bool]


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: `trigger` takes a case from `source` (None: there is no case yet) to `destination`.

    `when` picks among rows of the same trigger and source (None for a command means "as far as the case alone
    tells"); `guards` and `checks` refuse, with a reason.
    """

    trigger: Trigger
    source: State | None
    destination: State
    guards: tuple[Guard, ...]
    checks: tuple[Check, ...]
    when: When | None = None


def settles_the_last_need(case: CaseFacts, command: Command) -> bool:
    """Tell whether this performed or dropped need leaves every need settled, and one at least performed."""
    if command is None:
        return False
    others = [need.status for need_id, need in case.needs.items() if need_id != command.need_id]
    performs = command.trigger is Trigger.RECORD_CARE_PERFORMED
    return "open" not in others and (performs or "performed" in others)


def consent_was_withdrawn(case: CaseFacts, command: Command) -> bool:
    """Tell whether the case was closed because the consent was withdrawn: the person must be asked again."""
    return case.closing_reason == ClosingReason.CONSENT_WITHDRAWN


def left(state: State) -> When:
    """Return the condition that the case was in `state` before it was referred onward or closed."""

    def came_from(case: CaseFacts, command: Command) -> bool:
        return case.left_state == state

    came_from.__name__ = f"left_{state}"
    came_from.__doc__ = f"Tell whether the case left the state {state}."
    return came_from


_PERSON_IS_READABLE: Final = (g.is_of_the_organisation, g.is_not_erased)
_OWN_CASE: Final = (*_PERSON_IS_READABLE, g.follows_the_case)
_FOLLOWED: Final = (*_OWN_CASE, g.has_counsellor)
_ALSO_ERASED: Final = (g.is_of_the_organisation, g.follows_the_case)
"""For what asks nothing personal: a case erased while it is referred onward must still come to its end, and every closed
one to the archive."""
_REOPENED: Final = (g.is_not_archived, g.no_newer_open_case)
_MERGED: Final = (
    g.other_case_is_known,
    g.other_case_is_readable,
    g.persons_were_two,
    g.an_open_case_is_kept_open,
    g.one_open_case_each_is_left,
    g.is_not_before_the_other_detection,
)
_PLANNED: Final = (State.PLAN_BUILT, State.CARE_PERFORMED)
_AFTER_CONSENT: Final = (State.CONSENTED, State.BILAN_DONE, State.PLAN_BUILT, State.CARE_PERFORMED)

_OF_THE_EPISODE: Final = frozenset(
    {
        Trigger.REJECT,
        Trigger.RECORD_CONSENT,
        Trigger.REFUSE_CONSENT,
        Trigger.WITHDRAW_CONSENT,
        Trigger.RECORD_PARTNER_COMPLETION,
        Trigger.CLOSE,
        Trigger.REOPEN,
        Trigger.MERGE,
    }
)
"""What begins or ends an accompaniment: durations are counted between these days."""


def _rows(
    trigger: Trigger,
    sources: Iterable[State],
    destination: State | None = None,
    *,
    guards: tuple[Guard, ...] = (),
    checks: tuple[Check, ...] = (),
    when: When | None = None,
    who: tuple[Guard, ...] = _FOLLOWED,
) -> list[Transition]:
    """One row a source; without a destination the state stays the same."""
    dated = (g.happened_in_time, *((g.is_not_before_the_episode,) if trigger in _OF_THE_EPISODE else ()))
    sealed = () if g.is_not_erased in who or trigger is Trigger.ERASE_PERSONAL_DATA else (g.note_can_be_kept,)
    every = (*dated, *sealed, *checks)
    return [Transition(trigger, s, destination or s, (*who, *guards), every, when) for s in sources]


def _returns(
    trigger: Trigger, source: State, guards: tuple[Guard, ...], who: tuple[Guard, ...]
) -> list[Transition]:
    """Rows back to whichever state the case left: the loop is closed, the case does not vanish."""
    destinations = PATH if source is State.REFERRED_ONWARD else OPEN
    return [
        row for s in destinations for row in _rows(trigger, [source], s, guards=guards, when=left(s), who=who)
    ]


T, S = Trigger, State

TABLE: Final[tuple[Transition, ...]] = (
    Transition(
        T.DETECT,
        None,
        S.DETECTED,
        (),
        (
            g.is_not_in_the_future,
            g.is_not_before_the_first_cell,
            g.organisation_is_registered,
            g.agreed_to_be_contacted,
            g.no_other_open_case_here,
            g.needs_were_given_up_by_now,
        ),
    ),
    *_rows(
        T.ACCEPT,
        [S.DETECTED],
        guards=(g.relevance_is_undecided,),
        checks=(
            g.keeps_the_assigned_counsellor,
            g.assigns_self_unless_supervisor,
            g.counsellor_is_known,
        ),
        who=_OWN_CASE,
    ),
    *_rows(
        T.REJECT,
        [S.DETECTED],
        S.CLOSED,
        guards=(g.relevance_is_undecided,),
        checks=(g.rejection_reason_fits,),
        who=_OWN_CASE,
    ),
    *_rows(
        T.ASSIGN,
        OPEN,
        guards=(g.has_no_counsellor,),
        checks=(g.counsellor_is_known,),
        who=_PERSON_IS_READABLE,
    ),
    *_rows(
        T.REASSIGN,
        OPEN,
        guards=(g.has_counsellor,),
        checks=(g.names_another_counsellor, g.counsellor_is_known),
        who=_PERSON_IS_READABLE,
    ),
    *_rows(T.LOG_CONTACT, OPEN, who=_OWN_CASE),
    *_rows(T.RECORD_CONSENT, [S.DETECTED], S.CONSENTED, guards=(g.relevance_is_accepted,)),
    *_rows(T.AMEND_CONSENT, _AFTER_CONSENT),
    *_rows(T.REFUSE_CONSENT, [S.DETECTED], S.CLOSED, guards=(g.relevance_is_accepted,)),
    *_rows(T.WITHDRAW_CONSENT, (*_AFTER_CONSENT, S.REFERRED_ONWARD), S.CLOSED, guards=(g.has_consent,)),
    *_rows(T.COMPLETE_BILAN, [S.CONSENTED], S.BILAN_DONE),
    *_rows(T.AMEND_BILAN, (S.BILAN_DONE, *_PLANNED)),
    *_rows(T.ADD_NEED, (S.CONSENTED, S.BILAN_DONE, S.PLAN_BUILT), checks=(g.need_was_given_up_by_now,)),
    *_rows(T.ADD_NEED, [S.CARE_PERFORMED], S.PLAN_BUILT, checks=(g.need_was_given_up_by_now,)),
    *_rows(T.DROP_NEED, (S.CONSENTED, S.BILAN_DONE), guards=(g.has_an_open_need,), checks=(g.need_is_open,)),
    *_rows(
        T.DROP_NEED,
        [S.PLAN_BUILT],
        S.CARE_PERFORMED,
        guards=(g.has_an_open_need,),
        checks=(g.need_is_open,),
        when=settles_the_last_need,
    ),
    *_rows(T.DROP_NEED, [S.PLAN_BUILT], guards=(g.has_an_open_need,), checks=(g.need_is_open,)),
    *_rows(
        T.BUILD_PLAN,
        [S.BILAN_DONE],
        S.PLAN_BUILT,
        checks=(g.every_need_has_an_action, g.actions_fall_due_after_the_plan),
    ),
    *_rows(
        T.REVISE_PLAN,
        [S.PLAN_BUILT],
        checks=(g.every_need_has_an_action, g.actions_fall_due_after_the_plan),
    ),
    *_rows(
        T.START_ACTION,
        _PLANNED,
        guards=(g.has_an_open_action,),
        checks=(g.action_is_open, g.action_is_not_started),
    ),
    *_rows(
        T.COMPLETE_ACTION,
        _PLANNED,
        guards=(g.has_an_open_action,),
        checks=(g.action_is_open, g.right_comes_from_a_rights_action),
    ),
    *_rows(T.ABANDON_ACTION, _PLANNED, guards=(g.has_an_open_action,), checks=(g.action_is_open,)),
    *_rows(T.RECORD_QUOTE, [S.PLAN_BUILT], checks=(g.need_exists, g.shares_fit_the_total)),
    *_rows(
        T.REQUEST_FUNDING,
        [S.PLAN_BUILT],
        guards=(g.has_a_quote,),
        checks=(g.quote_exists, g.request_fits_the_rest),
    ),
    *_rows(
        T.DECIDE_FUNDING,
        [S.PLAN_BUILT],
        guards=(g.has_a_pending_request,),
        checks=(g.request_is_pending, g.grant_fits),
    ),
    *_rows(
        T.AGREE_INSTALMENTS, [S.PLAN_BUILT], guards=(g.has_a_quote,), checks=(g.quote_exists, g.share_fits)
    ),
    *_rows(
        T.RECORD_CARE_PERFORMED,
        [S.PLAN_BUILT],
        S.CARE_PERFORMED,
        guards=(g.has_an_open_need,),
        checks=(g.need_is_open,),
        when=settles_the_last_need,
    ),
    *_rows(T.RECORD_CARE_PERFORMED, [S.PLAN_BUILT], guards=(g.has_an_open_need,), checks=(g.need_is_open,)),
    *_rows(T.SUSPEND, OPEN, guards=(g.is_not_suspended,), checks=(g.suspension_ends_ahead,)),
    *_rows(T.RESUME, OPEN, guards=(g.is_suspended,)),
    *_rows(
        T.REFER_ONWARD,
        [S.DETECTED],
        S.REFERRED_ONWARD,
        guards=(g.relevance_is_undecided,),
        checks=(g.consent_covers_the_partner,),
        who=_OWN_CASE,
    ),
    *_rows(T.REFER_ONWARD, _AFTER_CONSENT, S.REFERRED_ONWARD, checks=(g.consent_covers_the_partner,)),
    *_rows(
        T.RECORD_PARTNER_ACCEPTANCE,
        [S.REFERRED_ONWARD],
        guards=(g.partner_has_not_accepted,),
        who=_ALSO_ERASED,
    ),
    *_rows(T.RECORD_PARTNER_COMPLETION, [S.REFERRED_ONWARD], S.CLOSED, who=_ALSO_ERASED),
    *_returns(T.RECORD_PARTNER_REFUSAL, S.REFERRED_ONWARD, (), _ALSO_ERASED),
    *_returns(
        T.RECORD_NO_ANSWER,
        S.REFERRED_ONWARD,
        (g.partner_has_not_accepted, g.partner_had_time_to_answer),
        _ALSO_ERASED,
    ),
    *_rows(
        T.CLOSE,
        OPEN,
        S.CLOSED,
        checks=(g.closing_reason_fits, g.actions_have_a_disposition),
        who=_ALSO_ERASED,
    ),
    *_rows(
        T.REOPEN,
        [S.CLOSED],
        S.DETECTED,
        guards=_REOPENED,
        when=consent_was_withdrawn,
        who=_PERSON_IS_READABLE,
    ),
    *_returns(T.REOPEN, S.CLOSED, _REOPENED, _PERSON_IS_READABLE),
    *_rows(T.TRANSFER, OPEN, checks=(g.moves_to_another_organisation,), who=_OWN_CASE),
    *_rows(T.MERGE, OPEN, S.CLOSED, guards=(g.is_not_archived,), checks=_MERGED, who=_PERSON_IS_READABLE),
    *_rows(T.MERGE, [S.CLOSED], guards=(g.is_not_archived,), checks=_MERGED, who=_PERSON_IS_READABLE),
    *_rows(T.CORRECT_FACT, State, guards=(g.is_not_archived,), who=_ALSO_ERASED),
    *_rows(
        T.RECTIFY_IDENTITY,
        State,
        checks=(g.rectifies_something, g.nir_is_nobody_elses),
        who=_OWN_CASE,
    ),
    *_rows(T.ARCHIVE, [S.CLOSED], guards=(g.is_not_yet_archived,), who=_ALSO_ERASED),
    *_rows(T.RESTORE, [S.CLOSED], guards=(g.is_archived,), who=_PERSON_IS_READABLE),
    *_rows(
        T.ERASE_PERSONAL_DATA,
        (S.CLOSED, S.REFERRED_ONWARD),
        guards=(g.is_not_yet_erased, g.person_has_no_open_case),
        who=(g.is_of_the_organisation,),
    ),
)
