"""What the unknown facts leave open, exact: per group of questions that share facts.

The lowest and highest total of a sum, the lowest and highest category of either kind. Nothing is
sampled: a group is followed through every combination of the values that its questions tell apart,
and a result table through every combination of answers that it looks at.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import product
from typing import NamedTuple

from causality.scoring.engine import (
    Remembered,
    band_number,
    conventions_in_force,
    facts_read,
    names_in,
    reads,
    result_number,
)
from causality.scoring.model import Algorithm, Option
from causality.terms.facts import FACTS
from causality.terms.tables import holds

Possible = Mapping[str, tuple[str, ...]]
Answers = tuple[tuple[str, str], ...]


class Range(NamedTuple):
    """The totals (None where no points are added) and categories that the facts leave open."""

    total_min: int | None
    total_max: int | None
    category_min: str
    category_max: str

    @property
    def points(self) -> tuple[int, int]:
        """Return the lowest and highest total; only of an algorithm that adds points."""
        if self.total_min is None or self.total_max is None:
            message = "this algorithm adds no points"
            raise TypeError(message)
        return self.total_min, self.total_max


class Signature(NamedTuple):
    """What a group of questions gives to a result.

    ``points``, ``low`` and ``high`` are added up over groups: the points scored, and the fewest and
    most still possible (0 where no points are added). ``rest`` is all else that can matter.
    """

    points: int
    low: int
    high: int
    rest: tuple[object, ...]


def total_range(
    algorithm: Algorithm,
    possible: Possible,
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
        self._choices = conventions_in_force(algorithm, conventions)
        self._reads = {question: reads(algorithm, question) for question in algorithm.questions}
        tables = [row.when for row in algorithm.results]
        tables += [question.asked for question in algorithm.questions.values()]
        self._looked_at = frozenset(names_in(*tables))
        tables += [flag.when for flag in algorithm.flags.values()]
        self._tables = [row for table in tables for row in table]
        self._ask = Remembered(algorithm)
        self._read = facts_read(algorithm)
        self._ranges: dict[tuple[tuple[str, ...] | None, ...], Range] = {}
        self._groups: dict[frozenset[str], list[tuple[str, ...]]] = {}
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._known: dict[tuple[object, ...], frozenset[Answers] | tuple[int, int]] = {}
        self._rows: dict[tuple[object, ...], tuple[int, ...]] = {}
        self._looks: dict[Answers, _Way | str] = {}

    def __call__(self, possible: Possible) -> Range:
        """Return the range; ``possible`` holds every fact that the algorithm reads."""
        key = tuple([possible.get(name) for name in self._read])
        found = self._ranges.get(key)
        if found is None:
            found = self._ranges[key] = self._range(possible)
        return found

    def _range(self, possible: Possible) -> Range:
        if self.algorithm.bands:
            return self.between(*self._totals(possible))
        categories = [self.algorithm.results[row].category for row in self.result_rows(possible)]
        least, most = (
            min(categories, key=self.algorithm.rank),
            max(categories, key=self.algorithm.rank),
        )
        return Range(None, None, least, most)

    def between(self, low: int, high: int) -> Range:
        """Return the range of the totals from one to another."""
        rows = band_number(self.algorithm, low), band_number(self.algorithm, high)
        categories = [self.algorithm.bands[row].category for row in rows]
        return Range(low, high, categories[0], categories[1])

    def over(self, worlds: Collection[Possible]) -> Range:
        """Return the range over several sets of possible values that cannot be mixed."""
        if len(worlds) == 1:
            return self(next(iter(worlds)))
        ranges = [self(possible) for possible in worlds]
        totals = [total for r in ranges if self.algorithm.bands for total in r.points]
        return Range(
            min(totals, default=None),
            max(totals, default=None),
            min((r.category_min for r in ranges), key=self.algorithm.rank),
            max((r.category_max for r in ranges), key=self.algorithm.rank),
        )

    def result_rows(self, possible: Possible) -> tuple[int, ...]:
        """Return the rows of the result table that can still be reached, in their order."""
        groups_ = tuple(self._answers(questions, possible) for questions in self._grouped(possible))
        key = (groups_,)
        if key not in self._rows:
            of_question = {
                question: group for group in groups_ for question, _ in next(iter(group))
            }
            rows = {row for _, row in self._paths({}, of_question)}
            self._rows[key] = tuple(sorted(rows))
        return self._rows[key]

    def answer_paths(self, possible: Possible) -> Iterator[tuple[dict[str, str], int]]:
        """Yield every way through the result table once: what is looked at, and the row reached.

        What is looked at are answers and choices of conventions.
        """
        groups_ = [self._answers(questions, possible) for questions in self._grouped(possible)]
        of_question = {question: group for group in groups_ for question, _ in next(iter(group))}
        known: set[Answers] = set()
        for seen, row in self._paths({}, of_question):
            way = tuple(seen.items())
            if way not in known:  # several answers of a group can lead along it
                known.add(way)
                yield seen, row

    def _paths(
        self, known: dict[str, str], groups_: Mapping[str, frozenset[Answers]]
    ) -> Iterator[tuple[dict[str, str], int]]:
        """Follow the result table; where it looks at an open answer, follow each one."""
        found = self._look(known)
        if isinstance(found, _Way):
            yield found
            return
        for answers in sorted(groups_[found]):
            yield from self._paths({**known, **dict(answers)}, groups_)

    def _look(self, known: dict[str, str]) -> "_Way | str":
        """Return the way through the result table, or the question without an answer on it."""
        key = tuple(known.items())
        found = self._looks.get(key)
        if found is None:
            view = _Answers(self.algorithm, {**self._choices, **known})
            try:
                row = result_number(self.algorithm, view)
            except _Open as question:
                found = question.name
            else:
                found = _Way({name: view[name] for name in view.seen}, row)
            self._looks[key] = found
        return found

    def _grouped(self, possible: Possible) -> list[tuple[str, ...]]:
        open_facts = frozenset(name for name, values in possible.items() if len(values) > 1)
        if open_facts not in self._groups:
            self._groups[open_facts] = groups(self.algorithm, possible)
        return self._groups[open_facts]

    def signature(
        self,
        questions: frozenset[str],
        facts: Mapping[str, str],
        possible: Possible,
        *,
        codes: bool,
    ) -> "Signature":
        """Return all that a result depends on, as far as some questions bear on it.

        Facts with equal sums of points and ranges, and otherwise equal signatures for every group
        of questions, have the same result, range and flags, and with ``codes`` the same answers.

        Parameters
        ----------
        questions
            A group of `groups` with every fact open: they share no fact with the others.
        facts, possible
            The scored value of every fact, and those still possible.
        """
        rest: list[object] = []
        sums = [0, 0, 0]
        values = {**facts, **self._choices}
        scored = {name: (value,) for name, value in facts.items()}
        for group in self._grouped(possible):
            if questions.isdisjoint(group):
                continue
            for question in group:
                item, option = self._ask(question, values)
                if question not in FACTS:
                    values[question] = str(option.code)
                rest.append(item.option if codes else (option.flag, self._kind(question, option)))
            if self.algorithm.bands:
                found = self._points(group, scored)[0], *self._points(group, possible)
                sums = [a + b for a, b in zip(sums, found, strict=True)]
            else:
                rest.append(self._answers(group, possible))
        return Signature(sums[0], sums[1], sums[2], tuple(rest))

    def _kind(self, question: str, option: Option) -> tuple[bool, ...]:
        """Return how every table that looks at a question takes an answer to it."""
        code = str(option.code)
        return tuple(code in row[question] for row in self._tables if question in row)

    def _totals(self, possible: Possible) -> tuple[int, int]:
        low = high = 0
        for questions in self._grouped(possible):
            found = self._points(questions, possible)
            low, high = low + found[0], high + found[1]
        return low, high

    def _points(self, questions: tuple[str, ...], possible: Possible) -> tuple[int, int]:
        """Return the lowest and highest points of some questions together."""
        names, key = self._key(questions, possible)
        found = self._known.get(key)
        if not isinstance(found, tuple):
            ways = self.combinations(questions, names, possible)
            totals = {points for _, _, points in ways}
            self._known[key] = found = (min(totals), max(totals))
        return found

    def _answers(self, questions: tuple[str, ...], possible: Possible) -> frozenset[Answers]:
        """Return the answers that some questions can give together, those that a result sees."""
        names, key = self._key(questions, possible)
        found = self._known.get(key)
        if not isinstance(found, frozenset):
            combinations = self.combinations(questions, names, possible)
            found = frozenset(
                tuple((q, answers[q]) for q in questions if q in self._looked_at)
                for _, answers, _ in combinations
            )
            self._known[key] = found
        return found

    def _key(
        self, questions: tuple[str, ...], possible: Possible
    ) -> tuple[tuple[str, ...], tuple[object, ...]]:
        names = self._names.get(questions)
        if names is None:
            found = (name for question in questions for name in self._reads[question])
            names = tuple(name for name in dict.fromkeys(found) if name in FACTS)
            self._names[questions] = names
        return names, (questions, *map(possible.__getitem__, names))

    def combinations(
        self, questions: tuple[str, ...], names: tuple[str, ...], possible: Possible
    ) -> Iterator[tuple[tuple[str, ...], dict[str, str], int]]:
        """Yield every combination of the facts that some questions read: values, answers, points.

        Of values that the questions do not tell apart only the first is taken.
        """
        distinct = [
            distinct_values(self.algorithm, questions, name, possible[name]) for name in names
        ]
        for choice in product(*distinct):
            values = {**self._choices, **dict(zip(names, choice, strict=True))}
            answers = dict(self._choices)
            points = 0
            for question in questions:
                asked = self.algorithm.questions[question].asked
                if self.algorithm.bands and asked and not holds(asked, answers):
                    continue
                item, option = self._ask(question, values)
                answers[question] = str(option.code)
                if question not in FACTS:
                    values[question] = answers[question]
                points += (item.points or 0) if question != self.without else 0
            yield choice, answers, points


def distinct_values(
    algorithm: Algorithm, questions: Collection[str], name: str, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Return one value of each kind that some questions tell apart."""
    kinds: dict[tuple[bool, ...], str] = {}
    for value in values:
        kind = tuple(
            value in row[name]
            for question in questions
            for option in algorithm.questions[question].options
            for row in option.when
            if name in row
        )
        kinds.setdefault(kind, value)
    return tuple(kinds.values())


class _Way(NamedTuple):
    """What a result table has looked at, and the row that it reached."""

    seen: dict[str, str]
    row: int


class _Open(Exception):  # noqa: N818 - no error: the table looks at an answer that is still open
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class _Answers(dict[str, str]):
    """The answers known so far, as a result table sees them: a question not asked has none."""

    def __init__(self, algorithm: Algorithm, known: Mapping[str, str]) -> None:
        super().__init__(known)
        self.algorithm = algorithm
        self.seen: dict[str, None] = {}

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        question = self.algorithm.questions.get(name)
        if question is None:  # a convention
            self.seen[name] = None
            return self[name]
        if question.asked and not holds(question.asked, self):
            return default
        if name not in self:
            raise _Open(name)
        self.seen[name] = None
        return self[name]


def groups(algorithm: Algorithm, possible: Possible) -> list[tuple[str, ...]]:
    """Return the questions in groups: those that share an open fact, or read one another.

    In a sum a question also belongs with those that decide whether it is asked; a result table
    asks that itself.
    """
    found: list[tuple[set[str], list[str]]] = []
    for question, entry in algorithm.questions.items():
        names = {
            name
            for name in reads(algorithm, question)
            if (name in algorithm.questions and name not in FACTS)
            or len(possible.get(name, ())) > 1
        } | {question}
        if algorithm.bands:
            names.update(name for name in names_in(entry.asked) if name in algorithm.questions)
        joined = [group for group in found if group[0] & names]
        merged = (
            names.union(*(group[0] for group in joined)),
            [q for group in joined for q in group[1]] + [question],
        )
        found = [group for group in found if group not in joined] + [merged]
    order = list(algorithm.questions)
    return [tuple(sorted(group[1], key=order.index)) for group in found]
