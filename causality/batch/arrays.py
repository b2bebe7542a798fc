"""Columns as arrays: dictionary-encoded texts, dates as two arrays of days, packed keys."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from causality.batch.contract import NOT_BEFORE
from causality.terms.dates import Span

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]


def arrow_compute() -> Any:
    """Return Arrow's functions, which it makes at run time and so no checker knows."""
    import pyarrow.compute

    return pyarrow.compute


ABSENT = -(1 << 40)
"""Stands for a day that is not reported; no sum or difference of days comes near it."""
_MOST = 1 << 62


@dataclass(frozen=True, slots=True)
class Encoded:
    """A column: its distinct texts, and for every row the number of its text (-1: empty)."""

    texts: Sequence[str]
    codes: "Ints"

    def text(self, row: int) -> str:
        """Return the text of a row."""
        number = int(self.codes[row])
        return "" if number < 0 else self.texts[number]

    def take(self, values: Sequence[int], empty: int) -> "Ints":
        """Return for every row the value of its text, ``empty`` where there is none."""
        import numpy as np

        return np.asarray([*values, empty], dtype=np.int64)[self.codes]


def encoded(column: Any) -> Encoded:
    """Return an Arrow column of text (or a dictionary of it) as distinct texts and codes."""
    import numpy as np
    import pyarrow as pa

    pc = arrow_compute()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    codes = pc.fill_null(column.indices, -1) if column.null_count else column.indices
    return Encoded(
        column.dictionary.to_pylist(), codes.to_numpy(zero_copy_only=False).astype(np.int64)
    )


def presence(column: Any) -> Encoded:
    """Return a column as far as its cells are filled or not; what they hold seldom repeats."""
    import numpy as np
    import pyarrow as pa

    pc = arrow_compute()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    empty = pc.or_(pc.is_null(column), pc.utf8_is_space(column).fill_null(True))
    return Encoded(["?"], -empty.to_numpy(zero_copy_only=False).astype(np.int64))


@dataclass(frozen=True, slots=True)
class Days:
    """Dates, or differences of dates, of all rows: first and last day, ``ABSENT`` if not known."""

    low: "Ints"
    high: "Ints"

    @property
    def known(self) -> "Bools":
        """Return where there is one."""
        known: Bools = self.low != ABSENT
        return known

    def span(self, row: int) -> Span | None:
        """Return the one of a row."""
        low = int(self.low[row])
        return None if low == ABSENT else Span(low, int(self.high[row]))

    def where(self, kept: "Bools") -> "Days":
        """Return the ones that are kept, the others as absent."""
        import numpy as np

        return Days(np.where(kept, self.low, ABSENT), np.where(kept, self.high, ABSENT))


def nothing(rows: int) -> Days:
    """Return dates that no row reports."""
    import numpy as np

    absent = np.full(rows, ABSENT, dtype=np.int64)
    return Days(absent, absent)


def between(dates: Mapping[str, Days], first: str, second: str) -> Days:
    """Return the days from one date to another, as `causality.batch.row.Row.days` does for one."""
    import numpy as np

    start, end = dates[first], dates[second]
    known = start.known & end.known
    low, high = end.low - start.high, end.high - start.low
    if (first, second) in NOT_BEFORE:
        low, high = np.maximum(low, 0), np.maximum(high, 0)
    return Days(low, high).where(known)


class Packed:
    """Small whole numbers of every row packed into one, so that equal rows have equal numbers."""

    def __init__(self, rows: int) -> None:
        import numpy as np

        self.key: Ints = np.zeros(rows, dtype=np.int64)
        self.size = 1

    def add(self, values: "Ints | Bools", size: int) -> "Packed":
        """Add a number from 0 to ``size - 1``."""
        if self.size * size >= _MOST:
            first, self.key = distinct(self.key)
            self.size = len(first)
        self.key = self.key * size + values
        self.size *= size
        return self

    def distinct(self) -> tuple["Ints", "Ints"]:
        """Return a row for each distinct number, and for every row which of them it has."""
        return distinct(self.key)


def distinct(key: "Ints") -> tuple["Ints", "Ints"]:
    """Return a row for each distinct number, and for every row which of them it has."""
    import numpy as np
    import pyarrow as pa

    codes = pa.array(key).dictionary_encode().indices.to_numpy().astype(np.int64)
    first = np.empty(int(codes.max(initial=-1)) + 1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first, codes


def rows_of(mask: "Bools") -> Iterator[int]:
    """Yield the numbers of the rows where a mask holds."""
    import numpy as np

    return iter(np.flatnonzero(mask).tolist())
