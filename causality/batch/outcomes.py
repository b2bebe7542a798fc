"""Score the facts of rows: the engine runs once for each set of facts that it can tell apart."""

from dataclasses import dataclass
from itertools import repeat
from threading import Lock
from typing import TYPE_CHECKING

from causality.assessment.method import Method
from causality.batch.arrays import Packed
from causality.batch.cells import CellReader
from causality.batch.kernel import Block, Kernel
from causality.scoring.engine import Scorer, facts_behind, names_in
from causality.scoring.model import Algorithm
from causality.scoring.ranges import Range, RangeFinder
from causality.terms.facts import FACTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from causality.batch.answers import Answer
    from causality.batch.arrays import Ints

INSUFFICIENT = "insufficient"
"""The flag of an algorithm that says: nothing is known that could decide (DESIGN section 6)."""
_REMEMBERED = 200_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one algorithm makes of facts; ``codes`` are those of its questions, None: not asked."""

    total: int | None
    category: str
    range: Range
    codes: tuple[str | None, ...]
    flags: tuple[str, ...]


def facts_read(algorithm: Algorithm) -> tuple[str, ...]:
    """Return the facts that an algorithm reads, in the order of the vocabulary."""
    read = {fact for name in algorithm.questions for fact in facts_behind(algorithm, name)}
    read |= set(names_in(*(flag.when for flag in algorithm.flags.values())))
    return tuple(name for name in FACTS if name in read)


class AlgorithmOutcomes:
    """The distinct outcomes of one algorithm for all facts met so far; there are not many.

    Which facts lead to which outcome is forgotten from time to time, so that memory stays small.
    """

    def __init__(self, scorer: Scorer, finder: RangeFinder, kernel: Kernel) -> None:
        self.algorithm = scorer.algorithm
        self.facts = facts_read(self.algorithm)
        self.outcomes: list[Outcome] = []
        self.runs = 0  # of the engine
        self._scorer, self._finder = scorer, finder
        self._kernel = kernel
        self._known: dict[tuple[int, ...], int] = {}
        self._numbers: dict[Outcome, int] = {}
        self._lock = Lock()
        self._rest = {name: values[-1] for name, values in FACTS.items()}

    def of(self, block: Block) -> "Ints":
        """Return for every row the number of its outcome."""
        import numpy as np

        varying = {n: block.answers[n] for n in self.facts if n in block.answers}
        packed = Packed(block.rows)
        for column in varying.values():
            packed.add(column, int(column.max(initial=0)) + 1)
        first, codes = packed.distinct()
        columns = [
            varying[name][first].tolist() if name in varying else repeat(block.same[name])
            for name in self.facts
        ]
        keys = zip(*columns, range(len(first)), strict=False)
        with self._lock:
            numbers = [self._number(key[:-1]) for key in keys]
        return np.asarray(numbers, dtype=np.int64)[codes]

    def _number(self, key: tuple[int, ...]) -> int:
        number = self._known.get(key)
        if number is None:
            outcome = self._outcome(key)
            number = self._numbers.setdefault(outcome, len(self.outcomes))
            if number == len(self.outcomes):
                self.outcomes.append(outcome)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = number
        return number

    def _outcome(self, key: tuple[int, ...]) -> Outcome:
        self.runs += 1
        answers: dict[str, Answer] = {
            name: self._kernel.answers[name][number]
            for name, number in zip(self.facts, key, strict=True)
        }
        values = {**self._rest, **{name: answer.value for name, answer in answers.items()}}
        possible = {name: answer.possible for name, answer in answers.items()}
        found = self._scorer(values)
        codes = {item.question: str(item.code) for item in found.items}
        return Outcome(
            found.total,
            found.category,
            self._finder(possible),
            tuple(map(codes.get, self.algorithm.questions)),
            found.flags,
        )


class Scoring:
    """Scores rows under one method."""

    def __init__(self, method: Method, reader: CellReader | None = None) -> None:
        self.method = method
        self.kernel = Kernel(method, reader)
        self.algorithms: Sequence[AlgorithmOutcomes] = [
            AlgorithmOutcomes(scorer, finder, self.kernel) for scorer, finder in method.finders
        ]
