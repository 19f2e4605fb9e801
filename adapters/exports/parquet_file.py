"""Parquet, in groups of rows, with where it comes from in its metadata. Needs the extra `parquet`."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from adapters.exports.sheet import Cell, Provenance, Sheet, Type
from domain.errors import FilRougeError

METADATA_KEY: Final = "filrouge"
"""The key of the file's metadata under which the export says of itself what its manifest says."""

_GROUP_ROWS: Final = 4_000


class ParquetMissing(FilRougeError):
    """The library that writes Parquet is not installed; it comes with the extra `parquet`."""

    def __init__(self) -> None:
        super().__init__("Parquet files need the extra `parquet`: pip install 'filrouge[parquet]'")


def require() -> None:
    """Raise ParquetMissing when the library is not there: before anything is begun."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise ParquetMissing from None


def write(path: Path, sheet: Sheet, provenance: Provenance) -> int:
    """Write the sheet; return how many rows it had. Raises ParquetMissing."""
    require()
    import pyarrow as pa
    import pyarrow.parquet as pq

    types: dict[Type, Any] = {
        Type.TEXT: pa.string(),
        Type.INTEGER: pa.int64(),
        Type.NUMBER: pa.float64(),
        Type.DAY: pa.date32(),
        Type.BOOLEAN: pa.bool_(),
    }
    schema = pa.schema(
        [pa.field(f.name, types[f.type], metadata={"about": f.about}) for f in sheet.fields],
        metadata={METADATA_KEY: json.dumps(dict(provenance), ensure_ascii=False)},
    )
    number = 0
    with path.open("xb") as file, pq.ParquetWriter(file, schema, compression="snappy") as writer:
        for some in _groups(sheet):
            columns = [pa.array([row[i] for row in some], type=field.type) for i, field in enumerate(schema)]
            writer.write_table(pa.table(columns, schema=schema))
            number += len(some)
    return number


def _groups(sheet: Sheet) -> Iterator[list[Sequence[Cell]]]:
    rows = iter(sheet.rows)
    while some := list(islice(rows, _GROUP_ROWS)):
        yield some
