"""The lowest and highest total still possible, exact: per group of questions that share facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from causality.scoring.engine import answer, band, reads
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
    fixed = {
        **{name: entry.default for name, entry in algorithm.conventions.items()},
        **conventions,
        **{name: values[0] for name, values in possible.items() if len(values) == 1},
    }
    low = high = 0
    for questions in groups(algorithm, possible):
        totals = set(_totals(algorithm, questions, possible, fixed, without))
        low, high = low + min(totals), high + max(totals)
    return Range(low, high, band(algorithm, low).category, band(algorithm, high).category)


class RangeFinder:
    """Ranges of one algorithm under fixed conventions; what was found before is remembered."""

    def __init__(
        self, algorithm: Algorithm, conventions: Mapping[str, str], *, without: str | None = None
    ) -> None:
        self.algorithm = algorithm
        self.conventions = conventions
        self.without = without
        self._known: dict[tuple[tuple[str, ...], ...], Range] = {}

    def __call__(self, possible: Mapping[str, tuple[str, ...]]) -> Range:
        """Return the range; ``possible`` holds every fact of the vocabulary."""
        key = tuple(possible[name] for name in FACTS)
        known = self._known.get(key)
        if known is None:
            known = total_range(self.algorithm, possible, self.conventions, without=self.without)
            self._known[key] = known
        return known


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


def _totals(
    algorithm: Algorithm,
    questions: tuple[str, ...],
    possible: Mapping[str, tuple[str, ...]],
    fixed: Mapping[str, str],
    without: str | None,
) -> Iterable[int]:
    names = sorted(
        {
            name
            for question in questions
            for name in reads(algorithm, question)
            if len(possible.get(name, ())) > 1
        }
    )
    for choice in product(*(possible[name] for name in names)):
        values = {**fixed, **dict(zip(names, choice, strict=True))}
        total = 0
        for question in questions:
            item, option = answer(algorithm, question, values)
            if question not in FACTS:
                values[question] = str(option.code)
            total += item.points if question != without else 0
        yield total
