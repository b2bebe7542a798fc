"""What one more answer could change in the category of a row, once for each distinct set of facts.

The rule is that of a single case (`causality.inquiry.questions`): an open fact is given each of the
values that it can still have, everything else stays as it was scored. Questions that share facts
are looked at group by group, so that the engine runs once for each combination of their answers.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from causality.batch.answers import Answer
from causality.batch.arrays import Packed
from causality.batch.kernel import Block
from causality.inquiry.questions import SAME_ANSWER
from causality.scoring.engine import (
    Score,
    Scorer,
    answer,
    conventions_in_force,
    facts_behind,
)
from causality.scoring.model import Algorithm
from causality.scoring.ranges import groups
from causality.terms.facts import FACTS, default

if TYPE_CHECKING:
    from causality.batch.arrays import Ints

_REMEMBERED = 200_000
_REST = {name: values[-1] for name, values in FACTS.items()}
Known = tuple[str, tuple[str, ...]]
"""A fact as scored, and the values still possible."""


class Change(NamedTuple):
    """A fact whose answer alone could change the category, and the categories it could give."""

    fact: str
    categories: tuple[str, ...]
    down: bool
    up: bool


class Influence(NamedTuple):
    """What is open in one set of facts, and what one answer could change.

    ``points`` is the way to the nearest border that an answer could cross; None without points.
    """

    total: int | None
    category: str
    open: tuple[str, ...]
    changes: tuple[Change, ...]
    points: int | None


class _Part(NamedTuple):
    """A group of questions in one set of facts: its state, and those that an answer could give."""

    state: int
    open: tuple[tuple[str, tuple[int, ...]], ...]


class _Group:
    """Questions that share facts; a state stands for facts that they cannot tell apart."""

    def __init__(self, scorer: Scorer, questions: Sequence[str]) -> None:
        algorithm = scorer.algorithm
        self.facts = tuple(dict.fromkeys(f for q in questions for f in facts_behind(algorithm, q)))
        self.examples: list[Mapping[str, str]] = []  # of the facts of each state
        self._algorithm = algorithm
        self._choices = conventions_in_force(algorithm, scorer.conventions)
        self._questions = tuple(questions)
        self._states: dict[tuple[int, ...], int] = {}
        self._by_values: dict[tuple[str, ...], int] = {}
        self._parts: dict[tuple[Known, ...], _Part] = {}

    def part(self, key: tuple[Known, ...]) -> _Part:
        """Return the state of some facts with what answers could make of it."""
        found = self._parts.get(key)
        if found is None:
            answers = dict(zip(self.facts, key, strict=True))
            values = {name: value for name, (value, _) in answers.items()}
            open_facts = tuple(
                (name, tuple(sorted(set(self._reached(name, values, answers)))))
                for name in self.facts
                if is_asked(name, answers)
            )
            found = self._parts[key] = _Part(self._state(values), open_facts)
        return found

    def _reached(
        self, name: str, values: Mapping[str, str], answers: Mapping[str, Known]
    ) -> Iterator[int]:
        for value in answers[name][1]:
            if value != default(name):
                yield self._state({**values, **told(name, value, answers)})

    def _state(self, values: Mapping[str, str]) -> int:
        key = tuple(values[name] for name in self.facts)
        found = self._by_values.get(key)
        if found is None:
            options = tuple(self._options({**_REST, **values, **self._choices}))
            found = self._states.setdefault(options, len(self.examples))
            if found == len(self.examples):
                self.examples.append(values)
            self._by_values[key] = found
        return found

    def _options(self, values: dict[str, str]) -> Iterator[int]:
        """Yield the option that each question takes; later ones can read earlier answers."""
        for question in self._questions:
            item, option = answer(self._algorithm, question, values)
            if question not in FACTS:
                values[question] = str(option.code)
            yield item.option


class Influences:
    """The influences under one algorithm; what was found before is remembered."""

    def __init__(self, scorer: Scorer) -> None:
        self.algorithm = scorer.algorithm
        self.distinct: list[Influence] = []
        self._scorer = scorer
        self._groups = [_Group(scorer, group) for group in groups(scorer.algorithm, FACTS)]
        self._facts = tuple(name for group in self._groups for name in group.facts)
        self._classes: dict[str, dict[Known, int]] = {name: {} for name in self._facts}
        self._examples: dict[str, list[Known]] = {name: [] for name in self._facts}
        self._known: dict[tuple[int, ...], int] = {}
        self._numbers: dict[Influence, int] = {}
        self._scores: dict[tuple[int, ...], Score] = {}

    def of(self, block: Block, answers: Mapping[str, Sequence[Answer]]) -> "Ints":
        """Return for every row the number of its influence among the distinct ones."""
        import numpy as np

        packed = Packed(block.rows)
        columns: list[Ints | int] = []
        for name in self._facts:
            classes = np.asarray([self._class(name, answer) for answer in answers[name]])
            if name not in block.answers:
                columns.append(int(classes[block.same[name]]))
                continue
            column = classes[block.answers[name]]
            columns.append(column)
            packed.add(column, len(self._examples[name]))
        first, codes = packed.distinct()
        keys = zip(
            *([c] * len(first) if isinstance(c, int) else c[first].tolist() for c in columns),
            strict=True,
        )
        return np.asarray([self._number(key) for key in keys], dtype=np.int64)[codes]

    def __call__(self, answers: Mapping[str, Known]) -> Influence:
        """Return what one more answer could change in one set of facts."""
        parts = [group.part(tuple(answers[f] for f in group.facts)) for group in self._groups]
        states = [part.state for part in parts]
        now = self._score(tuple(states))
        changes = []
        for place, part in enumerate(parts):
            for name, reached in part.open:
                categories = {
                    self._score((*states[:place], state, *states[place + 1 :])).category
                    for state in reached
                } - {now.category}
                if categories:
                    changes.append(self._change(name, categories, now.category))
        open_facts = tuple(name for part in parts for name, _ in part.open)
        points = _to_border(self.algorithm, now, changes)
        return Influence(now.total, now.category, open_facts, tuple(changes), points)

    def _change(self, name: str, categories: set[str], now: str) -> Change:
        rank = self.algorithm.rank
        ordered = tuple(sorted(categories, key=rank))
        down, up = rank(ordered[0]) < rank(now), rank(ordered[-1]) > rank(now)
        return Change(name, ordered, down, up)

    def _class(self, name: str, answer: Answer) -> int:
        known, key = self._classes[name], (answer.value, answer.possible)
        number = known.setdefault(key, len(known))
        if number == len(self._examples[name]):
            self._examples[name].append(key)
        return number

    def _number(self, key: tuple[int, ...]) -> int:
        number = self._known.get(key)
        if number is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            pairs = zip(self._facts, key, strict=True)
            found = self({name: self._examples[name][n] for name, n in pairs})
            number = self._known[key] = self._numbers.setdefault(found, len(self.distinct))
            if number == len(self.distinct):
                self.distinct.append(found)
        return number

    def _score(self, states: tuple[int, ...]) -> Score:
        found = self._scores.get(states)
        if found is None:
            values = dict(_REST)
            for group, state in zip(self._groups, states, strict=True):
                values.update(group.examples[state])
            found = self._scores[states] = self._scorer(values)
        return found


def is_asked(name: str, answers: Mapping[str, Known]) -> bool:
    """Tell whether a fact is open and no other one that is open settles it as well."""
    if len(answers[name][1]) == 1:
        return False
    first = next((first for first, twin in SAME_ANSWER.items() if twin == name), None)
    return first is None or answers.get(first) != answers[name]


def told(name: str, value: str, answers: Mapping[str, Known]) -> dict[str, str]:
    """Return what an answer says: of its twin as well where that is not known otherwise."""
    twin = SAME_ANSWER.get(name)
    if twin is None or answers.get(twin) != answers[name]:
        return {name: value}
    return {name: value, twin: value}


def _to_border(algorithm: Algorithm, now: Score, changes: Sequence[Change]) -> int | None:
    """Return the points to the nearest border that a change could cross."""
    if now.total is None:
        return None
    ways = []
    upper = algorithm.bands[now.row].max
    if upper is not None and any(change.up for change in changes):
        ways.append(upper + 1 - now.total)
    lower = algorithm.bands[now.row - 1].max if now.row else None
    if lower is not None and any(change.down for change in changes):
        ways.append(now.total - lower)
    return min(ways, default=None)
