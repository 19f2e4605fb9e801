"""Forms through the pages: shown, filled in, sent, and what is then recorded."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

import httpx2
import pytest

from domain.commands import intake
from tests.api.house import House
from tests.api.pages.forms import Page, sent
from tests.api.pages.visits import Visits
from tests.builders import MARIE, referral


@dataclass
class Followed:
    """A case that Marie follows, through the pages."""

    house: House
    visits: Visits
    case_id: str

    def page(self, trigger: str) -> Page:
        """Return a trigger's form."""
        answer = self.visits.get(self._path(trigger), MARIE)
        assert answer.status_code == 200
        return Page(answer.text)

    def send(self, trigger: str, page: Page, *more: tuple[str, str]) -> httpx2.Response:
        """Send what is on a page, and more; what is said again replaces what was there."""
        said = {name for name, _ in more}
        fields: dict[str, list[str]] = {}
        for name, value in [*(pair for pair in sent(page.controls) if pair[0] not in said), *more]:
            fields.setdefault(name, []).append(value)
        fields.pop("_token", None)
        return self.visits.post(self._path(trigger), MARIE, fields)

    @property
    def history(self) -> list[dict[str, object]]:
        """Everything that was recorded, as the API tells it."""
        events: list[dict[str, object]] = self.house.get(f"/cases/{self.case_id}/history", MARIE).json()[
            "events"
        ]
        return events

    def _path(self, trigger: str) -> str:
        return f"/dossiers/{self.case_id}/actions/{trigger}"


@pytest.fixture
def followed(house: House) -> Followed:
    """A case just accepted."""
    case_id = house.cells.refer(referral()).case_id
    house.cells.act(case_id, intake.Accept(counsellor="marie"))
    return Followed(house, Visits.of(house), case_id)


def test_a_phone_call_is_one_answer_and_one_button(followed: Followed) -> None:
    answer = followed.send("log_contact", followed.page("log_contact"), ("reached", "yes"))
    assert answer.status_code == 303
    assert "fait" in parse_qs(answer.headers["location"].partition("?")[2])
    last = followed.history[-1]
    assert last["topic"] == "case.contact_logged"
    assert last["data"] == {"channel": "phone", "direction": "outbound", "reached": True}


def test_a_call_without_its_answer_is_not_recorded_and_keeps_the_note(followed: Followed) -> None:
    before = len(followed.history)
    answer = followed.send("log_contact", followed.page("log_contact"), ("note", "Call again"))
    assert answer.status_code == 422
    page = Page(answer.text)
    assert "f-reached-0" in page.links
    assert dict(sent(page.controls))["note"] == "Call again"
    assert len(followed.history) == before
    assert followed.send("log_contact", page, ("reached", "no")).status_code == 303
    assert len(followed.history) == before + 1


def test_a_row_more_records_nothing_and_then_both_are_sent(followed: Followed) -> None:
    followed.house.cells.act(followed.case_id, intake.RecordConsent())
    before = len(followed.history)
    first = [
        ("basic_cover", "current"),
        ("complementary_cover", "none"),
        ("resources/0/kind", "wages"),
        ("resources/0/cents", "1 200,50"),
    ]
    answer = followed.send("complete_bilan", followed.page("complete_bilan"), *first, ("_add", "resources"))
    assert answer.status_code == 200
    assert len(followed.history) == before
    second = [("resources/1/kind", "pension"), ("resources/1/cents", "10")]
    assert followed.send("complete_bilan", Page(answer.text), *second).status_code == 303
    data = followed.history[-1]["data"]
    assert isinstance(data, dict)
    assert data["resources"] == [{"kind": "wages", "cents": 120050}, {"kind": "pension", "cents": 1000}]


def test_a_correction_is_chosen_shown_and_recorded(followed: Followed) -> None:
    followed.send("log_contact", followed.page("log_contact"), ("reached", "no"))
    version = len(followed.history)
    shown = followed.send(
        "correct_fact", followed.page("correct_fact"), ("corrects", str(version)), ("_show", "corrects")
    )
    answer = followed.send("correct_fact", Page(shown.text), (f"changes@{version}/reached", "yes"))
    assert answer.status_code == 303
    assert followed.history[-1]["data"] == {"corrects": version, "changes": {"reached": True}}
