"""A person who exercises their rights: everything that is held on them."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from api import documentation as doc
from api.caller import Allowed, Caller
from api.parameters import Once
from api.paths import API, CASE, CaseId
from api.problems import Kind
from api.reading.person import person_file
from api.views.base import answer
from api.views.person import PersonFileView
from domain.access import Permission

router: Final = APIRouter(prefix=API, tags=["cases"])


@router.get(
    f"/cases/{CASE}/person",
    operation_id="read_person",
    summary="Everything that is held on the person whom a case is about",
    response_model=PersonFileView,
    responses=doc.responses(Kind.NOT_FOUND, example="person"),
)
def read_person(
    case_id: CaseId, caller: Annotated[Caller, Depends(Allowed(Permission.EXPORT_PERSON))], _: Once
) -> Response:
    """Return it to give it to them: identity, every case within reach with its history, notes in clear, recipients,
    who consulted it, and how long it is kept. That it was made is in the log of accesses.
    """
    return answer(person_file(caller, case_id))
