"""The filters of a page, in its address: what is left blank in a form is not asked for."""

from collections.abc import Collection
from typing import Annotated, Any, TypeVar

from fastapi import Query, Request
from pydantic import BaseModel, ValidationError

from api.field_errors import in_parameters
from api.pages.paths import DONE
from api.parameters import schemas_of
from api.refusals import invalid
from api.visit import visit_of

Done = Annotated[str | None, Query(alias=DONE, max_length=64)]
"""Names, after something was recorded, what it was; it filters nothing."""

Q = TypeVar("Q", bound=BaseModel)


def asked(kind: type[Q], request: Request, beside: Collection[str] = ()) -> Q:
    """Return the filters as the model that the JSON API takes too, `beside` being no filters.

    Raises ProblemError: INVALID.
    """
    known = schemas_of(kind)
    given: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        if name == DONE or name in beside:
            continue
        if known.get(name, {}).get("type") == "array":
            given.setdefault(name, []).append(value)
        elif value.strip():
            given[name] = value.strip()
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
    located = [{**one, "loc": ("query", *one["loc"])} for one in errors]
    raise invalid(in_parameters(located, known, visit_of(request.scope).language))  # type: ignore[arg-type]
