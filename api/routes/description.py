"""The API's description of itself, and that of the data: they say nothing of anybody, and ask for no token."""

from functools import cache
from typing import Final

import msgspec
from fastapi import APIRouter, Request, Response

from adapters.durable_columns import DURABLE
from api.paths import API
from api.visit import visit_of
from projections.dictionary import dictionary
from projections.dictionary_markdown import markdown
from workflows.labels import Language

router: Final = APIRouter(prefix=API)


@router.get("/openapi.json", include_in_schema=False)
def read_description(request: Request) -> Response:
    """Return the OpenAPI document."""
    return Response(msgspec.json.encode(request.app.openapi()), media_type="application/json")


@router.get("/dictionary", include_in_schema=False)
def read_dictionary(request: Request) -> Response:
    """Return the data dictionary for programs."""
    return Response(_as_json(visit_of(request.scope).language), media_type="application/json")


@router.get("/dictionary.md", include_in_schema=False)
def read_dictionary_page(request: Request) -> Response:
    """Return the data dictionary for people, in Markdown."""
    return Response(_as_page(visit_of(request.scope).language), media_type="text/markdown")


@cache
def _as_json(language: Language) -> bytes:
    return msgspec.json.encode(dictionary(language, DURABLE))


@cache
def _as_page(language: Language) -> str:
    return markdown(dictionary(language, DURABLE))
