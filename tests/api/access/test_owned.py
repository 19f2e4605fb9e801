"""What belongs to one account is nothing to all the others: somebody else's export is answered as one that is not."""

from __future__ import annotations

from collections.abc import Mapping

import httpx2
import pytest

from tests.api.access.doors import Door, Keys, an_export_of, knock, told
from tests.api.crossing import UNKNOWN, WHO, Town


@pytest.fixture(scope="module")
def exports(town: Town, doors: list[Door]) -> Mapping[str, str]:
    """An export of each account that may have one, made."""
    asking = next(door for door in doors if door.route == "POST /api/v1/exports")
    found = {who: an_export_of(town, who) for who in WHO if asking.lets_in(who)}
    town.house.make_exports()
    return found


def test_somebody_elses_export_is_none(
    town: Town, doors: list[Door], keys: Keys, exports: Mapping[str, str]
) -> None:
    """By every route and for every account: read by its owner, and to all the others as unknown as any id, to the byte."""
    wrong = []
    on_exports = [door for door in doors if "export_id" in door.parameters]
    assert len(exports) >= 4
    for door in on_exports:
        for owner, export_id in exports.items():
            for who in WHO:
                if who == owner and door.method == "GET":
                    answer = asked(town, door, keys, who, export_id)
                    if answer.status_code != 200:
                        wrong.append(f"{door.route}, {owner}: {answer.status_code}")
                elif who != owner:
                    theirs, unknown = (asked(town, door, keys, who, one) for one in (export_id, UNKNOWN))
                    if told(theirs, export_id) != told(unknown, UNKNOWN):
                        wrong.append(f"{door.route}, {who} at {owner}'s: {theirs.status_code}")
    assert wrong == []
    reading = next(door for door in on_exports if door.route == "GET /api/v1/exports/{export_id}")
    for owner, export_id in exports.items():
        assert asked(town, reading, keys, owner, export_id).status_code == 200, "somebody else removed it"


def asked(town: Town, door: Door, keys: Keys, who: str, export_id: str) -> httpx2.Response:
    """Knock with the id of an export."""
    there = door.address(export_id=export_id)
    return knock(town, door, keys.of(who, door), there, form_token=keys.form_token(who))
