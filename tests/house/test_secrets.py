"""No secret is in the repository: nothing that looks like a key, a token or a password, but what is known to be none."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from tests.house.files import ROOT, project_files

SHAPES = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}=(?![A-Za-z0-9+/=])"  # 32 bytes in base64: a master key
    r"|\bfr_[0-9a-f]{12}_[A-Za-z0-9_-]{43}\b"  # our own tokens
    r"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20}"  # a signed token
    r"|\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|glpat-[A-Za-z0-9_-]{20}|xox[abpr]-[A-Za-z0-9-]{10,})"
    r"|://[^\s:/@{}<>$]+:(?!password@|secret@|\*\*\*@)[^\s:/@{}<>$]{6,}@"
)


def found_in(text: str) -> Iterator[str]:
    """Yield what looks like a secret; a text of few different characters is an example of one."""
    for match in SHAPES.finditer(text):
        if entropy(match[0]) > 3.5:
            yield match[0]


def entropy(text: str) -> float:
    """Return Shannon's entropy of the characters, in bits each: 32 random bytes in base64 have some 5."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def test_no_file_holds_a_secret() -> None:
    found = [
        f"{path}: {secret[:6]}…"
        for path in project_files()
        for secret in found_in((ROOT / path).read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []


def test_a_secret_would_be_seen() -> None:
    key = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJ" + "A="
    for text in (
        f"FILROUGE_MASTER_KEY={key}",
        "-----BEGIN EC PRIVATE" + " KEY-----",
        "fr_0123456789ab_" + "qL3vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA",
        "postgresql://cell:" + "Xk29-hunter@db.example.org/x",
    ):
        assert list(found_in(text)), text
    assert not list(found_in("sha256:" + "0123456789abcdef" * 4))
