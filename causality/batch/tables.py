"""Other tables as text: rendered row by row as CSV, so that there is one way to read a table.

Columns come as text: dates in ISO 8601, yes and no for true and false, missing values as empty
cells.
"""

from collections.abc import Callable, Mapping
from math import isnan
from pathlib import Path
from typing import Any, Literal, get_args

from causality.batch.excel import excel_rows
from causality.batch.ndjson import json_cell, ndjson_as_csv, table_line
from causality.batch.writing import csv_text
from causality.errors import InputError, Problem

_NAMES = {"parquet": "Parquet", "ndjson": "NDJSON"}
Format = Literal["csv", "tsv", "ndjson", "parquet", "excel", "faers"]
FORMATS: tuple[Format, ...] = get_args(Format)
PARQUET = ".parquet"
_SUFFIXES: Mapping[str, Format] = {
    PARQUET: "parquet",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xlsb": "excel",
    ".xls": "excel",
    ".ods": "excel",
}
_ROWS = 50_000


def format_of(name: str) -> Format:
    """Return what kind of table a file is by its name; CSV where the name does not say."""
    return _SUFFIXES.get(Path(name).suffix.lower(), "csv")


class TableStream:
    """A table that is no text, read as the bytes of a CSV.

    Parameters
    ----------
    path, name
        Where it is, and what messages call it.
    sheet
        The sheet of a workbook; the only one where none is named.
    parts
        A generator of the bytes, where the table is read elsewhere.
    """

    def __init__(
        self,
        path: str,
        kind: Format,
        *,
        name: str,
        sheet: str | None = None,
        parts: Any = None,
    ) -> None:
        self.name = name
        self.kind: Format = kind
        readers: Mapping[str, Callable[[], Any]] = {
            "parquet": lambda: _parquet(path),
            "ndjson": lambda: ndjson_as_csv(path),
            "excel": lambda: _excel(path, name, sheet),
        }
        self._parts: Any = parts or readers[kind]()
        self._ready = b""

    def read(self, size: int) -> bytes:
        """Return up to so many bytes; none at the end.

        Raises
        ------
        InputError
            E628 when the file is not what its name says.
        """
        import pyarrow as pa

        while len(self._ready) < size:
            try:
                more = next(self._parts, None)
            except (pa.ArrowInvalid, UnicodeDecodeError) as error:
                params = {"format": _NAMES[self.kind]}
                raise InputError([Problem(code="E628", file=self.name, params=params)]) from error
            if more is None:
                break
            self._ready += more
        given, self._ready = self._ready[:size], self._ready[size:]
        return given

    def close(self) -> None:
        """Let go of the file."""
        self._parts.close()


def _parquet(name: str) -> Any:
    import pyarrow.parquet as pq

    with pq.ParquetFile(name) as file:
        yield table_line(file.schema_arrow.names)
        for batch in file.iter_batches(batch_size=_ROWS):
            yield bytes(csv_text([as_text(column) for column in batch.columns]))


def _excel(path: str, name: str, sheet: str | None) -> Any:
    for cells in excel_rows(path, name, sheet):
        yield table_line(cells) if any(cells) else b"\n"


def as_text(column: Any) -> Any:
    """Return an Arrow column as text."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us")).cast(pa.date32(), safe=False)
    if pa.types.is_floating(kind):
        return _each(column, _number)
    if pa.types.is_boolean(kind):
        return _each(column, json_cell)
    if pa.types.is_null(kind):
        return pa.array([None] * len(column), pa.string())
    if pa.types.is_nested(kind):
        return pa.array([json_cell(value) for value in column.to_pylist()], pa.string())
    return column.cast(pa.string())


def _each(column: Any, text: Callable[[Any], str | None]) -> Any:
    """Return the text of every value; each distinct one is rendered once."""
    import pyarrow as pa

    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    found = column.dictionary_encode()
    values = [text(value) for value in found.dictionary.to_pylist()]
    return pa.array(values, pa.string()).take(found.indices)


def _number(value: float) -> str | None:
    return None if isnan(value) else f"{value:.6f}".rstrip("0").rstrip(".")


class ParquetFile:
    """A Parquet file that takes tables as an open file takes bytes."""

    def __init__(self, path: Path, columns: Mapping[str, Any]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._writer = pq.ParquetWriter(path, pa.schema(list(columns.items())))

    def write(self, table: Any) -> None:
        """Write some rows."""
        self._writer.write_table(table)

    def flush(self) -> None:
        """Leave it to the writer."""

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()
