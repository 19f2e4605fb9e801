"""What may be asked: strictly typed, closed, and silent about what was typed when it is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from domain.command import Command
from domain.commands import COMMANDS
from domain.commands.care import AddNeed, BuildPlan, CompleteAction
from domain.commands.follow_up import Close, CorrectFact, LogContact, Resume, Transfer
from domain.commands.funding import AgreeInstalments, RecordQuote, RequestFunding
from domain.commands.intake import Accept, CompleteBilan, Detect, RecordConsent
from domain.commands.privacy import ErasePersonalData
from domain.events import CASE_EVENTS
from domain.events.merging import DuplicateMerged, DuplicateParted, PersonRecognised
from domain.text import NOTE_LENGTH
from tests.builders import SOMEBODY, TYPICAL, day, planned, referral
from tests.dsl import given
from tests.payloads import NOTE
from workflows.triggers import Trigger

SECRET: Final = "Hermelin 251103012611138"

WHOLE: Final[list[Command]] = [
    *(use.command for use in TYPICAL.values() if use.command.trigger is not Trigger.COMPLETE_BILAN),
    CompleteBilan.model_validate_json(
        json.dumps(
            {
                "basic_cover": "current",
                "complementary_cover": "mutual",
                "resources": [{"kind": "pension", "cents": 1}],
                "charges": [{"kind": "rent", "cents": 1}],
                "vitale_card_current": True,
                "registered_doctor": False,
                "other_rights": ["housing_aid"],
                "obstacles": ["rest_to_pay"],
            }
        )
    ),
]
"""One of each, with something in every kind of field."""


def body(command: Command) -> dict[str, Any]:
    """Return what a client sends for this command."""
    sent: dict[str, Any] = json.loads(command.model_dump_json(exclude_none=True))
    if isinstance(command, Detect):
        sent["person"] = json.loads(SOMEBODY.model_dump_json(exclude_none=True))
    return sent


def refused(command: type[Command], sent: object) -> list[tuple[str, str]]:
    """Return where and why what was sent is refused; nothing of it is repeated."""
    with pytest.raises(ValidationError) as caught:
        command.model_validate_json(json.dumps(sent))
    errors = caught.value.errors(include_input=False, include_url=False)
    assert SECRET not in f"{caught.value}{caught.value!r}{errors}"
    return [(".".join(map(str, error["loc"])), error["type"]) for error in errors]


def leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield every value that is no object or list, with its path."""
    match value:
        case dict():
            for key, item in value.items():
                yield from leaves(item, (*path, key))
        case list():
            for index, item in enumerate(value):
                yield from leaves(item, (*path, index))
        case _:
            yield path, value


def replaced(value: Any, path: tuple[str | int, ...], by: object) -> Any:
    """Return a copy of `value` with another value at `path`."""
    copy = json.loads(json.dumps(value))
    holder = copy
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = by
    return copy


def typed_fields() -> list[Any]:
    """Return every typed value of every command: the command, the path, the value."""
    return [
        pytest.param(command, path, value, id=f"{command.trigger}-{'.'.join(map(str, path))}")
        for command in WHOLE
        for path, value in leaves(body(command))
        if path[0] not in ("person", "changes")  # an identity has tests of its own, changes are free JSON
    ]


@pytest.mark.parametrize("command", WHOLE, ids=lambda command: command.trigger.value)
def test_a_command_is_read_back_from_what_is_sent(command: Command) -> None:
    """And cannot be changed once read."""
    read = type(command).model_validate_json(json.dumps(body(command)))
    assert read == command
    with pytest.raises(ValidationError):
        read.occurred_on = None  # type: ignore[misc]


@pytest.mark.parametrize("command", WHOLE, ids=lambda command: command.trigger.value)
def test_an_unknown_field_is_refused(command: Command) -> None:
    """Also within its parts: a misspelt optional field would be lost without a word."""
    assert refused(type(command), body(command) | {"ocurred_on": SECRET}) == [
        ("ocurred_on", "extra_forbidden")
    ]
    for key, value in body(command).items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            sent = replaced(body(command), (key, 0, "sort"), SECRET)
            assert refused(type(command), sent) == [(f"{key}.0.sort", "extra_forbidden")]


@pytest.mark.parametrize(("command", "path", "value"), typed_fields())
def test_a_value_of_another_type_is_refused(command: Command, path: tuple[str, ...], value: object) -> None:
    """No number in quotes, no yes for true, no fraction of a cent; the field is named, its value is not."""
    wrong: list[object] = [SECRET, {"a": SECRET}, [SECRET], 1.5, 10**30]
    match value:
        case bool():
            wrong += [0, 1, "true", "yes"]
        case int():
            wrong += [-1, True, "1", float(value), 1e300]
        case _:
            wrong += [True, 0, "", str(value).upper() + "x"]
    for sent in wrong:
        ((where, _), *_) = refused(type(command), replaced(body(command), path, sent))
        assert where.startswith(str(path[0]))


@pytest.mark.parametrize("sent", [None, [], "", "null", 1, True, [{}]])
def test_a_body_that_is_no_object_is_refused(sent: object) -> None:
    """Whatever else it is."""
    assert refused(Resume, sent) == [("", "model_type")]


@pytest.mark.parametrize("sent", [b"", b"{", b"\xff", b'{"a":}', b"{} {}"])
def test_a_body_that_is_no_json_is_refused(sent: bytes) -> None:
    """In one error, without the body."""
    with pytest.raises(ValidationError) as caught:
        Resume.model_validate_json(sent)
    assert [error["type"] for error in caught.value.errors()] == ["json_invalid"]


# ---------------------------------------------------------------- limits and what belongs together

QUOTE: Final = {"need_id": "n1", "total_cents": 100}
SHARE: Final = {"quote_id": "q1", "person_share_cents": 0, "instalments": 1}
ACTION: Final = {"kind": "request_css", "due_on": "2026-05-01"}
NEED: Final = {"care_type": "gp", "reasons": ["fear"]}
DETECT: Final = body(referral())

LIMITS: Final[list[tuple[type[Command], dict[str, Any], dict[str, Any], str]]] = [
    # the command, what is accepted, what is not, where
    (RecordQuote, QUOTE | {"total_cents": 100_000_000}, QUOTE | {"total_cents": 100_000_001}, "total_cents"),
    (RecordQuote, QUOTE | {"total_cents": 1}, QUOTE | {"total_cents": 0}, "total_cents"),
    (RecordQuote, QUOTE | {"basic_share_cents": 0}, QUOTE | {"basic_share_cents": -1}, "basic_share_cents"),
    (
        RequestFunding,
        {"quote_id": "q1", "funder": "fass", "amount_cents": 1},
        {"quote_id": "q1", "funder": "fass", "amount_cents": 0},
        "amount_cents",
    ),
    (AgreeInstalments, SHARE | {"instalments": 60}, SHARE | {"instalments": 61}, "instalments"),
    (AgreeInstalments, SHARE, SHARE | {"instalments": 0}, "instalments"),
    (BuildPlan, {"actions": [ACTION]}, {"actions": []}, "actions"),
    (BuildPlan, {"actions": [ACTION] * 40}, {"actions": [ACTION] * 41}, "actions"),
    (AddNeed, NEED, NEED | {"reasons": []}, "reasons"),
    (AddNeed, NEED | {"since": None}, NEED | {"reasons": None}, "reasons"),
    (Detect, DETECT | {"needs": []}, DETECT | {"needs": [NEED] * 13}, "needs"),
    (Detect, DETECT | {"source": "partner", "partner_kind": "caf"}, DETECT | {"source": "partner"}, ""),
    (Detect, DETECT, DETECT | {"partner_kind": "caf"}, ""),
    (
        CompleteAction,
        {"action_id": "a1", "right": "css", "formerly": "acs"},
        {"action_id": "a1", "right": "complementary", "formerly": "acs"},
        "",
    ),
    (CompleteAction, {"action_id": "a9999"}, {"action_id": "a1", "formerly": "acs"}, ""),
    (CompleteAction, {"action_id": "a1"}, {"action_id": "a0"}, "action_id"),
    (CompleteAction, {"action_id": "a1"}, {"action_id": "a10000"}, "action_id"),
    (CompleteAction, {"action_id": "a1"}, {"action_id": "n1"}, "action_id"),
    (CompleteAction, {"action_id": "a1"}, {"action_id": "a1\n"}, "action_id"),
    (CompleteAction, {"action_id": "a1"}, {"action_id": "a١"}, "action_id"),
    (Accept, {"counsellor": "gard.anne-2_b"}, {"counsellor": "Anne Martin"}, "counsellor"),
    (Accept, {"counsellor": "an"}, {"counsellor": "a"}, "counsellor"),
    (Accept, {"counsellor": "a" * 64}, {"counsellor": "a" * 65}, "counsellor"),
    (Transfer, {"to_organisation": "la-reunion"}, {"to_organisation": "La Réunion"}, "to_organisation"),
    (Close, {"reason": "moved"}, {"reason": "moved", "remaining_actions": "whatever"}, "remaining_actions"),
    (CorrectFact, {"corrects": 1, "changes": {"a": None}}, {"corrects": 0, "changes": {"a": 1}}, "corrects"),
    (CorrectFact, {"corrects": 1, "changes": {"a": [1]}}, {"corrects": 1, "changes": {}}, "changes"),
    (LogContact, {"channel": "sms", "reached": False}, {"channel": "pigeon", "reached": False}, "channel"),
    (LogContact, {"channel": "sms", "reached": False}, {"channel": "sms"}, "reached"),
    (RecordConsent, {"share_with": ["caf"]}, {"share_with": "caf"}, "share_with"),
]


@pytest.mark.parametrize(("command", "accepted", "wrong", "where"), LIMITS)
def test_a_limit_is_where_it_says(
    command: type[Command], accepted: dict[str, Any], wrong: dict[str, Any], where: str
) -> None:
    """The last value inside, the first outside."""
    assert isinstance(command.model_validate_json(json.dumps(accepted)), command)
    assert where in {loc for loc, _ in refused(command, wrong)}


@pytest.mark.parametrize(
    "typed",
    ["1767225600", "2026-02-30", "2026-3-2", "20260302", "2026-03-02T00:00:00", "02/03/2026", "", 0, 1.5],
)
def test_a_day_is_written_one_way(typed: object) -> None:
    """Year, month, day."""
    assert refused(Resume, {"occurred_on": typed}) == [("occurred_on", "day_format")]
    assert Resume.model_validate_json('{"occurred_on":"2026-03-02"}').occurred_on == day(0)
    assert Resume.model_validate({"occurred_on": "2026-03-02"}).occurred_on == day(0), "from a form too"


def test_a_code_ticked_twice_is_ticked_once() -> None:
    """In every list of codes: nothing is counted twice."""
    twice = '{"care_type":"gp","reasons":["fear","distance","fear"]}'
    assert [reason.value for reason in AddNeed.model_validate_json(twice).reasons] == ["fear", "distance"]
    consent = RecordConsent.model_validate_json('{"share_with":["caf","caf"]}')
    given(*TYPICAL[Trigger.RECORD_CONSENT].given).when(consent).then_state(share_with=["caf"])
    plan = BuildPlan.model_validate_json(json.dumps({"actions": [ACTION | {"need_ids": ["n1", "n1"]}]}))
    assert plan.actions[0].need_ids == planned().need_ids


# ---------------------------------------------------------------- notes


@pytest.mark.parametrize(
    "note",
    [
        NOTE,
        "<script>alert(1)</script>'; DROP TABLE events; --",
        "\u202eRTL \u2066 \u200b\u200d zero width",
        "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍⚕️ \U0010ffff \ufdfd",
        "ligne\nligne\ttabulation",
        "z̷̢͎̗̑̀ā̴l̸g̵o̶" * 20,
        "x" * NOTE_LENGTH,
        '{"_type_": "x", "_data_": []}',
    ],
)
def test_any_text_is_a_note(note: str) -> None:
    """It is kept as it was typed, and sealed before it goes anywhere."""
    (read,) = {
        Resume.model_validate_json(json.dumps({"note": note}, ensure_ascii=escaped)).note
        for escaped in (True, False)
    }
    assert read is not None
    assert json.loads(json.dumps(read)) == read
    assert read.encode().decode() == read


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("a\x00b", "text_control_character"),
        ("a\x1b[31m", "text_control_character"),
        ("a\x7f", "text_control_character"),
        ("\n \t", "text_empty"),
        ("x" * (NOTE_LENGTH + 1), "text_too_long"),
        (7, "string_type"),
        (["x"], "string_type"),
    ],
)
def test_what_no_keyboard_gives_is_no_note(note: object, code: str) -> None:
    """Refused by name."""
    assert refused(Resume, {"note": note}) == [("note", code)]


def test_an_erasure_has_no_note() -> None:
    """It would be sealed with the very key that is destroyed: every other command may carry one."""
    assert refused(ErasePersonalData, {"note": "Demande du 2 mars."}) == [("note", "extra_forbidden")]
    without = [trigger for trigger, command in COMMANDS.items() if "note" not in command.model_fields]
    assert without == [Trigger.ERASE_PERSONAL_DATA]


def test_half_a_character_is_no_note() -> None:
    """Neither escaped in JSON nor from Python."""
    assert refused(Resume, {"note": "\ud800"}) == [("", "json_invalid")]
    with pytest.raises(ValidationError, match="surrogate"):
        Resume.model_validate({"note": "\ud800"})


@hypothesis_given(
    st.text(max_size=30), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists)
)
def test_no_refusal_repeats_what_was_typed(text: str, value: object) -> None:
    """Whatever it was."""
    typed = f"{SECRET}{text}"
    for sent in ({"note": [typed]}, {"occurred_on": typed}, {"occurred_on": [typed, value]}, [typed]):
        with pytest.raises(ValidationError) as caught:
            Resume.model_validate(sent)
        assert SECRET not in f"{caught.value}{caught.value.errors(include_input=False)}"


# ---------------------------------------------------------------- the catalogue


def test_every_trigger_has_its_command_and_its_event() -> None:
    """One each; a command's event is told once, except where a closing also ends actions.

    What a merging does to the person's other cases, and to the one that is kept, is no command of theirs.
    """
    assert list(COMMANDS) == list(Trigger)
    by_another_case = {PersonRecognised, DuplicateMerged, DuplicateParted}
    assert {command.event for command in COMMANDS.values()} == set(CASE_EVENTS) - by_another_case
    assert set(TYPICAL) == set(Trigger)
    for trigger, command in COMMANDS.items():
        assert command.trigger is trigger
        assert command.__doc__


def test_no_field_of_a_command_is_lost_on_the_way_to_its_event() -> None:
    """Each becomes a field of the same name; five are for others than the event."""
    for command in COMMANDS.values():
        kept = set(command.model_fields) - {"occurred_on", "note", "person", "identity", "remaining_actions"}
        assert kept <= set(command.event.__struct_fields__), command


def test_every_command_says_what_it_accepts() -> None:
    """As a JSON schema, closed at every level."""
    for command in COMMANDS.values():
        schema = command.model_json_schema()
        parts = [schema, *schema.get("$defs", {}).values()]
        for part in parts:
            if part.get("type") == "object":
                assert part["additionalProperties"] is False, part
        assert issubclass(command, BaseModel)
        assert schema["description"]
