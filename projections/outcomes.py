"""Outcomes: what came of the cases.

Definitions [001, III; the last two outcomes 003; domain note 4]: closed cases only, dated by their last closing; an
outcome is a label and a case may carry several, so shares may add up to more than 100. The share of the closed
cases and the share of all cases opened in the period (dated by detection) stand side by side, since the published
figures are often confused. The unit is a case; a reopened case counts as open again.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final

from msgspec import Struct
from sqlalchemy import Connection, Index

from domain.case_state import CaseState
from domain.vocabulary import Level, Outcome, Right
from projections.facts import about, table
from projections.figures import Column, Group, Kind, Line, Lines, Shape, Value
from projections.read_model import Count, ReadModel
from projections.statistics import Definition, Filters, gather, share
from projections.tallies import tally_table
from workflows.deadlines import Deadlines
from workflows.states import State

_CLOSED: Final = State.CLOSED.value

OPENED: Final = "opened"
CLOSED: Final = "closed"
"""The tally's keys for the two denominators: cases opened (by detection) and cases closed (by closing)."""


class OutcomeRow(Struct, gc=False):
    """One case and what came of it so far; the outcomes count once it is closed."""

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
    closed_on: Annotated[
        date | None,
        about(
            "The day of the last closing; none while the case is open.",
            "Le jour de la dernière clôture ; aucun tant que le dossier est ouvert.",
        ),
    ]
    closing_reason: Annotated[
        str | None,
        about(
            "Why it was closed, a code of `closing_reason`.",
            "Pourquoi il a été clos, un code de `closing_reason`.",
        ),
    ]
    care_performed: Annotated[
        bool, about("At least one need was performed.", "Au moins un soin a été réalisé.")
    ]
    rights_opened: Annotated[bool, about("At least one right was opened.", "Au moins un droit a été ouvert.")]
    rights_css: Annotated[
        bool, about("The CSS (formerly CMU-C or ACS) was opened.", "La CSS (ex CMU-C ou ACS) a été ouverte.")
    ]
    rights_complementary: Annotated[
        bool,
        about(
            "A complementary cover was obtained, or a better one.",
            "Une complémentaire santé a été obtenue, ou une meilleure.",
        ),
    ]
    rights_file_updated: Annotated[
        bool,
        about("The person's file was updated.", "Le dossier administratif de la personne a été mis à jour."),
    ]
    oriented: Annotated[
        bool,
        about(
            "An action of orientation in the care system was completed.",
            "Une action d'orientation dans le système de soins a été menée à terme.",
        ),
    ]
    financial_support: Annotated[
        bool,
        about(
            "A grant was decided, or several instalments were agreed.",
            "Une aide a été accordée, ou un paiement en plusieurs fois convenu.",
        ),
    ]
    partner_cooperation: Annotated[
        bool,
        about(
            "A partner completed an action, or accepted a referral onward.",
            "Un partenaire a mené une action à terme, ou accepté une orientation.",
        ),
    ]
    digital_help: Annotated[
        bool, about("A digital action was completed.", "Une action d'aide au numérique a été menée à terme.")
    ]
    prevention: Annotated[
        bool, about("A prevention action was completed.", "Une action de prévention a été menée à terme.")
    ]


TABLE: Final = table(
    "outcomes",
    OutcomeRow,
    ("case_id",),
    Index("outcomes_by_closing", "closed_on", "organisation"),
    Index("outcomes_by_detection", "detected_on", "opened_in"),
    french="Un dossier et ce qu'il a donné jusqu'ici ; les résultats comptent une fois le dossier clos.",
)
TALLY: Final = tally_table(
    "outcomes_tally",
    "Cases opened and closed, and the outcomes of the closed ones.",
    french="Dossiers ouverts et clos, et les résultats des dossiers clos.",
)


def rows(case: CaseState, deadlines: Deadlines) -> tuple[OutcomeRow]:
    """Return the one row of the case."""
    closed = case.state == _CLOSED
    episode = case.episodes[-1]
    levels = set()
    rights = set()
    with_partner = False
    for action in case.actions.values():
        if action.status == "completed":
            levels.add(action.level)
            rights.add(action.right)
            with_partner = with_partner or action.partner is not None
    rights.discard(None)
    row = OutcomeRow(
        case.case_id,
        case.organisation,
        case.detecting_organisation,
        case.detected_on,
        episode.closed_on if closed else None,
        episode.closing_reason if closed else None,
        any(need.status == "performed" for need in case.needs.values()),
        bool(rights),
        "css" in rights,
        "complementary" in rights,
        "file_updated" in rights,
        "orientation" in levels,
        any(r.granted_cents for r in case.requests.values())
        or any(q.instalments > 1 for q in case.quotes.values()),
        with_partner or any(r.answer in ("accepted", "completed") for r in case.referrals),
        "digital" in levels,
        "prevention" in levels,
    )
    return (row,)


_LABELS: Final = tuple((outcome.value, (outcome.value, 0)) for outcome in Outcome)


def counts(row: OutcomeRow) -> Iterable[Count]:
    """A case counts as opened, and once closed as closed and in each of its outcomes."""
    opened = (row.opened_in, row.detected_on, ((OPENED, 0),))
    if row.closed_on is None:
        return (opened,)
    bins = [bin_ for label, bin_ in _LABELS if getattr(row, label)]
    return (opened, (row.organisation, row.closed_on, [(CLOSED, 0), *bins]))


OUTCOMES: Final = ReadModel(
    "outcomes", 1, TABLE, OutcomeRow, rows, counts, TALLY, ("closed_on", "detected_on")
)

if {Right.CSS, Right.COMPLEMENTARY, Right.FILE_UPDATED} != set(
    Right
) or "rights" not in Level._value2member_map_:
    raise AssertionError("a right was added: the outcomes must say how it counts")


DEFINITIONS: Final = {
    "fr": Definition(
        unit="accompagnement (un dossier)",
        numerator="dossiers clos dans la période ayant ce résultat ; plusieurs résultats possibles par dossier",
        denominator="dossiers clos dans la période, et à côté tous les dossiers ouverts dans la période",
        date_basis="date de la dernière clôture (dossiers ouverts : date de la détection)",
        period="premier et dernier jour demandés, inclus ; sans eux, tout ce qui est enregistré",
        missing="aucun : un dossier clos sans résultat compte au dénominateur",
        source="CNAM, dossier de presse du 6 juillet 2018, III : « sur l'ensemble des dossiers clôturés »",
    ),
    "en": Definition(
        unit="case",
        numerator="cases closed in the period with this outcome; a case may have several",
        denominator="cases closed in the period, and beside it all cases opened in the period",
        date_basis="day of the last closing (cases opened: day of the detection)",
        period="from the first to the last day asked for, both included; without them, all that is recorded",
        missing="none: a case closed without any outcome counts in the denominator",
        source="CNAM, press kit of 6 July 2018, III: “sur l'ensemble des dossiers clôturés”",
    ),
}


_KINDS: Final = (Outcome.RIGHTS_CSS, Outcome.RIGHTS_COMPLEMENTARY, Outcome.RIGHTS_FILE_UPDATED)

SHAPE: Final = Shape(
    totals=(
        Column("opened", Kind.COUNT, "Dossiers ouverts", "Cases opened"),
        Column("closed", Kind.COUNT, "Dossiers clos", "Cases closed"),
    ),
    lines=Lines(
        "Résultat",
        "Outcome",
        Outcome,
        (
            Column("cases", Kind.COUNT, "Dossiers clos", "Closed cases", part_of="closed"),
            Column("share_of_closed", Kind.SHARE, "des clos", "of closed", reveals=("cases", "closed")),
            Column("share_of_opened", Kind.SHARE, "des ouverts", "of opened", reveals=("cases", "opened")),
            Column(
                "share_of_parent",
                Kind.SHARE,
                "des droits ouverts",
                "of rights opened",
                reveals=("cases", f"{Outcome.RIGHTS_OPENED.value}.cases"),
            ),
        ),
        inside={kind.value: Outcome.RIGHTS_OPENED.value for kind in _KINDS},
    ),
)
"""`share_of_parent` is, for a kind of right, its percentage of the cases with a right opened; else none."""


def report(connection: Connection, filters: Filters) -> list[Group]:
    """Return the outcomes of each group: how many closed cases have each, in percent of the closed and the opened."""
    groups = []
    for name, cells in gather(connection, OUTCOMES, filters).items():
        opened, closed = cells.count(OPENED), cells.count(CLOSED)
        rights = cells.count(Outcome.RIGHTS_OPENED.value)
        lines = []
        for outcome in Outcome:
            n = cells.count(outcome.value)
            figures: dict[str, Value] = {
                "cases": n,
                "share_of_closed": share(n, closed),
                "share_of_opened": share(n, opened),
                "share_of_parent": share(n, rights) if outcome in _KINDS else None,
            }
            lines.append(Line(outcome.value, figures))
        groups.append(Group(name, {"opened": opened, "closed": closed}, lines))
    return groups
