"""`filrouge accesses`: who read about whom, as the machine's operator asks it, and its clearing away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from adapters import accesses
from adapters.accesses import Access
from adapters.database import reading
from domain.accesses import AccessKind, Ground
from tests.builders import referral
from tests.cli.running import Filrouge
from tests.service import Cells


def read(cells: Cells, case_id: str, *, actor: str = "marie", days_ago: int = 0) -> str:
    """Record that somebody opened a case."""
    person_id = cells.service.storage.begin().load(case_id).state.person_id
    access = Access(AccessKind.CASE, actor, "counsellor", "gard", Ground.ORGANISATION, {case_id: person_id})
    return accesses.record(cells.service.engine, access, datetime.now(UTC) - timedelta(days=days_ago))


def test_the_log_is_asked_and_its_reading_recorded(filrouge: Filrouge, cells: Cells) -> None:
    case_id = cells.refer(referral()).case_id
    first, second = read(cells, case_id, days_ago=2), read(cells, case_id, actor="paul", days_ago=1)
    filrouge.done("history", case_id)
    out = filrouge.done("accesses").out
    for words in ("marie", "Dossier ouvert", "son organisme", "Exploitation de la machine", case_id):
        assert words in out
    of_case = filrouge.done("accesses", "--case", case_id, "--kind", "case", "--json").json
    assert [one["access_id"] for one in of_case["accesses"]] == [second, first]
    assert [one["actor"] for one in of_case["accesses"]] == ["paul", "marie"]
    assert of_case["more"] is False
    history, *_ = filrouge.done("accesses", "--kind", "history", "--json").json["accesses"]
    assert (history["actor"], history["ground"], list(history["people"])) == (
        "operator",
        "machine",
        [case_id],
    )
    looked = filrouge.done("accesses", "--kind", "accesses", "--json").json["accesses"]
    assert [list(one["people"]) for one in looked] == [[], [case_id], []]


def test_a_page_says_how_to_go_on(filrouge: Filrouge, cells: Cells) -> None:
    case_id = cells.refer(referral()).case_id
    first, second = read(cells, case_id, days_ago=2), read(cells, case_id, days_ago=1)
    page = filrouge.done("accesses", "--kind", "case", "--limit", "1")
    assert f"--after {second}" in page.err
    rest = filrouge.done("accesses", "--kind", "case", "--after", second, "--json").json
    assert [one["access_id"] for one in rest["accesses"]] == [first]
    assert filrouge.done("accesses", "--account", "nobody").out == "Aucun accès de cette sorte.\n"
    assert filrouge.done("accesses", "--organisation", "isere", "--json").json["accesses"] == []


def test_what_is_unknown_is_said_so(filrouge: Filrouge, cells: Cells) -> None:
    assert cells.service.settings.access_log_days == 365
    filrouge.refused("accesses", "--case", "01610e5a-4c00-7000-8000-00000000dead")
    backwards = ("accesses", "--from", "2026-03-02", "--to", "2026-03-01")
    assert "--from est après --to" in filrouge.refused(*backwards, status=2)


def test_what_was_kept_long_enough_is_removed(filrouge: Filrouge, cells: Cells) -> None:
    case_id = cells.refer(referral()).case_id
    for days in (400, 366):
        read(cells, case_id, days_ago=days)
    kept = read(cells, case_id, days_ago=364)
    assert filrouge.done("accesses", "purge", "--json").json == {"removed": 2, "days": 365}
    assert "retirés : 0" in filrouge.done("accesses", "purge").out
    with reading(cells.service.engine) as connection:
        assert [one.access_id for one in accesses.accesses_of(connection, [case_id])] == [kept]
