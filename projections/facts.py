"""Read-model tables made from row structs: the struct is the one place where a column is named and explained."""

import types
import typing
from datetime import date
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec
from msgspec import Meta, Struct
from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

METADATA: Final = MetaData()
"""Every read-model table. They are never migrated: a new version is rebuilt from the events."""

_TYPES: Final[dict[type, type[TypeEngine[Any]]]] = {str: Text, int: Integer, bool: Boolean, date: Date}


FRENCH: Final = "fr"
"""Where a table or a column carries its description in French: in `info`. In English it is the comment."""


def about(english: str, french: str = "") -> Meta:
    """Describe a column, for the table's comment and the data dictionary."""
    return Meta(description=english, extra={FRENCH: french})


def table(name: str, row: type[Struct], key: tuple[str, ...], *indexes: Index, french: str = "") -> Table:
    """Return the table whose columns are the fields of `row`; a field that may be None is nullable.

    What a row is says the doc of `row`, and `french`. On SQLite the rows lie in the key's own tree, which spares a
    second one.
    """
    hints = typing.get_type_hints(row, include_extras=True)
    columns = [
        _column(field.name, hints[field.name], field.name in key) for field in msgspec.structs.fields(row)
    ]
    return Table(
        name,
        METADATA,
        *columns,
        *indexes,
        comment=(row.__doc__ or "").strip(),
        info={FRENCH: french},
        sqlite_with_rowid=False,
    )


def _column(name: str, hint: Any, is_key: bool) -> Column[Any]:
    meta = Meta()
    if get_origin(hint) is Annotated:
        hint, meta = get_args(hint)
    nullable = get_origin(hint) in (types.UnionType, typing.Union)
    if nullable:
        hint = next(option for option in get_args(hint) if option is not type(None))
    return Column(
        name,
        _TYPES[hint],
        primary_key=is_key,
        nullable=nullable,
        autoincrement=False,
        comment=meta.description,
        info=dict(meta.extra or {}),
    )
