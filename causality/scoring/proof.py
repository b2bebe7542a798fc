"""Enumerate an algorithm: what every question answers, every way to a result, the whole range.

A decision table over closed facts is finite: what these functions yield is a proof, no sample.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from causality.scoring.engine import band_number, facts_behind, names_in, reads
from causality.scoring.model import Algorithm, Option
from causality.scoring.ranges import RangeFinder, distinct_values, total_range
from causality.scoring.witness import facts_for_totals
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
    options = algorithm.questions[question].options
    for values in combinations(algorithm, question):
        yield values, _chosen(options, values)


def combinations(algorithm: Algorithm, question: str) -> Iterator[Mapping[str, str]]:
    """Yield every combination of what a question reads."""
    names = reads(algorithm, question)
    for choice in product(*(domain(algorithm, name) or () for name in names)):
        yield dict(zip(names, choice, strict=True))


def _chosen(options: tuple[Option, ...], values: Mapping[str, str]) -> int:
    return next(number for number, option in enumerate(options) if holds(option.when, values))


def options_reached(algorithm: Algorithm, question: str) -> frozenset[int]:
    """Return the options of a question that some facts lead to where the question is asked.

    Exact also where a question reads or follows others, whose answers rest on the same facts.
    """
    questions = _needed(algorithm, question)
    kinds = {
        fact: distinct_values(algorithm, questions, fact, FACTS[fact])
        for name in questions
        for fact in facts_behind(algorithm, name)
    }
    return frozenset(
        option
        for conventions in convention_choices(algorithm)
        for option in _answers(algorithm, questions, conventions, kinds, {})
        if option is not None
    )


def _needed(algorithm: Algorithm, question: str) -> tuple[str, ...]:
    """Return a question after those that it reads or that decide whether it is asked."""
    found = {question}
    waiting = [question]
    while waiting:
        entry = algorithm.questions[waiting.pop()]
        read = {name for name in names_in(*(o.when for o in entry.options)) if name not in FACTS}
        new = ({*names_in(entry.asked)} | read).intersection(algorithm.questions) - found
        found |= new
        waiting += new
    return tuple(name for name in algorithm.questions if name in found)


def _answers(
    algorithm: Algorithm,
    questions: tuple[str, ...],
    conventions: Mapping[str, str],
    kinds: Mapping[str, tuple[str, ...]],
    known: dict[str, str],
) -> Iterator[int | None]:
    """Yield the option of the last question, every way; a fact is followed when it is looked at."""
    try:
        yield _last_option(algorithm, questions, conventions, known)
    except _Open as fact:
        for value in kinds[fact.name]:
            yield from _answers(
                algorithm, questions, conventions, kinds, {**known, fact.name: value}
            )


def _last_option(
    algorithm: Algorithm,
    questions: tuple[str, ...],
    conventions: Mapping[str, str],
    known: Mapping[str, str],
) -> int | None:
    values = _Facts({**conventions, **known})
    answers = dict(conventions)
    number: int | None = None
    for name in questions:
        question = algorithm.questions[name]
        number = None
        if question.asked and not holds(question.asked, answers):
            continue
        number = _chosen(question.options, values)
        answers[name] = str(question.options[number].code)
        if name not in FACTS:
            values[name] = answers[name]
    return number


class _Open(Exception):  # noqa: N818 - no error: a fact is looked at that has no value yet
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class _Facts(dict[str, str]):
    """The facts chosen so far, as options see them."""

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        if name in FACTS and name not in self:
            raise _Open(name)
        return super().get(name, default)


def result_table(algorithm: Algorithm) -> Iterator[tuple[dict[str, str], int]]:
    """Yield every way through the result table once: what is looked at, and the row reached.

    What is looked at are answers and choices of conventions; only answers that facts can give
    together are followed.
    """
    if not algorithm.results:
        return
    seen: set[tuple[object, ...]] = set()
    for conventions in convention_choices(algorithm):
        for way, row in RangeFinder(algorithm, conventions).answer_paths(FACTS):
            key = (*way.items(),)
            if key not in seen:
                seen.add(key)
                yield way, row


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


def all_totals(algorithm: Algorithm) -> tuple[int, ...]:
    """Return every total that some facts give under some choice of conventions, rising."""
    found = {
        total
        for conventions in convention_choices(algorithm)
        for total in facts_for_totals(algorithm, conventions)
    }
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class Proof:
    """What the enumeration of an algorithm has found, for a person.

    ``ways`` are those through a table of results; ``totals`` the lowest and highest of a sum.
    """

    combinations: int
    unanswered: int
    options: int
    reached: int
    ends: int
    ends_reached: int
    ways: int
    totals: tuple[int, int] | None


def proof(algorithm: Algorithm) -> Proof:
    """Enumerate an algorithm and count what was found."""
    rows = [(name, row) for name in algorithm.questions for row in combinations(algorithm, name)]
    options = {name: entry.options for name, entry in algorithm.questions.items()}
    unanswered = sum(not any(holds(o.when, row) for o in options[name]) for name, row in rows)
    ways = [row for _, row in result_table(algorithm)]
    totals = all_totals(algorithm) if algorithm.bands else ()
    return Proof(
        combinations=len(rows),
        unanswered=unanswered,
        options=sum(map(len, options.values())),
        reached=sum(len(options_reached(algorithm, name)) for name in options),
        ends=len(algorithm.bands or algorithm.results),
        ends_reached=len({*ways, *(band_number(algorithm, total) for total in totals)}),
        ways=len(ways),
        totals=(totals[0], totals[-1]) if totals else None,
    )
