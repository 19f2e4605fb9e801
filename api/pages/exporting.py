"""The form that asks for an export: what each role may choose from, what was typed, and what is wrong with it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.exports import parquet_file
from adapters.exports.parquet_file import ParquetMissing
from adapters.exports.wanted import FORMATS, Format, Subject, names_of
from api.bodies import understood
from api.caller import Caller
from api.pages.posting import Pairs
from api.problems import Kind, ProblemError
from api.reading.exports import reach_to_export
from api.reading.statistics import organisations_seen
from api.views.exports import ExportAsked, ExportView
from domain.as_of import Basis
from domain.vocabulary import Wave
from projections.facts import FRENCH
from projections.registry import READ_MODELS
from projections.reports import STATISTICS
from projections.statistics import GroupBy
from workflows.labels import LabelledEnum, Language

_LISTS: Final = frozenset({"organisation", "wave"})
_NUMBERS: Final = frozenset({"maturity"})
FIELDS: Final = (
    "name",
    "format",
    "organisation",
    "wave",
    "from",
    "to",
    "group_by",
    "maturity",
    "as_of",
    "basis",
)
"""The fields of the form beside its subject, as the API names them."""


Choices = Sequence[tuple[str, str]]
"""What may be chosen: each value, and how it is called."""


@dataclass(frozen=True, slots=True)
class ExportForm:
    """The form of one subject. `organisations` are those to choose from: none for whoever has one of their own."""

    subject: Subject
    names: Choices
    formats: Sequence[Format]
    organisations: Choices
    waves: Choices
    groupings: Choices
    bases: Sequence[Basis]
    typed: Mapping[str, Sequence[str]]
    errors: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return what was typed in a field."""
        given = self.typed.get(name) or [""]
        return given[-1]

    def texts(self, name: str) -> Sequence[str]:
        """Return what was chosen in a field that takes several."""
        return self.typed.get(name, ())


def subjects_of(caller: Caller) -> list[Subject]:
    """Return what the caller may export."""
    return [subject for subject in Subject if reach_to_export(caller, subject) is not None]


def form_of(
    caller: Caller, subject: Subject, pairs: Pairs, problem: ProblemError | None = None
) -> ExportForm:
    """Return the form of a subject as it was sent, or as an address fills it in, with what is wrong."""
    within = reach_to_export(caller, subject)
    if within is None:
        raise ProblemError(Kind.FORBIDDEN)
    nationwide = within.organisation is None
    return ExportForm(
        subject=subject,
        names=_names(subject, caller.language),
        formats=[one for one in FORMATS[subject] if one is not Format.PARQUET or _has_parquet()],
        organisations=list(organisations_seen(caller).items()) if nationwide else (),
        waves=_choices(Wave, caller.language) if nationwide else (),
        groupings=_choices(GroupBy, caller.language) if subject is Subject.STATISTIC else (),
        bases=list(Basis),
        typed=_typed(pairs),
        errors=_errors(problem) if problem is not None else {},
    )


def understood_from(subject: Subject, pairs: Pairs, language: Language) -> ExportAsked:
    """Return what a form asks for, as the API's own body would. Raises ProblemError: INVALID."""
    body: dict[str, Any] = {"subject": subject.value}
    for name, given in _typed(pairs).items():
        if name in _LISTS:
            body[name] = list(given)
        elif name in _NUMBERS and given[-1].isascii() and given[-1].isdigit():
            body[name] = int(given[-1][:9])
        else:
            body[name] = given[-1]
    if "as_of" not in body:
        body.pop("basis", None)  # how the buttons stand says nothing without a day
    return understood(ExportAsked, json.dumps(body).encode(), language)


def title_of(export: ExportView, language: Language) -> str:
    """Return what an export holds, in words."""
    subject, name = export.what.subject, export.what.name
    titles = dict(_names(Subject(subject.code), language))
    return subject.label if name is None else titles.get(name, name)


def _typed(pairs: Pairs) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if name in FIELDS and value.strip():
            found.setdefault(name, []).append(value.strip())
    return found


def _errors(problem: ProblemError) -> dict[str, str]:
    """Return what is wrong beside each field; what is of none of them under no name."""
    found: dict[str, str] = {}
    for error in problem.members.get("errors", ()):
        name = str(error.get("pointer", "")).removeprefix("#/").partition("/")[0]
        found.setdefault(name if name in FIELDS else "", error["detail"])
    return found


def _names(subject: Subject, language: Language) -> list[tuple[str, str]]:
    if subject is Subject.STATISTIC:
        return [(name, STATISTICS[name].title[language]) for name in names_of(subject)]
    return [(name, _of_table(name, language)) for name in names_of(subject)]


def _choices(codes: Iterable[LabelledEnum], language: Language) -> list[tuple[str, str]]:
    return [(one.value, one.label(language)) for one in codes]


def _of_table(name: str, language: Language) -> str:
    table = READ_MODELS[name].table
    return str(table.info[FRENCH] if language == "fr" else table.comment).removesuffix(".")


def _has_parquet() -> bool:
    try:
        parquet_file.require()
    except ParquetMissing:
        return False
    return True
