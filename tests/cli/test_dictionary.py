"""The data dictionary on the command line, where there is no database yet as well."""

from __future__ import annotations

import msgspec

from adapters.durable_columns import DURABLE
from projections.dictionary import dictionary
from projections.dictionary_markdown import markdown
from tests.cli.running import Filrouge


def test_it_is_a_document_or_json_in_the_language_asked(filrouge: Filrouge) -> None:
    assert filrouge.done("dictionary").out == markdown(dictionary("fr", DURABLE))
    assert filrouge.done("--lang", "en", "dictionary").out == markdown(dictionary("en", DURABLE))
    assert filrouge.done("dictionary", "--json").json == msgspec.to_builtins(dictionary("fr", DURABLE))
