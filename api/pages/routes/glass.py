"""Breaking the glass: the form by which a supervisor opens a case of another organisation, to read it for a while."""

import json
from collections.abc import Mapping
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from starlette.responses import RedirectResponse

from api.bodies import understood
from api.pages import paths
from api.pages.posting import PostedForm
from api.pages.rendering import page
from api.pages.sending import errors_in
from api.pages.texts import mark as _
from api.pages.texts import translated
from api.pages.visitor import Signed, Visitor
from api.problems import Kind, ProblemError
from api.reading.glass import break_glass
from api.views.glass import BreakGlass
from domain.access import Permission
from domain.accesses import GlassReason
from domain.errors import CaseNotFound

router: Final = APIRouter(include_in_schema=False)

_FIELDS: Final = ("dossier", "reason", "note")


class _Wrong(Exception):
    """What is wrong with the form, by field."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("not accepted")
        self.fields = fields


@router.get(paths.GLASS)
def glass_page(visitor: Annotated[Visitor, Depends(Signed(Permission.BREAK_GLASS))]) -> Response:
    """Show the form."""
    return _shown(visitor, {}, {})


@router.post(paths.GLASS)
def break_the_glass(posted: PostedForm) -> Response:
    """Open the case and lead to it; one that is within reach is led to as it is."""
    visitor = posted.visitor.within(Permission.BREAK_GLASS)
    typed = {name: (posted.get(name) or "").strip() for name in _FIELDS}
    try:
        asked, case_id = _understood(visitor, typed)
        return _opened(visitor, case_id, asked)
    except _Wrong as wrong:
        return _shown(visitor, typed, wrong.fields, Kind.INVALID.status)
    except CaseNotFound:
        words = translated(
            _("There is no such case that could be opened. Check its number."), visitor.language
        )
        return _shown(visitor, typed, {"dossier": words}, Kind.NOT_FOUND.status)


def _opened(visitor: Visitor, case_id: str, asked: BreakGlass) -> Response:
    """Open a case and lead to it. Raises CaseNotFound."""
    try:
        break_glass(visitor.caller, case_id, asked)
    except ProblemError as problem:
        if problem.kind is not Kind.WITHIN_REACH:
            raise
    return RedirectResponse(paths.case(case_id), 303)


def _understood(visitor: Visitor, typed: Mapping[str, str]) -> tuple[BreakGlass, str]:
    """Return what the form asks for, and of which case. Raises _Wrong, CaseNotFound for what is no number of a case."""
    number = typed["dossier"]
    words = translated(_("Write the number of the case."), visitor.language)
    missing = {} if number else {"dossier": words}
    body = json.dumps({name: typed[name] for name in ("reason", "note") if typed[name]}).encode()
    try:
        asked = understood(BreakGlass, body, visitor.language)
    except ProblemError as problem:
        errors = {(error.pointer or "").removeprefix("#/"): error.detail for error in errors_in(problem)}
        raise _Wrong(errors | missing) from None
    if missing:
        raise _Wrong(missing)
    try:
        return asked, str(UUID(number))
    except ValueError:
        raise CaseNotFound(number[:40]) from None


def _shown(
    visitor: Visitor, typed: Mapping[str, str], wrong: Mapping[str, str], status: int = 200
) -> Response:
    return page(
        visitor,
        "glass.html",
        status,
        typed={name: typed.get(name, "") for name in _FIELDS},
        wrong={name: wrong.get(name) for name in _FIELDS},
        reasons=[(reason.value, reason.label(visitor.language)) for reason in GlassReason],
        minutes=visitor.service.settings.glass_minutes,
    )
