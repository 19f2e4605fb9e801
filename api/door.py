"""The door every request comes in by: its ids, its language, its size, its one line in the log, its headers.

Whatever happens inside, an answer goes out by here: what was raised becomes a problem, once, in one place.
"""

import math
import time
from collections.abc import Mapping
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.logging import correlated
from api.methods import allowed
from api.metrics import Metrics
from api.pages.problem_page import problem_page, wants_page
from api.problems import Kind, ProblemError
from api.refusals import problem_of
from api.security_headers import BY_TLS, SECURITY_HEADERS
from api.visit import Visit, begin, route_of, visit_of

REPLAYED: Final = "Idempotent-Replayed"

_DISCARDED: Final = 16 * 1024 * 1024
"""Bytes of a body too large that are read and thrown away, so that its sender hears the answer."""

_GONE: Final = 499
"""The status noted, as is customary, when the caller left before the answer."""

log = structlog.get_logger(__name__)


class Door:
    """The outermost layer of ours."""

    def __init__(self, app: ASGIApp, metrics: Metrics, max_body_bytes: int, by_tls: bool) -> None:
        """`by_tls` says that browsers come by TLS alone, whatever the last stretch to this server is."""
        self._app = app
        self._metrics = metrics
        self._limit = max_body_bytes
        self._by_tls = by_tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = begin(scope)
        started = time.perf_counter()
        tls = self._by_tls or scope["scheme"] == "https"
        out = _Out(visit, send, {**SECURITY_HEADERS, **BY_TLS} if tls else SECURITY_HEADERS)
        if visit.method == "HEAD":
            scope = {
                **scope,
                "method": "GET",
            }  # the same answer (RFC 9110, 9.3.2), of which only the headers go out
        with correlated(visit.correlation_id):
            try:
                await self._answer(scope, _Limited(receive, self._limit), out)
            except ClientDisconnect:
                out.status = out.status or _GONE
            except Exception as error:  # noqa: BLE001 - the one place where whatever was raised becomes an answer
                await answer_problem(scope, visit, error, out)
            finally:
                self._note(scope, visit, out, time.perf_counter() - started)

    async def _answer(self, scope: Scope, receive: "_Limited", out: "_Out") -> None:
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced) > self._limit:
            await receive.discard()
            raise too_large(self._limit)
        await self._app(scope, receive, out)

    def _note(self, scope: Scope, visit: Visit, out: "_Out", seconds: float) -> None:
        status = out.status or 500
        route = route_of(scope)
        self._metrics.answered(route, visit.method, status, seconds)
        replayed = out.replayed or visit.replayed
        if visit.trigger is not None:
            done = "replayed" if replayed else "done"
            self._metrics.commanded(visit.trigger, visit.problem or done)
        if visit.glass is not None:
            self._metrics.glass_broken(visit.glass)
        for trigger, result in visit.parts:
            self._metrics.commanded(trigger, result)
        who = visit.principal
        line = {
            "method": visit.method,
            "route": route,
            "status": status,
            "duration_ms": math.ceil(seconds * 10_000) / 10,
            "actor": who.actor if who else None,
            "role": who.role.value if who else None,
            "organisation": who.organisation if who else None,
            "trigger": visit.trigger,
            "problem": visit.problem,
            "replayed": replayed or None,
            "request_id": visit.request_id,
        }
        said = {name: value for name, value in line.items() if value is not None}
        if status >= 500:
            log.error("request", **said, exc_info=visit.error)
        else:
            log.info("request", **said)


def too_large(limit: int) -> ProblemError:
    """Return the problem of a body longer than `limit`, in bytes."""
    french, english = Kind.TOO_LARGE.detail
    return ProblemError(
        Kind.TOO_LARGE,
        (f"{french[:-1]} : {limit} octets au plus.", f"{english[:-1]}: {limit} bytes at most."),
        members={"max_body_bytes": limit},
    )


class _Limited:
    """The request's body, as long as it is not too long."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._size = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > self._limit:
            if message.get("more_body"):
                await self.discard()
            raise too_large(self._limit)
        return message

    async def discard(self) -> None:
        """Read the rest and throw it away, up to a bound."""
        size = 0
        while size < _DISCARDED:
            message = await self._receive()
            size += len(message.get("body", b""))
            if not message.get("more_body"):
                return


class _Out:
    """The way out: what every answer carries, and what is noted of it."""

    def __init__(self, visit: Visit, send: Send, headers: Mapping[str, str]) -> None:
        self._visit = visit
        self._send = send
        self._headers = headers
        self.status: int | None = None
        self.replayed = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            self.replayed = REPLAYED in headers
            for name, value in self._headers.items():
                headers.setdefault(name, value)
            headers.setdefault("Content-Language", self._visit.language)
            headers.add_vary_header("Accept-Language")
            headers["X-Request-Id"] = self._visit.correlation_id
        elif self._visit.method == "HEAD" and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


async def answer_problem(scope: Scope, visit: Visit, error: Exception, out: _Out) -> None:
    """Answer with the problem that `error` is, unless an answer is already on its way."""
    response = _noted(scope, visit, error)
    if out.status is None:
        await response(scope, _nothing, out)


async def answer_as(request: Request, error: Exception) -> Response:
    """Return the answer for what was raised: the handler for what never gets as far as the door."""
    return _noted(request.scope, visit_of(request.scope), error)


def _noted(scope: Scope, visit: Visit, error: Exception) -> Response:
    problem = problem_of(error, visit.language)
    visit.problem = problem.kind.code
    visit.error = error if problem.kind.status >= 500 else None
    if problem.kind is Kind.METHOD_NOT_ALLOWED:
        problem.headers = {**problem.headers, "Allow": allowed(scope["app"], scope)}
    if wants_page(scope):
        return problem_page(scope, problem)
    return problem.response(visit.language, visit.instance)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
