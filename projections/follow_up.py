"""Follow-up: how soon the person was reached, and whether one counsellor went with them to the end.

Definitions: *continuity* is the promise of [001, II.2], "chaque assuré conserve le même conseiller tout au long de
l'accompagnement", counted over closed cases; the *first contact* is the first time the person was reached, counted
over all referrals from their detection [domain note 4]. The unit of both is a case.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final

from msgspec import Struct
from sqlalchemy import Connection, Index

from domain.case_state import CaseState
from domain.days import days_between
from projections.distribution import distribution
from projections.facts import about, table
from projections.figures import Column, Group, Kind, Shape, Value
from projections.read_model import Bin, Count, ReadModel
from projections.statistics import Definition, Filters, gather, share
from projections.tallies import tally_table
from workflows.deadlines import Deadlines

WITHIN: Final = 7
"""The days this project allows for the first contact to be tried (†): the share reached within them is shown."""

CLOSED: Final = "closed"
SAME_COUNSELLOR: Final = "closed:same_counsellor"
WITHOUT_COUNSELLOR: Final = "closed:without_counsellor"
DETECTED: Final = "detected"
DAYS: Final = "detected:days"
WAITING: Final = "detected:waiting"
NEVER: Final = "detected:never"
"""The tally's keys: cases closed (by closing), referrals (by detection), and what each of them is beside that."""


class FollowUpRow(Struct, gc=False):
    """One case: who went with it and how soon the person was reached; days are calendar days, dates Europe/Paris."""

    case_id: Annotated[str, about("The case.", "Le dossier.")]
    organisation: Annotated[
        str,
        about(
            "The organisation that follows, or last followed, the case.",
            "L'organisme qui suit le dossier, ou l'a suivi en dernier.",
        ),
    ]
    opened_in: Annotated[
        str, about("The organisation that received the referral.", "L'organisme qui a reçu la saisine.")
    ]
    detected_on: Annotated[date, about("The day of the detection.", "Le jour de la détection.")]
    first_reached_on: Annotated[
        date | None,
        about(
            "The first successful contact with the person; their consent, or its refusal, is one too.",
            "Le premier contact abouti avec la personne ; son consentement, ou son refus, en est un aussi.",
        ),
    ]
    days_to_contact: Annotated[
        int | None, about("Days from the detection to it.", "Jours de la détection à ce contact.")
    ]
    closed_on: Annotated[
        date | None,
        about(
            "The day of the last closing; none while the case is open.",
            "Le jour de la dernière clôture ; aucun tant que le dossier est ouvert.",
        ),
    ]
    counsellors: Annotated[
        int,
        about(
            "How many counsellors have followed it, each counted once.",
            "Combien de conseillers l'ont suivi, chacun compté une fois.",
        ),
    ]
    same_counsellor: Annotated[
        bool,
        about(
            "Whether one and the same has followed it ever since it had any; never left without.",
            "Si un seul et même conseiller l'a suivi depuis le premier, sans jamais d'interruption.",
        ),
    ]


TABLE: Final = table(
    "follow_up",
    FollowUpRow,
    ("case_id",),
    Index("follow_up_by_closing", "closed_on"),
    Index("follow_up_by_detection", "detected_on"),
    french="Un dossier : qui l'a accompagné et en combien de temps la personne a été jointe ; jours calendaires, dates Europe/Paris.",
)
TALLY: Final = tally_table(
    "follow_up_tally",
    "Cases closed, with one counsellor or none; referrals by when the person was reached (of `detected:days` a bin is "
    "a day, dated by detection).",
    french="Dossiers clos, avec un conseiller ou aucun ; saisines selon le délai pour joindre la personne (de `detected:days`, une classe est un jour, à la date de la détection).",
)


def rows(case: CaseState, deadlines: Deadlines) -> tuple[FollowUpRow]:
    """Return the one row of the case."""
    reached_on = _first_reached_on(case)
    held_by = case.counsellors
    counsellors = len(held_by) if len(held_by) < 2 else len(set(held_by))
    row = FollowUpRow(
        case.case_id,
        case.organisation,
        case.detecting_organisation,
        case.detected_on,
        reached_on,
        days_between(case.detected_on, reached_on),
        case.episodes[-1].closed_on,
        counsellors,
        counsellors == 1 and case.counsellor is not None,
    )
    return (row,)


def _first_reached_on(case: CaseState) -> date | None:
    """Consent is given, or refused, to somebody: who did not log that call reached the person all the same."""
    reached_on = case.first_reached_on
    for episode in case.episodes:
        told_on = episode.consented_on
        if told_on is None and episode.closing_reason == "consent_refused":
            told_on = episode.closed_on
        if told_on is not None and (reached_on is None or told_on < reached_on):
            reached_on = told_on
    return reached_on


_BY_COUNSELLORS: Final = (
    ((CLOSED, 0), (WITHOUT_COUNSELLOR, 0)),
    ((CLOSED, 0), (SAME_COUNSELLOR, 0)),
    ((CLOSED, 0),),
)
_WAITING: Final = ((DETECTED, 0), (WAITING, 0))
_NEVER: Final = ((DETECTED, 0), (NEVER, 0))
_MISSING: Final = ((DETECTED, 0),)


def counts(row: FollowUpRow) -> Iterable[Count]:
    """A case counts as detected, by when the person was reached, and once closed by who followed it."""
    days, closed_on = row.days_to_contact, row.closed_on
    reached: tuple[Bin, ...]
    if days is not None:
        reached = ((DETECTED, 0), (DAYS, days))
    elif row.first_reached_on is not None:
        reached = _MISSING
    else:
        reached = _WAITING if closed_on is None else _NEVER
    detected = (row.opened_in, row.detected_on, reached)
    if closed_on is None:
        return (detected,)
    kind = 1 if row.same_counsellor else 2 if row.counsellors else 0
    return (detected, (row.organisation, closed_on, _BY_COUNSELLORS[kind]))


FOLLOW_UP: Final = ReadModel(
    "follow_up", 1, TABLE, FollowUpRow, rows, counts, TALLY, ("closed_on", "detected_on")
)


CONTINUITY_DEFINITIONS: Final = {
    "fr": Definition(
        unit="accompagnement (un dossier)",
        numerator="dossiers clos dans la période qu'un seul et même conseiller a suivis du début à la fin",
        denominator="dossiers clos dans la période et suivis par au moins un conseiller",
        date_basis="date de la dernière clôture",
        period="premier et dernier jour demandés, inclus ; sans eux, tout ce qui est enregistré",
        missing="dossiers clos sans aucun conseiller (saisine rejetée ou réorientée), comptés à part ; un transfert "
        "vers un autre organisme change de conseiller, l'intervention ponctuelle du responsable non",
        source="CNAM, dossier de presse du 6 juillet 2018, II.2 : le même conseiller tout au long de l'accompagnement",
    ),
    "en": Definition(
        unit="case",
        numerator="cases closed in the period that one and the same counsellor followed from start to end",
        denominator="cases closed in the period that at least one counsellor followed",
        date_basis="day of the last closing",
        period="from the first to the last day asked for, both included; without them, all that is recorded",
        missing="cases closed without any counsellor (referral rejected, or sent on), counted apart; a transfer to "
        "another organisation changes the counsellor, a supervisor who stands in does not",
        source="CNAM, press kit of 6 July 2018, II.2: “le même conseiller tout au long de l'accompagnement”",
    ),
}

FIRST_CONTACT_DEFINITIONS: Final = {
    "fr": Definition(
        unit="saisine reçue ; délais en jours calendaires",
        numerator="jours de la détection au premier contact abouti avec la personne, ou à son consentement (ou refus) "
        "s'il vient avant",
        denominator="saisines reçues dans la période dont la personne a été jointe",
        date_basis="date de la détection",
        period="premier et dernier jour demandés, inclus ; sans eux, tout ce qui est enregistré",
        missing="personnes pas encore jointes, et dossiers clos sans qu'elles l'aient été (saisines rejetées "
        "comprises), comptés à part ; contacts datés d'avant la détection, dans leur colonne",
        source="délai de 7 jours : choix de ce projet, les sources n'en donnent pas",
    ),
    "en": Definition(
        unit="referral received; delays in calendar days",
        numerator="days from the detection to the first successful contact with the person, or to their consent (or "
        "refusal) if that came before",
        denominator="referrals received in the period whose person was reached",
        date_basis="day of the detection",
        period="from the first to the last day asked for, both included; without them, all that is recorded",
        missing="people not reached yet, and cases closed without reaching them (rejected referrals included), counted "
        "apart; contacts dated before the detection, in their column",
        source="delay of 7 days: this project's choice, the sources give none",
    ),
}


CONTINUITY_KEYS: Final = (CLOSED,)
CONTINUITY_SHAPE: Final = Shape(
    totals=(
        Column("closed", Kind.COUNT, "Clos, suivis par un conseiller", "Closed, with a counsellor"),
        Column(
            "same_counsellor", Kind.COUNT, "Même conseiller", "Same counsellor throughout", part_of="closed"
        ),
        Column(
            "share_same_counsellor",
            Kind.SHARE,
            "Part suivie par le même conseiller",
            "Share with the same counsellor",
            reveals=("same_counsellor", "closed"),
        ),
        Column("without_counsellor", Kind.COUNT, "Clos sans conseiller", "Closed without a counsellor"),
    )
)

FIRST_CONTACT_KEYS: Final = (DETECTED,)
FIRST_CONTACT_SHAPE: Final = Shape(
    totals=(
        Column(
            "detected",
            Kind.COUNT,
            "Saisines",
            "Referrals",
            sum_of=("n", "waiting", "never", "missing"),
        ),
        Column("n", Kind.COUNT, "Personnes jointes", "People reached"),
        Column("mean", Kind.DAYS, "Moyenne", "Mean", reveals=("n",)),
        Column("sd", Kind.DAYS, "Écart-type", "Standard deviation", reveals=("n",)),
        Column("median", Kind.DAYS, "Médiane", "Median", reveals=("n", "within_7")),
        Column("p90", Kind.DAYS, "9e décile", "p90", reveals=("n", "within_7")),
        Column("within_7", Kind.COUNT, "En 7 jours au plus", "Within 7 days", part_of="n"),
        Column(
            "share_within_7", Kind.SHARE, "Part en 7 jours", "Share within 7 days", reveals=("within_7", "n")
        ),
        Column("waiting", Kind.COUNT, "Pas encore jointes", "Not reached yet"),
        Column("never", Kind.COUNT, "Clos sans contact", "Closed without contact"),
        Column("missing", Kind.COUNT, "Manquants", "Missing"),
    )
)


def report_continuity(connection: Connection, filters: Filters) -> list[Group]:
    """Return how many of the closed cases of each group one counsellor followed throughout."""
    groups = []
    for name, cells in gather(connection, FOLLOW_UP, filters, CONTINUITY_KEYS).items():
        without, same = cells.count(WITHOUT_COUNSELLOR), cells.count(SAME_COUNSELLOR)
        closed = cells.count(CLOSED) - without
        totals: dict[str, Value] = {
            "closed": closed,
            "same_counsellor": same,
            "share_same_counsellor": share(same, closed),
            "without_counsellor": without,
        }
        groups.append(Group(name, totals))
    return groups


def report_first_contact(connection: Connection, filters: Filters) -> list[Group]:
    """Return the days to the first contact in each group; those not reached are counted apart."""
    groups = []
    for name, cells in gather(connection, FOLLOW_UP, filters, FIRST_CONTACT_KEYS).items():
        detected, waiting, never = (cells.count(key) for key in (DETECTED, WAITING, NEVER))
        days = cells.bins.get(DAYS, [])
        taken = distribution(days)
        within = sum(days[: WITHIN + 1])
        totals: dict[str, Value] = {
            "detected": detected,
            "n": taken.n,
            "mean": taken.mean,
            "sd": taken.sd,
            "median": taken.median,
            "p90": taken.p90,
            "within_7": within,
            "share_within_7": share(within, taken.n),
            "waiting": waiting,
            "never": never,
            "missing": detected - taken.n - waiting - never,
        }
        groups.append(Group(name, totals))
    return groups
