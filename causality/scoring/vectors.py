"""Conformance vectors: facts with the answers, points and category that an algorithm must give.

For whoever implements the algorithm elsewhere. Nothing here depends on chance, clock or locale.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from causality.scoring.covering import covering_rows
from causality.scoring.engine import band_number, conventions_in_force, facts_read, score
from causality.scoring.model import Algorithm, Code
from causality.scoring.proof import answers_of, convention_choices
from causality.scoring.witness import Facts, facts_for_totals, facts_for_ways
from causality.terms.facts import FACTS, default


@dataclass(frozen=True, slots=True)
class Vector:
    """A set of facts under conventions with all that is expected; ``row`` counts from 1."""

    facts: Facts
    conventions: Mapping[str, str]
    codes: Mapping[str, Code]
    points: Mapping[str, int]
    total: int | None
    category: str
    row: int
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A row of the truth table of the result: the total, or what the table looks at."""

    seen: Mapping[str, str | int]
    row: int
    category: str
    vector: Vector


def pairs(algorithm: Algorithm) -> Iterator[Vector]:
    """Yield sets of facts that hold every pair of values of two facts or conventions."""
    conventions = {name: tuple(entry.choices) for name, entry in algorithm.conventions.items()}
    facts = {name: FACTS[name] for name in facts_read(algorithm)}
    for row in covering_rows({**facts, **conventions}):
        chosen = {name: row[name] for name in conventions}
        yield vector(algorithm, {name: row[name] for name in facts}, chosen)


def ways(algorithm: Algorithm) -> Iterator[Way]:
    """Yield the truth table of the result, each row with facts that lead to it.

    Of a sum every total that can be reached; of a table every way through it, with the answers
    and conventions that it looks at.
    """
    yield from _totals(algorithm) if algorithm.bands else _paths(algorithm)


def _totals(algorithm: Algorithm) -> Iterator[Way]:
    found: dict[int, Vector] = {}
    for conventions in ({}, *convention_choices(algorithm)):
        for total, facts in facts_for_totals(algorithm, conventions).items():
            if total not in found:
                found[total] = vector(algorithm, facts, conventions)
    for total, entry in sorted(found.items()):
        row = band_number(algorithm, total)
        yield Way({"total": total}, row + 1, algorithm.bands[row].category, entry)


def _paths(algorithm: Algorithm) -> Iterator[Way]:
    found: dict[tuple[tuple[str, str], ...], Way] = {}
    for conventions in ({}, *convention_choices(algorithm)):
        for seen, row, facts in facts_for_ways(algorithm, conventions):
            key = tuple(seen.items())
            if key not in found:
                category = algorithm.results[row].category
                entry = vector(algorithm, facts, conventions)
                found[key] = Way(seen, row + 1, category, entry)
    places = {
        name: {value: place for place, value in enumerate(answers_of(algorithm, name))}
        for name in (*algorithm.questions, *algorithm.conventions)
    }

    def place(way: Way) -> list[int]:
        return [places[name].get(str(way.seen.get(name)), -1) for name in places]

    yield from sorted(found.values(), key=place)


def columns_of_result(algorithm: Algorithm, found: Iterable[Way]) -> tuple[str, ...]:
    """Return what the truth table of the result looks at, in the order of the file."""
    seen = {name for way in found for name in way.seen}
    names = ("total", *algorithm.questions, *algorithm.conventions)
    return tuple(name for name in names if name in seen)


def vector(algorithm: Algorithm, facts: Facts, conventions: Mapping[str, str]) -> Vector:
    """Return facts with what the algorithm gives for them."""
    named = {name: facts.get(name, default(name)) for name in facts_read(algorithm)}
    everything = {**{name: default(name) for name in FACTS}, **named}
    chosen = conventions_in_force(algorithm, conventions)
    result = score(algorithm, everything, chosen)
    return Vector(
        facts=named,
        conventions=chosen,
        codes={item.question: item.code for item in result.items},
        points={item.question: item.points for item in result.items if item.points is not None},
        total=result.total,
        category=result.category,
        row=result.row + 1,
        flags=result.flags,
    )
