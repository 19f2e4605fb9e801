"""The application: the routes, behind the door, over a service that the wiring made."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from importlib.metadata import version
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from adapters.bootstrap import Service
from adapters.exports.workshop import Workshop
from api.door import Door, answer_as
from api.metrics import Metrics
from api.openapi import describe
from api.pages.problem_page import lead_to_sign_in
from api.pages.routes import accesses as access_pages
from api.pages.routes import cases as case_pages
from api.pages.routes import cell as cell_pages
from api.pages.routes import entrance, provider, referring, statistic_changes
from api.pages.routes import exports as export_pages
from api.pages.routes import glass as glass_pages
from api.pages.routes import help as help_pages
from api.pages.routes import history as history_pages
from api.pages.routes import log as log_pages
from api.pages.routes import people as people_pages
from api.pages.routes import queue as queue_pages
from api.pages.routes import referrals as referral_pages
from api.pages.routes import search as search_pages
from api.pages.routes import sessions as session_pages
from api.pages.routes import statistics as statistic_pages
from api.pages.visitor import SignInNeeded
from api.parameters import refused_parameters
from api.routes import (
    accesses,
    actions,
    cases,
    description,
    exports,
    glass,
    operations,
    people,
    queue,
    reference,
    referrals,
    sessions,
    statistics,
)

_ROUTERS: Final = (
    cases.router,
    people.router,
    actions.router,
    referrals.router,
    queue.router,
    accesses.router,
    glass.router,
    statistics.router,
    exports.router,
    sessions.router,
    reference.router,
    operations.router,
    description.router,
)

_PAGES: Final = (
    entrance.router,
    provider.router,
    access_pages.router,
    glass_pages.router,
    case_pages.router,
    cell_pages.router,
    export_pages.router,
    help_pages.router,
    history_pages.router,
    log_pages.router,
    people_pages.router,
    queue_pages.router,
    referring.router,
    search_pages.router,
    referral_pages.router,
    session_pages.router,
    statistic_pages.router,
    statistic_changes.router,
)

_TAGS: Final = [
    {"name": "cases", "description": "Refer somebody, read a case, act on it."},
    {"name": "referrals", "description": "Follow one's own referrals."},
    {"name": "queue", "description": "What is due, and when."},
    {"name": "accesses", "description": "Who read about whom, when, and why they could."},
    {"name": "statistics", "description": "Figures, with their definitions."},
    {"name": "exports", "description": "Figures, rows and the event log in files, made aside."},
    {"name": "sessions", "description": "Where accounts are signed in to the pages."},
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


def create_app(service: Service, *, with_exports: bool = True, demonstration: bool = False) -> FastAPI:
    """Return the application over an open service, which the caller closes.

    `with_exports` says whether a worker of this process makes the exports that are asked for; `demonstration`, whether
    whoever opens the pages may sign in as any account of the demonstration (`adapters.demo_accounts`).
    """
    workshop = Workshop(service.settings, service.engine, service.clock)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(service.attempts.clear_away)
        with workshop if with_exports else nullcontext():
            yield

    app = FastAPI(
        lifespan=lifespan,
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
    app.state.demonstration = demonstration
    app.state.metrics = Metrics()
    app.state.workshop = workshop
    for router in (*_ROUTERS, *_PAGES):
        app.include_router(router)
    app.add_exception_handler(HTTPException, answer_as)
    app.add_exception_handler(SignInNeeded, lead_to_sign_in)
    app.add_exception_handler(RequestValidationError, refused_parameters)
    app.add_middleware(
        Door,
        metrics=app.state.metrics,
        max_body_bytes=service.settings.max_body_bytes,
        by_tls=service.settings.public_by_tls,
    )
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    return app
