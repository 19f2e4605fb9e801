"""Whether the service can work now, and if not why: what an orchestrator asks before it sends anybody here."""

from collections.abc import Callable, Mapping
from typing import Final

from adapters import database, read_models
from adapters.bootstrap import Service
from adapters.schema import SchemaState
from adapters.storage_errors import DatabaseLocked, StorageError
from domain.errors import FilRougeError

OK: Final = "ok"

Check = Callable[[Service], str]


def checks(service: Service) -> Mapping[str, str]:
    """Return each thing looked at with `ok`, or with what is wrong with it, in words that are nobody's."""
    return {name: _outcome(check, service) for name, check in _CHECKS.items()}


def _schema(service: Service) -> str:
    state = database.schema_state(service.engine)
    return OK if state is SchemaState.CURRENT else state.value


def _read_models(service: Service) -> str:
    states = read_models.states(service.engine, service.settings.deadlines)
    wrong = [f"{n}: {s.value}" for n, s in states.items() if s is not read_models.ReadModelState.CURRENT]
    return ", ".join(wrong) or OK


def _keys(service: Service) -> str:
    with database.reading(service.engine) as connection:
        service.vault.check(connection)
    return OK


_CHECKS: Final[Mapping[str, Check]] = {"schema": _schema, "read_models": _read_models, "keys": _keys}


def _outcome(check: Check, service: Service) -> str:
    try:
        return check(service)
    except DatabaseLocked:
        return "busy"
    except (StorageError, FilRougeError) as error:
        return type(error).__name__  # its message may say where the database is
