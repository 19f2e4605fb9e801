"""CSV (RFC 4180, UTF-8, a header row), safe to open in a spreadsheet.

A text that begins like a formula would be run by a spreadsheet: it gets an apostrophe in front, as OWASP says ("CSV
Injection": = + - @, tab, carriage return, line feed). A number is not text: a negative one stays a number.
CSV has no room to say where it comes from: the manifest beside it does.
"""

import csv
from datetime import date
from pathlib import Path
from typing import Final, TextIO

from adapters.exports.sheet import Cell, Provenance, Sheet

_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The last four are the same signs in full width, which spreadsheets read alike."""


def write(path: Path, sheet: Sheet, provenance: Provenance) -> int:
    """Write the sheet; return how many rows it had."""
    del provenance
    with path.open("x", encoding="utf-8", newline="") as file:
        return write_to(file, sheet)


def write_to(file: TextIO, sheet: Sheet) -> int:
    """Write the sheet to an open file (UTF-8, line ends untranslated); return how many rows it had."""
    number = 0
    writer = csv.writer(file)
    writer.writerow([harmless(field.name) for field in sheet.fields])
    for row in sheet.rows:
        writer.writerow([_written(cell) for cell in row])
        number += 1
    return number


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text


def _written(cell: Cell) -> str | int | float:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case str():
            return harmless(cell)
        case date():
            return cell.isoformat()
        case _:
            return cell
