"""For whoever runs the service: is it alive, is it ready, how much does it do. Not for the public.

They ask for no token, so that probes and a monitoring server need none: they hold nothing personal, but tell an
outsider how busy a cell is. By default the service listens on this machine only; behind a reverse proxy, let
`/healthz`, `/readyz` and `/metrics` through to the orchestrator and the monitoring server, and to nobody else.
"""

from typing import Final

from fastapi import APIRouter, Request, Response
from pydantic import Field

from api import documentation as doc
from api.metrics import CONTENT_TYPE
from api.problems import Kind, ProblemError
from api.readiness import OK, checks, status
from api.views.base import View, answer
from api.views.status import StatusView

router: Final = APIRouter(tags=["operations"])

_TEXT: Final[doc.Responses] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


class Alive(View):
    """The process answers."""

    status: str = "alive"


class Ready(View):
    """The service can work."""

    status: str = "ready"
    checks: dict[str, str] = Field(description="What was looked at.")
    data: StatusView | None = Field(
        description="How the read models stand, what is parked, the rebuild under way."
    )


@router.get(
    "/healthz",
    operation_id="healthz",
    summary="Is the process alive?",
    response_model=Alive,
    responses=doc.problems(Kind.METHOD_NOT_ALLOWED, Kind.UNEXPECTED),
)
def healthz() -> Response:
    """Answer, which is all it takes; the database is not looked at."""
    return answer(Alive())


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="Is the service ready?",
    response_model=Ready,
    responses=doc.problems(Kind.METHOD_NOT_ALLOWED, Kind.UNEXPECTED, Kind.NOT_READY),
)
def readyz(request: Request) -> Response:
    """Look at the database, its schema, the read models and the store of keys."""
    service = request.app.state.service
    found = checks(service)
    told = status(service)
    data = None if told is None else StatusView.of(told)
    if any(outcome != OK for outcome in found.values()):
        members = {"checks": found} | ({} if data is None else {"data": data.model_dump()})
        raise ProblemError(Kind.NOT_READY, members=members)
    return answer(Ready(checks=dict(found), data=data))


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Figures of this process, for Prometheus",
    response_class=Response,
    responses=_TEXT | doc.problems(Kind.METHOD_NOT_ALLOWED, Kind.UNEXPECTED),
)
def metrics(request: Request) -> Response:
    """Return how many requests and commands there were, with which result, and how long they took."""
    return Response(request.app.state.metrics.exposition(), media_type=CONTENT_TYPE)
