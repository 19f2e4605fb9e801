"""Making an export: everything is computed from the log up to the order's event, written aside, then put in place."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Final
from uuid import uuid4

from sqlalchemy import Engine

from adapters.exports import csv_file, figures, log, ocel_file, parquet_file, tables, xes_file, xlsx_file
from adapters.exports.event_log import EventLog
from adapters.exports.log import Known, LogReader
from adapters.exports.manifest import Manifest, Order, beside
from adapters.exports.pseudonyms import Pseudonyms
from adapters.exports.sheet import Writer
from adapters.exports.sorting import sorter
from adapters.exports.wanted import Format, Subject
from adapters.past import organisations_known
from domain.errors import FilRougeError
from projections.registry import READ_MODELS

Progress = Callable[[int, int], None]
"""Told how many events are read, and how many there are. What it raises ends the making."""

_WRITERS: Final[dict[Format, Writer]] = {
    Format.CSV: csv_file.write,
    Format.XLSX: xlsx_file.write,
    Format.PARQUET: parquet_file.write,
}
_LOG_WRITERS: Final = {Format.XES: xes_file.write, Format.OCEL: ocel_file.write}
_TELL_EVERY: Final = 200


class NotTheSame(FilRougeError):
    """An export made again is not the one of its manifest: another version of the program, or other keys."""

    def __init__(self, program: str) -> None:
        super().__init__(
            f"the file made again is not the one of the manifest, which version {program} of the program made"
        )
        self.program = program


@dataclass(frozen=True, slots=True)
class Source:
    """Where exports are made from."""

    engine: Engine
    pseudonyms: Pseudonyms


def make(
    source: Source,
    order: Order,
    path: Path,
    *,
    progress: Progress | None = None,
    overwrite: bool = False,
    expected: str | None = None,
) -> Manifest:
    """Write the export to `path` and its manifest beside it; return the manifest.

    `expected` is the digest that it must have. Raises FileExistsError unless it may `overwrite`, NotExportable,
    ParquetMissing, TooFewCases, AnotherHistory, NotTheSame, UnknownEvent; nothing is then left behind.
    """
    order.wanted.check()
    if order.format is Format.PARQUET:
        parquet_file.require()
    if not overwrite:
        for taken in (path, beside(path)):
            if taken.exists():
                raise FileExistsError(str(taken))
    log.require(source.engine, order.head)
    aside = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        rows = _written(source, order, aside, progress or (lambda done, total: None))
        with aside.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
            size = os.fstat(file.fileno()).st_size
            os.fsync(file.fileno())
        if expected not in (None, digest):
            raise NotTheSame(order.versions.program)
        manifest = Manifest(order=order, file=path.name, rows=rows, size=size, sha256=digest)
        _put(aside, path, overwrite)
        aside.write_bytes(manifest.encoded())
        _put(aside, beside(path), overwrite)
    finally:
        aside.unlink(missing_ok=True)
    return manifest


def _written(source: Source, order: Order, path: Path, progress: Progress) -> int:
    wanted, provenance = order.wanted, order.provenance()
    if wanted.subject is Subject.STATISTIC:
        with figures.computed(source.engine, order, progress) as sheet:
            return _WRITERS[order.format](path, sheet, provenance)
    reader = LogReader(source.engine, order.position, wanted.as_of)
    cases = _told(reader, order.position, progress)
    is_wanted = _among(source.engine, order)
    with sorter() as spooled:
        if wanted.subject is Subject.EVENTS:
            event_log = EventLog(spooled, order.threshold)
            event_log.take(cases, source.pseudonyms, is_wanted)
            return _LOG_WRITERS[order.format](path, event_log, provenance)
        model = READ_MODELS[wanted.name or ""]
        chosen = (known for known in cases if is_wanted(known.case.organisation))
        tables.spool(model, chosen, order.deadlines, source.pseudonyms, spooled)
        return _WRITERS[order.format](path, tables.sheet(model, spooled), provenance)


def _told(reader: LogReader, total: int, progress: Progress) -> Iterator[Known]:
    """Pass the cases on, telling how far they are."""
    for number, known in enumerate(reader.cases()):
        if number % _TELL_EVERY == 0:
            progress(reader.read, total)
        yield known
    progress(total, total)


def _among(engine: Engine, order: Order) -> Callable[[str], bool]:
    """Return what tells whether the cases of an organisation are asked for."""
    organisations, waves = order.filters.organisations, order.filters.waves
    if not organisations and not waves:
        return lambda _: True
    known = organisations_known(engine, order.position)
    wave_of = {registered.code: registered.wave for registered in known}
    chosen = {
        code
        for code, wave in wave_of.items()
        if (not organisations or code in organisations) and (not waves or wave in waves)
    }
    return chosen.__contains__


def _put(aside: Path, path: Path, overwrite: bool) -> None:
    """Give a finished file its name; without `overwrite` nobody else's is ever replaced, not even one of this moment."""
    if overwrite:
        aside.replace(path)
    else:
        path.hardlink_to(aside)
        aside.unlink()
