"""The master key: 32 random bytes that wrap every other key. Without it nothing starts.

It comes from FILROUGE_MASTER_KEY or from a file that only its owner may read, in base64, and is made only when
somebody asks for it: a key made silently because one was missing would hide that the data can no longer be read.
Its key id is derived from it, so that it needs no bookkeeping, tells two keys apart, and tells nothing else.
"""

import base64
import binascii
import hmac
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from adapters.cipher import KEY_BYTES, Cipher, new_key
from adapters.settings import Settings
from domain.errors import FilRougeError

_FILE_BYTES: Final = 1024  # a key file has 45; what is longer is another file
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class MasterKeyError(FilRougeError):
    """The master key cannot be used; the message says why and what to do, and shows no part of it."""


class MasterKeyMissing(MasterKeyError):
    """There is none where it was looked for."""


class MasterKeyMalformed(MasterKeyError):
    """What is there is not 32 random bytes in base64."""


class MasterKeyExposed(MasterKeyError):
    """The file can be read by others than its owner."""


class WrongMasterKey(MasterKeyError):
    """It is a master key, but not the one that the store of keys was made with."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A master key and the id that is stored beside what it wraps (16 hexadecimal digits)."""

    key_id: str
    cipher: Cipher = field(repr=False)

    @classmethod
    def from_base64(cls, text: str, origin: str) -> Self:
        """Read a key; `origin` names where the text came from in what is said. Raises MasterKeyMalformed."""
        try:
            key = base64.b64decode(text.strip(), validate=True)
        except (binascii.Error, ValueError):
            raise MasterKeyMalformed(f"{origin} is not base64. {_EXPECTED}") from None
        if len(key) != KEY_BYTES:
            raise MasterKeyMalformed(f"{origin} is not {KEY_BYTES} bytes long. {_EXPECTED}")
        if len(set(key)) < KEY_BYTES // 4:  # of 32 random bytes, some 30 differ
            raise MasterKeyMalformed(f"{origin} is not random. {_EXPECTED}")
        return cls(hmac.digest(key, b"filrouge/master-key-id", "sha256")[:8].hex(), Cipher(key))


_EXPECTED: Final = f"A master key is {KEY_BYTES} random bytes in base64 (44 characters), as `openssl rand -base64 {KEY_BYTES}` prints."


def load_master_key(settings: Settings) -> MasterKey:
    """Return the master key of the environment or of the file that `settings` name.

    Raises MasterKeyMissing, MasterKeyMalformed or MasterKeyExposed; never makes one.
    """
    if settings.master_key is not None:
        return MasterKey.from_base64(settings.master_key.get_secret_value(), "FILROUGE_MASTER_KEY")
    return read_master_key(settings.master_key_file)


def read_master_key(path: Path) -> MasterKey:
    """Return the master key in the file `path`; raises like `load_master_key`."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_FILE_BYTES + 1)
    except FileNotFoundError:
        raise MasterKeyMissing(
            f"There is no master key: set FILROUGE_MASTER_KEY, or put the key in {path}. {_EXPECTED}"
        ) from None
    except OSError as error:
        raise MasterKeyMissing(f"The master key in {path} cannot be read: {error.strerror}.") from None
    if os.name == "posix" and mode & _OTHERS:
        raise MasterKeyExposed(f"The master key in {path} can be read by others: chmod 600 {path}")
    return MasterKey.from_base64(content.decode("ascii", errors="replace"), f"The master key in {path}")


def create_master_key(path: Path) -> MasterKey:
    """Make a new master key in the file `path` (mode 600) and return it; for the very first start, or a rotation.

    Raises MasterKeyError when there is a file already (it is left alone), or when it cannot be written.
    """
    text = base64.b64encode(new_key()) + b"\n"
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise MasterKeyError(f"There is a master key in {path} already; it is left as it is.") from None
    except OSError as error:
        raise MasterKeyError(f"A master key cannot be written to {path}: {error.strerror}.") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _sync_directory(path.parent)
    return read_master_key(path)


def _sync_directory(path: Path) -> None:
    """Make the new file's name as durable as its content: the key must outlive what it wraps."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
