"""One of several server processes: it opens the service for itself."""

from fastapi import FastAPI

from adapters import logging
from adapters.bootstrap import open_service
from adapters.settings import load
from api.app import create_app


def create() -> FastAPI:
    """Return the application, over a service of this process's own; uvicorn calls it in each worker."""
    return _create(demonstration=False)


def create_demonstration() -> FastAPI:
    """Return the application of `serve --demo`: the only one that lets anybody choose who they are."""
    return _create(demonstration=True)


def _create(*, demonstration: bool) -> FastAPI:
    settings = load()
    logging.configure(settings.log_level, settings.log_format)
    return create_app(open_service(settings), demonstration=demonstration)
