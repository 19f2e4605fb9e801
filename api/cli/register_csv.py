"""Reading organisations from a CSV file: every line is checked before any is registered."""

import csv
from datetime import date
from pathlib import Path
from typing import Final

import typer
from pydantic_core import PydanticCustomError

from adapters.system_words import system_words
from api.cli.options import choice, day
from api.cli.words import say, spoken
from domain.codes import is_organisation_code
from domain.events.organisations import OrganisationRegistered
from domain.text import Typed, said_of
from domain.vocabulary import Wave

COLUMNS: Final = ("code", "name", "wave", "deployed_on")
"""The file's header. `deployed_on` may be empty: the wave's first day."""

_NAME: Final = Typed(100)
_DELIMITERS: Final = ",;"  # spreadsheets set to French write semicolons


def organisation(code: str, name: str, wave: str, deployed_on: date | None) -> OrganisationRegistered:
    """Return a registration, its fields checked. Raises typer.BadParameter."""
    if not is_organisation_code(code):
        raise typer.BadParameter(say("organisation.bad_code", given=code))
    try:
        checked_name = str(_NAME(name))
    except PydanticCustomError as error:
        raise typer.BadParameter(say("organisation.bad_name", why=said_of(error, spoken()))) from None
    known = choice(Wave)(wave)
    return OrganisationRegistered(
        code=code, name=checked_name, wave=known.value, deployed_on=deployed_on or known.starts_on
    )


def read_csv(path: Path) -> list[OrganisationRegistered]:
    """Return the registrations of a file. Raises typer.BadParameter, naming the line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise typer.BadParameter(say("organisation.not_utf8", path=path)) from None
    except OSError as error:
        raise typer.BadParameter(
            say("organisation.unreadable", path=path, why=system_words(error, spoken()))
        ) from None
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.DictReader(text.splitlines(), delimiter=delimiter, strict=True)
    if reader.fieldnames is None or set(reader.fieldnames) != set(COLUMNS):
        raise typer.BadParameter(say("organisation.header", path=path, columns=",".join(COLUMNS)))
    found: dict[str, OrganisationRegistered] = {}
    try:
        for row in reader:
            one = _of_row(row)
            if one.code in found:
                raise typer.BadParameter(say("organisation.twice", code=one.code))
            found[one.code] = one
    except (csv.Error, typer.BadParameter) as error:
        why = error.message if isinstance(error, typer.BadParameter) else say("organisation.not_csv")
        raise typer.BadParameter(say("organisation.line", path=path, line=reader.line_num, why=why)) from None
    return list(found.values())


def _of_row(row: dict[str, str | None]) -> OrganisationRegistered:
    if None in row or None in row.values():
        raise typer.BadParameter(say("organisation.fields", number=len(COLUMNS)))
    fields = {name: (row[name] or "").strip() for name in COLUMNS}
    on = fields["deployed_on"]
    return organisation(fields["code"], fields["name"], fields["wave"], day(on) if on else None)
