"""Referring somebody: the form (*saisine*), the questions that help to fill it, and a look for cases it would double."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import RedirectResponse

from api.bodies import understood
from api.pages import paths
from api.pages.forms.form import Form
from api.pages.posting import PostedForm
from api.pages.rendering import page
from api.pages.screening import Screening, as_presets, choices
from api.pages.sending import Sent, errors_in, new_key, send
from api.pages.visitor import SignedToRefer, Visitor
from api.problems import Kind, ProblemError
from api.reading.lookalikes import Lookalike, lookalikes
from domain.command import Command
from domain.commands.intake import Detect
from domain.person import Identity
from domain.ports import Answer
from domain.ports import Request as Asked
from workflows.triggers import Trigger

router: Final = APIRouter(include_in_schema=False)

_TO_REFER: Final = SignedToRefer()
Refers = Annotated[Visitor, Depends(_TO_REFER)]

SURE: Final = "_sure"
"""The cases that the answer to a form showed as likely doubles: sent back, they are not shown again."""


class _MayDouble(Exception):
    """The referral looks like cases that whoever refers may know of."""

    def __init__(self, cases: Sequence[Lookalike]) -> None:
        super().__init__("looks like cases that are there")
        self.cases = cases


class _Referring:
    """Carries a referral out, unless it looks like cases that were not `seen` yet. It remembers whom it was about."""

    person: Identity | None = None

    def __init__(self, visitor: Visitor, seen: Sequence[str]) -> None:
        self._visitor, self._seen = visitor, seen

    def __call__(self, command: Command, asked: Asked) -> Answer:
        """Refer, once whatever one clicks. Raises _MayDouble, Refused."""
        if not isinstance(command, Detect):
            raise TypeError("this form refers")
        self.person = command.person
        use_cases, principal = self._visitor.service.use_cases, self._visitor.principal
        if not use_cases.tried(command, principal, asked).replayed:
            alike = lookalikes(self._visitor.caller, command.person, self._seen)
            # Between the two looks, the same form sent twice may have opened the very case that was found.
            if alike and not use_cases.tried(command, principal, asked).replayed:
                raise _MayDouble(alike)
        return use_cases.refer(command, principal, asked)

    def in_the_way(self, problem: ProblemError | None) -> Sequence[Lookalike]:
        """Return the open case because of which the referral was refused, if it may be known of."""
        reason = {} if problem is None else problem.members.get("reason", {})
        if self.person is None or reason.get("code") != "already_open":
            return ()
        found = lookalikes(self._visitor.caller, self.person)
        return [one for one in found if one.same_nir and one.is_open]


@router.get(paths.NEW_REFERRAL)
def referral_form_page(visitor: Refers) -> Response:
    """Show the referral form."""
    return _shown(visitor, Sent(_form(visitor)))


@router.post(paths.NEW_REFERRAL)
def refer(request: Request, posted: PostedForm) -> Response:
    """Refer somebody: then the receipt, or the case for whoever may see it.

    A referral that may double a case is shown again with it, to be sent all the same or not.
    """
    visitor = _TO_REFER(posted.visitor)
    seen = (posted.get(SURE) or "").split()
    referring = _Referring(visitor, seen)
    form = _form(visitor)
    try:
        sent = send(form, Detect, posted, request.url.path, referring)
    except _MayDouble as found:
        visitor.visit.trigger = None  # nothing was decided: it is asked whether to send it all the same
        return _shown(visitor, Sent(form.filled(posted.pairs)), found.cases, seen, status=409)
    if sent.done is not None:
        return RedirectResponse(paths.done(_receipt(visitor, sent.done.case_id), Trigger.DETECT), 303)
    return _shown(visitor, sent, referring.in_the_way(sent.problem), seen)


@router.get(paths.SCREENING)
def screening_page(visitor: Refers) -> Response:
    """Show the questions to ask somebody."""
    return page(visitor, "screening.html", form=_questions(visitor))


@router.post(paths.SCREENING)
def screen(posted: PostedForm) -> Response:
    """Show the referral form with the needs that the answers say. Nothing is kept."""
    visitor = _TO_REFER(posted.visitor)
    filled = _questions(visitor).filled(posted.pairs)
    try:
        answers = understood(Screening, filled.body(), visitor.language)
    except ProblemError as problem:
        if problem.kind is not Kind.INVALID:
            raise
        refused = filled.refused(errors_in(problem))
        return page(visitor, "screening.html", problem.kind.status, form=refused)
    return _shown(visitor, Sent(_form(visitor, as_presets(answers))), screened=True)


def _form(visitor: Visitor, presets: Mapping[str, Any] | None = None) -> Form:
    return Form.of(Detect, visitor.language, presets=presets, today=visitor.today)


def _questions(visitor: Visitor) -> Form:
    return Form.of(Screening, visitor.language, choices=choices(visitor.language))


def _shown(
    visitor: Visitor,
    sent: Sent,
    found: Sequence[Lookalike] = (),
    seen: Sequence[str] = (),
    *,
    status: int | None = None,
    screened: bool = False,
) -> Response:
    problem = sent.problem
    return page(
        visitor,
        "referral_form.html",
        status or sent.status,
        form=sent.form,
        problem=None if problem is None else problem.body(visitor.language, visitor.visit.instance),
        found=found,
        sure=" ".join(dict.fromkeys([*seen, *(one.case_id for one in found)])),
        screened=screened,
        once=new_key(),
    )


def _receipt(visitor: Visitor, case_id: str) -> str:
    return paths.case(case_id) if visitor.sees_case(case_id) else paths.referral(case_id)
