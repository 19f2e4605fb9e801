"""Races made certain: a use case that somebody else overtakes between its decision and its commit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from adapters.unit_of_work import Storage, StoredUnitOfWork
from domain.use_cases import UseCases
from tests.service import Cells
from workflows.deadlines import Deadlines


class _Overtaken(StoredUnitOfWork):
    """Lets somebody else go first, once everything is decided."""

    def __init__(self, storage: Storage, overtake: Callable[[], object]) -> None:
        super().__init__(storage)
        self._overtake = overtake

    def commit(self, recorded_at: datetime) -> None:
        """Commit after the other."""
        self._overtake()
        super().commit(recorded_at)


def overtaken_by(cells: Cells, *others: Callable[[], object]) -> UseCases:
    """Return use cases over the same storage; each of `others` overtakes one commit, in turn, then none does."""
    waiting = list(others)

    def begin() -> StoredUnitOfWork:
        if waiting:
            return _Overtaken(cells.service.storage, waiting.pop(0))
        return cells.service.storage.begin()

    return UseCases(begin, deadlines=Deadlines(), clock=cells.clock)
