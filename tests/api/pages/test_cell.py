"""A supervisor's cell: its load, its lists, and cases handed out from a list, each for itself and never twice."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest

from adapters import tokens
from adapters.database import writing
from api.caller import Caller
from api.pages import handing_out
from api.visit import Visit
from domain.access import Principal, Reach
from tests.api.house import DIANE, SIMON, House, payload
from tests.api.pages.visits import Visits
from tests.builders import DORA, INES, MARIE, PAUL, SOFIA, day, referral
from workflows.triggers import Trigger

REFERRAL = payload(referral()) | {"person": {"family_name": "Dupond", "given_name": "Zoé"}}
REACHED = {"channel": "phone", "direction": "outbound", "reached": True}


def a_case(house: House, counsellor: Principal | None, by: Principal = DORA, on: int = 30) -> str:
    case_id: str = house.refer(REFERRAL | {"occurred_on": day(on).isoformat()}, by).json()["case_id"]
    if counsellor is not None:
        house.act(case_id, "accept", {"counsellor": counsellor.actor}, counsellor)
    return case_id


def listed(page: str) -> list[str]:
    """Return the cases that a page lists, in order."""
    return re.findall(r'<a id="n[\d-]+" href="/dossiers/([0-9a-f-]{36})["?]', page)


def row_of(page: str, account: str) -> list[str]:
    """Return what the load's table says of an account, cell by cell."""
    found = next(row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if f">{account}<" in row)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", found, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in cells]


def followed_by(house: House, case_id: str) -> str | None:
    state = house.cells.service.storage.begin().load(case_id).state
    return state.counsellor


def boxes(page: str) -> dict[str, str]:
    """Return what the box of each case is sent with, by case."""
    return {value.split()[0]: value for value in re.findall(r'name="dossier" value="([^"]+)"', page)}


def once(page: str) -> str:
    (found,) = re.findall(r'name="_once" value="([^"]+)"', page)
    return str(found)


def outcomes(page: str) -> dict[str, tuple[str, str]]:
    """Return what became of each case that the visitor may know of: the tag, and its words."""
    found = re.findall(
        r'<th scope="row"><a href="/dossiers/([0-9a-f-]{36})">.*?<span class="tag (\w*)">[^<]*</span>([^<]*)</td>',
        page,
        re.DOTALL,
    )
    return {case_id: (kind, unescape(words).strip()) for case_id, kind, words in found}


def test_the_load_and_every_number_leads_to_its_cases(house: House) -> None:
    """Today is day 40: what was detected on day 30 and not accepted is late, nobody of day 10 was reached."""
    for _ in range(2):
        a_case(house, MARIE)
    silent = a_case(house, MARIE, on=10)
    reached = a_case(house, PAUL, on=10)
    house.act(reached, "log_contact", REACHED | {"occurred_on": day(39).isoformat()}, PAUL)
    nobodys = a_case(house, None)
    a_case(house, INES, DIANE)
    visits = Visits.of(house)
    page = visits.get("/cellule", SOFIA, Accept_Language="en").text
    assert row_of(page, "marie") == ["3", "3", "0", "1", "1", f"{day(17):%d/%m/%Y} late"]
    assert row_of(page, "paul")[:5] == ["1", "0", "0", "0", "0"]
    assert row_of(page, "Nobody yet")[:5] == ["1", "1", "0", "0", "0"]
    assert row_of(page, "sofia") == ["0", "0", "0", "0", "0", "–"]
    assert ">ines<" not in page
    hrefs = {unescape(href) for href in re.findall(r'<a href="(/dossiers\?[^"]+)">\d', page)}
    for href in hrefs:
        shown = re.findall(rf'<a href="{re.escape(href.replace("&", "&amp;"))}">(\d+)', page)
        assert {len(listed(visits.get(href, SOFIA).text))} == {int(number) for number in shown}, href
    assert listed(visits.get("/dossiers?counsellor=marie&not_reached_for=30", SOFIA).text) == [silent]
    assert listed(visits.get("/dossiers?unassigned=true", SOFIA).text) == [nobodys]


def test_an_account_without_access_still_shows_its_cases(house: House) -> None:
    """Its cases are there to be handed out, and it is not offered any more."""
    case_id = a_case(house, PAUL)
    engine = house.cells.service.engine
    with writing(engine) as connection:
        for token in tokens.listed(connection):
            if token.actor == "paul":
                tokens.revoke(connection, token.token_id, now=house.cells.clock())
    visits = Visits.of(house)
    page = visits.get("/cellule", SOFIA, Accept_Language="en").text
    assert "no access any more" in page
    queue = visits.get("/dossiers?counsellor=paul", SOFIA).text
    assert listed(queue) == [case_id]
    assert "<option selected>paul</option>" in queue
    assert "<option>paul</option>" not in queue


def test_cases_are_handed_out_each_by_its_own_trigger(house: House) -> None:
    nobodys, pauls, maries = a_case(house, None), a_case(house, PAUL), a_case(house, MARIE)
    visits = Visits.of(house)
    page = visits.get("/dossiers", SOFIA).text
    ticks = boxes(page)
    assert set(ticks) == {nobodys, pauls, maries}
    form = {
        "dossier": [ticks[nobodys], ticks[pauls], ticks[maries]],
        "counsellor": "marie",
        "reason": "absence",
        "_once": once(page),
        "_back": "/dossiers?overdue=true",
    }
    before = [house.version(case_id) for case_id in (nobodys, pauls, maries)]
    answer = visits.post("/cellule/attributions", SOFIA, form, Accept_Language="en")
    assert answer.status_code == 200
    told = outcomes(answer.text)
    assert told[nobodys] == told[pauls] == ("good", "Now followed by marie")
    assert told[maries][0] == "bad"
    assert "2 cases are now followed by marie." in answer.text
    assert 'href="/dossiers?overdue=true"' in answer.text
    assert "Dupond" in answer.text
    assert [followed_by(house, case_id) for case_id in (nobodys, pauls, maries)] == ["marie"] * 3
    assert [house.version(case_id) for case_id in (nobodys, pauls, maries)] == [
        before[0] + 1,
        before[1] + 1,
        before[2],
    ]

    again = visits.post("/cellule/attributions", SOFIA, form, Accept_Language="en")
    assert outcomes(again.text)[nobodys] == ("good", "Now followed by marie"), "sent twice, written once"
    assert [house.version(case_id) for case_id in (nobodys, pauls)] == [before[0] + 1, before[1] + 1]

    late = visits.post("/cellule/attributions", SOFIA, form | {"_once": "another"})
    assert outcomes(late.text)[nobodys][0] == "warn", "another form, on what is past"

    other = visits.post("/cellule/attributions", SOFIA, form | {"counsellor": "sofia"}, Accept_Language="en")
    assert outcomes(other.text)[nobodys][1].startswith("This form was sent before")
    assert followed_by(house, nobodys) == "marie"


def test_what_changed_meanwhile_is_left_and_the_rest_is_done(house: House) -> None:
    changed, gone, left = a_case(house, PAUL), a_case(house, PAUL), a_case(house, PAUL)
    visits = Visits.of(house)
    page = visits.get("/dossiers", SOFIA).text
    house.act(changed, "log_contact", REACHED, PAUL)
    house.act(gone, "transfer", {"to_organisation": "isere"}, PAUL)
    form = {
        "dossier": list(boxes(page).values()),
        "counsellor": "marie",
        "reason": "workload",
        "_once": once(page),
    }
    answer = visits.post("/cellule/attributions", SOFIA, form)
    told = outcomes(answer.text)
    assert told[changed][0] == "warn"
    assert told[left][0] == "good"
    assert gone not in told, "out of reach: not even its name"
    assert gone[:8] in answer.text
    assert [followed_by(house, one) for one in (changed, left)] == ["paul", "marie"]
    assert 'href="/dossiers"' in answer.text


def test_a_case_that_changed_hands_since_the_list_was_read_has_no_box(house: House) -> None:
    pauls, taken, nobodys = a_case(house, PAUL), a_case(house, MARIE), a_case(house, None)
    caller = Caller(house.cells.service, SOFIA, Reach(organisation="gard"), Visit("GET", "en", "test"))
    shown = {pauls: "paul", taken: None, nobodys: None}
    assert handing_out.boxes(caller, shown) == {
        pauls: f"{pauls} {house.version(pauls)} reassign",
        nobodys: f"{nobodys} {house.version(nobodys)} assign",
    }


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"counsellor": ""}, "Choose who is to follow the cases."),
        ({"reason": ""}, "Say why"),
        ({"dossier": []}, "Tick at least one case."),
    ],
)
def test_what_is_missing_is_asked_for_with_the_choices_kept(
    house: House, changes: dict[str, Any], missing: str
) -> None:
    case_id = a_case(house, PAUL)
    visits = Visits.of(house)
    page = visits.get("/dossiers", SOFIA).text
    form = {
        "dossier": [boxes(page)[case_id]],
        "counsellor": "marie",
        "reason": "expertise",
        "_once": once(page),
    }
    answer = visits.post("/cellule/attributions", SOFIA, form | changes, Accept_Language="en")
    assert answer.status_code == 422
    assert missing in answer.text
    assert followed_by(house, case_id) == "paul"
    if "dossier" not in changes:
        assert boxes(answer.text) == boxes(page)
        kept = "marie" if "reason" in changes else "expertise"
        assert re.search(rf"<option[^>]*{kept}[^>]*selected|<option selected>{kept}", answer.text)


def test_a_case_of_nobody_needs_no_reason(house: House) -> None:
    case_id = a_case(house, None)
    visits = Visits.of(house)
    page = visits.get("/dossiers", SOFIA).text
    form = {"dossier": [boxes(page)[case_id]], "counsellor": "paul", "reason": "", "_once": once(page)}
    assert visits.post("/cellule/attributions", SOFIA, form).status_code == 200
    assert followed_by(house, case_id) == "paul"


@pytest.mark.parametrize("value", ["x", "{case} 1 close", "{case} 0", "{case}  1 assign", "{case} 1 assign "])
def test_a_box_that_is_not_ours_is_refused(one_house: House, value: str) -> None:
    case_id = a_case(one_house, None)
    form = {"dossier": value.format(case=case_id), "counsellor": "paul", "reason": "absence", "_once": "a1"}
    assert Visits.of(one_house).post("/cellule/attributions", SOFIA, form).status_code == 400
    assert followed_by(one_house, case_id) is None


def test_another_cell_s_case_cannot_be_handed_out(house: House) -> None:
    case_id = a_case(house, None)
    box = f"{case_id} {house.version(case_id)} assign"
    form = {"dossier": box, "counsellor": "ines", "_once": "a1"}
    answer = Visits.of(house).post("/cellule/attributions", SIMON, form)
    assert outcomes(answer.text) == {}
    assert "Dupond" not in answer.text
    assert followed_by(house, case_id) is None


def test_the_list_to_go_back_to_is_ours(one_house: House) -> None:
    form = {"_back": "https://elsewhere.example/dossiers?", "_once": "a1"}
    answer = Visits.of(one_house).post("/cellule/attributions", SOFIA, form)
    assert "elsewhere" not in answer.text


def test_counsellors_are_offered_no_boxes_and_their_own_filter(house: House) -> None:
    mine, nobodys = a_case(house, MARIE), a_case(house, None)
    visits = Visits.of(house)
    page = visits.get("/dossiers", MARIE).text
    assert boxes(page) == {}
    assert set(listed(page)) == {mine, nobodys}
    assert listed(visits.get("/dossiers?counsellor=marie", MARIE).text) == [mine]


def test_the_queue_says_which_filters_are_in_force_and_how_to_clear_them(house: House) -> None:
    case_id = a_case(house, MARIE)
    visits = Visits.of(house)
    plain = visits.get("/dossiers?state=&sort=due&suspended=", SOFIA, Accept_Language="en").text
    assert "Clear the filters" not in plain
    assert listed(plain) == [case_id]
    asked = "state=detected&overdue=true&suspended=false&not_reached_for=7&counsellor=marie&sort=in_state"
    page = visits.get(f"/dossiers?{asked}", SOFIA, Accept_Language="en").text
    assert (
        "Only these cases: followed by marie, state: Detected, overdue, not suspended, "
        "without a successful contact for 7 days or more." in page
    )
    assert '<a href="/dossiers">Clear the filters</a>' in page
    for chosen in ('"detected"', '"false"', '"7"', '"in_state"'):
        assert f"<option value={chosen} selected>" in page
    assert "<option selected>marie</option>" in page


def test_pages_of_the_queue_in_each_order(house: House) -> None:
    cases = [a_case(house, MARIE if n % 2 else None, on=20 + n) for n in range(5)]
    visits = Visits.of(house)
    for sort, expected in (("in_state", cases), ("without_contact", cases), ("detected", cases[::-1])):
        found: list[str] = []
        href = f"/dossiers?sort={sort}&limit=2"
        while href:
            page = visits.get(href, MARIE).text
            found += listed(page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            href = unescape(following[1]) if following else ""
        assert found == expected, sort


def test_a_past_queue_is_not_handed_out(house: House) -> None:
    a_case(house, PAUL)
    page = Visits.of(house).get(f"/dossiers?as_of={day(35).isoformat()}", SOFIA, Accept_Language="en").text
    assert len(listed(page)) == 1
    assert boxes(page) == {}
    assert "This is the past: the end of" in page


def test_the_queue_is_seen_as_of_a_day_and_keeps_it(house: House) -> None:
    """The form asks for a day under the same filters; filters, cases and the way back keep the day or drop it."""
    case_id = a_case(house, PAUL)
    visits, on = Visits.of(house), day(40).isoformat()
    now = visits.get("/dossiers?counsellor=paul&state=&basis=recorded", SOFIA, Accept_Language="en").text
    asking = now.split('id="past"')[1]
    assert '<input type="hidden" name="counsellor" value="paul">' in asking
    assert 'name="as_of" value=""' in asking
    assert "This is the past" not in now
    then = visits.get(f"/dossiers?counsellor=paul&as_of={on}&basis=recorded", SOFIA, Accept_Language="en")
    assert then.status_code == 200
    page = unescape(then.text)
    assert f'href="/dossiers/{case_id}?as_of={on}&basis=recorded"' in page
    filters = page.split('<form class="filters"')[1].split("</form>")[0]
    assert f'name="as_of" value="{on}"' in filters
    assert 'name="basis" value="recorded"' in filters
    assert f'<a href="/dossiers?as_of={on}&basis=recorded">Clear the filters' in page
    assert page.count('href="/dossiers?counsellor=paul">Back to today') == 2


@pytest.mark.parametrize("wrong", ["2200-01-01", "nonsense"])
def test_a_wrong_day_of_the_queue_is_told_beside_its_field(house: House, wrong: str) -> None:
    a_case(house, PAUL)
    answer = Visits.of(house).get(f"/dossiers?overdue=false&as_of={wrong}&basis=happened", SOFIA)
    assert answer.status_code == 422
    assert 'id="as_of-error"' in answer.text
    assert len(listed(answer.text)) == 1


def test_closed_cases_lead_to_reopening(house: House) -> None:
    """Of the last 90 days, the latest first, page by page, and of this cell only."""

    def closed(by: Principal, on: date, referred_by: Principal = DORA) -> str:
        case_id = a_case(house, None, referred_by, on=0)
        house.act(case_id, "reject", {"reason": "not_relevant", "occurred_on": on.isoformat()}, by)
        return case_id

    first, second, third = (closed(MARIE, day(on)) for on in (20, 21, 22))
    closed(INES, day(22), DIANE)
    a_case(house, MARIE)
    visits = Visits.of(house)
    found: list[str] = []
    href = "/cellule/clos?limit=2"
    while href:
        page = visits.get(href, SOFIA).text
        found += re.findall(r'href="/dossiers/([0-9a-f-]{36})/actions/reopen"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        href = unescape(following[1]) if following else ""
    assert found == [third, second, first]
    assert visits.get(f"/dossiers/{first}/actions/{Trigger.REOPEN.value}", SOFIA).status_code == 200
    house.cells.clock.set_day(day(20 + 91))
    visits = Visits.of(house)  # the sessions have ended since
    page = visits.get("/cellule/clos", SOFIA).text
    assert second in page
    assert first not in page
    assert visits.get("/cellule/clos?after=MjAxOC0wMy0zMSB4", SOFIA).status_code == 422


def test_an_empty_cell_says_what_to_do(house: House) -> None:
    visits = Visits.of(house)
    assert "No case is open" in visits.get("/cellule", SOFIA, Accept_Language="en").text
    assert "No case was closed lately" in visits.get("/cellule/clos", SOFIA, Accept_Language="en").text
