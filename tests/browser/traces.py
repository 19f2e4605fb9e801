"""Where a visit leaves traces, searched for everything personal that was typed in it: none may be there.

A browser keeps addresses and titles in its history, sends addresses on (`Referer`) and keeps cookies; a server logs,
prints, counts and writes files; proxies in between log addresses. What was typed into a field about a person, or as free
text, is looked for in all of it, however it may be written there (`tests.adapters.needles`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import httpx2
from playwright.sync_api import BrowserContext, Page, Request, Response
from sqlalchemy import make_url

from adapters.bootstrap import Service
from domain.person import Identity
from tests.adapters.needles import found, found_in, needles

SHORT: Final = 5
"""Letters of a value that might stand somewhere by chance: "H." is in every file."""
SOUGHT: Final = "qui"
"""The field in which somebody is looked for."""
_TELLING: Final = ("referer", "location", "link", "refresh", "content-disposition", "content-location")


class Traces:
    """What was typed about people, and what was heard outside the pages themselves."""

    def __init__(self) -> None:
        self.typed: dict[str, str] = {}
        self._heard: dict[str, set[str]] = {}

    def type(self, name: str, value: str, element: str) -> None:
        """Note what was typed into a field, if it is about somebody: identity, search or free text."""
        personal = name.rpartition("/")[2] in Identity.model_fields or name == SOUGHT or element == "TEXTAREA"
        if personal and len(value) >= SHORT:
            self.typed[f"{name} ({len(self.typed)})"] = value
            for number, line in enumerate(value.splitlines() if "\n" in value else ()):
                self.typed[f"{name}, line {number} ({len(self.typed)})"] = line

    def watch(self, context: BrowserContext) -> None:
        """Listen to a browser: every address it asks for, and what goes with it."""
        context.on("request", self._asked)
        context.on("response", self._answered)

    def keep(self, context: BrowserContext) -> None:
        """Note what a browser holds at the end."""
        for cookie in context.cookies():
            self.hear("cookies", f"{cookie.get('name')}={cookie.get('value')}")

    def titled(self, page: Page) -> None:
        """Note a page as the browser's history has it."""
        self.hear("titles", page.title())

    def hear(self, where: str, text: str) -> None:
        """Note what was found somewhere."""
        self._heard.setdefault(where, set()).add(text)

    def _asked(self, request: Request) -> None:
        self.hear("addresses", request.url)
        self._headers(request.headers)

    def _answered(self, response: Response) -> None:
        self.hear("addresses", response.url)
        self._headers(response.headers)

    def _headers(self, headers: dict[str, str]) -> None:
        for name in _TELLING:
            if name in headers:
                self.hear(f"header {name}", headers[name])

    def heard(self) -> set[str]:
        """Return what personal was heard, and where."""
        sought = needles(self.typed)
        return {
            f"{what} in {where}"
            for where, texts in self._heard.items()
            for what in found(sought, "\n".join(sorted(texts)).encode())
        }

    def written(self, service: Service, address: str) -> set[str]:
        """Return what personal the service wrote: in its databases with their logs, its keys, its exports, its figures."""
        sought = needles(self.typed)
        figures = found(sought, httpx2.get(f"{address}/metrics", timeout=60).content)
        return found_in(sought, _files(service)) | {f"{what} in the metrics" for what in figures}

    @property
    def places(self) -> Iterable[str]:
        """Where something was heard."""
        return self._heard.keys()


def _files(service: Service) -> list[Path]:
    """Return every file of a service on SQLite: its home, and what lies beside its database."""
    database = make_url(service.settings.database_url).database
    assert database is not None
    folders = {service.settings.home, Path(database).parent}
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
