"""The library's own recorder test cases, run on our recorders, on both databases."""

from __future__ import annotations

from threading import enumerate as enumerate_threads
from typing import Any
from unittest import TestCase, defaultTestLoader
from uuid import uuid4

import pytest
from eventsourcing.persistence import AggregateRecorder
from eventsourcing.tests import persistence as library

from adapters.event_store import EventRecorder, PlainRecorder
from tests.adapters.makers import opened


def _names(case: type[TestCase]) -> list[str]:
    return [*defaultTestLoader.getTestCaseNames(case)]


class _Aggregate(library.AggregateRecorderTestCase):
    __test__ = False  # run below, with a database
    recorder: AggregateRecorder

    def new_originator_id(self) -> str:
        return str(uuid4())

    def create_recorder(self) -> AggregateRecorder:
        return self.recorder


class _Application(library.ApplicationRecorderTestCase[EventRecorder]):
    __test__ = False  # run below, with a database
    recorder: EventRecorder

    def new_originator_id(self) -> str:
        return str(uuid4())

    def create_recorder(self) -> EventRecorder:
        return self.recorder

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


def _run(case: type[Any], name: str, recorder: AggregateRecorder) -> None:
    test = case(name)
    test.recorder = recorder
    others = {*enumerate_threads()}
    test.debug()  # raises what fails, as pytest wants it
    for reader in {*enumerate_threads()} - others:  # the library tells its readers to stop, and leaves
        reader.join()


@pytest.mark.parametrize("name", _names(_Aggregate))
def test_aggregate_recorder_case(name: str, migrated_database_url: str) -> None:
    with opened(migrated_database_url) as engine:
        _run(_Aggregate, name, PlainRecorder(engine))


@pytest.mark.parametrize("name", _names(_Application))
def test_application_recorder_case(name: str, migrated_database_url: str) -> None:
    with opened(migrated_database_url) as engine:
        _run(_Application, name, EventRecorder(engine))


def test_the_library_still_has_the_cases_we_mean() -> None:
    assert "test_insert_and_select" in _names(_Aggregate)
    assert {
        "test_concurrent_no_conflicts",
        "test_concurrent_throughput",
        "test_insert_select",
        "test_insert_subscribe",
    } <= {*_names(_Application)}
