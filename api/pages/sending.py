"""Sending a form that fires a trigger: the command of the API, from fields, with everything typed kept when it is refused."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from api.bodies import understood
from api.field_errors import FieldError
from api.pages.forms.form import Form
from api.pages.posting import ONCE, VERSION, Posted
from api.problems import Kind, ProblemError
from api.refusals import problem_of
from api.requests import idempotency_key, request_with
from domain.command import Command
from domain.ports import Answer, Request

_SHOWN_IN_THE_FORM: Final = frozenset({Kind.INVALID, Kind.REFUSED, Kind.STALE, Kind.IDEMPOTENCY_KEY_REUSED})


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
    caller = posted.visitor.caller
    try:
        body = filled.body()
        command = understood(kind, body, caller.language)
        key = idempotency_key([posted.get(ONCE) or ""])
        asked = ("POST", here, posted.get(VERSION) or "")
        return Sent(filled, done=fire(command, request_with(key, asked, caller, body)))
    except Exception as error:
        problem = problem_of(error, caller.language)
        if problem.kind not in _SHOWN_IN_THE_FORM:
            raise
        return Sent(filled.refused(errors_in(problem)), problem=problem)


def errors_in(problem: ProblemError) -> list[FieldError]:
    """Return which fields a problem complains of."""
    found: list[Mapping[str, str]] = problem.members.get("errors", []) if problem.kind is Kind.INVALID else []
    return [
        FieldError.model_validate({("where" if k == "in" else k): v for k, v in error.items()})
        for error in found
    ]
