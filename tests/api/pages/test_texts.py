"""The catalogues: every text of the pages in both languages, with the same placeholders, and nothing left over."""

import re
from typing import Any

import pytest

from api.languages import LANGUAGES
from tests.support.catalogues import extracted, messages, stored, untranslated
from workflows.labels import Language

_PLACEHOLDER = re.compile(r"%%|%\((\w+)\)s")
_ALONE = re.compile(r"[^\s\u00a0\u202f][:;?!»](?=\s|$)|«[^\u00a0\u202f]")


def strings(message: Any) -> tuple[str, ...]:
    """Return a message's translation, all its plurals."""
    found = message.string
    return tuple(found) if isinstance(found, tuple | list) else (str(found),)


def ids(catalogue: Any) -> set[Any]:
    """Return the texts of a catalogue, with the plurals that go with them."""
    return {message.id for message in messages(catalogue)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_in_code_and_templates_is_what_the_catalogue_has(language: Language) -> None:
    assert ids(stored(language)) == ids(extracted()), "make texts"
    assert not stored(language).obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: Language) -> None:
    assert untranslated(stored(language)) == []
    assert [message.id for message in messages(stored(language)) if message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_text(language: Language) -> None:
    for message in messages(stored(language)):
        if isinstance(message.id, tuple):
            asked = set(_PLACEHOLDER.findall("".join(message.id)))
            for string in strings(message):
                assert set(_PLACEHOLDER.findall(string)) <= asked, message.id
            assert asked <= {"num", *_PLACEHOLDER.findall(strings(message)[-1])}, message.id
        else:
            found = set(_PLACEHOLDER.findall(str(message.string)))
            assert found == set(_PLACEHOLDER.findall(str(message.id))), message.id


def test_french_has_its_spaces_and_its_apostrophes() -> None:
    for message in messages(stored("fr")):
        for string in strings(message):
            plain = re.sub(r"`[^`]*`|https?://\S+|\d+:\d+", "", string)
            assert not _ALONE.search(plain), string
            assert "'" not in plain, string
            assert not re.search(r" [:;?!»]|« ", plain), string
