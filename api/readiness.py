"""Whether the service can work now, and if not why: what an orchestrator asks before it sends anybody here.

A read model that is behind, or parked events, keep nobody away: the figures say so themselves. Only the view of the
cases does, on which every command is decided.
"""

from collections.abc import Callable, Mapping
from typing import Final

from adapters import database
from adapters.bootstrap import Service
from adapters.read_model_stamps import NEEDED
from adapters.read_models import ReadModelState
from adapters.schema import SchemaState
from adapters.status import Status, status_of
from adapters.storage_errors import DatabaseLocked, StorageError
from domain.errors import FilRougeError

OK: Final = "ok"

Check = Callable[[Service], str]


def checks(service: Service) -> Mapping[str, str]:
    """Return each thing looked at with `ok`, or with what is wrong with it, in words that are nobody's."""
    return {name: _outcome(check, service) for name, check in _CHECKS.items()}


def status(service: Service) -> Status | None:
    """Return how the read models stand; none when the database cannot tell."""
    try:
        with database.reading(service.engine) as connection:
            return status_of(connection, service.settings.deadlines)
    except (StorageError, FilRougeError):
        return None


def _schema(service: Service) -> str:
    state = database.schema_state(service.engine)
    return OK if state is SchemaState.CURRENT else state.value


def _read_models(service: Service) -> str:
    with database.reading(service.engine) as connection:
        found = {one.name: one.state for one in status_of(connection, service.settings.deadlines).read_models}
    needed = found[NEEDED]
    return OK if needed is ReadModelState.CURRENT else f"{NEEDED}: {needed.value}"


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
