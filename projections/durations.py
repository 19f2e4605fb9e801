"""Durations of accompaniment: how long it takes, from detection or consent to closing or to the care itself.

Definitions [001, II.2 and its note 7; domain note 4]: the duration of accompaniment runs from the consent to the
closing, in calendar days, for closed episodes only (the *closed cohort*), dated by the closing. Beside it:
detection to closing, and consent to the last care performed. Open episodes are counted apart, never mixed in.
The unit is an episode: a case closed once has one; a reopened case starts another, measured from its reopening.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from itertools import accumulate
from typing import Annotated, Final

from msgspec import Struct
from sqlalchemy import Connection, Index

from domain.case_state import CaseState, Episode
from projections.facts import about, table
from projections.read_model import Count, ReadModel
from projections.statistics import Definition, Filters, gather, share
from projections.tallies import tally_table
from workflows.deadlines import Deadlines
from workflows.labels import LabelledEnum


class Measure(LabelledEnum):
    """What is measured, in calendar days."""

    CONSENT_TO_CLOSING = "consent_to_closing", "Du consentement à la clôture", "From consent to closing"
    DETECTION_TO_CLOSING = "detection_to_closing", "De la détection à la clôture", "From detection to closing"
    CONSENT_TO_CARE = (
        "consent_to_care",
        "Du consentement au dernier soin réalisé",
        "From consent to the last care performed",
    )


WITHIN: Final = 90
"""The published average, in days: the share of episodes closed within it is shown."""

CLOSED: Final = "closed"
OPEN: Final = "open"
CLOSED_WITHOUT_CONSENT: Final = "closed_without_consent"
"""The tally's keys: episodes closed with a consent (dated by closing), still open with one (by consent), and closed
before there was any (by closing): no accompaniment began, so there is nothing to measure, and it must be said."""


class DurationRow(Struct, gc=False):
    """One episode of a case with a consent, or closed without any; days are calendar days, dates Europe/Paris."""

    case_id: Annotated[str, about("The case.")]
    episode: Annotated[int, about("Its number within the case, from 1.")]
    organisation: Annotated[str, about("The organisation that follows, or last followed, the case.")]
    opened_on: Annotated[date, about("The detection, or for a later episode the reopening.")]
    consented_on: Annotated[
        date | None, about("The consent, or for a later episode the reopening; none if closed before any.")
    ]
    closed_on: Annotated[date | None, about("The closing; none while the episode is open.")]
    last_care_on: Annotated[date | None, about("The last care performed in the episode, if any.")]
    closing_reason: Annotated[str | None, about("Why the episode was closed.")]
    consent_to_closing: Annotated[int | None, about("Days from consent to closing.")]
    detection_to_closing: Annotated[int | None, about("Days from detection to closing.")]
    consent_to_care: Annotated[
        int | None, about("Days from consent to the last care performed, once closed.")
    ]


TABLE: Final = table(
    "durations",
    DurationRow,
    ("case_id", "episode"),
    Index("durations_by_closing", "closed_on", "organisation"),
    Index("durations_by_consent", "consented_on", "organisation"),
)
TALLY: Final = tally_table(
    "durations_tally",
    "Closed episodes by measure (a bin is a day of duration, dated by closing), those without a consent, open ones.",
)


def rows(case: CaseState, deadlines: Deadlines) -> list[DurationRow]:
    """Return a row for each episode with a consent, or closed without one."""
    return [
        _row(case, episode)
        for episode in case.episodes
        if episode.consented_on is not None or episode.closed_on is not None
    ]


def _row(case: CaseState, episode: Episode) -> DurationRow:
    consented_on, closed_on, care_on = episode.consented_on, episode.closed_on, episode.last_care_on
    consented = consented_on is not None
    closed = closed_on is not None
    return DurationRow(
        case.case_id,
        episode.number,
        episode.closed_by or case.organisation,
        episode.opened_on,
        consented_on,
        closed_on,
        care_on,
        episode.closing_reason,
        _days(consented_on, closed_on),
        _days(episode.opened_on, closed_on) if consented else None,
        _days(consented_on, care_on) if closed else None,
    )


def _days(start: date | None, end: date | None) -> int | None:
    # An end entered with a day before the start's is no duration, and not one of nought days: it is missing.
    return None if start is None or end is None or end < start else (end - start).days


def counts(row: DurationRow) -> Iterable[Count]:
    """A closed episode counts once in each measure it has, dated by its closing; others only as what they are."""
    if row.closed_on is None:
        return () if row.consented_on is None else ((row.organisation, row.consented_on, ((OPEN, 0),)),)
    if row.consented_on is None:
        return ((row.organisation, row.closed_on, ((CLOSED_WITHOUT_CONSENT, 0),)),)
    bins = [(CLOSED, 0)]
    if row.consent_to_closing is not None:
        bins.append(("consent_to_closing", row.consent_to_closing))
    if row.detection_to_closing is not None:
        bins.append(("detection_to_closing", row.detection_to_closing))
    if row.consent_to_care is not None:
        bins.append(("consent_to_care", row.consent_to_care))
    return ((row.organisation, row.closed_on, bins),)


DURATIONS: Final = ReadModel(
    "durations", 2, TABLE, DurationRow, rows, counts, TALLY, ("closed_on", "consented_on")
)


DEFINITIONS: Final = {
    "fr": Definition(
        unit="épisode d'accompagnement ; durées en jours calendaires",
        numerator="jours entre les deux dates de chaque épisode clos dans la période, après un consentement",
        denominator="épisodes clos dans la période, après un consentement, ayant la mesure",
        date_basis="date de clôture (épisodes encore ouverts : date du consentement, comptés à part)",
        period="premier et dernier jour demandés, inclus ; sans eux, tout ce qui est enregistré",
        missing="épisodes clos sans la mesure, dans leur colonne ; épisodes clos sans consentement, comptés à part",
        source="CNAM, dossier de presse du 6 juillet 2018, II.2 et note 7 : 90 jours en moyenne sur 44 organismes",
    ),
    "en": Definition(
        unit="episode of accompaniment; durations in calendar days",
        numerator="days between the two dates of each episode closed in the period, after a consent",
        denominator="episodes closed in the period, after a consent, that have the measure",
        date_basis="day of closing (episodes still open: day of consent, counted apart)",
        period="from the first to the last day asked for, both included; without them, all that is recorded",
        missing="episodes closed without the measure, in their column; episodes closed without a consent, apart",
        source="CNAM, press kit of 6 July 2018, II.2 and note 7: 90 days on average over 44 organisations",
    ),
}


class DurationFigures(Struct, frozen=True):
    """One measure in one group, in calendar days. Without any episode the figures are none, not zero."""

    n: int
    missing: int
    mean: float | None
    median: float | None
    p10: float | None
    p90: float | None
    within_90: int
    share_within_90: float | None


class DurationGroup(Struct, frozen=True):
    """The durations of one group; episodes still `open`, and those closed without a consent, are counted apart."""

    group: str
    closed: int
    closed_without_consent: int
    open: int
    measures: dict[str, DurationFigures]


def report(connection: Connection, filters: Filters) -> list[DurationGroup]:
    """Return the durations of each group; ungrouped, one group of empty name."""
    return [
        DurationGroup(
            name,
            cells.count(CLOSED),
            cells.count(CLOSED_WITHOUT_CONSENT),
            cells.count(OPEN),
            {m.value: _figures(cells.bins.get(m.value, []), cells.count(CLOSED)) for m in Measure},
        )
        for name, cells in gather(connection, DURATIONS, filters).items()
    ]


def _figures(bins: list[int], closed: int) -> DurationFigures:
    """Bin i counts the episodes that took i days."""
    ranks = list(accumulate(bins))
    n = ranks[-1] if ranks else 0
    if n == 0:
        return DurationFigures(0, closed, None, None, None, None, 0, None)
    within = ranks[min(WITHIN, len(ranks) - 1)]
    mean = sum(days * count for days, count in enumerate(bins)) / n
    p10, median, p90 = (_quantile(ranks, percent) for percent in (10, 50, 90))
    return DurationFigures(n, closed - n, round(mean, 2), median, p10, p90, within, share(within, n))


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
