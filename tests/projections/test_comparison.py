"""Funnel limits: as wide as chance makes them for an organisation's size, worked out by hand and by SciPy."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy import arange, asarray
from scipy.stats import binom

from projections.comparison import (
    EXACT_UP_TO,
    MINIMUM,
    Funnel,
    Limits,
    Position,
    Verdict,
    funnels,
    mean_limits,
    share_limits,
)
from projections.figures import Comparable, Group, Line

SHARE = Comparable("share", n="closed", part="cases")
MEAN = Comparable("mean", n="n", sd="sd")
TOO_SMALL, WITHIN, ABOVE, FAR_ABOVE, BELOW, FAR_BELOW = Verdict


def shares(name: str, cases: int, closed: int) -> Group:
    """Return a group of which so many closed cases have an outcome."""
    return Group(name, {"closed": closed}, [Line("care", {"cases": cases, "share": 100 * cases / closed})])


def compared(*groups: Group) -> dict[str, Verdict | None]:
    """Compare shares with the overall one; return where each lies."""
    cases = sum(int(group.line("care").values["cases"] or 0) for group in groups)
    overall = shares("", cases, sum(int(group.totals["closed"] or 0) for group in groups))
    (funnel,) = funnels([SHARE], overall, groups)
    return {position.group: position.verdict for position in funnel.positions}


def test_the_limits_of_a_mean_by_hand() -> None:
    """Overall 90 days with a standard deviation of 60; of 36 cases the standard error is 10, of 900 it is 2."""
    inner, outer = mean_limits(90, 60, 36)
    assert inner == pytest.approx((90 - 19.59964, 90 + 19.59964))
    assert outer == pytest.approx((90 - 30.90232, 90 + 30.90232))
    inner, outer = mean_limits(90, 60, 900)
    assert inner == pytest.approx((86.080072, 93.919928))
    assert outer == pytest.approx((83.819536, 96.180464))


def test_the_limits_of_a_share_by_hand() -> None:
    """One in two of 4, by mid-P: P(R < r) + P(R = r) / 2 is 1/32, 6/32, 16/32, 26/32, 31/32.

    0.025 lies below the first, so even none is within; 0.975 lies above the last, so all are too.
    """
    assert share_limits(0.5, 4) == ((0, 1), (0, 1))
    # Of 6 it is 1/128, 8/128, ...: 0.025 is between none and one, (0.025 - 1/128) / (7/128) = 0.314286 on the way.
    inner, outer = share_limits(0.5, 6)
    assert inner == pytest.approx((0.314286 / 6, 1 - 0.314286 / 6), abs=1e-6)
    assert outer == (0, 1)


def test_a_share_of_nothing_or_of_all_has_no_room() -> None:
    assert share_limits(0, 50) == ((0, 0), (0, 0))
    assert share_limits(1, 50) == ((1, 1), (1, 1))


@settings(deadline=None)
@given(st.integers(1, 400), st.floats(0.001, 0.999))
def test_what_lies_outside_is_as_unlikely_as_it_says(n: int, rate: float) -> None:
    """Against SciPy: outside are those whose mid-P is under a tail, as long as the limits are exact."""
    if n * rate * (1 - rate) > EXACT_UP_TO:
        return
    for (low, high), tail in zip(share_limits(rate, n), (0.025, 0.001), strict=True):
        every = arange(n + 1)
        half = asarray(binom.pmf(every, n, rate)) / 2
        below, above = binom.cdf(every, n, rate) - half, binom.sf(every, n, rate) + half
        for r, less, more in zip(range(n + 1), below, above, strict=True):
            if min(abs(less - tail), abs(more - tail)) > 1e-9:
                assert (r / n < low - 1e-12, r / n > high + 1e-12) == (less < tail, more < tail)


@pytest.mark.parametrize(("n", "rate"), [(201, 0.48), (2_000, 0.03), (60_000, 0.001), (1_000_000, 0.5)])
def test_where_they_are_not_exact_they_are_within_a_tenth_of_a_case(n: int, rate: float) -> None:
    for (low, high), tail in zip(share_limits(rate, n), (0.025, 0.001), strict=True):
        for limit, probability in ((low, tail), (high, 1 - tail)):
            r = int(binom.ppf(probability, n, rate))
            around = [binom.cdf(k - 1, n, rate) + binom.pmf(k, n, rate) / 2 for k in range(r - 2, r + 3)]
            above = next(i for i, reached in enumerate(around) if reached >= probability)
            exact = r - 2 + above - (around[above] - probability) / (around[above] - around[above - 1])
            assert limit * n == pytest.approx(exact, abs=0.1)


def test_an_organisation_lies_where_chance_of_its_size_leaves_it() -> None:
    """Two in five everywhere: 48 % is far for a large one, near for a small one."""
    assert compared(
        shares("large", 576, 1200),
        shares("medium", 48, 100),
        shares("few", 5, 12),
        shares("rest", 39_371, 98_688),
    ) == {"large": FAR_ABOVE, "medium": WITHIN, "few": TOO_SMALL, "rest": WITHIN}
    assert compared(shares("high", 52, 100), shares("low", 29, 100), shares("rest", 3_919, 9_800)) == {
        "high": ABOVE,
        "low": BELOW,
        "rest": WITHIN,
    }
    assert compared(shares("none", 0, 100), shares("rest", 4_000, 9_900))["none"] is FAR_BELOW


def test_below_the_minimum_nobody_is_compared_however_extreme() -> None:
    assert compared(shares("a", MINIMUM - 1, MINIMUM - 1), shares("b", 10, 1_000))["a"] is TOO_SMALL
    assert compared(shares("a", MINIMUM, MINIMUM), shares("b", 10, 1_000))["a"] is FAR_ABOVE


def test_what_is_told_of_a_mean() -> None:
    def durations(name: str, n: int, mean: float | None, sd: float | None) -> Group:
        return Group(name, {"closed": n}, [Line("to_closing", {"n": n, "mean": mean, "sd": sd})])

    overall = durations("", 1_048, 90.0, 60.0)
    groups = [durations("gard", 36, 111.5, 20.0), durations("isere", 12, 300.0, 5.0)]
    assert funnels([MEAN], overall, [*groups, durations("lot", 0, None, None)]) == [
        Funnel(
            "mean",
            "to_closing",
            90.0,
            [
                Position("gard", 36, 111.5, Limits(70.4, 109.6, 59.1, 120.9), ABOVE),
                Position("isere", 12, 300.0, None, TOO_SMALL),
                Position("lot", 0, None, None, TOO_SMALL),
            ],
        )
    ]
    assert 90 + 1.959964 * 60 / sqrt(36) == pytest.approx(109.6, abs=0.001)


def test_a_comparable_total_has_no_line() -> None:
    what = Comparable("rate", n="closed", part="same")

    def told(name: str, same: int, closed: int) -> Group:
        return Group(name, {"closed": closed, "same": same, "rate": 100 * same / closed})

    (funnel,) = funnels([what], told("", 500, 1_000), [told("a", 90, 100), told("b", 410, 900)])
    assert (funnel.line, funnel.overall) == (None, 50.0)
    assert [position.verdict for position in funnel.positions] == [FAR_ABOVE, BELOW]


def test_nothing_is_told_of_what_is_withheld() -> None:
    hidden = Group(
        "a", {"closed": 100}, [Line("care", {"cases": None, "share": None}, frozenset({"cases", "share"}))]
    )
    overall = shares("", 500, 1_000)
    (funnel,) = funnels([SHARE], overall, [hidden])
    assert funnel.positions == [Position("a", None, None, None, None)]
    of_all = Group(
        "", {"closed": 100}, [Line("care", {"cases": None, "share": None}, frozenset({"cases", "share"}))]
    )
    (funnel,) = funnels([SHARE], of_all, [shares("b", 50, 100)])
    assert funnel.overall is None
    assert funnel.positions == [Position("b", 100, 50.0, None, None)]
