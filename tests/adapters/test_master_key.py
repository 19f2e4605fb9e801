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
from adapters.key_file import (
    add_master_key,
    create_key_file,
    load_master_keys,
    move_master_key,
    read_master_keys,
)
from adapters.master_key import (
    KeyFileRefused,
    MasterKey,
    MasterKeyExposed,
    MasterKeyMalformed,
    MasterKeyMissing,
    MasterKeyUnreadable,
)
from adapters.settings import Settings

TEXT = base64.b64encode(bytes(range(32))).decode()


def test_a_master_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    """And a second one never takes its place."""
    path = tmp_path / "master.key"
    made = create_key_file(path)
    content = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_master_keys(path)[0].key_id == made.key_id
    with pytest.raises(KeyFileRefused, match="already"):
        create_key_file(path)
    assert path.read_bytes() == content
    assert create_key_file(tmp_path / "other.key").key_id != made.key_id


def test_it_cannot_be_made_where_nothing_can_be_written(tmp_path: Path) -> None:
    """Said in words."""
    with pytest.raises(KeyFileRefused, match="cannot be written"):
        create_key_file(tmp_path / "nowhere" / "master.key")


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    """A key in the environment needs no file; the same key has the same id wherever it comes from."""
    from_environment = load_master_keys(Settings(home=tmp_path, master_key=SecretStr(TEXT)))[0]
    path = tmp_path / "master.key"
    path.write_text(f"  {TEXT}\r\n")
    path.chmod(0o600)
    assert (
        load_master_keys(Settings(home=tmp_path))[0].key_id == from_environment.key_id == "593ed466b6a40631"
    )


def test_none_is_made_because_one_is_missing(tmp_path: Path) -> None:
    """The message says both ways to give one, and leaves the place empty."""
    with pytest.raises(
        MasterKeyMissing, match=r"set FILROUGE_MASTER_KEY, or put the key in .*master\.key.*openssl"
    ):
        load_master_keys(Settings(home=tmp_path))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(MasterKeyUnreadable, match="cannot be read: Is a directory"):
        read_master_keys(tmp_path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_may_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    """With the command that mends it."""
    path = tmp_path / "master.key"
    create_key_file(path)
    path.chmod(mode)
    with pytest.raises(MasterKeyExposed, match=f"chmod 600 {path}"):
        read_master_keys(path)


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


def test_a_file_holds_several_keys_a_line_each(tmp_path: Path) -> None:
    """Another one is added, without touching the first; each is labelled for people."""
    path = tmp_path / "master.key"
    first = create_key_file(path)
    second = add_master_key(path)
    assert [key.key_id for key in read_master_keys(path)] == [first.key_id, second.key_id]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [line.split("# ")[1][:16] for line in path.read_text().splitlines()] == [
        first.key_id,
        second.key_id,
    ]
    assert list(tmp_path.iterdir()) == [path]
    path.write_text(f"# keys of the cell\n\n{TEXT}\n{TEXT} # the same\n")
    assert [key.key_id for key in read_master_keys(path)] == ["593ed466b6a40631"]
    path.write_text(f"{TEXT}\n{TEXT[:-8]}\n")
    with pytest.raises(MasterKeyMalformed, match=r"master\.key:2 is not 32 bytes long"):
        read_master_keys(path)
    path.write_text("# none\n")
    with pytest.raises(MasterKeyMalformed, match="There is no master key in"):
        read_master_keys(path)


def test_a_variable_holds_several_keys_side_by_side(tmp_path: Path) -> None:
    """A variable is one line."""
    second = base64.b64encode(bytes(range(32, 64))).decode()
    keys = load_master_keys(Settings(home=tmp_path, master_key=SecretStr(f"{TEXT} {second}")))
    assert (keys[0].key_id, len(keys)) == ("593ed466b6a40631", 2)


def test_a_key_is_moved_out_of_its_file_and_never_lost(tmp_path: Path) -> None:
    """It is put aside in a file of its own before it leaves; the last one stays."""
    path, aside = tmp_path / "master.key", tmp_path / "aside.key"
    first = create_key_file(path)
    second = add_master_key(path)
    content = path.read_bytes()
    for key_id, to, said in (
        ("0" * 16, aside, "does not hold"),
        (first.key_id, path, "already"),
        (first.key_id, tmp_path / "nowhere" / "x", "cannot be written"),
    ):
        with pytest.raises(KeyFileRefused, match=said):
            move_master_key(path, key_id, to)
        assert path.read_bytes() == content
    move_master_key(path, first.key_id, aside)
    assert [key.key_id for key in read_master_keys(path)] == [second.key_id]
    assert [key.key_id for key in read_master_keys(aside)] == [first.key_id]
    with pytest.raises(KeyFileRefused, match="without any master key"):
        move_master_key(path, second.key_id, tmp_path / "other.key")


def test_a_credential_of_systemd_shows_its_one_right_as_a_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mode 440 is refused anywhere else, and so is more than that one right there."""
    path = tmp_path / "master.key"
    create_key_file(path)
    path.chmod(0o440)
    with pytest.raises(MasterKeyExposed):
        read_master_keys(path)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    read_master_keys(path)
    for mode in (0o444, 0o460):
        path.chmod(mode)
        with pytest.raises(MasterKeyExposed):
            read_master_keys(path)
    path.chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "of_another"))
    with pytest.raises(MasterKeyExposed):
        read_master_keys(path)
