"""Tables in a narrow window: nothing is cut, nothing left out."""

from __future__ import annotations

import pytest

from api.cli import output
from projections.reports import STATISTICS
from tests.cli.cases import worked_through
from tests.cli.running import Filrouge
from tests.service import Cells

HEADERS = ("Financeur", "Décidées", "Montant accordé", "Part du montant demandé", "Sans réponse")
ROWS = [
    ("Caisse de retraite complémentaire", "229", "122\u202f348,30\u202f€", "61,4\u202f%", "4"),
    ("Caf", "22", "8\u202f809,87\u202f€", "58,2\u202f%", "0"),
]


@pytest.mark.parametrize("width", [26, 40, 56, 80, 200])
def test_a_figure_stands_whole_however_narrow_the_window_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    output.table(HEADERS, ROWS)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    for header in HEADERS:
        assert all(any(word in line for line in lines) for word in header.split())
    for _, *figures in ROWS:
        assert all(
            any(line.endswith(figure) or f"{figure}  " in line for line in lines) for figure in figures
        )


def test_what_has_no_room_goes_on_beneath_the_names_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "56")
    output.table(HEADERS, ROWS)
    above, beneath = capsys.readouterr().out.split("\n\n")
    assert all("Caisse de retraite" in block for block in (above, beneath))
    assert "Montant" in above
    assert "réponse" in beneath


def test_every_column_of_every_statistic_is_there_in_eighty_columns(
    cells: Cells, filrouge: Filrouge, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_through(cells)
    monkeypatch.setenv("COLUMNS", "80")
    for name, statistic in STATISTICS.items():
        shape = statistic.shape
        out = filrouge.done("stats", name).out
        table = out[: out.index("Unité  ")].split("\n\n", 1)[1]
        assert max(map(len, table.splitlines()[:-2])) <= 80, name
        for column in shape.totals if shape.lines is None else shape.own:
            assert all(word in table for word in column.fr.split()), (name, column.code)
