"""The chain's arithmetic: anybody must be able to redo it."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.hash_chain import GENESIS, Head, link

_texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1) | _texts))
def test_a_link_is_what_the_standard_library_computes(columns: list[str | int | None]) -> None:
    text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    assert link(GENESIS, columns) == sha256((GENESIS + text).encode("utf-8")).hexdigest()


def test_a_link_depends_on_the_predecessor_and_on_every_column() -> None:
    row: list[str | int | None] = [1, "case", 1, None]
    links = {link(GENESIS, row), link("1" * 64, row)}
    links |= {link(GENESIS, [*row[:i], "other", *row[i + 1 :]]) for i in range(len(row))}
    assert len(links) == 2 + len(row)


def test_no_two_rows_run_together() -> None:
    assert link(GENESIS, ["ab", "c"]) != link(GENESIS, ["a", "bc"])
    assert link(GENESIS, [None]) != link(GENESIS, ["null"])


def test_a_head_is_read_back_as_it_was_written() -> None:
    head = Head(12, "a" * 64)
    assert Head.parse(str(head)) == head


@pytest.mark.parametrize(
    "text", ["", "12", "12:", "x:" + "a" * 64, "12:" + "g" * 64, "-1:" + "a" * 64, "1:" + "A" * 64]
)
def test_anything_else_is_not_a_head(text: str) -> None:
    with pytest.raises(ValueError, match="position:hash"):
        Head.parse(text)
