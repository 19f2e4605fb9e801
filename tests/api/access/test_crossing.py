"""What makes the crossings worth their name: no route is left out, and a rule that is taken away is missed."""

from __future__ import annotations

import re

import pytest

from domain import access
from domain.access import Permission, Scope
from tests.api.access.doors import Door, Keys, knock
from tests.api.crossing import CASES, WHO, Town
from workflows.roles import Role
from workflows.triggers import Trigger

CROSSED = {"case_id", "trigger", "name"}
"""What an address may hold that the tables go through, or that is the same to everybody."""
OWNED = {"export_id", "session_id"}
"""What belongs to one account: tried in `test_owned`, and in `test_sessions`."""
NOBODYS = {"digest"}

FORMS_ASK_LATER = 400, 412, 422
"""How far a request gets that is let through with nothing in it."""


def test_whatever_an_address_names_is_crossed(doors: list[Door]) -> None:
    """A route with a new kind of thing in its address has to say whose such a thing is."""
    assert {name for door in doors for name in door.parameters} == CROSSED | OWNED | NOBODYS


def test_a_rule_that_is_taken_away_is_missed(
    town: Town, doors: list[Door], keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With everything open to every role, the tables are wrong at each route that they open to some only."""
    everything = dict.fromkeys(Permission, Scope.EVERYTHING)
    monkeypatch.setattr(access, "ACCESS", dict.fromkeys(Role, everything))
    for trigger in Trigger:
        monkeypatch.setattr(trigger, "roles", frozenset(Role))
    unmissed = []
    for door in doors:
        told = {door.answers(who, CASES[0]) for who, account in WHO.items() if account is not None}
        if 403 in told and len(told) > 1 and not _is_missed(town, door, keys):
            unmissed.append(door.route)
    assert unmissed == []


def _is_missed(town: Town, door: Door, keys: Keys) -> bool:
    """Tell whether some answer is not that of the tables."""
    for who in (who for who, account in WHO.items() if account is not None):
        for case in CASES if door.is_on_a_case else ("",):
            there = door.address(town.cases.get(case, ""), who)
            answer = knock(town, door, keys.of(who, door), there, form_token=keys.form_token(who))
            if answer.status_code != door.answers(who, case):
                return True
    return False


def test_nobody_is_told_of_a_case_out_of_reach(town: Town, doors: list[Door], keys: Keys) -> None:
    """No list, no page, no figure holds the id of a case that the tables keep from whoever asks, filtered or not."""
    wrong = []
    for who in WHO:
        known = {case for door in doors for case in CASES if door.is_on_a_case and _knows(door, who, case)}
        hidden = {town.cases[case]: case for case in CASES if case not in (*known, "unknown")}
        for door in (door for door in doors if door.method == "GET" and not door.is_on_a_case):
            for query in ("", "?organisation=isere"):
                answer = knock(town, door, keys.of(who, door), door.address() + query)
                told = {
                    hidden[found] for found in re.findall(r"[0-9a-f-]{36}", answer.text) if found in hidden
                }
                if told:
                    wrong.append(f"{door.route}{query}, {who}: {told}")
    assert wrong == []


def _knows(door: Door, who: str, case: str) -> bool:
    return door.answers(who, case) in (200, *FORMS_ASK_LATER)
