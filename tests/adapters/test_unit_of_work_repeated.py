"""A request sent twice is written once, and answered alike."""

from __future__ import annotations

import dataclasses

import pytest

from domain.commands.intake import RecordConsent
from domain.errors import IdempotencyKeyReused, Refused
from domain.person import Identity
from tests.adapters.overtaking import overtaken_by
from tests.adapters.usual import ACCEPT, CALL, MOVED, NOBODY_KNOWN, events_of, keyed
from tests.builders import DORA, MARIE, referral
from tests.service import REGISTERED, Cells


def test_a_repeated_request_gets_the_first_answer_and_writes_nothing(cells: Cells) -> None:
    case = cells.refer(referral(note="Elle a mal."), request=keyed("refer-1"))
    contacted = cells.act(case.case_id, CALL, version=1, request=keyed("call-1"))
    before = cells.everything()
    again = cells.refer(referral(note="Elle a mal."), request=keyed("refer-1"))
    assert again == dataclasses.replace(case, replayed=True)
    again = cells.act(case.case_id, CALL, version=1, request=keyed("call-1"))
    assert again == dataclasses.replace(contacted, replayed=True)
    assert cells.everything() == before


def test_the_first_answer_is_given_again_whatever_the_case_has_become(cells: Cells) -> None:
    case = cells.refer(referral())
    accepted = cells.act(case.case_id, ACCEPT, version=1, request=keyed("accept-1"))
    cells.act(case.case_id, MOVED)
    again = cells.act(case.case_id, ACCEPT, version=1, request=keyed("accept-1"))
    assert again == dataclasses.replace(accepted, replayed=True)


def test_a_key_is_not_for_another_request(cells: Cells) -> None:
    case = cells.refer(referral())
    cells.act(case.case_id, CALL, request=keyed("k", "call"))
    before = cells.everything()
    with pytest.raises(IdempotencyKeyReused):
        cells.act(case.case_id, ACCEPT, request=keyed("k", "accept"))
    assert cells.everything() == before


def test_two_accounts_may_choose_the_same_key(cells: Cells) -> None:
    case = cells.refer(referral(), request=keyed("k"))
    answer = cells.act(case.case_id, CALL, request=keyed("k", "call"))
    assert not answer.replayed


def test_a_refused_request_keeps_its_key_free(cells: Cells) -> None:
    case = cells.refer(referral())
    with pytest.raises(Refused):
        cells.act(case.case_id, RecordConsent(), request=keyed("k"))
    cells.act(case.case_id, ACCEPT)
    assert cells.act(case.case_id, RecordConsent(), request=keyed("k")).state == "consented"


@pytest.mark.parametrize("person", [referral().person, NOBODY_KNOWN], ids=["with a number", "without"])
def test_a_referral_sent_twice_at_once_is_written_once(cells: Cells, person: Identity) -> None:
    detect = referral(person=person)
    first = []
    use_cases = overtaken_by(cells, lambda: first.append(cells.refer(detect, request=keyed("k"))))
    again = use_cases.refer(detect, DORA, keyed("k"))
    assert again == dataclasses.replace(first[0], replayed=True)
    assert len(cells.durable()["events"]) == len(REGISTERED) + 1
    assert len(cells.durable()["people"]) == 1


def test_a_command_sent_twice_at_once_is_written_once(cells: Cells) -> None:
    case = cells.refer(referral())
    first = []
    use_cases = overtaken_by(
        cells, lambda: first.append(cells.act(case.case_id, CALL, version=1, request=keyed("k")))
    )
    again = use_cases.act(case.case_id, CALL, MARIE, 1, keyed("k"))
    assert again == dataclasses.replace(first[0], replayed=True)
    assert len(events_of(cells, case.case_id)) == 2


def test_a_key_taken_at_the_same_moment_by_another_request_is_refused(cells: Cells) -> None:
    one, other = cells.refer(referral()), cells.refer(referral(person=NOBODY_KNOWN))
    use_cases = overtaken_by(cells, lambda: cells.act(one.case_id, CALL, request=keyed("k", "one")))
    with pytest.raises(IdempotencyKeyReused):
        use_cases.act(other.case_id, CALL, MARIE, 1, keyed("k", "other"))
    assert events_of(cells, other.case_id) == ["case.detected"]
