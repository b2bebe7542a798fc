"""Other tables as text: rendered row by row as CSV, so that there is one way to read a table.

Columns come as text: dates in ISO 8601, yes and no for true and false, missing values as empty
cells. A line of NDJSON that is no object becomes a row of one cell, and so is rejected.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import Any, Literal, get_args

from causality.batch.excel import excel_rows
from causality.batch.writing import csv_text, quoted
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
_BLANK = object()


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
        self._parts = (
            parts
            or {
                "parquet": lambda: _parquet(path),
                "ndjson": lambda: _ndjson(path),
                "excel": lambda: _excel(path, name, sheet),
            }[kind]()
        )
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
        yield _line(file.schema_arrow.names)
        for batch in file.iter_batches(batch_size=_ROWS):
            yield bytes(csv_text([as_text(column) for column in batch.columns]))


def _excel(path: str, name: str, sheet: str | None) -> Any:
    for cells in excel_rows(path, name, sheet):
        yield _line(cells) if any(cells) else b"\n"


def _ndjson(name: str) -> Any:
    names: dict[str, None] = {}
    for record in _objects(name):
        if isinstance(record, Mapping):
            names.update(dict.fromkeys(record))
    yield _line(list(names))
    for record in _objects(name):
        if record is _BLANK:
            yield b"\n"
            continue
        known = isinstance(record, Mapping)
        yield _line([_cell(record.get(key)) for key in names] if known else [str(record)])


def _objects(name: str) -> Iterator[Any]:
    """Yield what the lines of a file hold; a line that is no JSON as its text, or as blank."""
    with Path(name).open(encoding="utf-8-sig") as file:
        for line in file:
            try:
                yield json.loads(line) if line.strip() else _BLANK
            except (ValueError, RecursionError):
                yield line.strip()


def _cell(value: Any) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _line(cells: Sequence[str | None]) -> bytes:
    return (",".join(quoted(cell or "") for cell in cells) + "\n").encode()


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
        return _each(column, _cell)
    if pa.types.is_null(kind):
        return pa.array([None] * len(column), pa.string())
    if pa.types.is_nested(kind):
        return pa.array([_cell(value) for value in column.to_pylist()], pa.string())
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
