"""Answer the questions of an algorithm from facts, then find the total and the category."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from causality.scoring.model import Algorithm, Band, Code, Option
from causality.terms.facts import FACTS
from causality.terms.tables import When, holds, matching_row


class Item(NamedTuple):
    """The answer to one question and the facts that decided it."""

    question: str
    code: Code
    points: int | None
    option: int
    facts: tuple[str, ...]


class Score(NamedTuple):
    """The answers to the questions asked, the category, and the total where points are added.

    ``row`` is the band or the row of the result table that gave the category.
    """

    items: tuple[Item, ...]
    total: int | None
    category: str
    row: int
    flags: tuple[str, ...]

    @property
    def points(self) -> int:
        """Return the total; only of an algorithm that adds points."""
        if self.total is None:
            message = "this algorithm adds no points"
            raise TypeError(message)
        return self.total

    def item(self, question: str) -> Item:
        """Return the answer to a question."""
        return next(item for item in self.items if item.question == question)


Ask = Callable[[str, Mapping[str, str]], tuple[Item, Option]]


def score(
    algorithm: Algorithm,
    facts: Mapping[str, str],
    conventions: Mapping[str, str],
    *,
    without: str | None = None,
    ask: Ask | None = None,
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
    ask
        Answers a question instead of `answer`, as one that remembers its answers does.
    """
    chosen = conventions_in_force(algorithm, conventions)
    values = {**facts, **chosen}
    answers = dict(chosen)
    items: list[Item] = []
    flags: list[str] = []
    for name, question in algorithm.questions.items():
        if question.asked and not holds(question.asked, answers):
            continue
        item, option = ask(name, values) if ask else answer(algorithm, name, values)
        built_on = any(fact in algorithm.questions for fact in item.facts)
        items.append(_resolved(item, items) if built_on else item)
        answers[name] = str(option.code)
        if name not in FACTS:  # a question named as a fact cannot be read by later ones
            values[name] = answers[name]
        if option.flag:
            flags.append(option.flag)
    flags += [
        name for name, flag in algorithm.flags.items() if holds(flag.when, {**values, **answers})
    ]
    total = None
    if algorithm.bands:
        total = sum(item.points or 0 for item in items if item.question != without)
        row = band_number(algorithm, total)
        category = algorithm.bands[row].category
    else:
        row = result_number(algorithm, answers)
        category = algorithm.results[row].category
    return Score(tuple(items), total, category, row, tuple(flags))


def _resolved(item: Item, earlier: list[Item]) -> Item:
    """Return an item with the facts behind the earlier answers it rests on, in their place."""
    behind = {other.question: other.facts for other in earlier if other.question not in FACTS}
    if behind.keys().isdisjoint(item.facts):
        return item
    facts = (fact for name in item.facts for fact in behind.get(name, (name,)))
    return item._replace(facts=tuple(dict.fromkeys(facts)))


def conventions_in_force(algorithm: Algorithm, conventions: Mapping[str, str]) -> dict[str, str]:
    """Return the choices in force, the default for those left out."""
    defaults = {name: entry.default for name, entry in algorithm.conventions.items()}
    return {**defaults, **conventions}


_REMEMBERED = 50_000


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
        self._read = facts_read(algorithm)
        self._known: dict[tuple[str, ...], Score] = {}
        self._ask = Remembered(algorithm)

    def __call__(self, facts: Mapping[str, str]) -> Score:
        """Score one set of facts, which has a value for every fact of the vocabulary."""
        key = tuple([facts[name] for name in self._read])
        known = self._known.get(key)
        if known is None:
            known = score(
                self.algorithm, facts, self.conventions, without=self.without, ask=self._ask
            )
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = known
        return known


class Remembered:
    """Answers questions as `answer` does, from memory where it has read the same before."""

    def __init__(self, algorithm: Algorithm) -> None:
        self.algorithm = algorithm
        self._reads = {name: reads(algorithm, name) for name in algorithm.questions}
        self._known: dict[tuple[str | None, ...], tuple[Item, Option]] = {}

    def __call__(self, question: str, values: Mapping[str, str]) -> tuple[Item, Option]:
        """Return the answer to a question and the option that gives it."""
        key = (question, *map(values.get, self._reads[question]))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = answer(self.algorithm, question, values)
        return known


def answer(algorithm: Algorithm, name: str, values: Mapping[str, str]) -> tuple[Item, Option]:
    """Return the first option of a question whose ``when`` holds."""
    question = algorithm.questions[name]
    for number, option in enumerate(question.options):
        row = matching_row(option.when, values)
        if row is not None or not option.when:
            used = tuple(row) if row else question.reads
            facts = tuple(n for n in used if n not in algorithm.conventions)
            points = (option.points or 0) if algorithm.bands else None
            return Item(name, option.code, points, number, facts), option
    raise AssertionError(name)  # the loader refuses a question whose last option has a `when`


def names_in(*tables: When) -> tuple[str, ...]:
    """Return every name that some `when` read, in order."""
    return tuple(dict.fromkeys(name for when in tables for row in when for name in row))


def reads(algorithm: Algorithm, question: str) -> tuple[str, ...]:
    """Return the facts, conventions and earlier questions that a question reads."""
    return algorithm.questions[question].reads


def facts_behind(algorithm: Algorithm, question: str) -> tuple[str, ...]:
    """Return the facts that a question reads itself or through earlier questions."""
    found: dict[str, None] = {}
    for name in reads(algorithm, question):
        if name in FACTS:
            found[name] = None
        elif name in algorithm.questions:
            found.update(dict.fromkeys(facts_behind(algorithm, name)))
    return tuple(found)


def facts_read(algorithm: Algorithm) -> tuple[str, ...]:
    """Return the facts that an algorithm reads in a question or a flag, in order."""
    names = {name for question in algorithm.questions for name in facts_behind(algorithm, question)}
    flags = names_in(*(flag.when for flag in algorithm.flags.values()))
    names.update(name for name in flags if name not in algorithm.questions)
    return tuple(name for name in FACTS if name in names)


def band(algorithm: Algorithm, total: int) -> Band:
    """Return the band in which a total lies."""
    return algorithm.bands[band_number(algorithm, total)]


def band_number(algorithm: Algorithm, total: int) -> int:
    """Return the number of the band in which a total lies."""
    for number, entry in enumerate(algorithm.bands):
        if entry.max is None or total <= entry.max:
            return number
    raise AssertionError(total)  # the loader refuses a last band with a limit


def result_number(algorithm: Algorithm, answers: Mapping[str, str]) -> int:
    """Return the number of the first row of the result table that holds."""
    for number, row in enumerate(algorithm.results):
        if holds(row.when, answers):
            return number
    raise AssertionError(algorithm.id)  # the loader refuses a last row with a `when`
