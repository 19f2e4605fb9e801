"""A browser at the pages of a house with an identity provider, and somebody who signs in with it.

with provided(databases, home, issuer, profile="proconnect") as door:
    answer = door.sign_in("marie")
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
from pydantic import SecretStr
from starlette.testclient import TestClient

from adapters import accounts
from adapters.bootstrap import Service, open_service
from adapters.database import writing
from adapters.oidc.digests import email_of, identity_of
from api.app import create_app
from domain.access import Principal
from tests.databases import Databases
from tests.service import CELLS, SetClock, settings_in
from tests.support.provider import CLIENT, SECRET
from tests.support.providers import Issuer

BASE = "http://127.0.0.1:8000"
PAGE = {"Accept": "text/html", "Accept-Language": "en"}


@dataclass
class Running(SetClock):
    """A clock that goes on, as the provider's does, and may be put ahead."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Return the instant it shows."""
        return datetime.now(UTC) + self.ahead


@dataclass
class Door:
    """A house with a provider, and a browser in front of it that follows nothing by itself."""

    service: Service
    issuer: Issuer
    browser: TestClient
    clock: Running

    def begin(self, then: str = "/", browser: TestClient | None = None) -> str:
        """Press the button of the sign-in page; return where the browser is led."""
        browser = browser or self.browser
        form = browser.get("/connexion", params={"suite": then}).text
        fields = dict(
            re.findall(r'name="(_token|then)" value="([^"]*)"', form.split("/connexion/fournisseur")[1])
        )
        answer = browser.post(
            "/connexion/fournisseur", data={name: unescape(value) for name, value in fields.items()}
        )
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-security-policy"].count("form-action 'self';") == 1
        return led_to(answer)

    def agree(self, address: str, subject: str) -> str:
        """Be recognised at the provider; return the address that it leads back to, without where it is."""
        with httpx2.Client(follow_redirects=False) as client:
            if self.issuer.key is None:
                sent = {"action": "deny"} if subject == "nobody" else {"sub": subject}
                back = client.post(address, data=sent)
            else:
                there = client.get(address)
                assert there.status_code == 303, there.text
                question = parse_qs(urlsplit(there.headers["location"]).query)["q"][0]
                back = client.post(f"{self.issuer.address}/agree", data={"q": question, "sub": subject})
        where = back.headers["location"]
        assert where.startswith(f"{BASE}/connexion/retour?"), where
        return str(where.removeprefix(BASE))

    def sign_in(self, subject: str, then: str = "/") -> httpx2.Response:
        """Sign in; return the answer to the return."""
        return self.browser.get(self.agree(self.begin(then), subject))

    def adds(self, who: Principal, subject: str = "", email: str = "") -> None:
        """Add an account, linked to a subject or waiting for an address."""
        service, now = self.service, self.clock()
        with writing(service.engine) as connection:
            accounts.require(connection, who.actor, who.role, who.organisation, now=now)
            if subject:
                identity = identity_of(service.keys, self.issuer.address, subject)
                accounts.link(connection, who.actor, identity, now=now)
            if email:
                digest = email_of(service.keys, email)
                assert digest is not None
                accounts.invite(connection, who.actor, digest, now=now)

    def another_browser(self) -> TestClient:
        """Return a browser that knows nothing of the first."""
        return TestClient(self.browser.app, base_url=BASE, headers=PAGE, follow_redirects=False)


def led_to(answer: httpx2.Response) -> str:
    """Return where a page leads by itself; its link leads to the same place."""
    address = unescape(re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)[0])
    assert unescape(re.findall(r'class="button" href="([^"]+)"', answer.text)[0]) == address
    return address


def asked(address: str) -> dict[str, str]:
    """Return the parameters of an address."""
    return dict(parse_qsl(urlsplit(address).query))


@contextmanager
def provided(databases: Databases, home: Path, issuer: Issuer, **settings: Any) -> Iterator[Door]:
    """Open a house with a provider."""
    configured: dict[str, Any] = {
        "oidc_issuer": issuer.address,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SecretStr(SECRET),
        "public_url": BASE,
    }
    clock = Running()
    with (
        databases.fresh("sqlite", of=CELLS) as url,
        open_service(settings_in(home, url, **configured, **settings), clock=clock) as service,
        TestClient(
            create_app(service, with_exports=False), base_url=BASE, headers=PAGE, follow_redirects=False
        ) as browser,
    ):
        yield Door(service, issuer, browser, clock)
