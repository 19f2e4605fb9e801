"""What may not be known of is what does not exist: the same answer to the byte, after the same questions to the databases.

At every route on a case, for everybody whom its table keeps some case from, whatever else is right or wrong with the
request: a fault that were noticed before the case is looked for, or after, must be noticed alike. Nothing here is
timed: where the same is asked and the same is answered, there is nothing to measure. `make bench` measures it too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import httpx2
import pytest

from tests.api.access.doors import (
    Door,
    Keys,
    knock,
    seen_a_moment_ago,
    told,
    trigger_of,
    usual_body,
    without_ids,
)
from tests.api.crossing import HIDING, WHO, Town
from tests.api.house import payload
from tests.builders import TYPICAL
from workflows.triggers import Trigger

ONCE = "01610e5a-4c00-7000-8000-00000000f00d"


@dataclass(frozen=True)
class Way:
    """A way to send a request: what is put into it, or left out."""

    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    method: str | None = None


READING = {
    "as it is": Way(),
    "HEAD": Way(method="HEAD"),
    "in English": Way(headers={"Accept-Language": "en"}),
    "with a version": Way(headers={"If-None-Match": '"1"', "If-Match": '"1"'}),
    "any version": Way(headers={"If-None-Match": "*"}),
    "a part": Way(headers={"Range": "bytes=0-1"}),
    "a past day": Way("?as_of=2026-04-01&basis=recorded"),
    "before it was": Way("?as_of=2015-01-01"),
    "no day": Way("?as_of=yesterday"),
    "an unknown filter": Way("?whatever=1"),
    "just done": Way("?fait=log_contact"),
}
SENDING = {
    "as it is": Way(),
    "on the version": Way(headers={"If-Match": '"1"'}),
    "no version": Way(headers={"If-Match": ""}),
    "any version": Way(headers={"If-Match": "*"}),
    "a weak version": Way(headers={"If-Match": 'W/"1"'}),
    "once": Way(headers={"If-Match": '"1"', "Idempotency-Key": ONCE}),
    "a wrong key": Way(headers={"If-Match": '"1"', "Idempotency-Key": "two words"}),
    "no JSON": Way(content=b"{"),
    "another JSON": Way(content=b"[1]"),
    "wrong values": Way(content=b'{"note": 1, "whatever": true}'),
    "nothing": Way(content=b""),
    "another kind": Way(headers={"Content-Type": "text/plain"}),
    "compressed": Way(headers={"Content-Encoding": "gzip"}),
}
FILLING_IN = {
    "as it is": Way(),
    "a version": Way(fields={"_version": "1"}),
    "no version": Way(fields={"_version": "one"}),
    "once": Way(fields={"_version": "1", "_once": ONCE}),
    "wrong values": Way(fields={"_version": "1", "note": "x" * 20_000, "reached": "perhaps"}),
    "one more row": Way(fields={"_version": "1", "_add": "needs"}),
    "a reason": Way(fields={"_version": "1", "reason": "Une raison de le faire."}),
    "another kind": Way(headers={"Content-Type": "text/plain"}),
    "without a token": Way(fields={"_token": ""}),
}


def ways_of(door: Door) -> Mapping[str, Way]:
    """Return how a request may be sent to a door."""
    if door.method == "GET":
        return READING
    return FILLING_IN if door.is_page else SENDING


def hidden_from(door: Door) -> Iterator[tuple[str, str]]:
    """Yield everybody who is let in at a door, with each case that is kept from them there."""
    for who, (place, cases) in product(WHO, HIDING.items()):
        if door.lets_in(who) and door.answers(who, place) == 404:
            yield from ((who, case) for case in cases)


Asked = Callable[[Door, str, str, Way], tuple[Any, list[str]]]


@pytest.fixture(scope="module")
def asked(town: Town, keys: Keys, questions: list[str]) -> Asked:
    """Send a request about a case; return what was answered, and what the databases were asked for it."""
    seen_a_moment_ago(keys)

    def ask(door: Door, who: str, case: str, way: Way) -> tuple[Any, list[str]]:
        case_id = town.cases[case]
        content = way.content
        if content is None and not door.is_page and door.method == "POST":
            content = usual_body(door, trigger_of(who))
        questions.clear()
        answer: httpx2.Response = knock(
            town,
            door,
            keys.of(who, door),
            door.address(case_id, who) + way.query,
            method=way.method,
            form_token=keys.form_token(who),
            fields=way.fields,
            content=content,
            headers=way.headers,
        )
        return told(answer, case_id), [without_ids(question, case_id) for question in questions]

    return ask


def test_what_may_not_be_known_of_is_what_does_not_exist(doors: list[Door], asked: Asked) -> None:
    wrong, compared = [], 0
    for door in (door for door in doors if door.is_on_a_case):
        for name, way in ways_of(door).items():
            unknown: dict[str, tuple[Any, list[str]]] = {}
            for who, case in hidden_from(door):
                if who not in unknown:
                    unknown[who] = asked(door, who, "unknown", way)
                answer, questions = asked(door, who, case, way)
                compared += 1
                if answer != unknown[who][0]:
                    wrong.append(
                        f"{door.route}, {name}, {who}, {case}: {answer[:1]}, not {unknown[who][0][:1]}"
                    )
                if questions != unknown[who][1]:
                    wrong.append(f"{door.route}, {name}, {who}, {case}: {questions}, not {unknown[who][1]}")
    assert wrong == []
    assert compared > 300


def test_what_may_be_known_of_is_looked_at(doors: list[Door], asked: Asked) -> None:
    """The questions are really seen: the history of a case that is there takes more of them."""
    reading = next(door for door in doors if door.route == "GET /api/v1/cases/{case_id}/history")
    _, unknown = asked(reading, "counsellor", "unknown", Way())
    _, mine = asked(reading, "counsellor", "mine", Way())
    assert any("FROM cases" in question for question in unknown)
    assert len(mine) > len(unknown)


def test_every_trigger_is_refused_alike(doors: list[Door], asked: Asked) -> None:
    """Each with a payload of its own, by a counsellor and by a supervisor."""
    door = next(door for door in doors if "{trigger}" in door.path and not door.is_page)
    for trigger in Trigger:
        content = json.dumps(payload(TYPICAL[trigger].command)).encode()
        way = Way(headers={"If-Match": '"1"'}, content=content)
        for who, case in (("counsellor", "colleague's"), ("supervisor", "elsewhere")):
            assert asked(door, who, case, way) == asked(door, who, "unknown", way), trigger
