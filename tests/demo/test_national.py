"""The published table [001, III], from the events up, on both databases."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from adapters.database import reading
from adapters.demo.organisations import PUBLISHED, REGISTER, WITHOUT_REFERRAL
from adapters.instants import read_instant
from adapters.rebuild.conduct import rebuild
from adapters.verify import verify
from domain.commands import COMMANDS
from domain.days import day_of
from projections import outcomes
from projections.statistics import Filters, GroupBy, covered
from tests.databases import Databases
from tests.demo.conftest import Filled, filled
from tests.demo.published_table import THE_44, check
from workflows.states import State
from workflows.table import TABLE


def test_the_table_is_the_published_one_in_small(national: Filled) -> None:
    check(national)


def test_the_figures_cover_71_organisations_of_72(national: Filled) -> None:
    with reading(national.service.engine) as connection:
        all_ = covered(connection, [outcomes.OUTCOMES], Filters())
        groups = outcomes.report(connection, Filters(group_by=GroupBy.ORGANISATION))
    assert (all_.organisations_asked, all_.organisations_with_cases) == (72, 71)
    assert WITHOUT_REFERRAL not in {group.group for group in groups}
    assert {group.group for group in groups} == {organisation.code for organisation in PUBLISHED}


def test_every_state_occurs(national: Filled) -> None:
    found = {row.state for row in national.stored()["cases"]}
    assert found == {state.value for state in State}


def test_every_trigger_of_the_table_occurs(national: Filled) -> None:
    happened = {event.topic for event in national.events()}
    missing = {trigger for trigger, command in COMMANDS.items() if command.event.topic not in happened}
    assert missing == set()
    assert {row.trigger for row in TABLE} == set(COMMANDS)


def test_the_log_is_in_the_order_of_time_and_ends_with_the_published_day(national: Filled) -> None:
    events = national.events()
    recorded = [event.recorded_at for event in events]
    assert recorded == sorted(recorded)
    assert recorded[0].startswith("2014-11-17T")
    assert max(recorded) < "2018-04-01"
    assert min(event.occurred_on for event in events) == "2014-11-17"


def test_what_happened_is_never_after_its_recording_and_sometimes_well_before(national: Filled) -> None:
    late: Counter[str] = Counter()
    for event in national.events():
        day = day_of(read_instant(event.recorded_at)).isoformat()
        assert event.occurred_on <= day
        late[event.topic] += event.occurred_on < day
    assert late["case.detected"] > 0
    assert late["case.care_performed"] > 0
    assert late["case.contact_logged"] > 0


def test_no_organisation_is_referred_anybody_before_its_cell_opens(national: Filled) -> None:
    opened = {organisation.code: organisation.deployed_on for organisation in REGISTER}
    first: dict[str, str] = {}
    for event in national.events():
        first.setdefault(event.organisation, event.occurred_on)
    assert all(day >= opened[code].isoformat() for code, day in first.items())


def test_there_are_open_and_overdue_cases_and_people_standing_in(national: Filled) -> None:
    queue = national.stored()["counsellor_queue"]
    overdue = [row for row in queue if str(row.due_on) < "2018-03-31"]
    assert len(queue) == national.summary.open == 250
    assert 25 < len(overdue) < 150
    assert {row.counsellor is None for row in queue} == {True, False}
    assert any(row.suspended_until for row in queue)
    assert "supervisor_standing_in" in {event.acting_as for event in national.events()}


def test_the_log_verifies(national: Filled) -> None:
    report = verify(national.service.engine)
    assert report.intact
    assert report.checked == national.summary.events


def test_rebuilt_read_models_are_the_incremental_ones(national: Filled) -> None:
    before = national.stored()
    rebuild(national.service.engine, national.service.settings.deadlines)
    assert national.stored() == before


@pytest.mark.slow
def test_the_published_table_itself(databases: Databases, tmp_path: Path) -> None:
    """35,433 cases; some minutes. Run it by `pytest -m slow tests/demo`."""
    with filled(databases, "sqlite", tmp_path, national=True) as made:
        check(made)
        assert made.summary.cases == 35_433
        with reading(made.service.engine) as connection:
            (found,) = outcomes.report(connection, Filters())
            durations_of = covered(connection, [outcomes.OUTCOMES], THE_44)
        counted = {line.code: line.values for line in found.lines}
        assert [counted[name]["cases"] for name in ("rights_opened", "oriented", "financial_support")] == [
            12_701,
            6_030,
            4_480,
        ]
        assert counted["partner_cooperation"]["cases"] == 1_392
        kinds = ("rights_css", "rights_complementary", "rights_file_updated")
        assert [round(counted[kind]["share_of_parent"] or 0) for kind in kinds] == [58, 42, 24]
        assert durations_of.organisations_with_cases == 44
        assert verify(made.service.engine).intact
