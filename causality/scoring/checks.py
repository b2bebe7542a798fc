"""Check an algorithm file: names, sources, gaps, unreachable options, bands, results and range.

Every table is finite, so completeness and reachability are proved by enumeration over the facts
that each question reads.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from causality.document import Document, Path_
from causality.errors import Problem
from causality.scoring.engine import band_number
from causality.scoring.model import Algorithm
from causality.scoring.proof import (
    all_totals,
    answers_of,
    attainable,
    domain,
    options_reached,
    result_table,
)
from causality.terms.facts import FACTS
from causality.terms.tables import When


def check_algorithm(
    algorithm: Algorithm, document: Document, known: Sequence[Problem] = ()
) -> list[Problem]:
    """Return every fault of an algorithm, with its place in the file, after those known before.

    Tables are enumerated only where nothing else is wrong: what follows from a fault is none.
    """
    problems = [
        *known,
        *_tables(algorithm, document),
        *_results(algorithm, document),
        *_sources(algorithm, document),
        *_categories(algorithm, document),
        *_bands(algorithm, document),
        *_conventions(algorithm, document),
        *_misplaced(algorithm, document),
    ]
    if problems:
        return problems
    return [
        *_unreachable(algorithm, document),
        *_unreachable_results(algorithm, document),
        *_unreachable_bands(algorithm, document),
        *_range(algorithm, document),
    ]


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
            yield from _always_asked(algorithm, document, (*path, "when"), option.when)
        path = ("questions", name, "asked")
        yield from _answers_only(algorithm, document, path, question.asked, known)
        known.append(name)
    for name, flag in algorithm.flags.items():
        path = ("flags", name, "when")
        yield from _when(algorithm, document, path, flag.when, known, of_answers=True)


def _when(
    algorithm: Algorithm,
    document: Document,
    path: Path_,
    when: When,
    known: list[str],
    *,
    of_answers: bool = False,
) -> Iterator[Problem]:
    """Check the names and values of a `when`; a flag sees the answer where a fact has its name."""
    for number, row in enumerate(when):
        for name, values in row.items():
            where = (*path, number, name)
            allowed = (
                answers_of(algorithm, name)
                if of_answers and name in algorithm.questions
                else domain(algorithm, name)
            )
            later = name in algorithm.questions and name not in known and name not in FACTS
            if allowed is None or later:
                names = ", ".join((*FACTS, *algorithm.conventions, *known))
                yield document.problem("E513", where, found=name, allowed=names)
                continue
            for value in sorted(values - set(allowed)):
                yield document.problem(
                    "E514", where, found=value, name=name, allowed=", ".join(allowed)
                )


def _always_asked(
    algorithm: Algorithm, document: Document, path: Path_, when: When
) -> Iterator[Problem]:
    """Report an option that reads a question which is not always asked."""
    for number, row in enumerate(when):
        for name in row:
            other = algorithm.questions.get(name)
            if name not in FACTS and other is not None and other.asked:
                yield document.problem("E524", (*path, number, name), found=name)


def _answers_only(
    algorithm: Algorithm, document: Document, path: Path_, when: When, known: list[str]
) -> Iterator[Problem]:
    """Check a `when` over answers and conventions: facts are read by questions alone."""
    names = ", ".join((*algorithm.conventions, *known))
    for number, row in enumerate(when):
        for name, values in row.items():
            where = (*path, number, name)
            if name not in known and name not in algorithm.conventions:
                code = "E523" if name in FACTS else "E513"
                yield document.problem(code, where, found=name, allowed=names)
                continue
            allowed = answers_of(algorithm, name)
            for value in sorted(values - set(allowed)):
                yield document.problem(
                    "E514", where, found=value, name=name, allowed=", ".join(allowed)
                )


def _results(algorithm: Algorithm, document: Document) -> Iterator[Problem]:
    for number, row in enumerate(algorithm.results):
        path: Path_ = ("results", number)
        last = number == len(algorithm.results) - 1
        if last and row.when:
            yield document.problem("E511", path, question="results")
        if not last and not row.when:
            yield document.problem("E512", path, question="results")
        known = list(algorithm.questions)
        yield from _answers_only(algorithm, document, (*path, "when"), row.when, known)


def _categories(algorithm: Algorithm, document: Document) -> Iterator[Problem]:
    """Check that every category is listed and given by exactly one of bands and results."""
    if bool(algorithm.bands) == bool(algorithm.results):
        yield document.problem("E521", ("bands",) if algorithm.bands else ())
    listed = ", ".join(algorithm.categories)
    bands = [("bands", n, row.category) for n, row in enumerate(algorithm.bands)]
    results = [("results", n, row.category) for n, row in enumerate(algorithm.results)]
    for key, number, category in (*bands, *results):
        if category not in algorithm.categories:
            path = (key, number, "category")
            yield document.problem("E522", path, found=category, allowed=listed)
    given = {category for _, _, category in (*bands, *results)}
    for category in algorithm.categories:
        if category not in given:
            yield document.problem_at_key("E526", ("categories", category), found=category)
    ranks = [row.category for row in algorithm.bands if row.category in algorithm.categories]
    if ranks != sorted(ranks, key=algorithm.rank):
        yield document.problem("E529", ("bands",), allowed=listed)


def _sources(algorithm: Algorithm, document: Document) -> Iterator[Problem]:
    """Report sources that are used but not listed."""
    used: list[tuple[Path_, tuple[str, ...]]] = [
        (("questions", name, "options", number, "source"), option.source)
        for name, question in algorithm.questions.items()
        for number, option in enumerate(question.options)
    ]
    used += [(("flags", name, "source"), flag.source) for name, flag in algorithm.flags.items()]
    used += [(("results", n, "source"), row.source) for n, row in enumerate(algorithm.results)]
    used.append((("bands_source",), algorithm.bands_source))
    for path, keys in used:
        for key in keys:
            if key not in algorithm.sources:
                allowed = ", ".join(algorithm.sources)
                yield document.problem("E515", path, found=key, allowed=allowed)


def _bands(algorithm: Algorithm, document: Document) -> Iterator[Problem]:
    limits = [entry.max for entry in algorithm.bands]
    if limits and limits[-1] is not None:
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
        if name in FACTS or name in algorithm.questions:
            yield document.problem_at_key("E530", ("conventions", name), found=name)


def _misplaced(algorithm: Algorithm, document: Document) -> Iterator[Problem]:
    """Report points and a range of totals where nothing is added."""
    if not algorithm.results:
        return
    if algorithm.range is not None:
        yield document.problem("E528", ("range",))
    for name, question in algorithm.questions.items():
        for number, option in enumerate(question.options):
            if option.points is not None:
                yield document.problem("E528", ("questions", name, "options", number, "points"))


def _unreachable(algorithm: Algorithm, document: Document) -> Iterator[Problem]:
    for name, question in algorithm.questions.items():
        reached = options_reached(algorithm, name)
        for number in range(len(question.options)):
            if number not in reached:
                yield document.problem(
                    "E519",
                    ("questions", name, "options", number),
                    question=name,
                    option=question.options[number].code,
                )


def _unreachable_results(algorithm: Algorithm, document: Document) -> Iterator[Problem]:
    reached = {row for _, row in result_table(algorithm)}
    for number, row in enumerate(algorithm.results):
        if number not in reached:
            path: Path_ = ("results", number)
            yield document.problem("E519", path, question="results", option=row.category)


def _unreachable_bands(algorithm: Algorithm, document: Document) -> Iterator[Problem]:
    if not algorithm.bands:
        return
    reached = {band_number(algorithm, total) for total in all_totals(algorithm)}
    for number, row in enumerate(algorithm.bands):
        if number not in reached:
            path: Path_ = ("bands", number)
            yield document.problem("E519", path, question="bands", option=row.category)


def _range(algorithm: Algorithm, document: Document) -> Iterator[Problem]:
    if algorithm.range is None or not algorithm.bands:
        return
    low, high = attainable(algorithm)
    if (low, high) != algorithm.range:
        yield document.problem(
            "E520",
            ("range",),
            found=f"{algorithm.range[0]}…{algorithm.range[1]}",
            attainable=f"{low}…{high}",
        )
