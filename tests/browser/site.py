"""A service that listens, in a thread of the test, so that its clock can be set; and the people who visit it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from adapters import sessions
from adapters.bootstrap import Service
from adapters.database import writing
from api.app import create_app
from api.pages.forms.typed import euros_of, text_of
from domain.access import Principal
from tests.browser.traces import Traces
from workflows.labels import Language

COOKIE = "filrouge"
_PATIENCE_MILLISECONDS = 60_000


@dataclass(frozen=True)
class Site:
    """A service and the address it listens on."""

    service: Service
    address: str
    traces: Traces

    @contextmanager
    def visited(
        self,
        browser: Browser,
        by: Principal | None = None,
        *,
        language: Language = "fr",
        script: bool = False,
    ) -> Iterator[Visit]:
        """A person with a browser of their own, signed in if they are somebody; without JavaScript unless asked."""
        locale = {"fr": "fr-FR", "en": "en-GB"}[language]
        context = browser.new_context(
            base_url=self.address,
            java_script_enabled=script,
            locale=locale,
            viewport={"width": 1280, "height": 900},
        )
        try:
            if by is not None:
                self.sign_in(context, by)
            context.set_default_timeout(_PATIENCE_MILLISECONDS)
            self.traces.watch(context)
            yield Visit(context.new_page(), language, self.traces)
            self.traces.keep(context)
        finally:
            context.close()

    def sign_in(self, context: BrowserContext, by: Principal) -> None:
        """Give a browser the cookie of a session."""
        context.add_cookies([{"name": COOKIE, "value": self.session_of(by), "url": self.address}])

    def session_of(self, by: Principal) -> str:
        """Begin a session, as any way of signing in does; return what its cookie holds."""
        service = self.service
        with writing(service.engine) as connection:
            started = sessions.begin(
                connection, by, "test", limits=service.settings.session_limits, now=service.clock()
            )
        return started.plaintext


def bound() -> socket.socket:
    """Take any free port of this machine."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    return taken


@contextmanager
def listening(
    service: Service, traces: Traces, *, demonstration: bool = False, on: socket.socket | None = None
) -> Iterator[Site]:
    """Serve in a thread until the block ends; nothing personal that was typed may then stand in what was written.

    It listens `on` a socket that is bound already where the service has to know its own address before it is opened.
    """
    app = create_app(service, with_exports=False, demonstration=demonstration)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on"))
    with on or bound() as taken:
        taken.listen(64)  # whoever comes before the server is there waits in it
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        try:
            address = f"http://127.0.0.1:{taken.getsockname()[1]}"
            yield Site(service, address, traces)
            assert traces.written(service, address) == set()
        finally:
            server.should_exit = True
            thread.join()


@dataclass(frozen=True)
class Visit:
    """Somebody's page, and what they do on it: nothing that a person could not."""

    page: Page
    language: Language
    traces: Traces

    def go(self, path: str) -> None:
        """Go to an address."""
        self.page.goto(path)
        self.traces.titled(self.page)

    def follow(self, label: str) -> None:
        """Follow the link of this name."""
        found = self.page.get_by_role("link", name=label, exact=True).first
        assert found.count(), f"no link “{label}” on:\n{self.page.inner_text('body')}"
        found.click()
        self.traces.titled(self.page)

    def press(self, label: str) -> None:
        """Press the button of this name."""
        self.page.get_by_role("button", name=label, exact=True).first.click()
        self.traces.titled(self.page)

    def fill(self, body: Mapping[str, Any]) -> None:
        """Fill a form with what a command's JSON says, field by field; the rest stays as it stands."""
        for name, value in body.items():
            self._fill(name, value)

    def _fill(self, name: str, value: Any) -> None:
        if isinstance(value, Mapping):
            for part, below in value.items():
                self._fill(f"{name}/{part}", below)
        elif isinstance(value, list):
            if value and isinstance(value[0], Mapping):
                self._rows(name, value)
            else:
                self._tick(name, [str(code) for code in value])
        else:
            is_amount = name.rpartition("/")[2].rpartition("_")[2] == "cents"
            typed = euros_of(value, self.language) if is_amount else text_of(value)
            self._put(name, typed)

    def _rows(self, name: str, rows: list[Mapping[str, Any]]) -> None:
        while self._numbered(name) < len(rows):
            self.page.locator(f'button[name="_add"][value="{name}"]').click()
        for place, row in enumerate(rows):
            for part, value in row.items():
                self._fill(f"{name}/{place}/{part}", value)

    def _numbered(self, name: str) -> int:
        return self.page.locator(f'button[name="_remove"][value^="{name}/"]').count()

    def _tick(self, name: str, codes: list[str]) -> None:
        for box in self._named(name).all():
            box.set_checked(box.get_attribute("value") in codes)

    def _put(self, name: str, typed: str) -> None:
        found = self._named(name)
        first = found.first
        self._unfold(first)
        kind = first.evaluate("e => e.tagName + ':' + (e.getAttribute('type') || '')")
        if kind.startswith("SELECT"):
            first.select_option(typed)
        elif kind == "INPUT:radio":
            self.page.locator(f'[name="{name}"][value="{typed}"]').check()
        else:
            first.fill(typed)
            self.traces.type(name, typed, kind.partition(":")[0])

    def _unfold(self, control: Locator) -> None:
        """Open what a field is folded in, as a person would: by its summary."""
        folded = self.page.locator("details:not([open])").filter(has=control)
        if folded.count():
            folded.first.locator("summary").first.click()

    def _named(self, name: str) -> Locator:
        return self.page.locator(f'[name="{name}"]')
