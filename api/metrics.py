"""The figures for whoever runs the service: how many requests, how long, which commands with which result.

They carry no personal value and name no case: labels are route templates, methods, statuses, triggers and results.
Each process counts for itself; several processes on one machine are several targets.
"""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS: Final = frozenset({"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"})


class Metrics:
    """One application's counters, in a registry of its own: two applications in a process do not meet."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "filrouge_requests_total",
            "Requests answered, by route template, method and status.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "filrouge_request_seconds",
            "Time to answer, in seconds, by route template and method.",
            ("route", "method"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._commands = Counter(
            "filrouge_commands_total",
            "Commands asked for, by trigger and result: done, replayed, or the problem's code.",
            ("trigger", "result"),
            registry=self._registry,
        )

        self._glasses = Counter(
            "filrouge_glasses_broken_total",
            "Cases of another organisation that a supervisor opened, by the reason given.",
            ("reason",),
            registry=self._registry,
        )

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request."""
        known = method if method in _METHODS else "other"  # anybody may invent methods
        self._requests.labels(route, known, str(status)).inc()
        self._seconds.labels(route, known).observe(seconds)

    def commanded(self, trigger: str, result: str) -> None:
        """Count a command."""
        self._commands.labels(trigger, result).inc()

    def glass_broken(self, reason: str) -> None:
        """Count a broken glass."""
        self._glasses.labels(reason).inc()

    def exposition(self) -> bytes:
        """Return everything in the Prometheus text format."""
        return generate_latest(self._registry)
