"""The pages as browsers ask for them: a session for every account, and forms sent the way our pages send them.

visits = Visits.of(house)
page = visits.get("/dossiers", MARIE)
answer = visits.post("/exports", ANNA, {"subject": "statistic"})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlencode

import httpx2

from adapters import sessions
from adapters.database import writing
from adapters.secret_texts import SecretTexts
from domain.access import Principal
from tests.api.house import EVERYBODY, House

Fields = Mapping[str, str | Sequence[str]]

_NOBODYS: Final = SecretTexts("fv").make()
"""What the browser of nobody in particular keeps."""

_HTML: Final = "text/html,application/xhtml+xml"
_FORM: Final = "application/x-www-form-urlencoded"


def nobodys_cookie() -> str:
    """Return what the browser of nobody in particular says of itself."""
    return f"filrouge-visite={_NOBODYS.plaintext}"


def nobodys_token() -> str:
    """Return what the forms in that browser carry."""
    return _NOBODYS.derived("forms")


@dataclass(frozen=True)
class Visits:
    """A browser for everybody. No redirect is followed: where it leads is part of the answer."""

    house: House
    cookies: Mapping[str, str]
    tokens: Mapping[str, str]

    @classmethod
    def of(cls, house: House) -> Self:
        """Sign everybody in."""
        service = house.cells.service
        now = service.clock()
        cookies, tokens = {}, {}
        for who in EVERYBODY:
            with writing(service.engine) as connection:
                begun = sessions.begin(
                    connection, who, "test", limits=service.settings.session_limits, now=now
                )
            found = sessions.find(service.engine, begun.plaintext, now=now)
            assert found is not None
            cookies[who.actor], tokens[who.actor] = begun.plaintext, found.form_token
        return cls(house, cookies, tokens)

    def cookie_of(self, by: Principal | None) -> str:
        """Return what somebody's browser says of itself; nobody's in particular has a cookie too."""
        return nobodys_cookie() if by is None else f"filrouge={self.cookies[by.actor]}"

    def token_of(self, by: Principal | None) -> str:
        """Return what the forms in somebody's browser carry."""
        return nobodys_token() if by is None else self.tokens[by.actor]

    def get(self, path: str, by: Principal | None, **headers: str) -> httpx2.Response:
        """Ask for a page."""
        return self._ask("GET", path, by, None, headers)

    def post(
        self,
        path: str,
        by: Principal | None,
        fields: Fields | None = None,
        *,
        token: str | None = None,
        **headers: str,
    ) -> httpx2.Response:
        """Send a form, with the token of the account's session unless another is given ("": none)."""
        if token is None:
            token = self.token_of(by)
        carried = {"_token": token} if token else {}
        return self._ask("POST", path, by, {**carried, **(fields or {})}, headers)

    def _ask(
        self, method: str, path: str, by: Principal | None, fields: Fields | None, headers: Mapping[str, str]
    ) -> httpx2.Response:
        client = self.house.client
        client.cookies.clear()  # what one answer leaves behind is not the next visitor's
        sent = {"Accept": _HTML, **{name.replace("_", "-"): value for name, value in headers.items()}}
        sent["Cookie"] = self.cookie_of(by)
        content = None
        if fields is not None:
            content = urlencode(fields, doseq=True)
            sent["Content-Type"] = _FORM
        return client.request(method, path, headers=sent, content=content, follow_redirects=False)
