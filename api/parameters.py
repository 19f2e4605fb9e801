"""Query parameters that are not accepted: FastAPI finds them, our words say so, and nothing is repeated."""

from typing import Annotated, Any, get_type_hints

from fastapi import Depends, Request, Response
from pydantic import BaseModel

from api.door import answer_as
from api.field_errors import in_parameter, in_parameters
from api.refusals import invalid
from api.visit import visit_of


async def refused_parameters(request: Request, error: Any) -> Response:
    """Answer with the problem of a RequestValidationError: every parameter that is wrong, and what is accepted."""
    language = visit_of(request.scope).language
    errors = in_parameters(error.errors(), _known(request.scope["endpoint"]), language)
    return await answer_as(request, invalid(errors))


def _refuse_repeated(request: Request) -> None:
    """Refuse a parameter that takes one value and has two: the framework would silently drop one of them.

    Raises ProblemError: INVALID.
    """
    given = request.query_params
    known = _known(request.scope["endpoint"])
    repeated = [
        name
        for name in given
        if len(given.getlist(name)) > 1 and name in known and known[name].get("type") != "array"
    ]
    if repeated:
        language = visit_of(request.scope).language
        raise invalid([in_parameter("query", name, "repeated", language) for name in repeated])


Once = Annotated[None, Depends(_refuse_repeated)]
"""Asked for by every route whose `query` is a model."""


def _known(endpoint: Any) -> dict[str, Any]:
    """Return the schema of each query parameter that a route declares, as the model that its `query` is."""
    model = get_type_hints(endpoint).get("query")
    return schemas_of(model) if isinstance(model, type) and issubclass(model, BaseModel) else {}


def schemas_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of each of a model's fields."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    return {name: {**field, "$defs": definitions} for name, field in schema["properties"].items()}
