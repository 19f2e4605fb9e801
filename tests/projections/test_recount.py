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
from projections.figures import Group
from projections.statistics import Filters
from tests.builders import DETECTED_ON
from tests.databases import Kind
from tests.projections import naive, recount
from tests.projections.board import Board
from tests.projections.naive import Fact
from workflows.labels import LabelledEnum

Figures = tuple[dict[str, Any], dict[str, dict[str, Any]]]
"""The totals, and the lines that count anything."""

_LATER = DETECTED_ON - naive.FIRST

FILTERS = naive.filters(naive.NOT_BY_WEEK).map(
    lambda asked: replace(
        asked, since=asked.since and asked.since + _LATER, until=asked.until and asked.until + _LATER
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


def _needs(facts: Sequence[Fact], prefix: str, codes: type[LabelledEnum]) -> dict[str, dict[str, Any]]:
    total = sum(fact.what.startswith("type:") for fact in facts)
    lines: dict[str, dict[str, Any]] = {}
    for code in codes:
        open_, performed, dropped, unmet = (
            among(facts, f"{prefix}:{code.value}:{status}")
            for status in ("open", "performed", "dropped", "unmet")
        )
        ended = performed + dropped + unmet
        if open_ or ended:
            lines[code.value] = {
                "needs": open_ + ended,
                "share": share(open_ + ended, total),
                "open": open_,
                "ended": ended,
                "performed": performed,
                "share_performed": share(performed, ended),
                "not_performed": dropped + unmet,
                "dropped": dropped,
            }
    return lines


def types(facts: Sequence[Fact]) -> Figures:
    """Count the needs by type."""
    dated, two_years = among(facts, "dated"), among(facts, "two_years")
    totals: dict[str, Any] = {
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
    totals: dict[str, Any] = {
        "total": total,
        "financial": financial,
        "share_financial": share(financial, total),
    }
    return totals, _needs(facts, "reason", ForgoingReason)


def asked_and_granted(facts: Sequence[Fact]) -> Figures:
    """Count the requests by funder, and add up their cents."""
    lines: dict[str, dict[str, Any]] = {}
    for code in (funder.value for funder in Funder):
        granted, refused, pending, unanswered = (
            among(facts, f"{code}:{status}") for status in ("granted", "refused", "pending", "unanswered")
        )
        if not granted + refused + pending + unanswered:
            continue
        asked = sum(taken(facts, f"{code}:granted") + taken(facts, f"{code}:refused"))
        granted_cents = sum(taken(facts, f"{code}:granted_cents"))
        days = taken(facts, f"{code}:days")
        lines[code] = {
            "decided": granted + refused,
            "granted": granted,
            "refused": refused,
            "share_granted": share(granted, granted + refused),
            "asked_cents": asked,
            "granted_cents": granted_cents,
            "share_of_asked": share(granted_cents, asked),
            "mean_days": pytest.approx(statistics.fmean(days), abs=0.005001) if days else None,
            "pending": pending,
            "unanswered": unanswered,
            "undecided_cents": sum(taken(facts, f"{code}:pending") + taken(facts, f"{code}:unanswered")),
        }
    return {"total": sum(line["decided"] for line in lines.values())}, lines


def sent_onward(facts: Sequence[Fact]) -> Figures:
    """Count the referrals by partner."""
    lines: dict[str, dict[str, Any]] = {}
    for code in (partner.value for partner in Partner):
        accepted, completed, declined, no_answer, waiting = (
            among(facts, f"{code}:{what}")
            for what in ("accepted", "completed", "declined", "no_answer", "waiting")
        )
        known = accepted + completed + declined + no_answer
        days = taken(facts, f"{code}:days")
        if known or waiting:
            lines[code] = {
                "known": known,
                "accepted": accepted + completed,
                "completed": completed,
                "declined": declined,
                "no_answer": no_answer,
                "share_accepted": share(accepted + completed, known),
                "median_days": statistics.median(days) if days else None,
                "waiting": waiting,
            }
    return {"total": sum(line["known"] for line in lines.values())}, lines


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
    return group.totals, {line.code: line.values for line in group.lines if any(line.values.values())}


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
