"""The three published cases [001, annex 2] to the cent and to the day, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.database import reading
from adapters.demo.calendar import add_months
from adapters.demo.published_notes import GENEVIEVE, PATRICIA, RENAUD
from adapters.tables import events
from domain.vocabulary import Outcome
from projections import counsellor_queue, durations, outcomes
from projections.counsellor_queue import QueueFilters
from projections.statistics import Filters
from tests.databases import KINDS, Databases
from tests.golden.played import NAMES, UNTIL, Played, played, stored


@pytest.fixture(scope="module", params=KINDS)
def cases(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    """The three cases, played on each database."""
    home: Path = tmp_path_factory.mktemp("golden")
    with databases.fresh(request.param, migrated=True) as url, played(home, url) as all_played:
        yield all_played


@pytest.mark.parametrize("name", NAMES)
def test_events_and_rows_are_those_that_are_stored(cases: Played, name: str) -> None:
    assert cases.golden(name) == stored(name)


def outcomes_of(cases: Played, name: str) -> set[str]:
    """Return the outcomes that a case's row shows."""
    (row,) = cases.golden(name)["read_models"]["outcomes"]
    return {outcome.value for outcome in Outcome if row[outcome.value]}


# ---------------------------------------------------------------- A


def test_genevieve_lives_on_1178_47_euros_a_month(cases: Played) -> None:
    bilan = cases.state("genevieve").bilan
    assert bilan is not None
    assert sum(line.cents for line in bilan.resources) == 2011_25
    assert [line.cents for line in bilan.charges] == [360_85, 149_44, 190_34, 99_00, 33_15]
    assert bilan.disposable_cents == 1178_47


def test_genevieves_package_is_covered_with_the_funds_grant_and_three_instalments(cases: Played) -> None:
    case = cases.state("genevieve")
    granted = {request.funder: (request.status, request.granted_cents) for request in case.requests.values()}
    quote = case.quotes["q1"]
    assert granted == {
        "mutual_fund": ("refused", 0),
        "pension_fund": ("refused", 0),
        "fass": ("granted", 1251_74),
    }
    assert (quote.instalments, quote.person_share_cents) == (3, 690_76)
    assert 1251_74 + quote.person_share_cents == quote.rest_to_pay_cents
    assert case.uncovered_cents("q1") == 0


def test_genevieves_prosthesis_is_fitted_and_her_case_closed(cases: Played) -> None:
    case = cases.state("genevieve")
    assert {need.care_type: need.status for need in case.needs.values()} == {"dental_prosthetic": "performed"}
    assert (case.state, case.episode.closing_reason) == ("closed", "care_performed")
    assert outcomes_of(cases, "genevieve") == {"care_performed", "financial_support"}
    assert cases.golden("genevieve")["read_models"]["durations"][0]["consent_to_closing"] == 90


# ---------------------------------------------------------------- B


def test_patricia_lives_on_116_euros_a_month(cases: Played) -> None:
    bilan = cases.state("patricia").bilan
    assert bilan is not None
    assert {line.kind: line.cents for line in bilan.resources} == {
        "unemployment": 488_00,
        "housing_aid": 256_00,
    }
    assert [line.cents for line in bilan.charges] == [450_00, 70_00, 88_00, 20_00]
    assert bilan.disposable_cents == 116_00


def test_patricia_is_accompanied_for_seven_months(cases: Played) -> None:
    episode = cases.state("patricia").episode
    assert episode.consented_on is not None
    assert episode.closed_on == add_months(episode.consented_on, 7)
    (row,) = cases.golden("patricia")["read_models"]["durations"]
    assert row["consent_to_closing"] == (date(2018, 1, 8) - date(2017, 6, 8)).days == 214
    assert sum(contact.channel == "phone" for contact in cases.state("patricia").contacts) >= 7


def test_patricia_had_the_acs_then_the_cmu_and_a_referral_by_her_doctor(cases: Played) -> None:
    golden = cases.golden("patricia")
    rights = [
        (event["payload"]["right"], event["payload"].get("formerly"))
        for event in golden["events"]
        if event["topic"] == "case.action_completed" and "right" in event["payload"]
    ]
    assert rights == [("css", "acs"), ("complementary", None), ("css", "cmu_c")]
    assert golden["events"][0]["payload"]["source"] == "health_professional"
    assert {need["care_type"] for need in golden["events"][0]["payload"]["needs"]} == {
        "dental_conservative",
        "ophthalmology",
        "biology",
        "physiotherapy",
        "pharmacy",
    }
    assert outcomes_of(cases, "patricia") == {
        "rights_opened",
        "rights_css",
        "rights_complementary",
        "oriented",
    }


# ---------------------------------------------------------------- C


def test_renauds_cmu_takes_twelve_days(cases: Played) -> None:
    action = cases.state("renaud").actions["a1"]
    assert action.started_on is not None
    assert action.ended_on is not None
    assert (action.ended_on - action.started_on).days == 12
    assert action.right == "css"


def test_renauds_eyes_are_seen_within_a_week_through_the_hospital(cases: Played) -> None:
    case = cases.state("renaud")
    booking, need = case.actions["a2"], case.needs["n1"]
    assert booking.partner == "hospital_pass"
    assert (need.care_type, need.status) == ("ophthalmology", "performed")
    assert booking.ended_on is not None
    assert need.performed_on is not None
    assert need.performed_on - booking.ended_on <= timedelta(days=7)


def test_renauds_case_is_open_with_dental_care_outstanding(cases: Played) -> None:
    case = cases.state("renaud")
    assert case.partner_kind == "mission_locale"
    assert case.bilan is not None
    assert (case.bilan.complementary_cover, case.bilan.disposable_cents) == ("none", 470_00)
    assert {case.needs[need_id].care_type for need_id in case.open_needs()} == {"dental_conservative"}
    with reading(cases.service.engine) as connection:
        (found,) = counsellor_queue.queue(connection, QueueFilters(organisation="somme"), UNTIL)
    assert (found.case_id, found.state, found.open_needs) == (cases.cases["renaud"], "plan_built", 1)
    assert not found.overdue


# ---------------------------------------------------------------- all three


def test_the_figures_count_two_closed_cases_and_one_open(cases: Played) -> None:
    with reading(cases.service.engine) as connection:
        (duration,) = durations.report(connection, Filters())
        (outcome,) = outcomes.report(connection, Filters())
    assert (duration.totals["closed"], duration.totals["open"]) == (2, 1)
    assert duration.line("consent_to_closing").values["mean"] == (90 + 214) / 2
    assert outcome.totals == {"opened": 3, "closed": 2}


def test_what_is_said_of_them_is_sealed_and_can_be_read_by_who_may(cases: Played) -> None:
    notes = {"genevieve": GENEVIEVE.called, "patricia": PATRICIA.called, "renaud": RENAUD.called}
    for name, note in notes.items():
        case = cases.state(name)
        sealed = case.contacts[0].note
        assert sealed is not None
        assert cases.service.vault.unseal(case.person_id, sealed) == note
    with reading(cases.service.engine) as connection:
        written = "".join(connection.execute(events.select().with_only_columns(events.c.payload)).scalars())
    for clear in ("Geneviève", "Patricia", "Renaud", "greffe", "Abbeville", "coaching"):
        assert clear not in written
