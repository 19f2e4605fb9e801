"""Referrals onward: which partners the cells sent people on to, and what the partners answered [003].

Definitions [domain note 4]: the unit is a referral onward, dated by the day it was made and counted where it was made.
A partner who accepted and then gave up has declined; one who completed without saying so before has accepted. A
referral that expired, or whose case was closed before the partner said anything, had no answer.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final

from msgspec import Struct
from sqlalchemy import Connection, Index

from domain.case_state import CaseState, Referral
from domain.days import days_between
from domain.vocabulary import Partner
from projections.distribution import distribution
from projections.facts import about, table
from projections.figures import Column, Group, Kind, Line, Lines, Shape, Value
from projections.read_model import Bin, Count, ReadModel
from projections.statistics import Cells, Definition, Filters, gather, share
from projections.tallies import tally_table
from workflows.deadlines import Deadlines
from workflows.states import State

_REFERRED_ONWARD: Final = State.REFERRED_ONWARD.value

ANSWERS: Final = ("waiting", "accepted", "completed", "declined", "no_answer")
"""What may have become of a referral, in the order of the tally's bins."""

SENT: Final = "sent:"
DAYS: Final = "days:"
"""The tally's keys, each followed by the partner: referrals (a bin is an answer), and days to the answer (a bin is a
day)."""


class ReferralRow(Struct, gc=False):
    """One referral onward; days are calendar days, dates Europe/Paris."""

    case_id: Annotated[str, about("The case.", "Le dossier.")]
    ordinal: Annotated[
        int, about("Its number within the case, from 1.", "Son numéro dans le dossier, à partir de 1.")
    ]
    organisation: Annotated[
        str, about("The organisation whose cell made it.", "L'organisme dont la cellule l'a faite.")
    ]
    partner: Annotated[
        str,
        about(
            "Who was asked to take the person on, a code of `partner`.",
            "Qui a été sollicité pour prendre le relais, un code de `partner`.",
        ),
    ]
    as_not_relevant: Annotated[
        bool,
        about(
            "Whether it sent on a referral that did not belong here, before any consent.",
            "Si elle réorientait une saisine hors du champ de la cellule, avant tout consentement.",
        ),
    ]
    referred_on: Annotated[date, about("The day of the referral.", "Le jour de l'orientation.")]
    answer: Annotated[
        str,
        about(
            "waiting, accepted, completed, declined or no_answer.",
            "waiting (en attente), accepted (acceptée), completed (menée à terme), declined (refusée) ou no_answer (sans réponse).",
        ),
    ]
    answered_on: Annotated[
        date | None,
        about(
            "The day the partner first answered, whatever they said.",
            "Le jour de la première réponse du partenaire, quelle qu'elle soit.",
        ),
    ]
    ended_on: Annotated[
        date | None,
        about(
            "The day they completed or declined it, or it expired.",
            "Le jour où il l'a menée à terme ou refusée, ou bien où elle a expiré.",
        ),
    ]
    days_to_answer: Annotated[
        int | None,
        about("Days from the referral to the first answer.", "Jours de l'orientation à la première réponse."),
    ]


TABLE: Final = table(
    "referrals_onward",
    ReferralRow,
    ("case_id", "ordinal"),
    Index("referrals_onward_by_day", "referred_on"),
    french="Une orientation vers un partenaire ; jours calendaires, dates Europe/Paris.",
)
TALLY: Final = tally_table(
    "referrals_onward_tally",
    "By partner: referrals onward (bins: waiting, accepted, completed, declined, no_answer) and days to the answer (a "
    "bin is a day), dated by the referral.",
    french="Par partenaire : orientations (classes : waiting, accepted, completed, declined, no_answer) et jours jusqu'à la réponse (une classe est un jour), à la date de l'orientation.",
)


def rows(case: CaseState, deadlines: Deadlines) -> Iterable[ReferralRow]:
    """Return a row for each referral onward; most cases have none."""
    if not case.referrals:
        return ()
    last = len(case.referrals) if case.state == _REFERRED_ONWARD else 0
    return [_row(case, number, referral, last) for number, referral in enumerate(case.referrals, 1)]


def _row(case: CaseState, number: int, referral: Referral, waited_for: int) -> ReferralRow:
    answer = referral.answer
    if answer == "pending":
        answer = "waiting" if number == waited_for else "no_answer"
    answered_on = referral.first_answered_on
    return ReferralRow(
        case.case_id,
        number,
        referral.organisation,
        referral.partner,
        referral.as_not_relevant,
        referral.referred_on,
        answer,
        answered_on,
        referral.answered_on,
        days_between(referral.referred_on, answered_on),
    )


_BIN: Final = {answer: number for number, answer in enumerate(ANSWERS)}


def counts(row: ReferralRow) -> Iterable[Count]:
    """A referral counts as what became of it, and the days to the answer if there was any."""
    bins: list[Bin] = [(SENT + row.partner, _BIN[row.answer])]
    if row.days_to_answer is not None:
        bins.append((DAYS + row.partner, row.days_to_answer))
    return ((row.organisation, row.referred_on, bins),)


REFERRALS_ONWARD: Final = ReadModel(
    "referrals_onward", 1, TABLE, ReferralRow, rows, counts, TALLY, ("referred_on",)
)


DEFINITIONS: Final = {
    "fr": Definition(
        unit="orientation d'une personne vers un partenaire",
        numerator="orientations acceptées : la personne est prise en charge, ou l'a été",
        denominator="orientations de la période dont l'issue est connue ; pour le délai, celles qui ont une réponse",
        date_basis="date de l'orientation, quelle que soit celle de la réponse",
        period="premier et dernier jour demandés, inclus ; sans eux, tout ce qui est enregistré",
        missing="orientations en attente, comptées à part ; sans réponse : expirées, ou dossier clos avant la réponse",
        source="Mission accompagnement santé, présentation (2020 ou après) : orientation vers un partenaire",
    ),
    "en": Definition(
        unit="referral of a person onward to a partner",
        numerator="referrals accepted: the person is, or was, taken on",
        denominator="referrals of the period whose outcome is known; for the days, those that have an answer",
        date_basis="day of the referral, whenever it was answered",
        period="from the first to the last day asked for, both included; without them, all that is recorded",
        missing="referrals waiting, counted apart; no answer: expired, or the case was closed before any",
        source="Mission accompagnement santé, slides (2020 or later): referral to a partner",
    ),
}


SHAPE: Final = Shape(
    totals=(
        Column(
            "total",
            Kind.COUNT,
            "Orientations dont l'issue est connue",
            "Referrals onward whose outcome is known",
        ),
    ),
    lines=Lines(
        "Partenaire",
        "Partner",
        Partner,
        (
            Column(
                "known",
                Kind.COUNT,
                "Issue connue",
                "Outcome known",
                sum_of=("accepted", "declined", "no_answer"),
            ),
            Column("accepted", Kind.COUNT, "Acceptées", "Accepted"),
            Column("completed", Kind.COUNT, "dont menées à terme", "of which completed", part_of="accepted"),
            Column("declined", Kind.COUNT, "Refusées", "Declined"),
            Column("no_answer", Kind.COUNT, "Sans réponse", "No answer"),
            Column(
                "share_accepted", Kind.SHARE, "Part acceptée", "Share accepted", reveals=("accepted", "known")
            ),
            Column(
                "median_days",
                Kind.DAYS,
                "Jours jusqu'à la réponse (médiane)",
                "Days to the answer (median)",
                reveals=("accepted", "declined"),
            ),
            Column("waiting", Kind.COUNT, "En attente", "Waiting"),
        ),
        counted="known",
        adds_up_to="total",
    ),
)
"""Those waiting are never added to the others: the few that do, hidden, would take the rest along."""


def report(connection: Connection, filters: Filters) -> list[Group]:
    """Return the referrals onward of each group by partner, every partner named, also those never asked."""
    groups = []
    for name, cells in gather(connection, REFERRALS_ONWARD, filters).items():
        codes = dict.fromkeys(partner.value for partner in Partner)
        codes |= dict.fromkeys(key.partition(":")[2] for key in cells.bins)
        lines = {code: _figures(code, cells) for code in codes}
        total = sum(int(figures["known"] or 0) for figures in lines.values())
        groups.append(Group(name, {"total": total}, [Line(code, lines[code]) for code in lines]))
    return groups


def _figures(partner: str, cells: Cells) -> dict[str, Value]:
    bins = cells.bins.get(SENT + partner, [])
    waiting, accepted, completed, declined, no_answer = bins + [0] * (len(ANSWERS) - len(bins))
    taken_on = accepted + completed
    known = taken_on + declined + no_answer
    return {
        "known": known,
        "accepted": taken_on,
        "completed": completed,
        "declined": declined,
        "no_answer": no_answer,
        "share_accepted": share(taken_on, known),
        "median_days": distribution(cells.bins.get(DAYS + partner, [])).median,
        "waiting": waiting,
    }
