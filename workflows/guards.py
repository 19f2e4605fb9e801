"""Guards: each says nothing, or why not.

A *guard* looks at the case and at who asks: it decides whether an action is offered at all.
A *check* looks at the command too: it decides whether what was asked is acceptable.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from workflows.closing import CLOSING_REASONS, REJECTION_REASONS, ClosingReason
from workflows.facts import Asking, CaseFacts, Command
from workflows.reasons import Attempts, CaseId, Euros, Reason, because
from workflows.roles import Role
from workflows.states import State

Guard = Callable[[CaseFacts, Asking], Reason | None]
Check = Callable[[CaseFacts, Command, Asking], Reason | None]

UNREACHABLE_ATTEMPTS: Final = 3
UNREACHABLE_CHANNELS: Final = 2
"""A person counts as unreachable after this many attempts on this many channels (domain note †)."""

FIRST_CELL: Final = date(2014, 11, 17)
"""The Gard opened the first cell on this day [001, II]."""

# ---------------------------------------------------------------- who asks


def is_of_the_organisation(case: CaseFacts, asking: Asking) -> Reason | None:
    """The cell of an organisation acts on its own cases only; who protects the data may do so for all of them."""
    national = asking.organisation is None and asking.role is Role.DATA_PROTECTION_OFFICER
    return None if national or asking.organisation == case.organisation else because("other_organisation")


def follows_the_case(case: CaseFacts, asking: Asking) -> Reason | None:
    """One counsellor from acceptance to closing [001, II.2]: only they, or a supervisor standing in, act."""
    if asking.role is Role.COUNSELLOR and case.counsellor not in (None, asking.actor):
        return because("other_counsellor")
    return None


def has_counsellor(case: CaseFacts, asking: Asking) -> Reason | None:
    """Someone must follow the case already."""
    return None if case.counsellor else because("no_counsellor")


def has_no_counsellor(case: CaseFacts, asking: Asking) -> Reason | None:
    """Assigning is for cases that nobody follows; a change of counsellor is a reassignment, with its reason."""
    return because("counsellor_already_assigned") if case.counsellor else None


def assigns_self_unless_supervisor(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """Only a supervisor hands a case to somebody else."""
    if asking.role is Role.COUNSELLOR and command.counsellor not in (None, asking.actor):
        return because("counsellor_assigns_only_self")
    return None


def counsellor_is_known(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """Who is to follow the case has an account that may: a slip would hide it from them, a name would stay for ever."""
    if command.counsellor == asking.actor or command.counsellor in asking.counsellors:
        return None
    return because("unknown_counsellor")


def keeps_the_assigned_counsellor(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """Accepting a case that is assigned already changes nobody: that is a reassignment, with its reason."""
    if case.counsellor not in (None, command.counsellor):
        return because("counsellor_already_assigned")
    return None


def names_another_counsellor(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """A reassignment changes the counsellor, or it would count against continuity for nothing."""
    return because("same_counsellor") if command.counsellor == case.counsellor else None


# ---------------------------------------------------------------- when it happened


def happened_in_time(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """What happened is never in the future and never before the case's detection."""
    if late := is_not_in_the_future(case, command, asking):
        return late
    if command.occurred_on is not None and command.occurred_on < case.detected_on:
        return because("before_detection", earliest=case.detected_on)
    return None


def is_not_in_the_future(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """What happened is never in the future."""
    if command.occurred_on is not None and command.occurred_on > asking.today:
        return because("in_future", latest=asking.today)
    return None


def is_not_before_the_episode(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """What begins or ends an accompaniment comes after what did so last, or its duration would be negative."""
    if command.occurred_on is not None and command.occurred_on < case.episode_since:
        return because("before_episode", earliest=case.episode_since)
    return None


def is_not_before_the_first_cell(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """No detection is older than the first cell; what looks older is a slip of the keyboard."""
    if command.occurred_on is not None and command.occurred_on < FIRST_CELL:
        return because("before_first_cell", earliest=FIRST_CELL)
    return None


def need_was_given_up_by_now(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """Care that was given up was given up already: long before the detection perhaps, never in the future."""
    return _given_up_by_now([command], asking)


def needs_were_given_up_by_now(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """The same for every need that a referral names."""
    return _given_up_by_now(command.needs, asking)


def _given_up_by_now(needs: Iterable[Command], asking: Asking) -> Reason | None:
    for need in needs:
        if need.since is not None and need.since > asking.today:
            return because("in_future", latest=asking.today)
    return None


# ---------------------------------------------------------------- the referral and its relevance


def agreed_to_be_contacted(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """The cell calls only people who agreed to be contacted [001, I.1: "sous réserve de leur consentement"]."""
    return None if command.agreed_to_contact else because("no_agreement_to_contact")


def no_other_open_case_here(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """One open case a person in an organisation."""
    return _open_in(asking.organisation, asking)


def no_newer_open_case(case: CaseFacts, asking: Asking) -> Reason | None:
    """A closed case cannot come back beside a newer one of the same person.

    One that was merged comes back as somebody else's: the merging was a mistake.
    """
    return _open_in(case.organisation, asking, asking.parting_cases)


def _open_in(
    organisation: str | None, asking: Asking, others: Mapping[str, str] | None = None
) -> Reason | None:
    for other, where in (asking.other_open_cases if others is None else others).items():
        if where == organisation:
            return because("already_open", case=_told(other, asking))
    return None


def relevance_is_undecided(case: CaseFacts, asking: Asking) -> Reason | None:
    """Relevance is decided once."""
    return because("relevance_already_accepted") if case.relevance_accepted else None


def relevance_is_accepted(case: CaseFacts, asking: Asking) -> Reason | None:
    """Consent is asked for only once the referral is found relevant [003, "le parcours type"]."""
    return None if case.relevance_accepted else because("relevance_not_decided")


def has_consent(case: CaseFacts, asking: Asking) -> Reason | None:
    """Only a consent that was given is withdrawn (a referral sent on as not relevant never had one)."""
    return None if case.consented_on else because("no_consent")


def rejection_reason_fits(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """A referral is rejected as not relevant or as a duplicate, nothing else."""
    return _reason_among(command.reason, REJECTION_REASONS)


# ---------------------------------------------------------------- needs and plan


def has_an_open_need(case: CaseFacts, asking: Asking) -> Reason | None:
    """There must be care left to work on."""
    return None if case.open_needs() else because("no_open_need")


def need_is_open(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """The command names a need of this case that is neither performed nor dropped."""
    need = case.needs.get(command.need_id)
    if need is None:
        return because("no_such_need", need=command.need_id)
    return None if need.status == "open" else because("need_settled", need=command.need_id)


def need_exists(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """The command names a need of this case."""
    return None if command.need_id in case.needs else because("no_such_need", need=command.need_id)


def every_need_has_an_action(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """A plan answers every open need with at least one action (a dropped or performed one asks for none)."""
    unknown = {need for action in command.actions for need in action.need_ids} - case.needs.keys()
    if unknown:
        return because("no_such_need", need=min(unknown))
    answered = {need for action in command.actions for need in action.need_ids}
    answered |= {
        n for action in case.actions.values() if action.status != "abandoned" for n in action.need_ids
    }
    bare = [need for need in case.open_needs() if need not in answered]
    return because("needs_without_action", needs=tuple(bare)) if bare else None


def actions_fall_due_after_the_plan(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """An action cannot have been due before it was planned."""
    earliest = command.occurred_on or asking.today
    for action in command.actions:
        if action.due_on < earliest:
            return because("action_due_before_plan")
    return None


def has_an_open_action(case: CaseFacts, asking: Asking) -> Reason | None:
    """There must be an action left to work on."""
    return None if case.open_actions() else because("no_open_action")


def action_is_open(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """The command names an action of the plan that has not ended."""
    action = case.actions.get(command.action_id)
    if action is None:
        return because("no_such_action", action=command.action_id)
    if action.status in ("completed", "abandoned"):
        return because("action_ended", action=command.action_id)
    return None


def action_is_not_started(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """An action starts once."""
    action = case.actions.get(command.action_id)
    if action is not None and action.status == "started":
        return because("action_started", action=command.action_id)
    return None


def right_comes_from_a_rights_action(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """Only the plan's *rights* level opens a right, or the outcomes would count it twice."""
    action = case.actions.get(command.action_id)
    if command.right is not None and action is not None and action.level != "rights":
        return because("right_of_other_level")
    return None


# ---------------------------------------------------------------- the funding package (cents)


def has_a_quote(case: CaseFacts, asking: Asking) -> Reason | None:
    """Funding is asked for on a quote."""
    return None if case.quotes else because("no_quote")


def has_a_pending_request(case: CaseFacts, asking: Asking) -> Reason | None:
    """A decision answers a request."""
    pending = any(request.status == "pending" for request in case.requests.values())
    return None if pending else because("no_pending_request")


def quote_exists(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """The command names a quote of this case."""
    return None if command.quote_id in case.quotes else because("no_such_quote", quote=command.quote_id)


def shares_fit_the_total(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """The insurers' shares cannot exceed what the care costs."""
    shares = command.basic_share_cents + command.complementary_share_cents
    if shares > command.total_cents:
        return because("shares_exceed_total", shares=Euros(shares), total=Euros(command.total_cents))
    return None


def request_fits_the_rest(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """A funder is asked for no more than the quote's rest-to-pay."""
    rest = case.quotes[command.quote_id].rest_to_pay_cents
    if command.amount_cents > rest:
        return because("request_exceeds_rest", amount=Euros(command.amount_cents), rest=Euros(rest))
    return None


def request_is_pending(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """A request is decided once."""
    request = case.requests.get(command.request_id)
    if request is None:
        return because("no_such_request", request=command.request_id)
    return None if request.status == "pending" else because("request_decided", request=command.request_id)


def grant_fits(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """Σ grants on a quote, with the person's agreed share, never exceed its rest-to-pay."""
    request = case.requests[command.request_id]
    if command.granted_cents > request.amount_cents:
        return because(
            "grant_exceeds_request", granted=Euros(command.granted_cents), asked=Euros(request.amount_cents)
        )
    quote = case.quotes[request.quote_id]
    total = granted_on(case, request.quote_id) + command.granted_cents + quote.person_share_cents
    return _fits_the_rest(total, quote.rest_to_pay_cents)


def share_fits(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """The person's share completes the grants and never exceeds the rest-to-pay with them."""
    total = granted_on(case, command.quote_id) + command.person_share_cents
    return _fits_the_rest(total, case.quotes[command.quote_id].rest_to_pay_cents)


def granted_on(case: CaseFacts, quote_id: str) -> int:
    """Σ grants on one quote, in cents."""
    return sum(r.granted_cents for r in case.requests.values() if r.quote_id == quote_id)


def _fits_the_rest(total: int, rest: int) -> Reason | None:
    return because("grants_exceed_rest", total=Euros(total), rest=Euros(rest)) if total > rest else None


# ---------------------------------------------------------------- suspension


def is_suspended(case: CaseFacts, asking: Asking) -> Reason | None:
    """Only a suspended case resumes."""
    return because("not_suspended") if case.suspended_until is None else None


def is_not_suspended(case: CaseFacts, asking: Asking) -> Reason | None:
    """A case is suspended once at a time."""
    return because("already_suspended", until=case.suspended_until) if case.suspended_until else None


def suspension_ends_ahead(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """A suspension ends after the day it starts, within a year of it, and not before today."""
    start = command.occurred_on or asking.today
    if start < command.until <= start + timedelta(days=366) and command.until >= asking.today:
        return None
    return because("suspension_not_ahead")


# ---------------------------------------------------------------- referral onward


def consent_covers_the_partner(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """Sharing needs a consent that names the partner; the one exception is a referral that is not relevant."""
    if case.state == State.DETECTED:
        return None if command.as_not_relevant else because("only_as_not_relevant")
    if command.as_not_relevant:
        return because("relevant_after_consent")
    if command.partner not in case.share_with:
        return because("sharing_not_consented", partner=command.partner)
    return None


def partner_has_not_accepted(case: CaseFacts, asking: Asking) -> Reason | None:
    """An accepted referral is neither accepted again nor left without an answer (the partner may still give up)."""
    return because("partner_already_accepted") if case.referral_accepted else None


def partner_had_time_to_answer(case: CaseFacts, asking: Asking) -> Reason | None:
    """A referral expires only after its delay."""
    until = case.entered_on + timedelta(days=asking.deadlines.referral_expiry)
    return because("too_early_for_no_answer", until=until) if asking.today <= until else None


# ---------------------------------------------------------------- two cases of one person


def other_case_is_known(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """A case is merged into another one of the same organisation, which the asker may know of."""
    kept = asking.kept
    if kept is None or kept.case.organisation != case.organisation:
        return because("no_such_case")
    return because("same_case") if kept.case.case_id == case.case_id else None


def other_case_is_readable(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """Nobody is recognised in a case whose person is forgotten. (An archived one is out of everybody's reach.)"""
    return because("other_case_erased") if _kept(asking).erased else None


def persons_were_two(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """What is merged are two persons who turn out to be one; a person's own two cases are so already."""
    return because("already_one_person") if _kept(asking).person_id == case.person_id else None


def an_open_case_is_kept_open(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """Of an open and a closed case the open one is kept, or the person would be left without any."""
    if case.state != State.CLOSED and _kept(asking).state == State.CLOSED:
        return because("keep_the_open_case")
    return None


def one_open_case_each_is_left(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """One open case a person in an organisation, also once the two persons are one."""
    open_cases = asking.kept.open_cases if asking.kept else {}
    here = set(asking.other_open_cases.values())
    if twice := sorted(here & set(open_cases.values())):
        return because("two_open_cases", organisation=twice[0])
    return None


def is_not_before_the_other_detection(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """What happens to both cases happens after the detection of each."""
    earliest = _kept(asking).detected_on
    if command.occurred_on is not None and command.occurred_on < earliest:
        return because("before_detection", earliest=earliest)
    return None


def _kept(asking: Asking) -> CaseFacts:
    if asking.kept is None:
        raise AssertionError("`other_case_is_known` comes first")
    return asking.kept.case


# ---------------------------------------------------------------- closing and after


def closing_reason_fits(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """Each state has its own closing reasons, and some ask for facts."""
    if misfit := _reason_among(command.reason, CLOSING_REASONS[State(case.state)]):
        return misfit
    proof = _PROOFS.get(command.reason)
    return proof(case, command, asking) if proof else None


def actions_have_a_disposition(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """No open action is left behind: each is completed, abandoned, or abandoned now for one stated reason."""
    left = case.open_actions()
    if left and command.remaining_actions is None:
        return because("actions_left_open", actions=tuple(left))
    return None


def was_tried_enough(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """`unreachable` needs three attempts on two channels since the person was last reached (†)."""
    channels = case.attempts_since_reached()
    if len(channels) >= UNREACHABLE_ATTEMPTS and len(set(channels)) >= UNREACHABLE_CHANNELS:
        return None
    return because(
        "too_few_attempts",
        attempts=UNREACHABLE_ATTEMPTS,
        channels=UNREACHABLE_CHANNELS,
        so_far=Attempts(len(channels), len(set(channels))),
    )


def some_care_was_performed(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """`care performed` as an outcome needs at least one performed need."""
    performed = any(need.status == "performed" for need in case.needs.values())
    return None if performed else because("no_need_performed")


def some_care_is_missing(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """`care partly performed` has a part that was performed, and one that was not."""
    if none := some_care_was_performed(case, command, asking):
        return none
    every = all(need.status == "performed" for need in case.needs.values())
    return because("every_need_performed") if every else None


def some_right_was_opened(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """`rights opened only` needs a right that was opened."""
    return None if case.rights_opened else because("no_right_opened")


_PROOFS: Final[dict[ClosingReason, Check]] = {
    ClosingReason.UNREACHABLE: was_tried_enough,
    ClosingReason.CARE_PERFORMED: some_care_was_performed,
    ClosingReason.CARE_PARTLY_PERFORMED: some_care_is_missing,
    ClosingReason.RIGHTS_OPENED_ONLY: some_right_was_opened,
}


def _reason_among(reason: ClosingReason, accepted: frozenset[ClosingReason]) -> Reason | None:
    if reason in accepted:
        return None
    return because("closing_reason_not_here", reason=reason, accepted=tuple(sorted(accepted)))


def moves_to_another_organisation(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """A transfer goes to another, registered organisation where the person has no open case."""
    if command.to_organisation == case.organisation:
        return because("same_organisation")
    if command.to_organisation not in asking.organisations:
        return because("no_such_organisation")
    return _open_in(command.to_organisation, asking)


def organisation_is_registered(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """A referral goes to the cell of the detector's organisation, which must be registered."""
    if asking.organisation not in asking.organisations:
        return because("no_such_organisation")
    return None


def is_not_erased(case: CaseFacts, asking: Asking) -> Reason | None:
    """A case whose person can no longer be read cannot be worked on."""
    return because("erased") if case.erased else None


def note_can_be_kept(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """A note is sealed with the person's key: once it is destroyed, nobody could ever read it."""
    if case.erased and getattr(command, "note", None) is not None:
        return because("erased_without_note")
    return None


def rectifies_something(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """A rectification changes what is known of the person; what is known already is not told again."""
    return None if command.identity.model_fields_set else because("rectification_changes_nothing")


def nir_is_nobody_elses(case: CaseFacts, command: Command, asking: Asking) -> Reason | None:
    """Two people never have one number: either it is a slip, or the two are one person, whose cases are merged."""
    nir = command.identity.nir
    return because("nir_of_another_person") if nir is not None and nir in asking.nirs_of_others else None


def is_not_archived(case: CaseFacts, asking: Asking) -> Reason | None:
    """An archived case is worked on again once it was taken out of the archive."""
    return because("archived") if case.archived_on else None


def is_not_yet_archived(case: CaseFacts, asking: Asking) -> Reason | None:
    """A case is archived once at a time."""
    return because("already_archived", since=case.archived_on) if case.archived_on else None


def is_archived(case: CaseFacts, asking: Asking) -> Reason | None:
    """Only what is in the archive is taken out of it."""
    return None if case.archived_on else because("not_archived")


def is_not_yet_erased(case: CaseFacts, asking: Asking) -> Reason | None:
    """Personal data are erased once."""
    return because("already_erased") if case.erased else None


def person_has_no_open_case(case: CaseFacts, asking: Asking) -> Reason | None:
    """Erasing takes the person's key: none of their cases may still need it."""
    for other in asking.other_open_cases:
        return because("open_case_remains", case=_told(other, asking))
    return None


def _told(case_id: str, asking: Asking) -> CaseId:
    """Return the id of another case for those who may know of it, nothing for the others."""
    return CaseId(case_id if case_id in asking.knowable_cases else "")
