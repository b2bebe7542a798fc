"""The lowest and highest total still possible, exact: per group of questions that share facts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from causality.scoring.engine import answer, band, reads, reads_by_question
from causality.scoring.model import Algorithm
from causality.terms.facts import FACTS


@dataclass(frozen=True, slots=True)
class Range:
    """The totals and categories that the unknown facts leave open."""

    total_min: int
    total_max: int
    category_min: str
    category_max: str


def total_range(
    algorithm: Algorithm,
    possible: Mapping[str, tuple[str, ...]],
    conventions: Mapping[str, str],
    *,
    without: str | None = None,
) -> Range:
    """Return the exact range over every combination of the values still possible.

    Parameters
    ----------
    possible
        The values still possible and the scored one, for every fact.
    without
        A question whose points are left out of the totals.
    """
    return RangeFinder(algorithm, conventions, without=without)(possible)


class RangeFinder:
    """Ranges of one algorithm under fixed conventions; what was found before is remembered."""

    def __init__(
        self, algorithm: Algorithm, conventions: Mapping[str, str], *, without: str | None = None
    ) -> None:
        self.algorithm = algorithm
        self.without = without
        self._choices = {
            **{name: entry.default for name, entry in algorithm.conventions.items()},
            **conventions,
        }
        self._reads = reads_by_question(algorithm)
        self._groups: dict[frozenset[str], list[tuple[str, ...]]] = {}
        self._known: dict[tuple[object, ...], tuple[int, int]] = {}

    def __call__(self, possible: Mapping[str, tuple[str, ...]]) -> Range:
        """Return the range; ``possible`` holds every fact that the algorithm reads."""
        low = high = 0
        open_facts = frozenset(name for name, values in possible.items() if len(values) > 1)
        if open_facts not in self._groups:
            self._groups[open_facts] = groups(self.algorithm, possible)
        for questions in self._groups[open_facts]:
            least, most = self._group(questions, possible)
            low, high = low + least, high + most
        categories = (band(self.algorithm, total).category for total in (low, high))
        return Range(low, high, *categories)

    def _group(
        self, questions: tuple[str, ...], possible: Mapping[str, tuple[str, ...]]
    ) -> tuple[int, int]:
        """Return the lowest and highest sum of some questions that share nothing with others."""
        names = dict.fromkeys(
            name for question in questions for name in self._reads[question] if name in possible
        )
        key = (questions, tuple(possible[name] for name in names))
        if key not in self._known:
            values = {name: self._distinct(name, questions, possible[name]) for name in names}
            totals = set(self._totals(questions, values))
            self._known[key] = min(totals), max(totals)
        return self._known[key]

    def _distinct(
        self, name: str, questions: tuple[str, ...], values: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Return one value of each kind that the questions tell apart."""
        kinds: dict[tuple[bool, ...], str] = {}
        for value in values:
            kind = tuple(
                value in row[name]
                for question in questions
                for option in self.algorithm.questions[question].options
                for row in option.when
                if name in row
            )
            kinds.setdefault(kind, value)
        return tuple(kinds.values())

    def _totals(
        self, questions: tuple[str, ...], possible: Mapping[str, tuple[str, ...]]
    ) -> Iterator[int]:
        for choice in product(*possible.values()):
            values = {**self._choices, **dict(zip(possible, choice, strict=True))}
            total = 0
            for question in questions:
                item, option = answer(self.algorithm, question, values)
                if question not in FACTS:
                    values[question] = str(option.code)
                total += item.points if question != self.without else 0
            yield total


def groups(algorithm: Algorithm, possible: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the questions in groups: those that share an open fact, or read one another."""
    found: list[tuple[set[str], list[str]]] = []
    for question in algorithm.questions:
        names = {
            name
            for name in reads(algorithm, question)
            if (name in algorithm.questions and name not in FACTS)
            or len(possible.get(name, ())) > 1
        } | {question}
        joined = [group for group in found if group[0] & names]
        merged = (
            names.union(*(group[0] for group in joined)),
            [q for group in joined for q in group[1]] + [question],
        )
        found = [group for group in found if group not in joined] + [merged]
    order = list(algorithm.questions)
    return [tuple(sorted(group[1], key=order.index)) for group in found]
