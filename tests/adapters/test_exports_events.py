"""The event log for process mining: valid, whole, in order, and telling no more than it should."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree

from adapters.exports import objects, told
from adapters.exports.event_log import OTHER, TooFewCases
from adapters.exports.log import LogReader
from adapters.exports.ocel_file import OBJECT_TYPES
from adapters.exports.wanted import Format, Subject, Wanted
from adapters.log_head import head_of
from domain.commands.follow_up import LogContact
from domain.commands.intake import Accept, Detect, NeedDescription
from domain.events import CASE_EVENTS
from domain.events.care import PlannedAction
from domain.events.intake import DetectedNeed
from domain.person import Identity
from domain.vocabulary import CareType, Channel, ForgoingReason, Source
from projections.statistics import Filters
from tests.adapters import mining
from tests.adapters.exporting import Bench, played
from tests.adapters.needles import found, needles
from tests.builders import MARIE, day, referral
from tests.cli.cases import NOTE, worked_through
from tests.databases import Databases
from tests.service import Cells

XES = Wanted(Subject.EVENTS, Format.XES)
OCEL = Wanted(Subject.EVENTS, Format.OCEL)


@pytest.fixture(scope="module")
def bench(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Forty cases of random journeys."""
    with played(databases, "sqlite", tmp_path_factory.mktemp("events")) as opened:
        yield opened


def xes(bench: Bench, wanted: Wanted = XES, threshold: int = 1) -> Any:
    path, _ = bench.make(bench.order(wanted, threshold=threshold), "log.xes", overwrite=True)
    return etree.fromstring(path.read_bytes())


def ocel(bench: Bench, wanted: Wanted = OCEL, threshold: int = 1) -> Any:
    path, _ = bench.make(bench.order(wanted, threshold=threshold), "log.jsonocel", overwrite=True)
    return json.loads(path.read_bytes())


def values(component: Any) -> dict[str, str]:
    return {one.get("key"): one.get("value") for one in component if one.get("key")}


def test_xes_is_as_the_standard_asks(bench: Bench) -> None:
    path, manifest = bench.make(XES, "log.xes", overwrite=True)
    assert mining.wrong_in_xes(path.read_bytes()) == []
    log = etree.fromstring(path.read_bytes())
    assert {e.get("prefix") for e in log.findall("extension")} == {"concept", "time", "lifecycle", "org"}
    assert values(log)["filrouge_position"] == str(manifest.order.position)
    assert values(log)["filrouge_hash"] == manifest.order.hash
    assert values(log)["filrouge_author"] == "anna"
    assert len(log.findall("trace/event")) == manifest.rows > 400


def test_ocel_is_as_the_standard_asks(bench: Bench) -> None:
    document = ocel(bench)
    assert mining.wrong_in_ocel(document) == []
    made = {one["type"] for one in document["objects"]}
    assert made == set(OBJECT_TYPES)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'key="concept:name"', b'key="concept:nom"'),
        (b"</trace>", b"<extra/></trace>"),
        (b"Z", b"+01:00"),
        (b'prefix="org"', b'prefix="orga"'),
    ],
)
def test_a_wrong_xes_would_be_seen(bench: Bench, old: bytes, new: bytes) -> None:
    path, _ = bench.make(XES, "log.xes", overwrite=True)
    assert mining.wrong_in_xes(path.read_bytes().replace(old, new)) != []


def test_a_wrong_ocel_would_be_seen(bench: Bench) -> None:
    text = json.dumps(ocel(bench))
    for old, new in (
        ('"type": "need"', '"type": "wish"'),
        ('"objectId": "organisation:gard"', '"objectId": "organisation:nowhere"'),
        ('"name": "reached", "value": "true"', '"name": "reached", "value": "yes"'),
    ):
        assert old in text
        assert mining.wrong_in_ocel(json.loads(text.replace(old, new, 1))) != []


def test_every_event_of_every_case_is_there_in_both(bench: Bench) -> None:
    engine = bench.cells.service.engine
    expected = Counter(
        told.activity_of(entry.data)
        for known in LogReader(engine, head_of(engine).position).cases()
        for entry in known.entries
    )
    assert sum(expected.values()) > 400
    assert Counter(e["type"] for e in ocel(bench)["events"]) == expected
    assert Counter(values(e)["concept:name"] for e in xes(bench).iter("event")) == expected


def test_the_events_of_a_case_come_in_order(bench: Bench) -> None:
    for trace in xes(bench).findall("trace"):
        times = [values(event)["time:timestamp"] for event in trace.findall("event")]
        assert times == sorted(times)
        assert len(set(times)) == len(times)


def test_cases_come_in_the_order_of_their_pseudonyms(bench: Bench) -> None:
    """Not in that of their ids, beside which the file could be laid."""
    names = [values(trace)["concept:name"] for trace in xes(bench).findall("trace")]
    assert names == sorted(names)
    assert len(names) == len(set(names)) > 30
    by_id = [bench.source.pseudonyms.case(case_id) for case_id in case_ids(bench.cells)]
    assert sorted(by_id) == names
    assert by_id != names


def case_ids(cells: Cells) -> list[str]:
    engine = cells.service.engine
    return [known.case.case_id for known in LogReader(engine, head_of(engine).position).cases()]


def test_no_id_of_ours_leaves(bench: Bench) -> None:
    """Neither those of cases and people nor the accounts; and in both files one case has one pseudonym."""
    engine = bench.cells.service.engine
    known = list(LogReader(engine, head_of(engine).position).cases())
    secret = {one.case.case_id: "case" for one in known} | {one.case.person_id: "person" for one in known}
    accounts = {entry.actor for one in known for entry in one.entries}
    for wanted, name in ((XES, "log.xes"), (OCEL, "log.jsonocel")):
        path, _ = bench.make(bench.order(wanted, author="operator"), name, overwrite=True)
        text = path.read_text()
        assert [id_ for id_ in secret if id_ in text or id_.replace("-", "") in text] == []
        assert [account for account in accounts if f'"{account}"' in text or f":{account}" in text] == []
    traces = {values(trace)["concept:name"] for trace in xes(bench).findall("trace")}
    assert traces == {one["id"] for one in ocel(bench)["objects"] if one["type"] == "case"}


def test_every_field_of_every_event_is_told_or_withheld() -> None:
    """A new field stays inside until somebody says here that it may leave."""
    named = told.TOLD | told.AMOUNTS | told.PARTS | told.WITHHELD
    structs: tuple[type[msgspec.Struct], ...] = (*CASE_EVENTS, PlannedAction, DetectedNeed)
    fields = {field.name for struct in structs for field in msgspec.structs.fields(struct)}
    assert fields - named == set()
    assert named - fields == set()
    lists = [told.TOLD, told.AMOUNTS, told.PARTS, told.WITHHELD]
    assert sum(map(len, lists)) == len(named)


def test_every_event_that_changes_a_part_says_so() -> None:
    """An event whose payload names a part of the case is told with it."""
    naming = {
        event
        for event in CASE_EVENTS
        if {field.name for field in msgspec.structs.fields(event)} & (told.PARTS | {"counsellor"})
    }
    assert naming <= set(objects._TELLERS)


@pytest.fixture
def worked(cells: Cells, tmp_path: Path) -> Bench:
    """One case that was worked through, with notes and amounts."""
    worked_through(cells)
    return Bench(cells, tmp_path)


def test_amounts_are_told_roughly_and_notes_not_at_all(worked: Bench) -> None:
    """Quote of 1,500 €, of which 951.74 € were asked for and 900 € granted."""
    document = ocel(worked)
    request = next(one for one in document["objects"] if one["type"] == "funding_request")
    assert [(a["name"], a["value"]) for a in request["attributes"]] == [
        ("funder", "fass"),
        ("amount_euros", "950"),
        ("status", "pending"),
        ("granted_euros", "900"),
        ("status", "granted"),
    ]
    sought = needles({"note": NOTE, "name": "Durand", "cents": "95174", "euros": "951.74"})
    for wanted in (XES, OCEL):
        path, _ = worked.make(worked.order(wanted, threshold=1), f"log.{wanted.format}")
        assert found(sought, path.read_bytes()) == set()


def test_objects_have_to_do_with_each_other(worked: Bench) -> None:
    document = ocel(worked)
    by_id = {one["id"]: one for one in document["objects"]}

    def related(of: str) -> set[tuple[str, str]]:
        return {
            (relation["qualifier"], by_id[relation["objectId"]]["type"])
            for one in document["objects"]
            if one["type"] == of
            for relation in one["relationships"]
        }

    assert related("need") == {("need of", "case")}
    assert related("action") == {("action of", "case"), ("answers", "need")}
    assert related("quote") == {("quote of", "case"), ("quote for", "need")}
    assert related("funding_request") == {("request of", "case"), ("request on", "quote")}
    assert related("case") == {("followed by", "counsellor")}
    decided = next(event for event in document["events"] if event["type"] == "funding_decided")
    assert [(r["qualifier"], by_id[r["objectId"]]["type"]) for r in decided["relationships"]] == [
        ("of", "case"),
        ("at", "organisation"),
        ("decides", "funding_request"),
        ("by", "counsellor"),
    ]


def test_what_was_entered_late_comes_at_its_day(cells: Cells, tmp_path: Path) -> None:
    cells.clock.set_day(day(10))
    case_id = cells.refer(referral(occurred_on=day(0))).case_id
    cells.act(case_id, Accept(counsellor="marie", occurred_on=day(5)), by=MARIE)
    cells.act(case_id, LogContact(channel=Channel.PHONE, reached=False, occurred_on=day(2)), by=MARIE)
    bench = Bench(cells, tmp_path)
    events = [values(event) for event in xes(bench).iter("event")]
    assert [(e["concept:name"], e["time:timestamp"][:10]) for e in events] == [
        ("detected", day(0).isoformat()),
        ("contact_logged", day(2).isoformat()),
        ("referral_accepted", day(5).isoformat()),
    ]


def refer(cells: Cells, number: int, by: Any) -> None:
    for index in range(number):
        cells.refer(
            Detect(
                person=Identity(family_name=f"Nom {index}", given_name="P."),
                source=Source.RECEPTION,
                agreed_to_contact=True,
                needs=[NeedDescription(care_type=CareType.OPTICAL, reasons=[ForgoingReason.FEAR])],
                occurred_on=date(2026, 3, 2),
            ),
            by,
        )


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_log_of_too_few_cases_is_refused_and_leaves_nothing(cells: Cells, tmp_path: Path) -> None:
    from tests.api.house import DIANE
    from tests.builders import DORA

    refer(cells, 10, DORA)
    bench = Bench(cells, tmp_path / "out")
    bench.folder.mkdir()
    with pytest.raises(TooFewCases):
        bench.make(XES)
    assert list(bench.folder.iterdir()) == []
    refer(cells, 2, DIANE)
    log = xes(bench, threshold=11)
    groups = Counter(values(event)["org:group"] for event in log.iter("event"))
    assert groups == {OTHER: 12}  # neither has eleven
    refer(cells, 1, DORA)
    path, _ = bench.make(OCEL)
    document = json.loads(path.read_bytes())
    organisations = {one["id"] for one in document["objects"] if one["type"] == "organisation"}
    assert organisations == {"organisation:gard", f"organisation:{OTHER}"}
    assert "isere" not in path.read_text()


def test_an_empty_log_is_a_log(cells: Cells, tmp_path: Path) -> None:
    bench = Bench(cells, tmp_path)
    path, manifest = bench.make(XES, "log.xes")
    assert (mining.wrong_in_xes(path.read_bytes()), manifest.rows) == ([], 0)
    path, manifest = bench.make(OCEL, "log.jsonocel")
    assert (mining.wrong_in_ocel(json.loads(path.read_bytes())), manifest.rows) == ([], 0)


def test_only_the_cases_of_the_organisations_asked_for(bench: Bench) -> None:
    both = Filters(organisations=("isere", "herault"))
    some = xes(bench, Wanted(Subject.EVENTS, Format.XES, filters=both))
    by_wave = xes(bench, Wanted(Subject.EVENTS, Format.XES, filters=Filters(waves=("wave_1",))))
    names = {values(trace)["concept:name"] for trace in some.findall("trace")}
    engine = bench.cells.service.engine
    expected = {
        bench.source.pseudonyms.case(known.case.case_id)
        for known in LogReader(engine, head_of(engine).position).cases()
        if known.case.organisation in ("isere", "herault")
    }
    assert names == expected == {values(trace)["concept:name"] for trace in by_wave.findall("trace")}
    assert 0 < len(names) < len(xes(bench).findall("trace"))
