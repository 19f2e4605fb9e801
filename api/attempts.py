"""Whoever shows what is refused again and again, or signs in again and again, is told to wait.

The address is what the server gives, which behind a proxy is what the proxy says of it, if it is believed.
"""

from collections.abc import Mapping

from fastapi import Request

from adapters.bootstrap import Service
from api.problems import Kind, ProblemError


def refused(request: Request, public_id: str | None, headers: Mapping[str, str] | None = None) -> None:
    """Count a credential that opens nothing. Raises ProblemError: TOO_MANY_ATTEMPTS, with `headers` beside."""
    service: Service = request.app.state.service
    _told_to_wait(service.attempts.refused(_address(request), public_id), headers or {})


def signing_in(request: Request) -> None:
    """Count somebody who tries to sign in, whatever comes of it. Raises ProblemError: TOO_MANY_ATTEMPTS."""
    service: Service = request.app.state.service
    _told_to_wait(service.attempts.signing_in(_address(request)), {})


def _address(request: Request) -> str | None:
    return None if request.client is None else request.client.host


def _told_to_wait(seconds: int | None, headers: Mapping[str, str]) -> None:
    if seconds is not None:
        raise ProblemError(Kind.TOO_MANY_ATTEMPTS, headers={**headers, "Retry-After": str(seconds)})
