"""What there is to choose from on a case is what its trigger takes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from api.caller import Caller
from api.pages.forms.choices import choices_of, presets_of
from api.pages.forms.form import Form
from api.reading.case import case_seen
from api.visit import Visit
from domain.access import Permission, Principal, reach
from domain.command import Command
from domain.commands import COMMANDS, care, funding, intake
from domain.vocabulary import BasicCover, ComplementaryCover, Funder, Partner, ResourceKind
from tests.builders import MARIE, SOFIA, action, day, referral
from tests.service import Cells
from workflows.closing import CLOSING_REASONS
from workflows.states import State
from workflows.triggers import Trigger

PATH: tuple[Command, ...] = (
    intake.Accept(counsellor="marie"),
    intake.RecordConsent(share_with=[Partner.CCAS, Partner.CAF]),
    intake.CompleteBilan(
        basic_cover=BasicCover.CURRENT,
        complementary_cover=ComplementaryCover.NONE,
        resources=[intake.Resource(kind=ResourceKind.WAGES, cents=120_000)],
        registered_doctor=True,
    ),
)


@dataclass
class Followed:
    """A case that Marie follows."""

    cells: Cells
    case_id: str

    def caller(self, by: Principal = MARIE) -> Caller:
        """Return somebody as the pages know them."""
        within = reach(by, Permission.ACT)
        assert within is not None
        return Caller(self.cells.service, by, within, Visit("GET", "en", "test"))

    def offered(self, trigger: Trigger, name: str, by: Principal = MARIE) -> dict[str, str]:
        """Return what there is to choose from."""
        caller = self.caller(by)
        choices = choices_of(caller, case_seen(caller, self.case_id), trigger)
        return {choice.value: choice.label for choice in choices[name]}

    def act(self, *commands: Command, by: Principal = MARIE) -> None:
        """Act on it."""
        self.cells.act(self.case_id, *commands, by=by)


@pytest.fixture
def new(cells: Cells) -> Followed:
    """A case just referred."""
    return Followed(cells, cells.refer(referral()).case_id)


@pytest.fixture
def followed(new: Followed) -> Followed:
    """One with its rights reviewed."""
    new.act(*PATH)
    return new


def test_a_counsellor_takes_a_case_themself_and_a_supervisor_names_anybody_of_the_cell(new: Followed) -> None:
    assert set(new.offered(Trigger.ACCEPT, "counsellor")) == {"marie"}
    assert {"marie", "paul", "sofia"} <= set(new.offered(Trigger.ASSIGN, "counsellor", SOFIA))
    assert "ines" not in new.offered(Trigger.ASSIGN, "counsellor", SOFIA)
    assert set(new.offered(Trigger.REJECT, "reason")) == {"not_relevant", "duplicate"}


def test_another_counsellor_is_not_the_one_there_is(followed: Followed) -> None:
    offered = followed.offered(Trigger.REASSIGN, "counsellor", SOFIA)
    assert "paul" in offered
    assert "marie" not in offered


def test_needs_are_named_by_their_care_and_reasons_while_they_are_open(followed: Followed) -> None:
    followed.act(care.AddNeed.model_validate_json('{"care_type": "optical", "reasons": ["fear"]}'))
    assert followed.offered(Trigger.DROP_NEED, "need_id") == {
        "n1": "Dental prosthetics (Rest-to-pay)",
        "n2": "Optical (Fear)",
    }
    followed.act(care.DropNeed.model_validate_json('{"need_id": "n2", "reason": "declined"}'))
    assert set(followed.offered(Trigger.BUILD_PLAN, "need_ids")) == {"n1"}
    assert set(followed.offered(Trigger.RECORD_QUOTE, "need_id")) == {"n1"}


def test_actions_are_those_that_the_trigger_takes(followed: Followed) -> None:
    today = followed.caller().today
    followed.act(care.BuildPlan(actions=[action("n1", due_on=today), action("n1", due_on=today)]))
    followed.act(care.StartAction(action_id="a1"))
    assert set(followed.offered(Trigger.START_ACTION, "action_id")) == {"a2"}
    assert set(followed.offered(Trigger.COMPLETE_ACTION, "action_id")) == {"a1", "a2"}
    assert followed.offered(Trigger.ABANDON_ACTION, "action_id")["a1"].startswith("Apply for the CSS (due ")


def test_quotes_say_what_is_uncovered_and_requests_what_was_asked(followed: Followed) -> None:
    today = followed.caller().today
    followed.act(
        care.BuildPlan(actions=[action("n1", due_on=today)]),
        funding.RecordQuote(need_id="n1", total_cents=100_000, basic_share_cents=25_000),
    )
    for trigger in (Trigger.REQUEST_FUNDING, Trigger.AGREE_INSTALMENTS):
        (label,) = followed.offered(trigger, "quote_id").values()
        assert label.startswith("Dental prosthetics: ")
        assert "1,000" in label
        assert "750" in label
    followed.act(funding.RequestFunding(quote_id="q1", funder=Funder.FASS, amount_cents=30_000))
    (label,) = followed.offered(Trigger.DECIDE_FUNDING, "request_id").values()
    assert "300" in label
    followed.act(funding.DecideFunding(request_id="r1", granted_cents=0))
    assert followed.offered(Trigger.DECIDE_FUNDING, "request_id") == {}


def test_elsewhere_is_any_other_organisation_by_its_name(followed: Followed) -> None:
    offered = followed.offered(Trigger.TRANSFER, "to_organisation")
    assert "isere" in offered
    assert "gard" not in offered


def test_partners_are_those_of_the_consent(new: Followed) -> None:
    assert choices_of(new.caller(), case_seen(new.caller(), new.case_id), Trigger.REFER_ONWARD) == {}
    new.act(*PATH)
    assert set(new.offered(Trigger.REFER_ONWARD, "partner")) == {"ccas", "caf"}


def test_a_case_closes_for_the_reasons_of_its_state(followed: Followed) -> None:
    assert set(followed.offered(Trigger.CLOSE, "reason")) == CLOSING_REASONS[State.BILAN_DONE]


def test_what_was_recorded_can_be_chosen_to_be_corrected(followed: Followed) -> None:
    assert list(followed.offered(Trigger.CORRECT_FACT, "corrects")) == ["4", "3", "2", "1"]


def test_what_is_amended_starts_as_it_stands(followed: Followed) -> None:
    case = case_seen(followed.caller(), followed.case_id)
    assert set(presets_of(case, Trigger.AMEND_CONSENT)["share_with"]) == {"ccas", "caf"}
    bilan = Form.of(intake.AmendBilan, "en", presets=presets_of(case, Trigger.AMEND_BILAN))
    again = intake.AmendBilan.model_validate_json(bilan.body())
    assert again.model_dump() == PATH[2].model_dump()
    assert presets_of(case, Trigger.REFER_ONWARD) == {"as_not_relevant": False}


def test_every_trigger_s_form_can_be_made_for_a_case(followed: Followed) -> None:
    caller = followed.caller(SOFIA)
    case = case_seen(caller, followed.case_id)
    for trigger, kind in COMMANDS.items():
        form = Form.of(
            kind,
            "fr",
            choices=choices_of(caller, case, trigger),
            presets=presets_of(case, trigger),
            today=day(9),
        )
        assert form.fields
