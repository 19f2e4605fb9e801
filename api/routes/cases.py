"""Cases: referring somebody, reading where a case stands, and everything that was recorded about it."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from api import documentation as doc
from api.bodies import JsonBody, understood
from api.caller import Allowed, AllowedToRefer, Caller
from api.door import REPLAYED
from api.etags import etag
from api.parameters import Once
from api.past import AsOfQuery, as_of_asked
from api.paths import API, CASE, CaseId, case_href, referral_href
from api.problems import Kind
from api.reading.case import case_seen
from api.reading.history import history_seen
from api.requests import request_of
from api.views.base import answer
from api.views.case import CaseView
from api.views.commands import Done
from api.views.history import HistoryView
from domain.access import Permission, may
from domain.commands.intake import Detect
from domain.ports import Answer

router: Final = APIRouter(prefix=API, tags=["cases"])


@router.post(
    "/cases",
    operation_id="refer",
    summary="Refer somebody to the cell",
    status_code=201,
    response_model=Done,
    response_description="The case that was opened.",
    responses=doc.responses(
        Kind.MALFORMED_JSON,
        Kind.MALFORMED_HEADER,
        Kind.REFUSED,
        Kind.UNSUPPORTED_MEDIA_TYPE,
        Kind.INVALID,
        Kind.IDEMPOTENCY_KEY_REUSED,
        status=201,
        example="referred",
        headers=doc.LOCATION | doc.ETAG | doc.REPLAYED,
    ),
    openapi_extra={
        "parameters": [doc.IDEMPOTENCY_KEY],
        "requestBody": doc.body({"$ref": f"{doc.SCHEMAS}Detect"}, referral="referral"),
    },
)
def refer(request: Request, caller: Annotated[Caller, Depends(AllowedToRefer())], body: JsonBody) -> Response:
    """Open a case from a referral (*saisine*), in the organisation of whoever refers.

    The identity goes to the vault, encrypted with the person's own key; the answer and the case's history hold a
    pseudonym.
    """
    asked = request_of(request, caller, body)
    command = understood(Detect, body, caller.language)
    done = caller.service.use_cases.refer(command, caller.principal, asked)
    follow = case_href if may(caller.principal, Permission.SEE_CASE) else referral_href
    return command_answer(done, 201, {"Location": follow(done.case_id)})


@router.get(
    f"/cases/{CASE}",
    operation_id="read_case",
    summary="Where a case stands, and what may be done to it",
    response_model=CaseView,
    responses=doc.responses(Kind.NOT_FOUND, Kind.INVALID, example="case", headers=doc.ETAG),
)
def read_case(
    case_id: CaseId,
    caller: Annotated[Caller, Depends(Allowed(Permission.SEE_CASE))],
    query: Annotated[AsOfQuery, Query()],
    _: Once,
) -> Response:
    """Return the case with every trigger, whether it may be fired now, and why not.

    As of a past day there is nothing to fire, and no ETag. A case that the asker may not know of is answered like one
    that does not exist, or did not exist then.
    """
    as_of = as_of_asked(query, caller)
    view = case_seen(caller, case_id, as_of)
    return answer(view, {"ETag": etag(view.version)} if as_of is None else {})


@router.get(
    f"/cases/{CASE}/history",
    operation_id="read_history",
    summary="Everything that was recorded about a case",
    response_model=HistoryView,
    responses=doc.responses(Kind.NOT_FOUND, Kind.INVALID, example="history", headers=doc.ETAG),
)
def read_history(
    case_id: CaseId,
    caller: Annotated[Caller, Depends(Allowed(Permission.SEE_HISTORY))],
    query: Annotated[AsOfQuery, Query()],
    _: Once,
) -> Response:
    """Return every event of the case in words, read straight from the log, oldest first; or those of a past day."""
    as_of = as_of_asked(query, caller)
    view = history_seen(caller, case_id, as_of)
    return answer(view, {"ETag": etag(view.version)} if as_of is None else {})


def command_answer(done: Answer, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return what a command answers; a repeated one says so in a header, and is otherwise the same to the byte."""
    replayed = {REPLAYED: "true"} if done.replayed else {}
    return answer(Done.of(done), {"ETag": etag(done.version), **(headers or {}), **replayed}, status)
