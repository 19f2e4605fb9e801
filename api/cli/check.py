"""`filrouge check`: is everything as it must be? One line each; nothing is created and nothing is changed."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import typer

from api.cli import output
from api.cli.options import Json
from api.cli.shape import command
from api.cli.words import say

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from adapters.settings import Settings

Result = str | None
"""What is wrong and what to do about it, in words; None when all is well."""


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "check")(check)


def check(as_json: Json = False) -> None:
    """Look at everything, say what was found, and fail if anything is wrong."""
    found = []
    for name, wrong in _checks():
        found.append({"check": name, "ok": wrong is None, "problem": wrong})
        if not as_json:
            key = "check.line.good" if wrong is None else "check.line.bad"
            sign = output.mark(wrong is None)
            output.line(say(key, mark=sign, name=say(f"check.{name}"), wrong=wrong))
    failed = sum(not one["ok"] for one in found)
    if as_json:
        output.write_json({"ok": not failed, "checks": found})
    if failed:
        output.note("check.failed", number=failed)
        raise typer.Exit(1)


def _checks() -> Iterator[tuple[str, Result]]:
    """Yield each check with what is wrong; what depends on a failed one is not looked at."""
    from adapters.settings import load
    from api.cli import check_table

    yield "table", _first(check_table.problems())
    settings: list[Settings] = []
    wrong = _attempt(lambda: settings.append(load()))
    yield "settings", wrong
    if wrong is None:
        yield from _identity_provider(settings[0])
        yield from _stores(settings[0])


def _identity_provider(settings: "Settings") -> Iterator[tuple[str, Result]]:
    """Look whether the identity provider answers, where there is one: at nothing of anybody's."""
    if settings.oidc_issuer is None:
        return
    from adapters.oidc.provider import Provider

    def look() -> None:
        configured = settings.identity_provider()
        if configured is not None:
            Provider(configured).check()

    yield "identity_provider", _attempt(look)


def _stores(settings: "Settings") -> Iterator[tuple[str, Result]]:
    from adapters import database
    from adapters.key_file import load_master_keys

    yield "master_key", _attempt(lambda: load_master_keys(settings))
    engine = database.engine(settings.database_url, lock_timeout_seconds=settings.lock_timeout_seconds)
    try:
        yield from _database(settings, engine)
    finally:
        engine.dispose()


def _database(settings: "Settings", engine: "Engine") -> Iterator[tuple[str, Result]]:
    from adapters import database, health
    from adapters.bootstrap import refuse_stale_read_models

    reached = _attempt(lambda: database.schema_state(engine))
    yield "database", reached
    if reached is not None:
        return
    schema = _attempt(lambda: database.require_current_schema(engine))
    yield "schema", schema
    if schema is not None:
        return
    with database.reading(engine) as connection:
        missing = health.missing_guards(connection)
        head_lost = not health.head_is_there(connection)
    yield "append_only", say("check.append_only.missing", names=", ".join(missing)) if missing else None
    yield "head", say("check.head.missing") if head_lost else None
    yield "keys", _attempt(lambda: health.check_keys(settings, engine))
    yield "read_models", _attempt(lambda: refuse_stale_read_models(engine, settings)) or _parked(engine)
    if settings.oidc_mapping_file is not None:
        named: list[str] = []
        wrong = _attempt(lambda: named.extend(_organisations_granted(settings)))
        yield "claims", wrong or _unregistered(engine, named)


def _parked(engine: "Engine") -> Result:
    """Say which read models could not take an event: it waits for somebody to put the cause right."""
    from adapters.database import reading
    from adapters.poison import parked_by_model

    with reading(engine) as connection:
        parked = parked_by_model(connection)
    return say("check.read_models.parked", names=", ".join(sorted(parked))) if parked else None


def _organisations_granted(settings: "Settings") -> list[str]:
    """Return the organisations in which claims grant a role. Raises SettingsError."""
    configured = settings.identity_provider()
    granted = configured.grants if configured is not None else ()
    return sorted({one.granted.organisation for one in granted if one.granted.organisation is not None})


def _unregistered(engine: "Engine", named: list[str]) -> Result:
    """Say which of these organisations are not registered: nobody could come in by what is granted there."""
    from adapters.database import reading
    from projections import organisations

    with reading(engine) as connection:
        known = organisations.waves(connection)
    missing = [code for code in named if code not in known]
    return say("check.claims.unregistered", names=", ".join(missing)) if missing else None


def _attempt(look: Callable[[], object]) -> Result:
    from api.cli.errors import EXPECTED, explained

    try:
        look()
    except EXPECTED as error:
        return explained(error)
    return None


def _first(problems: list[str]) -> Result:
    return problems[0] if problems else None
