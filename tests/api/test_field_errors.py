"""Every wrong value in every field of every command: named where it stands, in words, and never repeated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from api.bodies import payload_schema, understood
from api.field_errors import in_body, in_parameters
from api.problems import Kind, ProblemError
from domain.command import Command
from domain.commands import COMMANDS
from tests.api.house import payload
from tests.builders import TYPICAL
from workflows.labels import Language
from workflows.triggers import Trigger

SECRET = "Geneviève Hermelin"
WRONG: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, 1.5, "", SECRET, SECRET * 300, "\x00", [], [None], [SECRET], {}, {SECRET: SECRET},
    [{SECRET: 1}], [[]], "2018-02-30", "n1", 3, [{"kind": SECRET, "cents": "1"}],
)  # fmt: skip


def tried() -> Iterator[tuple[type[Command], dict[str, Any]]]:
    for trigger, command in COMMANDS.items():
        good = payload(TYPICAL[trigger].command)
        for name in payload_schema(command)["properties"]:
            yield command, {k: v for k, v in good.items() if k != name}
            for wrong in WRONG:
                yield command, good | {name: wrong}
            if isinstance(good.get(name), list):
                yield command, good | {name: good[name] * 200}
        yield command, good | {SECRET: 1}
        for nir in ("1", SECRET, 251103012611138):
            if "person" in good:
                yield command, good | {"person": good["person"] | {"nir": nir}}


def refusals(language: Language) -> Iterator[tuple[type[Command], dict[str, Any], dict[str, Any]]]:
    for command, sent in tried():
        try:
            understood(command, json.dumps(sent).encode(), language)
        except ProblemError as problem:
            yield command, sent, problem.body(language, "urn:x")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_wrong_value_is_named_in_words_and_not_repeated(language: Language) -> None:
    seen = set()
    for command, sent, problem in refusals(language):
        told = json.dumps(problem, ensure_ascii=False)
        assert problem["type"].endswith("invalid"), (command, sent)
        assert SECRET not in told
        for error in problem["errors"]:
            assert points_at_a_field(error["pointer"], payload_schema(command)), error
            assert error["code"] != "not_accepted", (command, sent, error)
            assert error["detail"].endswith((".", "?")), error
            seen.add(error["code"])
    assert {
        "required", "unknown_field", "unknown_value", "whole_number_expected", "boolean_expected", "text_expected",
        "list_expected", "object_expected", "too_small", "too_large", "list_too_short", "list_too_long", "format",
        "day_format", "text_empty", "text_too_long", "text_control_character", "nir_format",
    } <= seen  # fmt: skip


def points_at_a_field(pointer: str, schema: dict[str, Any]) -> bool:
    """Follow a pointer down the schema: every step must be a field or an index that exists there."""
    node = schema
    for step in pointer.removeprefix("#").split("/")[1:]:
        while "$ref" in node or "anyOf" in node:
            if "$ref" in node:
                node = schema["$defs"][node["$ref"].rpartition("/")[2]]
            else:
                node = next(option for option in node["anyOf"] if option.get("type") != "null")
        node = node["items"] if step.isdigit() else node.get("properties", {}).get(step)
        if node is None:
            return False
    return True


def test_the_two_languages_differ_in_words_alone() -> None:
    pairs = zip(refusals("fr"), refusals("en"), strict=True)
    for (_, _, french), (_, _, english) in pairs:
        for one, other in zip(french["errors"], english["errors"], strict=True):
            assert one["detail"] != other["detail"]
            assert one | {"detail": ""} == other | {"detail": ""}


def test_every_error_of_a_payload_is_told_at_once() -> None:
    with pytest.raises(ProblemError) as raised:
        understood(COMMANDS[Trigger.RECORD_QUOTE], b'{"total_cents": -1, "basic_share_cents": "x"}', "en")
    assert raised.value.kind is Kind.INVALID
    assert {error["pointer"] for error in raised.value.members["errors"]} == {
        "#/need_id", "#/total_cents", "#/basic_share_cents",
    }  # fmt: skip


@pytest.mark.parametrize(("body", "at"), [(b"", (1, 0)), (b'{\n "a": 1,}', (2, 9)), (b"nope", (1, 2))])
def test_json_that_breaks_off_says_where(body: bytes, at: tuple[int, int]) -> None:
    with pytest.raises(ProblemError) as raised:
        understood(COMMANDS[Trigger.RESUME], body, "en")
    assert raised.value.kind is Kind.MALFORMED_JSON
    assert (raised.value.members["line"], raised.value.members["column"]) == at


@pytest.mark.parametrize("body", [b"", b" \n"])
def test_an_empty_body_is_said_to_be_empty(body: bytes) -> None:
    with pytest.raises(ProblemError) as raised:
        understood(COMMANDS[Trigger.RESUME], body, "en")
    assert raised.value.kind is Kind.MALFORMED_JSON
    assert raised.value.body("en", "urn:x")["detail"].startswith("The request's body is empty; a JSON object")
    assert raised.value.body("fr", "urn:x")["detail"].startswith("Le corps de la requête est vide")


def test_an_error_that_nobody_knew_is_still_in_words() -> None:
    """A new version of the library may find new errors: they are told in general words, without their message."""
    unknown: Any = {"type": "brand_new", "loc": ("note", "deeper", 3), "msg": SECRET, "input": SECRET}
    (body,) = in_body([unknown], payload_schema(COMMANDS[Trigger.RESUME]), "en")
    assert (body.pointer, body.code, body.detail) == ("#/note", "not_accepted", "This value is not accepted.")
    (parameter,) = in_parameters([unknown | {"loc": ("query", SECRET)}], {"limit": {"type": "integer"}}, "en")
    assert (parameter.parameter, parameter.accepted) == (None, ["limit"])
    assert SECRET not in parameter.detail
