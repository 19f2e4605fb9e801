"""Every answer of every route, to whoever asks: no browser may keep, frame, guess at or lend a device to any of it.

The routes come from the application: a new one is asked too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import httpx2
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from tests.api.access.doors import Door, Keys, knock
from tests.api.crossing import WHO, Town

ALWAYS = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-permitted-cross-domain-policies": "none",
}
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
OF_PAGES = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
KEPT = {
    "GET /style/{digest}/filrouge.css": "public, max-age=31536000, immutable",
    "GET /statistiques/{name}/graphique.svg": "private, no-cache",
}
"""What a browser may keep, when it is answered as it was asked for: nothing that is anybody's."""


def amiss(answer: httpx2.Response, kept: str = "no-store") -> Iterator[str]:
    """Yield what is wrong with the headers of an answer."""
    headers: Mapping[str, str] = answer.headers
    is_file = headers.get("content-disposition", "").startswith("attachment")
    html = headers.get("content-type", "").startswith("text/html") and not is_file
    expected = {
        **ALWAYS,
        "cache-control": kept,
        "content-security-policy": OF_PAGES if html else NOTHING,
        "referrer-policy": "same-origin" if html else "no-referrer",
    }
    for name, value in expected.items():
        if headers.get(name) != value:
            yield f"{name}: {headers.get(name)}"
    refused = headers.get("permissions-policy", "").split(", ")
    if not {"camera=()", "microphone=()", "geolocation=()", "usb=()", "payment=()"} <= set(refused):
        yield "permissions-policy"
    if not all(one.endswith("=()") for one in refused):
        yield "permissions-policy lends something"
    if "server" in headers or "strict-transport-security" in headers:
        yield "says what it should not"


def test_every_answer_of_every_route(town: Town, doors: list[Door], keys: Keys) -> None:
    """To nobody, to whoever is let in and to whoever is not; asked rightly, with a wrong method, and with too much."""
    wrong = []
    too_much = b"x" * (town.house.cells.service.settings.max_body_bytes + 1)
    for door in doors:
        for who in _askers(door):
            there = door.address(town.cases["mine"], who)
            shown, token = keys.of(who, door), keys.form_token(who)
            answers = {
                "": knock(town, door, shown, there, form_token=token),
                "wrong method": knock(town, door, shown, there, method="PROPFIND"),
            }
            if door.method == "POST":
                answers["too much"] = knock(town, door, shown, there, content=too_much)
                assert answers["too much"].status_code == 413
            for how, answer in answers.items():
                as_asked = how == "" and answer.status_code == 200
                kept = KEPT.get(door.route, "no-store") if as_asked else "no-store"
                wrong += [f"{door.route} {how}, {who}: {one}" for one in amiss(answer, kept)]
    assert wrong == []


def _askers(door: Door) -> list[str]:
    let_in = next((who for who in WHO if door.lets_in(who)), None)
    not_let_in = next((who for who in WHO if WHO[who] is not None and not door.lets_in(who)), None)
    return ["nobody", *(who for who in (let_in, not_let_in) if who is not None)]


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_an_address_that_is_none_and_an_error_of_ours(
    town: Town, accept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = town.house.client
    assert list(amiss(client.get("/nowhere", headers={"Accept": accept}))) == []

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("api.pages.routes.entrance.home_of", broken)
    monkeypatch.setattr("api.pages.visitor.sessions.find", broken)
    failed = client.get("/", headers={"Accept": accept, "Cookie": "filrouge=x"})
    assert failed.status_code == 500
    assert list(amiss(failed)) == []


def test_by_tls_a_browser_is_told_to_stay_there(town: Town) -> None:
    """On every answer; said by the proxy, or known of the public address. Never for somebody else's names."""
    service = town.house.cells.service
    for base, public in (("https://a.example", None), ("http://10.0.0.1", "https://a.example")):
        behind = replace(service, settings=service.settings.model_copy(update={"public_url": public}))
        with TestClient(create_app(behind, with_exports=False), base_url=base) as client:
            for path in ("/connexion", "/nowhere", "/api/v1/queue", "/healthz"):
                assert client.get(path).headers["strict-transport-security"] == "max-age=31536000"
