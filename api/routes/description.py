"""The API's description of itself, for programs and for people: it says nothing of anybody, and asks for no token."""

from typing import Final

import msgspec
from fastapi import APIRouter, Request, Response

from api.paths import API

router: Final = APIRouter(prefix=API)


@router.get("/openapi.json", include_in_schema=False)
def read_description(request: Request) -> Response:
    """Return the OpenAPI document."""
    return Response(msgspec.json.encode(request.app.openapi()), media_type="application/json")
