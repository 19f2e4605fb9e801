"""Query parameters that are not accepted: FastAPI finds them, our words say so, and nothing is repeated."""

from typing import Any, get_type_hints

from fastapi import Request, Response
from pydantic import BaseModel

from api.door import answer_as
from api.field_errors import in_parameters
from api.refusals import invalid
from api.visit import visit_of


async def refused_parameters(request: Request, error: Any) -> Response:
    """Answer with the problem of a RequestValidationError: every parameter that is wrong, and what is accepted."""
    language = visit_of(request.scope).language
    errors = in_parameters(error.errors(), _known(request.scope["endpoint"]), language)
    return await answer_as(request, invalid(errors))


def _known(endpoint: Any) -> dict[str, Any]:
    """Return the schema of each query parameter that a route declares, as the model that its `query` is."""
    model = get_type_hints(endpoint).get("query")
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return {}
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    return {name: {**field, "$defs": definitions} for name, field in schema["properties"].items()}
