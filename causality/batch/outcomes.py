"""Score the facts of rows: the engine runs once for each set of facts that it can tell apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from causality.assessment.method import Method
from causality.batch.answers import Answer
from causality.batch.arrays import Packed
from causality.batch.cells import CellReader
from causality.batch.kernel import Block, Kernel
from causality.scoring.engine import Scorer, facts_behind, facts_read, names_in
from causality.scoring.model import Algorithm
from causality.scoring.ranges import Range, RangeFinder, groups
from causality.terms.facts import FACTS

if TYPE_CHECKING:
    from collections.abc import Sequence

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


class _Group:
    """Questions that share facts, and the classes of answers that they cannot tell apart."""

    def __init__(self, questions: Iterable[str], facts: Iterable[str]) -> None:
        self.questions = frozenset(questions)
        self.facts = tuple(facts)
        self.classes: list[Mapping[str, Answer]] = []  # an example of each
        self.known: dict[tuple[int, ...], int] = {}
        self.numbers: dict[object, int] = {}


def _groups(algorithm: Algorithm) -> list[_Group]:
    """Return the groups of an algorithm's questions; a fact that only flags read is one, too."""
    found = [
        _Group(questions, dict.fromkeys(f for q in questions for f in facts_behind(algorithm, q)))
        for questions in groups(algorithm, FACTS)
    ]
    known = {fact for group in found for fact in group.facts}
    rest = (name for name in facts_read(algorithm) if name not in known)
    return [*found, *(_Group((), (name,)) for name in rest)]


class AlgorithmOutcomes:
    """The distinct outcomes of one algorithm for all facts met so far; there are not many.

    Facts that no question can tell apart fall into one class, group of questions by group; the
    engine runs once for each combination of classes, on an example of it.
    """

    def __init__(self, scorer: Scorer, finder: RangeFinder, kernel: Kernel) -> None:
        self.algorithm = scorer.algorithm
        self.facts = facts_read(self.algorithm)
        self.outcomes: list[Outcome] = []
        self.runs = 0  # of the engine
        self._scorer, self._finder = scorer, finder
        self._kernel = kernel
        self._groups = _groups(self.algorithm)
        self._flagged = frozenset(names_in(*(f.when for f in self.algorithm.flags.values())))
        self._known: dict[tuple[int, ...], int] = {}
        self._numbers: dict[Outcome, int] = {}
        self._lock = Lock()
        self._rest = {name: values[-1] for name, values in FACTS.items()}

    def of(self, block: Block) -> "Ints":
        """Return for every row the number of its outcome."""
        import numpy as np

        columns = [self._classes(group, block) for group in self._groups]
        packed = Packed(block.rows)
        for column in columns:
            packed.add(column, int(column.max(initial=0)) + 1)
        first, codes = packed.distinct()
        keys = zip(*(column[first].tolist() for column in columns), strict=True)
        with self._lock:
            numbers = [self._number(key) for key in keys]
        return np.asarray(numbers, dtype=np.int64)[codes]

    def _classes(self, group: _Group, block: Block) -> "Ints":
        """Return for every row the class of its answers to the facts of a group."""
        import numpy as np

        varying = [name for name in group.facts if name in block.answers]
        packed = Packed(block.rows)
        for name in varying:
            packed.add(block.answers[name], int(block.answers[name].max(initial=0)) + 1)
        first, codes = packed.distinct()
        columns = [
            block.answers[name][first].tolist()
            if name in block.answers
            else [block.same[name]] * len(first)
            for name in group.facts
        ]
        with self._lock:
            numbers = [self._class(group, key) for key in zip(*columns, strict=True)]
        return np.asarray(numbers, dtype=np.int64)[codes]

    def _class(self, group: _Group, key: tuple[int, ...]) -> int:
        number = group.known.get(key)
        if number is None:
            pairs = zip(group.facts, key, strict=True)
            answers = {name: self._kernel.answers[name][n] for name, n in pairs}
            signature = self._signature(group, answers)
            number = group.numbers.setdefault(signature, len(group.classes))
            if number == len(group.classes):
                group.classes.append(answers)
            group.known[key] = number
        return number

    def _signature(self, group: _Group, answers: Mapping[str, Answer]) -> tuple[object, ...]:
        values = {**self._rest, **{name: answer.value for name, answer in answers.items()}}
        possible: dict[str, tuple[str, ...]] = {n: (value,) for n, value in values.items()}
        possible.update({name: answer.possible for name, answer in answers.items()})
        flagged = tuple(values[name] for name in group.facts if name in self._flagged)
        return *flagged, *self._finder.signature(group.questions, values, possible)

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
        answers: dict[str, Answer] = {}
        for group, number in zip(self._groups, key, strict=True):
            answers.update(group.classes[number])
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
