"""The tables of some reports, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from causality.faers.dates import Day
from causality.faers.reports import Reports
from causality.faers.texts import Texts
from causality.faers.treatment import Therapy

if TYPE_CHECKING:
    from causality.faers.arrow import Ints

SUSPECT = frozenset({"suspect", "interacting"})
"""The roles of which rows are made, as of a case."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of one table: the report of each, counted from the first of the part."""

    table: Any
    report: "Ints"

    @classmethod
    def of(cls, table: Any, first: int) -> "Part":
        """Return the rows in order of reports, those of one report as in the file."""
        import numpy as np

        local = table["place"].to_numpy() - first
        if np.any(local[1:] < local[:-1]):
            order = np.argsort(local, kind="stable")
            table, local = table.take(order), local[order]
        return cls(table, local)

    def texts(self, name: str) -> Texts:
        """Return a column of text."""
        return Texts.of(self.table, name)

    def taken(self, rows: "Ints") -> "Part":
        """Return some of the rows."""
        return Part(self.table.take(rows), self.report[rows])


@dataclass(frozen=True, slots=True)
class Matched:
    """The rows of another table that speak of each drug: the numbers of drugs meet.

    ``group`` is the number of a drug for every row of DRUG; the rows of group ``g`` are
    ``rows[begins[g]:begins[g + 1]]``.
    """

    group: "Ints"
    begins: "Ints"
    rows: "Ints"
    columns: tuple[list[str], ...]

    @classmethod
    def of(cls, drug: Part, other: Part, names: tuple[str, ...]) -> "Matched":
        """Return the match of the drugs with a table, of which some columns are wanted."""
        import numpy as np

        numbers: dict[str, int] = {}
        keys = []
        for part in (drug, other):
            seq = part.texts("seq")
            codes = np.asarray([numbers.setdefault(v, len(numbers)) for v in seq.values], np.int64)
            keys.append((part.report.astype(np.int64) << 32) + codes[seq.codes])
        known, group = np.unique(keys[0], return_inverse=True)
        place = np.searchsorted(known, keys[1])
        met = np.flatnonzero(np.isin(keys[1], known))
        rows = met[np.argsort(place[met], kind="stable")]
        begins = np.searchsorted(place[rows], np.arange(len(known) + 1))
        return cls(group, begins, rows, tuple(other.texts(name).listed() for name in names))

    def of_row(self, row: int) -> list[tuple[str, ...]]:
        """Return the cells of the rows that speak of the drug in a row of DRUG."""
        group = self.group[row]
        found = self.rows[self.begins[group] : self.begins[group + 1]].tolist()
        return [tuple(column[n] for column in self.columns) for n in found]


@dataclass(slots=True)
class Joined:
    """The tables of the reports of one part."""

    reports: Reports
    first: int
    demo: Any
    drug: Part
    reaction: Part
    therapy: Part
    indication: Part
    outcome: Part
    source: Part
    onset: list[Day | None]  # of each report
    therapies: Matched
    said: Matched  # the indications

    def given(self, rows: Sequence[int]) -> list[Therapy]:
        """Return the therapy rows of some rows of DRUG."""
        return [Therapy(*cells) for row in rows for cells in self.therapies.of_row(row)]

    def indications(self, rows: Sequence[int]) -> list[str]:
        """Return the distinct indications of some rows of DRUG."""
        return list(
            dict.fromkeys(text for row in rows for (text,) in self.said.of_row(row) if text)
        )
