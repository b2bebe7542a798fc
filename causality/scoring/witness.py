"""Facts that lead to each total, or along each way through a table of results."""

from collections.abc import Iterator, Mapping

from causality.scoring.engine import reads
from causality.scoring.model import Algorithm
from causality.scoring.ranges import RangeFinder, groups
from causality.terms.facts import FACTS, default

Facts = dict[str, str]
_DEFAULT_FIRST = {name: (default(name), *values[:-1]) for name, values in FACTS.items()}
"""So that what does not matter stays at its default."""


def facts_for_totals(algorithm: Algorithm, conventions: Mapping[str, str]) -> dict[int, Facts]:
    """Return every total that can be reached, rising, with facts that lead to it."""
    found: dict[int, Facts] = {0: {}}
    for group in _groups(algorithm, conventions):
        by_points: dict[int, Facts] = {}
        for facts, _, points in group:
            by_points.setdefault(points, facts)
        sums: dict[int, Facts] = {}
        for total, known in found.items():
            for points, facts in by_points.items():
                sums.setdefault(total + points, {**known, **facts})
        found = sums
    return dict(sorted(found.items()))


def facts_for_ways(
    algorithm: Algorithm, conventions: Mapping[str, str]
) -> Iterator[tuple[dict[str, str], int, Facts]]:
    """Yield every way through the table of results: what is looked at, the row, facts for it."""
    found = [list(group) for group in _groups(algorithm, conventions)]
    for seen, row in RangeFinder(algorithm, conventions).answer_paths(FACTS):
        facts: Facts = {}
        for group in found:
            facts.update(
                next(
                    known
                    for known, given, _ in group
                    if all(seen.get(name, code) == code for name, code in given.items())
                )
            )
        yield seen, row, facts


def _groups(
    algorithm: Algorithm, conventions: Mapping[str, str]
) -> Iterator[Iterator[tuple[Facts, dict[str, str], int]]]:
    """Yield, for every group of questions, its facts with the answers and points they give."""
    finder = RangeFinder(algorithm, conventions)
    for questions in groups(algorithm, FACTS):
        names = tuple(
            dict.fromkeys(name for q in questions for name in reads(algorithm, q) if name in FACTS)
        )
        yield (
            (dict(zip(names, values, strict=True)), answers, points)
            for values, answers, points in finder.combinations(questions, names, _DEFAULT_FIRST)
        )
