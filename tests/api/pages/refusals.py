"""What the API says against a form."""

from __future__ import annotations

from api.bodies import understood
from api.field_errors import FieldError
from api.pages.forms.form import Form
from api.problems import ProblemError
from domain.command import Command
from workflows.labels import Language


def refusals(kind: type[Command], form: Form, language: Language = "en") -> list[FieldError]:
    """Return what is wrong with each value, as the problem lists it."""
    try:
        understood(kind, form.body(), language)
    except ProblemError as problem:
        return [
            FieldError.model_validate({("where" if k == "in" else k): v for k, v in error.items()})
            for error in problem.members["errors"]
        ]
    return []
