"""The data dictionary as it is served: to anybody, for programs and for people, in the reader's language."""

from __future__ import annotations

import msgspec

from adapters.durable_columns import DURABLE
from projections.dictionary import dictionary
from projections.dictionary_markdown import markdown
from tests.api.house import House


def test_for_programs(one_house: House) -> None:
    answer = one_house.client.get("/api/v1/dictionary", headers={"Accept-Language": "en"})
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == msgspec.to_builtins(dictionary("en", DURABLE))


def test_for_people(one_house: House) -> None:
    answer = one_house.client.get("/api/v1/dictionary.md")
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["content-language"] == "fr"
    assert answer.text == markdown(dictionary("fr", DURABLE))
