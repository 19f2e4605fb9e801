"""Breaking the glass: opening a case of another organisation to read it, for a while, by giving a reason."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from api import documentation as doc
from api.bodies import JsonBody, understood
from api.caller import Allowed, Caller
from api.paths import API, CASE, CaseId, case_href
from api.problems import Kind
from api.reading.glass import break_glass
from api.views.base import answer
from api.views.glass import BreakGlass, GlassView
from domain.access import Permission

router: Final = APIRouter(prefix=API, tags=["accesses"])


@router.post(
    f"/cases/{CASE}/break-glass",
    operation_id="break_glass",
    summary="Open a case of another organisation, to read it",
    status_code=201,
    response_model=GlassView,
    response_description="Until when the case can be read.",
    responses=doc.responses(
        Kind.MALFORMED_JSON,
        Kind.NOT_FOUND,
        Kind.WITHIN_REACH,
        Kind.UNSUPPORTED_MEDIA_TYPE,
        Kind.INVALID,
        status=201,
        example="glass-broken",
        headers=doc.LOCATION,
    ),
    openapi_extra={
        "requestBody": doc.body({"$ref": f"{doc.SCHEMAS}BreakGlass"}, **{"break-glass": "break-glass"})
    },
)
def break_the_glass(
    case_id: CaseId, caller: Annotated[Caller, Depends(Allowed(Permission.BREAK_GLASS))], body: JsonBody
) -> Response:
    """Open the case and its history to be read for a while, never to be acted on. It is recorded, and seen by others.

    A glass that is broken already stays so until its time, and the answer tells until when.
    """
    asked = understood(BreakGlass, body, caller.language)
    return answer(break_glass(caller, case_id, asked), {"Location": case_href(case_id)}, 201)
