"""Bad input tried, nothing lost: each gets its clear error, one line in the log, and leaves no trace in the store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from adapters.verify import verify
from api.bodies import payload_schema
from domain.commands import COMMANDS
from tests.api.house import PERSONAL, House, payload
from tests.api.logs import Log
from tests.builders import DORA, MARIE, SOFIA, TODAY, TYPICAL, day, referral
from workflows.triggers import Trigger

REFERRAL = payload(referral())
PERSON = REFERRAL["person"]
SECRET = "Zébulon-Aristide"
"""A name that stands in every refused body: it must come back from nowhere."""


@dataclass(frozen=True)
class Bad:
    """A refused request: what was wrong with it, and what is answered."""

    what: str
    body: Any
    status: int
    problem: str
    errors: set[tuple[str, str]] = field(default_factory=set)
    """For `invalid`: pointer and code of each error, all of them."""
    trigger: str | None = None
    reason: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def field_of(cls, what: str, body: Any, *errors: tuple[str, str], trigger: str | None = None) -> Bad:
        """A value that is not accepted."""
        return cls(what, body, 422, "invalid", {(f"#{p}", code) for p, code in errors}, trigger)


def with_(**changes: Any) -> dict[str, Any]:
    return REFERRAL | {"note": SECRET} | changes


def person(**changes: Any) -> dict[str, Any]:
    return with_(person=PERSON | changes)


def need(**changes: Any) -> dict[str, Any]:
    return with_(needs=[REFERRAL["needs"][0] | changes])


REFERRALS = [
    Bad("broken JSON", f'{{"person": {{"family_name": "{SECRET}"', 400, "malformed-json"),
    Bad("no body", "", 400, "malformed-json"),
    Bad("not UTF-8", f'{{"note": "{SECRET}"}}'.encode("latin-1"), 400, "malformed-json"),
    Bad("a lone surrogate", '{"note": "\\ud83d"}', 400, "malformed-json"),
    Bad("very deep", '{"needs":' + "[" * 20_000 + "]" * 20_000 + "}", 400, "malformed-json"),
    Bad("NaN", '{"source": NaN, "person": NaN, "agreed_to_contact": NaN}', 422, "invalid", {
        ("#/person", "object_expected"), ("#/source", "unknown_value"), ("#/agreed_to_contact", "boolean_expected"),
    }),
    Bad("a field given twice", json.dumps(REFERRAL)[:-1] + ', "source": "partner", "source": "reception"}',
        400, "malformed-json"),
    Bad("a field of a field given twice", json.dumps(REFERRAL).replace('"care_type":', '"care_type": "other", "care_type":', 1),
        400, "malformed-json"),
    Bad("10 MB", json.dumps(with_(note=SECRET * 700_000)), 413, "too-large"),
    Bad("a form", f"family_name={SECRET}", 415, "unsupported-media-type",
        headers={"Content_Type": "application/x-www-form-urlencoded"}),
    Bad("another charset", json.dumps(REFERRAL), 415, "unsupported-media-type",
        headers={"Content_Type": "application/json; charset=latin-1"}),
    Bad("compressed", json.dumps(REFERRAL), 415, "unsupported-media-type", headers={"Content_Encoding": "gzip"}),
    Bad.field_of("a list", [SECRET], ("", "object_expected")),
    Bad.field_of("a text", SECRET, ("", "object_expected")),
    Bad.field_of("nothing in it", {}, ("/person", "required"), ("/source", "required"), ("/agreed_to_contact", "required")),
    Bad.field_of("an unknown field", with_(famly_name=SECRET), ("", "unknown_field")),
    Bad.field_of("a field named after somebody", with_(**{SECRET: 1}), ("", "unknown_field")),
    Bad.field_of("a very long field name", with_(**{SECRET * 1000: 1}), ("", "unknown_field")),
    Bad.field_of("an unknown field of the person", person(nickname=SECRET), ("/person", "unknown_field")),
    Bad.field_of("unknown codes", with_(source=SECRET, origin=7), ("/source", "unknown_value"), ("/origin", "unknown_value")),
    Bad.field_of("an unknown care type", need(care_type=SECRET, reasons=["rest_to_pay", SECRET]),
                 ("/needs/0/care_type", "unknown_value"), ("/needs/0/reasons/1", "unknown_value")),
    Bad.field_of("no reason", need(reasons=[]), ("/needs/0/reasons", "list_too_short")),
    Bad.field_of("too many needs", with_(needs=REFERRAL["needs"] * 13), ("/needs", "list_too_long")),
    Bad.field_of("wrong types", with_(agreed_to_contact="yes", needs={"a": SECRET}, note=12, occurred_on=20180331),
                 ("/agreed_to_contact", "boolean_expected"), ("/needs", "list_expected"), ("/note", "text_expected"),
                 ("/occurred_on", "day_format")),
    Bad.field_of("a day that is none", with_(occurred_on="2018-02-30"), ("/occurred_on", "day_format")),
    Bad.field_of("an instant for a day", with_(occurred_on="2018-03-31T00:00:00Z"), ("/occurred_on", "day_format")),
    Bad.field_of("a NIR with a bad key", person(nir="251103012611139"), ("/person/nir", "nir_key")),
    Bad.field_of("a NIR cut short", person(nir="25110301261113"), ("/person/nir", "nir_format")),
    Bad.field_of("a NIR as a number", person(nir=251103012611138), ("/person/nir", "nir_format")),
    Bad.field_of("a birth to come", person(birth_date=day(41).isoformat()), ("/person/birth_date", "birth_date_in_future")),
    Bad.field_of("a phone of letters", person(phone=SECRET, email=SECRET),
                 ("/person/phone", "phone_format"), ("/person/email", "email_format")),
    Bad.field_of("an empty name", person(given_name=" \t"), ("/person/given_name", "text_empty")),
    Bad.field_of("a name of 101 characters", person(given_name="é" * 101), ("/person/given_name", "text_too_long")),
    Bad.field_of("NUL", with_(note=f"{SECRET}\x00"), ("/note", "text_control_character")),
    Bad.field_of("an escape sequence", with_(note=f"\x1b[2J{SECRET}"), ("/note", "text_control_character")),
    Bad.field_of("text turned round in a name", person(given_name=f"\u202e{SECRET}"),
                 ("/person/given_name", "line_control_character")),
    Bad.field_of("a note of 4,001 characters", with_(note="🦷" * 4001), ("/note", "text_too_long")),
    Bad.field_of("a partner without a kind", with_(source="partner"), ("/partner_kind", "partner_kind")),
    Bad("a day to come", with_(occurred_on=day(41).isoformat()), 409, "refused", reason="in_future"),
    Bad("before the first cell", with_(occurred_on="2014-11-16"), 409, "refused", reason="before_first_cell"),
    Bad("no agreement", with_(agreed_to_contact=False), 409, "refused", reason="no_agreement_to_contact"),
    Bad("the same person again", with_(), 409, "refused", reason="already_open"),
    Bad("a header that is no key", with_(), 400, "malformed-header", headers={"Idempotency_Key": "a key"}),
    Bad("a key of 129 characters", with_(), 400, "malformed-header", headers={"Idempotency_Key": "k" * 129}),
]  # fmt: skip

QUOTE = payload(TYPICAL[Trigger.RECORD_QUOTE].command) | {"note": SECRET}
ACTIONS = [
    Bad("an unknown trigger", {"note": SECRET}, 422, "invalid", trigger="explode"),
    Bad("a trigger of no case yet", REFERRAL, 422, "invalid", trigger="detect"),
    Bad.field_of("negative cents", QUOTE | {"total_cents": -1}, ("/total_cents", "too_small"), trigger="record_quote"),
    Bad.field_of("no cents", QUOTE | {"total_cents": 0}, ("/total_cents", "too_small"), trigger="record_quote"),
    Bad.field_of("fractional cents", QUOTE | {"total_cents": 12.5}, ("/total_cents", "whole_number_expected"), trigger="record_quote"),
    Bad.field_of("round fractional cents", QUOTE | {"total_cents": 12.0}, ("/total_cents", "whole_number_expected"), trigger="record_quote"),
    Bad.field_of("cents in quotes", QUOTE | {"total_cents": "12"}, ("/total_cents", "whole_number_expected"), trigger="record_quote"),
    Bad.field_of("a million euros and a cent", QUOTE | {"total_cents": 100_000_001}, ("/total_cents", "too_large"), trigger="record_quote"),
    Bad.field_of("a huge number", QUOTE | {"total_cents": 10**400}, ("/total_cents", "too_large"), trigger="record_quote"),
    Bad.field_of("a need of another form", QUOTE | {"need_id": f"n1' OR {SECRET}"}, ("/need_id", "format"), trigger="record_quote"),
    Bad.field_of("a counsellor's name", {"counsellor": SECRET}, ("/counsellor", "format"), trigger="accept"),
    Bad.field_of("a former name without its right", {"action_id": "a1", "formerly": "acs"}, ("/formerly", "formerly"), trigger="complete_action"),
    Bad.field_of("a plan without actions", {"actions": []}, ("/actions", "list_too_short"), trigger="build_plan"),
    Bad.field_of("a correction of nothing", {"corrects": 0, "changes": {}},
                 ("/corrects", "too_small"), ("/changes", "list_too_short"), trigger="correct_fact"),
    Bad.field_of("a correction with a list", {"corrects": 1, "changes": [SECRET]}, ("/changes", "object_expected"), trigger="correct_fact"),
    Bad("a correction of a field named after somebody", {"corrects": 1, "changes": {SECRET: SECRET}}, 409, "refused",
        trigger="correct_fact", reason="no_such_field"),
    Bad("a correction to an unknown code", {"corrects": 1, "changes": {"source": SECRET}}, 409, "refused",
        trigger="correct_fact", reason="correction_invalid"),
    Bad("a contact to come", {"channel": "phone", "reached": True, "occurred_on": day(41).isoformat(), "note": SECRET},
        409, "refused", trigger="log_contact", reason="in_future"),
    Bad("a contact before the detection", {"channel": "phone", "reached": True, "occurred_on": "2017-01-01"},
        409, "refused", trigger="log_contact", reason="before_detection"),
    Bad("a quote before the plan", QUOTE, 409, "refused", trigger="record_quote", reason="wrong_state"),
    Bad("a version that is none", {"channel": "phone", "reached": True}, 400, "malformed-header",
        trigger="log_contact", headers={"If_Match": "7"}),
    Bad("NaN where anything may stand", '{"corrects": 1, "changes": {"source": NaN}, "note": "x"}', 400, "malformed-json",
        trigger="correct_fact"),
    Bad("any version", {"channel": "phone", "reached": True}, 400, "malformed-header",
        trigger="log_contact", headers={"If_Match": "*"}),
    Bad("a weak version", {"channel": "phone", "reached": True}, 400, "malformed-header",
        trigger="log_contact", headers={"If_Match": 'W/"2"'}),
    Bad("no version", {"channel": "phone", "reached": True}, 428, "version-required",
        trigger="log_contact", headers={"If_Match": ""}),
    Bad("a version to come", {"channel": "phone", "reached": True}, 412, "stale",
        trigger="log_contact", headers={"If_Match": '"99"'}),
]  # fmt: skip


@pytest.fixture
def case_id(house: House) -> str:
    """A case of the Gard that Marie follows."""
    made: str = house.refer(REFERRAL).json()["case_id"]
    house.act(made, "accept", {"counsellor": "marie"}, MARIE)
    return made


def test_each_bad_request_gets_its_error_and_nothing_is_written(house: House, case_id: str, log: Log) -> None:
    before = house.cells.everything()
    wrong = []
    for bad in (*REFERRALS, *ACTIONS):
        log.clear()
        answer = sent(house, case_id, bad)
        wrong += [f"{bad.what}: {said}" for said in complaints(bad, answer, log)]
    assert wrong == []
    after = house.cells.everything()
    assert {name for name in before if before[name] != after[name]} == set()
    assert verify(house.cells.service.engine).intact


def sent(house: House, case_id: str, bad: Bad) -> Any:
    body = bad.body if isinstance(bad.body, str | bytes) else json.dumps(bad.body).encode()
    if isinstance(bad.body, str) and bad.what == "a text":
        body = json.dumps(bad.body)
    if bad.trigger is None:
        return house.post("/cases", DORA, body, **bad.headers)
    headers = {"If_Match": '"2"', **bad.headers}
    headers = {name: value for name, value in headers.items() if value}
    return house.post(f"/cases/{case_id}/actions/{bad.trigger}", MARIE, body, **headers)


def complaints(bad: Bad, answer: Any, log: Log) -> list[str]:
    """Say all that is wrong with an answer and with its line in the log."""
    found = []
    problem = answer.json()
    if (answer.status_code, problem["type"]) != (bad.status, f"urn:filrouge:problem:{bad.problem}"):
        return [f"{answer.status_code} {problem}"]
    if answer.headers["content-type"] != "application/problem+json":
        found.append(answer.headers["content-type"])
    if bad.errors and {(e["pointer"], e["code"]) for e in problem["errors"]} != bad.errors:
        found.append(str(problem["errors"]))
    if bad.reason and problem["reason"]["code"] != bad.reason:
        found.append(str(problem["reason"]))
    (line,) = log.requests
    if (line["status"], line["problem"]) != (bad.status, bad.problem):
        found.append(str(line))
    for value in (SECRET, *PERSONAL):
        if value in answer.text or value in str(answer.headers):
            found.append(f"{value!r} came back")
        if value in log.text:
            found.append(f"{value!r} is in the log")
    return found


LOOKS_RIGHT = ("hermelin", "genevieve.hermelin", "251103012611138")
"""A name in small letters, an account that is a name, a number: what a pattern for codes lets through."""


def with_one_replaced(sent: Any, value: str) -> Iterator[Any]:
    """Yield what is sent with each of its texts replaced in turn."""
    if isinstance(sent, str):
        yield value
    elif isinstance(sent, list):
        for number, item in enumerate(sent):
            yield from (
                [*sent[:number], other, *sent[number + 1 :]] for other in with_one_replaced(item, value)
            )
    elif isinstance(sent, dict):
        for name, item in sent.items():
            yield from (sent | {name: other} for other in with_one_replaced(item, value))


@pytest.mark.parametrize("value", LOOKS_RIGHT)
def test_what_looks_like_a_code_does_not_come_back_either(one_house: House, log: Log, value: str) -> None:
    """In every text of every command, and in every header: refused or not, the answer and the log have no word of it."""
    nobody = {"family_name": "A", "given_name": "B"}
    case_id = one_house.refer(REFERRAL | {"person": nobody}).json()["case_id"]
    answers = []
    for trigger in Trigger:
        command = payload(TYPICAL[trigger].command)
        texts = {name: "x" for name, field in payload_schema(COMMANDS[trigger])["properties"].items()}
        for body in with_one_replaced(texts | command, value):
            if trigger is Trigger.DETECT:
                answers.append(one_house.refer(body))
            else:
                answers.append(one_house.act(case_id, trigger.value, body, SOFIA, If_Match='"1"'))
    quote = '"'
    for name in (
        "X_Request_Id",
        "Idempotency_Key",
        "If_Match",
        "Accept_Language",
        "Content_Type",
        "Traceparent",
        "Cookie",
    ):
        for sent in (value, f"{quote}{value}{quote}"):
            headers = {"If_Match": '"1"', "Accept_Language": "en"} | {name: sent}
            answers.append(one_house.post(f"/cases/{case_id}/actions/resume", SOFIA, {}, **headers))
            answers.append(one_house.get(f"/cases/{case_id}", MARIE, **{name: sent}))
    assert len(answers) > 100
    for answer in answers:
        assert value not in answer.text, answer.request.content
        assert value not in str(answer.headers)
    assert value not in log.text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_error_is_in_words_of_its_language(one_house: House, language: str) -> None:
    """And says what is accepted: a list has its codes, an amount its bounds, a day its form."""
    bad = person(nir="1") | {"source": "x", "agreed_to_contact": 1, "occurred_on": "x", "needs": [{}], "x": 1}
    problem = one_house.refer(bad, Accept_Language=language).json()
    said = {
        (error["pointer"], error["code"]): (error["detail"], error.get("accepted"))
        for error in problem["errors"]
    }
    texts = {
        "fr": (
            "Une date s'écrit AAAA-MM-JJ.",
            "Ce champ est obligatoire.",
            "Cette valeur n'est pas dans la liste.",
        ),
        "en": ("A date is written YYYY-MM-DD.", "This field is required.", "This value is not in the list."),
    }[language]
    assert said["#/occurred_on", "day_format"] == (texts[0], ["YYYY-MM-DD"])
    assert said["#/needs/0/care_type", "required"] == (texts[1], None)
    detail, accepted = said["#/source", "unknown_value"]
    assert (detail, accepted) == (texts[2], ["reception", "exam_centre", "other_service", "partner",
                                             "social_service", "medical_service", "health_professional"])  # fmt: skip
    assert said["#/agreed_to_contact", "boolean_expected"][1] == ["true", "false"]
    assert "note" in (said["#", "unknown_field"][1] or [])


def test_a_misspelt_field_is_told_what_it_was_meant_to_be(one_house: House) -> None:
    problem = one_house.refer(REFERRAL | {"agreed_to_contacts": True}, Accept_Language="en").json()
    assert problem["errors"][0]["detail"].endswith("Perhaps `agreed_to_contact`?")


@pytest.mark.parametrize(
    "note",
    [
        "Robert'); DROP TABLE events;--",
        "<script>alert(document.cookie)</script><img src=x onerror=alert(1)>",
        "{{ 7 * 7 }} ${jndi:ldap://x} %s %n \\u0000 \\x00 ../../etc/passwd",
        "👩‍👩‍👧‍👦 🦷 ﷽ 𝒵̶͚ " + "e" + "\u0301" * 200,
        "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u200f\u05e2\u05d1\u05e8\u05d9\u05ea\u200f 中文 ไทย \u2028\u2029",
        "ligne\r\nligne\ttabulation\nfin",
        "🦷" * 4000,
        '{"_type_": "x", "_data_": []}',
    ],
    ids=["sql", "html", "templates", "marks", "directions", "lines", "longest", "transcoder"],
)
def test_whatever_a_note_says_is_kept_as_it_is(house: House, note: str) -> None:
    """In Unicode's composed form, with one kind of line end; and it does nothing but be read again."""
    import unicodedata

    case_id = house.refer(REFERRAL | {"note": note}).json()["case_id"]
    kept = house.get(f"/cases/{case_id}/history", MARIE).json()["events"][0]["note"]
    expected = unicodedata.normalize("NFC", note).strip(" \t\r\n").replace("\r\n", "\n")
    assert kept == {"status": "shown", "text": expected}
    house.act(case_id, "accept", {"counsellor": "marie"}, MARIE)
    house.act(case_id, "log_contact", {"channel": "phone", "reached": True, "note": note}, MARIE)
    (contact,) = house.get(f"/cases/{case_id}", MARIE).json()["contacts"]
    assert contact["note"]["text"] == expected
    assert verify(house.cells.service.engine).intact


def test_names_at_the_edge_are_kept(house: House) -> None:
    names = {"family_name": "D’Ambrosio-Łukasiewicz Nguyễn", "given_name": "李 " + "é" * 98}
    case_id = house.refer(REFERRAL | {"person": names}).json()["case_id"]
    shown = house.get(f"/cases/{case_id}", MARIE).json()["identity"]["person"]
    assert {name: shown[name] for name in names} == names


def test_a_case_of_today_may_be_detected_today(one_house: House) -> None:
    """The edge beside the future: what is refused above is refused by a day."""
    answered = one_house.refer(
        REFERRAL | {"person": PERSON | {"nir": None}, "occurred_on": TODAY.isoformat()}
    )
    assert answered.status_code == 201
