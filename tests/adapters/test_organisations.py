"""The register of organisations: written once each, and known to every process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from msgspec.structs import replace

from adapters.organisations import Organisations
from tests.service import REGISTERED, WAVES, Cells, noon

NOW = noon(date(2018, 3, 31))
AUDE = replace(REGISTERED[0], code="aude", name="CPAM de l'Aude", wave="wave_2")


@pytest.fixture
def other(cells: Cells) -> Organisations:
    """The register as another process sees it: everything it knew, it read before."""
    register = Organisations(cells.service.engine)
    assert dict(register) == WAVES
    return register


def events(cells: Cells) -> list[tuple[str, int]]:
    """Return the streams and versions of the log."""
    return [(row[1], row[2]) for row in cells.durable()["events"]]


def test_each_is_registered_once_and_stays_as_it_was(cells: Cells) -> None:
    register = cells.service.storage.organisations
    before = events(cells)
    register.register([replace(REGISTERED[0], wave="wave_3", name="Autre"), AUDE, AUDE], "admin", NOW)
    assert events(cells) == [*before, ("organisation:aude", 1)]
    assert dict(register) == WAVES | {"aude": "wave_2"}
    assert [row[:3] for row in cells.stored()["organisations"] if row[0] in ("aude", "gard")] == [
        ("aude", "CPAM de l'Aude", "wave_2"),
        ("gard", "CPAM du Gard", "pilot"),
    ]


def test_one_registered_elsewhere_is_found_by_its_code(cells: Cells, other: Organisations) -> None:
    cells.service.storage.organisations.register([AUDE], "admin", NOW)
    assert "aude" in other
    assert other["aude"] == "wave_2"
    assert len(other) == len(WAVES) + 1
    assert "nowhere" not in other
    assert other.get("nowhere") is None


def test_several_processes_may_register_the_same_at_once(cells: Cells) -> None:
    gate = Barrier(4)

    def register(_: int) -> None:
        own = Organisations(cells.service.engine)
        gate.wait()
        own.register([AUDE, replace(AUDE, code="nord", name="CPAM des Flandres")], "admin", NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(register, range(4)))
    assert [stream for stream, _ in events(cells)].count("organisation:aude") == 1
    assert [stream for stream, _ in events(cells)].count("organisation:nord") == 1
