"""Intake: the referrals received a week, so far in all, and on average a week [001: 325 a week; domain note 4].

The published average cannot be redone without knowing where it starts: 35,433 people and 325 a week make 109 weeks,
while the first cell was 176 weeks old. So the average counts from the first day asked, and there is none unless one
is asked.
"""

from datetime import date
from typing import Final

from sqlalchemy import Connection, func, select

from projections.detection_sources import DETECTION_SOURCES, TABLE
from projections.figures import Column, Group, Kind, Shape
from projections.period import units
from projections.statistics import Definition, Filters, gather

DEFINITIONS: Final = {
    "fr": Definition(
        unit="saisine reçue",
        numerator="saisines reçues dans chaque semaine ou mois, et en tout depuis le premier jour demandé",
        denominator="pour la moyenne : semaines du premier jour demandé à la fin de la ligne (jours / 7)",
        date_basis="date de la détection",
        period="premier et dernier jour demandés, inclus ; sans eux, tout ce qui est enregistré",
        missing="aucune : une saisine a toujours sa date ; pas de moyenne sans premier jour demandé",
        source="CNAM, dossier de presse du 6 juillet 2018, III : 325 personnes par semaine, sans dire depuis quand",
    ),
    "en": Definition(
        unit="referral received",
        numerator="referrals received in each week or month, and in all since the first day asked for",
        denominator="for the mean: weeks from the first day asked for to the end of the line (days / 7)",
        date_basis="day of the detection",
        period="from the first to the last day asked for, both included; without them, all that is recorded",
        missing="none: a referral always has its day; there is no mean unless a first day is asked for",
        source="CNAM, press kit of 6 July 2018, III: 325 people a week, without saying since when",
    ),
}

SHAPE: Final = Shape(
    totals=(
        Column("referrals", Kind.COUNT, "Saisines", "Referrals"),
        Column("running_total", Kind.COUNT, "Total cumulé", "Running total", stock=True, tied=True),
        Column("mean_a_week", Kind.RATE, "Moyenne par semaine", "Mean a week", reveals=("running_total",)),
    )
)
"""The running total and the mean are those since the first day asked; of several groups of one period, their own."""


def report(connection: Connection, filters: Filters) -> list[Group]:
    """Return the referrals of each group; by week or by month, of each from the first to the last that has any."""
    received = {
        name: sum(cells.count(key) for key in cells.bins)
        for name, cells in gather(connection, DETECTION_SOURCES, filters).items()
    }
    # Each is one look into an index: asked together, SQLite would read the whole of it.
    first, last = connection.execute(
        select(*(select(one(TABLE.c.detected_on)).scalar_subquery() for one in (func.min, func.max)))
    ).one()
    until = filters.until or last
    unit = filters.group_by.unit if filters.group_by is not None else None
    if unit is None or first is None:
        return [_group(name, number, number, filters.since, until) for name, number in received.items()]
    groups = []
    so_far = 0
    for name, end in units(unit, max(filters.since or first, first), min(until, last)):
        so_far += received.get(name, 0)
        if so_far:
            groups.append(_group(name, received.get(name, 0), so_far, filters.since, min(end, until)))
    return groups


def _group(name: str, referrals: int, so_far: int, since: date | None, until: date | None) -> Group:
    """Return one group; its mean a week is over the days from `since` to `until`, both included."""
    weeks = ((until - since).days + 1) / 7 if since is not None and until is not None else 0
    mean = round(so_far / weeks, 2) if weeks > 0 else None
    return Group(name, {"referrals": referrals, "running_total": so_far, "mean_a_week": mean})
