"""Making exports: the same again to the byte, in constant memory, all or nothing."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Text

from adapters import past
from adapters.exports import log, parquet_file, tables, xes_file
from adapters.exports import manifest as manifests
from adapters.exports.log import AnotherHistory
from adapters.exports.make import NotTheSame
from adapters.exports.manifest import Manifest, ManifestUnreadable, beside
from adapters.exports.pseudonyms import Pseudonyms
from adapters.exports.wanted import EVENT_LOGS, TABULAR, Format, NotExportable, Subject, Wanted
from adapters.log_head import head_of
from domain.as_of import AsOf, Basis
from domain.commands.intake import Accept
from domain.vocabulary import Source
from projections.registry import READ_MODELS
from projections.reports import STATISTICS
from projections.statistics import Filters, GroupBy
from tests.adapters.exporting import EVERYTHING, Bench, grow, play, played
from tests.builders import MARIE, day, referral
from tests.cli.cases import only_referred
from tests.databases import Databases, Kind
from tests.service import Cells

WAYS = [
    Wanted(Subject.STATISTIC, Format.CSV, "durations", Filters(group_by=GroupBy.MONTH)),
    Wanted(Subject.STATISTIC, Format.XLSX, "detection-sources", as_of=AsOf(date(2026, 6, 1))),
    Wanted(Subject.TABLE, Format.PARQUET, "case", Filters(organisations=("gard",))),
    Wanted(Subject.EVENTS, Format.XES, as_of=AsOf(date(2027, 3, 1), Basis.RECORDED)),
    Wanted(Subject.EVENTS, Format.OCEL, filters=Filters(waves=("wave_1",))),
]


def named(wanted: Wanted) -> str:
    return f"{wanted.subject}-{wanted.name}-{wanted.format}"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def bench(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    """Some journeys, on each database."""
    kind: Kind = request.param
    with played(databases, kind, tmp_path_factory.mktemp("make")) as opened:
        yield opened


def test_the_same_again_to_the_byte_also_after_more_events(bench: Bench) -> None:
    """Everything there is, and some ways to ask for it, before and after the log went on."""
    asked = [*EVERYTHING[::4], *WAYS]  # each subject in another format than the one before
    made = [bench.make(replace_threshold(bench, wanted), f"first-{n}") for n, wanted in enumerate(asked)]
    before = head_of(bench.cells.service.engine)
    play(bench.cells, 6, seed=8)
    assert head_of(bench.cells.service.engine).position > before.position
    fresh = 0
    for number, (path, manifest) in enumerate(made):
        again = manifests.read(beside(path))
        assert again == manifest
        other, _ = bench.make(again.order, f"second-{number}", expected=again.sha256)
        assert other.read_bytes() == path.read_bytes()
        assert sha256(path.read_bytes()).hexdigest() == manifest.sha256
        assert path.stat().st_size == manifest.size
        today, _ = bench.make(replace_threshold(bench, asked[number]), f"third-{number}")
        fresh += today.read_bytes() != path.read_bytes()
    assert fresh > len(made) // 2  # what is asked for anew knows of the later events


def replace_threshold(bench: Bench, wanted: Wanted) -> manifests.Order:
    return bench.order(wanted, threshold=2)


def test_both_databases_give_the_same_bytes(databases: Databases, tmp_path: Path) -> None:
    """But for the position's hash, the ids and so the pseudonyms, which differ: a statistic has none of them."""
    contents = []
    for kind in ("sqlite", "postgresql"):
        (tmp_path / kind).mkdir()
        with played(databases, kind, tmp_path / kind) as bench:
            for name in STATISTICS:
                wanted = Wanted(Subject.STATISTIC, Format.CSV, name, Filters(group_by=GroupBy.ORGANISATION))
                path, _ = bench.make(wanted, f"{name}.csv")
                contents.append((name, path.read_bytes()))
    half = len(contents) // 2
    assert contents[:half] == contents[half:]


def test_the_manifest_says_it_all(bench: Bench) -> None:
    wanted = Wanted(
        Subject.STATISTIC,
        Format.CSV,
        "durations",
        Filters(organisations=("gard",), since=date(2026, 1, 1), group_by=GroupBy.MONTH),
        AsOf(date(2026, 5, 1), Basis.RECORDED),
        "en",
    )
    path, manifest = bench.make(wanted, "said")
    said = json.loads(beside(path).read_bytes())
    head = head_of(bench.cells.service.engine)
    order = said["order"]
    assert order["filters"]["organisations"] == ["gard"]
    assert order["filters"]["from"] == "2026-01-01"
    assert order["filters"]["group_by"] == "month"
    assert (order["as_of"], order["basis"]) == ("2026-05-01", "recorded")
    assert (order["position"], order["hash"]) == (head.position, head.hash)
    assert (order["author"], order["threshold"], order["language"]) == ("anna", 11, "en")
    assert order["versions"]["read_models"] == {"durations": READ_MODELS["durations"].version}
    assert order["versions"]["program"]
    assert order["versions"]["schema"]
    assert order["versions"]["events"]["case.detected"] == 2
    assert manifest.order.wanted == wanted


def test_a_later_manifest_is_not_guessed_at(tmp_path: Path) -> None:
    for content in (b"", b"{}", b"[]", b'{"order": 1}', b"\xff", b"x" * 100_000):
        (tmp_path / "m").write_bytes(content)
        with pytest.raises(ManifestUnreadable):
            manifests.read(tmp_path / "m")


def test_another_history_is_refused(bench: Bench) -> None:
    order = bench.order(WAYS[0])
    forged = msgspec.structs.replace(order, hash="f" * 64)
    beyond = msgspec.structs.replace(order, position=order.position + 1000)
    for wrong in (forged, beyond):
        with pytest.raises(AnotherHistory):
            bench.make(wrong, "never")
    assert not (bench.folder / "never").exists()


def test_what_is_not_the_same_leaves_nothing(bench: Bench) -> None:
    with pytest.raises(NotTheSame):
        bench.make(WAYS[2], "never", expected="0" * 64)
    assert [path.name for path in bench.folder.iterdir() if "never" in path.name] == []


def test_other_keys_give_other_pseudonyms_and_are_seen(bench: Bench) -> None:
    order = bench.order(WAYS[2])
    ours, theirs = bench.source.pseudonyms, Pseudonyms(lambda kind, value: f"{hash((kind, value)):064x}")
    assert order.pseudonyms == ours.of("check", "")[:8] != theirs.of("check", "")[:8]
    assert ours.case("x") == ours.case("x") != ours.of("person", "x")
    assert ours.case("x") != bench.cells.service.keys.pseudonym("case", "x")[:24]


def test_nothing_is_overwritten_unless_told_so(bench: Bench) -> None:
    path, first = bench.make(WAYS[0], "mine")
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        bench.make(WAYS[2], "mine")
    assert path.read_bytes() == before
    _, second = bench.make(WAYS[2], "mine", overwrite=True)
    assert path.read_bytes() != before
    assert manifests.read(beside(path)) == second != first


def test_one_that_is_stopped_leaves_nothing(bench: Bench) -> None:
    class Stopped(Exception):
        """Somebody wants no more of it."""

    def stop(done: int, total: int) -> None:
        raise Stopped

    for wanted in WAYS:
        with pytest.raises(Stopped):
            bench.make(wanted, "stopped", progress=stop)
    assert [path.name for path in bench.folder.iterdir() if "stopped" in path.name] == []


def test_progress_goes_to_its_end(bench: Bench) -> None:
    said: list[tuple[int, int]] = []
    _, manifest = bench.make(WAYS[3], "watched", progress=lambda done, total: said.append((done, total)))
    position = manifest.order.position
    assert said[-1] == (position, position)
    assert said == sorted(said)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted(Subject.STATISTIC, Format.XES, "durations"), "format"),
        (Wanted(Subject.EVENTS, Format.CSV), "format"),
        (Wanted(Subject.EVENTS, Format.XES, "durations"), "name"),
        (Wanted(Subject.STATISTIC, Format.CSV), "name"),
        (Wanted(Subject.STATISTIC, Format.CSV, "case"), "name"),
        (Wanted(Subject.TABLE, Format.CSV, "people"), "name"),
        (Wanted(Subject.TABLE, Format.CSV, "case", Filters(since=date(2026, 1, 1))), "from"),
        (Wanted(Subject.EVENTS, Format.XES, None, Filters(until=date(2026, 1, 1))), "to"),
        (Wanted(Subject.TABLE, Format.CSV, "case", Filters(group_by=GroupBy.WAVE)), "group_by"),
    ],
)
def test_what_does_not_go_together_is_refused(wanted: Wanted, field: str) -> None:
    with pytest.raises(NotExportable) as refused:
        wanted.check()
    assert refused.value.field == field


# ---------------------------------------------------------------- rows


def test_every_column_of_text_has_a_name() -> None:
    """A column that nobody named leaves as a pseudonym: say here what it is."""
    texts = {
        column.name
        for model in READ_MODELS.values()
        for column in model.table.columns
        if isinstance(column.type, Text)
    }
    assert texts - set(tables.IDENTIFIERS) - tables.CODES == set()
    assert (set(tables.IDENTIFIERS) | tables.CODES) - texts == set()


def test_rows_are_those_of_the_read_model_under_pseudonyms(bench: Bench) -> None:
    rows = bench.rows(Wanted(Subject.TABLE, Format.CSV, "case"))
    stored = [
        dict(zip(READ_MODELS["case"].table.c.keys(), row, strict=True))
        for row in bench.cells.stored()["cases"]
    ]
    named = bench.source.pseudonyms
    assert [row["case_id"] for row in rows] == sorted(named.case(row["case_id"]) for row in stored)
    assert sorted((row["organisation"], row["state"], row["version"]) for row in rows) == sorted(
        (row["organisation"], row["state"], str(row["version"])) for row in stored
    )
    people = {named.of("person", row["person_id"]) for row in stored}
    assert {row["person_id"] for row in rows} == people
    assert len(people) < len(rows)  # who came twice is seen to have come twice
    accounts = {named.account(row["counsellor"]) for row in stored if row["counsellor"]}
    assert {row["counsellor"] for row in rows} == accounts | {""}


def test_rows_can_be_joined_between_files(bench: Bench) -> None:
    cases = {row["case_id"] for row in bench.rows(Wanted(Subject.TABLE, Format.CSV, "case"))}
    queue = {row["case_id"] for row in bench.rows(Wanted(Subject.TABLE, Format.CSV, "counsellor_queue"))}
    assert queue
    assert queue < cases


# ---------------------------------------------------------------- as of


@pytest.mark.parametrize(("basis", "states"), [(Basis.HAPPENED, ["1"]), (Basis.RECORDED, ["0"])])
def test_the_two_senses_of_a_past_day(cells: Cells, tmp_path: Path, basis: Basis, states: list[str]) -> None:
    """Accepted on day 3, recorded on day 9: on day 5 it had happened, and nobody had recorded it."""
    cells.clock.set_day(day(0))
    case_id = cells.refer(referral(occurred_on=day(0))).case_id
    cells.clock.set_day(day(9))
    cells.act(case_id, Accept(counsellor="marie", occurred_on=day(3)), by=MARIE)
    only_referred(cells, Source.MEDICAL_SERVICE, on=day(20))
    bench = Bench(cells, tmp_path)
    rows = bench.rows(Wanted(Subject.TABLE, Format.CSV, "case", as_of=AsOf(day(5), basis)))
    assert [str(int(row["counsellor"] != "")) for row in rows] == states


def test_a_statistic_as_of_a_past_day(cells: Cells, tmp_path: Path) -> None:
    only_referred(cells, *[Source.MEDICAL_SERVICE] * 12, on=day(0))
    only_referred(cells, *[Source.RECEPTION] * 12, on=day(20))
    bench = Bench(cells, tmp_path)

    def total(as_of: AsOf | None) -> list[str]:
        rows = bench.rows(Wanted(Subject.STATISTIC, Format.CSV, "detection-sources", as_of=as_of))
        return [row["value"] for row in rows if (row["line"], row["figure"]) == ("", "total")]

    assert total(None) == ["24"]
    assert total(AsOf(day(10))) == ["12"]
    assert total(AsOf(day(10), Basis.RECORDED)) == ["0"]


# ---------------------------------------------------------------- memory


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_log_three_times_as_long_takes_no_more_memory(
    cells: Cells, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond what is handled at once, which is made small here so that a short log is enough to go beyond it."""
    for module, name in ((log, "_BATCH"), (past, "_BATCH"), (parquet_file, "_GROUP_ROWS")):
        assert isinstance(getattr(module, name), int)
        monkeypatch.setattr(module, name, 100)
    # What is remembered is bounded, and was not filled by the short log.
    monkeypatch.setattr(xes_file, "_element", xes_file._element.__wrapped__)
    bench = Bench(cells, tmp_path)
    by_format = [
        Wanted(Subject.STATISTIC, Format.CSV, "outcomes", Filters(group_by=GroupBy.ORGANISATION)),
        *(Wanted(Subject.TABLE, format_, "outcomes") for format_ in TABULAR),
        *(Wanted(Subject.EVENTS, format_) for format_ in EVENT_LOGS),
    ]
    grow(cells, 200)
    for wanted in by_format:  # what is loaded and remembered once
        bench.make(wanted, "warm", overwrite=True)
    short = {named(wanted): peak(bench, wanted) for wanted in by_format}
    grow(cells, 400)
    long = {named(wanted): peak(bench, wanted) for wanted in by_format}
    assert {name: (short[name], long[name]) for name in short if long[name] > short[name] * 1.3} == {}


def peak(bench: Bench, wanted: Wanted) -> int:
    """Return the most memory that Python held while an export was made, in bytes."""
    tracemalloc.start()
    try:
        _, manifest = bench.make(wanted, "measured", overwrite=True)
        assert isinstance(manifest, Manifest)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
