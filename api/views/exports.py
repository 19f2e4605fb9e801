"""Exports as the API takes them in and shows them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, Self

import msgspec
from pydantic import Field

from adapters.exports.jobs import Job, Problem, State
from adapters.exports.wanted import Format, Subject
from api.views.base import Coded, View
from api.views.past import AsOfView
from api.views.statistics import FiltersView
from domain.as_of import Basis
from domain.codes import OrganisationCode
from domain.command import EACH_ONCE, Day, Part
from domain.days import day_of
from domain.vocabulary import Wave
from projections.statistics import MAX_MATURITY, GroupBy
from workflows.labels import Language, in_language


class ExportAsked(Part):
    """An export: what, in which format, and which part of it. It is fixed at the log's last event of that moment."""

    subject: Subject = Field(description="What the file holds.")
    name: str | None = Field(
        default=None,
        max_length=64,
        description="The statistic, or the read model; none for the event log.",
    )
    format: Format = Field(
        description="csv, xlsx or parquet for a statistic and a table; xes or ocel for the event log."
    )
    organisation: Annotated[list[OrganisationCode], EACH_ONCE] = Field(
        default=[],
        max_length=200,
        description="Only these organisations; for a table and the event log, those that follow the case.",
    )
    wave: Annotated[list[Wave], EACH_ONCE] = Field(
        default=[], max_length=len(Wave), description="Only organisations of these deployment waves."
    )
    since: Day | None = Field(default=None, alias="from", description="A statistic's first day, included.")
    until: Day | None = Field(default=None, alias="to", description="A statistic's last day, included.")
    group_by: GroupBy | None = Field(default=None, description="Break a statistic down.")
    maturity: int | None = Field(
        default=None,
        ge=1,
        le=MAX_MATURITY,
        description="For a statistic that offers it: only those who consented so many days ago, or more.",
    )
    as_of: Day | None = Field(
        default=None, description="As it stood on that day, to its end (Europe/Paris). None: as it stands."
    )
    basis: Basis | None = Field(
        default=None,
        description="What that day means: `happened`, what had happened by then; `recorded`, what had been "
        "recorded. With `as_of` only; `happened` when left out.",
    )


_STATES: Final[Mapping[State, tuple[str, str]]] = {
    State.WAITING: ("en attente", "waiting"),
    State.RUNNING: ("en cours", "being made"),
    State.DONE: ("prêt", "ready"),
    State.FAILED: ("échec", "failed"),
}
_PROBLEMS: Final[Mapping[Problem, tuple[str, str]]] = {
    Problem.TOO_FEW_CASES: (
        "Ce journal aurait trop peu de dossiers : on pourrait y reconnaître quelqu'un. Élargissez les filtres.",
        "This log would hold too few cases: somebody could be recognised. Widen the filters.",
    ),
    Problem.FORMAT_MISSING: (
        "Ce format n'est pas installé sur ce serveur.",
        "This format is not installed on this server.",
    ),
    Problem.UNREADABLE_EVENT: (
        "Un événement du journal ne peut pas être lu par cette version.",
        "An event of the log cannot be read by this version.",
    ),
    Problem.INTERRUPTED: (
        "L'export a été interrompu à chaque essai.",
        "The export was interrupted each time it was begun.",
    ),
    Problem.UNEXPECTED: (
        "Une erreur que nous n'avions pas prévue s'est produite ; le journal du serveur en dit plus.",
        "An error that we had not foreseen happened; the server's log says more.",
    ),
}


class ExportedView(View):
    """What is exported, as it was fixed."""

    subject: Coded
    name: str | None
    format: Coded
    language: str = Field(description="The language of a statistic's labels.")
    filters: FiltersView
    as_of: AsOfView | None


class ProgressView(View):
    """How many events of the log are read, of how many."""

    done: int
    total: int


class ExportView(View):
    """One export."""

    export_id: str
    what: ExportedView
    state: Coded
    progress: ProgressView
    problem: Coded | None = Field(description="Why it failed, when it did.")
    position: int = Field(description="The last event of the log that it knows of.")
    hash: str = Field(description="That event's hash.")
    author: str
    asked_at: datetime
    removed_on: date | None = Field(description="The day on which it is removed, once it is made.")
    manifest: dict[str, Any] | None = Field(
        description="Once it is made: all that it takes to make the same bytes again. Kept as a file, "
        "`filrouge export --from-manifest` takes it."
    )

    @classmethod
    def of(cls, job: Job, days: int, language: Language) -> Self:
        """Show an export that is kept for so many days."""
        order, wanted = job.order, job.order.wanted
        return cls(
            export_id=job.export_id,
            what=ExportedView(
                subject=Coded.of(Subject, order.subject.value, language),
                name=order.name,
                format=Coded.of(Format, order.format.value, language),
                language=order.language,
                filters=FiltersView.of(wanted.filters),
                as_of=AsOfView.of(wanted.as_of, language),
            ),
            state=Coded(code=job.state.value, label=in_language(_STATES[job.state], language)),
            progress=ProgressView(done=job.done, total=job.total),
            problem=_problem(job.problem, language),
            position=order.position,
            hash=order.hash,
            author=order.author,
            asked_at=job.asked_at,
            removed_on=day_of(job.ended_at + timedelta(days=days)) if job.ended_at else None,
            manifest=None if job.manifest is None else msgspec.to_builtins(job.manifest),
        )


class ExportsView(View):
    """A page of one's own exports, the latest first."""

    exports: list[ExportView]


def _problem(problem: Problem | None, language: Language) -> Coded | None:
    if problem is None:
        return None
    return Coded(code=problem.value, label=in_language(_PROBLEMS[problem], language))
