"""What the tests of the adapters share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters import database
from adapters.key_file import create_key_file
from adapters.keys import open_key_store
from adapters.vault import Vault
from tests.adapters.house import House
from tests.databases import Databases, Kind


@pytest.fixture
def house(
    migrated_database_url: str, database_kind: Kind, databases: Databases, tmp_path: Path
) -> Iterator[House]:
    """An empty house; its keys are in a database of the same kind."""
    master = create_key_file(tmp_path / "master.key")
    with databases.fresh(database_kind) as keys_url:
        engine = database.engine(migrated_database_url)
        keys = open_key_store(keys_url, [master])
        yield House(engine, keys, Vault(keys), (migrated_database_url, keys_url), master)
        keys.close()
        engine.dispose()
