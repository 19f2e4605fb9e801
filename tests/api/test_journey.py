"""A case through the API alone, from the referral to the closing and beyond; on both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

from adapters.verify import verify
from tests.api.house import AUDE, DAVID, NADIA, House, payload
from tests.builders import DENIS, DORA, INES, MARIE, PAUL, SOFIA, day, referral
from workflows.triggers import Trigger

REFERRAL = payload(referral(note="Souffre depuis l'hiver."))
BILAN = {
    "basic_cover": "current",
    "complementary_cover": "mutual",
    "resources": [{"kind": "pension", "cents": 201_125}],
    "charges": [
        {"kind": "rent", "cents": 36_085},
        {"kind": "water_energy", "cents": 14_944},
        {"kind": "insurance", "cents": 19_034},
        {"kind": "tax", "cents": 9_900},
        {"kind": "phone", "cents": 3_315},
    ],
}
"""The published household of case A [001, annex 2]: its disposable income is 1,178.47 €."""


def test_from_the_referral_to_the_closing(house: House) -> None:
    """Every step as a client takes it: read, decide on what was read, send its version back."""
    clock = house.cells.clock
    clock.set_day(day(0))
    referred = house.refer(REFERRAL)
    case_id = referred.json()["case_id"]
    assert (referred.status_code, referred.headers["etag"]) == (201, '"1"')
    assert referred.headers["location"] == f"/api/v1/referrals/{case_id}"
    assert house.get(referred.headers["location"], DORA).json()["progress"]["code"] == "received"

    def act(trigger: str, on: date, **sent: Any) -> dict[str, Any]:
        clock.set_day(on)
        read = house.get(f"/cases/{case_id}", MARIE)
        offer = {offer["trigger"]: offer for offer in read.json()["actions"]}[trigger]
        assert offer["allowed"], offer
        done = house.client.post(
            offer["href"], json=sent, headers=house.headers(MARIE, If_Match=read.headers["etag"])
        )
        assert done.status_code == 200, done.text
        assert done.headers["etag"] == f'"{done.json()["version"]}"'
        answer: dict[str, Any] = done.json()
        return answer

    act("accept", day(1), counsellor="marie")
    act("log_contact", day(2), channel="phone", reached=True, note="Rendez-vous mardi.")
    assert act("record_consent", day(2), share_with=["ccas"])["state"] == "consented"
    act("complete_bilan", day(5), **BILAN)
    act(
        "build_plan",
        day(5),
        actions=[{"kind": "obtain_quotes", "due_on": day(9).isoformat(), "need_ids": ["n1"]}],
    )
    unpriced = house.get(f"/cases/{case_id}", MARIE).json()["funding"]
    assert (unpriced["quotes"], unpriced["covered"]) == ([], None)  # nothing to cover is not covered
    act(
        "record_quote",
        day(8),
        need_id="n1",
        total_cents=300_000,
        basic_share_cents=40_000,
        complementary_share_cents=60_000,
    )
    act("request_funding", day(8), quote_id="q1", funder="fass", amount_cents=125_174)
    act("decide_funding", day(12), request_id="r1", granted_cents=125_174)

    read = house.get(f"/cases/{case_id}", MARIE).json()
    assert read["bilan"]["disposable_cents"] == 117_847
    (quote,) = read["funding"]["quotes"]
    money = ("rest_to_pay_cents", "granted_cents", "person_share_cents", "uncovered_cents", "covered")
    assert [quote[name] for name in money] == [200_000, 125_174, 0, 74_826, False]
    assert [read["funding"][name] for name in money] == [200_000, 125_174, 0, 74_826, False]

    act("agree_instalments", day(13), quote_id="q1", person_share_cents=74_826, instalments=3)
    (quote,) = house.get(f"/cases/{case_id}", MARIE).json()["funding"]["quotes"]
    assert [quote[name] for name in (*money, "instalments")] == [200_000, 125_174, 74_826, 0, True, 3]
    act("complete_action", day(20), action_id="a1")
    assert act("record_care_performed", day(88), need_id="n1")["state"] == "care_performed"
    assert act("close", day(92), reason="care_performed")["state"] == "closed"

    history = house.get(f"/cases/{case_id}/history", NADIA).json()
    assert [event["version"] for event in history["events"]] == list(range(1, 14))
    assert history["events"][-1]["label"] == "Accompagnement clos"
    assert {event["actor"] for event in history["events"]} == {"dora", "marie"}
    assert history["events"][8]["details"][1]["words"].replace("\u202f", " ") == "1 251,74 €"
    durations = house.get("/statistics/durations", SOFIA).json()["groups"][0]["lines"]
    assert [line["values"]["mean"] for line in durations] == [90.0, 92.0, 86.0]
    outcomes = house.get("/statistics/outcomes?group_by=wave", SOFIA).json()["groups"]
    assert [
        (group["group"], group["lines"][0]["label"], group["lines"][0]["values"]["share_of_closed"])
        for group in outcomes
        if group["totals"]["closed"]
    ] == [("pilot", "Soins réalisés", 100.0)]
    assert house.get("/queue", MARIE).json()["cases"] == []
    assert house.get(referred.headers["location"], DORA).json() | {"case_id": ""} == {
        "case_id": "",
        "referred_on": day(0).isoformat(),
        "progress": {"code": "closed", "label": "Clôturée"},
        "closed_on": day(92).isoformat(),
    }
    assert verify(house.cells.service.engine).intact


def test_what_a_role_is_offered_is_what_it_may_do(house: House) -> None:
    """Every trigger is there, allowed or with its reason; a reason is in words of the reader's language."""
    case_id = house.refer(REFERRAL).json()["case_id"]
    offers = house.get(f"/cases/{case_id}", MARIE, Accept_Language="en").json()["actions"]
    assert [offer["trigger"] for offer in offers] == [t.value for t in Trigger if t is not Trigger.DETECT]
    by_name = {offer["trigger"]: offer for offer in offers}
    assert by_name["accept"] | {"schema": None} == {
        "trigger": "accept",
        "label": "Accept the referral",
        "allowed": True,
        "reason": None,
        "method": "POST",
        "href": f"/api/v1/cases/{case_id}/actions/accept",
        "schema": None,
    }
    assert by_name["accept"]["schema"]["required"] == ["counsellor"]
    assert by_name["record_quote"]["reason"] == {
        "code": "wrong_state",
        "text": "This action is not possible in the state “Detected”.",
    }
    assert by_name["assign"]["reason"]["code"] == "role_may_not"
    supervisors = {
        o["trigger"]: o["allowed"] for o in house.get(f"/cases/{case_id}", SOFIA).json()["actions"]
    }
    assert (supervisors["assign"], supervisors["accept"], supervisors["erase_personal_data"]) == (
        True,
        True,
        False,
    )


def test_a_refusal_says_what_is_allowed_instead(house: House) -> None:
    case_id = house.refer(REFERRAL).json()["case_id"]
    house.act(case_id, "accept", {"counsellor": "marie"}, MARIE)
    refused = house.act(case_id, "close", {"reason": "unreachable"}, MARIE, Accept_Language="en")
    problem = refused.json()
    assert (refused.status_code, problem["trigger"], problem["reason"]["code"]) == (
        409,
        "close",
        "too_few_attempts",
    )
    assert problem["detail"] == problem["reason"]["text"]
    allowed = {offer["trigger"] for offer in problem["allowed"]}
    offered = {o["trigger"] for o in house.get(f"/cases/{case_id}", MARIE).json()["actions"] if o["allowed"]}
    assert allowed == offered
    assert {"log_contact", "record_consent"} <= allowed


def test_a_stale_version_says_which_is_current(house: House) -> None:
    case_id = house.refer(REFERRAL).json()["case_id"]
    house.act(case_id, "accept", {"counsellor": "marie"}, MARIE, 1)
    stale = house.act(case_id, "log_contact", {"channel": "sms", "reached": False}, MARIE, 1)
    assert (stale.status_code, stale.headers["etag"], stale.json()["current_version"]) == (412, '"2"', 2)
    again = house.client.post(
        f"/api/v1/cases/{case_id}/actions/log_contact",
        json={"channel": "sms", "reached": False},
        headers=house.headers(MARIE, If_Match=stale.headers["etag"]),
    )
    assert again.status_code == 200


def test_a_supervisor_standing_in_is_recorded_as_such(house: House) -> None:
    case_id = house.refer(REFERRAL).json()["case_id"]
    house.act(case_id, "accept", {"counsellor": "marie"}, MARIE)
    house.act(case_id, "log_contact", {"channel": "sms", "reached": False}, SOFIA)
    house.act(case_id, "reassign", {"counsellor": "paul", "reason": "absence"}, SOFIA)
    capacities = [
        e["acting_as"]["code"] for e in house.get(f"/cases/{case_id}/history", SOFIA).json()["events"]
    ]
    assert capacities == ["detector", "counsellor", "supervisor_standing_in", "supervisor"]
    assert [house.get(f"/cases/{case_id}", by).status_code for by in (MARIE, PAUL)] == [404, 200]


def test_a_correction_points_at_what_it_corrects(house: House) -> None:
    case_id = house.refer(REFERRAL).json()["case_id"]
    house.act(case_id, "accept", {"counsellor": "marie"}, MARIE)
    house.act(case_id, "correct_fact", {"corrects": 1, "changes": {"source": "exam_centre"}}, MARIE)
    first, _, last = house.get(f"/cases/{case_id}/history", MARIE).json()["events"]
    assert (first["data"]["source"], first["corrected_by"], last["data"]["corrects"]) == ("reception", [3], 1)
    assert last["details"][1]["words"] == "source Centre d'examens de santé"
    assert house.get(f"/cases/{case_id}", MARIE).json()["detection"]["source"]["code"] == "exam_centre"


def test_a_transferred_case_goes_on_elsewhere_with_its_history(house: House) -> None:
    case_id = house.refer(REFERRAL).json()["case_id"]
    house.act(case_id, "accept", {"counsellor": "marie"}, MARIE)
    assert house.act(case_id, "transfer", {"to_organisation": "isere"}, MARIE).status_code == 200
    assert [house.get(f"/cases/{case_id}", by).status_code for by in (MARIE, SOFIA, INES)] == [404, 404, 200]
    assert len(house.get(f"/cases/{case_id}/history", INES).json()["events"]) == 3
    assert house.get(f"/cases/{case_id}/history", AUDE).status_code == 404
    assert house.get(f"/referrals/{case_id}", DORA).json()["progress"]["code"] == "received"


def test_an_erased_person_is_nobodys_to_read(house: House) -> None:
    """The protection officer reads who it is, erases them, and the case keeps its shape."""
    case_id = house.refer(REFERRAL).json()["case_id"]
    house.act(case_id, "accept", {"counsellor": "marie"}, MARIE)
    house.act(case_id, "log_contact", {"channel": "phone", "reached": True, "note": "Elle a peur."}, MARIE)
    house.act(case_id, "close", {"reason": "moved"}, MARIE)
    seen = house.get(f"/cases/{case_id}", DENIS).json()
    assert seen["identity"]["person"]["family_name"] == "Hermelin"
    assert seen["needs"] is None
    assert "needs" in seen["withheld"]
    erased = house.act(case_id, "erase_personal_data", {}, DENIS)
    assert erased.json()["events"] == ["case.personal_data_erased"]
    for by in (MARIE, SOFIA, DAVID):
        read = house.get(f"/cases/{case_id}", by).json()
        assert (read["erased"], read["identity"]) == (True, {"status": "erased", "person": None})
    contact = house.get(f"/cases/{case_id}", MARIE).json()["contacts"][0]
    assert (contact["reached"], contact["note"]) == (True, {"status": "erased", "text": None})
    notes = [
        event["note"]["status"] for event in house.get(f"/cases/{case_id}/history", SOFIA).json()["events"]
    ]
    assert notes == ["erased", "absent", "erased", "absent", "absent"]
    assert verify(house.cells.service.engine).intact
