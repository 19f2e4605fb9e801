"""What can go wrong between us and the database, named so that an operator can act on it.

Drivers say the same trouble in many ways (SQLite by number, PostgreSQL by five
letters, the connection pool by a class of its own). They are read here and
nowhere else; callers see the few names below. The driver's own error stays as
the cause, for the log. None of these messages repeats a stored value.
"""

from __future__ import annotations

import sqlite3
from typing import Final

import psycopg
import sqlalchemy as sa

from adapters.in_words import InWords


class StorageError(Exception):
    """Anything that keeps us from reading or writing the store."""


class DatabaseLocked(StorageError):
    """Another writer kept the lock longer than we wait. Nothing was written; try again."""


class DatabaseUnavailable(InWords, StorageError):
    """The database cannot be reached, was moved away, is full, or refuses us. Nothing was written."""


class AccessNotRecorded(StorageError):
    """A reading could not be recorded, and so nothing may be shown of what was read."""


class DatabaseUrlRefused(StorageError, ValueError):
    """The address names no database a history can be kept in. It is never repeated: it may hold a password."""


class SchemaMismatch(StorageError):
    """The tables are not those this program was written for."""

    def __init__(self, message: str, *, found: str | None, known: str) -> None:
        super().__init__(message)
        self.found = found
        self.known = known


class SchemaMissing(SchemaMismatch):
    """There are no tables yet: the database was never set up."""

    def __init__(self, known: str) -> None:
        super().__init__(
            f"the database is empty; this program expects revision {known}", found=None, known=known
        )


class SchemaOutdated(SchemaMismatch):
    """The tables are older than this program: an upgrade is due."""

    def __init__(self, found: str, known: str) -> None:
        super().__init__(
            f"the database is at revision {found}, older than {known}: upgrade it first",
            found=found,
            known=known,
        )


class SchemaTooNew(SchemaMismatch):
    """The tables were made by a later version of this program. They are left untouched."""

    def __init__(self, found: str, known: str) -> None:
        super().__init__(
            f"the database is at revision {found}, which this program (revision {known}) does not know: "
            "run the version that made it",
            found=found,
            known=known,
        )


class TextRefused(StorageError, ValueError):
    """A text cannot be kept the same way by both databases. Names the column, never the text."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}")
        self.column = column
        self.reason = reason


class named_troubles:  # noqa: N801 - used as a function; a class because every command enters it several times
    """Turn a driver's error about the database's health into one of the names above.

    Everything else (a constraint, a mistyped statement, the caller's own
    exceptions) passes through unchanged.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        """Begin to watch."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Raise the name of the trouble in the place of the driver's error."""
        if isinstance(error, sa.exc.DBAPIError):
            _forget_values(error.orig, error)
            named = _named(error.orig)
        elif isinstance(error, sa.exc.TimeoutError):
            named = DatabaseUnavailable(
                "toutes les connexions à la base sont prises",
                "every connection to the database is in use",
            )
        elif isinstance(error, sqlite3.Error | psycopg.Error):
            _forget_values(error, error)
            named = _named(error)
        else:
            return
        if named is not None:
            raise named from error


def _forget_values(error: BaseException | None, shown: BaseException) -> None:
    """Keep the row that was being stored out of the log: PostgreSQL quotes it in the second line of its errors."""
    if isinstance(error, psycopg.Error) and error.diag.message_primary is not None:
        error.args = (error.diag.message_primary,)
        shown.args = (error.diag.message_primary,)


def _named(error: BaseException | None) -> StorageError | None:
    if isinstance(error, psycopg.Error):
        return _named_by_postgresql(error)
    if isinstance(error, sqlite3.Error):
        return _named_by_sqlite(error)
    return None


_SQLITE_UNAVAILABLE = {
    sqlite3.SQLITE_PERM: (
        "ce compte ne peut pas ouvrir le fichier de la base",
        "this account may not open the database file",
    ),
    sqlite3.SQLITE_READONLY: ("la base est ici en lecture seule", "the database is read-only here"),
    sqlite3.SQLITE_IOERR: (
        "le disque est tombé en panne pendant l'usage de la base",
        "the disk failed while the database was used",
    ),
    sqlite3.SQLITE_CORRUPT: ("le fichier de la base est endommagé", "the database file is damaged"),
    sqlite3.SQLITE_FULL: ("le disque est plein", "the disk is full"),
    sqlite3.SQLITE_CANTOPEN: (
        "le fichier de la base ne peut pas être ouvert",
        "the database file cannot be opened",
    ),
    sqlite3.SQLITE_NOTADB: ("le fichier n'est pas une base", "the file is not a database"),
}


def _named_by_sqlite(error: sqlite3.Error) -> StorageError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    primary = code & 0xFF  # the rest of an extended code says in which corner it happened
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseLocked("another writer holds the database")
    reason = _SQLITE_UNAVAILABLE.get(primary)
    return DatabaseUnavailable(*reason) if reason is not None else None


# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL_LOCKED = {
    "55P03": "another writer holds the lock",  # lock_not_available: our lock_timeout
    "40P01": "two transactions waited for each other",  # deadlock_detected
    "40001": "a concurrent transaction came first",  # serialization_failure
}
_POSTGRESQL_UNAVAILABLE = {
    # query_canceled: our statement_timeout
    "57014": (
        "la requête a pris trop de temps",
        "the statement took too long",
    ),
    # read_only_sql_transaction, also on a standby
    "25006": (
        "la base est ici en lecture seule",
        "the database is read-only here",
    ),
    "3D000": ("la base n'existe pas", "the database does not exist"),
    "42501": ("ce compte n'en a pas le droit", "this account may not do this"),  # insufficient_privilege
}
_POSTGRESQL_UNAVAILABLE_CLASSES = {
    "08": ("la connexion à la base a échoué", "the connection to the database failed"),
    # 25P03, 25P04: our time limits on a transaction
    "25": (
        "la base a mis fin à la session",
        "the session was ended by the database",
    ),
    "28": ("la base refuse ce compte", "the database refuses this account"),
    # disk, memory, connections
    "53": (
        "la base manque de ressources : disque, mémoire ou connexions",
        "the database is out of resources",
    ),
    "57": ("la base s'arrête ou démarre", "the database is shutting down or starting"),
    "58": ("le disque de la base est en panne", "the database's disk failed"),
    "XX": ("la base se dit endommagée", "the database reports damage"),
}


_UNREACHED: Final = (
    "la base ne peut être jointe, ou nous refuse",
    "the database cannot be reached, or refuses us",
)


def _named_by_postgresql(error: psycopg.Error) -> StorageError | None:
    state = error.sqlstate
    if state is None:
        # No code: no answer came, or the server turned us away at the door (its reason is in the cause).
        lost = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
        return DatabaseUnavailable(*_UNREACHED) if lost else None
    if state in _POSTGRESQL_LOCKED:
        return DatabaseLocked(_POSTGRESQL_LOCKED[state])
    if state in (
        "25P01",
        "25P02",
        "25001",
    ):  # misuse of a transaction is our own mistake, not the server's health
        return None
    reason = _POSTGRESQL_UNAVAILABLE.get(state) or _POSTGRESQL_UNAVAILABLE_CLASSES.get(state[:2])
    return DatabaseUnavailable(*reason) if reason is not None else None
