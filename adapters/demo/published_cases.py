"""The three cases that [001] publishes in its annex 2, as the commands that would have recorded them.

Published, and kept to the cent and to the day: the amounts a month, the grant of 1,251.74 € and the three
instalments (A), the seven months (B), the twelve days of the CMU request and the appointment within a week (C), the
detectors, the needs and what was done for them. Chosen by us, where the document is silent:

- the days. They are counted back from the last Friday of the demonstration, so that the working days fall right and
  Renaud's case is recent wherever the demonstration ends; A lasts 90 days, the published average;
- the organisations of A (the Gard) and B (the Hérault). C is in the Somme: its hospital is that of Abbeville;
- A's quote: 4,200.00 €, of which the basic insurance pays 752.50 €, the mutual 1,505.00 €. The rest-to-pay is
  1,942.50 €; with the grant the person's share is 690.76 €. The two absent social funds are asked for the whole rest
  and give nothing, and the fund's own aid is asked for what it gave;
- B's resources after they fell: not published, so the review is amended in its cover only (a mutual, then the CSS) and
  the published 116 € stand. Her care is "proposed", not said to be performed: none is recorded, and the case closes
  on the rights that were opened;
- C's ophthalmology appointment counts as care performed; his charges are not published, so none are recorded.

The persons have the names of the document, an initial for a family name, and neither number nor address.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from adapters.demo.accounts import Team
from adapters.demo.calendar import add_months
from adapters.demo.published_notes import GENEVIEVE, PATRICIA, RENAUD
from adapters.demo.steps import Diary, Step
from domain.command import Command
from domain.commands.care import (
    ActionToPlan,
    BuildPlan,
    CompleteAction,
    RecordCarePerformed,
    RevisePlan,
    StartAction,
)
from domain.commands.follow_up import Close, LogContact
from domain.commands.funding import AgreeInstalments, DecideFunding, RecordQuote, RequestFunding
from domain.commands.intake import (
    Accept,
    AmendBilan,
    Charge,
    CompleteBilan,
    Detect,
    NeedDescription,
    RecordConsent,
    Resource,
)
from domain.person import Identity
from domain.vocabulary import (
    ActionKind,
    BasicCover,
    CareType,
    Channel,
    ChargeKind,
    ComplementaryCover,
    ForgoingReason,
    FormerRight,
    Funder,
    Obstacle,
    Partner,
    Party,
    ResourceKind,
    Right,
    Source,
)
from workflows.closing import ClosingReason

_FRIDAY: Final = 4


@dataclass(frozen=True, slots=True)
class PublishedCase:
    """One case of the annex: its letter there, its organisation, and what is asked on which day, in order."""

    letter: str
    organisation: str
    source: Source
    commands: tuple[tuple[date, Command], ...]

    def script(self) -> Iterator[Step]:
        """Yield the steps: the detector's referral, then the counsellor's work."""
        team, diary = Team.of(self.organisation), Diary(Random(self.letter))  # noqa: S311 - minutes of a made-up day
        for day, command in self.commands:
            by = team.detector(self.source) if isinstance(command, Detect) else team.counsellors[0]
            yield Step(diary.instant(day), by, command)


def published_cases(until: date) -> tuple[PublishedCase, PublishedCase, PublishedCase]:
    """Return the cases A, B and C, the days counted back from the last Friday up to `until`."""
    friday = until - timedelta(days=(until.weekday() - _FRIDAY) % 7)
    return _genevieve(friday), _patricia(friday), _renaud(friday)


def _days_before(friday: date, commands: Iterable[tuple[int, Command]]) -> tuple[tuple[date, Command], ...]:
    return tuple((friday - timedelta(days=days), command) for days, command in commands)


def _bilan(
    cover: ComplementaryCover,
    resources: dict[ResourceKind, int],
    charges: dict[ChargeKind, int],
    obstacles: list[Obstacle],
) -> CompleteBilan:
    return CompleteBilan(
        basic_cover=BasicCover.CURRENT,
        complementary_cover=cover,
        resources=[Resource(kind=kind, cents=cents) for kind, cents in resources.items()],
        charges=[Charge(kind=kind, cents=cents) for kind, cents in charges.items()],
        obstacles=obstacles,
    )


def _call(note: str, party: Party = Party.PERSON) -> LogContact:
    return LogContact(channel=Channel.PHONE, reached=True, party=party, note=note)


def _genevieve(friday: date) -> PublishedCase:
    """A: over every ceiling for aid, in need of a dental prosthesis before she can be listed for a transplant."""
    due = friday - timedelta(days=63)
    commands: list[tuple[int, Command]] = [
        (
            157,
            Detect(
                person=Identity(family_name="H.", given_name="Geneviève"),
                source=Source.RECEPTION,
                agreed_to_contact=True,
                needs=[
                    NeedDescription(
                        care_type=CareType.DENTAL_PROSTHETIC, reasons=[ForgoingReason.REST_TO_PAY]
                    )
                ],
                note=GENEVIEVE.detected,
            ),
        ),
        (155, Accept(counsellor=Team.of("gard").counsellors[0].actor)),
        (148, _call(GENEVIEVE.called)),
        (148, RecordConsent()),
        (
            148,
            _bilan(
                ComplementaryCover.MUTUAL,
                {ResourceKind.PENSION: 2011_25},
                {
                    ChargeKind.RENT: 360_85,
                    ChargeKind.WATER_ENERGY: 149_44,
                    ChargeKind.INSURANCE: 190_34,
                    ChargeKind.TAX: 99_00,
                    ChargeKind.PHONE: 33_15,
                },
                [Obstacle.REST_TO_PAY],
            ),
        ),
        (
            143,
            BuildPlan(
                actions=[
                    ActionToPlan(kind=kind, due_on=due, need_ids=["n1"])
                    for kind in (
                        ActionKind.OBTAIN_QUOTES,
                        ActionKind.ASK_FUNDERS,
                        ActionKind.ARRANGE_INSTALMENTS,
                    )
                ]
            ),
        ),
        (
            134,
            RecordQuote(
                need_id="n1",
                total_cents=4200_00,
                basic_share_cents=752_50,
                complementary_share_cents=1505_00,
            ),
        ),
        (134, CompleteAction(action_id="a1")),
        (133, RequestFunding(quote_id="q1", funder=Funder.MUTUAL_FUND, amount_cents=1942_50)),
        (133, RequestFunding(quote_id="q1", funder=Funder.PENSION_FUND, amount_cents=1942_50)),
        (126, DecideFunding(request_id="r1", granted_cents=0, note=GENEVIEVE.no_mutual_fund)),
        (122, DecideFunding(request_id="r2", granted_cents=0, note=GENEVIEVE.no_pension_fund)),
        (122, RequestFunding(quote_id="q1", funder=Funder.FASS, amount_cents=1251_74)),
        (105, DecideFunding(request_id="r3", granted_cents=1251_74)),
        (105, CompleteAction(action_id="a2")),
        (101, _call(GENEVIEVE.dentist, Party.PROFESSIONAL)),
        (101, AgreeInstalments(quote_id="q1", person_share_cents=690_76, instalments=3)),
        (101, CompleteAction(action_id="a3")),
        (63, RecordCarePerformed(need_id="n1", note=GENEVIEVE.fitted)),
        (59, _call(GENEVIEVE.thanks)),
        (58, Close(reason=ClosingReason.CARE_PERFORMED)),
    ]
    return PublishedCase("A", "gard", Source.RECEPTION, _days_before(friday, commands))


def _patricia(friday: date) -> PublishedCase:
    """B: plural needs, a renunciation she lived with; rights first, since she can bear no rest-to-pay."""
    consented_on = friday - timedelta(days=295)
    closed_on = add_months(consented_on, 7)
    reasons = [ForgoingReason.REST_TO_PAY, ForgoingReason.UNKNOWN_RIGHTS, ForgoingReason.LIFE_RUPTURE]
    review = _bilan(
        ComplementaryCover.MUTUAL,
        {ResourceKind.UNEMPLOYMENT: 488_00, ResourceKind.HOUSING_AID: 256_00},
        {
            ChargeKind.RENT: 450_00,
            ChargeKind.WATER_ENERGY: 70_00,
            ChargeKind.INSURANCE: 88_00,
            ChargeKind.PHONE: 20_00,
        },
        [Obstacle.REST_TO_PAY],
    )
    needs = (
        CareType.DENTAL_CONSERVATIVE,
        CareType.OPHTHALMOLOGY,
        CareType.BIOLOGY,
        CareType.PHYSIOTHERAPY,
        CareType.PHARMACY,
    )
    planned: list[tuple[ActionKind, list[str]]] = [
        (ActionKind.REQUEST_CSS, []),
        (ActionKind.CHOOSE_COMPLEMENTARY, []),
        (ActionKind.EXPLAIN_RIGHTS, []),
        (ActionKind.FIND_PROFESSIONAL, ["n2"]),
        (ActionKind.BOOK_APPOINTMENT, ["n1"]),
        (ActionKind.SUPPORT_CARE, ["n3", "n4", "n5"]),
    ]
    commands: list[tuple[int, Command]] = [
        (
            301,
            Detect(
                person=Identity(family_name="M.", given_name="Patricia"),
                source=Source.HEALTH_PROFESSIONAL,
                agreed_to_contact=True,
                needs=[NeedDescription(care_type=need, reasons=reasons) for need in needs],
                note=PATRICIA.detected,
            ),
        ),
        (297, Accept(counsellor=Team.of("herault").counsellors[0].actor)),
        (295, _call(PATRICIA.called)),
        (295, RecordConsent()),
        (288, review),
        (
            288,
            BuildPlan(
                actions=[
                    ActionToPlan(kind=kind, due_on=friday - timedelta(days=197), need_ids=need_ids)
                    for kind, need_ids in planned
                ]
            ),
        ),
        (281, _call(PATRICIA.contracts)),
        (
            253,
            CompleteAction(
                action_id="a1", right=Right.CSS, formerly=FormerRight.ACS, note=PATRICIA.acs_agreed
            ),
        ),
        (253, CompleteAction(action_id="a3", note=PATRICIA.acs_explained)),
        (239, _call(PATRICIA.listened)),
        (239, CompleteAction(action_id="a2", right=Right.COMPLEMENTARY)),
        (211, _call(PATRICIA.resources_fell)),
        (
            197,
            RevisePlan(
                actions=[
                    ActionToPlan(kind=ActionKind.REQUEST_CSS, due_on=friday - timedelta(days=155)),
                ]
            ),
        ),
        (176, _call(PATRICIA.papers)),
        (155, CompleteAction(action_id="a7", right=Right.CSS, formerly=FormerRight.CMU_C)),
        (
            155,
            AmendBilan.model_validate(
                review.model_dump() | {"complementary_cover": ComplementaryCover.CSS}, strict=True
            ),
        ),
        (148, _call(PATRICIA.ophthalmologist)),
        (148, CompleteAction(action_id="a4")),
        (127, _call(PATRICIA.dentist)),
        (127, CompleteAction(action_id="a5")),
        (99, _call(PATRICIA.coaching)),
        (99, CompleteAction(action_id="a6")),
    ]
    end = (closed_on, Close(reason=ClosingReason.RIGHTS_OPENED_ONLY))
    return PublishedCase("B", "herault", Source.HEALTH_PROFESSIONAL, (*_days_before(friday, commands), end))


def _renaud(friday: date) -> PublishedCase:
    """C: far from transport and without cover; the eye appointment is kept, dental care is still under way."""
    later = friday + timedelta(days=28)
    commands: list[tuple[int, Command]] = [
        (
            39,
            Detect(
                person=Identity(family_name="B.", given_name="Renaud"),
                source=Source.PARTNER,
                partner_kind=Partner.MISSION_LOCALE,
                agreed_to_contact=True,
                needs=[
                    NeedDescription(
                        care_type=CareType.OPHTHALMOLOGY,
                        reasons=[
                            ForgoingReason.NO_COMPLEMENTARY,
                            ForgoingReason.UNKNOWN_PROFESSIONAL,
                            ForgoingReason.APPOINTMENT_DELAY,
                            ForgoingReason.DISTANCE,
                        ],
                    ),
                    NeedDescription(
                        care_type=CareType.DENTAL_CONSERVATIVE, reasons=[ForgoingReason.NO_COMPLEMENTARY]
                    ),
                ],
                note=RENAUD.detected,
            ),
        ),
        (38, Accept(counsellor=Team.of("somme").counsellors[0].actor)),
        (37, _call(RENAUD.called)),
        (37, RecordConsent(share_with=[Partner.MISSION_LOCALE, Partner.HOSPITAL_PASS])),
        (
            36,
            _bilan(
                ComplementaryCover.NONE,
                {ResourceKind.YOUTH_SCHEME: 470_00},
                {},
                [Obstacle.REST_TO_PAY, Obstacle.NOT_KNOWING_WHOM],
            ),
        ),
        (
            36,
            BuildPlan(
                actions=[
                    ActionToPlan(kind=ActionKind.REQUEST_CSS, due_on=friday - timedelta(days=22)),
                    ActionToPlan(
                        kind=ActionKind.BOOK_APPOINTMENT,
                        due_on=friday - timedelta(days=22),
                        need_ids=["n1"],
                        partner=Partner.HOSPITAL_PASS,
                    ),
                    ActionToPlan(kind=ActionKind.SUPPORT_CARE, due_on=later, need_ids=["n2"]),
                ]
            ),
        ),
        (36, StartAction(action_id="a1")),
        (30, _call(RENAUD.hospital, Party.PARTNER)),
        (30, CompleteAction(action_id="a2")),
        (24, RecordCarePerformed(need_id="n1", note=RENAUD.eyes)),
        (24, CompleteAction(action_id="a1", right=Right.CSS, formerly=FormerRight.CMU_C)),
        (21, StartAction(action_id="a3")),
        (15, _call(RENAUD.mission_locale, Party.PARTNER)),
        (7, _call(RENAUD.dental)),
    ]
    return PublishedCase("C", "somme", Source.PARTNER, _days_before(friday, commands))
