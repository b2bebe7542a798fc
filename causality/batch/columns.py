"""Read the columns of a table, each distinct text once, and keep what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from causality.batch.arrays import ABSENT, Days, Encoded, nothing, rows_of
from causality.batch.cells import CellReader
from causality.batch.contract import KINDS, NOT_BEFORE, allowed_values
from causality.errors import TermError

if TYPE_CHECKING:
    from causality.batch.arrays import Bools, Ints
    from causality.terms.dates import Span

REMEMBERED = 200_000
"""Distinct texts kept between chunks of rows; names and dates repeat, typing errors need not."""


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
        column = self.columns.get(name)
        if column is None or not column.texts:
            return self._nothing
        spans = cast("list[Span | None]", self._values(name, column))
        low = [ABSENT if s is None or s.earliest is None else s.earliest for s in spans]
        high = [ABSENT if s is None or s.latest is None else s.latest for s in spans]
        first, last = column.take(low, ABSENT, days=True), column.take(high, ABSENT, days=True)
        return Days(first, last, first != ABSENT)

    def words(self, name: str) -> "Ints":
        """Return the number of every row's value, the number of values where there is none."""
        column, allowed = self.columns.get(name), allowed_values(name)
        if column is None:
            return self.same(len(allowed))
        values = cast("list[str | None]", self._values(name, column))
        numbers = [len(allowed) if v is None else allowed.index(v) for v in values]
        return column.take(numbers, len(allowed))

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

    def _values(self, name: str, column: Encoded) -> list[object]:
        same = KINDS[name] == "date" and not self.reader.orders and not self.reader.words
        known = self._known.setdefault("date" if same else name, {})
        if len(known) >= REMEMBERED:
            known.clear()
        found: list[object] = []
        for number, text in enumerate(column.texts):
            if text not in known:
                try:
                    known[text] = self.reader(name, text)
                except TermError as error:
                    self._reject(column.codes == number, name, error.code, error.params)
                    found.append(None)
                    continue
            found.append(known[text])
        return found

    def _reject(self, mask: "Bools", column: str, code: str, params: Mapping[str, object]) -> None:
        for row in rows_of(mask):
            self._reject_row(row, column, code, params)

    def _reject_row(self, row: int, column: str, code: str, params: Mapping[str, object]) -> None:
        self.rejected[row] = True
        self.faults.append(Fault(row, column, code, params))

    def _text(self, column: str, row: int) -> str:
        return self.columns[column].text(row)
