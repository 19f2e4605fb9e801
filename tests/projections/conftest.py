"""A board of read models on each database, made once a file and emptied before each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from tests.databases import Databases, Kind, one_of_each
from tests.projections.board import Board, board_on


@pytest.fixture(scope="module")
def boards(databases: Databases) -> Iterator[Callable[[Kind], Board]]:
    """The file's board on a kind of database."""
    with one_of_each(partial(board_on, databases)) as found:
        yield found


@pytest.fixture
def board(database_kind: Kind, boards: Callable[[Kind], Board]) -> Board:
    """Empty read models and three registered cells, on each database."""
    board = boards(database_kind)
    board.empty()
    return board
