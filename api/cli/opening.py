"""What commands work on: the settings, the database, the whole service; and the very first start."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from adapters.bootstrap import Service
    from adapters.settings import Settings


def settings() -> "Settings":
    """Return the settings, the home directory made. Raises SettingsError."""
    from adapters.settings import load

    return load()


@contextmanager
def database_opened(chosen: "Settings", *, create: bool = False) -> "Iterator[Engine]":
    """Open the database for the block: one that is there, or with `create` made and upgraded when needed.

    Raises the errors of `adapters.storage_errors`.
    """
    from adapters import database, read_models

    if create:
        database.upgrade(chosen.database_url)
    engine = database.engine(chosen.database_url, lock_timeout_seconds=chosen.lock_timeout_seconds)
    try:
        database.require_current_schema(engine)
        if create:
            read_models.create(engine, chosen.deadlines)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def read_models_opened(chosen: "Settings") -> "Iterator[Engine]":
    """Open a database for questions to its read models; an answer from one that is not current is marked."""
    with database_opened(chosen) as engine:
        yield engine


@contextmanager
def service_opened(chosen: "Settings", *, create: bool = False) -> "Iterator[Service]":
    """Open the whole service for the block; with `create` also where there is nothing yet, master key included.

    Raises what `adapters.bootstrap.open_service` raises.
    """
    from adapters.bootstrap import open_service

    if create:
        provide_master_key(chosen)
    else:
        with database_opened(chosen):
            pass
    with open_service(chosen) as service:
        yield service


def provide_master_key(chosen: "Settings") -> None:
    """Make the master key of a very first start: no key, and nothing yet that a lost one could have sealed.

    Where there are people, or keys of people, a missing master key stays an error: making another one silently
    would hide that they can no longer be read.
    """
    from adapters.first_start import is_untouched
    from adapters.key_file import create_key_file
    from api.cli.output import note

    if chosen.master_key is not None or chosen.master_key_file.exists() or not is_untouched(chosen):
        return
    create_key_file(chosen.master_key_file)
    note("first_start.master_key", path=chosen.master_key_file)
