"""Replaying the log gives the very cases that the commands left, whatever version wrote their events."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from random import Random

import msgspec
import pytest

from adapters.connections import positional
from adapters.database import reading, writing
from adapters.event_store import EventRecorder
from adapters.past import REGISTERED_THEN
from adapters.recompute import CHANGED
from adapters.recorded_event import RecordedEvent
from adapters.replay import ORGANISATIONS, REGISTRATIONS, every_case, organisations
from domain.case_state import CaseState
from domain.errors import UnknownEvent
from tests.adapters.makers import store
from tests.adapters.playing import Play
from tests.builders import referral
from tests.projections.plans import plan_of
from tests.service import REGISTERED, Cells


@pytest.fixture
def log(migrated_database_url: str) -> Iterator[EventRecorder]:
    """An empty log on each database."""
    with store(migrated_database_url) as recorder:
        yield recorder


def replayed(recorder: EventRecorder) -> dict[str, CaseState]:
    """Return every case of the log, in the order they come."""
    with reading(recorder.engine) as connection:
        return {case.case_id: case for case in every_case(connection)}


def happened(case_id: str, version: int, topic: str, payload: str, **more: object) -> RecordedEvent:
    """Return an event as somebody stored it."""
    columns = {
        "occurred_on": "2018-03-31",
        "recorded_at": "2018-03-31T12:00:00.000000Z",
        "actor": "marie",
        "acting_as": "counsellor",
        "organisation": "gard",
        "correlation_id": "test",
    }
    return RecordedEvent(case_id, version, topic, payload.encode(), **(columns | more))  # type: ignore[arg-type]


DETECTED = '{"person_id":"p1","source":"reception","agreed_to_contact":true}'
"""As version 1 of the event wrote it."""


def test_every_case_is_what_its_commands_left(cells: Cells) -> None:
    play = Play(cells, Random(7))
    for _ in play.turns(60, 20):
        pass
    found = replayed(cells.service.storage.recorder)
    work = cells.service.storage.begin()
    assert len(found) == len(play.cases) > 20
    assert {case_id: msgspec.json.encode(case) for case_id, case in found.items()} == {
        case_id: msgspec.json.encode(work.load(case_id).state) for case_id in play.cases
    }
    assert list(found) == sorted(found)


def test_the_organisations_are_replayed_apart(cells: Cells) -> None:
    cells.refer(referral())
    with reading(cells.service.engine) as connection:
        assert list(organisations(connection)) == list(REGISTERED)
        assert len(list(every_case(connection))) == 1


def test_an_empty_log_has_no_cases(log: EventRecorder) -> None:
    assert replayed(log) == {}


def test_events_of_many_cases_mixed_in_the_log_are_read_case_by_case_in_order(log: EventRecorder) -> None:
    cases = [f"00000000-0000-7000-8000-00000000000{number}" for number in range(3)]
    call = '{"channel":"phone","direction":"outbound","reached":true,"note":"v1.%s"}'
    for version in range(1, 13):  # beyond nine: as text, the tenth would come before the second
        for case_id in reversed(cases):
            event = (
                happened(case_id, 1, "case.detected", DETECTED)
                if version == 1
                else happened(case_id, version, "case.contact_logged", call % version)
            )
            log.insert_events([event])
    found = replayed(log)
    assert list(found) == cases
    notes = [f"v1.{version}" for version in range(2, 13)]
    assert [[contact.note for contact in case.contacts] for case in found.values()] == [notes] * 3
    assert {case.version for case in found.values()} == {12}


def test_events_of_former_versions_are_read_as_todays(log: EventRecorder) -> None:
    completed = '{"action_id":"a1","right":"acs"}'
    plan = '{"actions":[{"action_id":"a1","level":"rights","kind":"request_css","due_on":"2018-05-01"}]}'
    log.insert_events(
        [
            happened("c-1", 1, "case.detected", DETECTED, schema_version=1),
            happened("c-1", 2, "case.plan_built", plan),
            happened("c-1", 3, "case.action_completed", completed, schema_version=1),
            happened(
                "c-2",
                1,
                "case.detected",
                DETECTED.replace("}", ',"origin":"database_query"}'),
                schema_version=2,
            ),
        ]
    )
    found = replayed(log)
    assert found["c-1"].origin == "detector_question"
    assert found["c-1"].rights_opened == ["css"]
    assert found["c-2"].origin == "database_query"


@pytest.mark.parametrize("strange", ['l\'"o"r', "a\\b", "é\u2028🦷", '","x":"', "[]{}", "%s ? :name"])
def test_whatever_an_account_is_called_the_log_is_read(log: EventRecorder, strange: str) -> None:
    """The database strings the columns together as JSON: it has to quote them."""
    log.insert_events(
        [
            happened("c-1", 1, "case.detected", DETECTED, actor=strange, organisation=strange),
            happened("c-2", 1, "case.detected", DETECTED),
        ]
    )
    found = replayed(log)
    assert (found["c-1"].detected_by, found["c-1"].organisation) == (strange, strange)
    assert found["c-2"].detected_by == "marie"


@pytest.mark.parametrize(
    ("topic", "schema_version", "known"),
    [("case.detected", 3, 2), ("case.contact_logged", 2, 1), ("case.horoscope_cast", 1, None)],
)
def test_an_event_beyond_this_code_stops_the_reader_by_name(
    log: EventRecorder, topic: str, schema_version: int, known: int | None
) -> None:
    log.insert_events(
        [
            happened("c-1", 1, "case.detected", DETECTED),
            happened("c-1", 2, topic, "{}", schema_version=schema_version),
        ]
    )
    with pytest.raises(UnknownEvent) as unknown:
        replayed(log)
    assert unknown.value == UnknownEvent(topic, schema_version, known)


def test_a_payload_that_is_not_what_its_topic_says_stops_the_reader(log: EventRecorder) -> None:
    log.insert_events(
        [
            happened("c-1", 1, "case.detected", DETECTED),
            happened("c-1", 2, "case.contact_logged", '{"channel":3}'),
        ]
    )
    with pytest.raises(msgspec.ValidationError):
        replayed(log)


def test_what_was_read_once_is_read_again(cells: Cells) -> None:
    """A reader that is left half-way leaves nothing behind on its connection."""
    for _ in Play(cells, Random(3)).turns(10, 10):
        pass
    with reading(cells.service.engine) as connection:
        with closing(every_case(connection)) as half_way:
            next(half_way)
        first, second = list(every_case(connection)), list(every_case(connection))
    assert [case.case_id for case in first] == [case.case_id for case in second]


@pytest.mark.parametrize(
    ("statement", "parameters", "goes_by"),
    [
        (REGISTRATIONS, (), r"case_id >=|\(case_id>"),
        (REGISTERED_THEN, (ORGANISATIONS, 1), r"case_id >=|\(case_id>"),
        (CHANGED, (1,), r'"position" >|rowid>'),
    ],
)
def test_what_is_asked_while_others_wait_goes_by_an_index(
    cells: Cells, statement: str, parameters: tuple[object, ...], goes_by: str
) -> None:
    """A log of millions must not be gone through for a few of its events."""
    asked = positional(statement, cells.service.engine)
    with writing(cells.service.engine) as connection:
        plan = plan_of(connection, lambda: connection.exec_driver_sql(asked, parameters))
    assert re.search(goes_by, plan), plan
