"""Looking for personal values in any bytes, however they may be written there."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

Needles = Mapping[bytes, str]
"""What to look for, and what it would mean to find it."""

_NOTHING = re.compile(rb"\0{64,}")


def needles(values: Mapping[str, str]) -> Needles:
    """Return the ways in which the named values may be written."""
    return {written: f"{name}, {how}" for name, value in values.items() for how, written in _written(value)}


def found(sought: Needles, content: bytes) -> set[str]:
    """Return what there is in `content`."""
    lean = _NOTHING.sub(b"\0", content)  # a database's files are mostly empty
    return {what for needle, what in sought.items() if needle in lean}


def found_in(sought: Needles, files: Iterable[Path]) -> set[str]:
    """Return what there is in files, each with its name."""
    return {f"{what} in {file.name}" for file in files for what in found(sought, file.read_bytes())}


def _written(value: str) -> Iterator[tuple[str, bytes]]:
    for form, text in _forms(value):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"):
            encoded = text.encode(encoding, errors="replace")
            yield f"{form} in {encoding}", encoded
            yield f"{form} in {encoding}, backwards", encoded[::-1]
            yield f"{form} in {encoding}, hexadecimal", encoded.hex().encode()
            yield f"{form} in {encoding}, HEXADECIMAL", encoded.hex().upper().encode()
            for shift, digits in enumerate(_base64(encoded)):
                yield f"{form} in {encoding}, base64 at {shift}", digits
                yield f"{form} in {encoding}, URL-safe base64 at {shift}", digits.translate(_URL_SAFE)
        yield f"{form} in JSON", json.dumps(text).strip('"').encode()
        yield f"{form} in HTML", html.escape(text).encode()
        for name, safe in (("URL", ""), ("path", "/")):
            yield f"{form} in a {name}", quote(text, safe=safe).encode()
        yield f"{form} in a form", quote_plus(text).encode()


_URL_SAFE = bytes.maketrans(b"+/", b"-_")
assert urlsafe_b64encode(b"\xff\xff\xfe") == b64encode(b"\xff\xff\xfe").translate(_URL_SAFE)


def _base64(encoded: bytes) -> Iterator[bytes]:
    """Give the digits that depend on nothing but the value, for each place it may have in a longer text."""
    for before in range(3):
        digits = b64encode(b"\0" * before + encoded)
        whole = (before + len(encoded)) // 3 * 4
        yield digits[-(-before * 8 // 6) : whole]


def _forms(value: str) -> Iterator[tuple[str, str]]:
    """Give a value as it is, in other letters, and a number in other groups of digits."""
    forms = {
        "as typed": value,
        "decomposed": unicodedata.normalize("NFD", value),
        "in capitals": value.upper(),
        "in small letters": value.lower(),
    }
    if re.fullmatch(r"[0-9 ]{10,}", value):
        digits = value.replace(" ", "")
        pairs, pairs_after_one = re.findall("..?", digits), [digits[0], *re.findall("..?", digits[1:])]
        forms |= {"without spaces": digits, "backwards": digits[::-1]}
        for name, sign in (("spaces", " "), ("dots", "."), ("hyphens", "-")):
            forms[f"in pairs with {name}"] = sign.join(pairs)
            forms[f"in pairs after the first with {name}"] = sign.join(pairs_after_one)
        if len(digits) == 10:  # a phone number
            forms["from abroad"] = f"33{digits[1:]}"
            forms["from abroad with spaces"] = f"33 {digits[1]} {' '.join(re.findall('..', digits[2:]))}"
        else:  # a social-security number, without its key
            forms["without its key"] = digits[:13]
    yield from forms.items()
