"""The application: the routes, behind the door, over a service that the wiring made."""

from importlib.metadata import version
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException

from adapters.bootstrap import Service
from api.door import Door, answer_as
from api.metrics import Metrics
from api.openapi import describe
from api.parameters import refused_parameters
from api.routes import actions, cases, description, home, operations, queue, reference, referrals, statistics

_ROUTERS: Final = (
    cases.router,
    actions.router,
    referrals.router,
    queue.router,
    statistics.router,
    reference.router,
    operations.router,
    description.router,
    home.router,
)

_TAGS: Final = [
    {"name": "cases", "description": "Refer somebody, read a case, act on it."},
    {"name": "referrals", "description": "Follow one's own referrals."},
    {"name": "queue", "description": "What is due, and when."},
    {"name": "statistics", "description": "Figures, with their definitions."},
    {"name": "reference", "description": "The rules and the words."},
    {"name": "operations", "description": "For probes and monitoring: let nobody else reach them."},
]

_NO_TELEMETRY: Final[TelemetryConfig] = {
    "tracing": False,
    "metrics": False,
    "logs": False,  # they would hold the values of refused requests
    "operation_spans": False,
    "auto_configure": False,
}
"""Nothing leaves but by our own log and metrics, whatever the environment says."""


def create_app(service: Service) -> FastAPI:
    """Return the application over an open service, which the caller closes."""
    app = FastAPI(
        title="Fil Rouge",
        version=version("filrouge"),
        openapi_url=None,  # routes/description.py gives it
        openapi_tags=_TAGS,
        docs_url=None,  # its page is loaded from other people's servers
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_NO_TELEMETRY,
    )
    app.state.service = service
    app.state.metrics = Metrics()
    for router in _ROUTERS:
        app.include_router(router)
    app.add_exception_handler(HTTPException, answer_as)
    app.add_exception_handler(RequestValidationError, refused_parameters)
    app.add_middleware(Door, metrics=app.state.metrics, max_body_bytes=service.settings.max_body_bytes)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    return app
