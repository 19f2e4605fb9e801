"""The command line as of a past day, and what makes the difference between two."""

from __future__ import annotations

import json

import pytest

from domain.commands.follow_up import Close
from domain.commands.intake import Accept, RecordConsent
from domain.vocabulary import Source
from tests.builders import day, referral
from tests.cli.cases import only_referred
from tests.cli.running import Filrouge
from tests.service import Cells
from workflows.closing import ClosingReason


@pytest.fixture
def late(cells: Cells) -> str:
    """A case of day 0, closed on day 20, entered on day 30; and one of the same day that nobody touched."""
    cells.clock.set_day(day(30))
    case_id = cells.refer(referral(occurred_on=day(0))).case_id
    cells.act(case_id, Accept(counsellor="marie", occurred_on=day(1)), RecordConsent(occurred_on=day(5)))
    cells.act(case_id, Close(reason=ClosingReason.MOVED, occurred_on=day(20)))
    only_referred(cells, Source.MEDICAL_SERVICE, on=day(30))
    return case_id


@pytest.mark.usefixtures("late")
def test_figures_say_of_when_they_are(filrouge: Filrouge) -> None:
    happened = filrouge.done("stats", "durations", "--as-of", str(day(25))).out
    assert "ce qui s'était passé à cette date" in happened
    assert "Clos : 1 ·" in happened
    recorded = filrouge.done("stats", "durations", "--as-of", str(day(25)), "--basis", "recorded").out
    assert "ce qui était enregistré à cette date" in recorded
    assert "Clos : 0 ·" in recorded
    assert "cette date" not in filrouge.done("stats", "durations").out


def test_two_senses_of_a_day_differ_by_what_was_entered_late(filrouge: Filrouge, late: str) -> None:
    asked = ("stats", "compare", "durations", "--as-of", str(day(25)))
    found = json.loads(filrouge.done(*asked, "--basis", "recorded", "--basis", "happened", "--json").out)
    figures = {(one["line"], one["column"]): (one["before"], one["after"]) for one in found["figures"]}
    assert figures[None, "closed"] == (0, 1)
    assert figures["consent_to_closing", "mean"] == (None, 15.0)
    assert {event["case_id"] for event in found["events"]} == {late}
    assert [event["topic"] for event in found["events"]] == [
        "case.detected",
        "case.referral_accepted",
        "case.consent_recorded",
        "case.closed",
    ]
    assert {event["counts_in"] for event in found["events"]} == {"after"}


def test_two_days_differ_by_what_happened_between(filrouge: Filrouge, late: str) -> None:
    asked = ("stats", "compare", "durations", "--as-of", str(day(10)), "--as-of", str(day(25)))
    out = filrouge.done(*asked).out
    assert "Dossiers qui comptent autrement : 1. Leurs événements qui ne valent que d'un côté : 1." in out
    assert f"dossier {late} : Accompagnement clos" in out
    row = next(line for line in out.splitlines() if line.startswith("Clos "))
    assert row.split() == ["Clos", "0", "1", "+1"]


@pytest.mark.usefixtures("late")
def test_nothing_that_counts_elsewhere_is_said_to_explain(filrouge: Filrouge) -> None:
    """The other organisation's filter: neither figure nor event."""
    asked = ("stats", "compare", "durations", "--as-of", str(day(10)), "--as-of", str(day(25)))
    out = filrouge.done(*asked, "--organisation", "isere").out
    assert "Aucun chiffre ne diffère." in out
    assert "Leurs événements qui ne valent que d'un côté : 0." in out


@pytest.mark.usefixtures("cells")
@pytest.mark.parametrize(
    "more",
    [
        ("--as-of", "2026-03-01"),
        ("--as-of", "2026-03-01", "--as-of", "2026-03-01"),
        ("--as-of", "2026-03-01", "--as-of", "2026-03-02", "--as-of", "2026-03-03"),
    ],
)
def test_two_pasts_are_needed(filrouge: Filrouge, more: tuple[str, ...]) -> None:
    assert "il faut deux dates passées" in filrouge.refused("stats", "compare", "durations", *more, status=2)


def test_the_queue_and_a_history_as_of_a_day(filrouge: Filrouge, late: str) -> None:
    told = json.loads(filrouge.done("queue", "--as-of", str(day(10)), "--json").out)
    assert [(case["case_id"], case["state"]) for case in told["cases"]] == [(late, "consented")]
    assert late in filrouge.done("queue", "--as-of", str(day(10))).out
    assert late not in filrouge.done("queue").out
    then = json.loads(filrouge.done("history", late, "--as-of", str(day(10)), "--json").out)
    assert (then["state"], len(then["events"])) == ("consented", 3)


@pytest.mark.usefixtures("cells")
def test_a_day_to_come_and_a_basis_alone_are_refused(filrouge: Filrouge) -> None:
    assert "date à venir" in filrouge.refused("stats", "durations", "--as-of", "2999-01-01", status=2)
    assert "ne va qu'avec --as-of" in filrouge.refused("queue", "--basis", "recorded", status=2)
