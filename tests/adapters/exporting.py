"""What the tests of exports share: something to export, orders, and logs as long as one wants."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from adapters.exports.make import Progress, Source, make
from adapters.exports.manifest import Manifest, Order
from adapters.exports.pseudonyms import Pseudonyms
from adapters.exports.wanted import FORMATS, Format, Subject, Wanted, names_of
from adapters.log_head import head_of
from adapters.recorded_event import RecordedEvent
from domain.use_cases import new_case_id
from tests.adapters.playing import Play
from tests.cli.cases import worked_through
from tests.databases import Databases, Kind
from tests.service import Cells, fresh_cells

THRESHOLD = 11

EVERYTHING = [
    Wanted(subject, format_, name)
    for subject in Subject
    for name in (names_of(subject) or (None,))
    for format_ in FORMATS[subject]
]
"""Every subject in every format it can have."""


@dataclass
class Bench:
    """A service to export from, and where to write."""

    cells: Cells
    folder: Path

    @property
    def source(self) -> Source:
        """Return where exports are made from."""
        service = self.cells.service
        return Source(service.engine, Pseudonyms(service.keys.pseudonym))

    def order(self, wanted: Wanted, *, threshold: int = THRESHOLD, author: str = "anna") -> Order:
        """Fix what is wanted, at the log's head."""
        service = self.cells.service
        return Order.of(
            wanted,
            head_of(service.engine),
            author=author,
            at=self.cells.clock(),
            threshold=threshold,
            deadlines=service.settings.deadlines,
            pseudonyms=self.source.pseudonyms,
        )

    def make(
        self, order: Order | Wanted, name: str = "export", progress: Progress | None = None, **options: Any
    ) -> tuple[Path, Manifest]:
        """Make an export; return the file and its manifest."""
        path = self.folder / name
        if isinstance(order, Wanted):
            order = self.order(order)
        return path, make(self.source, order, path, progress=progress, **options)

    def rows(self, wanted: Wanted, name: str = "rows.csv") -> list[dict[str, str]]:
        """Make a CSV file and read it back."""
        path, _ = self.make(dataclasses.replace(wanted, format=Format.CSV), name, overwrite=True)
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def play(cells: Cells, turns: int = 110, seed: int = 7) -> None:
    """Let random journeys go on in the cells."""
    for _ in Play(cells, Random(seed)).turns(turns, 20):
        pass


@contextmanager
def played(databases: Databases, kind: Kind, folder: Path) -> Iterator[Bench]:
    """Open a bench on a fresh database after some journeys."""
    with fresh_cells(databases, kind, folder / "home") as cells:
        play(cells)
        yield Bench(cells, folder)


def grow(cells: Cells, cases: int) -> int:
    """Append copies of one case that was worked through, days apart; return how many events there are."""
    recorder = cells.service.storage.recorder
    pattern = [e for e in recorder.select_events(worked_through(cells)) if isinstance(e, RecordedEvent)]
    for start in range(0, cases, 500):
        copies = [_copy(pattern, number) for number in range(start, min(start + 500, cases))]
        recorder.insert_events([event for case in copies for event in case])
    return recorder.max_notification_id() or 0


def _copy(pattern: list[RecordedEvent], number: int) -> list[RecordedEvent]:
    case_id, later = new_case_id(), timedelta(days=number % 700)
    return [
        dataclasses.replace(
            event,
            originator_id=case_id,
            organisation=("gard", "isere", "herault")[number % 3],
            occurred_on=(date.fromisoformat(event.occurred_on) + later).isoformat(),
        )
        for event in pattern
    ]
