"""A form sent twice, or late: recorded once, told as it is, and nobody's work undone by what was only shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

import httpx2
import pytest

from domain.access import Principal
from domain.commands import follow_up, intake
from domain.vocabulary import Channel, Direction
from tests.api.house import House, payload
from tests.api.pages.forms import Page, sent
from tests.api.pages.visits import Visits
from tests.builders import MARIE, SOFIA, referral

Pairs = list[tuple[str, str]]


@dataclass
class Desk:
    """A case that Marie follows, and the forms that are sent about it."""

    house: House
    visits: Visits
    case_id: str

    def form(self, trigger: str, by: Principal = MARIE) -> Pairs:
        """Return what the form of a trigger is sent with, untouched."""
        return sent(Page(self.visits.get(self.path(trigger), by).text).controls)

    def send(self, trigger: str, pairs: Pairs, *more: tuple[str, str]) -> httpx2.Response:
        """Send a form as Marie; what is said again replaces what was there."""
        said = {name for name, _ in more}
        fields: dict[str, list[str]] = {}
        for name, value in [*(pair for pair in pairs if pair[0] not in said), *more]:
            fields.setdefault(name, []).append(value)
        fields.pop("_token", None)
        return self.visits.post(self.path(trigger), MARIE, fields, Accept_Language="en")

    def correction(self, version: int) -> Pairs:
        """Return the form that corrects an event, with what it now says."""
        chosen = (("corrects", str(version)), ("_show", "corrects"))
        return sent(Page(self.send("correct_fact", self.form("correct_fact"), *chosen).text).controls)

    @property
    def version(self) -> int:
        """How many events the case has."""
        return self.house.version(self.case_id)

    @property
    def last(self) -> object:
        """What the last event of the case says."""
        return self.house.get(f"/cases/{self.case_id}/history", MARIE).json()["events"][-1]["data"]

    def path(self, trigger: str) -> str:
        """Return the address of a trigger's form."""
        return f"/dossiers/{self.case_id}/actions/{trigger}"


@pytest.fixture
def desk(house: House) -> Desk:
    """A case accepted, and a call to it that was not answered."""
    case_id = house.cells.refer(referral()).case_id
    house.cells.act(case_id, intake.Accept(counsellor="marie"))
    house.cells.act(
        case_id, follow_up.LogContact(channel=Channel.PHONE, direction=Direction.OUTBOUND, reached=False)
    )
    return Desk(house, Visits.of(house), case_id)


def test_a_correction_sent_twice_is_recorded_once_and_told_as_recorded(desk: Desk) -> None:
    version = desk.version
    form = desk.correction(version)
    changes = ((f"changes@{version}/reached", "yes"), (f"changes@{version}/channel", "letter"))
    first, second = (desk.send("correct_fact", form, *changes) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert desk.version == version + 1
    assert desk.last == {"corrects": version, "changes": {"reached": True, "channel": "letter"}}


def test_a_correction_overtaken_leaves_what_a_colleague_corrected(desk: Desk) -> None:
    version = desk.version
    form = desk.correction(version)
    colleague = follow_up.CorrectFact(corrects=version, changes={"channel": "letter"})
    desk.house.cells.act(desk.case_id, colleague)
    stale = desk.send("correct_fact", form, (f"changes@{version}/reached", "yes"))
    assert stale.status_code == 412
    again = sent(Page(stale.text).controls)
    assert dict(again)[f"changes@{version}/channel"] == "letter", "it reads as it does now"
    assert dict(again)[f"changes@{version}/reached"] == "yes", "what was typed is kept"
    assert desk.send("correct_fact", again).status_code == 303
    assert desk.last == {"corrects": version, "changes": {"reached": True}}


def test_a_transfer_sent_twice_ends_on_the_queue_both_times(desk: Desk) -> None:
    """After the first the case is out of Marie's reach; any other form about it finds nothing."""
    form, other = desk.form("transfer"), desk.form("transfer")
    before = desk.version
    for _ in range(2):
        answer = desk.send("transfer", form, ("to_organisation", "isere"))
        assert (answer.status_code, answer.headers["location"]) == (303, "/dossiers?fait=transfer")
    assert desk.version == before + 1
    assert desk.send("transfer", other, ("to_organisation", "isere")).status_code == 404
    assert desk.send("transfer", form, ("to_organisation", "marseille")).status_code == 404
    assert desk.send("transfer", []).status_code == 404
    assert desk.version == before + 1


def test_two_answers_to_one_call_say_which_was_recorded(desk: Desk) -> None:
    """Pressing "Reached", then "No answer", on the same page: the first counts, and the words are not about keys."""
    form = desk.form("log_contact")
    before = desk.version
    assert desk.send("log_contact", form, ("reached", "yes")).status_code == 303
    answer = desk.send("log_contact", form, ("reached", "no"))
    assert answer.status_code == 422
    said = unescape(answer.text)
    assert "This form was sent before, with something else in it: that was recorded" in said
    assert "key" not in said.partition("<main")[2]
    assert f'<p><a href="/dossiers/{desk.case_id}">Back to the case</a></p>' in said
    assert not [one for one in Page(answer.text).controls if one.name == "_once"], "nothing to send once more"
    assert desk.version == before + 1


def commands(house: House) -> dict[tuple[str, str], float]:
    """Return how often each command ended how, as the metrics have it: by trigger and result."""
    line = re.compile(r'filrouge_commands_total\{result="([\w-]+)",trigger="(\w+)"\} (\S+)')
    return {
        (trigger, result): float(n) for result, trigger, n in line.findall(house.get("/metrics", None).text)
    }


def test_what_becomes_of_forms_is_counted_as_it_was(desk: Desk) -> None:
    form = desk.form("log_contact")
    desk.send("log_contact", form)
    for _ in range(2):
        desk.send("log_contact", form, ("reached", "yes"))
    desk.send("log_contact", form, ("reached", "no"))
    desk.send("log_contact", [*form, ("_once", "another")], ("reached", "no"))
    desk.send("correct_fact", desk.form("correct_fact"), ("corrects", "1"), ("_show", "corrects"))
    assert commands(desk.house) == {
        ("log_contact", "invalid"): 1,
        ("log_contact", "done"): 1,
        ("log_contact", "replayed"): 1,
        ("log_contact", "idempotency-key-reused"): 1,
        ("log_contact", "stale"): 1,
    }


def test_a_referral_that_may_double_a_case_is_counted_once_it_is_sent(desk: Desk) -> None:
    person = {"person/family_name": "Dupond", "person/given_name": "Zoé"}
    asked = {"source": "reception", "origin": "detector_question", "agreed_to_contact": "yes"}
    need = {"needs/0/care_type": "optical", "needs/0/reasons": "fear"}
    statuses = [
        desk.visits.post("/saisines/nouvelle", MARIE, {**person, **asked, **need, "_once": once}).status_code
        for once in ("first", "second")
    ]
    assert statuses == [303, 409]
    assert commands(desk.house) == {("detect", "done"): 1}


def test_each_case_handed_out_is_counted(desk: Desk) -> None:
    somebody = {"family_name": "Dupond", "given_name": "Zoé"}
    other = desk.house.refer(payload(referral()) | {"person": somebody}).json()["case_id"]
    before = commands(desk.house)
    ticks = [f"{desk.case_id} {desk.version} reassign", f"{other} {desk.house.version(other)} assign"]
    fields = {"dossier": ticks, "counsellor": "paul", "reason": "absence", "_once": "once"}
    for counsellor in ("paul", "paul", "marie"):
        answer = desk.visits.post("/cellule/attributions", SOFIA, {**fields, "counsellor": counsellor})
        assert answer.status_code == 200
    results = ("done", "replayed", "idempotency-key-reused")
    handed_out = {(trigger, r): 1.0 for trigger in ("assign", "reassign") for r in results}
    assert commands(desk.house) == {**before, **handed_out}


def test_what_was_recorded_is_told_on_the_first_page_alone(desk: Desk) -> None:
    somebody = {"family_name": "Dupond", "given_name": "Zoé"}
    desk.house.refer(payload(referral()) | {"person": somebody})
    first = desk.visits.get("/dossiers?limit=1&fait=transfer", MARIE, Accept_Language="en")
    assert "Recorded" in first.text
    (following,) = re.findall(r'href="(/dossiers\?[^"]*after=[^"]*)"', first.text)
    assert "fait" not in following
    assert desk.visits.get(unescape(following), MARIE, Accept_Language="en").status_code == 200
