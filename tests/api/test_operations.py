"""What whoever runs the service sees: one line a request, and figures, with nothing of anybody in either."""

from __future__ import annotations

from typing import Any

from tests.api.house import PERSONAL, House, payload
from tests.api.logs import Log
from tests.builders import DORA, MARIE, SOFIA, SOMEBODY, referral

NOTE = "Confidence : elle a peur du dentiste"
PERSON = payload(referral())["person"] | {
    "birth_date": "1951-10-30",
    "phone": "06 12 34 56 78",
    "email": "genevieve.hermelin@example.org",
    "address": "3 rue des Lilas, Nîmes",
}
REFERRAL = payload(referral()) | {"person": PERSON, "note": NOTE}
TYPED = (*PERSONAL, NOTE, "Hermelin", "06 12 34 56 78", "0612345678", "example.org", "Lilas", "1951-10-30")


def visit(number: int) -> str:
    return f"6f0c8f1e-3c0a-4c7e-9a55-{number:012d}"


def test_one_line_a_request(one_house: House, log: Log) -> None:
    """Who asked what of which route, and what came of it; the route's template, never the address."""
    case_id = one_house.refer(REFERRAL, X_Request_Id=visit(1)).json()["case_id"]
    one_house.act(case_id, "accept", {"counsellor": "marie"}, MARIE, 1, X_Request_Id=visit(2))
    one_house.act(case_id, "accept", {"counsellor": "marie"}, MARIE, 1, X_Request_Id=visit(3))
    one_house.get(f"/cases/{case_id}", MARIE, X_Request_Id=visit(4))
    one_house.get("/nowhere?nir=251103012611138", None, X_Request_Id=visit(5))
    asked = [{k: v for k, v in line.items() if k not in VARYING} for line in log.requests]
    assert asked == EXPECTED
    for line in log.requests:
        assert line["duration_ms"] >= 0
        assert set(line) <= KNOWN
    assert case_id not in log.text


def _line(
    number: int, method: str, route: str, status: int, who: str | None = None, **more: Any
) -> dict[str, Any]:
    by = (
        {"actor": who, "role": {"dora": "detector", "marie": "counsellor"}[who], "organisation": "gard"}
        if who
        else {}
    )
    return {"event": "request", "level": "info", "method": method, "route": route, "status": status,
            "correlation_id": visit(number), **by, **more}  # fmt: skip


_ACTION = "/api/v1/cases/{case_id}/actions/{trigger}"
EXPECTED = [
    _line(1, "POST", "/api/v1/cases", 201, "dora", trigger="detect"),
    _line(2, "POST", _ACTION, 200, "marie", trigger="accept"),
    _line(3, "POST", _ACTION, 412, "marie", trigger="accept", problem="stale"),
    _line(4, "GET", "/api/v1/cases/{case_id}", 200, "marie"),
    _line(5, "GET", "unmatched", 404, problem="not-found"),
]
VARYING = {"logger", "timestamp", "duration_ms", "request_id"}
KNOWN = {
    "event", "level", "logger", "timestamp", "method", "route", "status", "duration_ms", "correlation_id",
    "request_id", "actor", "role", "organisation", "trigger", "problem", "replayed", "raised",
}  # fmt: skip


def test_nothing_typed_is_ever_in_the_log_or_the_figures(house: House, log: Log) -> None:
    """Accepted, refused, read or asked for at a wrong address: at the level that tells most."""
    case_id = house.refer(REFERRAL).json()["case_id"]
    house.refer(REFERRAL)
    house.refer(REFERRAL | {"person": PERSON | {"nir": "251103012611139"}})
    house.post("/cases", DORA, b'{"person": {"family_name": "Hermelin"')
    house.act(case_id, "accept", {"counsellor": "marie"}, MARIE)
    house.act(case_id, "log_contact", {"channel": "phone", "reached": True, "note": NOTE}, MARIE)
    house.act(case_id, "log_contact", {"channel": NOTE, "reached": True}, MARIE)
    house.get(f"/cases/{case_id}", MARIE)
    house.get(f"/cases/{case_id}/history", SOFIA)
    house.get(f"/queue?counsellor={SOMEBODY.family_name}", MARIE)
    house.get(f"/cases/{SOMEBODY.family_name}", MARIE)
    house.get(f"/{SOMEBODY.nir}", MARIE, X_Request_Id=str(SOMEBODY.nir), Accept_Language="Hermelin")
    figures = house.get("/metrics", None).text
    assert len(log.requests) == 13
    for value in TYPED:
        assert value not in log.text
        assert value not in figures
    assert case_id not in figures


def test_the_figures_count_requests_and_commands(house: House) -> None:
    referred = house.refer(REFERRAL, Idempotency_Key="one")
    house.refer(REFERRAL, Idempotency_Key="one")
    house.refer(REFERRAL)
    house.refer({})
    case_id = referred.json()["case_id"]
    house.get(f"/cases/{case_id}", MARIE)
    house.client.request("BREW", "/api/v1/queue")
    figures = house.get("/metrics", None)
    assert figures.headers["content-type"].startswith("text/plain; version=")
    for line in (
        'filrouge_requests_total{method="POST",route="/api/v1/cases",status="201"} 2.0',
        'filrouge_requests_total{method="POST",route="/api/v1/cases",status="409"} 1.0',
        'filrouge_requests_total{method="GET",route="/api/v1/cases/{case_id}",status="200"} 1.0',
        'filrouge_requests_total{method="other",route="/api/v1/queue",status="405"} 1.0',
        'filrouge_request_seconds_count{method="POST",route="/api/v1/cases"} 4.0',
        'filrouge_commands_total{result="done",trigger="detect"} 1.0',
        'filrouge_commands_total{result="replayed",trigger="detect"} 1.0',
        'filrouge_commands_total{result="refused",trigger="detect"} 1.0',
        'filrouge_commands_total{result="invalid",trigger="detect"} 1.0',
    ):
        assert line in figures.text.splitlines()


def test_what_anybody_may_send_makes_no_new_figure(house: House) -> None:
    """Addresses, methods and triggers that do not exist are counted together: nobody can fill the memory with names."""
    for number in range(5):
        house.get(f"/nowhere-{number}", None)
        house.client.request(f"BREW{number}", "/nowhere")
        house.act("x", f"explode-{number}", {}, MARIE, 1)
    lines = house.get("/metrics", None).text.splitlines()
    assert not [line for line in lines if "nowhere" in line or "BREW" in line or "explode" in line]
    assert 'filrouge_requests_total{method="other",route="unmatched",status="404"} 5.0' in lines


def test_alive_and_ready(house: House) -> None:
    assert house.get("/healthz", None).json() == {"status": "alive"}
    ready = house.get("/readyz", None).json()
    assert ready.pop("data")["read_models"][0] == {
        "name": "case",
        "state": "current",
        "position": 3,
        "parked": 0,
    }
    assert ready == {
        "status": "ready",
        "checks": {"schema": "ok", "read_models": "ok", "keys": "ok"},
    }
