"""Answer the questions of an algorithm from facts, add the points and find the category."""

from collections.abc import Mapping
from dataclasses import dataclass

from causality.scoring.model import Algorithm, Band, Code, Option
from causality.terms.facts import FACTS
from causality.terms.tables import holds, matching_row


@dataclass(frozen=True, slots=True)
class Item:
    """The answer to one question and the facts that decided it."""

    question: str
    code: Code
    points: int
    option: int
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The answers, the total and the category of one set of facts."""

    items: tuple[Item, ...]
    total: int
    category: str
    flags: tuple[str, ...]

    def item(self, question: str) -> Item:
        """Return the answer to a question."""
        return next(item for item in self.items if item.question == question)


def score(
    algorithm: Algorithm,
    facts: Mapping[str, str],
    conventions: Mapping[str, str],
    *,
    without: str | None = None,
) -> Score:
    """Score one set of facts.

    Parameters
    ----------
    facts
        A value for every fact of the vocabulary.
    conventions
        The choices in force; those left out take the default of the algorithm.
    without
        A question whose points are left out of the total.
    """
    values = {
        **facts,
        **{name: entry.default for name, entry in algorithm.conventions.items()},
        **conventions,
    }
    items: list[Item] = []
    flags: list[str] = []
    for name in algorithm.questions:
        item, option = answer(algorithm, name, values)
        items.append(item)
        if name not in FACTS:  # a question named as a fact cannot be read by later ones
            values[name] = str(option.code)
        if option.flag:
            flags.append(option.flag)
    answers = {item.question: str(item.code) for item in items}
    flags += [
        name for name, flag in algorithm.flags.items() if holds(flag.when, {**values, **answers})
    ]
    total = sum(item.points for item in items if item.question != without)
    return Score(tuple(items), total, band(algorithm, total).category, tuple(flags))


class Scorer:
    """An algorithm under fixed conventions that remembers the distinct facts it has scored.

    A batch scores each distinct set of facts once with it; so does a case over time.
    """

    def __init__(
        self, algorithm: Algorithm, conventions: Mapping[str, str], *, without: str | None = None
    ) -> None:
        self.algorithm = algorithm
        self.conventions = conventions
        self.without = without
        self._known: dict[tuple[str, ...], Score] = {}

    def __call__(self, facts: Mapping[str, str]) -> Score:
        """Score one set of facts, which has a value for every fact of the vocabulary."""
        key = tuple(facts[name] for name in FACTS)
        known = self._known.get(key)
        if known is None:
            known = score(self.algorithm, facts, self.conventions, without=self.without)
            self._known[key] = known
        return known


def answer(algorithm: Algorithm, name: str, values: Mapping[str, str]) -> tuple[Item, Option]:
    """Return the first option of a question whose ``when`` holds."""
    options = algorithm.questions[name].options
    for number, option in enumerate(options):
        if holds(option.when, values):
            row = matching_row(option.when, values)
            used = tuple(row) if row else _read(options)
            facts = tuple(n for n in used if n not in algorithm.conventions)
            return Item(name, option.code, option.points or 0, number, facts), option
    raise AssertionError(name)  # the loader refuses a question whose last option has a `when`


def _read(options: tuple[Option, ...]) -> tuple[str, ...]:
    """Return every name that the options of a question read, in order."""
    names = (name for option in options for row in option.when for name in row)
    return tuple(dict.fromkeys(names))


def reads(algorithm: Algorithm, question: str) -> tuple[str, ...]:
    """Return the facts, conventions and earlier questions that a question reads."""
    return _read(algorithm.questions[question].options)


def reads_by_question(algorithm: Algorithm) -> dict[str, tuple[str, ...]]:
    """Return what every question reads."""
    return {question: reads(algorithm, question) for question in algorithm.questions}


def band(algorithm: Algorithm, total: int) -> Band:
    """Return the band in which a total lies."""
    for entry in algorithm.bands:
        if entry.max is None or total <= entry.max:
            return entry
    raise AssertionError(total)  # the loader refuses a last band with a limit
