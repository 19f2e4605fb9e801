"""Wiring: from settings to a service that is ready to work. The CLI, the API, the demo and the tests start here."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from sqlalchemy import Engine

from adapters import database, first_start, read_models
from adapters.attempts import Attempts
from adapters.figure_source import FigureSources
from adapters.key_file import load_master_keys
from adapters.keys import KeyStore, KeyStoreMissing, open_key_store
from adapters.master_key import MasterKey
from adapters.projector import Projector
from adapters.read_model_stamps import ReadModelsNotCurrent
from adapters.settings import Settings
from adapters.unit_of_work import Storage
from adapters.vault import Vault
from domain.use_cases import Clock, UseCases, new_case_id, system_clock

if TYPE_CHECKING:
    from adapters.oidc.configuration import Configuration
    from adapters.oidc.doorman import Doorman


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
    attempts: Attempts
    doorman: "Doorman | None" = None
    """Who lets in those whom the identity provider recognises; None without one."""

    def close(self) -> None:
        """Give the connections back."""
        self.attempts.close()
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

    Nothing is made or upgraded before the keys were seen to be the right ones: a start that is refused because of
    them leaves everything as it was. Read models that are not current stop nothing: what is answered from them is
    marked. Raises SettingsError for what the settings' files hold, the errors of `adapters.storage_errors`, of the
    master key and the store of keys.
    """
    provider = settings.identity_provider()
    masters = load_master_keys(settings)
    with ExitStack() as until_refused:
        keys = _keys_of_before(settings, masters)
        if keys is not None:
            until_refused.callback(keys.close)
        database.upgrade(settings.database_url)
        engine = database.engine(settings.database_url, lock_timeout_seconds=settings.lock_timeout_seconds)
        until_refused.callback(engine.dispose)
        read_models.create(engine, settings.deadlines)
        if keys is None:
            keys = open_key_store(
                settings.keys_url, masters, lock_timeout_seconds=settings.lock_timeout_seconds
            )
            until_refused.callback(keys.close)
        vault = Vault(keys)
        with database.reading(engine) as connection:
            vault.check(connection)
            vault.keep_erased(connection)
        until_refused.pop_all()
    storage = Storage(engine, Projector(engine, settings.deadlines), vault)
    use_cases = UseCases(storage.begin, deadlines=settings.deadlines, clock=clock, new_id=new_id)
    figures = FigureSources(engine, settings.deadlines)
    attempts = Attempts(engine, settings.attempt_limits, keys.pseudonym, clock)
    doorman = None if provider is None else _doorman(provider, settings, engine, keys)
    return Service(settings, engine, keys, vault, storage, use_cases, clock, figures, attempts, doorman)


def _doorman(provider: "Configuration", settings: Settings, engine: Engine, keys: KeyStore) -> "Doorman":
    # Loaded only here: who has no provider does not wait for what speaks to one.
    from adapters.oidc.doorman import Doorman

    return Doorman(provider, engine, keys, settings.session_limits)


def _keys_of_before(settings: Settings, masters: Sequence[MasterKey]) -> KeyStore | None:
    """Open the store of keys if there is one, and see that it goes with the database, which may be of an older schema.

    None where there is none and nobody to need it. Raises KeyStoreMissing and KeyStoreMismatch.
    """
    settings.ensure_home()
    known = first_start.somebody_is_enrolled(settings.database_url)
    try:
        keys = open_key_store(
            settings.keys_url, masters, make=False, lock_timeout_seconds=settings.lock_timeout_seconds
        )
    except KeyStoreMissing:
        if known:
            raise
        return None
    if known:
        engine = database.engine(settings.database_url, lock_timeout_seconds=settings.lock_timeout_seconds)
        try:
            with database.reading(engine, fenced=False) as connection:
                Vault(keys).check(connection)
        except BaseException:
            keys.close()
            raise
        finally:
            engine.dispose()
    return keys


def refuse_stale_read_models(engine: Engine, settings: Settings) -> None:
    """Raise ReadModelsNotCurrent when a read model was computed by other rules, or is not there."""
    found = read_models.states(engine, settings.deadlines)
    wanting = [name for name, state in found.items() if state is not read_models.ReadModelState.CURRENT]
    if wanting:
        raise ReadModelsNotCurrent(wanting)
