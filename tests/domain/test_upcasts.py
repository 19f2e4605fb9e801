"""Every version of every event that was ever written loads for ever: one stored fixture each.

A fixture holds payloads exactly as that version stored them, and today's whole form of each, defaults spelt out.
Never edit one: a changed event takes a new schema version, an upcast and a fixture of its own.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from domain.errors import UnknownEvent
from domain.event import Payload
from domain.events import CASE_EVENTS, EVENTS
from domain.events.intake import CareForgoingDetected
from domain.upcasts import UPCASTS, decode, encode

FIXTURES: Final = Path(__file__).parents[1] / "fixtures" / "events"
STORED: Final[dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FIXTURES.iterdir())
}
VERSIONS: Final = [
    (topic, version) for topic, event in EVENTS.items() for version in range(1, event.schema_version + 1)
]


def as_stored(payload: object) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def spelt_out(value: object) -> object:
    """Return a payload as JSON would have it, defaults included."""
    match value:
        case msgspec.Struct():
            return {name: spelt_out(getattr(value, name)) for name in value.__struct_fields__}
        case dict():
            return {key: spelt_out(item) for key, item in value.items()}
        case list():
            return [spelt_out(item) for item in value]
        case date():
            return value.isoformat()
        case _:
            return value


def test_every_version_of_every_event_has_its_fixture() -> None:
    """A new event, or a new version of one, brings its own; none is ever taken away."""
    assert STORED.keys() == {f"{topic}.v{version}" for topic, version in VERSIONS}
    assert {(stored["topic"], stored["schema_version"]) for stored in STORED.values()} == set(VERSIONS)


@pytest.mark.parametrize(("topic", "version"), VERSIONS)
def test_what_was_stored_loads_as_todays_form(topic: str, version: int) -> None:
    """Through every upcast since."""
    fixture = STORED[f"{topic}.v{version}"]
    assert (fixture["topic"], fixture["schema_version"]) == (topic, version)
    assert fixture["stored"]
    for stored in fixture["stored"]:
        for written in (as_stored(stored["payload"]), as_stored(stored["payload"]).decode()):
            payload = decode(topic, version, written)
            assert type(payload) is EVENTS[topic]
            assert spelt_out(payload) == stored["today"]


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.topic)
def test_today_is_still_written_as_in_its_fixture(event: type[Payload]) -> None:
    """Byte for byte: a default, a name or an order that changed without a new version would show here."""
    for stored in STORED[f"{event.topic}.v{event.schema_version}"]["stored"]:
        written = as_stored(stored["payload"])
        assert encode(decode(event.topic, event.schema_version, written)) == written


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.topic)
def test_a_fixture_shows_every_field_and_every_default(event: type[Payload]) -> None:
    """Each field is written by an example, and each that has a default is left out by one."""
    stored = [s["payload"] for s in STORED[f"{event.topic}.v{event.schema_version}"]["stored"]]
    # `note` and `to_state` are of all events alike; which change the state is for the table to say
    fields = {
        field.name: field for field in msgspec.structs.fields(event) if field.name not in ("note", "to_state")
    }
    assert {name for payload in stored for name in payload} >= fields.keys()
    for name, field in fields.items():
        optional = not field.required
        left_out = any(name not in payload for payload in stored)
        assert left_out <= optional
        assert left_out or not optional or name in ("actions", "changes"), f"{name} is always given"


def test_topics_are_stable_and_speak_of_the_past() -> None:
    """No import path: classes may move; each topic is one event's."""
    assert len({event.topic for event in EVENTS.values()}) == len(EVENTS) == len(CASE_EVENTS) + 1
    for topic, event in EVENTS.items():
        assert event.topic == topic
        kind, _, happened = topic.partition(".")
        assert kind in ("case", "organisation")
        assert happened.replace("_", "").isalpha()
        assert happened.islower()
        assert event.__doc__


# ---------------------------------------------------------------- upcasts


def test_every_older_version_has_its_upcast() -> None:
    """One step each, from every version to the next."""
    older = {(topic, version) for topic, version in VERSIONS if version < EVENTS[topic].schema_version}
    assert UPCASTS.keys() == older


def test_a_detection_of_version_1_came_from_the_detectors_question() -> None:
    """[001]: before the origin was asked for."""
    payload = decode("case.detected", 1, b'{"person_id":"p","source":"reception","agreed_to_contact":true}')
    assert isinstance(payload, CareForgoingDetected)
    assert payload.origin == "detector_question"


@pytest.mark.parametrize(
    ("before", "right", "formerly"),
    [
        ("cmu_c", "css", "cmu_c"),
        ("acs", "css", "acs"),
        ("complementary", "complementary", None),
        (None, None, None),
    ],
)
def test_rights_of_version_1_count_under_todays_name(
    before: str | None, right: str | None, formerly: str | None
) -> None:
    """[003, 004]: the CMU-C and the ACS became the CSS in November 2019."""
    stored = {"action_id": "a1"} | ({"right": before} if before else {})
    payload: Any = decode("case.action_completed", 1, as_stored(stored))
    assert (payload.right, payload.formerly) == (right, formerly)


# ---------------------------------------------------------------- what is not known is not guessed at


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.topic)
def test_a_version_from_the_future_stops_the_reader(event: type[Payload]) -> None:
    """Even when its fields would do."""
    newest = STORED[f"{event.topic}.v{event.schema_version}"]["stored"][0]["payload"]
    for version in (event.schema_version + 1, 0, -1):
        with pytest.raises(UnknownEvent) as caught:
            decode(event.topic, version, as_stored(newest))
        assert (caught.value.topic, caught.value.known) == (event.topic, event.schema_version)
        assert f"version {version}; this code knows up to {event.schema_version}" in str(caught.value)


@pytest.mark.parametrize(
    "topic", ["case.exploded", "", "domain.events.intake:CareForgoingDetected", "CASE.DETECTED"]
)
def test_an_unknown_topic_stops_the_reader(topic: str) -> None:
    """Nothing is ever imported by a name that comes out of a database."""
    with pytest.raises(UnknownEvent, match="unknown event topic"):
        decode(topic, 1, b"{}")


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"[]", b"null", b"{}", b'{"need_id":7}', b'{"need_id":"n1"}{}', b"\xff"]
)
def test_a_payload_that_is_not_what_its_topic_says_is_refused(payload: bytes) -> None:
    """Never half read."""
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode("case.care_performed", 1, payload)
