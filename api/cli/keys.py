"""`filrouge keys`: the master keys. A key is made, put in use and put aside; none is ever printed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import output
from api.cli.failure import Failed
from api.cli.opening import settings
from api.cli.options import Json
from api.cli.output import note, tell
from api.cli.shape import command, group
from api.cli.words import number, say

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from adapters.key_rotation import Standing
    from adapters.settings import Settings

app = group("keys", no_args_is_help=True)

KeyId = Annotated[str, typer.Argument(metavar="KEY_ID", help="keys.key_id")]


def new(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="keys.new.file")] = None,
    as_json: Json = False,
) -> None:
    """Make a master key, in a new file or as one more line of one, and print its id."""
    from adapters import key_file

    path = file if file is not None else _own_file(settings())
    more = path.exists()
    made = key_file.add_master_key(path) if more else key_file.create_key_file(path)
    if as_json:
        output.write_json({"key_id": made.key_id, "file": str(path)})
    else:
        output.line(made.key_id)
    note("keys.added" if more else "keys.made", path=path, key_id=made.key_id)


def status(as_json: Json = False) -> None:
    """Tell what each master key wraps, and fail when one is missing."""
    from adapters.key_file import load_master_keys
    from adapters.key_rotation import standings

    chosen = settings()
    with _store(chosen) as engine:
        found = standings(engine, load_master_keys(chosen))
    missing = [one for one in found if not one.given]
    if as_json:
        output.write_json([_fields(one) for one in found])
    else:
        headers = [say(f"keys.column.{name}") for name in ("key_id", "standing", "persons", "secrets")]
        output.table(headers, list(map(_row, found)), texts=2)
    for one in missing:
        note("keys.is_missing", key_id=one.key_id)
    if missing:
        raise typer.Exit(1)


def rotate(key_id: KeyId, as_json: Json = False) -> None:
    """Put a master key in use and wrap everything under it, while the servers go on working."""
    from adapters import key_rotation
    from adapters.key_file import load_master_keys

    chosen = settings()
    masters = load_master_keys(chosen)
    with _store(chosen) as engine, output.progress("keys.progress", "keys.rate") as report:
        done = key_rotation.rotate(engine, masters, key_id, report)
        found = key_rotation.standings(engine, masters)
    idle = [one.key_id for one in found if one.wraps_nothing]
    if as_json:
        output.write_json({"in_use": key_id, "persons": done, "wrap_nothing": idle})
        return
    tell("keys.rotated", key_id=key_id, persons=number(done))
    for one in idle:
        tell("keys.wraps_nothing", key_id=one)


def retire(
    key_id: KeyId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="keys.retire.file")],
    as_json: Json = False,
) -> None:
    """Move a master key that wraps nothing any more out of the key file, for the backups that need it."""
    from adapters.key_file import load_master_keys, move_master_key
    from adapters.key_rotation import standings

    chosen = settings()
    path = _own_file(chosen)
    with _store(chosen) as engine:
        found = {one.key_id: one for one in standings(engine, load_master_keys(chosen))}
    standing = found.get(key_id)
    if standing is not None and not standing.wraps_nothing:
        raise Failed(say("keys.still_wraps", key_id=key_id, persons=number(standing.persons)))
    move_master_key(path, key_id, file)
    if as_json:
        output.write_json({"retired": key_id, "file": str(file)})
    else:
        tell("keys.retired", key_id=key_id, path=file)


def _own_file(chosen: "Settings") -> Path:
    if chosen.master_key is not None:
        raise Failed(say("keys.from_environment"))
    return chosen.master_key_file


@contextmanager
def _store(chosen: "Settings") -> "Iterator[Engine]":
    from adapters.keys import key_engine

    engine = key_engine(chosen.keys_url, lock_timeout_seconds=chosen.lock_timeout_seconds)
    try:
        yield engine
    finally:
        engine.dispose()


def _fields(one: "Standing") -> dict[str, object]:
    names = ("key_id", "given", "in_use", "persons", "secrets")
    return {name: getattr(one, name) for name in names}


def _row(one: "Standing") -> list[str]:
    said = (
        "missing" if not one.given else "in_use" if one.in_use else "idle" if one.wraps_nothing else "wraps"
    )
    return [one.key_id, say(f"keys.{said}"), number(one.persons), number(one.secrets)]


command(app, "new", "keys.new")(new)
command(app, "status", "keys.status")(status)
command(app, "rotate", "keys.rotate")(rotate)
command(app, "retire", "keys.retire")(retire)
