"""Keeping the read models up to date, in the transaction of the events themselves.

After a command each changed case gives its rows anew; what differs from before is written, and the tallies get
the difference. Nothing is read but the tally cells that change.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, Table

from adapters.poison import park
from adapters.read_model_stamps import NEEDED, expected, standing
from adapters.recompute import Recompute
from adapters.row_writer import RowWriter
from adapters.tally_writer import TallyWriter
from domain.case_state import CaseState
from projections.read_model import ReadModel, Waves
from projections.registry import READ_MODELS
from projections.tallies import Deltas, add, cells_of, counted, take_away
from workflows.deadlines import Deadlines

_NAMES: Final = re.compile(r"\w+")

Rows = dict[str, tuple[Struct, ...]]
"""The rows of one case, by read model."""


@dataclass(slots=True)
class Change:
    """One case as its rows were before (none for a new one) and as it is now."""

    before: Rows
    after: CaseState


@dataclass(slots=True)
class _Pair:
    """The rows of one case as they were and as they are."""

    case_id: str
    before: Rows
    after: Rows

    def differs_in(self, model: str) -> bool:
        """Tell whether something is to be written: most commands leave most read models as they are."""
        return model not in self.before or self.before[model] != self.after.get(model)


@dataclass(slots=True)
class _Difference:
    """What a commit changes in one read model."""

    appeared: list[tuple[Any, ...]] = field(default_factory=list)
    changed: list[tuple[tuple[Any, ...], tuple[Any, ...]]] = field(default_factory=list)
    vanished: list[tuple[Any, ...]] = field(default_factory=list)
    deltas: Deltas = field(default_factory=dict)

    def make_way(self, writer: RowWriter, places: Sequence[int]) -> None:
        """Have the rows that leave their place in a unique index removed before any takes it, in whatever order.

        Of several cases one may take the place of another, and that one the place of the first.
        """
        moved = [new for old, new in self.changed if any(old[i] != new[i] for i in places)]
        if moved:
            self.changed = [(old, new) for old, new in self.changed if all(old[i] == new[i] for i in places)]
            self.vanished += map(writer.key, moved)
            self.appeared += moved


@dataclass(slots=True)
class Work:
    """What a commit changes in the read models: worked out before anything is locked."""

    pairs: list[_Pair]
    events: int
    differences: dict[str, _Difference | None]
    """By read model, of those that change; None for one that cannot take one of the cases."""

    @property
    def is_whole(self) -> bool:
        """Tell whether every read model can take every case."""
        return None not in self.differences.values()


class Projector:
    """Writes every read model of the cases that changed. Safe to share between threads."""

    def __init__(self, engine: Engine, deadlines: Deadlines) -> None:
        """Prepare the statements of every read model."""
        self.deadlines = deadlines
        self._engine = engine
        self._stamps = expected(deadlines)
        self._models = [(model, RowWriter(model.table, engine)) for model in READ_MODELS.values()]
        self._places = {model.name: _places(model.table) for model in READ_MODELS.values()}
        self._tallies = {
            model.name: TallyWriter(model.tally, engine)
            for model in READ_MODELS.values()
            if model.tally is not None
        }

    def rows_of(self, case: CaseState) -> Rows:
        """Return the rows a case has in every read model; those of one that cannot take it are left out."""
        try:
            return {model.name: tuple(model.rows(case, self.deadlines)) for model, _ in self._models}
        except Exception:  # noqa: BLE001 - it is parked with the commit, and shown from then on
            return self._rows_taken(case)

    def work_of(self, changes: Sequence[Change]) -> Work:
        """Return what `project` is to write; nothing is read or written yet.

        Raises what `case` raises when it cannot take a case: nothing may be decided on it then.
        """
        pairs = [_Pair(one.after.case_id, one.before, self.rows_of(one.after)) for one in changes]
        events = sum(one.after.version - _version(one.before) for one in changes)
        return Work(pairs, events, self._differences(pairs, frozenset()))

    def project(self, connection: Connection, work: Work, waves: Waves) -> None:
        """Write what changed.

        What a read model cannot take is parked; a read model that is not current is left as it is, and noted as behind.
        Raises ReadModelsNotCurrent when `case` is not.
        """
        found = standing(connection, self._stamps, [pair.case_id for pair in work.pairs], work.events)
        differences = self._differences(work.pairs, found.parked) if found.parked else work.differences
        for model, writer in self._models:
            if model.name not in differences or model.name not in found.writable:
                continue
            difference = differences[model.name]
            if difference is None:
                taking = Recompute([model], self._engine, self.deadlines)
                park(connection, taking.take(connection, _but(found.parked, model, work.pairs), waves))
                continue
            writer.delete(connection, difference.vanished)
            writer.change(connection, difference.changed)
            writer.upsert(connection, difference.appeared)
            if difference.deltas:
                self._tallies[model.name].add(connection, cells_of(difference.deltas, waves))

    def _differences(
        self, pairs: Sequence[_Pair], parked: Collection[tuple[str, str]]
    ) -> dict[str, _Difference | None]:
        """Return what changes in which read model, but for what is parked there."""
        found: dict[str, _Difference | None] = {}
        for model, writer in self._models:
            name = model.name
            changed = [pair for pair in pairs if pair.differs_in(name) and (name, pair.case_id) not in parked]
            if not changed:
                continue
            try:
                found[name] = difference = _difference(model, writer, changed)
            except Exception:
                if name == NEEDED:
                    raise
                found[name] = None
                continue
            if len(changed) > 1:
                difference.make_way(writer, self._places[name])
        return found

    def _rows_taken(self, case: CaseState) -> Rows:
        taken: Rows = {}
        for model, _ in self._models:
            try:
                taken[model.name] = tuple(model.rows(case, self.deadlines))
            except Exception:
                if model.name == NEEDED:
                    raise
        return taken


def _difference(model: ReadModel, writer: RowWriter, pairs: Sequence[_Pair]) -> _Difference:
    """Return it. Raises KeyError for a case that the read model could not take, before or now."""
    found = _Difference()
    for pair in pairs:
        before, after = pair.before[model.name] if pair.before else (), pair.after[model.name]
        old, new = (_by_key(writer, rows) for rows in (before, after))
        found.appeared += [row for key, row in new.items() if key not in old]
        found.changed += [(old[key], row) for key, row in new.items() if old.get(key, row) != row]
        found.vanished += old.keys() - new.keys()
        take_away(found.deltas, counted(model, before))
        add(found.deltas, counted(model, after))
    return found


def _but(parked: Collection[tuple[str, str]], model: ReadModel, pairs: Iterable[_Pair]) -> list[str]:
    return [pair.case_id for pair in pairs if (model.name, pair.case_id) not in parked]


def _version(rows: Rows) -> int:
    """Return the version of a case whose rows these are; 0 of none."""
    if not rows:
        return 0
    (row,) = rows[NEEDED]
    version: int = row.version  # type: ignore[attr-defined]
    return version


def _places(table: Table) -> tuple[int, ...]:
    """Return the columns that decide on a row's place in the table's unique indexes, and whether it has one."""
    deciding: set[str] = set()
    for index in table.indexes:
        if index.unique:
            where = index.dialect_options["sqlite"]["where"]
            deciding |= {column.name for column in index.columns} | set(_NAMES.findall(str(where)))
    return tuple(i for i, column in enumerate(table.columns) if column.name in deciding)


def _by_key(writer: RowWriter, rows: Iterable[Struct]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    tuples = [msgspec.structs.astuple(row) for row in rows]
    return {writer.key(row): row for row in tuples}
