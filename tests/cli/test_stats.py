"""`filrouge stats`: the figures of the read models, filtered, grouped, and with what they mean."""

from __future__ import annotations

import re

import pytest

from domain.vocabulary import Source
from projections.reports import STATISTICS
from tests.api.house import fronted
from tests.builders import SOFIA, day
from tests.cli.cases import only_referred, worked_through
from tests.cli.running import Filrouge
from tests.service import Cells

PARTS = (
    "Unité",
    "Numérateur",
    "Dénominateur",
    "Date retenue",
    "Période",
    "Organismes",
    "Manquants    :",
    "Source       :",
)


@pytest.fixture
def worked(cells: Cells) -> str:
    """A case closed in March 2026, and three that are only detected, the last in April."""
    only_referred(cells, Source.MEDICAL_SERVICE, Source.RECEPTION)
    only_referred(cells, Source.SOCIAL_SERVICE, on=day(35))
    return worked_through(cells)


@pytest.mark.usefixtures("worked")
def test_those_of_the_published_table_are_printed_with_their_definitions(filrouge: Filrouge) -> None:
    out = filrouge.done("stats").out
    assert [out.count(part) for part in PARTS] == [3] * len(PARTS)
    assert "NATURE DES DÉTECTIONS" in out
    row = next(line for line in out.splitlines() if line.startswith("Accueil CPAM"))
    assert row.replace("\u202f%", "%").split() == ["Accueil", "CPAM", "2", "50,0%"]
    row = next(line for line in out.splitlines() if line.startswith("Du consentement à la clôture"))
    assert row.replace("\u202f%", "%").split()[5:] == ["1", "0", "20", "–", "20", "20", "20", "1", "100,0%"]
    row = next(line for line in out.splitlines() if line.startswith("Soins réalisés"))
    assert row.replace("\u202f%", "%").split()[2:] == ["1", "100,0%", "25,0%", "–"]
    assert "demandés : 3 ; avec au moins un cas : 1" in out
    assert "Clos : 1 · Clos sans consentement : 0 · Encore ouverts : 0" in out
    row = next(line for line in out.splitlines() if line.startswith("Total"))
    assert row.replace("\u202f%", "%").split() == ["Total", "4", "100,0%"]


@pytest.mark.usefixtures("worked")
def test_english_too(filrouge: Filrouge) -> None:
    out = filrouge.done("--lang", "en", "stats").out
    assert "DURATIONS OF ACCOMPANIMENT" in out
    assert "Cases opened: 4" in out
    assert out.count("Denominator   : ") == 3
    assert "50.0%" in out


@pytest.mark.usefixtures("worked")
def test_json_is_json_and_says_what_was_asked(filrouge: Filrouge) -> None:
    whole = filrouge.done("stats", "--json").json
    assert set(whole) == {"durations", "detection-sources", "outcomes"}
    one = filrouge.done(
        "stats", "durations", "--organisation", "gard", "--wave", "pilot",
        "--from", "2026-03-01", "--to", "2026-03-31", "--by", "month", "--json",
    ).json  # fmt: skip
    assert one["statistic"] == "durations"
    assert one["filters"] == {
        "organisations": ["gard"], "waves": ["pilot"], "from": "2026-03-01", "to": "2026-03-31",
        "group_by": "month", "maturity": None, "consented_by": None,
    }  # fmt: skip
    assert set(one["definition"]) == {
        "unit",
        "numerator",
        "denominator",
        "date_basis",
        "period",
        "missing",
        "source",
    }
    assert one["covered"] == {"organisations_asked": 1, "organisations_with_cases": 1}
    (group,) = one["groups"]
    assert (group["group"], group["totals"]["closed"]) == ("2026-03", 1)


@pytest.mark.usefixtures("worked")
def test_what_is_printed_as_json_is_what_the_api_answers(filrouge: Filrouge, cells: Cells) -> None:
    with fronted(cells) as house:
        for name in STATISTICS:
            by = "?group_by=organisation&organisation=gard"
            answered = house.get(f"/statistics/{name}{by}", SOFIA).json()
            assert (
                filrouge.done("stats", name, "--by", "organisation", "-o", "gard", "--json").json == answered
            )


@pytest.mark.usefixtures("worked")
def test_each_can_be_grouped(filrouge: Filrouge) -> None:
    first = {"week": "2026-W10", "month": "2026-03", "organisation": "gard", "wave": "Gard, pionnier"}
    for name, statistic in STATISTICS.items():
        for by in statistic.groupings:
            out = filrouge.done("stats", name, "--by", by.value, "-o", "gard").out
            assert f"\n{by.fr} " in out or "Rien dans cette période" in out, out
            assert "Dénominateur" in out
            if name in ("durations", "detection-sources", "outcomes"):
                assert any(line.startswith(first[by.value]) for line in out.splitlines()), out


def row(out: str, beginning: str) -> list[str]:
    """Return the cells of the line that begins so."""
    found = next(line for line in out.splitlines() if line.startswith(beginning))
    return re.split(r"\s{2,}", found.replace("\u202f%", "%"))


@pytest.mark.usefixtures("worked")
def test_grouped_a_column_of_each_line_is_shown_or_every_column_of_one(filrouge: Filrouge) -> None:
    by_month = ("stats", "durations", "--by", "month")
    out = filrouge.done(*by_month).out
    assert "Montré : Moyenne" in out
    assert row(out, "2026-03") == ["2026-03", "1", "0", "0", "20", "22", "18"]
    assert row(out, "Ensemble") == ["Ensemble", "1", "0", "0", "20", "22", "18"]
    out = filrouge.done(*by_month, "--column", "share_within_90").out
    assert row(out, "2026-03")[-3:] == ["100,0%", "100,0%", "100,0%"]
    out = filrouge.done(*by_month, "--line", "consent_to_care").out
    assert "Mesure, en jours : Du consentement au dernier soin réalisé" in out
    assert row(out, "2026-03") == [
        "2026-03",
        "1",
        "0",
        "0",
        "1",
        "0",
        "18",
        "–",
        "18",
        "18",
        "18",
        "1",
        "100,0%",
    ]
    out = filrouge.done("stats", "durations", "--line", "consent_to_care", "--column", "mean").out
    assert row(out, "Du consentement")[1:] == ["18"]
    assert "Du consentement à la clôture" not in out


@pytest.mark.usefixtures("worked")
def test_organisations_are_compared_by_signs_and_in_words(filrouge: Filrouge) -> None:
    by = ("stats", "detection-sources", "--by", "organisation")
    out = filrouge.done(*by).out
    assert row(out, "gard")[:3] == ["gard", "4", "50,0% ?"]
    assert "moins de 30 cas, non comparé" in out
    out = filrouge.done(*by, "--line", "reception").out
    assert row(out, "gard") == ["gard", "4", "2", "50,0%", "trop peu de cas"]
    assert "?" not in filrouge.done(*by, "--column", "cases").out


@pytest.mark.usefixtures("worked")
def test_what_may_be_published_hides_small_counts(filrouge: Filrouge) -> None:
    out = filrouge.done("stats", "detection-sources", "--publishable").out
    assert row(out, "Accueil CPAM") == ["Accueil CPAM", "s", "s"]
    assert row(out, "Total") == ["Total", "s", "s"]
    assert "s : masqué, pour qu'aucun effectif de 1 à moins de 11" in out
    assert filrouge.done("stats", "outcomes", "--publishable", "--json").json["hidden_below"] == 11


@pytest.mark.usefixtures("worked")
def test_a_mature_cohort_is_counted_by_consent(filrouge: Filrouge) -> None:
    """The case was consented to on the 4th of March, twenty days before it closed."""
    mature = ("stats", "durations", "--maturity", "20", "--to")
    found = filrouge.done(*mature, "2026-03-26", "--json").json
    assert found["groups"][0]["totals"] == {"closed": 1, "closed_without_consent": 0, "open": 0}
    assert "consentements du premier jour au 06/03/2026, inclus : 20 jours au moins" in (
        filrouge.done(*mature, "2026-03-26").out
    )
    assert filrouge.done(*mature, "2026-03-22", "--json").json["groups"][0]["totals"]["closed"] == 0
    assert "aussi ancien" in filrouge.refused(*mature, "2026-03-22", "--from", "2026-03-10", status=2)


@pytest.mark.usefixtures("worked")
def test_a_period_leaves_out_what_lies_outside(filrouge: Filrouge) -> None:
    def received(*filters: str) -> int:
        (group,) = filrouge.done("stats", "detection-sources", *filters, "--json").json["groups"]
        total: int = group["totals"]["total"]
        return total

    assert received() == 4
    assert received("--to", "2026-03-31") == 3
    assert received("--from", "2026-04-01") == 1
    assert received("--wave", "wave_1") == 0
    assert (
        "Rien dans cette période"
        in filrouge.done("stats", "durations", "--from", "2030-01-01", "--by", "month").out
    )


@pytest.mark.usefixtures("worked")
def test_the_weekly_average_starts_where_it_is_told(filrouge: Filrouge) -> None:
    out = filrouge.done("stats", "detection-sources", "--to", "2026-04-12", "--weekly-from", "2026-03-02").out
    assert "En moyenne 1 saisines par semaine, sur 6 semaines, du 02/03/2026 au 12/04/2026." in out
    assert "semaine" not in filrouge.done("stats", "detection-sources").out


@pytest.mark.usefixtures("worked")
def test_durations_are_shown_once_more_without_the_young_cells(filrouge: Filrouge) -> None:
    """The Gard was deployed in 2014, the two others in April 2017: too young at the end of that year's June."""
    mature = filrouge.done("stats", "durations", "--to", "2017-06-30", "--json").json["mature"]
    assert (mature["deployed_by"], mature["organisations"]) == ("2016-10-03", ["gard"])
    assert "Les mêmes, sur les 1 organismes" in filrouge.done("stats", "durations", "--to", "2017-06-30").out
    assert filrouge.done("stats", "durations", "--json").json["mature"] is None
    assert (
        filrouge.done("stats", "durations", "-o", "isere", "--to", "2017-06-30", "--json").json["mature"]
        is None
    )


@pytest.mark.usefixtures("worked")
def test_what_cannot_be_asked_is_refused(filrouge: Filrouge) -> None:
    refused = filrouge.refused
    assert "le plus proche est « gard »" in refused("stats", "outcomes", "-o", "grad", status=2)
    assert "valeurs : pilot, trial" in refused("stats", "-w", "vague", status=2)
    assert "AAAA-MM-JJ" in refused("stats", "--from", "2026-3-1", status=2)
    assert "AAAA-MM-JJ" in refused("stats", "--from", "20260301", status=2)
    assert "--from est après --to" in refused("stats", "--from", "2026-04-01", "--to", "2026-03-01", status=2)
    assert "après le nom" in refused("stats", "--wave", "pilot", "durations", status=2)
    assert "month, organisation, wave" in refused("stats", "--by", "week", status=2)
    assert "month, organisation, wave" in refused("stats", "outcomes", "--by", "week", status=2)
    assert "pas d'option --maturity" in refused("stats", "outcomes", "--maturity", "90", status=2)
    assert "valeurs : consent_to_closing" in refused("stats", "durations", "--line", "reception", status=2)


def test_without_a_database_it_says_how_to_get_one(filrouge: Filrouge) -> None:
    assert "`filrouge serve` ou `filrouge demo` la crée" in filrouge.refused("stats")
