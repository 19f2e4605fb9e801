"""The rights of a person: the data-protection officer finds them, and answers them.

A person is found by their name, their social-security number or the number of one of their cases; what is looked for
travels in a form and never in an address. From then on they are addressed by one of their cases.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response
from pydantic_core import PydanticCustomError
from starlette.responses import RedirectResponse

from api.disclosure import identities
from api.pages import paths
from api.pages.posting import PostedForm
from api.pages.rendering import document, page
from api.pages.texts import mark as _
from api.pages.texts import translated
from api.pages.visitor import Signed, Visitor
from api.pages.words import refusal_in_words
from api.paths import CASE, CaseId
from api.reading.people import MOST_SHOWN, PersonCase, is_searchable, people_found
from api.reading.person import person_file, person_seen
from api.views.base import answer
from domain.access import Permission
from workflows.states import State
from workflows.triggers import Trigger

router: Final = APIRouter(include_in_schema=False)

Answers = Annotated[Visitor, Depends(Signed(Permission.EXPORT_PERSON))]

_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A person who was found, by their latest case, and how many there are within reach."""

    latest: PersonCase
    cases: int


@router.get(paths.PEOPLE)
def people_page(visitor: Answers) -> Response:
    """Show the form."""
    return page(visitor, "people.html", asked="", found=None, more=False, error=None, most=MOST_SHOWN)


@router.post(paths.PEOPLE)
def find_people(posted: PostedForm) -> Response:
    """Show whom the words find, archived cases included; the number of a case leads to its person."""
    visitor = posted.visitor.within(Permission.EXPORT_PERSON)
    asked = (posted.get("qui") or "").strip()
    if (case_id := visitor.case_numbered(asked)) is not None:
        return RedirectResponse(paths.person(case_id), 303)
    if not is_searchable(asked) or len(asked) > _LONGEST:
        words = _(
            "Write a name, two letters of it at least, a social-security number or the number of a case."
        )
        return _refused(visitor, asked, translated(words, visitor.language))
    try:
        found = people_found(visitor.caller, asked, with_closed=True)
    except PydanticCustomError as error:
        return _refused(visitor, asked, refusal_in_words(error, visitor.language))
    return page(
        visitor,
        "people.html",
        asked=asked,
        found=_by_person(found.cases),
        more=found.more or found.cut_short,
        error=None,
        most=MOST_SHOWN,
    )


@router.get(f"{paths.PEOPLE}/{CASE}")
def person_page(case_id: CaseId, visitor: Answers) -> Response:
    """Show who the person is, all their cases within reach, what retention makes of them, and what can be done."""
    seen = person_seen(visitor.service, case_id, visitor.reach)
    known = identities(visitor.caller, [row.case_id for row in seen.cases])
    return page(
        visitor,
        "person.html",
        case_id=case_id,
        identity=known[case_id],
        seen=seen,
        rules=visitor.service.settings.retention,
        states={state.value: state.label(visitor.language) for state in State},
        erased=any(row.is_erased for row in seen.cases),
        triggers=Trigger,
    )


@router.get(f"{paths.PEOPLE}/{CASE}/dossier.html")
def person_document(case_id: CaseId, visitor: Answers) -> Response:
    """Return everything that is held on the person, to be read and printed. Raises CaseNotFound."""
    view = person_file(visitor.caller, case_id)
    text = document(visitor.language, "person_file.html", file=view)
    return Response(text, headers=_attached(case_id, "html"), media_type="text/html; charset=utf-8")


@router.get(f"{paths.PEOPLE}/{CASE}/dossier.json")
def person_json(case_id: CaseId, visitor: Answers) -> Response:
    """Return the same as the JSON API answers it. Raises CaseNotFound."""
    return answer(person_file(visitor.caller, case_id), _attached(case_id, "json"))


def _attached(case_id: str, extension: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="personne-{case_id}.{extension}"'}


def _by_person(cases: Iterable[PersonCase]) -> list[Found]:
    """Return each person once, in the order they were found in."""
    by_person: dict[str, list[PersonCase]] = {}
    for case in cases:
        by_person.setdefault(case.person_id, []).append(case)
    return [Found(max(own, key=attrgetter("detected_on")), len(own)) for own in by_person.values()]


def _refused(visitor: Visitor, asked: str, words: str) -> Response:
    return page(
        visitor,
        "people.html",
        422,
        asked=asked[:_LONGEST],
        found=None,
        more=False,
        error=words,
        most=MOST_SHOWN,
    )
