"""The result columns: their names, and their values for every row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from causality.batch.arrays import Packed, ints, lookup, texts
from causality.batch.kernel import Block
from causality.batch.outcomes import INSUFFICIENT, AlgorithmOutcomes, Outcome, Scoring
from causality.scoring.model import column_prefix
from causality.terms.facts import FACTS

if TYPE_CHECKING:
    from causality.batch.arrays import Ints

TOTALS = ("total", "total_min", "total_max")
CATEGORIES = ("category", "category_min", "category_max")
SEPARATOR = "; "
"""Between the warnings of a row."""


@dataclass(frozen=True, slots=True)
class Column:
    """A result column: its name and whether it holds whole numbers."""

    name: str
    number: bool = False


def outcome_values(outcome: Outcome) -> tuple[int | str | None, ...]:
    """Return totals and categories of an outcome in the order of their columns."""
    found = outcome.range
    return (
        outcome.total,
        found.total_min,
        found.total_max,
        outcome.category,
        found.category_min,
        found.category_max,
    )


class Results:
    """Result columns of rows under one method.

    Parameters
    ----------
    trace
        Also the code of every answer, and the facts that the algorithms read.
    """

    def __init__(self, scoring: Scoring, *, trace: bool = False) -> None:
        self.scoring = scoring
        self.trace = trace
        read = {fact for entry in scoring.algorithms for fact in entry.facts}
        self.read = tuple(name for name in FACTS if name in read)
        self.facts = self.read if trace else ()
        self._rendered: dict[str, Any] = {}

    def algorithm_columns(self, entry: AlgorithmOutcomes) -> list[Column]:
        """Return the columns of one algorithm."""
        start = column_prefix(entry.algorithm.id)
        found = [Column(start + name, number=True) for name in TOTALS]
        found += [Column(start + name) for name in CATEGORIES]
        if self.trace:
            found += [Column(start + name) for name in entry.algorithm.questions]
        return found

    @property
    def columns(self) -> list[Column]:
        """Return all result columns in order."""
        found = [c for entry in self.scoring.algorithms for c in self.algorithm_columns(entry)]
        found += [Column(f"fact_{name}") for name in self.facts]
        return [*found, Column(INSUFFICIENT), Column("warnings")]

    def values(self, outcome: Outcome) -> tuple[int | str | None, ...]:
        """Return the values of an outcome in the order of its columns."""
        return (*outcome_values(outcome), *(outcome.codes if self.trace else ()))

    def rendered(self, entry: AlgorithmOutcomes) -> Any:
        """Return the cells of every outcome met so far as CSV text, a comma before each."""
        import pyarrow as pa

        known = self._rendered.get(entry.algorithm.id, texts([]))
        if len(known) < len(entry.outcomes):
            new = entry.outcomes[len(known) :]
            rendered = texts([f",{_cells(self.values(outcome))}" for outcome in new])
            known = self._rendered[entry.algorithm.id] = pa.concat_arrays([known, rendered])
        return known

    def score(self, block: Block) -> "RowResults":
        """Return the results of some rows."""
        numbers = [entry.of(block) for entry in self.scoring.algorithms]
        return RowResults(self, block, numbers, *self._warnings(block, numbers))

    def _warnings(
        self, block: Block, numbers: Sequence["Ints"]
    ) -> tuple["Ints", list[tuple[bool, tuple[str, ...]]]]:
        """Return for every row the number of its remarks, and the distinct remarks."""
        import numpy as np

        parts: list[tuple[Ints, list[tuple[str, ...]]]] = []
        insufficient: list[tuple[Ints, list[bool]]] = []
        for name, answers in block.answers.items():
            said = [answer.warnings for answer in self.scoring.kernel.answers[name]]
            if any(said) and name != "alternative_nondrug":  # those of `alternative`
                parts.append((answers, said))
        for entry, outcomes in zip(self.scoring.algorithms, numbers, strict=True):
            said = [self._flags(entry, outcome) for outcome in entry.outcomes]
            if any(said):
                parts.append((outcomes, said))
            flags = [INSUFFICIENT in outcome.flags for outcome in entry.outcomes]
            insufficient.append((outcomes, flags))
        packed = Packed(block.rows)
        for codes, said in parts:
            distinct = {remarks: n for n, remarks in enumerate(dict.fromkeys(said))}
            numbered = np.asarray([distinct[remarks] for remarks in said], dtype=np.int64)
            packed.add(lookup(numbered, codes), len(distinct))
        for codes, flags in insufficient:
            packed.add(lookup(np.asarray(flags, dtype=bool), codes), 2)
        first, codes = packed.distinct()
        found = [
            (
                any(flags[column[row]] for column, flags in insufficient),
                tuple(dict.fromkeys(w for column, said in parts for w in said[column[row]])),
            )
            for row in first.tolist()
        ]
        return codes, found

    def _flags(self, entry: AlgorithmOutcomes, outcome: Outcome) -> tuple[str, ...]:
        return tuple(f"{entry.algorithm.id}:{f}" for f in outcome.flags if f != INSUFFICIENT)


@dataclass(frozen=True)
class RowResults:
    """The results of some rows: numbers of outcomes, and the remarks."""

    results: Results
    block: Block
    numbers: Sequence["Ints"]
    remarks: "Ints"
    distinct_remarks: Sequence[tuple[bool, tuple[str, ...]]]

    def arrow(self) -> dict[str, Any]:
        """Return the result columns as Arrow arrays: whole numbers, or dictionaries of text."""
        import pyarrow as pa

        found: dict[str, Any] = {}
        for entry, numbers in zip(self.results.scoring.algorithms, self.numbers, strict=True):
            columns = self.results.algorithm_columns(entry)
            rows = [self.results.values(outcome) for outcome in entry.outcomes]
            taken = pa.array(numbers)
            for place, column in enumerate(columns):
                kind = pa.int32() if column.number else pa.string()
                values = pa.array([row[place] for row in rows], kind)
                found[column.name] = values.take(taken)
        for name in self.results.facts:
            values = pa.array([answer.value for answer in self._answers(name)], pa.string())
            found[f"fact_{name}"] = values.take(pa.array(self.block.column(name)))
        remarks = pa.array(self.remarks)
        flags = pa.array([flag for flag, _ in self.distinct_remarks], pa.bool_())
        remarked = [SEPARATOR.join(warnings) or None for _, warnings in self.distinct_remarks]
        found[INSUFFICIENT] = flags.take(remarks)
        found["warnings"] = texts(remarked).take(remarks)
        return found

    def _answers(self, name: str) -> Sequence[Any]:
        return self.results.scoring.kernel.answers[name]

    def texts(self) -> list[Any]:
        """Return the result cells of every row as parts of a line of CSV, a comma before each."""
        parts = []
        for entry, numbers in zip(self.results.scoring.algorithms, self.numbers, strict=True):
            parts.append(self.results.rendered(entry).take(ints(numbers)))
        for name in self.results.facts:
            values = texts([f",{answer.value}" for answer in self._answers(name)])
            parts.append(values.take(ints(self.block.column(name))))
        ends = [
            f",{'true' if flag else 'false'},{SEPARATOR.join(warnings)}"
            for flag, warnings in self.distinct_remarks
        ]
        return [*parts, texts(ends).take(ints(self.remarks))]


def _cells(values: Sequence[int | str | None]) -> str:
    return ",".join("" if value is None else str(value) for value in values)
