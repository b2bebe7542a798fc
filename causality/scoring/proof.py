"""Enumerate an algorithm: what every question answers, every way to a result, the whole range.

A decision table over closed facts is finite: what these functions yield is a proof, no sample.
"""

from collections.abc import Iterator, Mapping
from itertools import product

from causality.scoring.engine import reads
from causality.scoring.model import Algorithm, Option
from causality.scoring.ranges import RangeFinder, total_range
from causality.terms.facts import FACTS
from causality.terms.tables import holds


def domain(algorithm: Algorithm, name: str) -> tuple[str, ...] | None:
    """Return the values that a fact, a convention or a question can have."""
    if name in FACTS:
        return FACTS[name]
    if name in algorithm.conventions or name in algorithm.questions:
        return answers_of(algorithm, name)
    return None


def answers_of(algorithm: Algorithm, name: str) -> tuple[str, ...]:
    """Return the choices of a convention, or the codes of a question, each once."""
    if name in algorithm.conventions:
        return tuple(algorithm.conventions[name].choices)
    options = algorithm.questions[name].options
    return tuple(dict.fromkeys(str(option.code) for option in options))


def truth_table(algorithm: Algorithm, question: str) -> Iterator[tuple[Mapping[str, str], int]]:
    """Yield every combination of what a question reads, with the number of the option chosen."""
    names = reads(algorithm, question)
    options = algorithm.questions[question].options
    for choice in product(*(domain(algorithm, name) or () for name in names)):
        values = dict(zip(names, choice, strict=True))
        yield values, _chosen(options, values)


def _chosen(options: tuple[Option, ...], values: Mapping[str, str]) -> int:
    return next(number for number, option in enumerate(options) if holds(option.when, values))


def result_table(algorithm: Algorithm) -> Iterator[tuple[dict[str, str], int]]:
    """Yield every way through the result table once: the answers looked at, and the row.

    Only answers that facts can give together are followed, under every choice of conventions.
    """
    if not algorithm.results:
        return
    seen: set[tuple[object, ...]] = set()
    for conventions in convention_choices(algorithm):
        for answers, row in RangeFinder(algorithm, conventions).answer_paths(FACTS):
            key = (*answers.items(), row)
            if key not in seen:
                seen.add(key)
                yield answers, row


def convention_choices(algorithm: Algorithm) -> Iterator[dict[str, str]]:
    """Yield every combination of the choices of an algorithm's conventions."""
    names = sorted(algorithm.conventions)
    for choice in product(*(algorithm.conventions[name].choices for name in names)):
        yield dict(zip(names, choice, strict=True))


def attainable(algorithm: Algorithm) -> tuple[int, int]:
    """Return the lowest and highest total over every combination of facts and conventions."""
    totals = [
        total
        for conventions in convention_choices(algorithm)
        for total in total_range(algorithm, FACTS, conventions).points
    ]
    return min(totals), max(totals)
