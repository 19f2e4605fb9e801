"""Repeating a request: the first answer again, nothing written twice, and a key that means one request only."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa

from adapters.database import reading
from adapters.tables import idempotency
from adapters.verify import verify
from tests.api.house import PERSONAL, House, payload
from tests.builders import DORA, INES, MARIE, PAUL, SOFIA, referral

KEY = "6f0c8f1e-3c0a-4c7e-9a55-0a4c4a3f0b11"
REFERRAL = payload(referral(note="Elle a mal."))
CONTACT = {"channel": "phone", "reached": True, "note": "Elle va mieux."}


@pytest.fixture
def case_id(house: House) -> str:
    """A case that Marie follows, at version 2."""
    made: str = house.refer(REFERRAL).json()["case_id"]
    house.act(made, "accept", {"counsellor": "marie"}, MARIE)
    return made


def same(first: Any, again: Any) -> bool:
    """Whether an answer is the first one, given again."""
    names = ("etag", "location", "content-type")
    return (first.status_code, first.content, [first.headers.get(n) for n in names]) == (
        again.status_code,
        again.content,
        [again.headers.get(n) for n in names],
    )


def test_a_repeated_referral_gives_the_first_answer_and_opens_nothing(house: House) -> None:
    first = house.refer(REFERRAL, Idempotency_Key=KEY)
    before = house.cells.everything()
    again = house.refer(REFERRAL, Idempotency_Key=KEY, Accept_Language="en")
    assert first.status_code == 201
    assert same(first, again)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert house.cells.everything() == before


def test_a_repeated_action_gives_the_first_answer_although_the_case_moved_on(
    house: House, case_id: str
) -> None:
    """Its version is stale by now, and it is the first answer all the same."""
    first = house.act(case_id, "log_contact", CONTACT, MARIE, 2, Idempotency_Key=KEY)
    house.act(case_id, "record_consent", {}, MARIE)
    before = house.cells.everything()
    again = house.act(case_id, "log_contact", CONTACT, MARIE, 2, Idempotency_Key=f'"{KEY}"')
    assert (first.status_code, first.headers["etag"]) == (200, '"3"')
    assert same(first, again)
    assert again.headers["idempotent-replayed"] == "true"
    assert house.cells.everything() == before


def test_a_repeated_transfer_gives_the_first_answer_although_the_case_is_gone(
    house: House, case_id: str
) -> None:
    sent = {"to_organisation": "isere"}
    first = house.act(case_id, "transfer", sent, MARIE, 2, Idempotency_Key=KEY)
    assert house.get(f"/cases/{case_id}", MARIE).status_code == 404
    assert same(first, house.act(case_id, "transfer", sent, MARIE, 2, Idempotency_Key=KEY))
    assert house.act(case_id, "transfer", sent, MARIE, 2).status_code == 404
    assert house.get(f"/cases/{case_id}", INES).status_code == 200


@pytest.mark.parametrize("what", ["body", "trigger", "version", "case"])
def test_a_key_crossed_with_another_request_is_refused(house: House, case_id: str, what: str) -> None:
    """422, as the IETF's draft of the header has it, and nothing is written."""
    house.act(case_id, "log_contact", CONTACT, MARIE, 2, Idempotency_Key=KEY)
    other = house.refer(REFERRAL | {"person": {"family_name": "B", "given_name": "R"}}).json()["case_id"]
    before = house.cells.everything()
    crossed = {
        "body": lambda: house.act(
            case_id, "log_contact", CONTACT | {"reached": False}, MARIE, 2, Idempotency_Key=KEY
        ),
        "trigger": lambda: house.act(case_id, "record_consent", {}, MARIE, 2, Idempotency_Key=KEY),
        "version": lambda: house.act(case_id, "log_contact", CONTACT, MARIE, 3, Idempotency_Key=KEY),
        "case": lambda: house.act(other, "log_contact", CONTACT, MARIE, 2, Idempotency_Key=KEY),
    }[what]()
    assert crossed.status_code == 422
    assert crossed.json()["type"] == "urn:filrouge:problem:idempotency-key-reused"
    assert KEY not in crossed.text
    assert house.cells.everything() == before
    assert verify(house.cells.service.engine).intact


def test_a_key_is_ones_own(house: House, case_id: str) -> None:
    """Two people may happen on the same key: each has done their own request."""
    for version, by in ((2, MARIE), (3, SOFIA)):
        done = house.act(case_id, "log_contact", CONTACT, by, version, Idempotency_Key=KEY)
        assert (done.status_code, done.json()["version"]) == (200, version + 1)
    assert house.act(case_id, "log_contact", CONTACT, PAUL, 4, Idempotency_Key=KEY).status_code == 404


def test_a_refused_request_keeps_no_key(house: House, case_id: str) -> None:
    """What was refused may be put right and sent again under the same key."""
    refused = house.act(case_id, "record_consent", {"share_with": ["x"]}, MARIE, 2, Idempotency_Key=KEY)
    stale = house.act(case_id, "record_consent", {}, MARIE, 1, Idempotency_Key=KEY)
    done = house.act(case_id, "record_consent", {}, MARIE, 2, Idempotency_Key=KEY)
    assert (refused.status_code, stale.status_code, done.status_code) == (422, 412, 200)


def test_what_is_kept_tells_nothing_of_what_was_asked(house: House) -> None:
    """Neither the body, nor the key, which may be somebody's number, nor a digest that could be guessed from them."""
    import hashlib
    import json

    nir = PERSONAL[2]
    body = json.dumps(REFERRAL)
    house.post("/cases", DORA, body, Idempotency_Key=nir)
    with reading(house.cells.service.engine) as connection:
        (row,) = connection.execute(sa.select(idempotency)).all()
    kept = str(row)
    assert len(row.key) == len(row.request_hash) == 64
    for secret in (*PERSONAL, "mal"):
        assert secret not in kept
    for guess in (nir, body):
        assert hashlib.sha256(guess.encode()).hexdigest() not in kept


@pytest.mark.parametrize("keyed", [True, False])
def test_two_writers_at_once(house: House, case_id: str, keyed: bool) -> None:
    """With one key they are one request, answered twice; without, one wins and the other's version is stale."""
    headers = {"Idempotency_Key": KEY} if keyed else {}
    answers = at_once(8, lambda: house.act(case_id, "log_contact", CONTACT, MARIE, 2, **headers))
    won = [answer for answer in answers if answer.status_code == 200]
    if keyed:
        assert len(won) == 8
        assert len({answer.content for answer in won}) == 1
        assert sum("idempotent-replayed" in answer.headers for answer in won) == 7
    else:
        assert len(won) == 1
        stale = [answer for answer in answers if answer.status_code == 412]
        assert [(a.headers["etag"], a.json()["current_version"]) for a in stale] == [('"3"', 3)] * 7
    assert house.version(case_id) == 3
    assert verify(house.cells.service.engine).intact


def test_the_same_person_referred_twice_at_once(house: House) -> None:
    """One case is opened; the other referral is told which."""
    answers = at_once(6, lambda: house.refer(REFERRAL))
    (opened,) = [answer for answer in answers if answer.status_code == 201]
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert {problem["reason"]["code"] for problem in refused} == {"already_open"}
    assert len(refused) == 5
    assert all(opened.json()["case_id"] in problem["reason"]["text"] for problem in refused)


def at_once(count: int, ask: Any) -> list[Any]:
    """Ask from several threads, all let go at the same moment."""
    answers: list[Any] = []
    barrier = threading.Barrier(count)

    def run() -> None:
        barrier.wait()
        answers.append(ask())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == count
    return answers
