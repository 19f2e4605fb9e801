"""A case to ask the command line about: worked through to its end, with notes that must not be shown."""

from __future__ import annotations

from datetime import date

from domain.commands import care, follow_up, funding, intake
from domain.person import Identity
from domain.vocabulary import (
    ActionKind,
    BasicCover,
    CareType,
    Channel,
    ComplementaryCover,
    ForgoingReason,
    Funder,
    Right,
    Source,
)
from tests.builders import DETECTED_ON, MARIE, SOFIA, day, referral
from tests.service import Cells
from workflows.closing import ClosingReason

NOTE = "Elle ne dort plus, ses dents la font souffrir."
SECOND_NOTE = "Mercredi :\nle dentiste accepte."


def worked_through(cells: Cells) -> str:
    """Take a case from the detection to its closing, two days of March 2026 apart; return its id."""
    cells.clock.set_day(DETECTED_ON)
    case_id = cells.refer(referral(occurred_on=DETECTED_ON, note=NOTE)).case_id
    cells.clock.set_day(day(40))
    cells.act(
        case_id,
        intake.Accept(counsellor="marie", occurred_on=day(1)),
        follow_up.LogContact(channel=Channel.PHONE, reached=True, occurred_on=day(2), note=SECOND_NOTE),
        intake.RecordConsent(occurred_on=day(2)),
        intake.CompleteBilan(
            basic_cover=BasicCover.CURRENT, complementary_cover=ComplementaryCover.NONE, occurred_on=day(3)
        ),
        care.BuildPlan(
            actions=[care.ActionToPlan(kind=ActionKind.REQUEST_CSS, due_on=day(60), need_ids=["n1"])],
            occurred_on=day(4),
        ),
        funding.RecordQuote(need_id="n1", total_cents=150_000, basic_share_cents=30_000, occurred_on=day(5)),
        funding.RequestFunding(
            quote_id="q1", funder=Funder.FASS, amount_cents=125_174 - 30_000, occurred_on=day(5)
        ),
        funding.DecideFunding(request_id="r1", granted_cents=90_000, occurred_on=day(9)),
        care.CompleteAction(action_id="a1", right=Right.CSS, occurred_on=day(10)),
        by=MARIE,
    )
    cells.act(case_id, care.RecordCarePerformed(need_id="n1", occurred_on=day(20)), by=SOFIA)
    cells.act(case_id, follow_up.Close(reason=ClosingReason.CARE_PERFORMED, occurred_on=day(22)), by=MARIE)
    return case_id


def only_referred(cells: Cells, *sources: Source, on: date = DETECTED_ON) -> list[str]:
    """Refer somebody from each source; return the cases."""
    cells.clock.set_day(day(40))
    return [
        cells.refer(
            intake.Detect(
                person=Identity(family_name=f"Personne {number}", given_name="Anne"),
                source=source,
                agreed_to_contact=True,
                needs=[intake.NeedDescription(care_type=CareType.OPTICAL, reasons=[ForgoingReason.DISTANCE])],
                occurred_on=on,
            )
        ).case_id
        for number, source in enumerate(sources)
    ]
