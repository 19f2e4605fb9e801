"""Forgone care: what people gave up, why, and what became of it.

Definitions [001, IV.2; domain note 4]: the unit is a need, one piece of forgone care, counted on the day it was named
by the cell that named it. A need has one type of care and one or more reasons, so the shares of the reasons may add up
to more than 100. The share performed is of the needs that have *ended*: performed, dropped, or unmet when their case was
closed. One still open on an open case is none of these yet, and would make recent months look worse than they are.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Annotated, Final

from msgspec import Struct
from sqlalchemy import Connection, Index

from domain.case_state import CaseState
from domain.days import days_between
from domain.vocabulary import CareType, DropReason, ForgoingReason
from projections.facts import about, table
from projections.figures import Column, Group, Kind, Line, Lines, Shape, Value
from projections.read_model import Bin, Count, ReadModel
from projections.statistics import Cells, Definition, Filters, gather, share
from projections.tallies import tally_table
from workflows.deadlines import Deadlines
from workflows.labels import LabelledEnum
from workflows.states import State

_CLOSED: Final = State.CLOSED.value

FINANCIAL: Final = frozenset(
    {ForgoingReason.REST_TO_PAY, ForgoingReason.ADVANCE_OF_FEES, ForgoingReason.NO_COMPLEMENTARY}
)
"""The financial obstacles as [001, IV.2.3] has them: the rest-to-pay, fees to advance, no complementary cover."""

TWO_YEARS: Final = 730
"""Days: [001, IV.2.3] finds that half of what was given up had been for two years at least (50.4 %)."""

STATUSES: Final = ("open", "performed", "dropped", "unmet")
"""What may have become of a need, in the order of the tally's bins."""

TYPE: Final = "type:"
REASON: Final = "reason:"
SINCE: Final = "since"
ANY_FINANCIAL: Final = "financial"
MISTAKEN: Final = "mistaken"
"""The tally's keys: needs by type and by reason (a bin is a status), those known since when (bin 1: two years or more),
those with a financial reason, and those entered by mistake, which count nowhere else."""


class NeedRow(Struct, gc=False):
    """One piece of forgone care; days are calendar days, dates Europe/Paris."""

    case_id: Annotated[str, about("The case.", "Le dossier.")]
    need_id: Annotated[str, about("The need within the case.", "Le besoin dans le dossier.")]
    organisation: Annotated[
        str, about("The organisation whose cell named it.", "L'organisme dont la cellule l'a relevé.")
    ]
    care_type: Annotated[str, about("The care, a code of `care_type`.", "Le soin, un code de `care_type`.")]
    reasons: Annotated[
        str,
        about(
            "Why it was given up: codes of `forgoing_reason`, separated by commas.",
            "Pourquoi la personne y a renoncé : codes de `forgoing_reason`, séparés par des virgules.",
        ),
    ]
    since: Annotated[
        date | None,
        about(
            "Since when, as far as the person remembers.",
            "Depuis quand, autant que la personne s'en souvienne.",
        ),
    ]
    added_on: Annotated[
        date,
        about(
            "The day it was named: the detection's, or when it came to light.",
            "Le jour où il a été relevé : celui de la détection, ou celui où il est apparu.",
        ),
    ]
    status: Annotated[
        str,
        about(
            "open, performed, dropped, or unmet: the case was closed with the need still open.",
            "open (ouvert), performed (réalisé), dropped (abandonné), ou unmet : le dossier a été clos avec le besoin encore ouvert.",
        ),
    ]
    performed_on: Annotated[
        date | None, about("The day the care was performed.", "Le jour où le soin a été réalisé.")
    ]
    dropped_for: Annotated[
        str | None,
        about(
            "Why it was dropped, a code of `drop_reason`.",
            "Pourquoi il a été abandonné, un code de `drop_reason`.",
        ),
    ]
    days_to_care: Annotated[
        int | None,
        about(
            "Days from the day it was named to the care.",
            "Jours entre le jour où il a été relevé et le soin.",
        ),
    ]


TABLE: Final = table(
    "forgone_care",
    NeedRow,
    ("case_id", "need_id"),
    Index("forgone_care_by_day", "added_on"),
    french="Un renoncement à un soin ; jours calendaires, dates Europe/Paris.",
)
TALLY: Final = tally_table(
    "forgone_care_tally",
    "Needs named, by type and by reason (bins: open, performed, dropped, unmet), dated by the day they were named.",
    french="Besoins relevés, par type et par raison (classes : open, performed, dropped, unmet), à la date où ils l'ont été.",
)


def rows(case: CaseState, deadlines: Deadlines) -> list[NeedRow]:
    """Return a row for each need."""
    closed = case.state == _CLOSED
    return [
        NeedRow(
            case.case_id,
            need_id,
            need.organisation,
            need.care_type,
            ",".join(need.reasons),
            need.since,
            need.added_on,
            "unmet" if closed and need.status == "open" else need.status,
            need.performed_on,
            need.dropped_for,
            days_between(need.added_on, need.performed_on),
        )
        for need_id, need in case.needs.items()
    ]


_BIN: Final = {status: number for number, status in enumerate(STATUSES)}
_MISTAKE: Final = DropReason.ENTERED_BY_MISTAKE.value


def counts(row: NeedRow) -> Iterable[Count]:
    """A need counts once in its type and once in each of its reasons, as what became of it; a mistake, apart."""
    if row.dropped_for == _MISTAKE:
        return ((row.organisation, row.added_on, ((MISTAKEN, 0),)),)
    long_ago = None if row.since is None else (row.added_on - row.since).days >= TWO_YEARS
    return ((row.organisation, row.added_on, _bins(row.care_type, row.reasons, row.status, long_ago)),)


@lru_cache(maxsize=10_000)
def _bins(care_type: str, reasons: str, status: str, long_ago: bool | None) -> tuple[Bin, ...]:
    """Most needs are like many others: their bins are made once."""
    bin_ = _BIN[status]
    codes = reasons.split(",") if reasons else []
    bins = [(TYPE + care_type, bin_), *((REASON + code, bin_) for code in codes)]
    if not FINANCIAL.isdisjoint(codes):
        bins.append((ANY_FINANCIAL, 0))
    if long_ago is not None:
        bins.append((SINCE, int(long_ago)))
    return tuple(bins)


FORGONE_CARE: Final = ReadModel("forgone_care", 1, TABLE, NeedRow, rows, counts, TALLY, ("added_on",))


TYPE_DEFINITIONS: Final = {
    "fr": Definition(
        unit="besoin : un soin auquel une personne a renoncé",
        numerator="besoins de ce type nommés dans la période ; parmi les terminés : soin réalisé, ou non (besoin "
        "abandonné, ou dossier clos sans le soin)",
        denominator="besoins nommés dans la période ; pour la part réalisée, ceux qui sont terminés",
        date_basis="jour où le besoin a été nommé : détection, ou découverte en cours d'accompagnement",
        period="premier et dernier jour demandés, inclus ; sans eux, tout ce qui est enregistré",
        missing="besoins dont l'ancienneté est inconnue, hors de la part de deux ans ; ceux saisis par erreur, à part",
        source="CNAM, dossier de presse du 6 juillet 2018, IV.2.2 et IV.2.3 : 50,4 % depuis au moins deux ans",
    ),
    "en": Definition(
        unit="need: one piece of forgone care",
        numerator="needs of this type named in the period; of those ended: performed, or not (dropped, or the case "
        "was closed without the care)",
        denominator="needs named in the period; for the share performed, those that have ended",
        date_basis="day the need was named: the detection, or when it came to light",
        period="from the first to the last day asked for, both included; without them, all that is recorded",
        missing="needs not known since when, left out of the share of two years; those entered by mistake, apart",
        source="CNAM, press kit of 6 July 2018, IV.2.2 and IV.2.3: 50.4% for two years at least",
    ),
}

REASON_DEFINITIONS: Final = {
    "fr": Definition(
        unit="besoin : un soin auquel une personne a renoncé",
        numerator="besoins nommés dans la période ayant cette raison ; plusieurs raisons possibles par besoin, la "
        "somme des parts peut dépasser 100",
        denominator="besoins nommés dans la période ; pour la part réalisée, ceux qui sont terminés",
        date_basis="jour où le besoin a été nommé : détection, ou découverte en cours d'accompagnement",
        period="premier et dernier jour demandés, inclus ; sans eux, tout ce qui est enregistré",
        missing="aucun : un besoin a toujours une raison ; ceux saisis par erreur ne comptent pas",
        source="CNAM, dossier de presse du 6 juillet 2018, IV.2.3 : raison financière dans 3 cas sur 4",
    ),
    "en": Definition(
        unit="need: one piece of forgone care",
        numerator="needs named in the period with this reason; a need may have several, so that shares may add up to "
        "more than 100",
        denominator="needs named in the period; for the share performed, those that have ended",
        date_basis="day the need was named: the detection, or when it came to light",
        period="from the first to the last day asked for, both included; without them, all that is recorded",
        missing="none: a need always has a reason; those entered by mistake do not count",
        source="CNAM, press kit of 6 July 2018, IV.2.3: a financial reason in 3 cases of 4",
    ),
}


_TOTAL: Final = Column("total", Kind.COUNT, "Besoins", "Needs")
_OF_NEEDS: Final = (
    Column("needs", Kind.COUNT, "Besoins", "Needs", part_of="total", sum_of=("open", "ended")),
    Column("share", Kind.SHARE, "Part", "Share", reveals=("needs", "total")),
    Column("open", Kind.COUNT, "En cours", "Open"),
    Column("ended", Kind.COUNT, "Terminés", "Ended", sum_of=("performed", "not_performed")),
    Column("performed", Kind.COUNT, "Soin réalisé", "Performed"),
    Column(
        "share_performed",
        Kind.SHARE,
        "Part réalisée des terminés",
        "Share performed of ended",
        reveals=("performed", "ended"),
    ),
    Column("not_performed", Kind.COUNT, "Soin non réalisé", "Not performed"),
    Column("dropped", Kind.COUNT, "dont abandonnés", "of which dropped", part_of="not_performed"),
)
"""The unmet are what is left of those not performed: so few are dropped that, told side by side, hiding these would
take the performed along."""

TYPE_KEYS: Final = (TYPE, SINCE, MISTAKEN)
TYPE_SHAPE: Final = Shape(
    totals=(
        _TOTAL,
        Column("dated", Kind.COUNT, "Ancienneté connue", "Known since when", part_of="total"),
        Column("two_years", Kind.COUNT, "Deux ans ou plus", "Two years or more", part_of="dated"),
        Column(
            "share_two_years",
            Kind.SHARE,
            "Part de deux ans ou plus",
            "Share of two years or more",
            reveals=("two_years", "dated"),
        ),
        Column("mistaken", Kind.COUNT, "Saisis par erreur", "Entered by mistake"),
    ),
    lines=Lines("Soin", "Care", CareType, _OF_NEEDS, counted="needs", adds_up_to="total"),
)

REASON_KEYS: Final = (REASON, ANY_FINANCIAL, TYPE)
REASON_SHAPE: Final = Shape(
    totals=(
        _TOTAL,
        Column(
            "financial", Kind.COUNT, "Avec une raison financière", "With a financial reason", part_of="total"
        ),
        Column(
            "share_financial",
            Kind.SHARE,
            "Part avec une raison financière",
            "Share with a financial reason",
            reveals=("financial", "total"),
        ),
    ),
    lines=Lines("Raison", "Reason", ForgoingReason, _OF_NEEDS, counted="needs"),
)


def report_types(connection: Connection, filters: Filters) -> list[Group]:
    """Return the needs of each group by type of care, every type named, also those without any."""
    groups = []
    for name, cells in gather(connection, FORGONE_CARE, filters, TYPE_KEYS).items():
        total = _total(cells)
        known = cells.bins.get(SINCE, [])
        two_years = sum(known[1:])
        totals: dict[str, Value] = {
            "total": total,
            "dated": sum(known),
            "two_years": two_years,
            "share_two_years": share(two_years, sum(known)),
            "mistaken": cells.count(MISTAKEN),
        }
        groups.append(Group(name, totals, _lines(cells, TYPE, CareType, total)))
    return groups


def report_reasons(connection: Connection, filters: Filters) -> list[Group]:
    """Return the needs of each group by reason, every reason named, also those of no need."""
    groups = []
    for name, cells in gather(connection, FORGONE_CARE, filters, REASON_KEYS).items():
        total, financial = _total(cells), cells.count(ANY_FINANCIAL)
        totals: dict[str, Value] = {
            "total": total,
            "financial": financial,
            "share_financial": share(financial, total),
        }
        groups.append(Group(name, totals, _lines(cells, REASON, ForgoingReason, total)))
    return groups


def _total(cells: Cells) -> int:
    """A need has one type of care, whatever its reasons."""
    return sum(cells.count(key) for key in cells.bins if key.startswith(TYPE))


def _lines(cells: Cells, prefix: str, known: type[LabelledEnum], total: int) -> list[Line]:
    codes = dict.fromkeys(code.value for code in known)
    codes |= dict.fromkeys(key.removeprefix(prefix) for key in cells.bins if key.startswith(prefix))
    return [_line(code, cells.bins.get(prefix + code, []), total) for code in codes]


def _line(code: str, bins: list[int], total: int) -> Line:
    open_, performed, dropped, unmet = bins + [0] * (len(STATUSES) - len(bins))
    not_performed = dropped + unmet
    ended = performed + not_performed
    figures: dict[str, Value] = {
        "needs": open_ + ended,
        "share": share(open_ + ended, total),
        "open": open_,
        "ended": ended,
        "performed": performed,
        "share_performed": share(performed, ended),
        "not_performed": not_performed,
        "dropped": dropped,
    }
    return Line(code, figures)
