"""`filrouge demo`: an empty database filled, and the published table printed from the figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Filrouge


def test_an_empty_database_is_filled_once(filrouge: Filrouge) -> None:
    made = filrouge.done("demo", "--cases", "10", "--json").json
    assert (made["cases"], made["open"] + made["closed"], len(made["published"])) == (10, 10, 3)
    assert "la base contient déjà quelque chose" in filrouge.refused("demo")
    assert filrouge.done("verify", "--json").json["checked"] == made["events"]
    assert filrouge.done("check", "--json").json["ok"]
    genevieve = filrouge.done("history", made["published"][0]).out
    assert "   Montant accordé : 1\u202f251,74\u202f€\n" in genevieve
    assert "Nombre de versements : 3" in genevieve


def test_what_was_made_is_said_with_what_to_look_at(filrouge: Filrouge) -> None:
    said = filrouge.done("--lang", "en", "demo", "--cases", "3", "--seed", "7")
    first, *published, last = said.out.splitlines()
    assert first.startswith("Cases: 3 (open: 1, closed: 2).")
    assert [line.partition(": ")[0] for line in published] == [
        "Published case A (CPAM du Gard)",
        "Published case B (CPAM de l'Hérault)",
        "Published case C (CPAM de la Somme)",
    ]
    for line in published:
        filrouge.done(*line.partition(": filrouge ")[2].split())
    assert published[0].split()[-1] in last
    assert "First start: master key made in" in said.err


def test_the_same_seed_and_end_give_the_same_cases(
    filrouge: Filrouge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whenever it is made: without an end it ends today."""
    told = []
    for home, until in (("a", "2019-06-28"), ("b", "2019-06-28"), ("c", "2019-06-21")):
        monkeypatch.setenv("FILROUGE_HOME", str(tmp_path / home))
        made = filrouge.done("demo", "--cases", "5", "--seed", "3", "--until", until, "--json").json
        assert made["until"] == until
        histories = [filrouge.done("history", case, "--json").json for case in made["published"]]
        told.append(
            [
                (h["case_id"], e["occurred_on"], e["recorded_at"], e["data"])
                for h in histories
                for e in h["events"]
            ]
        )
    assert told[0] == told[1] != told[2]


@pytest.mark.parametrize("until", ["2018-03-30", "9999-01-01"])
def test_an_end_before_the_figures_or_to_come_is_refused(filrouge: Filrouge, until: str) -> None:
    said = filrouge("demo", "--until", until)
    assert (said.status, said.out) == (2, "")
    assert "--until attend un jour du 31/03/2018 à aujourd'hui" in said.err


def lines(figures: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the values of each line of an ungrouped statistic."""
    [whole] = figures["groups"]
    return {line["code"]: line["values"] for line in whole["lines"]}


def test_the_national_cohort_prints_the_published_table(filrouge: Filrouge) -> None:
    """A small one of the same shares; over the 44 organisations that were deployed a year before, 90 days."""
    filrouge.done("demo", "--national", "--cases", "700")
    figures = filrouge.done("stats", "--json").json
    sources = lines(figures["detection-sources"])
    assert [sources[code]["share"] for code in ("reception", "exam_centre", "other_service")] == [56, 14, 13]
    assert figures["outcomes"]["covered"]["organisations_with_cases"] == 71
    outcomes = lines(figures["outcomes"])
    assert outcomes["care_performed"]["share_of_closed"] == pytest.approx(48.5, abs=0.5)
    kinds = [
        outcomes[f"rights_{kind}"]["share_of_parent"] for kind in ("css", "complementary", "file_updated")
    ]
    assert kinds == pytest.approx([58, 42, 24], abs=0.5)
    mature = figures["durations"]["mature"]
    assert len(mature["organisations"]) == 44
    assert lines(mature)["consent_to_closing"]["mean"] == pytest.approx(90, abs=0.5)

    out = filrouge.done("stats", "--weekly-from", "2016-02-28", "--to", "2018-03-31").out
    assert "Accueil CPAM                    392   56,0\u202f%" in out
    assert "sur 109 semaines, du 28/02/2016 au 31/03/2018" in out
    assert "Les mêmes, sur les 44 organismes déployés au plus tard le 04/07/2017" in out
