"""Score the facts of rows: the engine runs once for each set of facts that it can tell apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from causality.assessment.method import Method
from causality.batch.arrays import Packed
from causality.batch.cells import CellReader
from causality.batch.kernel import Block, Kernel
from causality.scoring.engine import Score, Scorer, facts_behind, names_in
from causality.scoring.model import Algorithm
from causality.scoring.ranges import Range, RangeFinder
from causality.terms.facts import FACTS

if TYPE_CHECKING:
    from causality.batch.answers import Answer
    from causality.batch.arrays import Ints

INSUFFICIENT = "insufficient"
"""The flag of an algorithm that says: nothing is known that could decide (DESIGN section 6)."""
_REMEMBERED = 500_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one algorithm makes of one set of facts."""

    score: Score
    range: Range


def facts_read(algorithm: Algorithm) -> tuple[str, ...]:
    """Return the facts that an algorithm reads, in the order of the vocabulary."""
    read = {fact for name in algorithm.questions for fact in facts_behind(algorithm, name)}
    read |= set(names_in(*(flag.when for flag in algorithm.flags.values())))
    return tuple(name for name in FACTS if name in read)


class AlgorithmOutcomes:
    """The outcomes of one algorithm for all sets of facts met so far."""

    def __init__(self, scorer: Scorer, finder: RangeFinder, kernel: Kernel) -> None:
        self.algorithm = scorer.algorithm
        self.facts = facts_read(self.algorithm)
        self.outcomes: list[Outcome] = []
        self._scorer, self._finder = scorer, finder
        self._kernel = kernel
        self._known: dict[tuple[int, ...], int] = {}
        self._lock = Lock()
        self._rest = {name: values[-1] for name, values in FACTS.items()}

    def of(self, block: Block) -> "Ints":
        """Return for every row the number of its outcome."""
        import numpy as np

        columns = [block.answers[name] for name in self.facts]
        packed = Packed(len(block.rejected))
        for column in columns:
            packed.add(column, int(column.max(initial=0)) + 1)
        first, codes = packed.distinct()
        keys = zip(*(column[first].tolist() for column in columns), strict=True)
        with self._lock:
            numbers = [self._number(key) for key in keys]
        return np.asarray(numbers, dtype=np.int64)[codes]

    def _number(self, key: tuple[int, ...]) -> int:
        number = self._known.get(key)
        if number is None:
            self.outcomes.append(self._outcome(key))
            number = self._known[key] = len(self.outcomes) - 1
        return number

    def _outcome(self, key: tuple[int, ...]) -> Outcome:
        answers: dict[str, Answer] = {
            name: self._kernel.answers[name][number]
            for name, number in zip(self.facts, key, strict=True)
        }
        values = {**self._rest, **{name: answer.value for name, answer in answers.items()}}
        possible = {name: answer.possible for name, answer in answers.items()}
        return Outcome(self._scorer(values), self._finder(possible))


@dataclass(frozen=True)
class Scored:
    """Some rows with their outcomes: per algorithm the number of each row's outcome."""

    block: Block
    numbers: Mapping[str, "Ints"]


class Scoring:
    """Scores rows under one method."""

    def __init__(self, method: Method, reader: CellReader | None = None) -> None:
        self.method = method
        self.kernel = Kernel(method, reader)
        self.algorithms: Sequence[AlgorithmOutcomes] = [
            AlgorithmOutcomes(scorer, finder, self.kernel) for scorer, finder in method.finders
        ]
