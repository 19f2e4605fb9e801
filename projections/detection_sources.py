"""Detection sources: where the referrals come from.

Definition [001, chart "Nature des détections"; domain note 4]: all referrals received in the period, dated by the
detection, by source; each counts in the organisation that received it, also after a transfer.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final

from msgspec import Struct
from sqlalchemy import Connection, Index

from domain.case_state import CaseState
from domain.vocabulary import Source
from projections.facts import about, table
from projections.figures import Column, Group, Kind, Line, Lines, Shape
from projections.read_model import Count, ReadModel
from projections.statistics import Definition, Filters, gather, share
from projections.tallies import tally_table
from workflows.deadlines import Deadlines


class DetectionRow(Struct, gc=False):
    """One referral received."""

    case_id: Annotated[str, about("The case it opened.", "Le dossier qu'elle a ouvert.")]
    organisation: Annotated[str, about("The organisation that received it.", "L'organisme qui l'a reçue.")]
    detected_on: Annotated[
        date, about("The day of the detection (Europe/Paris).", "Le jour de la détection (Europe/Paris).")
    ]
    source: Annotated[str, about("Who detected, a code of `source`.", "Qui a détecté, un code de `source`.")]
    partner_kind: Annotated[
        str | None,
        about(
            "Which kind of partner, a code of `partner`, when the source is one.",
            "Quel type de partenaire, un code de `partner`, quand la source en est un.",
        ),
    ]
    origin: Annotated[
        str,
        about(
            "How it came to light, a code of `origin`.",
            "Comment le renoncement a été repéré, un code de `origin`.",
        ),
    ]


TABLE: Final = table(
    "detection_sources",
    DetectionRow,
    ("case_id",),
    Index("detections_by_day", "detected_on", "organisation"),
    french="Une saisine reçue.",
)
TALLY: Final = tally_table(
    "detection_sources_tally",
    "Referrals received, by source, dated by the detection.",
    french="Saisines reçues, par source, à la date de la détection.",
)


def rows(case: CaseState, deadlines: Deadlines) -> tuple[DetectionRow]:
    """Return the one row of the case."""
    row = DetectionRow(
        case.case_id,
        case.detecting_organisation,
        case.detected_on,
        case.source,
        case.partner_kind,
        case.origin,
    )
    return (row,)


def counts(row: DetectionRow) -> Iterable[Count]:
    """A referral counts once, under its source."""
    return ((row.organisation, row.detected_on, ((row.source, 0),)),)


DETECTION_SOURCES: Final = ReadModel(
    "detection_sources", 2, TABLE, DetectionRow, rows, counts, TALLY, ("detected_on",), weekly=True
)


DEFINITIONS: Final = {
    "fr": Definition(
        unit="saisine reçue",
        numerator="saisines de la source reçues dans la période",
        denominator="toutes les saisines reçues dans la période",
        date_basis="date de la détection",
        period="premier et dernier jour demandés, inclus ; sans eux, tout ce qui est enregistré",
        missing="aucune : une saisine a toujours sa source",
        source="CNAM, dossier de presse du 6 juillet 2018, graphique « Nature des détections »",
    ),
    "en": Definition(
        unit="referral received",
        numerator="referrals of the source received in the period",
        denominator="all referrals received in the period",
        date_basis="day of the detection",
        period="from the first to the last day asked for, both included; without them, all that is recorded",
        missing="none: a referral always has its source",
        source="CNAM, press kit of 6 July 2018, chart “Nature des détections”",
    ),
}


SHAPE: Final = Shape(
    totals=(Column("total", Kind.COUNT, "Saisines", "Referrals"),),
    lines=Lines(
        "Source",
        "Source",
        Source,
        (
            Column("cases", Kind.COUNT, "Saisines", "Referrals", part_of="total"),
            Column("share", Kind.SHARE, "Part", "Share", reveals=("cases", "total")),
        ),
        adds_up_to="total",
    ),
)


def report(connection: Connection, filters: Filters) -> list[Group]:
    """Return the breakdown of each group, every source named, also those without any; codes withdrawn since last."""
    groups = []
    for name, cells in gather(connection, DETECTION_SOURCES, filters).items():
        total = sum(cells.count(key) for key in cells.bins)
        counted = {s.value: cells.count(s.value) for s in Source} | {k: cells.count(k) for k in cells.bins}
        lines = [Line(code, {"cases": n, "share": share(n, total)}) for code, n in counted.items()]
        groups.append(Group(name, {"total": total}, lines))
    return groups
