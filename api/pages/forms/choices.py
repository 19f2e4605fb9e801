"""What there is to choose from on one case: its needs, its actions, its quotes, who may follow it, what was recorded.

These are the values that no schema lists. What a choice may be is not decided here: a trigger refuses what does not
fit; the tables of the domain are read where they say which values a state takes.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from adapters.counsellors import Counsellors
from adapters.database import glancing
from api.caller import Caller
from api.pages.forms.corrections import corrections
from api.pages.forms.shapes import Choice, Choices
from api.pages.texts import mark as _
from api.pages.texts import translated
from api.views.care import ActionView, NeedView
from api.views.case import CaseView
from api.views.funding import QuoteView, RequestView
from projections.organisations import all_organisations
from workflows.closing import CLOSING_REASONS, REJECTION_REASONS, ClosingReason
from workflows.labels import Language
from workflows.reasons import Euros, in_words
from workflows.roles import Role
from workflows.states import State
from workflows.triggers import Trigger

_T: Final = Trigger
_STILL_TO_DO: Final = {
    _T.START_ACTION: ("planned",),
    _T.COMPLETE_ACTION: ("planned", "started"),
    _T.ABANDON_ACTION: ("planned", "started"),
}

_Found = Callable[[Caller, CaseView], Choices]


def choices_of(caller: Caller, case: CaseView, trigger: Trigger, version: int | None = None) -> Choices:
    """Return what there is to choose from in a trigger's form, by property.

    What can be corrected reads as it did at `version`, if one is given: a form that was shown then is read by what it
    showed, or else what a colleague corrected since would look like a change of whoever sends it.
    """
    if trigger is _T.CORRECT_FACT:
        return _facts(caller, case, version)
    found = _CHOICES.get(trigger)
    return {} if found is None else found(caller, case)


def presets_of(case: CaseView, trigger: Trigger) -> Mapping[str, Any]:
    """Return what a form holds at first because the case says so already: what is amended is shown as it stands."""
    if trigger is _T.AMEND_CONSENT and case.consent is not None:
        return {"share_with": [partner.code for partner in case.consent.share_with]}
    if trigger is _T.AMEND_BILAN and case.bilan is not None:
        bilan = case.bilan
        return {
            "basic_cover": bilan.basic_cover.code,
            "complementary_cover": bilan.complementary_cover.code,
            "resources": [{"kind": line.kind.code, "cents": line.cents} for line in bilan.resources],
            "charges": [{"kind": line.kind.code, "cents": line.cents} for line in bilan.charges],
            "vitale_card_current": bilan.vitale_card_current,
            "registered_doctor": bilan.registered_doctor,
            "other_rights": [right.code for right in bilan.other_rights],
            "obstacles": [obstacle.code for obstacle in bilan.obstacles],
        }
    if trigger is _T.RECTIFY_IDENTITY and case.identity.person is not None:
        return {"identity": case.identity.person.model_dump(mode="json")}
    if trigger is _T.REFER_ONWARD:
        return {"as_not_relevant": case.state.code == State.DETECTED}
    return {}


# ---------------------------------------------------------------- needs and plan


def _open_needs(case: CaseView) -> list[NeedView]:
    return [need for need in case.needs or () if need.status == "open"]


def _need_choice(need: NeedView) -> Choice:
    reasons = ", ".join(reason.label for reason in need.reasons)
    return Choice(need.need_id, f"{need.care_type.label} ({reasons})" if reasons else need.care_type.label)


def _one_open_need(_caller: Caller, case: CaseView) -> Choices:
    return {"need_id": [_need_choice(need) for need in _open_needs(case)]}


def _several_open_needs(_caller: Caller, case: CaseView) -> Choices:
    return {"need_ids": [_need_choice(need) for need in _open_needs(case)]}


def _actions(trigger: Trigger) -> _Found:
    def found(caller: Caller, case: CaseView) -> Choices:
        open_ones = [action for action in case.plan or () if action.status in _STILL_TO_DO[trigger]]
        return {"action_id": [_action_choice(action, caller.language) for action in open_ones]}

    return found


def _action_choice(action: ActionView, language: Language) -> Choice:
    due = translated(_("due %(day)s"), language, day=in_words(action.due_on, language))
    return Choice(action.action_id, f"{action.kind.label} ({due})")


# ---------------------------------------------------------------- funding


def _a_quote(caller: Caller, case: CaseView) -> Choices:
    quotes = [] if case.funding is None else case.funding.quotes
    return {"quote_id": [_quote_choice(quote, case, caller.language) for quote in quotes]}


def _quote_choice(quote: QuoteView, case: CaseView, language: Language) -> Choice:
    words = translated(
        _("%(care)s: %(total)s, still uncovered %(uncovered)s"),
        language,
        care=_care(quote.need_id, case),
        total=in_words(Euros(quote.total_cents), language),
        uncovered=in_words(Euros(quote.uncovered_cents), language),
    )
    return Choice(quote.quote_id, words)


def _a_pending_request(caller: Caller, case: CaseView) -> Choices:
    quotes = [] if case.funding is None else case.funding.quotes
    pending = [(q, r) for q in quotes for r in q.requests if r.status == "pending"]
    return {"request_id": [_request_choice(q, r, case, caller.language) for q, r in pending]}


def _request_choice(quote: QuoteView, request: RequestView, case: CaseView, language: Language) -> Choice:
    words = translated(
        _("%(funder)s: %(amount)s for %(care)s"),
        language,
        funder=request.funder.label,
        amount=in_words(Euros(request.amount_cents), language),
        care=_care(quote.need_id, case),
    )
    return Choice(request.request_id, words)


def _care(need_id: str, case: CaseView) -> str:
    return next((n.care_type.label for n in case.needs or () if n.need_id == need_id), need_id)


# ---------------------------------------------------------------- people, organisations, partners


def _a_counsellor(caller: Caller, case: CaseView) -> Choices:
    """A counsellor takes a case themself; a supervisor names anybody of the cell."""
    me = caller.principal
    known = Counsellors(caller.service.engine, case.organisation, caller.service.clock())
    accounts = {me.actor} if me.role is Role.COUNSELLOR else {me.actor, *known}
    return {"counsellor": [Choice(account, account) for account in sorted(accounts)]}


def _another_counsellor(caller: Caller, case: CaseView) -> Choices:
    offered = _a_counsellor(caller, case)["counsellor"]
    return {"counsellor": [choice for choice in offered if choice.value != case.counsellor]}


def _another_organisation(caller: Caller, case: CaseView) -> Choices:
    with glancing(caller.service.engine) as connection:
        rows = all_organisations(connection)
    others = sorted((row.name, row.code) for row in rows if row.code != case.organisation)
    return {"to_organisation": [Choice(code, name) for name, code in others]}


def _a_partner(caller: Caller, case: CaseView) -> Choices:
    """With a consent, the partners that it names."""
    if case.consent is None:
        return {}
    return {"partner": [Choice(partner.code, partner.label) for partner in case.consent.share_with]}


# ---------------------------------------------------------------- ends and corrections


def _reasons(found: Iterable[ClosingReason], language: Language) -> list[Choice]:
    accepted = set(found)
    return [Choice(reason.value, reason.label(language)) for reason in ClosingReason if reason in accepted]


def _why_rejected(caller: Caller, _case: CaseView) -> Choices:
    return {"reason": _reasons(REJECTION_REASONS, caller.language)}


def _why_closed(caller: Caller, case: CaseView) -> Choices:
    return {"reason": _reasons(CLOSING_REASONS.get(State(case.state.code), ()), caller.language)}


def _facts(caller: Caller, case: CaseView, version: int | None) -> Choices:
    history = caller.service.storage.begin().load(case.case_id, caller.reach).history
    return {"corrects": corrections(history[:version], caller.language)}


_CHOICES: Final[Mapping[Trigger, _Found]] = {
    _T.ACCEPT: _a_counsellor,
    _T.REJECT: _why_rejected,
    _T.ASSIGN: _a_counsellor,
    _T.REASSIGN: _another_counsellor,
    _T.DROP_NEED: _one_open_need,
    _T.BUILD_PLAN: _several_open_needs,
    _T.REVISE_PLAN: _several_open_needs,
    **{trigger: _actions(trigger) for trigger in _STILL_TO_DO},
    _T.RECORD_QUOTE: _one_open_need,
    _T.REQUEST_FUNDING: _a_quote,
    _T.DECIDE_FUNDING: _a_pending_request,
    _T.AGREE_INSTALMENTS: _a_quote,
    _T.RECORD_CARE_PERFORMED: _one_open_need,
    _T.REFER_ONWARD: _a_partner,
    _T.CLOSE: _why_closed,
    _T.TRANSFER: _another_organisation,
}
