"""A long log to measure on: one real case's events, again and again under new ids, appended through the store.

The case is played through the use cases once; its copies are spread over days and weeks so that no two months and
no two durations are alike, and appended in large transactions with their place in the chain.
"""

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from adapters import read_models
from adapters.bootstrap import Service
from adapters.recorded_event import RecordedEvent
from domain.commands.care import ActionToPlan, BuildPlan, CompleteAction, RecordCarePerformed
from domain.commands.follow_up import Close, LogContact
from domain.commands.funding import AgreeInstalments, DecideFunding, RecordQuote, RequestFunding
from domain.commands.intake import Charge, CompleteBilan, RecordConsent, Resource
from domain.ports import Request
from domain.use_cases import new_case_id
from domain.vocabulary import (
    ActionKind,
    BasicCover,
    Channel,
    ChargeKind,
    ComplementaryCover,
    Funder,
    Partner,
    ResourceKind,
)
from tests.bench.services import COUNSELLOR, ORGANISATIONS, accepted_case
from workflows.closing import ClosingReason

_AT_ONCE = 2_000
_STAY_OPEN = 5
"""One copy in this many stops before its closing, and stays in the queue."""


def fill(opened: Service, cases: int) -> int:
    """Append `cases` copies of one real case and rebuild the read models; return how many events there are."""
    pattern = _played(opened)
    copies = _copies(pattern, cases)
    while some := list(islice(copies, _AT_ONCE)):
        opened.storage.recorder.insert_events([event for case in some for event in case])
    return read_models.rebuild(opened.engine, opened.settings.deadlines)


def _played(opened: Service) -> list[RecordedEvent]:
    case, version = accepted_case(opened)
    due = date(2099, 1, 1)
    for command in (
        LogContact(channel=Channel.PHONE, reached=True),
        RecordConsent(share_with=[Partner.CCAS]),
        CompleteBilan(
            basic_cover=BasicCover.CURRENT,
            complementary_cover=ComplementaryCover.MUTUAL,
            resources=[Resource(kind=ResourceKind.PENSION, cents=201_125)],
            charges=[Charge(kind=ChargeKind.RENT, cents=36_085)],
        ),
        BuildPlan(actions=[ActionToPlan(kind=ActionKind.ASK_FUNDERS, due_on=due, need_ids=["n1"])]),
        RecordQuote(need_id="n1", total_cents=200_000, basic_share_cents=50_000),
        RequestFunding(quote_id="q1", funder=Funder.FASS, amount_cents=125_174),
        DecideFunding(request_id="r1", granted_cents=125_174),
        AgreeInstalments(quote_id="q1", person_share_cents=24_826, instalments=3),
        CompleteAction(action_id="a1"),
        RecordCarePerformed(need_id="n1"),
        Close(reason=ClosingReason.CARE_PERFORMED),
    ):
        version = opened.use_cases.act(case, command, COUNSELLOR, version, Request("bench")).version
    return [e for e in opened.storage.recorder.select_events(case) if isinstance(e, RecordedEvent)]


def _copies(pattern: list[RecordedEvent], cases: int) -> Iterator[list[RecordedEvent]]:
    start = date(2017, 1, 1)
    for number in range(cases):
        case_id, person_id = new_case_id(), new_case_id()
        opened_on = start + timedelta(days=number % 1200)
        events = pattern if number % _STAY_OPEN else pattern[:-1]
        organisation = ORGANISATIONS[number % len(ORGANISATIONS)].code
        yield [
            dataclasses.replace(
                event,
                originator_id=case_id,
                organisation=organisation,
                occurred_on=(opened_on + timedelta(days=index * (4 + number % 23))).isoformat(),
                state=event.state.replace(_person_of(pattern), person_id.encode()),
            )
            for index, event in enumerate(events)
        ]


def _person_of(pattern: list[RecordedEvent]) -> bytes:
    return pattern[0].state.split(b'"person_id":"')[1].split(b'"')[0]
