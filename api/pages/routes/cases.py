"""A case, and the forms that act on it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import RedirectResponse

from api.caller import ACTIONS
from api.pages import paths
from api.pages.actions import grouped
from api.pages.filters import Done
from api.pages.forms.choices import choices_of, presets_of
from api.pages.forms.form import Form
from api.pages.forms.layouts import LAYOUTS
from api.pages.past import past_of
from api.pages.posting import ONCE, VERSION, Posted, PostedForm
from api.pages.rendering import page
from api.pages.sending import Fire, Sent, new_key, send
from api.pages.thread import path_of
from api.pages.visitor import Signed, Visitor
from api.pages.words import answers
from api.paths import CASE, CaseId
from api.problems import Kind, ProblemError
from api.reading.case import case_seen, case_to_act_on
from api.reading.glass import broken_on
from api.reading.history import history_seen
from api.reading.lookalikes import Lookalike, lookalikes
from api.views.case import CaseView
from api.views.history import EventView
from domain.access import Permission, may, may_fire
from domain.as_of import Basis
from domain.command import Command
from domain.commands import COMMANDS
from domain.errors import CaseNotFound
from domain.person import Identity
from workflows.triggers import Trigger

router: Final = APIRouter(include_in_schema=False)

SeesCase = Annotated[Visitor, Depends(Signed(Permission.SEE_CASE))]
Acts = Annotated[Visitor, Depends(Signed(Permission.ACT))]


def _trigger(trigger: str) -> Trigger:
    """Return the trigger that an address names. Raises ProblemError: NOT_FOUND."""
    found = next((one for one in ACTIONS if one.value == trigger), None)
    if found is None:
        raise ProblemError(Kind.NOT_FOUND)
    return found


NamedTrigger = Annotated[Trigger, Depends(_trigger)]


@router.get(f"{paths.QUEUE}/{CASE}")
def case_page(
    request: Request,
    case_id: CaseId,
    visitor: SeesCase,
    recorded: Done = None,
) -> Response:
    """Show a case: where it stands, what it is about, what can be done now; or how it stood on a past day."""
    past = past_of(request, visitor)
    case = case_seen(visitor.caller, case_id, past.as_of)
    done = next((one.label(visitor.language) for one in Trigger if one.value == recorded), None)
    return page(
        visitor,
        "case.html",
        past.status,
        case=case,
        past=past,
        bases=list(Basis),
        steps=path_of(case, visitor.language),
        groups=grouped(case.actions, visitor.language),
        answers=answers(visitor.language),
        may_call=any(offer.allowed for offer in case.actions if offer.trigger == Trigger.LOG_CONTACT),
        call=LAYOUTS[Trigger.LOG_CONTACT].starts_with,
        once=new_key(),
        glasses=broken_on(visitor.caller, case_id),
        sees_accesses=may(visitor.principal, Permission.SEE_ACCESSES),
        sees_history=may(visitor.principal, Permission.SEE_HISTORY),
        done=done,
    )


@router.get(f"{paths.QUEUE}/{CASE}/actions/{{trigger}}")
def action_page(case_id: CaseId, trigger: NamedTrigger, visitor: Acts) -> Response:
    """Show the form that fires a trigger, or why it cannot be fired now."""
    case = _case_to_act_on(visitor, case_id, trigger)
    return _form_page(visitor, case, trigger, Sent(_form(visitor, case, trigger)))


@router.post(f"{paths.QUEUE}/{CASE}/actions/{{trigger}}")
def act(request: Request, case_id: CaseId, trigger: NamedTrigger, posted: PostedForm) -> Response:
    """Fire a trigger with what the form says, decided on the version that its page showed.

    What is refused is shown in the form, with everything that was typed.
    """
    visitor = posted.visitor.within(Permission.ACT)
    here = request.url.path
    try:
        case = _case_to_act_on(visitor, case_id, trigger)
    except CaseNotFound:
        return _done_before(visitor, case_id, trigger, posted, here)
    version = _version(posted)
    form = _form(visitor, case, trigger, version)
    sent = send(form, COMMANDS[trigger], posted, here, _acting(visitor, case_id, version))
    if sent.done is not None:
        return _led_on(visitor, case_id, trigger)
    if _is_stale(sent):
        sent = replace(sent, form=_form(visitor, case, trigger).taking_over(form, posted.pairs))
    return _form_page(visitor, case, trigger, sent, version)


def _done_before(visitor: Visitor, case_id: str, trigger: Trigger, posted: Posted, here: str) -> Response:
    """Answer a form that comes once more after it was carried out, the case being out of reach since: as it was then.

    Raises CaseNotFound for any other form.
    """
    if not posted.get(ONCE):
        raise CaseNotFound(case_id)
    form = Form.of(COMMANDS[trigger], visitor.language)
    sent = send(form, COMMANDS[trigger], posted, here, _acting(visitor, case_id, _version(posted)))
    if sent.done is None:
        raise CaseNotFound(case_id)
    return _led_on(visitor, case_id, trigger)


def _acting(visitor: Visitor, case_id: str, version: int) -> Fire:
    """Return what carries a command out on the version of a case that a form was shown for."""
    use_cases, principal = visitor.service.use_cases, visitor.principal
    return lambda command, asked: use_cases.act(case_id, command, principal, version, asked)


def _led_on(visitor: Visitor, case_id: str, trigger: Trigger) -> Response:
    return RedirectResponse(paths.done(_where_to(visitor, case_id), trigger), 303)


def _case_to_act_on(visitor: Visitor, case_id: str, trigger: Trigger) -> CaseView:
    if not may_fire(visitor.principal, trigger):
        raise ProblemError(Kind.FORBIDDEN)
    return case_to_act_on(visitor.caller, case_id)


def _form(visitor: Visitor, case: CaseView, trigger: Trigger, version: int | None = None) -> Form:
    kind: type[Command] = COMMANDS[trigger]
    return Form.of(
        kind,
        visitor.language,
        choices=choices_of(visitor.caller, case, trigger, version),
        presets=presets_of(case, trigger),
        today=visitor.today,
    )


def _form_page(
    visitor: Visitor, case: CaseView, trigger: Trigger, sent: Sent, version: int | None = None
) -> Response:
    problem = sent.problem
    stale = _is_stale(sent)
    offer = next(offer for offer in case.actions if offer.trigger == trigger.value)
    return page(
        visitor,
        "action.html",
        sent.status,
        case=case,
        offer=offer,
        form=sent.form,
        problem=None if problem is None else problem.body(visitor.language, visitor.visit.instance),
        meanwhile=_since(visitor, case, version) if stale and version is not None else [],
        once=new_key(),
        version=case.version if stale or version is None else version,
        here=paths.action(case.case_id, trigger),
        alike=_alike(visitor, case) if trigger is Trigger.MERGE and offer.allowed else (),
    )


def _alike(visitor: Visitor, case: CaseView) -> Sequence[Lookalike]:
    """Return the cases that may be the same person's, as far as whoever asks may open them."""
    person = case.identity.person
    if person is None:
        return ()
    # What was accepted once stays as it is, whatever is accepted today.
    identity = Identity.model_construct(**person.model_dump())
    found = lookalikes(visitor.caller, identity, [case.case_id])
    return [one for one in found if one.opens and not one.same_nir]


def _is_stale(sent: Sent) -> bool:
    return sent.problem is not None and sent.problem.kind is Kind.STALE


def _since(visitor: Visitor, case: CaseView, version: int) -> list[EventView]:
    """Return what was recorded after a version, as far as whoever asks may see it."""
    if not may(visitor.principal, Permission.SEE_HISTORY):
        return []
    return [event for event in history_seen(visitor.caller, case.case_id).events if event.version > version]


def _version(posted: Posted) -> int:
    """Return the version that the form was made for. Raises ProblemError: MALFORMED_REQUEST."""
    given = posted.get(VERSION) or ""
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise ProblemError(Kind.MALFORMED_REQUEST)
    return int(given)


def _where_to(visitor: Visitor, case_id: str) -> str:
    """Return the page to show afterwards: the case, or the queue when it has left the visitor's reach."""
    return paths.case(case_id) if visitor.sees_case(case_id) else paths.QUEUE
