"""The manifest: all that it takes to make an export again, to the byte, and to know which one this is.

An `Order` is fixed when an export is asked for; it stands in the file itself where the format has room. The
`Manifest`, a JSON file beside it, adds what is known once the file is written: its rows, its size, its digest.
"""

from collections.abc import Mapping
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Self

import msgspec
from msgspec import Struct, field

from adapters.exports.pseudonyms import Pseudonyms
from adapters.exports.wanted import Format, Subject, Wanted
from adapters.hash_chain import Head
from adapters.instants import instant_text
from adapters.schema import HEAD
from domain.as_of import AsOf, Basis
from domain.errors import FilRougeError
from domain.events import EVENTS
from projections.registry import READ_MODELS
from projections.reports import STATISTICS
from projections.statistics import Cohort, Filters, GroupBy
from workflows.deadlines import Deadlines
from workflows.labels import Language

MANIFEST_VERSION: Final = 1
ENDING: Final = ".manifest.json"
"""What is added to the name of a file for that of its manifest."""

_LONGEST: Final = 65_536


class ManifestUnreadable(FilRougeError):
    """A file is not the manifest of an export, or that of a later version of this program."""


class _Filters(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The filters, as the API names them."""

    organisations: tuple[str, ...] = ()
    waves: tuple[str, ...] = ()
    since: date | None = field(default=None, name="from")
    until: date | None = field(default=None, name="to")
    group_by: GroupBy | None = None
    cohort: Cohort | None = None


class _Versions(Struct, frozen=True, kw_only=True):
    """By which rules it was made: the program, the tables, the read models that it took, the events."""

    program: str
    schema: str
    read_models: Mapping[str, int]
    events: Mapping[str, int]


class Order(Struct, frozen=True, kw_only=True):
    """An export, fixed: the same order gives the same bytes, whatever is appended to the log meanwhile.

    `pseudonyms` tells whether two files can be joined: it is the same as long as the key of the pseudonyms is.
    `threshold` is the least count that is shown, `deadlines` are in days.
    """

    manifest: int = MANIFEST_VERSION
    subject: Subject
    name: str | None
    format: Format
    language: Language
    filters: _Filters
    as_of: date | None
    basis: Basis | None
    position: int
    hash: str
    author: str
    made_at: str
    threshold: int
    pseudonyms: str
    deadlines: Deadlines
    versions: _Versions

    @classmethod
    def of(
        cls,
        wanted: Wanted,
        head: Head,
        *,
        author: str,
        at: datetime,
        threshold: int,
        deadlines: Deadlines,
        pseudonyms: Pseudonyms,
    ) -> Self:
        """Fix what is wanted at this head of the log. Raises NotExportable."""
        wanted.check()
        filters = wanted.filters
        return cls(
            subject=wanted.subject,
            name=wanted.name,
            format=wanted.format,
            language=wanted.language,
            filters=_Filters(
                organisations=filters.organisations,
                waves=filters.waves,
                since=filters.since,
                until=filters.until,
                group_by=filters.group_by,
                cohort=filters.cohort,
            ),
            as_of=wanted.as_of.on if wanted.as_of else None,
            basis=wanted.as_of.basis if wanted.as_of else None,
            position=head.position,
            hash=head.hash,
            author=author,
            made_at=instant_text(at),
            threshold=threshold,
            pseudonyms=pseudonyms.of("check", "")[:8],
            deadlines=deadlines,
            versions=_versions(wanted),
        )

    @property
    def wanted(self) -> Wanted:
        """What was asked for."""
        filters = Filters(
            self.filters.organisations,
            self.filters.waves,
            self.filters.since,
            self.filters.until,
            self.filters.group_by,
            self.filters.cohort,
        )
        as_of = AsOf(self.as_of, self.basis or Basis.HAPPENED) if self.as_of is not None else None
        return Wanted(self.subject, self.format, self.name, filters, as_of, self.language)

    @property
    def head(self) -> Head:
        """The last event that it knows of."""
        return Head(self.position, self.hash)

    def provenance(self) -> dict[str, Any]:
        """Return it as plain data."""
        told: dict[str, Any] = msgspec.to_builtins(self)
        return told


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order that was carried out: `rows` are those of a table, or the events of a log; `size` is in bytes."""

    order: Order
    file: str
    rows: int
    size: int
    sha256: str

    def encoded(self) -> bytes:
        """Return it as it is written beside the file."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"


def beside(path: Path) -> Path:
    """Return where the manifest of the file `path` is."""
    return path.with_name(path.name + ENDING)


def read(path: Path) -> Manifest:
    """Read a manifest back. Raises ManifestUnreadable, and OSError."""
    with path.open("rb") as file:
        content = file.read(_LONGEST + 1)
    try:
        return msgspec.json.decode(content[:_LONGEST], type=Manifest)
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise ManifestUnreadable("this is not the manifest of an export, or a later version's") from None


def _versions(wanted: Wanted) -> _Versions:
    models = (
        {model.name: model.version for model in STATISTICS[wanted.name or ""].models}
        if wanted.subject is Subject.STATISTIC
        else {wanted.name: READ_MODELS[wanted.name].version}
        if wanted.name is not None
        else {}
    )
    return _Versions(
        program=version("filrouge"),
        schema=HEAD,
        read_models=models,
        events={topic: event.schema_version for topic, event in EVENTS.items()},
    )
