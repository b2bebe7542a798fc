"""Score the facts of rows: the engine runs once for each set of facts that it can tell apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from causality.assessment.method import Method
from causality.batch.answers import Answer
from causality.batch.arrays import Packed, keys, lookup
from causality.batch.cells import CellReader
from causality.batch.kernel import Block, Kernel
from causality.scoring.engine import Score, Scorer, facts_behind, facts_read, names_in
from causality.scoring.model import Algorithm
from causality.scoring.ranges import Range, RangeFinder, Signature, groups
from causality.terms.facts import FACTS

if TYPE_CHECKING:
    from causality.batch.arrays import Ints

INSUFFICIENT = "insufficient"
"""The flag of an algorithm that says: nothing is known that could decide (DESIGN section 6)."""
_REMEMBERED = 200_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one algorithm makes of facts.

    ``codes`` are those of its questions, None for one not asked; none at all where nobody asks.
    """

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
        self.signatures: list[Signature] = []
        self.rests: list[int] = []  # the number of the rest of each signature
        self.known: dict[tuple[int, ...], int] = {}
        self._numbers: dict[Signature, int] = {}
        self._rests: dict[tuple[object, ...], int] = {}

    def add(self, signature: Signature, example: Mapping[str, Answer]) -> int:
        """Return the number of a class of answers, which is new or known already."""
        number = self._numbers.setdefault(signature, len(self.classes))
        if number == len(self.classes):
            self.classes.append(example)
            self.rests.append(self._rests.setdefault(signature.rest, len(self._rests)))
            self.signatures.append(signature)
        return number


def _packed(columns: Sequence["Ints"], sums: Sequence["Ints"], rests: Sequence["Ints"]) -> Packed:
    """Pack what decides the outcomes of rows: the sums of their points, and all else.

    Every class has one weight, so that adding weights adds points, lowest and highest alike.

    Parameters
    ----------
    columns
        For each group the class of every row.
    sums, rests
        For each group what its classes give: shapes (classes, 3) and (classes,).
    """
    import numpy as np

    least = [found.min(axis=0) for found in sums]
    widths = 1 + np.sum([f.max(axis=0) - low for f, low in zip(sums, least, strict=True)], axis=0)
    radix = np.concatenate(([1], np.cumprod(widths)))
    packed = Packed(len(columns[0]))
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column, found, low in zip(columns, sums, least, strict=True):
        key += lookup((found - low) @ radix[:-1], column)
    packed.add(key, int(radix[-1]))
    for column, rest in zip(columns, rests, strict=True):
        if rest.any():
            packed.add(lookup(rest, column), int(rest.max()) + 1)
    return packed


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

    Parameters
    ----------
    codes
        Tell apart answers to questions that have the same effect.
    """

    def __init__(self, scorer: Scorer, finder: RangeFinder, kernel: Kernel, *, codes: bool) -> None:
        self.algorithm = scorer.algorithm
        self.facts = facts_read(self.algorithm)
        self.outcomes: list[Outcome] = []
        self.runs = 0  # of the engine
        self._scorer, self._finder = scorer, finder
        self._kernel = kernel
        self._codes = codes
        self._groups = _groups(self.algorithm)
        self._flagged = frozenset(names_in(*(f.when for f in self.algorithm.flags.values())))
        self._known: dict[bytes, int] = {}
        self._numbers: dict[Outcome, int] = {}
        self._lock = Lock()
        self._rest = {name: values[-1] for name, values in FACTS.items()}

    def of(self, block: Block) -> "Ints":
        """Return for every row the number of its outcome."""
        import numpy as np

        if not block.rows:
            return np.zeros(0, dtype=np.int64)
        columns = [self._classes(group, block) for group in self._groups]
        sums = [np.asarray([s[:3] for s in group.signatures]) for group in self._groups]
        rests = [np.asarray(group.rests) for group in self._groups]
        first, codes = _packed(columns, sums, rests).distinct()
        kinds = [column[first] for column in columns]
        points = np.sum([found[kind] for found, kind in zip(sums, kinds, strict=True)], axis=0)
        others = [rest[kind] for rest, kind in zip(rests, kinds, strict=True)]
        values = keys([*points.T, *others], len(first))
        with self._lock:
            numbers = list(map(self._known.get, values))
            for n in [n for n, number in enumerate(numbers) if number is None]:
                numbers[n] = self._number(values[n], [int(kind[n]) for kind in kinds])
        return lookup(np.asarray(numbers, dtype=np.int64), codes)

    def number_of(
        self, values: Mapping[str, str], worlds: Sequence[Mapping[str, tuple[str, ...]]]
    ) -> int:
        """Return the number of the outcome of facts of which some are possible only together.

        Parameters
        ----------
        values
            The facts as scored.
        worlds
            The sets of values that are possible together.
        """
        found = self._scorer(values)
        outcome = Outcome(
            found.total,
            found.category,
            self._finder.over(worlds),
            self._codes_of(found),
            found.flags,
        )
        with self._lock:
            return self._numbered(outcome)

    def _numbered(self, outcome: Outcome) -> int:
        number = self._numbers.setdefault(outcome, len(self.outcomes))
        if number == len(self.outcomes):
            self.outcomes.append(outcome)
        return number

    def _codes_of(self, found: Score) -> tuple[str | None, ...]:
        if not self._codes:
            return ()
        answered = {item.question: str(item.code) for item in found.items}
        return tuple(map(answered.get, self.algorithm.questions))

    def _classes(self, group: _Group, block: Block) -> "Ints":
        """Return for every row the class of its answers to the facts of a group."""
        import numpy as np

        packed = Packed(block.rows)
        for name in group.facts:
            if name in block.answers:
                packed.add(block.answers[name], len(self._kernel.answers[name]))
        first, codes = packed.distinct()
        columns = [
            block.answers[name][first].tolist()
            if name in block.answers
            else [block.same[name]] * len(first)
            for name in group.facts
        ]
        with self._lock:
            numbers = [self._class(group, key) for key in zip(*columns, strict=True)]
        return lookup(np.asarray(numbers, dtype=np.int64), codes)

    def _class(self, group: _Group, key: tuple[int, ...]) -> int:
        number = group.known.get(key)
        if number is None:
            pairs = zip(group.facts, key, strict=True)
            answers = {name: self._kernel.answers[name][n] for name, n in pairs}
            number = group.known[key] = group.add(self._signature(group, answers), answers)
        return number

    def _signature(self, group: _Group, answers: Mapping[str, Answer]) -> Signature:
        values = {**self._rest, **{name: answer.value for name, answer in answers.items()}}
        possible: dict[str, tuple[str, ...]] = {n: (value,) for n, value in values.items()}
        possible.update({name: answer.possible for name, answer in answers.items()})
        flagged = tuple(values[name] for name in group.facts if name in self._flagged)
        found = self._finder.signature(group.questions, values, possible, codes=self._codes)
        return found._replace(rest=(*flagged, *found.rest))

    def _number(self, key: bytes, classes: Sequence[int]) -> int:
        """Return the number of an outcome.

        Parameters
        ----------
        key
            All that decides it: the sums of points, lowest and highest, and the rests.
        classes
            An example: for each group a class of answers.
        """
        number = self._known.get(key)
        if number is None:
            number = self._numbered(self._outcome(classes))
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = number
        return number

    def _outcome(self, classes: Sequence[int]) -> Outcome:
        self.runs += 1
        answers: dict[str, Answer] = {}
        for group, number in zip(self._groups, classes, strict=True):
            answers.update(group.classes[number])
        values = {**self._rest, **{name: answer.value for name, answer in answers.items()}}
        possible = {name: answer.possible for name, answer in answers.items()}
        found = self._scorer(values)
        codes = self._codes_of(found)
        return Outcome(found.total, found.category, self._finder(possible), codes, found.flags)


class Scoring:
    """Scores rows under one method; with ``codes`` also what each question is answered."""

    def __init__(
        self, method: Method, reader: CellReader | None = None, *, codes: bool = False
    ) -> None:
        self.method = method
        self.codes = codes
        self.kernel = Kernel(method, reader)
        self.algorithms: Sequence[AlgorithmOutcomes] = [
            AlgorithmOutcomes(scorer, finder, self.kernel, codes=codes)
            for scorer, finder in method.finders
        ]
