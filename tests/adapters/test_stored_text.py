"""Texts that both databases must give back as they got them, and those that are refused before anything is written."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.database import TextRefused
from adapters.recorded_event import draft
from adapters.stored_text import json_text
from tests.adapters.makers import event, store

EXTREMES = (
    "\x01\x1f\x7f\x80\x9f"  # controls
    "'\"\\/\b\f\n\r\t%s%?:;--"  # what JSON and SQL care about
    "e\u0301\u00e9"  # the same letter, composed and not: kept apart
    "\u2028\u2029\ufeff\u200b\u202e"  # separators, a byte order mark, no width, right to left
    "\ud7ff\ue000\ufffe\uffff"  # around the surrogates, and what is not a character
    "\U00010000\U0010ffff\U0001f469\u200d\u2695\ufe0f"  # beyond sixteen bits, a character made of four
)


def test_unicode_extremes_come_back_byte_for_byte(migrated_database_url: str) -> None:
    payloads = [msgspec.json.encode({"text": EXTREMES}), json.dumps({"text": EXTREMES}).encode()]
    with store(migrated_database_url) as recorder:
        for version, payload in enumerate(payloads, start=1):
            recorder.insert_events([event("case", version, payload)])
        names = ["originator_id", "topic", "occurred_on", "recorded_at", "actor", "acting_as", "organisation"]
        names += ["correlation_id", "causation_id"]
        extremes: dict[str, Any] = dict.fromkeys(names, EXTREMES)
        sent = replace(event("case", 1), **extremes)
        recorder.insert_events([sent])
        assert [stored.state for stored in recorder.select_events("case")] == payloads
        assert recorder.select_events(EXTREMES) == [sent]


REFUSED = {
    "NUL": b'{"text":"a\x00b"}',
    "escaped NUL": rb'{"text":"a\u0000b"}',
    "NUL after an escaped backslash": rb'{"text":"\\\u0000"}',
    "high surrogate alone": rb'{"text":"\ud83d"}',
    "high surrogate, then text": rb'{"text":"\ud83dx\ude00"}',
    "two high surrogates": rb'{"text":"\ud83d\ud83d\ude00"}',
    "high surrogate, then another escape": rb'{"text":"\ud83d\n\ude00"}',
    "low surrogate alone": rb'{"text":"\ude00"}',
    "pair the wrong way round": rb'{"text":"\ude00\ud83d"}',
    "encoded surrogate": b'{"text":"\xed\xa0\xbd"}',
    "not UTF-8": b'{"text":"\xff"}',
}


@pytest.mark.parametrize("payload", REFUSED.values(), ids=REFUSED.keys())
def test_a_payload_that_one_database_could_not_keep_is_refused(payload: bytes) -> None:
    with pytest.raises(TextRefused) as refusal:
        draft(event("case", 2, payload))
    assert refusal.value.column == "payload"
    assert "text" not in str(refusal.value)  # never what was in it


@pytest.mark.parametrize("character", ["\x00", "\ud83d"])
@pytest.mark.parametrize(
    "column", ["case_id", "topic", "actor", "organisation", "correlation_id", "causation_id"]
)
def test_the_envelope_is_held_to_the_same_rule(column: str, character: str) -> None:
    field = "originator_id" if column == "case_id" else column
    change: dict[str, Any] = {field: f"a{character}b"}
    with pytest.raises(TextRefused) as refusal:
        draft(replace(event("case", 1), **change))
    assert refusal.value.column == column


def test_a_refusal_comes_before_anything_is_written(migrated_database_url: str) -> None:
    with store(migrated_database_url) as recorder:
        for payload in REFUSED.values():
            with pytest.raises(TextRefused):
                recorder.insert_events([event("case", 1), event("case", 2, payload)])
        assert recorder.max_notification_id() is None


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_every_other_text_is_taken_however_it_is_escaped(text: str) -> None:
    for payload in (json.dumps(text).encode(), msgspec.json.encode(text)):
        assert json_text("payload", payload).encode() == payload


@given(st.text(st.characters(codec=None, categories=["Cs", "Cc", "Lu", "Po"]) | st.sampled_from("\\u0dD8cC")))
def test_what_is_refused_is_what_utf8_or_postgresql_cannot_hold(text: str) -> None:
    storable = "\x00" not in text
    try:
        # A pair written as two halves is one character once it is read back.
        json.loads(json.dumps(text)).encode("utf-8")
    except UnicodeEncodeError:
        storable = False
    try:
        json_text("payload", json.dumps(text).encode())
    except TextRefused:
        assert not storable
    else:
        assert storable
