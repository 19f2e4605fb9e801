"""Durations of accompaniment: how long it takes, from detection or consent to closing or to the care itself.

Definitions [001, II.2 and its note 7; domain note 4]: the duration of accompaniment runs from the consent to the
closing, in calendar days, for closed episodes only (the *closed cohort*), dated by the closing. Beside it:
detection to closing, and consent to the last care performed. Open episodes are counted apart, never mixed in.
The unit is an episode: a case closed once has one; a reopened case starts another, measured from its reopening.

Asked for a *mature cohort*, they are those of the episodes consented to in the period, long enough before its end: the
closed cohort of recent months holds only the cases that went fast, since the slow ones of the same months are open.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Index

from domain.case_state import CaseState, Episode
from domain.days import days_between
from projections.distribution import distribution
from projections.facts import about, table
from projections.figures import Column, Group, Kind, Line, Lines, Shape, Value
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

COHORT: Final = "cohort:"
"""Before the keys of what is closed, once more and dated by the consent: for the mature cohort."""

KEYS: Final = (CLOSED, OPEN, *(measure.value for measure in Measure))
COHORT_KEYS: Final = (COHORT, OPEN)
"""What the keys begin with that the durations count, and those that the mature cohort's do."""


class DurationRow(Struct, gc=False):
    """One episode of a case with a consent, or closed without any; days are calendar days, dates Europe/Paris."""

    case_id: Annotated[str, about("The case.", "Le dossier.")]
    episode: Annotated[
        int, about("Its number within the case, from 1.", "Son numéro dans le dossier, à partir de 1.")
    ]
    organisation: Annotated[
        str,
        about(
            "The organisation that follows, or last followed, the case.",
            "L'organisme qui suit le dossier, ou l'a suivi en dernier.",
        ),
    ]
    opened_on: Annotated[
        date,
        about(
            "The detection, or for a later episode the reopening.",
            "La détection, ou la réouverture pour un épisode ultérieur.",
        ),
    ]
    consented_on: Annotated[
        date | None,
        about(
            "The consent, or for a later episode the reopening; none if closed before any.",
            "Le consentement, ou la réouverture pour un épisode ultérieur ; aucun si l'épisode a été clos avant.",
        ),
    ]
    closed_on: Annotated[
        date | None,
        about(
            "The closing; none while the episode is open.",
            "La clôture ; aucune tant que l'épisode est ouvert.",
        ),
    ]
    last_care_on: Annotated[
        date | None,
        about(
            "The last care performed in the episode, if any.",
            "Les derniers soins réalisés dans l'épisode, s'il y en a.",
        ),
    ]
    closing_reason: Annotated[
        str | None,
        about(
            "Why the episode was closed, a code of `closing_reason`.",
            "Pourquoi l'épisode a été clos, un code de `closing_reason`.",
        ),
    ]
    consent_to_closing: Annotated[
        int | None, about("Days from consent to closing.", "Jours du consentement à la clôture.")
    ]
    detection_to_closing: Annotated[
        int | None, about("Days from detection to closing.", "Jours de la détection à la clôture.")
    ]
    consent_to_care: Annotated[
        int | None,
        about(
            "Days from consent to the last care performed, once closed.",
            "Jours du consentement aux derniers soins réalisés, une fois l'épisode clos.",
        ),
    ]


TABLE: Final = table(
    "durations",
    DurationRow,
    ("case_id", "episode"),
    Index("durations_by_closing", "closed_on", "organisation"),
    Index("durations_by_consent", "consented_on", "organisation"),
    french="Un épisode de dossier avec un consentement, ou clos sans ; jours calendaires, dates Europe/Paris.",
)
TALLY: Final = tally_table(
    "durations_tally",
    "Closed episodes by measure (a bin is a day of duration, dated by closing; after `cohort:` by consent), those "
    "without a consent, open ones.",
    french="Épisodes clos par mesure (une classe est un jour de durée, à la date de clôture ; après `cohort:`, à celle du consentement), ceux sans consentement, ceux encore ouverts.",
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
        days_between(consented_on, closed_on),
        days_between(episode.opened_on, closed_on) if consented else None,
        days_between(consented_on, care_on) if closed else None,
    )


_COHORT_KEY: Final = {key: COHORT + key for key in KEYS}


def counts(row: DurationRow) -> Iterable[Count]:
    """A closed episode counts once in each measure it has, by its closing and by its consent; others as what they are."""
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
    cohort = [(_COHORT_KEY[key], days) for key, days in bins]
    return ((row.organisation, row.closed_on, bins), (row.organisation, row.consented_on, cohort))


DURATIONS: Final = ReadModel(
    "durations", 3, TABLE, DurationRow, rows, counts, TALLY, ("closed_on", "consented_on")
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


COHORT_DEFINITIONS: Final = {
    "fr": msgspec.structs.replace(
        DEFINITIONS["fr"],
        numerator="jours entre les deux dates de chaque épisode de la cohorte qui est clos",
        denominator="épisodes de la cohorte qui sont clos et ont la mesure",
        date_basis="date du consentement, ou de la réouverture, que l'épisode soit clos ou encore ouvert",
        period="du premier au dernier jour demandés, inclus, moins les consentements trop récents pour être clos",
        missing="épisodes de la cohorte encore ouverts, comptés à part ; épisodes clos sans la mesure, dans leur colonne",
    ),
    "en": msgspec.structs.replace(
        DEFINITIONS["en"],
        numerator="days between the two dates of each episode of the cohort that is closed",
        denominator="episodes of the cohort that are closed and have the measure",
        date_basis="day of the consent, or of the reopening, whether the episode is closed or still open",
        period="from the first to the last day asked for, both included, less the consents too recent to be closed",
        missing="episodes of the cohort still open, counted apart; closed ones without the measure, in their column",
    ),
}


SHAPE: Final = Shape(
    totals=(
        Column("closed", Kind.COUNT, "Clos", "Closed"),
        Column("closed_without_consent", Kind.COUNT, "Clos sans consentement", "Closed without consent"),
        Column("open", Kind.COUNT, "Encore ouverts", "Still open"),
    ),
    lines=Lines(
        "Mesure, en jours",
        "Measure, in days",
        Measure,
        (
            Column("n", Kind.COUNT, "Épisodes", "Episodes", part_of="closed"),
            Column("missing", Kind.COUNT, "Manquants", "Missing", reveals=("closed", "n"), part_of="closed"),
            Column("mean", Kind.DAYS, "Moyenne", "Mean", reveals=("n",)),
            Column("sd", Kind.DAYS, "Écart-type", "Standard deviation", reveals=("n",)),
            Column("median", Kind.DAYS, "Médiane", "Median", reveals=("n", "within_90")),
            Column("p10", Kind.DAYS, "1er décile", "p10", reveals=("n", "within_90")),
            Column("p90", Kind.DAYS, "9e décile", "p90", reveals=("n", "within_90")),
            Column("within_90", Kind.COUNT, "En 90 jours au plus", "Within 90 days", part_of="n"),
            Column(
                "share_within_90",
                Kind.SHARE,
                "Part en 90 jours",
                "Share within 90 days",
                reveals=("n", "within_90"),
            ),
        ),
        counted="n",
        main="mean",
    ),
)
"""`closed` are those closed after a consent. A quantile nearly says how many are within the limit. Without any episode
the figures of a measure are none, not zero."""


def report(connection: Connection, filters: Filters) -> list[Group]:
    """Return the durations of each group; episodes still open, and those closed without a consent, counted apart."""
    cohort = filters.cohort is not None
    prefix, keys = (COHORT, COHORT_KEYS) if cohort else ("", KEYS)
    groups = []
    for name, cells in gather(connection, DURATIONS, filters, keys).items():
        closed = cells.count(prefix + CLOSED)
        totals: dict[str, Value] = {
            "closed": closed,
            "closed_without_consent": cells.count(prefix + CLOSED_WITHOUT_CONSENT),
            "open": cells.count(OPEN),
        }
        lines = [Line(m.value, _figures(cells.bins.get(prefix + m.value, []), closed)) for m in Measure]
        groups.append(Group(name, totals, lines))
    return groups


def _figures(bins: list[int], closed: int) -> dict[str, Value]:
    """Bin i counts the episodes that took i days."""
    taken = distribution(bins)
    within = sum(bins[: WITHIN + 1])
    return {
        "n": taken.n,
        "missing": closed - taken.n,
        "mean": taken.mean,
        "sd": taken.sd,
        "median": taken.median,
        "p10": taken.p10,
        "p90": taken.p90,
        "within_90": within,
        "share_within_90": share(within, taken.n),
    }
