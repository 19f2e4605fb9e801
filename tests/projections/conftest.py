"""A board of read models on each database, made once a file and emptied before each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from adapters.database import engine
from tests.databases import Databases, Kind
from tests.projections.board import Board, made


@pytest.fixture(scope="module")
def boards(databases: Databases) -> Iterator[Callable[[Kind], Board]]:
    """The file's board on a kind of database."""
    with ExitStack() as stack:

        @cache
        def board_on(kind: Kind) -> Board:
            opened = engine(stack.enter_context(databases.fresh(kind, migrated=True)))
            stack.callback(opened.dispose)
            return made(opened)

        yield board_on


@pytest.fixture
def board(database_kind: Kind, boards: Callable[[Kind], Board]) -> Board:
    """Empty read models and three registered cells, on each database."""
    board = boards(database_kind)
    board.empty()
    return board
