"""Read the columns of a table, each distinct text once, and keep what is wrong with them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from causality.batch.arrays import ABSENT, Days, Encoded, lookup, nothing, rows_of
from causality.batch.cells import CellReader, is_error
from causality.batch.contract import KINDS, NOT_BEFORE, allowed_values
from causality.batch.vocabulary import TextTables
from causality.errors import TermError

if TYPE_CHECKING:
    import numpy as np

    from causality.batch.arrays import Bools, Ints
    from causality.terms.dates import Span

REMEMBERED = 200_000
"""Distinct texts kept between chunks of rows; names and dates repeat, typing errors need not."""
_NO_DATE = (ABSENT, ABSENT)


def _bounds(span: "Span | None") -> tuple[int, int]:
    """Return the first and the last day of a date as numbers."""
    if span is None:
        return _NO_DATE
    low, high = span.earliest, span.latest
    return ABSENT if low is None else low, ABSENT if high is None else high


@dataclass(frozen=True, slots=True)
class Memory:
    """What texts were found to mean: by text for each kind of column, and by vocabulary."""

    by_text: dict[str, dict[str, Any]] = field(default_factory=dict)
    tables: TextTables = field(default_factory=TextTables)

    def known(self, kind: str) -> dict[str, Any]:
        """Return what the texts of a kind of column mean."""
        found = self.by_text.setdefault(kind, {})
        if len(found) >= REMEMBERED:
            found.clear()
        return found


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
        memory: Memory,
    ) -> None:
        import numpy as np

        self.columns = columns
        self.reader = reader
        self.rows = rows
        self.faults: list[Fault] = []
        self.rejected: Bools = np.zeros(rows, dtype=bool)
        self._memory = memory
        self._nothing = nothing(rows)

    def same(self, number: int) -> "Ints":
        """Return one number for every row."""
        import numpy as np

        return np.broadcast_to(np.int64(number), self.rows)

    def dates(self, name: str) -> Days:
        """Return a column of dates, or of numbers of days."""
        import numpy as np

        column = self.columns.get(name)
        if column is None or not len(column.dictionary):
            return self._nothing
        low, high = self._meanings(name, column, _bounds, np.int32)
        first, last = lookup(low, column.codes), lookup(high, column.codes)
        return Days(first, last, first != ABSENT)

    def words(self, name: str) -> "Ints":
        """Return the number of every row's value, the number of values where there is none."""
        import numpy as np

        column, allowed = self.columns.get(name), allowed_values(name)
        if column is None:
            return self.same(len(allowed))
        number = {value: (n,) for n, value in enumerate((*allowed, None))}
        (found,) = self._meanings(name, column, number.__getitem__, np.int64)
        values: Ints = lookup(found, column.codes)
        return values

    def required(self, name: str) -> None:
        """Reject the rows in which a column that names the pair is empty, or a formula's error."""
        import numpy as np

        column = self.columns[name]
        blank = self._memory.tables.of(column, "blank", _blank)
        self._reject(lookup(np.append(blank, True), column.codes), name, "E601", {"key": name})
        wrong = self._memory.tables.of(column, "formula_error", _formula_error)
        if wrong.any():
            for row in rows_of(lookup(np.append(wrong, False), column.codes)):
                params = {"found": self._text(name, row).strip(), "key": name}
                self._reject_row(row, name, "E612", params)

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

    def _meanings(
        self,
        name: str,
        column: Encoded,
        meaning: Callable[[Any], tuple[int, ...]],
        dtype: "type[np.signedinteger[Any]]",
    ) -> "Ints":
        """Return what each distinct text means, and ``meaning(None)`` behind them.

        Rows whose text is refused are rejected; they, too, get ``meaning(None)``.
        """
        import numpy as np

        known = self._memory.known(self._kind(name))
        nothing = (*meaning(None), 0)

        def read(found: Sequence[str]) -> "Ints":
            values = list(map(known.get, found))
            for number in [n for n, value in enumerate(values) if value is None]:
                text = found[number]
                try:
                    values[number] = known[text] = (*meaning(self.reader(name, text)), 0)
                except TermError:
                    values[number] = (*nothing[:-1], 1)
            return np.asarray(values, dtype=dtype).reshape(-1, len(nothing))

        table = self._memory.tables.of(column, self._kind(name), read)
        *found, refused = np.concatenate((table, np.asarray([nothing], dtype=dtype))).T
        if refused.any():
            self._refuse(name, column, refused)
        return np.asarray(found)

    def _refuse(self, name: str, column: Encoded, refused: "Ints") -> None:
        """Reject the rows whose text cannot be read."""
        import numpy as np

        for row in np.flatnonzero(refused[column.codes]).tolist():
            try:
                self.reader(name, column.text(row))
            except TermError as error:
                self._reject_row(row, name, error.code, error.params)

    def _reject(self, mask: "Bools", column: str, code: str, params: Mapping[str, object]) -> None:
        for row in rows_of(mask):
            self._reject_row(row, column, code, params)

    def _reject_row(self, row: int, column: str, code: str, params: Mapping[str, object]) -> None:
        self.rejected[row] = True
        self.faults.append(Fault(row, column, code, params))

    def _text(self, column: str, row: int) -> str:
        return self.columns[column].text(row)


def _blank(found: Sequence[str]) -> "Bools":
    """Return which texts are nothing but space."""
    import numpy as np

    return np.asarray([not text.strip() for text in found], dtype=bool)


def _formula_error(found: Sequence[str]) -> "Bools":
    """Return which texts are errors of formulas."""
    import numpy as np

    return np.asarray([is_error(text) for text in found], dtype=bool)
