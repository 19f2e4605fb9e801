"""XLSX, row by row in constant memory, the same bytes each time.

Texts are written as texts, whatever they begin with. The only instant in the file is that of the export, so that
making it again gives the same bytes. What does not fit on a sheet goes on on the next.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]

from adapters.exports.sheet import Cell, Provenance, Sheet
from adapters.instants import read_instant

MOST_ROWS: Final = 1_048_575
"""How many rows a sheet of the format holds, the header left out."""

_LONGEST_CELL: Final = 32_767


def write(path: Path, sheet: Sheet, provenance: Provenance, most_rows: int = MOST_ROWS) -> int:
    """Write the sheet, and a second one that says where it comes from; return how many rows it had."""
    with path.open("xb") as file:
        workbook = xlsxwriter.Workbook(
            file,
            {
                "constant_memory": True,
                "strings_to_numbers": False,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "tmpdir": str(path.parent),  # as private as the file itself
            },
        )
        workbook.use_zip64()
        workbook.set_properties(_properties(provenance))
        number = _Rows(workbook, sheet, most_rows).write()
        _about(workbook, sheet, provenance)
        workbook.close()
    return number


class _Rows:
    """The rows, on as many sheets as it takes."""

    def __init__(self, workbook: Any, sheet: Sheet, most_rows: int) -> None:
        self._workbook = workbook
        self._sheet = sheet
        self._most = most_rows
        self._bold = workbook.add_format({"bold": True})
        self._day = workbook.add_format({"num_format": "yyyy-mm-dd"})

    def write(self) -> int:
        number = 0
        worksheet = self._begun("data")
        for cells in self._sheet.rows:
            sheets, row = divmod(number, self._most)
            if sheets and not row:
                worksheet = self._begun(f"data {sheets + 1}")
            for column, cell in enumerate(cells):
                self._put(worksheet, row + 1, column, cell)
            number += 1
        return number

    def _begun(self, name: str) -> Any:
        worksheet = self._workbook.add_worksheet(name)
        worksheet.freeze_panes(1, 0)
        for column, field in enumerate(self._sheet.fields):
            worksheet.write_string(0, column, field.name, self._bold)
        return worksheet

    def _put(self, worksheet: Any, row: int, column: int, cell: Cell) -> None:
        match cell:
            case None:
                pass
            case bool():
                worksheet.write_boolean(row, column, cell)
            case str():
                worksheet.write_string(row, column, cell[:_LONGEST_CELL])
            case date():
                worksheet.write_datetime(row, column, cell, self._day)
            case _:
                worksheet.write_number(row, column, cell)


def _properties(provenance: Provenance) -> dict[str, Any]:
    return {
        "title": " ".join(str(provenance[part]) for part in ("subject", "name") if provenance[part]),
        "author": provenance["author"],
        "created": read_instant(provenance["made_at"]).replace(tzinfo=None),
        "comments": f"Fil Rouge, event {provenance['position']} ({provenance['hash']})",
    }


def _about(workbook: Any, sheet: Sheet, provenance: Provenance) -> None:
    worksheet = workbook.add_worksheet("about")
    bold = workbook.add_format({"bold": True})
    said = [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in provenance.items()
    ]
    for row, (name, text) in enumerate([*said, ("", ""), *((f.name, f.about) for f in sheet.fields)]):
        worksheet.write_string(row, 0, name, bold)
        worksheet.write_string(row, 1, text[:_LONGEST_CELL])
