"""Funding: what funders were asked for, and what they granted, in cents.

Definitions [001, II.2.3; domain note 4]: the unit is a request, one funder asked on one quote, dated by the request
and counted where it was made. The same rest-to-pay may be asked of several funders, one after another's refusal, and a
need may have several quotes: what is asked adds up to more than what the persons had to pay, and only what is granted
is bounded by it. A case closed before the funder answered leaves its request *unanswered*, no longer pending.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final

from msgspec import Struct
from sqlalchemy import Connection, Index

from domain.case_state import CaseState
from domain.days import days_between
from domain.vocabulary import Funder
from projections.facts import about, table
from projections.figures import Column, Group, Kind, Line, Lines, Shape, Value
from projections.read_model import Bin, Count, ReadModel
from projections.statistics import Cells, Definition, Filters, gather, share
from projections.tallies import tally_table
from workflows.deadlines import Deadlines
from workflows.states import State

_CLOSED: Final = State.CLOSED.value

STATUSES: Final = ("pending", "granted", "refused", "unanswered")
"""What may have become of a request, in the order of the tally's bins."""

REQUESTS: Final = "requests:"
ASKED: Final = "asked:"
GRANTED: Final = "granted:"
DAYS: Final = "days:"
"""The tally's keys, each followed by the funder: requests (a bin is a status), cents asked (bin 1: in requests that are
decided), cents granted, and days to the decision added up (bin 1: how many decisions they are of)."""


class FundingRow(Struct, gc=False):
    """One request for funding; amounts are in cents, days calendar days, dates Europe/Paris."""

    case_id: Annotated[str, about("The case.", "Le dossier.")]
    request_id: Annotated[str, about("The request within the case.", "La demande dans le dossier.")]
    organisation: Annotated[
        str, about("The organisation whose cell made it.", "L'organisme dont la cellule l'a faite.")
    ]
    quote_id: Annotated[
        str, about("The quote it is for, within the case.", "Le devis concerné, dans le dossier.")
    ]
    funder: Annotated[
        str, about("Who was asked, a code of `funder`.", "Qui a été sollicité, un code de `funder`.")
    ]
    asked_cents: Annotated[int, about("What was asked for, in cents.", "Ce qui a été demandé, en centimes.")]
    granted_cents: Annotated[
        int,
        about(
            "What was granted, in cents; 0 until a grant is decided.",
            "Ce qui a été accordé, en centimes ; 0 tant que rien n'est accordé.",
        ),
    ]
    requested_on: Annotated[date, about("The day of the request.", "Le jour de la demande.")]
    decided_on: Annotated[date | None, about("The day of the decision.", "Le jour de la décision.")]
    status: Annotated[
        str,
        about(
            "pending, granted, refused, or unanswered: the case was closed before any decision.",
            "pending (en attente), granted (accordée), refused (refusée), ou unanswered : le dossier a été clos avant toute décision.",
        ),
    ]
    days_to_decision: Annotated[
        int | None, about("Days from the request to the decision.", "Jours de la demande à la décision.")
    ]


TABLE: Final = table(
    "funding",
    FundingRow,
    ("case_id", "request_id"),
    Index("funding_by_request", "requested_on"),
    french="Une demande de financement ; montants en centimes, jours calendaires, dates Europe/Paris.",
)
TALLY: Final = tally_table(
    "funding_tally",
    "By funder: requests (bins: pending, granted, refused, unanswered), cents asked (bin 1: of decided requests), "
    "cents granted, days to the decision (bin 1: how many decisions), dated by the request.",
    french="Par financeur : demandes (classes : pending, granted, refused, unanswered), centimes demandés (classe 1 : des demandes décidées), centimes accordés, jours jusqu'à la décision (classe 1 : nombre de décisions), à la date de la demande.",
)


def rows(case: CaseState, deadlines: Deadlines) -> Iterable[FundingRow]:
    """Return a row for each request; most cases have none."""
    if not case.requests:
        return ()
    closed = case.state == _CLOSED
    return [
        FundingRow(
            case.case_id,
            request_id,
            request.organisation,
            request.quote_id,
            request.funder,
            request.amount_cents,
            request.granted_cents,
            request.requested_on,
            request.decided_on,
            "unanswered" if closed and request.status == "pending" else request.status,
            days_between(request.requested_on, request.decided_on),
        )
        for request_id, request in case.requests.items()
    ]


_BIN: Final = {status: number for number, status in enumerate(STATUSES)}


def counts(row: FundingRow) -> Iterable[Count]:
    """A request counts as what became of it; its amounts and its days add up."""
    funder, decided = row.funder, int(row.decided_on is not None)
    bins: dict[Bin, int] = {
        (REQUESTS + funder, _BIN[row.status]): 1,
        (ASKED + funder, decided): row.asked_cents,
    }
    if row.granted_cents:
        bins[GRANTED + funder, 0] = row.granted_cents
    if row.days_to_decision is not None:
        bins[DAYS + funder, 0] = row.days_to_decision
        bins[DAYS + funder, 1] = 1
    return ((row.organisation, row.requested_on, bins),)


FUNDING: Final = ReadModel("funding", 1, TABLE, FundingRow, rows, counts, TALLY, ("requested_on",))


DEFINITIONS: Final = {
    "fr": Definition(
        unit="demande d'aide : un financeur sollicité sur un devis ; montants au centime près",
        numerator="demandes accordées ; montant accordé",
        denominator="demandes de la période qui ont leur décision ; montant demandé dans celles-ci",
        date_basis="date de la demande, quelle que soit celle de la décision",
        period="premier et dernier jour demandés, inclus ; sans eux, tout ce qui est enregistré",
        missing="demandes en attente, et celles restées sans réponse à la clôture du dossier, comptées à part avec "
        "leur montant ; un même reste à charge peut être demandé à plusieurs financeurs",
        source="CNAM, dossier de presse du 6 juillet 2018, II.2.3 ; CPAM de l'Isère, bilan 2020 : 2 311 aides",
    ),
    "en": Definition(
        unit="request for funding: one funder asked on one quote; amounts to the cent",
        numerator="requests granted; amount granted",
        denominator="requests of the period that are decided; amount asked for in these",
        date_basis="day of the request, whenever it was decided",
        period="from the first to the last day asked for, both included; without them, all that is recorded",
        missing="requests pending, and those unanswered when the case was closed, counted apart with their amount; the "
        "same rest-to-pay may be asked of several funders",
        source="CNAM, press kit of 6 July 2018, II.2.3; CPAM de l'Isère, report of 2020: 2,311 grants",
    ),
}


SHAPE: Final = Shape(
    totals=(Column("total", Kind.COUNT, "Demandes décidées", "Requests decided"),),
    lines=Lines(
        "Financeur",
        "Funder",
        Funder,
        (
            Column("decided", Kind.COUNT, "Décidées", "Decided", sum_of=("granted", "refused")),
            Column("granted", Kind.COUNT, "Accordées", "Granted"),
            Column("refused", Kind.COUNT, "Refusées", "Refused"),
            Column(
                "share_granted", Kind.SHARE, "Part accordée", "Share granted", reveals=("granted", "decided")
            ),
            Column("asked_cents", Kind.CENTS, "Montant demandé", "Amount asked", reveals=("decided",)),
            Column("granted_cents", Kind.CENTS, "Montant accordé", "Amount granted", reveals=("granted",)),
            Column(
                "share_of_asked",
                Kind.SHARE,
                "Part du montant demandé",
                "Share of the amount asked",
                reveals=("granted", "decided"),
            ),
            Column(
                "mean_days",
                Kind.DAYS,
                "Jours jusqu'à la décision (moyenne)",
                "Days to the decision (mean)",
                reveals=("decided",),
            ),
            Column("pending", Kind.COUNT, "En attente", "Pending"),
            Column("unanswered", Kind.COUNT, "Sans réponse", "Unanswered"),
            Column(
                "undecided_cents",
                Kind.CENTS,
                "Montant sans décision",
                "Amount undecided",
                reveals=("pending", "unanswered"),
            ),
        ),
        counted="decided",
        adds_up_to="total",
    ),
)
"""What is decided and what is not are never added up: the few that wait, hidden, would take the rest along."""


def report(connection: Connection, filters: Filters) -> list[Group]:
    """Return the requests of each group by funder, every funder named, also those that were not asked."""
    groups = []
    for name, cells in gather(connection, FUNDING, filters).items():
        codes = dict.fromkeys(funder.value for funder in Funder)
        codes |= dict.fromkeys(key.partition(":")[2] for key in cells.bins)
        lines = {code: _figures(code, cells) for code in codes}
        total = sum(int(figures["decided"] or 0) for figures in lines.values())
        groups.append(Group(name, {"total": total}, [Line(code, lines[code]) for code in lines]))
    return groups


def _figures(funder: str, cells: Cells) -> dict[str, Value]:
    pending, granted, refused, unanswered = _bins(cells, REQUESTS + funder, len(STATUSES))
    undecided_cents, asked_cents = _bins(cells, ASKED + funder, 2)
    granted_cents = cells.count(GRANTED + funder)
    days, decisions = _bins(cells, DAYS + funder, 2)
    return {
        "decided": granted + refused,
        "granted": granted,
        "refused": refused,
        "share_granted": share(granted, granted + refused),
        "asked_cents": asked_cents,
        "granted_cents": granted_cents,
        "share_of_asked": share(granted_cents, asked_cents),
        "mean_days": round(days / decisions, 2) if decisions else None,
        "pending": pending,
        "unanswered": unanswered,
        "undecided_cents": undecided_cents,
    }


def _bins(cells: Cells, key: str, number: int) -> list[int]:
    """Return the first bins of a key; the trailing ones that a cell leaves out are nought."""
    bins = cells.bins.get(key, [])
    return bins + [0] * (number - len(bins))
