"""Everything that is held on one person: whole, in clear, recorded, and no further than the officer's reach."""

from __future__ import annotations

from typing import Any

from adapters import accesses
from adapters.database import reading
from tests.api.house import DAVID, DIANE, SIMON, House
from tests.builders import DENIS, INES, MARIE, SOFIA, referral

NOTE = "Elle n'ose plus sourire."


def followed(house: House) -> str:
    """Refer somebody in the Gard, follow them with notes, a partner and a funder, correct something, close."""
    case_id: str = house.refer(referral(note=NOTE)).json()["case_id"]
    for trigger, content in (
        ("accept", {"counsellor": "marie"}),
        ("log_contact", {"channel": "phone", "reached": True, "note": "Jointe à midi."}),
        ("record_consent", {"share_with": ["ccas"]}),
        ("complete_bilan", {"basic_cover": "current", "complementary_cover": "none"}),
        ("build_plan", {"actions": [{"kind": "obtain_quotes", "due_on": "2026-12-01", "need_ids": ["n1"]}]}),
        ("record_quote", {"need_id": "n1", "total_cents": 300_000}),
        ("request_funding", {"quote_id": "q1", "funder": "fass", "amount_cents": 125_174}),
        ("correct_fact", {"corrects": 1, "changes": {"origin": "spontaneous"}}),
        ("rectify_identity", {"identity": {"phone": "04 66 00 00 01"}, "reason": "changed"}),
        ("refer_onward", {"partner": "ccas"}),
        ("record_partner_completion", {}),
    ):
        done = house.act(case_id, trigger, content, MARIE)
        assert done.status_code == 200, done.text
    return case_id


def elsewhere(house: House) -> str:
    """Refer the same person in the Isère, and close."""
    case_id: str = house.refer(referral(note="Ailleurs."), DIANE).json()["case_id"]
    assert house.act(case_id, "accept", {"counsellor": "ines"}, INES).status_code == 200
    assert house.act(case_id, "close", {"reason": "moved"}, INES).status_code == 200
    return case_id


def given(house: House, case_id: str, by: Any = DENIS) -> dict[str, Any]:
    answer = house.get(f"/cases/{case_id}/person", by, Accept_Language="en")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_everything_is_there_and_in_clear(house: House) -> None:
    case_id = followed(house)
    house.get(f"/cases/{case_id}", SOFIA)
    file = given(house, case_id)
    assert (file["format"], file["version"], file["made_by"]) == ("filrouge-person", 1, "denis")
    assert file["identity"]["person"]["family_name"] == "Hermelin"
    assert file["identity"]["person"]["phone"] == "04 66 00 00 01"
    assert file["found_by_nir"] is True
    (one,) = file["cases"]
    assert one["case"]["detection"]["source"]["code"] == "reception"
    assert one["case"]["withheld"] == []
    assert [contact["note"]["text"] for contact in one["case"]["contacts"]] == ["Jointe à midi."]
    assert [event["note"]["text"] for event in one["history"] if event["note"]["text"]] == [
        NOTE,
        "Jointe à midi.",
    ]
    assert one["history"][0]["corrected_by"] == [9]
    assert {event["actor"] for event in one["history"]} == {"dora", "marie"}
    recipients = {(recipient["kind"], recipient["who"]["code"]) for recipient in one["recipients"]}
    assert recipients == {("partner", "ccas"), ("funder", "fass")}
    kept = {name: one["kept"][name] for name in ("last_contact_on", "archived_from", "erased_from")}
    assert kept == {
        "last_contact_on": "2026-04-11",
        "archived_from": "2028-04-11",
        "erased_from": "2031-04-11",
    }
    assert file["erased_from"] == "2031-04-11"
    read = {(access["what"]["code"], access["actor"]) for access in file["accesses"]}
    assert read >= {("person", "denis"), ("case", "sofia")}


def test_what_others_hold_is_said_and_not_shown(house: House) -> None:
    """The officer of an organisation answers for it; the national one for all."""
    here, abroad = followed(house), elsewhere(house)
    file = given(house, here)
    assert (file["held_elsewhere"], file["erased_from"]) == (True, None)
    assert [one["case"]["case_id"] for one in file["cases"]] == [here]
    assert abroad not in str(file)
    assert "Ailleurs" not in str(file)
    whole = given(house, abroad, DAVID)
    assert whole["held_elsewhere"] is False
    assert {one["case"]["case_id"] for one in whole["cases"]} == {here, abroad}
    assert house.get(f"/cases/{abroad}/person", DENIS).status_code == 404


def test_an_archived_case_is_held_and_an_erased_person_is_not(house: House) -> None:
    case_id = followed(house)
    assert house.act(case_id, "archive", {"reason": "restriction"}, DENIS).status_code == 200
    assert house.get(f"/cases/{case_id}", SOFIA).status_code == 404
    assert given(house, case_id)["cases"][0]["kept"]["archived_on"] == "2026-04-11"
    assert house.act(case_id, "erase_personal_data", {}, DENIS).status_code == 200
    file = given(house, case_id)
    assert file["identity"] == {"status": "erased", "person": None}
    assert file["found_by_nir"] is False
    assert {event["note"]["status"] for event in file["cases"][0]["history"]} == {"absent", "erased"}
    assert NOTE not in str(file)


def test_that_it_was_given_is_in_the_log_with_every_case(house: House) -> None:
    here, abroad = followed(house), elsewhere(house)
    given(house, here, DAVID)
    with reading(house.cells.service.engine) as connection:
        (access,) = accesses.listed(connection, accesses.AccessFilters(actor="david"))
    assert (access.kind, access.ground, set(access.people)) == ("person", "national", {here, abroad})


def test_nobody_else_has_it(house: House) -> None:
    case_id = followed(house)
    for who in (MARIE, SOFIA, SIMON):
        assert house.get(f"/cases/{case_id}/person", who).status_code == 403
