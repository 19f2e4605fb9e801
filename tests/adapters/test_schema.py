"""The tables: made once, whoever starts first, and never touched by a program that does not know them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from adapters.database import (
    DatabaseUnavailable,
    SchemaMissing,
    SchemaOutdated,
    SchemaState,
    SchemaTooNew,
    reading,
    require_current_schema,
    schema_state,
    upgrade,
    writing,
)
from adapters.event_store import EventRecorder
from adapters.schema import HEAD, REVISIONS, refuse_other_schema
from adapters.tables import metadata
from tests.adapters.makers import event, opened
from tests.databases import Kind

ROOT = Path(__file__).parents[2]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with opened(database_url) as made:
        yield made


@pytest.fixture
def migrated(migrated_database_url: str) -> Iterator[Engine]:
    with opened(migrated_database_url) as made:
        yield made


def _pretend(engine: Engine, revision: str) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})


def _everything(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        tables = sorted(inspect(connection).get_table_names())
        return [f"{name}: {connection.execute(text(f'SELECT * FROM {name}')).all()}" for name in tables]


def test_an_empty_database_becomes_current(engine: Engine, database_url: str) -> None:
    assert schema_state(engine) is SchemaState.ABSENT
    with pytest.raises(SchemaMissing):
        require_current_schema(engine)
    upgrade(database_url)
    assert schema_state(engine) is SchemaState.CURRENT
    require_current_schema(engine)


def test_looking_at_a_missing_file_does_not_make_it(tmp_path: Path) -> None:
    path = tmp_path / "mistyped.sqlite"
    with opened(f"sqlite:///{path}") as made:
        assert schema_state(made) is SchemaState.ABSENT
    assert not path.exists()


def test_upgrading_again_changes_nothing(migrated: Engine, migrated_database_url: str) -> None:
    EventRecorder(migrated).insert_events([event("case", 1)])
    before = _everything(migrated)
    upgrade(migrated_database_url)
    assert _everything(migrated) == before


def test_a_newer_schema_is_never_touched(migrated: Engine, migrated_database_url: str) -> None:
    _pretend(migrated, "9999")
    before = _everything(migrated)
    assert schema_state(migrated) is SchemaState.NEWER
    with pytest.raises(SchemaTooNew) as refusal:
        upgrade(migrated_database_url)
    assert (refusal.value.found, refusal.value.known) == ("9999", HEAD)
    with pytest.raises(SchemaTooNew):
        require_current_schema(migrated)
    assert _everything(migrated) == before


def test_a_program_overtaken_while_it_runs_stops_writing(migrated: Engine) -> None:
    recorder = EventRecorder(migrated)
    recorder.insert_events([event("case", 1)])
    _pretend(migrated, "9999")
    with pytest.raises(SchemaTooNew):
        recorder.insert_events([event("case", 2)])
    _pretend(migrated, HEAD)
    assert recorder.insert_events([event("case", 2)]) == [2]


def test_writing_where_there_are_no_tables(engine: Engine) -> None:
    with pytest.raises(SchemaMissing):
        EventRecorder(engine).insert_events([event("case", 1)])


def test_an_older_schema_asks_for_an_upgrade() -> None:
    with pytest.raises(SchemaOutdated, match="upgrade it first"):
        refuse_other_schema("0001")


def test_a_database_of_before_the_sessions_is_upgraded_with_what_it_holds(
    migrated: Engine, migrated_database_url: str
) -> None:
    EventRecorder(migrated).insert_events([event("case", 1)])
    before = _everything(migrated)
    with writing(migrated) as connection:
        for table in (
            "sessions",
            "accesses",
            "accessed_cases",
            "accounts",
            "account_links",
            "account_invitations",
            "sign_ins",
            "logout_hints",
            "attempts",
        ):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("DROP INDEX ix_people_same_as"))
        connection.execute(text("ALTER TABLE people DROP COLUMN same_as"))
    _pretend(migrated, "0003")
    assert schema_state(migrated) is SchemaState.OUTDATED
    upgrade(migrated_database_url)
    assert _everything(migrated) == before


def test_an_upgrade_that_fails_leaves_nothing_behind(engine: Engine, database_url: str) -> None:
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE tokens (in_the_way INTEGER)"))  # the last table that 0001 makes
    with pytest.raises(Exception, match="already exists"):
        upgrade(database_url)
    with reading(engine, fenced=False) as connection:
        assert inspect(connection).get_table_names() == ["tokens"]
    assert schema_state(engine) is SchemaState.ABSENT


def test_several_processes_start_at_once(engine: Engine, database_url: str) -> None:
    program = "import sys; sys.stdin.read(); from adapters.database import upgrade; upgrade(sys.argv[1])"
    starters = [
        subprocess.Popen([sys.executable, "-c", program, database_url], cwd=ROOT, stdin=subprocess.PIPE)
        for _ in range(4)
    ]
    for starter in starters:
        assert starter.stdin is not None
        starter.stdin.close()
    assert [starter.wait() for starter in starters] == [0] * 4
    assert schema_state(engine) is SchemaState.CURRENT
    assert EventRecorder(engine).insert_events([event("case", 1)]) == [1]


def test_the_database_is_what_the_tables_module_says(migrated: Engine) -> None:
    with reading(migrated) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_migrations_are_those_the_program_knows() -> None:
    scripts = ScriptDirectory(str(ROOT / "adapters" / "migrations"))
    assert [script.revision for script in reversed(list(scripts.walk_revisions()))] == list(REVISIONS)
    assert scripts.get_current_head() == HEAD


def test_no_command_waits_for_alembic() -> None:
    program = "import sys, adapters.database, adapters.event_store, adapters.verify; print('alembic' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout == "False\n"


def test_a_database_that_cannot_be_made_is_said_so(tmp_path: Path, database_kind: Kind) -> None:
    (tmp_path / "file").write_text("")
    if database_kind == "sqlite":
        url = f"sqlite:///{tmp_path}/file/filrouge.sqlite"
    else:
        url = f"postgresql:///filrouge?host={tmp_path}"
    with pytest.raises(DatabaseUnavailable):
        upgrade(url)
