"""Which methods an address knows: of all the routes that share it, not of the first alone."""

from collections.abc import Sequence
from typing import Final

from fastapi import FastAPI
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


def knows(app: FastAPI, scope: Scope, method: str) -> bool:
    """Tell whether the address of a request can be asked with another method."""
    asked = {**scope, "method": method, "path_params": {}}
    routes: Sequence[BaseRoute] = app.routes
    return any(route.matches(asked)[0] is Match.FULL for route in routes)


def allowed(app: FastAPI, scope: Scope) -> str:
    """Return what `Allow` says of an address (RFC 9110, 10.2.1): HEAD too, which the door answers wherever there is a GET."""
    known = [method for method in _METHODS if knows(app, scope, method)]
    return ", ".join(["GET", "HEAD", *known[1:]] if known[:1] == ["GET"] else known)
