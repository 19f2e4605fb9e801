"""Sending a form that fires a trigger: the command of the API, from fields, with everything typed kept when it is refused."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from api.bodies import understood
from api.field_errors import FieldError
from api.pages.forms.form import Form
from api.pages.posting import ONCE, VERSION, Posted
from api.pages.texts import mark as _
from api.pages.texts import translated
from api.problems import Kind, ProblemError
from api.refusals import problem_of
from api.requests import idempotency_key, request_with
from domain.command import Command
from domain.ports import Answer, Request
from workflows.labels import Language

_SHOWN_IN_THE_FORM: Final = frozenset({Kind.INVALID, Kind.REFUSED, Kind.STALE, Kind.IDEMPOTENCY_KEY_REUSED})
_SENT_BEFORE: Final = _(
    "This form was sent before, with something else in it: that was recorded, and this was not."
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a form: done, or to be shown again, with the problem if there is one."""

    form: Form
    done: Answer | None = None
    problem: ProblemError | None = None

    @property
    def status(self) -> int:
        """The status to show the form again with."""
        return 200 if self.problem is None else self.problem.kind.status


Fire = Callable[[Command, Request], Answer]


def new_key() -> str:
    """Return what a form is sent with, so that a double click records once."""
    return secrets.token_hex(16)


def send(form: Form, kind: type[Command], posted: Posted, here: str, fire: Fire) -> Sent:
    """Carry a form out by `fire`. What is not a refusal to show in the form is raised."""
    changed = form.changed(posted.pairs)
    if changed is not None:
        return Sent(changed)
    filled = form.filled(posted.pairs)
    caller, visit = posted.visitor.caller, posted.visitor.visit
    visit.trigger = kind.trigger.value
    try:
        body = filled.body()
        command = understood(kind, body, caller.language)
        key = idempotency_key([posted.get(ONCE) or ""])
        asked = ("POST", here, posted.get(VERSION) or "")
        done = fire(command, request_with(key, asked, caller, body))
    except Exception as error:
        problem = page_problem_of(error, caller.language)
        if problem.kind not in _SHOWN_IN_THE_FORM:
            raise
        visit.problem = problem.kind.code
        return Sent(filled.refused(errors_in(problem)), problem=problem)
    visit.replayed = done.replayed
    return Sent(filled, done=done)


def page_problem_of(error: Exception, language: Language) -> ProblemError:
    """Return the problem that was raised while a form was carried out, in the words of a page: it knows no keys."""
    problem = problem_of(error, language)
    if problem.kind is not Kind.IDEMPOTENCY_KEY_REUSED:
        return problem
    return ProblemError(problem.kind, (translated(_SENT_BEFORE, "fr"), translated(_SENT_BEFORE, "en")))


def errors_in(problem: ProblemError) -> list[FieldError]:
    """Return which fields a problem complains of."""
    found: list[Mapping[str, str]] = problem.members.get("errors", []) if problem.kind is Kind.INVALID else []
    return [
        FieldError.model_validate({("where" if k == "in" else k): v for k, v in error.items()})
        for error in found
    ]
