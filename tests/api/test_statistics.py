"""Statistics over HTTP: filtered, grouped, defined, compared; small counts hidden from those outside the cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from domain.access import Principal
from projections.reports import STATISTICS
from tests.api.house import DIANE, OLGA, House, fresh_house, payload
from tests.builders import ANNA, DORA, SOFIA, day, referral
from tests.databases import Databases, Kind, one_of_each

REFERRAL = payload(referral()) | {"person": {"family_name": "A", "given_name": "B"}}


def refer(house: House, by: Principal, on: int, source: str = "reception") -> None:
    """Refer somebody."""
    sent = REFERRAL | {"occurred_on": day(on).isoformat(), "source": source}
    assert house.refer(sent, by).status_code == 201


@contextmanager
def counted_on(databases: Databases, home: Path, kind: Kind) -> Iterator[House]:
    """Three referrals in the Gard (one of an exam centre), two in the Isère, in March and April; nothing is hidden."""
    with fresh_house(databases, kind, home / kind, small_count_threshold=1) as house:
        for by, on, source in ((DORA, 0, "reception"), (DORA, 10, "exam_centre"), (DORA, 35, "reception")):
            refer(house, by, on, source)
        for on in (5, 36):
            refer(house, DIANE, on)
        yield house


@pytest.fixture(scope="module")
def counts(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Kind], House]]:
    """The same referrals on a kind of database, made once."""
    with one_of_each(partial(counted_on, databases, tmp_path_factory.mktemp("counted"))) as found:
        yield found


@pytest.fixture
def counted(database_kind: Kind, counts: Callable[[Kind], House]) -> House:
    """Referrals to be counted, on each database."""
    return counts(database_kind)


def test_statistics_say_what_they_are_and_what_they_cover(counted: House) -> None:
    found = counted.get("/statistics/detection-sources?from=2026-03-01&to=2026-03-31", OLGA).json()
    assert set(found["definition"]) == {
        "unit",
        "numerator",
        "denominator",
        "date_basis",
        "period",
        "missing",
        "source",
    }
    assert found["filters"] == {
        "organisations": [], "waves": [], "from": "2026-03-01", "to": "2026-03-31", "group_by": None,
        "maturity": None, "consented_by": None,
    }  # fmt: skip
    assert found["covered"] == {"organisations_asked": 3, "organisations_with_cases": 2}
    (group,) = found["groups"]
    assert group["totals"] == {"total": 3}
    assert group["lines"][0] == {
        "code": "reception", "label": "Accueil CPAM", "values": {"cases": 2, "share": 66.67}, "hidden": [],
    }  # fmt: skip
    assert (found["statistic"], found["title"]) == ("detection-sources", "Nature des détections")
    assert (found["as_of"], found["stale"]) == (None, [])
    assert [(c["code"], c["kind"], c["label"], c["of"]) for c in found["columns"]] == [
        ("total", "count", "Saisines", "totals"),
        ("cases", "count", "Saisines", "lines"),
        ("share", "share", "Part", "lines"),
    ]


def test_statistics_are_filtered_and_grouped(counted: House) -> None:
    def totals(query: str, by: Principal = OLGA) -> dict[str, int]:
        groups = counted.get(f"/statistics/detection-sources?{query}", by).json()["groups"]
        return {group["label"]: group["totals"]["total"] for group in groups}

    assert totals("group_by=month") == {"2026-03": 3, "2026-04": 2}
    assert totals("group_by=organisation") == {"CPAM du Gard": 3, "CPAM de l'Isère": 2}
    assert totals("group_by=wave") == {"Gard, pionnier (novembre 2014)": 3, "1re vague (avril 2017)": 2}
    assert totals("organisation=isere&organisation=gard&wave=pilot") == {"": 3}
    assert totals("wave=pilot&wave=wave_1") == {"": 5}
    assert totals("from=2026-03-12&to=2026-04-06") == {"": 2}
    assert totals("from=0001-01-01&to=9999-12-31") == {"": 5}
    assert totals("from=9999-12-15&to=9999-12-20") == {"": 0}
    assert totals("to=0001-01-02") == {"": 0}
    assert totals("from=0001-01-02&to=0001-01-20&group_by=month") == {}


@pytest.mark.parametrize("by", [ANNA, SOFIA], ids=["analyst", "supervisor"])
@pytest.mark.parametrize("statistic", STATISTICS)
def test_statistics_stay_inside_ones_organisation(counted: House, by: Principal, statistic: str) -> None:
    """Without a filter they are one's own; another's is refused in words, not answered with one's own."""
    own = counted.get(f"/statistics/{statistic}", by).json()
    assert own["filters"]["organisations"] == ["gard"]
    assert own["covered"]["organisations_asked"] == 1
    assert own == counted.get(f"/statistics/{statistic}?organisation=gard", by).json()
    for asked in ("isere", "nowhere", "gard&organisation=isere"):
        refused = counted.get(f"/statistics/{statistic}?organisation={asked}", by)
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:filrouge:problem:out-of-reach")


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("organisation=nowhere", "organisation", "unknown_value"),
        ("wave=6", "wave", "unknown_value"),
        ("from=2018", "from", "day_format"),
        ("to=1522454400", "to", "day_format"),
        ("from=2018-02-30", "from", "day_format"),
        ("group_by=person", "group_by", "unknown_value"),
        ("group_by=week", "group_by", "unknown_value"),
        ("maturity=90", None, "unknown_field"),
        ("organization=gard", None, "unknown_field"),
        ("since=2018-01-01", None, "unknown_field"),
    ],
)
def test_a_filter_that_is_not_accepted_is_named(
    one_house: House, query: str, parameter: str | None, code: str
) -> None:
    """A misspelt filter would otherwise answer another question."""
    answer = one_house.get(f"/statistics/outcomes?{query}", OLGA)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["in"], error.get("parameter"), error["code"]) == (
        422,
        "query",
        parameter,
        code,
    )
    assert error["accepted"]


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_period_that_begins_after_its_end_is_refused(one_house: House, statistic: str) -> None:
    """It would be answered with zeros, which look like figures."""
    path = f"/statistics/{statistic}?from=2018-03-31&to=2018-03-30"
    refused = {lang: one_house.get(path, OLGA, Accept_Language=lang) for lang in ("fr", "en")}
    assert {answer.status_code for answer in refused.values()} == {422}
    errors = [error for answer in refused.values() for error in answer.json()["errors"]]
    assert [(e["in"], e["parameter"], e["code"]) for e in errors] == [
        ("query", "from", "period_backwards")
    ] * 2
    assert [e["detail"] for e in errors] == [
        "La période commence après sa fin.",
        "The period begins after its end.",
    ]
    assert one_house.get(path.replace("03-31", "03-30"), OLGA).status_code == 200


def test_a_mature_cohort_is_of_those_who_consented_long_enough_ago(one_house: House) -> None:
    def asked(query: str) -> Any:
        return one_house.get(f"/statistics/durations?{query}", OLGA, Accept_Language="en").json()

    found = asked("maturity=90&to=2018-03-31")
    assert (found["filters"]["maturity"], found["filters"]["consented_by"]) == (90, "2017-12-31")
    assert found["definition"]["date_basis"].startswith("day of the consent")
    # A period that ends in the future has had no more time than until today.
    today = one_house.get("/queue", SOFIA).json()["today"]
    assert asked("maturity=1&to=9999-12-31")["filters"]["consented_by"] < today
    assert asked("maturity=1")["filters"]["consented_by"] < today
    (error,) = asked("maturity=90&from=2018-01-01&to=2018-03-31")["errors"]
    assert (error["parameter"], error["code"]) == ("maturity", "none_mature")
    (error,) = asked("maturity=0")["errors"]
    assert (error["code"], error["accepted"]) == ("too_small", ["1…3650"])


def test_organisations_are_compared_in_the_askers_language(counted: House) -> None:
    def funnels(query: str) -> Any:
        path = f"/statistics/detection-sources?{query}"
        return counted.get(path, OLGA, Accept_Language="en").json()["comparison"]

    assert funnels("group_by=month") == funnels("") == []
    funnel = funnels("group_by=organisation")[0]
    assert (funnel["column"], funnel["line"], funnel["overall"]) == ("share", "reception", 80.0)
    assert funnel["organisations"][0] == {
        "group": "gard", "label": "CPAM du Gard", "n": 3, "value": 66.67, "limits": None,
        "verdict": {"code": "too_small", "label": "too few"},
    }  # fmt: skip


# ---------------------------------------------------------------- small counts


@pytest.fixture(scope="module")
def small(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Thirteen referrals in the Gard, of which one of an exam centre, and twelve in the Isère."""
    with fresh_house(databases, "sqlite", tmp_path_factory.mktemp("home")) as house:
        for number in range(12):
            refer(house, DORA, number)
            refer(house, DIANE, number)
        refer(house, DORA, 12, "exam_centre")
        yield house


def sources(house: House, query: str, by: Principal) -> dict[str, Any]:
    """Return the figures of the exam centres and of the reception, by group."""
    groups = house.get(f"/statistics/detection-sources{query}", by).json()["groups"]
    return {
        group["group"]: {
            line["code"]: (line["values"]["cases"], line["hidden"]) for line in group["lines"][:2]
        }
        for group in groups
    }


@pytest.mark.parametrize("by", [OLGA, ANNA], ids=["national", "of an organisation"])
def test_analysts_are_not_shown_small_counts_nor_what_gives_them_back(small: House, by: Principal) -> None:
    found = small.get("/statistics/detection-sources?organisation=gard", by).json()
    assert found["hidden_below"] == 11
    assert sources(small, "?organisation=gard", by) == {
        "": {"reception": (None, ["cases", "share"]), "exam_centre": (None, ["cases", "share"])}
    }
    assert found["groups"][0]["totals"] == {"total": 13}


def test_the_cell_sees_its_own_small_counts(small: House) -> None:
    assert small.get("/statistics/detection-sources", SOFIA).json()["hidden_below"] is None
    assert sources(small, "", SOFIA) == {"": {"reception": (12, []), "exam_centre": (1, [])}}


def test_what_is_hidden_over_all_groups_is_hidden_in_each_and_in_the_comparison(small: House) -> None:
    assert sources(small, "?group_by=organisation", OLGA)["gard"] == {
        "reception": (None, ["cases", "share"]),
        "exam_centre": (None, ["cases", "share"]),
    }
    found = small.get("/statistics/detection-sources?group_by=organisation", OLGA).json()
    funnel = found["comparison"][1]
    assert (funnel["line"], funnel["overall"]) == ("exam_centre", None)
    assert {(p["n"], p["value"], p["limits"], p["verdict"]) for p in funnel["organisations"]} == {
        (None, None, None, None)
    }
    assert found["overall"]["lines"][1]["values"] == {"cases": None, "share": None}
