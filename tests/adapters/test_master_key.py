"""The master key: where it comes from, what is refused, and that it never shows."""

import base64
import pickle
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from adapters.cipher import Cipher, SealBroken, context, new_key
from adapters.master_key import (
    MasterKey,
    MasterKeyError,
    MasterKeyExposed,
    MasterKeyMalformed,
    MasterKeyMissing,
    create_master_key,
    load_master_key,
    read_master_key,
)
from adapters.settings import Settings

TEXT = base64.b64encode(bytes(range(32))).decode()


def test_a_master_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    """And a second one never takes its place."""
    path = tmp_path / "master.key"
    made = create_master_key(path)
    content = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_master_key(path).key_id == made.key_id
    with pytest.raises(MasterKeyError, match="already"):
        create_master_key(path)
    assert path.read_bytes() == content
    assert create_master_key(tmp_path / "other.key").key_id != made.key_id


def test_it_cannot_be_made_where_nothing_can_be_written(tmp_path: Path) -> None:
    """Said in words."""
    with pytest.raises(MasterKeyError, match="cannot be written"):
        create_master_key(tmp_path / "nowhere" / "master.key")


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    """A key in the environment needs no file; the same key has the same id wherever it comes from."""
    from_environment = load_master_key(Settings(home=tmp_path, master_key=SecretStr(TEXT)))
    path = tmp_path / "master.key"
    path.write_text(f"  {TEXT}\r\n")
    path.chmod(0o600)
    assert load_master_key(Settings(home=tmp_path)).key_id == from_environment.key_id == "593ed466b6a40631"


def test_none_is_made_because_one_is_missing(tmp_path: Path) -> None:
    """The message says both ways to give one, and leaves the place empty."""
    with pytest.raises(
        MasterKeyMissing, match=r"set FILROUGE_MASTER_KEY, or put the key in .*master\.key.*openssl"
    ):
        load_master_key(Settings(home=tmp_path))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(MasterKeyMissing, match="cannot be read: Is a directory"):
        read_master_key(tmp_path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_may_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    """With the command that mends it."""
    path = tmp_path / "master.key"
    create_master_key(path)
    path.chmod(mode)
    with pytest.raises(MasterKeyExposed, match=f"chmod 600 {path}"):
        read_master_key(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "32 bytes long"),
        ("not base64 at all !", "not base64"),
        (TEXT[:-4], "32 bytes long"),
        (TEXT + TEXT, "not base64"),
        (base64.b64encode(bytes(32)).decode(), "not random"),
        (base64.b64encode(b"changeme" * 4).decode(), "not random"),
        (base64.urlsafe_b64encode(b"\xff\xfe" * 16).decode(), "not base64"),
        ("é" * 44, "not base64"),
    ],
)
def test_a_malformed_key_is_told_without_being_shown(text: str, said: str) -> None:
    """What it should be is said, what it is is not."""
    with pytest.raises(MasterKeyMalformed, match=said) as caught:
        MasterKey.from_base64(text, "FILROUGE_MASTER_KEY")
    assert "FILROUGE_MASTER_KEY" in str(caught.value)
    assert "`openssl rand -base64 32`" in str(caught.value)
    assert text == "" or text not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_key_never_shows() -> None:
    """Not in a repr and not in a pickle, and its id says nothing of it."""
    key = MasterKey.from_base64(TEXT, "a test")
    assert TEXT not in repr(key)
    assert repr(key.cipher) == "Cipher(hidden)"
    assert key.key_id not in TEXT
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(key.cipher)


def test_a_key_has_the_length_of_aes_256() -> None:
    """A shorter one would work, and be weaker."""
    with pytest.raises(ValueError, match="32 bytes"):
        Cipher(b"x" * 16)


@given(plain=st.binary(max_size=200), where=st.integers(min_value=0), bit=st.integers(0, 7))
def test_whatever_is_sealed_opens_unchanged_or_not_at_all(plain: bytes, where: int, bit: int) -> None:
    """Any flipped bit, any lost byte and any other context or key is noticed."""
    cipher, here = Cipher(new_key()), context("note", "someone")
    sealed = cipher.seal(plain, here)
    assert cipher.unseal(sealed, here) == plain
    assert sealed != cipher.seal(plain, here)
    flipped = bytearray(sealed)
    flipped[where % len(sealed)] ^= 1 << bit
    for wrong in (bytes(flipped), sealed[: where % len(sealed)], b"", sealed + b"\0"):
        with pytest.raises(SealBroken):
            cipher.unseal(wrong, here)
    for other_cipher, other in ((cipher, context("note", "someone else")), (Cipher(new_key()), here)):
        with pytest.raises(SealBroken):
            other_cipher.unseal(sealed, other)
