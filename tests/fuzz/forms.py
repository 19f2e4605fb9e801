"""Every form of the pages, as those who may see it see it, filled in with what nobody would think of.

The forms are found on the pages and the fields in the forms, so that what is new is tried without a word here.
Whatever is sent, the answer is one that a form may have, a page that holds together and runs nothing, and neither a
problem nor an address nor the log repeats what was typed.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus

import httpx2
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from adapters import sessions
from adapters.database import writing
from api.caller import ACTIONS
from domain.access import Principal
from tests.api.access.doors import Door, an_export_of, doors_of
from tests.api.crossing import WHO, Town
from tests.api.pages.forms import Control, Page, sent
from tests.api.pages.visits import nobodys_cookie, nobodys_token
from tests.fuzz.api import a_case
from workflows.states import State

MARK: Final = "Zqxjwk"
"""Part of much that is typed: nobody's name, and in none of our texts."""

Pairs = list[tuple[str, str]]

ANSWERS: Final = frozenset({200, 303, 400, 403, 404, 409, 412, 413, 415, 422, 429})
"""What a form may be answered: done, shown again, refused, or a problem. Never an error of ours."""
ADDRESSES: Final = frozenset({"here", "then"})
"""Fields of ours that say where to go on: what is put into them may be an address again."""

LOOKING: Final = 3
"""How many roles look at a page for its forms."""
ASKED_FOR: Final = {"/sessions/comptes": "?compte=marie"}
"""Pages whose other form comes once something is asked for."""
ELSEWHERE: Final = frozenset({"/connexion/fournisseur"})
"""Where a form without a field of its own leads to an identity provider, which a town has not."""

_TOKEN: Final = "_token"
_FORM: Final = "application/x-www-form-urlencoded"
_ACTS: Final = frozenset({"script", "iframe", "object", "embed", "base", "zqx", "math"})
_CHARTS: Final = re.compile(r"\.(svg|css|json|csv)$|/fichier$")

HOSTILE: Final = (
    f"<script>{MARK}</script>",
    f"\"'><zqx onerror={MARK}>",
    f"</textarea><zqx>{MARK}",
    f"javascript:{MARK}",
    f"{MARK}' OR '1'='1'; DROP TABLE cases; --",
    f"{{{{ 7*7 }}}}{{% raw %}}${{7*7}}{MARK}",
    f"{MARK}\r\nSet-Cookie: zqx=1",
    f"{MARK}\x00\x1b[31m",
    f"../../../etc/passwd {MARK}",
    f"//zqx.example/{MARK}",
    f"%0d%0a%00%s%n{MARK}",
    f"\ufeff\u202e\u2066{MARK}\u200b",
    "e\u0301" * 50 + MARK,
    f"👩‍👩‍👧‍👦🏳️‍🌈{MARK}",
    f"\U0010ffff\ufffe\ufdd0{MARK}",
    f"ﬀİıſß{MARK}",
    MARK * 3_000,
    "9" * 400,
    "-1",
    "1e999",
    "NaN",
    "٣٫٥",
    "12,34,56",
    "0x10",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "10000-01-01",
    "00000000-0000-0000-0000-000000000000",
    "null",
    "[]",
    "",
    " ",
)
VALUES: Final = (
    st.sampled_from(HOSTILE)
    | st.text(max_size=40)
    | st.text(st.characters(categories=("Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "So", "Nd")), max_size=20).map(
        MARK.__add__
    )
    | st.integers().map(str)
    | st.dates().map(str)
)
NAMES: Final = (
    "_add", "_remove", "_version", "_once", "_token", "_sure", "_method", "note", "person/nir",
    "needs/0/care_type", "needs/999999999999/reasons", "needs/-1/x", "a/b/c/d/e/f/g/h", "/", "", "é", "__proto__", MARK,
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A form: who saw it, on which page, where it is sent, and its fields; `template` is the route."""

    who: str
    page: str
    method: str
    action: str
    template: str
    controls: Sequence[Control]

    @property
    def names(self) -> frozenset[str]:
        """The names of its fields."""
        return frozenset(control.name for control in self.controls)

    def __repr__(self) -> str:
        """Return what says which form it is."""
        return f"{self.who}: {self.method} {self.action} on {self.page}"


# ------------------------------------------------------------------- finding


def sheets_of(town: Town) -> list[Sheet]:
    """Return every form that there is: of each place it is sent to, one for each set of fields and each role."""
    doors = doors_of(town.house.app)
    found: dict[tuple[str, str, frozenset[str]], Sheet] = {}
    fired: set[str] = set()
    looked_at: dict[str, set[str]] = defaultdict(set)
    for who, account in WHO.items():
        Browser(town, account)  # signed in at another place too, which may be ended
        visitor = Browser(town, account)
        for path, trigger in _pages(town, doors, who):
            if trigger in fired or (not trigger and len(looked_at[path]) >= LOOKING):
                continue  # one role that may fire it is enough, on one case where it may be fired
            answer = visitor.get(path)
            if answer.status_code == 200 and account is not None:
                looked_at[path].add(account.role)
            if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
                for sheet in _on(who, path, answer.text, doors):
                    found.setdefault((account.role if account else "", sheet.template, sheet.names), sheet)
                    if trigger and "{trigger}" in sheet.template:
                        fired.add(trigger)
    return sorted(found.values(), key=lambda sheet: (sheet.who, sheet.template, sorted(sheet.names)))


def _pages(town: Town, doors: Iterable[Door], who: str) -> Iterator[tuple[str, str]]:
    """Yield the addresses of the pages that there are for somebody, each with the trigger that it is about, if any."""
    cases = [case_id for name, case_id in town.cases.items() if name != "unknown"]
    for door in doors:
        if door.method != "GET" or not door.is_page or _CHARTS.search(door.path):
            continue
        if "{trigger}" in door.path and door.lets_in(who):
            each = ((one.value, case_id) for one in ACTIONS for case_id in cases)
            yield from ((door.path.format(trigger=one, case_id=case_id), one) for one, case_id in each)
        elif door.is_on_a_case and door.lets_in(who):
            yield from ((door.address(town.cases[name]), "") for name in ("mine", State.CLOSED.value))
        elif "export_id" in door.parameters and door.lets_in(who):
            yield door.address(export_id=an_export_of(town, who)), ""
        elif not door.parameters or "name" in door.parameters:
            yield door.address() + ASKED_FOR.get(door.path, ""), ""


def _on(who: str, path: str, html: str, doors: Iterable[Door]) -> Iterator[Sheet]:
    for attributes, controls in Page(html).forms:
        action = attributes.get("action") or path.partition("?")[0]
        method = (attributes.get("method") or "get").upper()
        template = next(
            (door.path for door in doors if door.method == method and door.is_page and _fits(door, action)),
            "",
        )
        assert template, f"the form on {path} is sent to {method} {action}, which is no route"
        yield Sheet(who, path, method, action, template, controls)


def _fits(door: Door, action: str) -> bool:
    return re.fullmatch(re.sub(r"{\w+}", "[^/]+", door.path), action.partition("?")[0]) is not None


def with_every_state(town: Town) -> Town:
    """Return the town with a case in every state beside those it has."""
    return Town(town.house, {**town.cases, **{state.value: a_case(town.house, state) for state in State}})


# ------------------------------------------------------------------- sending


class Browser:
    """Somebody's browser: a new session each time it is asked for one, since some forms end it."""

    def __init__(self, town: Town, account: Principal | None) -> None:
        self._town, self._account = town, account
        self.cookie, self.token = self._signed_in()

    def _signed_in(self) -> tuple[str, str]:
        if self._account is None:
            return nobodys_cookie(), nobodys_token()
        service = self._town.house.cells.service
        with writing(service.engine) as connection:
            begun = sessions.begin(
                connection, self._account, "test", limits=service.settings.session_limits, now=service.clock()
            )
        found = sessions.find(service.engine, begun.plaintext, now=service.clock())
        assert found is not None
        return f"filrouge={begun.plaintext}", found.form_token

    def get(self, address: str) -> httpx2.Response:
        """Look at a page."""
        return self.send("GET", address, None, {})

    def send(self, method: str, address: str, body: bytes | None, headers: dict[str, str]) -> httpx2.Response:
        """Send a request, following no redirect."""
        client = self._town.house.client
        client.cookies.clear()
        shown = {"Accept": "text/html", "Accept-Language": "fr", "Cookie": self.cookie}
        return client.request(
            method, address, headers={**shown, **headers}, content=body, follow_redirects=False
        )


def filled_in(draw: Callable[[st.SearchStrategy[Any]], Any], sheet: Sheet, pairs: Pairs) -> Pairs:
    """Return the fields of a form with some of them changed, left out, sent twice, or added."""
    changed = list(pairs)
    offered = sorted(sheet.names - {"", _TOKEN})
    for _ in range(draw(st.sampled_from((0, 0, 1, 1, 1, 2, 3, 5)))):
        place = draw(st.integers(0, max(len(changed) - 1, 0)))
        match draw(
            st.sampled_from(("another value", "another value", "left out", "twice", "chosen", "more"))
        ):
            case "another value" if changed:
                changed[place] = (changed[place][0], draw(VALUES))
            case "left out" if changed:
                del changed[place]
            case "twice" if changed:
                changed.insert(place, (changed[place][0], draw(VALUES)))
            case "chosen" if offered:
                control = draw(st.sampled_from([one for one in sheet.controls if one.name in offered]))
                options = [value for value, _ in control.options] or [control.text]
                changed.append((control.name, draw(st.sampled_from(options))))
            case _:
                changed.append((draw(st.sampled_from(NAMES)), draw(VALUES)))
    return changed


def encoded(pairs: Pairs) -> bytes:
    """Return what a browser sends."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode()


def spoilt(draw: Callable[[st.SearchStrategy[Any]], Any], body: bytes) -> tuple[bytes, dict[str, str]]:
    """Return a body, now and then one that no browser would send, with headers."""
    usual = {"Content-Type": _FORM}
    match draw(st.integers(0, 50)):
        case 0:
            return body, {"Content-Type": draw(st.sampled_from(("text/plain", "multipart/form-data", "")))}
        case 1:
            return body + b"&x=%ff%fe&y=%ED%A0%80&%zz", usual
        case 2:
            return draw(st.binary(max_size=60)), usual
        case 3:
            return body + b"&x=1" * 2_001, usual
        case 4:
            return body + b"&note=" + b"x" * 1_100_000, usual
        case 5:
            return body, {
                **usual,
                draw(st.sampled_from(("Origin", "Sec-Fetch-Site"))): draw(
                    st.sampled_from(("null", "cross-site", "http://"))
                ),
            }
        case _:
            return body, usual


def try_forms(
    town: Town, sheets: Sequence[Sheet], logged: Callable[[], str], examples: int, drawn_by: int
) -> int:
    """Send as many forms as asked; return how many were let through. `logged` returns what the log holds since last asked.

    A form is read from its page again before it is sent, as it stands then, by somebody who has just signed in.
    """
    through = 0

    @seed(drawn_by)
    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def run(data: st.DataObject) -> None:
        nonlocal through
        sheet = data.draw(st.sampled_from(sheets))
        browser = Browser(town, WHO[sheet.who])
        pairs = filled_in(data.draw, sheet, _as_it_stands(browser, sheet))
        if sheet.method == "GET":
            query = encoded(pairs).decode()
            answer = browser.get(f"{sheet.action}?{query}")
            body = query.encode()
        else:
            body, headers = spoilt(data.draw, encoded(pairs))
            answer = browser.send("POST", sheet.action, body, headers)
        through += answer.status_code in (200, 303)
        wrong = list(amiss(answer, sheet, pairs, logged()))
        assert not wrong, f"{sheet!r}: {wrong}\n{body[:2_000]!r}\n{answer.text[:2_000]}"

    run()
    return through


def _as_it_stands(browser: Browser, sheet: Sheet) -> Pairs:
    """Return what the form sends untouched: as its page shows it now, or as it was found, with this session's token."""
    page = browser.get(sheet.page)
    controls = sheet.controls
    if page.status_code == 200:
        for attributes, now in Page(page.text).forms:
            same = {control.name for control in now} == sheet.names
            if same and (attributes.get("action") or sheet.page) == sheet.action:
                controls = now
    buttons = [
        one for one in controls if one.element == "button" and one.name and not one.name.startswith("_")
    ]
    pressed = [(buttons[0].name, buttons[0].text)] if buttons else []
    return [
        (name, browser.token if name == _TOKEN else value)
        for name, value in (*sent(controls), *pressed)
        if name
    ]


# ------------------------------------------------------------------- judging


def amiss(answer: httpx2.Response, sheet: Sheet, pairs: Pairs, log: str) -> Iterator[str]:
    """Yield what is wrong with the answer to a form."""
    if answer.status_code not in ANSWERS:
        yield f"answered {answer.status_code}"
    if MARK.lower() in log.lower():
        yield "the log repeats what was typed"
    if '"level": "error"' in log or '"level":"error"' in log:
        yield f"an error is logged: {log[-1_500:]}"
    if (
        sheet.method == "POST"
        and answer.status_code >= 400
        and MARK in answer.text
        and not _is_a_form(answer.text)
    ):
        yield "a problem repeats what was typed"
    if MARK in str([value for name, value in answer.headers.items() if name != "location"]):
        yield "a header repeats what was typed"
    yield from _led_astray(answer, sheet, pairs)
    if answer.headers.get("content-type", "").startswith("text/html"):
        yield from _unsound(answer.text)


def _is_a_form(html: str) -> bool:
    """Tell whether a page has a form to put right, beside signing out: a problem's own page has none, nor place for what was typed."""
    forms = ({control.name for control in controls} - {""} for _, controls in Page(html).forms)
    return any(_TOKEN in names and len(names) > 1 for names in forms)


def _led_astray(answer: httpx2.Response, sheet: Sheet, pairs: Pairs) -> Iterator[str]:
    where = answer.headers.get("location")
    if where is None:
        return
    if not re.match(r"/(?![/\\])", where):
        yield f"leads elsewhere: {where}"
    typed = any(MARK in value for name, value in pairs if name not in ADDRESSES)
    if sheet.method == "POST" and typed and MARK in where and not ADDRESSES & sheet.names:
        yield "an address repeats what was typed"


def _unsound(html: str) -> Iterator[str]:
    """Yield what a page holds that none of ours does: it comes from what was typed."""
    page = Page(html)  # which fails where an element is closed that is not open
    for element, attributes in page.elements:
        if element in _ACTS:
            yield f"an element <{element}>"
        if any(name.startswith("on") for name in attributes):
            yield f"an element that acts: {element} {dict(attributes)}"
        if any(
            (attributes.get(name) or "").lower().startswith(("javascript:", "//"))
            for name in ("href", "src", "action", "formaction")
        ):
            yield f"a link that acts: {dict(attributes)}"


def shuffled(sheets: Sequence[Sheet], drawn_by: int) -> list[Sheet]:
    """Return the forms in an order of the seed's: what Hypothesis draws first is not always the first page."""
    return random.Random(drawn_by).sample(sheets, len(sheets))
