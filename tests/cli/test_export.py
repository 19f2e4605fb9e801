"""`filrouge export`: files that leave, with their manifests; made again to the byte; never over another file."""

from __future__ import annotations

import csv
import json
import sys
from hashlib import sha256
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from domain.vocabulary import Source
from tests.adapters import mining
from tests.adapters.exporting import grow
from tests.builders import day
from tests.cli.cases import only_referred
from tests.cli.processes import PATIENCE_SECONDS, ask, running
from tests.cli.running import Filrouge
from tests.service import Cells


@pytest.fixture
def worked(cells: Cells, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Thirteen cases closed, and some only detected; an empty folder to write to, which is the current one."""
    grow(cells, 12)
    only_referred(cells, Source.MEDICAL_SERVICE, Source.RECEPTION, on=day(0))
    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_statistic_with_its_manifest(filrouge: Filrouge, worked: Path) -> None:
    said = filrouge.done("--lang", "en", "export", "statistic", "detection-sources", "--output", "d.csv")
    assert said.out.startswith("d.csv: ")
    assert "Manifest: d.csv.manifest.json." in said.err
    found = rows(worked / "d.csv")
    assert [(r["value"], r["hidden"]) for r in found if (r["line"], r["figure"]) == ("", "total")] == [
        ("15", "false")
    ]
    order = json.loads((worked / "d.csv.manifest.json").read_text())["order"]
    assert (order["author"], order["language"], order["threshold"]) == ("operator", "en", 11)
    assert sorted(path.name for path in worked.iterdir()) == ["d.csv", "d.csv.manifest.json"]


def test_small_counts_are_hidden_in_every_statistic(filrouge: Filrouge, worked: Path) -> None:
    """Two referrals from two sources: what is left of them is a row that says that it is hidden."""
    filrouge.done("export", "statistic", "detection-sources", "--output", "d.csv", "--by", "organisation")
    for row in rows(worked / "d.csv"):
        assert (row["value"] == "") >= (row["hidden"] == "true")
        if row["kind"] == "count" and row["value"]:
            assert float(row["value"]) == 0 or float(row["value"]) >= 11, row
    assert any(row["hidden"] == "true" for row in rows(worked / "d.csv"))


def test_made_again_to_the_byte_after_more_happened(filrouge: Filrouge, cells: Cells, worked: Path) -> None:
    for arguments in (
        ["statistic", "durations", "--by", "month", "--format", "xlsx", "--as-of", "2026-04-01"],
        ["table", "case", "--organisation", "gard"],
        ["events", "--format", "ocel"],
    ):
        first = Path(f"first.{arguments[0]}")
        filrouge.done("export", *arguments, "--output", str(first), "--author", "anna")
        only_referred(cells, Source.SOCIAL_SERVICE)
        again = Path(f"again.{arguments[0]}")
        said = filrouge.done(
            "export", "--from-manifest", f"{first}.manifest.json", "--output", str(again), "--json"
        )
        assert first.read_bytes() == again.read_bytes()
        assert said.json["order"]["author"] == "anna"
        assert said.json["sha256"] == json.loads(Path(f"{first}.manifest.json").read_text())["sha256"]


@pytest.mark.usefixtures("worked")
def test_a_manifest_that_does_not_fit_leaves_nothing(filrouge: Filrouge, worked: Path) -> None:
    filrouge.done("export", "table", "case", "--output", "a.csv")
    manifest = Path("a.csv.manifest.json")
    said = json.loads(manifest.read_text())
    for change, words in (
        ({"sha256": "0" * 64}, "n'est pas celui du manifeste"),
        ({"order": {**said["order"], "hash": "0" * 64}}, "n'a pas l'historique"),
        ({"order": {**said["order"], "subject": "people"}}, "n'est pas le manifeste"),
    ):
        manifest.write_text(json.dumps({**said, **change}))
        refused = filrouge.refused("export", "--from-manifest", str(manifest), "--output", "b.csv")
        assert words in refused
    assert not Path("b.csv").exists()
    assert "fichier" in filrouge.refused("export", "--from-manifest", "a.csv", "--output", "b.csv")


@pytest.mark.usefixtures("worked")
def test_nothing_is_overwritten_without_force(filrouge: Filrouge) -> None:
    path = Path("mine.csv")
    path.write_text("mine")
    assert "--force" in filrouge.refused("export", "table", "case", "--output", "mine.csv")
    assert path.read_text() == "mine"
    filrouge.done("export", "table", "case", "--output", "mine.csv", "--force")
    assert path.read_text() != "mine"


@pytest.mark.usefixtures("worked")
def test_a_name_is_chosen(filrouge: Filrouge, worked: Path) -> None:
    filrouge.done("export", "events")
    (path,) = worked.glob("events-*.xes")
    assert mining.wrong_in_xes(path.read_bytes()) == []


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["statistic", "ages"], "durations"),
        (["table", "people"], "counsellor_queue"),
        (["statistic", "durations", "--format", "xes"], "csv, xlsx, parquet"),
        (["events", "--format", "csv"], "xes, ocel"),
        (["events", "--from", "2026-01-01"], "--from"),
        (["statistic", "durations", "--basis", "recorded"], "--as-of"),
        (["statistic", "durations", "--organisation", "nulle-part"], "nulle-part"),
        (["statistic", "durations", "--wave", "nulle-part"], "pilot"),
        (["statistic", "outcomes", "--maturity", "90"], "maturity"),
        (["statistic", "durations", "--from", "2026-02-01", "--to", "2026-01-01"], "--from est après --to"),
        (["table", "case", "--author", "Anna Durand"], "--author"),
        ([], "--from-manifest"),
        (["--output", "a.csv", "table", "case"], "--from-manifest"),
    ],
)
def test_misuse_says_what_is_accepted(
    filrouge: Filrouge, worked: Path, arguments: list[str], words: str
) -> None:
    assert words in filrouge.refused("export", *arguments, status=2)
    assert list(worked.iterdir()) == []


@pytest.mark.usefixtures("worked")
def test_what_cannot_be_written_is_said(
    filrouge: Filrouge, monkeypatch: pytest.MonkeyPatch, worked: Path
) -> None:
    assert "ailleurs" in filrouge.refused("export", "table", "case", "--output", "ailleurs/a.csv")
    assert "trop peu" in filrouge.refused("export", "events", "--organisation", "isere")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    assert "filrouge[parquet]" in filrouge.refused("export", "table", "case", "--format", "parquet")
    assert list(worked.iterdir()) == []


def test_a_server_makes_what_it_is_asked_for(home: Path) -> None:
    """Asked over HTTP, made by a process of its own, fetched: the bytes that its manifest names."""
    del home
    with running("serve", "--demo", environment={"FILROUGE_LOG_FORMAT": "json"}) as server:
        given = server.tokens()
        headers = {
            "Authorization": f"Bearer {given['NATIONAL_ANALYST']}",
            "Content-Type": "application/json",
        }
        body = json.dumps({"subject": "events", "format": "ocel"}).encode()
        asked = Request(f"{given['API']}/exports", body, headers)  # noqa: S310 - our own server
        with urlopen(asked, timeout=PATIENCE_SECONDS) as answered:  # noqa: S310 - our own server
            assert answered.status == 202
            address = f"{given['API']}/exports/{json.load(answered)['export_id']}"
        server.until('"rows"')
        status, made = ask(address, given["NATIONAL_ANALYST"])
        assert (status, made["state"]["code"]) == (200, "done")
        fetched = Request(f"{address}/content", headers=headers)  # noqa: S310 - our own server
        with urlopen(fetched, timeout=PATIENCE_SECONDS) as answered:  # noqa: S310 - our own server
            content = answered.read()
        assert sha256(content).hexdigest() == made["manifest"]["sha256"]
        assert mining.wrong_in_ocel(json.loads(content)) == []
        assert server.stopped_by() == 0
