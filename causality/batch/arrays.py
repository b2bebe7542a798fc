"""Columns as arrays: dictionary-encoded texts, dates as two arrays of days, packed keys."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from causality.batch.contract import NOT_BEFORE
from causality.terms.dates import Span

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.integer[Any]]
    Bools = npt.NDArray[np.bool_]
    Values = npt.NDArray[Any]


def join(parts: Sequence[Any], between: str) -> Any:
    """Return the texts of several Arrow arrays side by side, a text between each two."""
    return arrow_compute().binary_join_element_wise(*parts, texts([between])[0])


def arrow_compute() -> Any:
    """Return Arrow's functions, which it makes at run time and so no checker knows."""
    import pyarrow.compute

    return pyarrow.compute


def ints(values: "Ints") -> Any:
    """Return whole numbers as an Arrow array; `pyarrow.array` would import pandas to look at them.

    The same holds for `bools` and `texts`: a small table is scored before pandas is imported.
    """
    import numpy as np
    import pyarrow as pa

    data = np.ascontiguousarray(values)
    kind = pa.int32() if data.itemsize == np.int32().itemsize else pa.int64()
    return pa.Array.from_buffers(kind, len(data), [None, pa.py_buffer(data)])


def bools(mask: "Bools") -> Any:
    """Return a mask as an Arrow array."""
    import pyarrow as pa

    return pa.Array.from_buffers(pa.bool_(), len(mask), [None, _bits(mask)])


def texts(values: Sequence[str | None]) -> Any:
    """Return texts as an Arrow array; None becomes null."""
    import numpy as np
    import pyarrow as pa

    cells = [b"" if value is None else value.encode() for value in values]
    ends = np.zeros(len(cells) + 1, dtype=np.int32)
    np.cumsum([len(cell) for cell in cells], out=ends[1:])
    valid = None
    if None in values:
        valid = _bits(np.asarray([value is not None for value in values], dtype=bool))
    buffers = [valid, pa.py_buffer(ends), pa.py_buffer(b"".join(cells))]
    return pa.Array.from_buffers(pa.string(), len(cells), buffers)


def _bits(mask: "Bools") -> Any:
    import numpy as np
    import pyarrow as pa

    return pa.py_buffer(np.packbits(mask, bitorder="little"))


def numbers(array: Any) -> "Ints":
    """Return an Arrow array of 32-bit numbers as an array of 64 bits; nulls are any number."""
    import numpy as np

    data = np.frombuffer(array.buffers()[1] or b"", np.int32)
    return data[array.offset : array.offset + len(array)].astype(np.int64)


ABSENT = -(1 << 28)
"""Stands for a day that is not reported; no difference of days comes near it (nor to 32 bits)."""
_MOST = 1 << 62
_SMALL = 1 << 12
"""Numbers below this are looked up in a table, which is faster than to hash them."""
_SPACE, _ASCII = 32, 127
_OCTET = 255


@dataclass(frozen=True)
class Encoded:
    """A column: its distinct texts, and for every row the number of its text (-1: empty).

    The first ``shared`` texts are those of a vocabulary: see `causality.batch.vocabulary`.
    """

    dictionary: Any  # an Arrow array of text
    codes: "Ints"
    vocabulary: object | None = None
    shared: int = 0

    @cached_property
    def texts(self) -> list[str]:
        """Return the distinct texts."""
        found: list[str] = self.dictionary.to_pylist()
        return found

    def text(self, row: int) -> str:
        """Return the text of a row."""
        number = int(self.codes[row])
        return "" if number < 0 else str(self.dictionary[number].as_py())

    def some(self, first: int, last: int) -> list[str]:
        """Return some of the distinct texts."""
        found: list[str] = self.dictionary[first:last].to_pylist()
        return found

    def take(self, values: Sequence[int], empty: int, *, days: bool = False) -> "Ints":
        """Return for every row the value of its text, ``empty`` where there is none."""
        import numpy as np

        table: Ints = np.asarray([*values, empty], dtype=np.int32 if days else np.int64)
        return lookup(table, self.codes)


def encoded(column: Any) -> Encoded:
    """Return an Arrow column of text (or a dictionary of it) as distinct texts and codes."""
    import pyarrow as pa

    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    codes = numbers(column.indices)
    if column.null_count:
        codes[~valid(column)] = -1
    return Encoded(column.dictionary, codes)


def valid(array: Any) -> "Bools":
    """Return where an Arrow array with nulls has none."""
    import numpy as np

    octets = np.frombuffer(array.buffers()[0], np.uint8)
    bits = np.unpackbits(octets, count=array.offset + len(array), bitorder="little")
    return bits[array.offset :].astype(bool)


def presence(column: Any) -> Encoded:
    """Return a column as far as its cells are filled or not; what they hold seldom repeats."""
    import numpy as np
    import pyarrow as pa

    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    _, offsets, data = column.buffers()
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    starts, filled = ends[:-1], ends[1:] > ends[:-1]
    codes = np.where(filled, 0, -1)
    begins = np.frombuffer(data or b"", np.uint8)[starts[filled]]
    perhaps = np.flatnonzero(filled)[(begins <= _SPACE) | (begins > _ASCII)]
    for (
        row
    ) in perhaps.tolist():  # cells that begin with a space, or with another sign that may be one
        codes[row] = 0 if column[row].as_py().strip() else -1
    return Encoded(texts(["?"]), codes)


@dataclass(frozen=True, slots=True)
class Days:
    """Dates, or differences of dates, of all rows: first and last day, and where they are known.

    ``reported`` is False where no row has one, so that nothing need be counted.
    """

    low: "Ints"
    high: "Ints"
    known: "Bools"
    reported: bool = True

    def span(self, row: int) -> Span | None:
        """Return the one of a row."""
        return Span(int(self.low[row]), int(self.high[row])) if self.known[row] else None

    def where(self, kept: "Bools") -> "Days":
        """Return the ones that are kept, the others as absent."""
        return days(self.low, self.high, self.known & kept)


def days(low: "Ints", high: "Ints", known: "Bools") -> Days:
    """Return days that are absent where they are not known."""
    return Days(either(known, low, ABSENT), either(known, high, ABSENT), known)


def nothing(rows: int) -> Days:
    """Return dates that no row reports."""
    import numpy as np

    absent = np.broadcast_to(np.int32(ABSENT), rows)
    return Days(absent, absent, np.broadcast_to(np.False_, rows), reported=False)


def between(dates: Mapping[str, Days], first: str, second: str) -> Days:
    """Return the days from one date to another, as `causality.batch.row.Row.days` does for one."""
    import numpy as np

    start, end = dates[first], dates[second]
    if not start.reported or not end.reported:
        return start if not start.reported else end
    low, high = end.low - start.high, end.high - start.low
    if (first, second) in NOT_BEFORE:
        np.maximum(low, 0, out=low)
        np.maximum(high, 0, out=high)
    return days(low, high, start.known & end.known)


def lookup(table: "Values", numbers: "Ints") -> "Values":
    """Return for every row the value that its number has in a table; -1 stands for the last.

    As ``table[numbers]``, in half the time where the numbers have 32 bits.
    """
    import numpy as np

    return np.take(table, numbers, mode="wrap")


def either(mask: "Bools", first: "Values | np.uint8 | int", second: "Values | int") -> "Values":
    """Return the first numbers where a mask holds, else the second ones.

    As `numpy.where`, in a fifth of the time: a processor cannot guess which way a row goes, and
    here it need not. Differences of the numbers must fit.
    """
    import numpy as np

    found: Values = np.subtract(first, second)
    found *= mask
    found += second
    return found


class Packed:
    """Small whole numbers of every row packed into one, so that equal rows have equal numbers.

    Numbers of one byte are packed together first, eight times as fast as those of eight.
    """

    def __init__(self, rows: int) -> None:
        import numpy as np

        self._key: Ints = np.zeros(rows, dtype=np.int64)
        self._size = 1
        self._octets: Ints = np.zeros(rows, dtype=np.uint8)
        self._octets_size = 1
        self._columns: list[Ints | Bools] = []

    def add(self, values: "Ints | Bools", size: int) -> "Packed":
        """Add a number from 0 to ``size - 1``."""
        import numpy as np

        self._columns.append(values)
        if values.strides == (0,):  # the same in all rows
            return self
        if values.itemsize > 1 or size > _OCTET:
            self._add(values, size)
            return self
        if self._octets_size * size > _OCTET:
            self._add_octets()
        self._octets *= np.uint8(size)
        self._octets += values.view(np.uint8)
        self._octets_size *= size
        return self

    def _add(self, values: "Ints | Bools", size: int) -> None:
        if self._size * size >= _MOST:
            first, self._key = distinct(self._key, self._size)
            self._size = len(first)
        if self._size == 1:
            self._key[:] = values
        else:
            self._key *= size
            self._key += values
        self._size *= size

    def _add_octets(self) -> None:
        if self._octets_size == 1:
            return
        self._add(self._octets, self._octets_size)
        self._octets[:] = 0
        self._octets_size = 1

    def distinct(self) -> tuple["Ints", "Ints"]:
        """Return a row for each distinct number, and for every row which of them it has."""
        self._add_octets()
        return distinct(self._key, self._size)

    def keys(self, rows: "Ints") -> list[bytes]:
        """Return the numbers that were packed for some rows, those of each as one value."""
        return keys([column[rows] for column in self._columns], len(rows))


def keys(columns: "Sequence[Ints | Bools]", rows: int) -> list[bytes]:
    """Return the numbers of every row as one value that a dict can hold."""
    import numpy as np

    table = np.empty((rows, len(columns)), dtype=np.int64)
    for n, column in enumerate(columns):
        table[:, n] = column
    width = table.itemsize * len(columns)
    found: list[bytes] = table.view(f"V{width}").ravel().tolist() if width else [b""] * rows
    return found


def distinct(key: "Ints", size: int) -> tuple["Ints", "Ints"]:
    """Return a row for each distinct number, and for every row which of them it has.

    Parameters
    ----------
    key
        Numbers from 0 to ``size - 1``.
    """
    import numpy as np

    rows = np.arange(len(key))
    if size <= max(_SMALL, len(key)):
        place = np.full(size, -1, dtype=np.int64)
        place[key] = rows
        found = place >= 0
        first = place[found]
        number = np.cumsum(found) - 1
        return first, lookup(number, key)
    codes = numbers(ints(key).dictionary_encode().indices)
    first = np.empty(int(codes.max(initial=-1)) + 1, dtype=np.int64)
    first[codes] = rows
    return first, codes


def rows_of(mask: "Bools") -> Iterator[int]:
    """Yield the numbers of the rows where a mask holds."""
    import numpy as np

    return iter(np.flatnonzero(mask).tolist())
