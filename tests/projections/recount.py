"""Random legal journeys, and what their raw events say of follow-up, needs, funding and referrals: counted the obvious way.

Nothing here folds a case or knows a read model: each question is put to the events themselves, those of a case in the
order of its stream, once what was corrected is read as it should have been.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any, Final, NamedTuple

import msgspec

from domain.case_state import CaseState
from domain.event import Payload
from domain.events.care import NeedAdded
from domain.fold import fold_facts
from tests.journeys import walk
from tests.projections.naive import Fact
from tests.service import WAVES

_JOURNEYS: Final = 90
_MOVES: Final = 45


class Happening(NamedTuple):
    """One event, as bare as it can be: whose it was, its day, what it is called and what it says."""

    organisation: str
    on: date
    topic: str
    said: dict[str, Any]


class Journey(NamedTuple):
    """One case: what it has become, for the read models, and what happened, to count."""

    state: CaseState
    happened: list[Happening]


@cache
def journeys() -> list[Journey]:
    """Return journeys through the three cells, begun over half a year, each the same in every run."""
    return [_journey(number) for number in range(_JOURNEYS)]


def _journey(number: int) -> Journey:
    organisation = sorted(WAVES)[number % len(WAVES)]
    *_, case = walk(Random(number), _MOVES, organisation, f"case-{number}")
    later = timedelta(days=number * 7 % 180)
    facts: list[tuple[Payload, date]] = []
    happened: list[Happening] = []
    for event in case.history:
        data = _moved(event.data, later)
        facts.append((data, event.occurred_on + later))
        said = msgspec.to_builtins(data)
        happened.append(Happening(event.organisation, event.occurred_on + later, data.topic, said))
    state = fold_facts(case.id, organisation, case.history[0].actor, facts)
    return Journey(state, _corrected(happened))


def _moved(data: Payload, later: timedelta) -> Payload:
    """Move the day that a correction gives, too; half of the needs that are added are two years old on that day."""
    changes = getattr(data, "changes", {})
    if "occurred_on" in changes:
        moved = date.fromisoformat(changes["occurred_on"]) + later
        return msgspec.structs.replace(data, changes=changes | {"occurred_on": moved.isoformat()})
    if isinstance(data, NeedAdded) and data.since is not None and later.days % 2:
        return msgspec.structs.replace(data, since=data.since - timedelta(days=330))
    return data


def _corrected(happened: list[Happening]) -> list[Happening]:
    read = list(happened)
    for event in happened:
        if event.topic == "case.fact_corrected":
            changes = dict(event.said.get("changes", {}))
            wrong = read[event.said["corrects"] - 1]
            on = date.fromisoformat(changes.pop("occurred_on", wrong.on.isoformat()))
            read[event.said["corrects"] - 1] = wrong._replace(on=on, said=wrong.said | changes)
    return read


def _is_closed(happened: Sequence[Happening]) -> bool:
    return [event.said["to_state"] for event in happened if event.said.get("to_state")][-1:] == ["closed"]


def _named(happened: Sequence[Happening], *topics: str) -> list[Happening]:
    return [event for event in happened if event.topic.removeprefix("case.") in topics]


def _statuses(happened: Sequence[Happening], still_open: str, ended: str) -> str:
    return ended if _is_closed(happened) else still_open


def follow_up(happened: Sequence[Happening]) -> Iterator[Fact]:
    """Say whether the person was reached and after how many days, and of a closed case who followed it."""
    detection = happened[0]
    spoken = _named(happened, "consent_recorded", "consent_refused")
    spoken += [
        event
        for event in _named(happened, "contact_logged")
        if event.said["reached"] and event.said.get("party", "person") == "person"
    ]
    days = min([(event.on - detection.on).days for event in spoken], default=0)
    reached = "reached" if spoken else _statuses(happened, "waiting", "never")
    yield Fact(detection.organisation, detection.on, reached, days)
    if not _is_closed(happened):
        return
    closing = [event for event in happened if event.said.get("to_state") == "closed"][-1]
    hands = [event.said["counsellor"] for event in happened if "counsellor" in event.said]
    moves = [
        event.topic for event in happened if "counsellor" in event.said or "to_organisation" in event.said
    ]
    throughout = len(set(hands)) == 1 and moves[-1] != "case.transferred"
    what = "same_counsellor" if throughout else "several" if hands else "without_counsellor"
    yield Fact(closing.organisation, closing.on, what)


def forgone_care(happened: Sequence[Happening]) -> Iterator[Fact]:
    """Say of each need its type, its reasons, how long ago it began, and what became of it."""
    detection = happened[0]
    needs = {
        f"n{number}": (detection, said) for number, said in enumerate(detection.said.get("needs", ()), 1)
    }
    needs |= {event.said["need_id"]: (event, event.said) for event in _named(happened, "need_added")}
    for need_id, (event, said) in needs.items():
        status = _statuses(happened, "open", "unmet")
        mistaken = False
        for later in _named(happened, "care_performed", "need_dropped"):
            if later.said["need_id"] == need_id:
                status = "performed" if later.topic == "case.care_performed" else "dropped"
                mistaken = later.said.get("reason") == "entered_by_mistake"
        found = ["mistaken"] if mistaken else _of_need(said, event.on, status)
        yield from (Fact(event.organisation, event.on, what) for what in found)


def _of_need(said: dict[str, Any], on: date, status: str) -> list[str]:
    found = [
        f"type:{said['care_type']}:{status}",
        *(f"reason:{reason}:{status}" for reason in said["reasons"]),
    ]
    if {"rest_to_pay", "advance_of_fees", "no_complementary"} & set(said["reasons"]):
        found.append("financial")
    if said.get("since"):
        found.append("dated")
        if on - date.fromisoformat(said["since"]) >= timedelta(days=730):
            found.append("two_years")
    return found


def funding(happened: Sequence[Happening]) -> Iterator[Fact]:
    """Say of each request its funder, its decision, the days that took, and the cents."""
    decided = {event.said["request_id"]: event for event in _named(happened, "funding_decided")}
    for event in _named(happened, "funding_requested"):
        funder, cents = event.said["funder"], event.said["amount_cents"]
        answer = decided.get(event.said["request_id"])
        if answer is None:
            status = _statuses(happened, "pending", "unanswered")
        else:
            granted = answer.said["granted_cents"]
            status = "granted" if granted else "refused"
            yield Fact(event.organisation, event.on, f"{funder}:granted_cents", granted)
            if answer.on >= event.on:
                yield Fact(event.organisation, event.on, f"{funder}:days", (answer.on - event.on).days)
        yield Fact(event.organisation, event.on, f"{funder}:{status}", cents)


def referrals_onward(happened: Sequence[Happening]) -> Iterator[Fact]:
    """Say of each referral onward its partner, what they answered and after how many days."""
    sent = [place for place, event in enumerate(happened) if event.topic == "case.referred_onward"]
    states = [event.said["to_state"] for event in happened if event.said.get("to_state")]
    for place, end in zip(sent, [*sent[1:], None], strict=False):
        event, since = happened[place], happened[place:end]
        partner = event.said["partner"]
        answers = _named(since, "partner_accepted", "partner_completed", "partner_declined")
        if answers:
            what = answers[-1].topic.removeprefix("case.partner_")
            if (days := (answers[0].on - event.on).days) >= 0:
                yield Fact(event.organisation, event.on, f"{partner}:days", days)
        else:
            waits = end is None and states[-1] == "referred_onward" and not _named(since, "referral_expired")
            what = "waiting" if waits else "no_answer"
        yield Fact(event.organisation, event.on, f"{partner}:{what}")
