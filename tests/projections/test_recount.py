"""Whatever the period, the filters and the grouping, a statistic answers what a count of the raw events answers."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from domain.vocabulary import CareType, ForgoingReason, Funder, Partner
from projections import follow_up, forgone_care, funding, referrals_onward
from projections.figures import Group, Value
from projections.statistics import Filters, GroupBy
from tests.builders import DETECTED_ON
from tests.databases import Kind
from tests.projections import naive, recount
from tests.projections.board import Board
from tests.projections.naive import Fact
from workflows.labels import LabelledEnum

Figures = tuple[dict[str, Value], dict[str, dict[str, Value]]]
"""The totals, and the lines that count anything."""

_LATER = DETECTED_ON - naive.FIRST

FILTERS = (
    naive.filters()
    .filter(lambda asked: asked.group_by is not GroupBy.WEEK)
    .map(
        lambda asked: replace(
            asked, since=asked.since and asked.since + _LATER, until=asked.until and asked.until + _LATER
        )
    )
)
"""As those of the random rows, from the days on which the journeys begin."""


def share(part: int, whole: int) -> Any:
    """Return a share in percent, to two decimals."""
    return pytest.approx(100 * part / whole, abs=0.005001) if whole else None


def among(facts: Sequence[Fact], *kinds: str) -> int:
    """Count the facts of some kinds."""
    return sum(fact.what in kinds for fact in facts)


def taken(facts: Sequence[Fact], what: str) -> list[int]:
    """Return the values of a kind of fact."""
    return [fact.days for fact in facts if fact.what == what]


def continuity(facts: Sequence[Fact]) -> Figures:
    """Count the closed cases by who followed them."""
    closed, same = among(facts, "same_counsellor", "several"), among(facts, "same_counsellor")
    totals = {
        "closed": closed,
        "same_counsellor": same,
        "share_same_counsellor": share(same, closed),
        "without_counsellor": among(facts, "without_counsellor"),
    }
    return totals, {}


def first_contact(facts: Sequence[Fact]) -> Figures:
    """Measure the days to the first contact by the standard library."""
    days = taken(facts, "reached")
    deciles = statistics.quantiles(days, n=10, method="inclusive") if len(days) > 1 else days * 9
    found: dict[str, Any] = {
        "detected": len(facts),
        "n": len(days),
        "mean": pytest.approx(statistics.fmean(days), abs=0.005001) if days else None,
        "sd": pytest.approx(statistics.stdev(days), abs=0.005001) if len(days) > 1 else None,
        "median": pytest.approx(statistics.median(days)) if days else None,
        "p90": pytest.approx(deciles[8], abs=0.005001) if days else None,
        "within_7": sum(taken <= 7 for taken in days),
        "share_within_7": share(sum(taken <= 7 for taken in days), len(days)),
        "waiting": among(facts, "waiting"),
        "never": among(facts, "never"),
        "missing": 0,
    }
    return found, {}


def _needs(facts: Sequence[Fact], prefix: str, codes: type[LabelledEnum]) -> dict[str, dict[str, Value]]:
    total = sum(fact.what.startswith("type:") for fact in facts)
    lines: dict[str, dict[str, Value]] = {}
    for code in codes:
        open_, *ended = (
            among(facts, f"{prefix}:{code.value}:{status}")
            for status in ("open", "performed", "dropped", "unmet")
        )
        if open_ or any(ended):
            needs = {"needs": open_ + sum(ended), "share": share(open_ + sum(ended), total), "open": open_}
            became = dict(zip(("performed", "dropped", "unmet"), ended, strict=True))
            lines[code.value] = needs | {"ended": sum(ended)} | became
            lines[code.value]["share_performed"] = share(ended[0], sum(ended))
    return lines


def types(facts: Sequence[Fact]) -> Figures:
    """Count the needs by type."""
    dated, two_years = among(facts, "dated"), among(facts, "two_years")
    totals: dict[str, Value] = {
        "total": sum(fact.what.startswith("type:") for fact in facts),
        "dated": dated,
        "two_years": two_years,
        "share_two_years": share(two_years, dated),
        "mistaken": among(facts, "mistaken"),
    }
    return totals, _needs(facts, "type", CareType)


def reasons(facts: Sequence[Fact]) -> Figures:
    """Count the needs by reason."""
    total, financial = sum(fact.what.startswith("type:") for fact in facts), among(facts, "financial")
    totals: dict[str, Value] = {
        "total": total,
        "financial": financial,
        "share_financial": share(financial, total),
    }
    return totals, _needs(facts, "reason", ForgoingReason)


def asked_and_granted(facts: Sequence[Fact]) -> Figures:
    """Count the requests by funder, and add up their cents."""
    statuses = ("granted", "refused", "pending", "unanswered")
    lines: dict[str, dict[str, Value]] = {}
    for code in (funder.value for funder in Funder):
        counted = {status: among(facts, f"{code}:{status}") for status in statuses}
        if not any(counted.values()):
            continue
        days = taken(facts, f"{code}:days")
        granted = sum(taken(facts, f"{code}:granted_cents"))
        lines[code] = {
            "requests": sum(counted.values()),
            "decided": counted["granted"] + counted["refused"],
            **counted,
            "share_granted": share(counted["granted"], counted["granted"] + counted["refused"]),
            "asked_cents": sum(sum(taken(facts, f"{code}:{status}")) for status in statuses),
            "granted_cents": granted,
            "share_of_asked": share(granted, sum(taken(facts, f"{code}:decided_cents"))),
            "mean_days": pytest.approx(statistics.fmean(days), abs=0.005001) if days else None,
        }
    return {"total": sum(among(facts, f"{f.value}:{s}") for f in Funder for s in statuses)}, lines


def sent_onward(facts: Sequence[Fact]) -> Figures:
    """Count the referrals by partner."""
    lines: dict[str, dict[str, Value]] = {}
    total = 0
    for code in (partner.value for partner in Partner):
        accepted, completed, declined, no_answer, waiting = (
            among(facts, f"{code}:{what}")
            for what in ("accepted", "completed", "declined", "no_answer", "waiting")
        )
        over = accepted + completed + declined + no_answer
        total += over + waiting
        days = taken(facts, f"{code}:days")
        if over + waiting:
            lines[code] = {
                "sent": over + waiting,
                "known": over,
                "accepted": accepted + completed,
                "completed": completed,
                "declined": declined,
                "no_answer": no_answer,
                "waiting": waiting,
                "share_accepted": share(accepted + completed, over),
                "median_days": statistics.median(days) if days else None,
            }
    return {"total": total}, lines


Counting = Callable[[Sequence[recount.Happening]], Iterator[Fact]]

_CLOSED = ("same_counsellor", "several", "without_counsellor")


def only(counting: Counting, wanted: Callable[[str], bool]) -> Counting:
    """Keep some of what is counted."""
    return lambda happened: (fact for fact in counting(happened) if wanted(fact.what))


RECOUNTED = {
    "continuity": (
        follow_up.report_continuity,
        only(recount.follow_up, lambda what: what in _CLOSED),
        continuity,
    ),
    "first-contact": (
        follow_up.report_first_contact,
        only(recount.follow_up, lambda what: what not in _CLOSED),
        first_contact,
    ),
    "forgone-care": (forgone_care.report_types, recount.forgone_care, types),
    "forgone-care-reasons": (
        forgone_care.report_reasons,
        only(recount.forgone_care, lambda what: what != "mistaken"),
        reasons,
    ),
    "funding": (funding.report, recount.funding, asked_and_granted),
    "referrals-onward": (referrals_onward.report, recount.referrals_onward, sent_onward),
}


@pytest.fixture(scope="module")
def walked(boards: Callable[[Kind], Board]) -> Callable[[Kind], Board]:
    """The file's board on a kind of database, once told of the journeys."""

    @cache
    def told(kind: Kind) -> Board:
        board = boards(kind)
        board.tell(*(journey.state for journey in recount.journeys()))
        return board

    return told


@pytest.mark.parametrize("name", RECOUNTED)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=FILTERS)
def test_the_figures_are_those_of_the_raw_events(
    walked: Callable[[Kind], Board], database_kind: Kind, name: str, asked: Filters
) -> None:
    report, counting, expected = RECOUNTED[name]
    with walked(database_kind).reading() as connection:
        found = report(connection, asked)
    facts = [fact for journey in recount.journeys() for fact in counting(journey.happened)]
    assert {group.group: figures(group) for group in found} == {
        name: expected(some) for name, some in naive.grouped(facts, asked).items()
    }


def figures(group: Group) -> Figures:
    """Return the figures of a group, without the lines that count nothing."""
    return group.totals, {line.code: line.values for line in group.lines if next(iter(line.values.values()))}


def test_the_journeys_get_everywhere() -> None:
    """Journeys without a grant, a mistake or a partner's refusal would prove nothing."""
    kinds = {
        fact.what.rpartition(":")[2]
        for journey in recount.journeys()
        for _, counting, _ in RECOUNTED.values()
        for fact in counting(journey.happened)
    }
    assert kinds >= {"reached", "waiting", "never", *_CLOSED}
    assert kinds >= {"open", "performed", "dropped", "unmet", "mistaken", "financial", "dated", "two_years"}
    assert kinds >= {"pending", "granted", "refused", "unanswered", "granted_cents", "days"}
    assert kinds >= {"waiting", "accepted", "completed", "declined", "no_answer"}
