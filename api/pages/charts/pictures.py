"""What each statistic is drawn as, under each grouping: one table, the only place here that knows a statistic."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from projections.durations import WITHIN, Measure
from projections.statistics import GroupBy


class Form(Enum):
    """How it is drawn."""

    BARS = "bars"
    """A bar for each row; of several columns, side by side."""
    PARTS = "parts"
    """A bar for each row, made of several columns end to end: they add up to something."""
    TREND = "trend"
    """A line for each series, from one week or month to the next."""
    SPREAD = "spread"
    """For each row from the first column to the last, with the middle one marked: from one decile to the other."""
    LIMITS = "limits"
    """A funnel plot: each organisation by its number of cases, between the limits of chance."""


class Rows(Enum):
    """What the rows are."""

    LINES = "lines"
    """The lines of the one group."""
    TOTALS = "totals"
    """The totals of the one group."""
    GROUPS = "groups"
    """The groups."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its form, what its rows are, and which columns are drawn.

    Of groups, columns of lines are those of the line named, else of the `top` lines that have the most of it, each
    being a series. `ranked` puts the rows in order of the first column; without it they stay as in the table. `beside`
    is a column written after the bar. `mark` is a figure that is marked with a line across.
    """

    form: Form
    rows: Rows
    columns: tuple[str, ...]
    line: str | None = None
    top: int = 0
    ranked: bool = False
    beside: str | None = None
    mark: int | None = None


By = Mapping[GroupBy | None, Picture]
"""The pictures of one statistic, by what the figures are grouped by; where there is none, the table says it better."""

_TOP: Final = 4
"""The lines drawn over time: more cannot be told apart. The others are in the table."""


def _lines(*columns: str, form: Form = Form.BARS, ranked: bool = True) -> Picture:
    return Picture(form, Rows.LINES, columns, ranked=ranked)


def _totals(*columns: str) -> Picture:
    return Picture(Form.BARS, Rows.TOTALS, columns)


def _groups(*columns: str) -> Picture:
    return Picture(Form.BARS, Rows.GROUPS, columns)


def _trend(*columns: str, top: int = 0) -> Picture:
    return Picture(Form.TREND, Rows.GROUPS, columns, top=top)


def _limits(column: str, line: str | None = None) -> Picture:
    return Picture(Form.LIMITS, Rows.GROUPS, (column,), line=line)


def _by(alone: Picture | None, time: Picture, wave: Picture, organisation: Picture) -> By:
    """Return the pictures of a statistic; by week it is drawn as by month."""
    by: dict[GroupBy | None, Picture] = {
        GroupBy.WEEK: time,
        GroupBy.MONTH: time,
        GroupBy.WAVE: wave,
        GroupBy.ORGANISATION: organisation,
    }
    return by if alone is None else {**by, None: alone}


_SPREAD: Final = Picture(Form.SPREAD, Rows.LINES, ("p10", "median", "p90"), mark=WITHIN)
_MEASURE: Final = Measure.CONSENT_TO_CLOSING.value
"""The measure of the published average."""

PICTURES: Final[Mapping[str, By]] = {
    "detection-sources": _by(_lines("share"), _trend("share", top=_TOP), _groups("total"), _limits("share")),
    "outcomes": _by(
        _lines("share_of_closed", ranked=False),
        _trend("share_of_closed", top=_TOP),
        _groups("closed"),
        _limits("share_of_closed"),
    ),
    "durations": _by(
        _SPREAD,
        Picture(Form.TREND, Rows.GROUPS, ("median", "p90"), line=_MEASURE, mark=WITHIN),
        replace(_SPREAD, rows=Rows.GROUPS, line=_MEASURE),
        _limits("mean", _MEASURE),
    ),
    "first-contact": _by(
        _totals("n", "waiting", "never", "missing"),
        _trend("median", "p90"),
        _groups("median", "p90"),
        _limits("share_within_7"),
    ),
    "continuity": _by(
        _totals("closed", "same_counsellor", "without_counsellor"),
        _trend("share_same_counsellor"),
        _groups("share_same_counsellor"),
        _limits("share_same_counsellor"),
    ),
    "forgone-care": _by(
        _lines("performed", "not_performed", "open", form=Form.PARTS),
        _trend("needs", top=_TOP),
        _groups("total"),
        _limits("share_performed"),
    ),
    "forgone-care-reasons": _by(
        _lines("share"), _trend("share", top=_TOP), _groups("share_financial"), _limits("share")
    ),
    "funding": _by(
        _lines("asked_cents", "granted_cents"),
        _trend("decided", top=_TOP),
        _groups("total"),
        _limits("share_granted"),
    ),
    "referrals-onward": _by(
        _lines("accepted", "declined", "no_answer", form=Form.PARTS),
        _trend("known", top=_TOP),
        _groups("total"),
        _limits("share_accepted"),
    ),
    "intake": _by(None, _trend("referrals"), _groups("referrals"), _groups("referrals")),
    "backlog": _by(
        _lines("cases", ranked=False), _trend("open", "opened", "closed"), _groups("open"), _groups("open")
    ),
    "funnel": _by(
        replace(_lines("cases", ranked=False), beside="median"),
        _trend("cases", top=_TOP),
        _groups("detected"),
        _groups("detected"),
    ),
}
"""A test holds it against the statistics that there are, their groupings and their columns."""
