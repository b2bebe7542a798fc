"""Turn a chunk of a text table into columns, each record with what is wrong with its shape."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from causality.batch.arrays import texts
from causality.batch.dialect import ASCII, split_cells
from causality.batch.records import Buffer, find_records
from causality.batch.source import Chunk

if TYPE_CHECKING:
    from causality.batch.arrays import Ints

_RETURN = 13


@dataclass(frozen=True, slots=True)
class Misshapen:
    """A record that is no row of the table: why, and its cells."""

    record: int
    code: str
    params: Mapping[str, object]
    cells: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The rows of a chunk.

    ``data`` are its bytes in UTF-8 with one newline behind each record, ``ends`` where the records
    end in it; ``rows`` are the numbers of the records that are rows, and ``columns`` their columns
    (those asked for) as Arrow arrays. ``lines`` are the first lines of all records, from 0.
    """

    data: Buffer
    ends: "Ints"
    columns: Mapping[int, Any]
    rows: "Ints"
    lines: "Ints"
    line_count: int
    breaks: "Ints | None" = None  # see `causality.batch.records.Records`
    misshapen: Sequence[Misshapen] = ()
    as_written: bool = True  # False: records have to be written anew from their cells


def parse(
    chunk: Chunk, width: int, delimiter: str, *, wanted: Sequence[int], repeated: Collection[int]
) -> Parsed:
    """Return the rows of a chunk.

    Parameters
    ----------
    width
        The number of columns that every row has.
    wanted
        The numbers of the columns to read.
    repeated
        Those of them to be given as dictionaries, because their texts come again and again.
    """
    names = [str(n) for n in range(width)]
    kinds = _kinds(names, repeated)
    found = _fast(chunk, delimiter, kinds, wanted) if chunk.records.regular else None
    return found or _slow(chunk, width, delimiter)


def _kinds(names: Sequence[str], repeated: Collection[int]) -> dict[str, Any]:
    import pyarrow as pa

    coded, text = pa.dictionary(pa.int32(), pa.string()), pa.string()
    return {name: coded if n in repeated else text for n, name in enumerate(names)}


def _fast(
    chunk: Chunk, delimiter: str, kinds: Mapping[str, Any], wanted: Sequence[int]
) -> Parsed | None:
    """Let Arrow parse the chunk; None where it sees other records than the newlines say."""
    import numpy as np

    clean = _clean(chunk, delimiter)
    if clean is None:
        return None
    data, ends = clean
    starts = np.concatenate(([0], ends[:-1]))
    read = _read(data, delimiter, kinds, wanted)
    records = np.flatnonzero(ends - starts > 1)  # the others are blank
    if read is None or len(records) != read[0].num_rows + len(read[1]):
        return None
    table, misshapen = read
    bad = np.asarray([row.number - 1 for row in misshapen], dtype=np.int64)
    found = [
        _ragged(int(records[row.number - 1]), split_cells(row.text, delimiter), len(kinds))
        for row in misshapen
    ]
    return Parsed(
        data=data,
        ends=ends,
        columns={n: table[str(n)] for n in wanted},
        rows=np.delete(records, bad),
        lines=_first_lines(chunk, starts),
        line_count=_line_count(chunk),
        breaks=chunk.records.breaks if data is chunk.data else None,
        misshapen=found,
    )


def _read(
    data: Buffer, delimiter: str, kinds: Mapping[str, Any], wanted: Sequence[int]
) -> tuple[Any, list[Any]] | None:
    """Return the table that Arrow reads and the records that it leaves out; None: it cannot."""
    import pyarrow as pa
    from pyarrow import csv

    misshapen: list[Any] = []

    def keep(row: Any) -> str:
        misshapen.append(row)
        return "skip"

    reading = csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=list(kinds))
    parsing = csv.ParseOptions(
        delimiter=delimiter, newlines_in_values=True, invalid_row_handler=keep
    )
    converting = csv.ConvertOptions(
        check_utf8=False,  # seen to already
        column_types=kinds,
        include_columns=[str(n) for n in wanted],
        strings_can_be_null=True,
        null_values=[""],
    )
    try:
        table = csv.read_csv(pa.BufferReader(data), reading, parsing, converting)
    except pa.ArrowInvalid:
        return None
    return table, misshapen


def _ragged(record: int, cells: Sequence[str], width: int) -> Misshapen:
    return Misshapen(record, "E603", {"found": len(cells), "allowed": width}, cells)


def _clean(chunk: Chunk, delimiter: str) -> tuple[Buffer, "Ints"] | None:
    """Return the bytes in UTF-8 with plain newlines; None where single records need a look."""
    import numpy as np

    data, ends = chunk.data, chunk.records.ends
    if 0 in data:
        return None
    if chunk.encoding != ASCII and not data.isascii():
        try:
            text = data.decode(chunk.encoding)
        except UnicodeDecodeError:
            return None
        if chunk.encoding != "utf-8":
            data = text.encode()
            ends = find_records(data, delimiter, final=True).ends
            if len(ends) != len(chunk.records.ends):
                return None
    if b"\r" not in data:
        return data, ends
    array = np.frombuffer(data, np.uint8)
    returns = (ends > 1) & (array[np.maximum(ends - 2, 0)] == _RETURN)
    if data.count(b"\r") != int(returns.sum()):
        return None
    return np.delete(array, ends[returns] - 2).tobytes(), ends - np.cumsum(returns)


def _line_count(chunk: Chunk) -> int:
    return len(chunk.records.ends) if chunk.by_record else chunk.records.newlines


def _first_lines(chunk: Chunk, starts: "Ints") -> "Ints":
    """Return the number of the first line of each record, from 0."""
    import numpy as np

    if len(starts) == _line_count(chunk):
        return np.arange(len(starts))
    array = np.frombuffer(chunk.data, np.uint8)
    newlines = np.flatnonzero(array == 10)  # noqa: PLR2004 - newline
    raw_starts = np.concatenate(([0], chunk.records.ends[:-1]))
    return np.searchsorted(newlines, raw_starts)


def _slow(chunk: Chunk, width: int, delimiter: str) -> Parsed:
    """Look at every record by itself."""
    import numpy as np

    ends = chunk.records.ends
    starts = np.concatenate(([0], ends[:-1]))
    rows: list[int] = []
    table: list[Sequence[str]] = []
    misshapen: list[Misshapen] = []
    for record, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        raw = chunk.data[start:end].rstrip(b"\r\n")
        if not raw:
            continue
        cells, fault = _cells(raw, chunk.encoding, delimiter)
        if fault is None and record in chunk.records.unclosed:
            fault = ("E610", {})
        if fault is None and len(cells) != width:
            fault = ("E603", {"found": len(cells), "allowed": width})
        if fault is None:
            rows.append(record)
            table.append(cells)
        else:
            misshapen.append(Misshapen(record, *fault, cells))
    columns = {n: texts([cells[n] or None for cells in table]) for n in range(width)}
    return Parsed(
        data=chunk.data,
        ends=ends,
        columns=columns,
        rows=np.asarray(rows, dtype=np.int64),
        lines=_first_lines(chunk, starts),
        line_count=_line_count(chunk),
        misshapen=misshapen,
        as_written=False,
    )


def _cells(
    raw: Buffer, encoding: str, delimiter: str
) -> tuple[list[str], tuple[str, Mapping[str, object]] | None]:
    """Return the cells of a record, and what is wrong with its bytes."""
    name = "utf-8" if encoding == ASCII else encoding
    try:
        text, fault = raw.decode(name), None
    except UnicodeDecodeError:
        text = raw.decode(name, errors="replace")
        fault = ("E607", {"encoding": name})
    if "\0" in text:
        return split_cells(text.replace("\0", "\ufffd"), delimiter), ("E606", {})
    return split_cells(text, delimiter), fault
