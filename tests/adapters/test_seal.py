"""A sealed text: opens unchanged for its own person and purpose, and not at all otherwise."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.cipher import Cipher, SealBroken, new_key
from adapters.seal import SealTooNew, seal, unseal

KEY = Cipher(new_key())
ANY_TEXT = st.text(st.characters(codec="utf-8"))


@given(ANY_TEXT)
def test_any_text_comes_back_and_sealed_twice_it_differs(text: str) -> None:
    """What is stored is ASCII on one line, so that it fits any column, and does not say that two texts are equal."""
    sealed = seal(KEY, text, "note", "a")
    assert unseal(KEY, sealed, "note", "a") == text
    assert sealed.isascii()
    assert sealed.isprintable()
    assert sealed != seal(KEY, text, "note", "a")


@given(text=ANY_TEXT, data=st.data())
def test_with_any_bit_changed_it_is_refused(text: str, data: st.DataObject) -> None:
    """Also the bits that base64 does not use, also a cut or a longer one."""
    sealed = seal(KEY, text, "note", "a")
    where = data.draw(st.integers(0, len(sealed) - 1))
    bit = 1 << data.draw(st.integers(0, 6))
    changed = sealed[:where] + chr(ord(sealed[where]) ^ bit) + sealed[where + 1 :]
    for wrong in (changed, sealed[:where], sealed + "A", sealed + "=", sealed + "\n", f" {sealed}"):
        with pytest.raises((SealBroken, SealTooNew)):
            unseal(KEY, wrong, "note", "a")


def test_every_last_character_counts() -> None:
    """The last one holds bits that decode to nothing: 15 other characters would give the same bytes."""
    sealed = seal(KEY, "x" * 3, "note", "a")  # 31 bytes: the last character has 4 unused bits
    for other in set(string.ascii_letters + string.digits + "-_+/=") - {sealed[-1]}:
        with pytest.raises(SealBroken):
            unseal(KEY, sealed[:-1] + other, "note", "a")


def test_it_opens_for_nobody_and_nothing_else() -> None:
    """Not as another person's, not as an identity, not with another key."""
    sealed = seal(KEY, "x", "note", "a")
    with pytest.raises(SealBroken):
        unseal(KEY, sealed, "note", "b")
    with pytest.raises(SealBroken):
        unseal(KEY, sealed, "identity", "a")
    with pytest.raises(SealBroken):
        unseal(Cipher(new_key()), sealed, "note", "a")


def test_a_later_programs_seal_is_told_apart_from_a_broken_one() -> None:
    """The first asks for an upgrade, the second for an inquiry."""
    for later in ("v2.abcd", "v12."):
        with pytest.raises(SealTooNew):
            unseal(KEY, later, "note", "a")
    for broken in ("", "v", "v1", "v1.", "v1.AAAA", "clear text", "v1.é", "vx.abcd"):
        with pytest.raises(SealBroken):
            unseal(KEY, broken, "note", "a")


def test_a_text_that_has_no_bytes_is_refused_without_being_shown() -> None:
    """Python's own message would show a part of it."""
    with pytest.raises(ValueError, match="lone surrogate cannot be sealed") as caught:
        seal(KEY, "secret \ud800", "note", "a")
    assert "secret" not in repr(caught.value)
    assert caught.value.__suppress_context__
