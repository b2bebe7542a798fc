"""Read the columns of a table, each distinct text once, and keep what is wrong with them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from causality.batch.arrays import (
    ABSENT,
    Days,
    Encoded,
    arrow_compute,
    nothing,
    numbers,
    rows_of,
    texts,
)
from causality.batch.cells import CellReader
from causality.batch.contract import KINDS, NOT_BEFORE, allowed_values
from causality.errors import TermError

if TYPE_CHECKING:
    from causality.batch.arrays import Bools, Ints
    from causality.terms.dates import Span

T = TypeVar("T")

REMEMBERED = 200_000
"""Distinct texts kept between chunks of rows; names and dates repeat, typing errors need not."""
_TABLE = 20_000
"""Distinct texts up to which a table is made of them anew whenever one is added."""


_NO_DATE = (ABSENT, ABSENT)


def _bounds(span: "Span | None") -> tuple[int, int]:
    """Return the first and the last day of a date as numbers."""
    if span is None:
        return _NO_DATE
    low, high = span.earliest, span.latest
    return ABSENT if low is None else low, ABSENT if high is None else high


@dataclass(frozen=True, slots=True)
class _Table:
    """Texts of dates with their first and last days, for looking many up at once."""

    texts: Any  # an Arrow array
    ends: "Ints"  # shape (texts, 2)

    @classmethod
    def made(cls, known: Mapping[str, tuple[int, int]]) -> "_Table":
        """Return the table of what is known."""
        import numpy as np

        pairs = list(known.items())
        return cls(texts([text for text, _ in pairs]), np.asarray([ends for _, ends in pairs]))

    def of(self, dictionary: Any) -> "Ints | None":
        """Return the first and last days of texts; None where one is not known."""
        places = arrow_compute().index_in(dictionary, value_set=self.texts)
        return None if places.null_count else self.ends[numbers(places)]


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be accepted: the row, its column, what was found and why."""

    row: int
    column: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


class Cells:
    """Reads the cells of some rows, each distinct text once, and keeps the faults."""

    def __init__(
        self,
        columns: Mapping[str, Encoded],
        rows: int,
        reader: CellReader,
        read: dict[str, dict[str, object]],
    ) -> None:
        import numpy as np

        self.columns = columns
        self.reader = reader
        self.rows = rows
        self.faults: list[Fault] = []
        self.rejected: Bools = np.zeros(rows, dtype=bool)
        self._known = read
        self._nothing = nothing(rows)

    def same(self, number: int) -> "Ints":
        """Return one number for every row."""
        import numpy as np

        return np.full(self.rows, number, dtype=np.int64)

    def dates(self, name: str) -> Days:
        """Return a column of dates, or of numbers of days."""
        import numpy as np

        column = self.columns.get(name)
        if column is None or not len(column.dictionary):
            return self._nothing
        kind = self._kind(name)
        tables = self._known.setdefault("tables", {})
        table = cast("_Table | None", tables.get(kind))
        found = None if table is None else table.of(column.dictionary)
        if found is None:
            values = self._values(name, column, _bounds)
            found = np.asarray(values, dtype=np.int32)
            known = cast("dict[str, tuple[int, int]]", self._known[kind])
            if len(known) <= _TABLE and (table is None or len(known) > len(table.ends)):
                tables[kind] = _Table.made(known)
        low, high = np.vstack((found, _NO_DATE)).T
        first, last = low[column.codes], high[column.codes]
        return Days(first, last, first != ABSENT)

    def words(self, name: str) -> "Ints":
        """Return the number of every row's value, the number of values where there is none."""
        column, allowed = self.columns.get(name), allowed_values(name)
        if column is None:
            return self.same(len(allowed))
        number = {value: n for n, value in enumerate((*allowed, None))}
        return column.take(self._values(name, column, number.__getitem__), len(allowed))

    def required(self, name: str) -> None:
        """Reject the rows in which a column that names the pair is empty."""
        column = self.columns[name]
        empty = column.take([not text.strip() for text in column.texts], True).astype(bool)
        self._reject(empty, name, "E601", {"key": name})

    def check_order(self, dates: Mapping[str, Days]) -> None:
        """Reject the rows in which something ends before it starts."""
        for first, second in NOT_BEFORE:
            start, end = dates[first], dates[second]
            if not (start.reported and end.reported):
                continue
            turned = start.known & end.known & (end.high < start.low)
            for row in rows_of(turned):
                other = self._text(first, row)
                params = {"found": self._text(second, row), "other": first, "other_found": other}
                self._reject_row(row, second, "E604", params)

    def sorted_faults(self) -> list[Fault]:
        """Return the faults in order of rows, those of one row in order of columns."""
        rank = {name: n for n, name in enumerate(KINDS)}
        return sorted(self.faults, key=lambda fault: (fault.row, rank[fault.column]))

    def _kind(self, name: str) -> str:
        """Return whose texts a column shares: those of all dates, unless one is told apart."""
        same = KINDS[name] == "date" and not self.reader.orders and not self.reader.words
        return "date" if same else name

    def _values(self, name: str, column: Encoded, meaning: Callable[[Any], T]) -> list[T]:
        """Return what each distinct text means, ``meaning(None)`` for one that is refused."""
        known = self._known.setdefault(self._kind(name), {})
        if len(known) >= REMEMBERED:
            known.clear()
        found = list(map(known.get, column.texts))
        for number in [n for n, value in enumerate(found) if value is None]:
            text = column.texts[number]
            try:
                found[number] = known[text] = meaning(self.reader(name, text))
            except TermError as error:
                self._reject(column.codes == number, name, error.code, error.params)
                found[number] = meaning(None)
        return cast("list[T]", found)

    def _reject(self, mask: "Bools", column: str, code: str, params: Mapping[str, object]) -> None:
        for row in rows_of(mask):
            self._reject_row(row, column, code, params)

    def _reject_row(self, row: int, column: str, code: str, params: Mapping[str, object]) -> None:
        self.rejected[row] = True
        self.faults.append(Fault(row, column, code, params))

    def _text(self, column: str, row: int) -> str:
        return self.columns[column].text(row)
