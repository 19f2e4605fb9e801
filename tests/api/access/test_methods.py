"""Methods: HEAD is GET without its content, for everybody; what a route does not know is refused alike to all."""

from __future__ import annotations

from collections import defaultdict

from tests.api.access.doors import CASE, Door, Keys, knock
from tests.api.crossing import CASES, WHO, Town

EVERY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")


def test_head_is_get_without_its_content(town: Town, doors: list[Door], keys: Keys) -> None:
    """For everybody, on every case: HEAD gives nothing away that GET would not, and asks for the same rights."""
    wrong = []
    for door in (door for door in doors if door.method == "GET"):
        for who in WHO:
            for case in CASES if door.is_on_a_case else ("",):
                there = door.address(town.cases.get(case, ""), who)
                answer = knock(town, door, keys.of(who, door), there, method="HEAD")
                if (answer.status_code, answer.content) != (door.answers(who, case), b""):
                    wrong.append(f"HEAD {door.path}, {who}, {case}: {answer.status_code}")
    assert wrong == []


def test_other_methods_are_refused_alike(town: Town, doors: list[Door], keys: Keys) -> None:
    """To nobody and to whoever is let in, whether there is such a case or not: 405, and what the address knows."""
    known: dict[str, set[str]] = defaultdict(set)
    for door in doors:
        known[door.path] |= {door.method} | ({"HEAD"} if door.method == "GET" else set())
    wrong = []
    for door in {door.path: door for door in doors}.values():
        who = next((who for who in WHO if door.lets_in(who)), "nobody")
        for method in (one for one in EVERY_METHOD if one not in known[door.path]):
            for asker in ("nobody", who):
                for case in ("mine", "elsewhere", "unknown") if CASE in door.path else ("mine",):
                    answer = knock(
                        town,
                        door,
                        keys.of(asker, door),
                        door.address(town.cases[case], who),
                        method=method,
                        form_token=keys.form_token(asker),
                    )
                    allowed = set(answer.headers.get("allow", "").split(", "))
                    if answer.status_code != 405 or allowed != known[door.path]:
                        wrong.append(
                            f"{method} {door.path}, {asker}, {case}: {answer.status_code}, {allowed}"
                        )
    assert wrong == []
