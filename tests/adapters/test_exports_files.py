"""The tabular formats: typed, safe to open, the same bytes each time, and saying where they come from."""

from __future__ import annotations

import csv
import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from adapters.exports import csv_file, parquet_file, xlsx_file
from adapters.exports.parquet_file import ParquetMissing
from adapters.exports.sheet import Cell, Field, Sheet, Type, Writer

FIELDS = (
    Field("code", Type.TEXT, "A code."),
    Field("cases", Type.INTEGER, "How many."),
    Field("share", Type.NUMBER, "In percent."),
    Field("on", Type.DAY, "The day."),
    Field("open", Type.BOOLEAN, "Whether."),
)
ROWS: list[tuple[Cell, ...]] = [
    ("gard", 12, 50.5, date(2018, 3, 31), True),
    ("hérault", -3, -0.25, date(1899, 12, 31), False),
    (None, None, None, None, None),
    ("12", 0, 0.0, date(2018, 3, 1), True),
]
PROVENANCE = {
    "subject": "table",
    "name": "cases",
    "author": "anna",
    "made_at": "2018-03-31T12:00:00.000000Z",
    "position": 7,
    "hash": "0" * 64,
    "filters": {"organisations": ["gard"]},
    "as_of": None,
}
WRITERS = (csv_file.write, xlsx_file.write, parquet_file.write)


def sheet(rows: list[tuple[Cell, ...]] | None = None) -> Sheet:
    return Sheet(FIELDS, iter(ROWS if rows is None else rows))


def lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_csv_has_a_header_and_plain_values(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert csv_file.write(path, sheet(), PROVENANCE) == 4
    assert lines(path) == [
        ["code", "cases", "share", "on", "open"],
        ["gard", "12", "50.5", "2018-03-31", "true"],
        ["hérault", "-3", "-0.25", "1899-12-31", "false"],
        ["", "", "", "", ""],
        ["12", "0", "0.0", "2018-03-01", "true"],
    ]
    assert path.read_bytes().count(b"\r\n") == 5


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠A1",
        '=HYPERLINK("http://example.org","x")',
    ],
)
def test_no_text_is_a_formula(tmp_path: Path, text: str) -> None:
    """Not in the cells, not in the header: neither as CSV opened in a spreadsheet nor as a workbook."""
    hostile = Sheet((Field(text, Type.TEXT, text), FIELDS[1]), iter([(text, -5)]))
    csv_file.write(tmp_path / "a.csv", hostile, PROVENANCE)
    assert lines(tmp_path / "a.csv") == [[f"'{text}", "cases"], [f"'{text}", "-5"]]

    hostile = Sheet((Field(text, Type.TEXT, text), FIELDS[1]), iter([(text, -5)]))
    xlsx_file.write(tmp_path / "a.xlsx", hostile, PROVENANCE)
    cells = workbook(tmp_path / "a.xlsx")["data"]
    assert [cell.data_type for row in cells for cell in row] == ["s", "s", "s", "n"]
    assert cells[1][1].value == -5
    assert str(cells[1][0].value).strip().endswith(text.strip())


def test_a_text_that_only_holds_a_sign_is_left_alone() -> None:
    assert [csv_file.harmless(text) for text in ("a=b", "x-1", "", " =1", "1")] == [
        "a=b",
        "x-1",
        "",
        " =1",
        "1",
    ]


def workbook(path: Path) -> dict[str, list[Any]]:
    read = openpyxl.load_workbook(path)
    return {name: list(read[name].iter_rows()) for name in read.sheetnames}


def test_a_workbook_keeps_types_and_says_where_it_comes_from(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert xlsx_file.write(path, sheet(), PROVENANCE) == 4
    found = workbook(path)
    values = [[cell.value for cell in row] for row in found["data"]]
    assert values[0] == ["code", "cases", "share", "on", "open"]
    assert values[1] == ["gard", 12, 50.5, datetime(2018, 3, 31), True]  # noqa: DTZ001 - a day
    assert values[3] == [None] * 5
    assert values[4][0] == "12"  # a text that looks like a number stays a text
    said = {str(row[0].value): row[1].value for row in found["about"]}
    assert (said["position"], said["author"], said["share"]) == ("7", "anna", "In percent.")
    assert json.loads(str(said["filters"])) == {"organisations": ["gard"]}
    properties = openpyxl.load_workbook(path).properties
    assert (properties.creator, str(properties.created)) == ("anna", "2018-03-31 12:00:00")
    assert "0" * 64 in str(properties.description)


def test_a_workbook_goes_on_on_another_sheet(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows: list[tuple[Cell, ...]] = [(str(i), i, None, None, None) for i in range(7)]
    assert xlsx_file.write(path, sheet(rows), PROVENANCE, most_rows=3) == 7
    found = workbook(path)
    assert [(name, len(rows)) for name, rows in found.items() if name != "about"] == [
        ("data", 4),
        ("data 2", 4),
        ("data 3", 2),
    ]
    assert [row[1].value for name in ("data", "data 2", "data 3") for row in found[name][1:]] == list(
        range(7)
    )


def test_parquet_keeps_types_and_says_where_it_comes_from(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    assert parquet_file.write(path, sheet(), PROVENANCE) == 4
    table = pq.read_table(path)
    assert [str(field.type) for field in table.schema] == ["string", "int64", "double", "date32[day]", "bool"]
    assert table.to_pylist()[1] == {
        "code": "hérault",
        "cases": -3,
        "share": -0.25,
        "on": date(1899, 12, 31),
        "open": False,
    }
    assert json.loads((table.schema.metadata or {})[b"filrouge"]) == PROVENANCE
    assert (table.schema.field("share").metadata or {})[b"about"] == b"In percent."


@pytest.fixture
def without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without the extra."""
    for name in list(sys.modules):
        if name.partition(".")[0] == "pyarrow":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)


@pytest.mark.usefixtures("without_pyarrow")
def test_parquet_without_its_extra_says_which(tmp_path: Path) -> None:
    with pytest.raises(ParquetMissing, match=r"filrouge\[parquet\]"):
        parquet_file.write(tmp_path / "a.parquet", sheet(), PROVENANCE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", WRITERS)
def test_the_same_rows_give_the_same_bytes(tmp_path: Path, write: Writer) -> None:
    for name in ("a", "b"):
        write(tmp_path / name, sheet(), PROVENANCE)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("write", WRITERS)
def test_a_table_without_rows_has_its_columns(tmp_path: Path, write: Writer) -> None:
    assert write(tmp_path / "a", sheet([]), PROVENANCE) == 0
    content = (tmp_path / "a").read_bytes()
    if write is csv_file.write:
        assert content == b"code,cases,share,on,open\r\n"
    elif write is parquet_file.write:
        assert pq.read_table(tmp_path / "a").num_rows == 0
