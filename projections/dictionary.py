"""The data dictionary: every statistic, table, column and code, as the code declares them, in one language.

It is what an analyst needs to read the figures, and to query the tables directly with SQL. Nothing is written here
that is declared elsewhere: a new read model, column or statistic is in it the moment it exists.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Column as TableColumn
from sqlalchemy import Table

from domain.vocabulary import VOCABULARY
from projections import organisations
from projections.facts import FRENCH
from projections.figures import Column, Shape
from projections.queries import QUERIES, Query
from projections.read_model import ReadModel
from projections.registry import READ_MODELS
from projections.reports import STATISTICS
from projections.statistic import Statistic
from projections.statistics import Definition
from workflows.deadlines import NextStep
from workflows.labels import LabelledEnum, Language, in_language
from workflows.roles import Role
from workflows.states import State

Said = tuple[str, str]
"""In French and in English."""


@dataclass(frozen=True, slots=True)
class Durable:
    """What is said of a table that is no read model: what a row of it is, and each column."""

    about: Said
    columns: Mapping[str, Said]


CODES: Final[Mapping[str, type[LabelledEnum]]] = {
    "state": State,
    "next_step": NextStep,
    "role": Role,
    **VOCABULARY,
}
"""Every list of codes that a column may be a code of."""

_CODE_OF: Final = re.compile(r"codes? of `(\w+)`")

_TYPES: Final = {
    "TEXT": "text",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DATE": "date",
    "BOOLEAN": "boolean",
}
"""What both databases call a column's type, in words; SQLite keeps dates as text and booleans as 0 and 1."""


class Code(Struct, frozen=True):
    """A code and its label."""

    code: str
    label: str


class CodeList(Struct, frozen=True):
    """A closed list of codes."""

    name: str
    codes: list[Code]


class Field(Struct, frozen=True):
    """A column of a table. `codes` names the list that it holds codes of."""

    name: str
    type: str
    nullable: bool
    in_key: bool
    about: str
    codes: str | None


class TableEntry(Struct, frozen=True):
    """A table, what a row of it is, and its columns; for a read model its name and version."""

    name: str
    about: str
    key: list[str]
    columns: list[Field]
    read_model: str | None = None
    version: int | None = None


class Figure(Struct, frozen=True):
    """A column of a statistic: of the group's totals, or of each line; its counts, and what is computed from them."""

    name: str
    of: str
    kind: str
    label: str
    part_of: str | None
    sum_of: list[str]
    computed_from: list[str]


class Example(Struct, frozen=True):
    """A query to copy, and what it answers."""

    about: str
    sql: str


class StatisticEntry(Struct, frozen=True):
    """A statistic. `lines` is what its lines are, `line_codes` these; none where there are totals only."""

    name: str
    title: str
    about: str
    definition: Definition
    groupings: list[str]
    read_models: list[str]
    lines: str | None
    line_codes: list[Code]
    columns: list[Figure]
    examples: list[Example]


class Dictionary(Struct, frozen=True):
    """The whole of it."""

    language: Language
    statistics: list[StatisticEntry]
    read_models: list[TableEntry]
    tallies: list[TableEntry]
    tables: list[TableEntry]
    codes: list[CodeList]
    examples: list[Example]


def dictionary(language: Language, durable: Mapping[Table, Durable]) -> Dictionary:
    """Return the dictionary in a language; `durable` are the tables that are no read models but may be looked at."""
    models = READ_MODELS.values()
    return Dictionary(
        language,
        [_statistic(statistic, language) for statistic in STATISTICS.values()],
        [_table(model.table, language, model) for model in models],
        [_table(model.tally, language, model) for model in models if model.tally is not None],
        [
            _table(organisations.TABLE, language),
            *(_durable(table, said, language) for table, said in durable.items()),
        ],
        [CodeList(name, _codes(codes, language)) for name, codes in CODES.items()],
        _examples(QUERIES[""], language),
    )


def _statistic(statistic: Statistic, language: Language) -> StatisticEntry:
    lines = statistic.shape.lines
    return StatisticEntry(
        statistic.name,
        statistic.title[language],
        statistic.about[language],
        statistic.definitions[language],
        [by.value for by in statistic.groupings],
        [model.name for model in statistic.models],
        lines.label(language) if lines is not None else None,
        _codes(lines.codes, language) if lines is not None else [],
        list(_figures(statistic.shape, language)),
        _examples(QUERIES.get(statistic.name, ()), language),
    )


def _figures(shape: Shape, language: Language) -> Iterable[Figure]:
    yield from (_figure(column, "totals", language) for column in shape.totals)
    if shape.lines is not None:
        yield from (_figure(column, "line", language) for column in shape.lines.columns)


def _figure(column: Column, of: str, language: Language) -> Figure:
    return Figure(
        column.code,
        of,
        column.kind.value,
        column.label(language),
        column.part_of,
        list(column.sum_of),
        list(column.reveals),
    )


def _table(table: Table, language: Language, model: ReadModel | None = None) -> TableEntry:
    return TableEntry(
        str(table.name),
        _about(table, language),
        [str(column.name) for column in table.primary_key],
        [_field(column, column.comment or "", _about(column, language)) for column in table.columns],
        model.name if model is not None else None,
        model.version if model is not None else None,
    )


def _durable(table: Table, said: Durable, language: Language) -> TableEntry:
    columns = []
    for column in table.columns:
        about = said.columns[column.name]
        columns.append(_field(column, in_language(about, "en"), in_language(about, language)))
    key = [str(column.name) for column in table.primary_key]
    return TableEntry(str(table.name), in_language(said.about, language), key, columns)


def _field(column: TableColumn[Any], english: str, about: str) -> Field:
    codes = _CODE_OF.search(english)
    return Field(
        str(column.name),
        _TYPES[str(column.type)],
        bool(column.nullable),
        column.primary_key,
        about,
        codes[1] if codes is not None else None,
    )


def _about(described: Table | TableColumn[Any], language: Language) -> str:
    return (described.info.get(FRENCH) if language == "fr" else described.comment) or ""


def _codes(codes: type[LabelledEnum], language: Language) -> list[Code]:
    return [Code(code.value, code.label(language)) for code in codes]


def _examples(queries: Iterable[Query], language: Language) -> list[Example]:
    return [Example(in_language(query.about, language), query.sql) for query in queries]
