"""Where the master keys are kept: the environment, or a file that holds one a line, for its owner alone.

A file is never changed in place: what was there is there whole, or what replaces it is, whatever happens in between.
"""

import base64
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from adapters.cipher import new_key
from adapters.master_key import (
    COMMENT,
    EXPECTED,
    KeyFileRefused,
    MasterKey,
    MasterKeyExposed,
    MasterKeyMalformed,
    MasterKeyMissing,
    MasterKeyUnreadable,
    key_id_of,
    read_keys,
)
from adapters.settings import Settings
from domain.days import day_of
from domain.use_cases import system_clock

_FILE_BYTES: Final = 16_384  # a key and its comment take 90; what is longer is another file
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"
"""Where systemd tells a service that its credentials are: files that only this service reaches."""


def load_master_keys(settings: Settings) -> tuple[MasterKey, ...]:
    """Return the master keys of the environment or of the file that `settings` name.

    Raises MasterKeyMissing, MasterKeyUnreadable, MasterKeyMalformed or MasterKeyExposed; never makes one.
    """
    if settings.master_key is not None:
        # A variable holds one line: several keys stand side by side.
        lines = "\n".join(settings.master_key.get_secret_value().split())
        return read_keys(lines, "FILROUGE_MASTER_KEY")
    return read_master_keys(settings.master_key_file)


def read_master_keys(path: Path) -> tuple[MasterKey, ...]:
    """Return the master keys in the file `path`; raises like `load_master_keys`."""
    return read_keys(_content(path), str(path))


def create_key_file(path: Path) -> MasterKey:
    """Make a new master key in a new file (mode 600) and return it.

    Raises KeyFileRefused when there is a file already (it is left alone), or when it cannot be written.
    """
    line, key_id = _new_line()
    _write_new(path, [line])
    return _with_id(read_master_keys(path), key_id)


def add_master_key(path: Path) -> MasterKey:
    """Make a new master key as one more line of the file `path`, which keeps its owner, and return it.

    Raises KeyFileRefused when it cannot be written, and like `read_master_keys`.
    """
    read_master_keys(path)
    line, key_id = _new_line()
    _replace(path, [*_content(path).splitlines(), line])
    return _with_id(read_master_keys(path), key_id)


def move_master_key(path: Path, key_id: str, to: Path) -> None:
    """Take the key out of the file `path` into a new file `to`, for the backups that still need it.

    It is in the one before it leaves the other. Raises KeyFileRefused when `path` does not hold it or nothing else,
    when there is a file `to`, or when one cannot be written; and like `read_master_keys`.
    """
    if key_id not in {key.key_id for key in read_master_keys(path)}:
        raise KeyFileRefused(f"The file {path} does not hold the master key {key_id}.", path, "not_held")
    lines = _content(path).splitlines()
    moved = [line for line in lines if _holds(line, key_id)]
    kept = [line for line in lines if line not in moved]
    if not any(line.partition(COMMENT)[0].strip() for line in kept):
        raise KeyFileRefused(f"The file {path} would be left without any master key.", path, "last")
    _write_new(to, moved[:1])
    _replace(path, kept)


def _holds(line: str, key_id: str) -> bool:
    content = line.partition(COMMENT)[0].strip()
    return bool(content) and key_id_of(base64.b64decode(content)) == key_id


def _with_id(keys: Iterable[MasterKey], key_id: str) -> MasterKey:
    return next(key for key in keys if key.key_id == key_id)


def _new_line() -> tuple[str, str]:
    key = new_key()
    key_id = key_id_of(key)
    return (
        f"{base64.b64encode(key).decode()}  {COMMENT} {key_id}, {day_of(system_clock()).isoformat()}",
        key_id,
    )


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            content = file.read(_FILE_BYTES + 1)
    except FileNotFoundError:
        raise MasterKeyMissing(
            f"There is no master key: set FILROUGE_MASTER_KEY, or put the key in {path}. {EXPECTED}",
            str(path),
        ) from None
    except OSError as error:
        raise MasterKeyUnreadable(
            f"The master key in {path} cannot be read: {error.strerror}.", str(path)
        ) from error
    if os.name == "posix" and found.st_mode & _OTHERS & ~_granted(path):
        raise MasterKeyExposed(f"The master key in {path} can be read by others: chmod 600 {path}", str(path))
    if len(content) > _FILE_BYTES:
        raise MasterKeyMalformed(f"{path} is no file of master keys. {EXPECTED}", str(path))
    return content.decode("utf-8", errors="replace")


def _granted(path: Path) -> int:
    """Return what a credential of systemd's shows of the one right that it gives: the service's, as a group's to read.

    It is owned by root, in a directory that nobody else may enter, and its access list shows as a group's right.
    """
    directory = os.environ.get(_CREDENTIALS)
    return stat.S_IRGRP if directory and path.parent == Path(directory).resolve() else 0


def _write_new(path: Path, lines: Iterable[str]) -> None:
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        _write(descriptor, lines)
        _sync_directory(path.parent)
    except FileExistsError:
        raise KeyFileRefused(f"There is a file {path} already; it is left as it is.", path, "there") from None
    except OSError as error:
        raise _not_written(path, error) from None


def _replace(path: Path, lines: Iterable[str]) -> None:
    target = path.resolve()  # a link goes on pointing where it pointed
    beside = target.with_name(f".{target.name}.new")
    try:
        beside.unlink(missing_ok=True)  # left by one that was killed
        descriptor = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        owner = target.stat()
        if (owner.st_uid, owner.st_gid) != (os.geteuid(), os.getegid()):
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        _write(descriptor, lines)
        beside.replace(target)
        _sync_directory(target.parent)
    except OSError as error:
        raise _not_written(path, error) from None


def _not_written(path: Path, error: OSError) -> KeyFileRefused:
    return KeyFileRefused(f"A master key cannot be written to {path}: {error.strerror}.", path, "not_written")


def _write(descriptor: int, lines: Iterable[str]) -> None:
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(path: Path) -> None:
    """Make the new file's name as durable as its content: the key must outlive what it wraps."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
