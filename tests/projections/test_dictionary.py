"""The data dictionary leaves nothing out, in both languages, and is what the databases have."""

from __future__ import annotations

import msgspec
import pytest
import sqlalchemy as sa

from adapters.connections import engine
from adapters.durable_columns import DURABLE
from domain.vocabulary import VOCABULARY
from projections.dictionary import CODES, Dictionary, TableEntry, dictionary
from projections.dictionary_markdown import markdown
from projections.facts import METADATA
from projections.registry import READ_MODELS
from projections.reports import STATISTICS
from tests.databases import Databases, Kind
from tests.projections.board import made
from workflows.labels import Language

LANGUAGES: tuple[Language, ...] = ("fr", "en")


@pytest.fixture(params=LANGUAGES)
def found(request: pytest.FixtureRequest) -> Dictionary:
    """The dictionary, in each language."""
    return dictionary(request.param, DURABLE)


def tables(found: Dictionary) -> list[TableEntry]:
    """Return every table of it."""
    return [*found.read_models, *found.tallies, *found.tables]


def test_every_table_and_every_column_says_what_it_is(found: Dictionary) -> None:
    for table in tables(found):
        assert table.about.strip(), table.name
        for column in table.columns:
            assert column.about.strip(), f"{table.name}.{column.name}"


def test_every_statistic_says_what_it_is(found: Dictionary) -> None:
    assert [statistic.name for statistic in found.statistics] == list(STATISTICS)
    for statistic in found.statistics:
        said = [statistic.title, statistic.about, *msgspec.structs.astuple(statistic.definition)]
        said += [figure.label for figure in statistic.columns]
        assert all(text.strip() for text in said), statistic.name
        assert statistic.examples, statistic.name


def test_the_languages_say_things_of_their_own() -> None:
    french, english = (tables(dictionary(language, DURABLE)) for language in LANGUAGES)
    for one, other in zip(french, english, strict=True):
        assert one.about != other.about, one.name
        for mine, theirs in zip(one.columns, other.columns, strict=True):
            assert mine.about != theirs.about, f"{one.name}.{mine.name}"


def test_every_table_of_a_read_model_is_in_it(found: Dictionary) -> None:
    assert {table.name for table in tables(found)} >= set(METADATA.tables)
    assert [table.read_model for table in found.read_models] == list(READ_MODELS)


def test_every_code_list_is_in_it_and_every_list_that_a_column_names(found: Dictionary) -> None:
    assert {codes.name for codes in found.codes} == set(CODES) > set(VOCABULARY)
    for table in tables(found):
        for column in table.columns:
            assert column.codes is None or column.codes in CODES, f"{table.name}.{column.name}"
    by_name = {table.name: table for table in found.read_models}
    codes = {column.name: column.codes for column in by_name["outcomes"].columns}
    assert codes["closing_reason"] == "closing_reason"


def test_the_databases_have_these_tables_and_columns(databases: Databases, database_kind: Kind) -> None:
    with databases.fresh(database_kind, migrated=True) as url:
        opened = engine(url)
        made(opened)
        inspector = sa.inspect(opened)
        for table in tables(dictionary("en", DURABLE)):
            stored = {column["name"]: column for column in inspector.get_columns(table.name)}
            assert list(stored) == [column.name for column in table.columns], table.name
            for column in table.columns:
                assert stored[column.name]["nullable"] == column.nullable, f"{table.name}.{column.name}"
            assert inspector.get_pk_constraint(table.name)["constrained_columns"] == table.key
        opened.dispose()


def test_the_document_has_everything(found: Dictionary) -> None:
    text = markdown(found)
    for table in tables(found):
        assert f"`{table.name}`" in text
        assert all(f"| `{column.name}` |" in text for column in table.columns), table.name
    for statistic in found.statistics:
        assert all(example.sql in text for example in statistic.examples)
        assert all(f"| `{figure.name}` |" in text for figure in statistic.columns)
    for codes in found.codes:
        assert all(f"| `{code.code}` | {code.label} |" in text for code in codes.codes), codes.name


def test_a_column_without_a_description_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    column = READ_MODELS["outcomes"].table.c.oriented
    monkeypatch.setitem(column.info, "fr", "")
    with pytest.raises(AssertionError, match=r"outcomes\.oriented"):
        test_every_table_and_every_column_says_what_it_is(dictionary("fr", DURABLE))
