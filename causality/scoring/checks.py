"""Check an algorithm file: names, sources, gaps, unreachable options, bands and range.

Every table is finite, so completeness and reachability are proved by enumeration over the facts
that each question reads.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise, product

from causality.document import Document, Path_
from causality.errors import Problem
from causality.scoring.engine import reads
from causality.scoring.model import Algorithm, Option
from causality.scoring.ranges import total_range
from causality.terms.facts import FACTS
from causality.terms.tables import When, holds


def check_algorithm(algorithm: Algorithm, document: Document) -> list[Problem]:
    """Return every fault of an algorithm, with its place in the file."""
    problems = [
        *_tables(algorithm, document),
        *_sources(algorithm, document),
        *_bands(algorithm, document),
        *_conventions(algorithm, document),
    ]
    if problems:
        return problems
    return [*_unreachable(algorithm, document), *_range(algorithm, document)]


def domain(algorithm: Algorithm, name: str) -> tuple[str, ...] | None:
    """Return the values that a fact, a convention or a question can have."""
    if name in FACTS:
        return FACTS[name]
    if name in algorithm.conventions:
        return tuple(algorithm.conventions[name].choices)
    if name in algorithm.questions:
        options = algorithm.questions[name].options
        return tuple(dict.fromkeys(str(option.code) for option in options))
    return None


def _tables(algorithm: Algorithm, document: Document) -> Iterator[Problem]:
    known: list[str] = []
    for name, question in algorithm.questions.items():
        base: Path_ = ("questions", name, "options")
        for number, option in enumerate(question.options):
            path = (*base, number)
            last = number == len(question.options) - 1
            if last and option.when:
                yield document.problem("E511", path, question=name)
            if not last and not option.when:
                yield document.problem("E512", path, question=name)
            yield from _when(algorithm, document, (*path, "when"), option.when, known)
        known.append(name)
    for name, flag in algorithm.flags.items():
        yield from _when(algorithm, document, ("flags", name, "when"), flag.when, known)


def _when(
    algorithm: Algorithm, document: Document, path: Path_, when: When, known: list[str]
) -> Iterator[Problem]:
    for number, row in enumerate(when):
        for name, values in row.items():
            where = (*path, number, name)
            allowed = domain(algorithm, name)
            later = name in algorithm.questions and name not in known and name not in FACTS
            if allowed is None or later:
                names = ", ".join((*FACTS, *algorithm.conventions, *known))
                yield document.problem("E513", where, found=name, allowed=names)
                continue
            for value in sorted(values - set(allowed)):
                yield document.problem(
                    "E514", where, found=value, name=name, allowed=", ".join(allowed)
                )


def _sources(algorithm: Algorithm, document: Document) -> Iterator[Problem]:
    """Report sources that are used but not listed."""
    used: list[tuple[Path_, tuple[str, ...]]] = [
        (("questions", name, "options", number, "source"), option.source)
        for name, question in algorithm.questions.items()
        for number, option in enumerate(question.options)
    ]
    used += [(("flags", name, "source"), flag.source) for name, flag in algorithm.flags.items()]
    used.append((("bands_source",), algorithm.bands_source))
    for path, keys in used:
        for key in keys:
            if key not in algorithm.sources:
                allowed = ", ".join(algorithm.sources)
                yield document.problem("E515", path, found=key, allowed=allowed)


def _bands(algorithm: Algorithm, document: Document) -> Iterator[Problem]:
    limits = [entry.max for entry in algorithm.bands]
    if limits[-1] is not None:
        yield document.problem("E516", ("bands", len(limits) - 1))
    for number, (first, second) in enumerate(pairwise(limits)):
        if first is None or (second is not None and second <= first):
            yield document.problem("E517", ("bands", number + 1), first=first, second=second)


def _conventions(algorithm: Algorithm, document: Document) -> Iterator[Problem]:
    for name, entry in algorithm.conventions.items():
        if entry.default not in entry.choices:
            yield document.problem(
                "E518",
                ("conventions", name, "default"),
                found=entry.default,
                allowed=", ".join(entry.choices),
            )


def truth_table(algorithm: Algorithm, question: str) -> Iterator[tuple[Mapping[str, str], int]]:
    """Yield every combination of what a question reads, with the number of the option chosen."""
    names = reads(algorithm, question)
    options = algorithm.questions[question].options
    for choice in product(*(domain(algorithm, name) or () for name in names)):
        values = dict(zip(names, choice, strict=True))
        yield values, _chosen(options, values)


def _chosen(options: tuple[Option, ...], values: Mapping[str, str]) -> int:
    return next(number for number, option in enumerate(options) if holds(option.when, values))


def _unreachable(algorithm: Algorithm, document: Document) -> Iterator[Problem]:
    for name, question in algorithm.questions.items():
        reached = {number for _, number in truth_table(algorithm, name)}
        for number in range(len(question.options)):
            if number not in reached:
                yield document.problem(
                    "E519",
                    ("questions", name, "options", number),
                    question=name,
                    option=question.options[number].code,
                )


def _range(algorithm: Algorithm, document: Document) -> Iterator[Problem]:
    if algorithm.range is None:
        return
    low, high = attainable(algorithm)
    if (low, high) != algorithm.range:
        yield document.problem(
            "E520",
            ("range",),
            found=f"{algorithm.range[0]}…{algorithm.range[1]}",
            attainable=f"{low}…{high}",
        )


def attainable(algorithm: Algorithm) -> tuple[int, int]:
    """Return the lowest and highest total over every combination of facts and conventions."""
    choices = {name: tuple(entry.choices) for name, entry in algorithm.conventions.items()}
    names = sorted(choices)
    ranges = [
        total_range(algorithm, dict(FACTS), dict(zip(names, choice, strict=True)))
        for choice in product(*(choices[name] for name in names))
    ]
    return min(r.total_min for r in ranges), max(r.total_max for r in ranges)
