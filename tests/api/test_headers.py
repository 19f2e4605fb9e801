"""Headers: which language, which version, which request; and what every answer carries."""

from __future__ import annotations

import re
import uuid

import pytest

from api.etags import etag, expected_version
from api.languages import language_of
from api.problems import Kind, ProblemError
from api.requests import idempotency_key
from api.security_headers import SECURITY_HEADERS
from api.visit import correlation_id
from domain.access import Principal
from tests.api.house import House, address, payload
from tests.api.logs import Log
from tests.builders import DORA, MARIE, SOFIA, referral
from workflows.labels import Language

VISIT = "6f0c8f1e-3c0a-4c7e-9a55-0a4c4a3f0b11"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", "fr"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("de, en;q=0.2", "en"),
        ("de", "fr"),
        ("*", "fr"),
        ("fr;q=0, en", "en"),
        ("en;q=0.5, fr;q=0.5", "fr"),
        ("en;q=nonsense", "fr"),
        ("en;q=2", "fr"),
        ("en;q=nan", "fr"),
        ("," * 5000 + "en", "fr"),
        ("é\x00;;;=,q", "fr"),
    ],
)
def test_the_language_asked_for(asked: str, expected: Language) -> None:
    assert language_of(asked) == expected


def test_a_version_is_a_strong_tag_and_back() -> None:
    assert expected_version([etag(12)]) == 12


@pytest.mark.parametrize(
    "given", ["7", "*", 'W/"7"', '"0"', '"07"', '"-1"', '"7", "8"', '""', '"seven"', '"1234567890"', '"7']
)
def test_anything_else_is_no_version(given: str) -> None:
    with pytest.raises(ProblemError) as raised:
        expected_version([given])
    assert raised.value.kind is Kind.MALFORMED_HEADER
    assert raised.value.members == {"header": "If-Match"}


def test_two_versions_are_none() -> None:
    with pytest.raises(ProblemError) as raised:
        expected_version(['"7"', '"7"'])
    assert raised.value.kind is Kind.MALFORMED_HEADER


def test_a_missing_version_is_asked_for() -> None:
    with pytest.raises(ProblemError) as raised:
        expected_version([])
    assert raised.value.kind is Kind.VERSION_REQUIRED


@pytest.mark.parametrize("key", ["k", "6f0c8f1e-3c0a-4c7e-9a55-0a4c4a3f0b11", "a.b_c:d~e+f/g=h-i", "9" * 128])
def test_a_key_with_or_without_quotes_is_the_same(key: str) -> None:
    assert idempotency_key([key]) == idempotency_key([f'"{key}"']) == key


@pytest.mark.parametrize("given", ["", '""', "two words", "é", '"half', "-starts", "k" * 129, "a,b", "a;b"])
def test_anything_else_is_no_key(given: str) -> None:
    with pytest.raises(ProblemError) as raised:
        idempotency_key([given])
    assert raised.value.kind is Kind.MALFORMED_HEADER


def test_no_key_is_no_key_and_two_are_refused() -> None:
    assert idempotency_key([]) is None
    with pytest.raises(ProblemError):
        idempotency_key(["a", "a"])


@pytest.mark.parametrize(
    "given",
    [
        "6f0c8f1e-3c0a-4c7e-9a55-0a4c4a3f0b11",
        "12345678-1234-1234-1234-123456789012",
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "4BF92F3577B34DA6A3CE929D0E0E4736",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "01arz3ndektsv4rrffq69g5fav",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ],
)
def test_a_correlation_is_taken_over(given: str) -> None:
    assert correlation_id(given) == given


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "a",
        "build-42",
        "Genevieve-Hermelin",
        "genevieve.hermelin",
        "a b",
        "é",
        "x" * 65,
        "-x",
        "a\nb",
        "{}",
        "251103012611138",  # a social-security number
        "2.51.10.30.126.111.38",
        "06-12-34-56-78-9",
        "case-0612345678",
        "0612345678",
        "2511030126111380",  # sixteen hexadecimal digits, as a span has them
        "6f0c8f1e3c0a-4c7e-9a55-0a4c-4a3f0b11",
        "01ARZ3NDEKTSV4RRFFQ69G5FAU",  # a ULID has no U
        "81ARZ3NDEKTSV4RRFFQ69G5FAV",
        "6f0c8f1e-3c0a-4c7e-9a55-0a4c4a3f0b11 Hermelin",
    ],
)
def test_a_correlation_that_cannot_be_kept_for_ever_is_replaced(given: str | None) -> None:
    """It goes into the events, which nothing ever changes: it must be nobody's."""
    made = correlation_id(given)
    assert str(uuid.UUID(made)) == made != given


def test_one_correlation_ties_the_answer_the_log_and_the_events(one_house: House, log: Log) -> None:
    """And the cause of the events is the one request, whose id its line in the log has."""
    referred = one_house.refer(
        payload(referral(person=referral().person.model_copy(update={"nir": None}))), X_Request_Id=VISIT
    )
    assert referred.headers["x-request-id"] == VISIT
    (line,) = log.requests
    assert line["correlation_id"] == VISIT
    case_id = referred.json()["case_id"]
    (event,) = one_house.get(f"/cases/{case_id}/history", SOFIA).json()["events"]
    assert (event["correlation_id"], event["causation_id"]) == (VISIT, line["request_id"])


def test_a_name_in_the_correlation_reaches_neither_the_log_nor_an_event(one_house: House, log: Log) -> None:
    somebody = "Genevieve-Hermelin"
    sent = payload(referral(person=referral().person.model_copy(update={"nir": None})))
    referred = one_house.refer(sent, X_Request_Id=somebody)
    events = one_house.get(f"/cases/{referred.json()['case_id']}/history", SOFIA, X_Request_Id=somebody)
    for text in (log.text, str(referred.headers), events.text):
        assert somebody not in text


def test_each_request_has_an_id_of_its_own(one_house: House, log: Log) -> None:
    for _ in range(3):
        one_house.get("/queue", MARIE, X_Request_Id=VISIT)
    ids = [line["request_id"] for line in log.requests]
    assert len(set(ids)) == 3
    assert {line["correlation_id"] for line in log.requests} == {VISIT}


@pytest.mark.parametrize(
    ("path", "by", "status"),
    [
        ("/queue", MARIE, 200),
        ("/queue", None, 401),
        ("/queue", DORA, 403),
        ("/queue?limit=0", MARIE, 422),
        ("/nowhere", None, 404),
        ("/healthz", None, 200),
        ("/openapi.json", None, 200),
    ],
)
def test_every_answer_is_kept_by_nobody_and_shown_by_no_other_page(
    one_house: House, path: str, by: None, status: int
) -> None:
    answer = one_house.get(path, by, Accept_Language="en")
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert SECURITY_HEADERS["Cache-Control"] == "no-store"
    assert SECURITY_HEADERS["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in SECURITY_HEADERS["Content-Security-Policy"]
    assert len(SECURITY_HEADERS) == 9
    assert answer.headers["content-language"] == "en"
    assert "Accept-Language" in answer.headers["vary"]
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-request-id"])


def test_a_language_changes_the_words_and_nothing_else(one_house: House) -> None:
    french, english = (one_house.get("/organisations", MARIE, Accept_Language=lang) for lang in ("fr", "en"))
    assert french.json()["organisations"][0]["wave"]["label"] == "Gard, pionnier (novembre 2014)"
    assert english.json()["organisations"][0]["wave"]["label"] == "Gard, pilot (November 2014)"
    assert [o["code"] for o in french.json()["organisations"]] == [
        o["code"] for o in english.json()["organisations"]
    ]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_not_allowed(one_house: House, method: str) -> None:
    answer = one_house.client.request(method, "/api/v1/queue", headers=one_house.headers(MARIE))
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("path", "by", "status"),
    [
        ("/healthz", None, 200),
        ("/readyz", None, 200),
        ("/metrics", None, 200),
        ("/openapi.json", None, 200),
        ("/queue", MARIE, 200),
        ("/queue", DORA, 403),
        ("/queue?limit=0", MARIE, 422),
        ("/nowhere", None, 404),
    ],
)
def test_head_is_answered_as_get_without_the_body(
    one_house: House, log: Log, path: str, by: Principal | None, status: int
) -> None:
    """Load balancers probe with it."""
    headers = one_house.headers(by)
    got = one_house.client.get(address(path), headers=headers)
    head = one_house.client.head(address(path), headers=headers)
    assert (head.status_code, head.content) == (status, b"")
    changing = {"x-request-id", "content-length"} if path == "/metrics" or status >= 400 else {"x-request-id"}
    assert set(head.headers) == set(got.headers)
    for name in set(head.headers) - changing:
        assert head.headers[name] == got.headers[name]
    assert [line["method"] for line in log.requests] == ["GET", "HEAD"]


def test_head_where_there_is_no_get_is_not_allowed(one_house: House) -> None:
    answer = one_house.client.head("/api/v1/cases", headers=one_house.headers(DORA))
    assert (answer.status_code, answer.headers["allow"], answer.content) == (405, "POST", b"")


def test_a_slash_too_many_is_another_address(one_house: House) -> None:
    """No redirect: it would be followed without the body, or with the token to elsewhere."""
    assert one_house.get("/queue/", MARIE).status_code == 404
