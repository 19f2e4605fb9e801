"""Wiring: from settings to a service that is ready to work. The CLI, the API, the demo and the tests start here."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Engine

from adapters import database, read_models
from adapters.figure_source import FigureSources
from adapters.keys import KeyStore, open_key_store
from adapters.master_key import load_master_key
from adapters.projector import Projector
from adapters.read_model_stamps import ReadModelsNotCurrent
from adapters.settings import Settings
from adapters.unit_of_work import Storage
from adapters.vault import Vault
from domain.use_cases import Clock, UseCases, new_case_id, system_clock


@dataclass(frozen=True)
class Service:
    """Everything a request needs. Close it when done: it holds connections."""

    settings: Settings
    engine: Engine
    keys: KeyStore
    vault: Vault
    storage: Storage
    use_cases: UseCases
    clock: Clock
    figures: FigureSources

    def close(self) -> None:
        """Give the connections back."""
        self.figures.close()
        self.keys.close()
        self.engine.dispose()

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def open_service(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    new_id: Callable[[], str] = new_case_id,
) -> Service:
    """Open the database (made or upgraded when needed), the keys and the read models, and check they go together.

    Read models that are not current stop nothing: what is answered from them is marked.
    Raises the errors of `adapters.storage_errors`, of the master key and the store of keys.
    """
    settings.ensure_home()
    master = load_master_key(settings)
    database.upgrade(settings.database_url)
    with ExitStack() as until_refused:
        engine = database.engine(settings.database_url, lock_timeout_seconds=settings.lock_timeout_seconds)
        until_refused.callback(engine.dispose)
        read_models.create(engine, settings.deadlines)
        keys = open_key_store(settings.keys_url, master, lock_timeout_seconds=settings.lock_timeout_seconds)
        until_refused.callback(keys.close)
        vault = Vault(keys)
        with database.reading(engine) as connection:
            vault.check(connection)
        until_refused.pop_all()
    storage = Storage(engine, Projector(engine, settings.deadlines), vault)
    use_cases = UseCases(storage.begin, deadlines=settings.deadlines, clock=clock, new_id=new_id)
    figures = FigureSources(engine, settings.deadlines)
    return Service(settings, engine, keys, vault, storage, use_cases, clock, figures)


def refuse_stale_read_models(engine: Engine, settings: Settings) -> None:
    """Raise ReadModelsNotCurrent when a read model was computed by other rules, or is not there."""
    found = read_models.states(engine, settings.deadlines)
    wanting = [name for name, state in found.items() if state is not read_models.ReadModelState.CURRENT]
    if wanting:
        raise ReadModelsNotCurrent(wanting)
