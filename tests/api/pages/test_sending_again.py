"""A form sent twice, or late: recorded once, told as it is, and nobody's work undone by what was only shown."""

from __future__ import annotations

from dataclasses import dataclass

import httpx2
import pytest

from domain.access import Principal
from domain.commands import follow_up, intake
from domain.vocabulary import Channel, Direction
from tests.api.house import House
from tests.api.pages.forms import Page, sent
from tests.api.pages.visits import Visits
from tests.builders import MARIE, referral

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
