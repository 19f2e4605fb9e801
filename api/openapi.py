"""The API's description: what FastAPI reads off the routes, with the commands' own schemas, and problems for errors."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from api.documentation import ON_EVERY_ANSWER, ON_EVERY_REQUEST, SCHEMAS, STORED, stored
from api.views.exports import ExportAsked
from api.views.glass import BreakGlass
from api.views.problem import ProblemView
from domain.commands import COMMANDS

_FASTAPIS_OWN: Final = ("HTTPValidationError", "ValidationError")
_ABOUT: Final = """\
Cases from the detection of forgone care to the care performed.

Every command is decided on a version: read a case, send its `ETag` back in `If-Match`. What is refused says why, and
what is allowed. Send an `Idempotency-Key` to be able to repeat a request without doing it twice.

Errors are problems (RFC 9457): look at `type`. Texts are in French, or in English with `Accept-Language: en`.
Days are calendar days in Europe/Paris, instants are UTC, amounts are cents of a euro.
"""


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of the application, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _described(app)
    return app.openapi_schema


def _described(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=_ABOUT, routes=app.routes, tags=app.openapi_tags
    )
    schemas: dict[str, Any] = document["components"]["schemas"]
    for name in _FASTAPIS_OWN:
        schemas.pop(name, None)
    for operations in document["paths"].values():
        for operation in operations.values():
            _drop_fastapis_own_422(operation)
            _put_examples(operation)
            _add_common_headers(operation)
    for name, schema in _more_schemas().items():
        if schemas.setdefault(name, schema) != schema:
            raise AssertionError(f"two schemas are called {name}")
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document


def _more_schemas() -> dict[str, Any]:
    """Return what no route declares by its types: the commands, which are read as bytes, and the problem."""
    models = [
        *((command, "validation") for command in (*COMMANDS.values(), ExportAsked, BreakGlass)),
        (ProblemView, "serialization"),
    ]
    _, found = models_json_schema(models, ref_template=f"{SCHEMAS}{{model}}")  # type: ignore[arg-type]
    definitions: dict[str, Any] = found["$defs"]
    return definitions


def _put_examples(operation: dict[str, Any]) -> None:
    """Put the stored examples where they are announced."""
    for described in (operation.get("requestBody", {}), *operation["responses"].values()):
        for content in described.get("content", {}).values():
            for example in content.get("examples", {}).values():
                if STORED in example["value"]:
                    name = example["value"][STORED]
                    if name == "problems/invalid" and "requestBody" not in operation:
                        name = "problems/invalid-query"
                    example["value"] = stored(name)


def _add_common_headers(operation: dict[str, Any]) -> None:
    """Say of each operation what the door reads of every request, and puts on every answer."""
    operation.setdefault("parameters", []).extend(ON_EVERY_REQUEST)
    for described in operation["responses"].values():
        described["headers"] = described.get("headers", {}) | ON_EVERY_ANSWER


def _drop_fastapis_own_422(operation: dict[str, Any]) -> None:
    """Forget the answer that FastAPI announces for every parameter, and that is never given."""
    if "application/json" in operation["responses"].get("422", {}).get("content", {}):
        del operation["responses"]["422"]
