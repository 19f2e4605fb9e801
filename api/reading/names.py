"""Names compared as people compare them: without accents, case, hyphens or apostrophes.

Nothing here is kept: a name is folded when it is looked at.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
_WORD: Final = re.compile(r"[^\W_]+")
_CLOSE: Final = 1
"""Slips of the keyboard that two close names may differ by."""
_LONG_ENOUGH: Final = 4
"""Letters: below that, names that differ by one are other names (Ali, Eli)."""


def words_of(text: str) -> list[str]:
    """Return the words of a name, folded: `Anne-Sœur D'Épée` is anne, soeur, d, epee."""
    plain = text.casefold()
    if not plain.isascii():
        bare = unicodedata.normalize("NFKD", plain.translate(_LIGATURES))
        plain = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return _WORD.findall(plain)


def folded(text: str) -> str:
    """Return a name in one word: `Le Breton` and `LEBRETON` are the same."""
    return "".join(words_of(text))


def begins(asked: Sequence[str], names: Iterable[str]) -> bool:
    """Tell whether every word asked for begins a word of the names, or a whole name written in one word."""
    there: list[str] = []
    for name in names:
        words = words_of(name)
        there += words
        if len(words) > 1:
            there.append("".join(words))
    return all(any(word.startswith(one) for word in there) for one in asked)


def are_close(one: str, other: str) -> bool:
    """Tell whether two names are the same but for one letter: added, left out, replaced, or two of them swapped.

    A double name is close to each of its parts: people give one of the two.
    """
    a, b = folded(one), folded(other)
    if not a or not b:
        return False
    if a == b or _one_slip(a, b):
        return True
    parts, others = set(_long(words_of(one))), set(_long(words_of(other)))
    return bool(parts and others) and (parts <= others or others <= parts)


def _long(words: Iterable[str]) -> list[str]:
    return [word for word in words if len(word) >= _LONG_ENOUGH]


def _one_slip(a: str, b: str) -> bool:
    if min(len(a), len(b)) < _LONG_ENOUGH or abs(len(a) - len(b)) > _CLOSE:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    return (
        rest_a[1:] == rest_b[1:]
        or rest_a[1:] == rest_b
        or rest_a == rest_b[1:]
        or (rest_a[:2] == rest_b[:2][::-1] and rest_a[2:] == rest_b[2:])
    )
