"""What a tally's bins say of values that are whole days: how many, mean, spread and quantiles."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import sqrt

from msgspec import Struct


class Distribution(Struct, frozen=True):
    """Of `n` values; to two decimals. Of no value there is no figure, and of one no standard deviation."""

    n: int = 0
    mean: float | None = None
    sd: float | None = None
    median: float | None = None
    p10: float | None = None
    p90: float | None = None


def distribution(bins: Sequence[int]) -> Distribution:
    """Return the distribution of values of which `bins[i]` are i."""
    ranks = list(accumulate(bins))
    n = ranks[-1] if ranks else 0
    if n == 0:
        return Distribution()
    mean = sum(value * count for value, count in enumerate(bins)) / n
    squares = sum((value - mean) ** 2 * count for value, count in enumerate(bins))
    sd = round(sqrt(squares / (n - 1)), 2) if n > 1 else None
    p10, median, p90 = (_quantile(ranks, percent) for percent in (10, 50, 90))
    return Distribution(n, round(mean, 2), sd, median, p10, p90)


def _quantile(ranks: list[int], percent: int) -> float:
    """Return a quantile by linear interpolation between order statistics (Hyndman and Fan 1996, type 7).

    `ranks[i]` is how many values are at most i. Type 7 is what R, NumPy and spreadsheets give.
    """
    whole, hundredths = divmod((ranks[-1] - 1) * percent, 100)
    low = bisect_right(ranks, whole)
    if not hundredths:
        return float(low)
    high = bisect_right(ranks, whole + 1)
    return round(low + (high - low) * hundredths / 100, 2)
