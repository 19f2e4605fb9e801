"""What belongs to one account is nothing to all the others: somebody else's is answered as one that is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import httpx2
import pytest

from adapters import sessions
from adapters.database import reading
from tests.api.access.doors import Door, Keys, an_export_of, knock, seen_a_moment_ago, told, without_ids
from tests.api.access.test_crossing import OWNED
from tests.api.crossing import NO_SESSION, UNKNOWN, WHO, Town
from tests.api.pages.visits import Visits


@dataclass(frozen=True)
class Belongings:
    """A kind of thing that belongs to accounts: one of each owner's, the id of none, and who else it is open to."""

    of: Mapping[str, str]
    none: str
    open_to: frozenset[str] = frozenset()
    are_there: Callable[[], bool] = lambda: True


ADMINISTRATORS: Final = frozenset({"administrator"})
"""Who ends the sessions of others; the one of the crossing is national."""


@pytest.fixture(scope="module")
def belongings(town: Town, doors: list[Door], keys: Keys) -> Mapping[str, Belongings]:
    """What each parameter of an address names, where that is somebody's."""
    asking = next(door for door in doors if door.route == "POST /api/v1/exports")
    exports = {who: an_export_of(town, who) for who in WHO if asking.lets_in(who)}
    town.house.make_exports()
    reading_one = next(door for door in doors if door.route == "GET /api/v1/exports/{export_id}")

    def exports_are_there() -> bool:
        statuses = {
            asked(town, reading_one, keys, who, {"export_id": one}).status_code
            for who, one in exports.items()
        }
        return statuses == {200}

    service = town.house.cells.service
    Visits.of(town.house)  # sessions beside those that the tests ask with
    with reading(service.engine) as connection:
        lately = {one.actor: one.session_id for one in sessions.listed(connection) if one.ended_at is None}
    some = ("counsellor", "supervisor", "auditor, national", "administrator")
    begun = {who: lately[account.actor] for who in some if (account := WHO[who]) is not None}

    def sessions_are_there() -> bool:
        with reading(service.engine) as connection:
            now = service.clock()
            return {one.session_id for one in sessions.listed(connection) if one.active(now)} >= set(
                begun.values()
            )

    return {
        "export_id": Belongings(exports, UNKNOWN, are_there=exports_are_there),
        "session_id": Belongings(begun, NO_SESSION, ADMINISTRATORS, sessions_are_there),
    }


def test_whatever_belongs_to_somebody_is_tried(belongings: Mapping[str, Belongings]) -> None:
    assert belongings.keys() == OWNED
    assert all(len(one.of) >= 4 for one in belongings.values())


def test_somebody_elses_is_none(
    town: Town, doors: list[Door], keys: Keys, belongings: Mapping[str, Belongings], questions: list[str]
) -> None:
    """By every route and for every account: read by its owner, and to all the others as unknown as any id.

    The same answer to the byte, after the same questions to the databases.
    """
    wrong = []
    seen_a_moment_ago(keys)

    def compared(door: Door, who: str, name: str, thing: str) -> tuple[object, list[str]]:
        questions.clear()
        answer = told(asked(town, door, keys, who, {name: thing}), thing)
        return answer, [without_ids(question, thing) for question in questions]

    for door in doors:
        for name in OWNED.intersection(door.parameters):
            things = belongings[name]
            none = {who: compared(door, who, name, things.none) for who in WHO}
            for owner, thing in things.of.items():
                for who in (who for who in WHO if who not in things.open_to):
                    if who == owner and door.method == "GET":
                        answer = asked(town, door, keys, who, {name: thing})
                        if answer.status_code != 200:
                            wrong.append(f"{door.route}, {owner}: {answer.status_code}")
                    elif who != owner:
                        theirs = compared(door, who, name, thing)
                        if theirs != none[who]:
                            wrong.append(f"{door.route}, {who} at {owner}'s: {theirs}, not {none[who]}")
    assert wrong == []
    assert [name for name, things in belongings.items() if not things.are_there()] == [], (
        "somebody else's is gone"
    )


def asked(town: Town, door: Door, keys: Keys, who: str, names: Mapping[str, str]) -> httpx2.Response:
    """Knock with the id of a thing."""
    return knock(town, door, keys.of(who, door), door.address(**names), form_token=keys.form_token(who))
