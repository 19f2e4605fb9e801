"""Comparing organisations fairly: how far from the overall figure chance alone takes one of their size.

An organisation with 12 cases is not ranked against one with 1,200: its share may be twice the overall one by chance.
Each is held against *funnel limits* around the overall figure, as wide as its own number of cases makes them: 95 %
and 99.8 % of organisations that differ by chance alone lie within (Spiegelhalter 2005, "Funnel plots for comparing
institutional performance", Statistics in Medicine 24:1185-1202). Of a hundred cells that differ
by chance alone, five lie outside the first and hardly ever one outside the second: being outside is a reason to ask
why, and no verdict. Overdispersion (cells that serve unlike people) is not corrected for.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import exp, log1p, sqrt
from statistics import NormalDist
from typing import Final, Self

from msgspec import Struct

from projections.figures import Comparable, Group, Line, Value
from workflows.labels import LabelledEnum

MINIMUM: Final = 30
"""With fewer cases than this an organisation is not compared †: the usual least for a mean to be nearly normal."""

INNER, OUTER = 0.95, 0.998
"""What each pair of limits holds of organisations that differ by chance alone."""

EXACT_UP_TO: Final = 50.0
"""The variance n·p·(1-p) up to which the limits of a share are exact, and beyond which that would only be slower."""

Interval = tuple[float, float]
"""A lower and an upper limit."""


class Verdict(LabelledEnum):
    """Where an organisation lies."""

    TOO_SMALL = "too_small", "trop peu de cas", "too few"
    WITHIN = "within", "dans les limites", "within the limits"
    ABOVE = "above", "au-dessus (95 %)", "above (95%)"
    FAR_ABOVE = "far_above", "au-dessus (99,8 %)", "above (99.8%)"
    BELOW = "below", "en dessous (95 %)", "below (95%)"
    FAR_BELOW = "far_below", "en dessous (99,8 %)", "below (99.8%)"


class Limits(Struct, frozen=True):
    """The funnel's limits at one number of cases, in the unit of the column."""

    lower_95: float
    upper_95: float
    lower_998: float
    upper_998: float

    @classmethod
    def of(cls, inner: Interval, outer: Interval, unit: float = 1) -> Self:
        """Return the limits, in percent or in days, to two decimals."""
        return cls(*(round(unit * limit, 2) for limit in (*inner, *outer)))


class Position(Struct, frozen=True):
    """One organisation in the funnel; without limits or verdict where its figure is withheld."""

    group: str
    n: int | None
    value: Value
    limits: Limits | None
    verdict: Verdict | None


class Funnel(Struct, frozen=True):
    """One column, of one line (none: of the totals), compared between organisations around its `overall` figure."""

    column: str
    line: str | None
    overall: Value
    positions: list[Position]


def funnels(comparable: Sequence[Comparable], overall: Group, groups: Sequence[Group]) -> list[Funnel]:
    """Hold each group against `overall`, the figures of all of them together, in every comparable column."""
    found = []
    for what in comparable:
        of_lines: list[Line | None] = [line for line in overall.lines if what.column in line.values]
        for line in of_lines or [None]:
            code = line.code if line is not None else None
            centre = None if overall.is_hidden(line, what.column) else overall.value(line, what.column)
            positions = [_position(what, overall, line, group) for group in groups]
            found.append(Funnel(what.column, code, centre, positions))
    return found


def _position(what: Comparable, overall: Group, line: Line | None, group: Group) -> Position:
    own = group.line_or_none(line.code) if line is not None else None
    columns = [name for name in (what.column, what.n, what.part, what.sd) if name is not None]
    absent = line is not None and own is None
    if absent or any(group.is_hidden(own, name) for name in columns):
        return Position(group.group, None, None, None, None)
    n = _number(group.value(own, what.n))
    shown = group.value(own, what.column)
    if n < MINIMUM or shown is None:
        return Position(group.group, int(n), shown, None, Verdict.TOO_SMALL)
    if any(overall.is_hidden(line, name) for name in columns):
        return Position(group.group, int(n), shown, None, None)
    if what.part is not None:
        rate = _number(overall.value(line, what.part)) / _number(overall.value(line, what.n))
        inner, outer = share_limits(rate, int(n))
        verdict = verdict_of(_number(group.value(own, what.part)) / n, inner, outer)
        return Position(group.group, int(n), shown, Limits.of(inner, outer, 100), verdict)
    mean, deviation = overall.value(line, what.column), overall.value(line, what.sd or "")
    inner, outer = mean_limits(_number(mean), _number(deviation), int(n))
    return Position(group.group, int(n), shown, Limits.of(inner, outer), verdict_of(shown, inner, outer))


def _number(value: Value) -> float:
    return 0 if value is None else value


def verdict_of(value: float, inner: Interval, outer: Interval) -> Verdict:
    """Say where a figure lies; on a limit is within it."""
    if value > outer[1]:
        return Verdict.FAR_ABOVE
    if value < outer[0]:
        return Verdict.FAR_BELOW
    if value > inner[1]:
        return Verdict.ABOVE
    if value < inner[0]:
        return Verdict.BELOW
    return Verdict.WITHIN


def mean_limits(mean: float, deviation: float, n: int) -> tuple[Interval, Interval]:
    """Return the inner and the outer limits of a mean of `n`, given the overall mean and standard deviation."""
    error = deviation / sqrt(n)
    inner, outer = (_z((1 + within) / 2) * error for within in (INNER, OUTER))
    return (mean - inner, mean + inner), (mean - outer, mean + outer)


@lru_cache(maxsize=16)
def _z(probability: float) -> float:
    return NormalDist().inv_cdf(probability)


def share_limits(rate: float, n: int) -> tuple[Interval, Interval]:
    """Return the inner and the outer limits of a share among `n`, given the overall one, all from 0 to 1.

    They are exact, with the mid-P (Lancaster 1961, Biometrika 48:223-234: half the probability of what was seen counts
    as less likely), which keeps both sides alike; between whole numbers they are interpolated, as by Spiegelhalter.
    Where the variance is large, they are the normal ones with their first correction for skewness (Cornish and Fisher
    1938), which differ from them by less than a tenth of a case.
    """
    if not 0 < rate < 1:
        return (rate, rate), (rate, rate)
    if rate > 0.5:
        inner, outer = share_limits(1 - rate, n)
        return (1 - inner[1], 1 - inner[0]), (1 - outer[1], 1 - outer[0])
    variance = n * rate * (1 - rate)
    limits = _exact if variance <= EXACT_UP_TO else _normal
    lowest, low, high, highest = limits(rate, n)
    return (low / n, high / n), (lowest / n, highest / n)


_TAILS: Final = ((1 - OUTER) / 2, (1 - INNER) / 2, (1 + INNER) / 2, (1 + OUTER) / 2)


def _exact(rate: float, n: int) -> list[float]:
    """Return how many of `n` are reached with each of the tails' probabilities, in one pass from none upwards."""
    found: list[float] = []
    likely = exp(n * log1p(-rate))
    below, reached, odds = 0.0, 0.0, rate / (1 - rate)
    for r in range(n + 1):
        before, reached = reached, below + likely / 2
        while len(found) < len(_TAILS) and reached >= _TAILS[len(found)]:
            found.append(r - (reached - _TAILS[len(found)]) / (reached - before) if r else 0.0)
        if len(found) == len(_TAILS):
            return found
        below += likely
        likely *= (n - r) / (r + 1) * odds
    return found + [float(n)] * (len(_TAILS) - len(found))


def _normal(rate: float, n: int) -> list[float]:
    deviation, skew = sqrt(n * rate * (1 - rate)), (1 - 2 * rate) / 6
    return [n * rate + z * deviation + (z * z - 1) * skew for z in map(_z, _TAILS)]
