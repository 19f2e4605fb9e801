"""What is asked for: a statistic, a table or the event log, in which format, filtered how, as of when."""

from dataclasses import dataclass, field
from typing import Final

from domain.as_of import AsOf
from domain.errors import FilRougeError
from projections.registry import READ_MODELS
from projections.reports import STATISTICS
from projections.statistic import NoneMature, PeriodBackwards, Statistic
from projections.statistics import Filters
from workflows.labels import LabelledEnum, Language


class Subject(LabelledEnum):
    """What an export holds."""

    STATISTIC = "statistic", "statistique", "statistic"
    TABLE = "table", "table pseudonymisée", "pseudonymised table"
    EVENTS = "events", "journal d'événements pseudonymisé", "pseudonymised event log"


class Format(LabelledEnum):
    """A file format: its ending, and what a server calls it."""

    ending: str
    media_type: str

    def __init__(self, code: str, fr: str, en: str, ending: str, media_type: str) -> None:
        """Keep the labels, the ending and the media type."""
        super().__init__(code, fr, en)
        self.ending = ending
        self.media_type = media_type

    CSV = "csv", "CSV", "CSV", ".csv", "text/csv; charset=utf-8"
    XLSX = (
        "xlsx",
        "classeur XLSX",
        "XLSX workbook",
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    PARQUET = "parquet", "Parquet", "Parquet", ".parquet", "application/vnd.apache.parquet"
    XES = "xes", "XES (IEEE 1849)", "XES (IEEE 1849)", ".xes", "application/xml"
    OCEL = "ocel", "OCEL 2.0 (JSON)", "OCEL 2.0 (JSON)", ".jsonocel", "application/json"


TABULAR: Final = (Format.CSV, Format.XLSX, Format.PARQUET)
EVENT_LOGS: Final = (Format.XES, Format.OCEL)

FORMATS: Final = {Subject.STATISTIC: TABULAR, Subject.TABLE: TABULAR, Subject.EVENTS: EVENT_LOGS}
"""Which formats can hold what."""


class NotExportable(FilRougeError):
    """The parts of what is asked for do not go together; `field` names the wrong one, `accepted` what would do."""

    def __init__(self, field: str, accepted: tuple[str, ...] = ()) -> None:
        super().__init__(f"{field}: accepted are {', '.join(accepted) or 'none'}")
        self.field = field
        self.accepted = accepted


@dataclass(frozen=True, slots=True)
class Wanted:
    """One export as it is asked for. `name` is a statistic's or a read model's; the event log has none.

    The language is that of the labels in a statistic. A table and the event log are filtered by the organisation
    that follows the case; they have no period, which would cut cases in pieces, and no groups.
    """

    subject: Subject
    format: Format
    name: str | None = None
    filters: Filters = field(default_factory=Filters)
    as_of: AsOf | None = None
    language: Language = "fr"

    def check(self) -> None:
        """Raise NotExportable, PeriodBackwards or NoneMature when the parts do not go together."""
        names = names_of(self.subject)
        if self.name not in (names or (None,)):
            raise NotExportable("name", names)
        formats = FORMATS[self.subject]
        if self.format not in formats:
            raise NotExportable("format", tuple(one.value for one in formats))
        if self.subject is Subject.STATISTIC:
            self._check_filters(STATISTICS[self.name or ""])
        else:
            for field, value in (
                ("from", self.filters.since),
                ("to", self.filters.until),
                ("group_by", self.filters.group_by),
                ("maturity", self.filters.cohort),
            ):
                if value is not None:
                    raise NotExportable(field)

    def _check_filters(self, statistic: Statistic) -> None:
        """Refuse at once what the statistic would refuse later on. Raises PeriodBackwards, NotExportable."""
        filters = self.filters
        if filters.since and filters.until and filters.since > filters.until:
            raise PeriodBackwards
        if filters.group_by not in (None, *statistic.groupings):
            raise NotExportable("group_by", tuple(by.value for by in statistic.groupings))
        if filters.cohort is not None and statistic.cohort is None:
            raise NotExportable("maturity")
        if filters.cohort is not None and filters.since and filters.since > filters.cohort.consented_by:
            raise NoneMature


def names_of(subject: Subject) -> tuple[str, ...]:
    """Return what may be named: the statistics, or the read models; nothing for the event log."""
    if subject is Subject.STATISTIC:
        return tuple(STATISTICS)
    return tuple(READ_MODELS) if subject is Subject.TABLE else ()
