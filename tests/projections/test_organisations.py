"""The register of organisations, as its events have it."""

from __future__ import annotations

from projections.organisations import OrganisationRow, all_organisations, row, waves
from tests.projections.board import Board
from tests.service import REGISTERED, WAVES


def test_every_organisation_is_listed_by_code_with_its_wave(board: Board) -> None:
    with board.reading() as connection:
        assert [found.code for found in all_organisations(connection)] == ["gard", "herault", "isere"]
        assert waves(connection) == WAVES


def test_a_registration_makes_a_row() -> None:
    gard = REGISTERED[0]
    assert row(gard) == OrganisationRow("gard", "CPAM du Gard", "pilot", gard.deployed_on)
