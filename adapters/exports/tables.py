"""The rows of a read model, pseudonymised: what a file of single cases may hold.

Every column of text is named here as what it is. One that nobody has named yet may hold anything: it leaves as a
pseudonym, and a test asks for its name.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import Boolean, Date, Integer, Table, Text

from adapters.exports.log import Known
from adapters.exports.pseudonyms import ACCOUNT, CASE, PERSON, Pseudonyms
from adapters.exports.sheet import Cell, Field, Sheet, Type
from adapters.exports.sorting import Sorter
from projections.read_model import ReadModel
from workflows.deadlines import Deadlines

IDENTIFIERS: Final = {
    "case_id": CASE,
    "person_id": PERSON,
    "counsellor": ACCOUNT,
    "detected_by": ACCOUNT,
}
"""The columns that name somebody or something of somebody's, and what they name."""

CODES: Final = frozenset(
    {
        "answer",
        "care_type",
        "closing_reason",
        "dropped_for",
        "funder",
        "handed_to",
        "need_id",
        "next_state",
        "next_step",
        "opened_in",
        "organisation",
        "origin",
        "partner",
        "partner_kind",
        "quote_id",
        "reasons",
        "request_id",
        "source",
        "state",
        "status",
    }
)
"""The columns that hold a code of the vocabulary or of an organisation, or a number within the case (`n1`): the same
for many, and nobody's own."""

_TYPES: Final = ((Boolean, Type.BOOLEAN), (Integer, Type.INTEGER), (Date, Type.DAY), (Text, Type.TEXT))


def fields(table: Table) -> list[Field]:
    """Return the columns of a table as an export has them."""
    return [Field(c.name, _type(c.type), c.comment or "") for c in table.columns]


def sheet(model: ReadModel, spooled: Sorter) -> Sheet:
    """Return the rows that `spool` took in, in the order of their pseudonyms."""
    return Sheet(fields(model.table), _rows(model, spooled))


def spool(
    model: ReadModel, cases: Iterable[Known], deadlines: Deadlines, pseudonyms: Pseudonyms, into: Sorter
) -> None:
    """Compute the rows of each case and keep them, pseudonymised, under the pseudonym of the case."""
    veil = _Veil(model.table, pseudonyms)
    encode = msgspec.json.Encoder().encode

    def entries() -> Iterator[tuple[str, bytes]]:
        for known in cases:
            rows = [veil.drawn(msgspec.structs.astuple(row)) for row in model.rows(known.case, deadlines)]
            if rows:
                yield pseudonyms.case(known.case.case_id), encode(rows)

    into.put_all(entries())


class _Veil:
    """Replaces what names somebody in the rows of one table."""

    def __init__(self, table: Table, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms
        self._kinds = [
            (place, IDENTIFIERS.get(column.name, column.name))
            for place, column in enumerate(table.columns)
            if isinstance(column.type, Text) and column.name not in CODES
        ]

    def drawn(self, row: tuple[Any, ...]) -> list[Any]:
        """Return the row with pseudonyms."""
        cells = list(row)
        for place, kind in self._kinds:
            if cells[place] is not None:
                cells[place] = (
                    self._pseudonyms.account(cells[place])
                    if kind == ACCOUNT
                    else self._pseudonyms.of(kind, cells[place])
                )
        return cells


def _rows(model: ReadModel, spooled: Sorter) -> Iterator[tuple[Cell, ...]]:
    decode = msgspec.json.Decoder(list[tuple[tuple(_cell(column) for column in model.table.columns)]]).decode  # type: ignore[misc]
    for _, content in spooled:
        yield from decode(content)


def _cell(column: Any) -> Any:
    python: Any = column.type.python_type
    return python | None


def _type(of: Any) -> Type:
    return next(type_ for kind, type_ in _TYPES if isinstance(of, kind))
