"""Acting on a case: the triggers of the transition table, fired by name."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from api import documentation as doc
from api.bodies import JsonBody, understood
from api.caller import ACTIONS, Acting, AllowedToAct
from api.etags import expected_version
from api.paths import API, CASE, CaseId
from api.problems import Kind
from api.requests import request_of
from api.routes.cases import command_answer
from api.views.commands import Done
from domain.commands import COMMANDS

router: Final = APIRouter(prefix=API, tags=["cases"])

_PAYLOADS: Final = {"anyOf": [{"$ref": f"{doc.SCHEMAS}{COMMANDS[trigger].__name__}"} for trigger in ACTIONS]}
_EXAMPLES: Final = {trigger.value: f"actions/{trigger.value}" for trigger in ACTIONS}


@router.post(
    f"/cases/{CASE}/actions/{{trigger}}",
    operation_id="act",
    summary="Act on a case",
    response_model=Done,
    response_description="What was recorded.",
    responses=doc.responses(
        Kind.MALFORMED_JSON,
        Kind.MALFORMED_HEADER,
        Kind.NOT_FOUND,
        Kind.REFUSED,
        Kind.STALE,
        Kind.UNSUPPORTED_MEDIA_TYPE,
        Kind.INVALID,
        Kind.IDEMPOTENCY_KEY_REUSED,
        Kind.VERSION_REQUIRED,
        example="done",
        headers=doc.ETAG | doc.REPLAYED,
    ),
    openapi_extra={
        "parameters": [doc.IF_MATCH, doc.IDEMPOTENCY_KEY],
        "requestBody": doc.body(_PAYLOADS, **_EXAMPLES),
    },
)
def act(
    request: Request, case_id: CaseId, acting: Annotated[Acting, Depends(AllowedToAct())], body: JsonBody
) -> Response:
    """Fire a trigger of the transition table on a case, decided on the version that `If-Match` names.

    Each trigger has a payload of its own: the schema of the same name, also given with the case's `actions` and by
    `/workflow`. What the case's state does not allow is refused with the rule that says no, and with what is allowed.
    """
    caller = acting.caller
    version = expected_version(request.headers.getlist("if-match"))
    asked = request_of(request, caller, body)
    command = understood(COMMANDS[acting.trigger], body, caller.language)
    done = caller.service.use_cases.act(case_id, command, caller.principal, version, asked)
    return command_answer(done, 200)
