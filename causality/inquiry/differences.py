"""Why methods differ about one pair: the fact and the question that hold one of them back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from causality.scoring.engine import Score, Scorer, facts_behind
from causality.scoring.model import Algorithm
from causality.terms.facts import FACTS, NEVER_PROPOSED, default


class Change(NamedTuple):
    """A value that a fact could have had, and the category it would have given."""

    value: str
    category: str


class HeldBy(NamedTuple):
    """A fact that alone keeps a method below another, with the questions that read it."""

    fact: str
    value: str
    questions: tuple[str, ...]
    would_be: tuple[Change, ...]


class Difference(NamedTuple):
    """A method that says less than another, and why.

    ``held_by`` are the facts whose single change would bring it as high, or as near as it can
    come; ``unmoved_by`` are the facts that count for the other and change nothing here.
    """

    algorithm: str
    category: str
    other: str
    other_category: str
    held_by: tuple[HeldBy, ...]
    unmoved_by: tuple[str, ...]


def differences(values: Mapping[str, str], scorers: Sequence[Scorer]) -> tuple[Difference, ...]:
    """Return why each method says less than the one that says most, the first of those.

    Categories are compared by the degree that their files give them; a category that judges
    nothing (more data needed, not assessable) is explained in the same way.
    """
    scores = [scorer(values) for scorer in scorers]
    levels = [_level(scorer, score) for scorer, score in zip(scorers, scores, strict=True)]
    highest = max(levels, default=-1)
    top = levels.index(highest) if levels else 0
    return tuple(
        _difference(values, scorer, scorers[top], highest)
        for scorer, level in zip(scorers, levels, strict=True)
        if level < highest
    )


def _level(scorer: Scorer, score: Score) -> int:
    found = scorer.algorithm.level(score.category)
    return -1 if found is None else found


def _difference(
    values: Mapping[str, str], lower: Scorer, higher: Scorer, highest: int
) -> Difference:
    return Difference(
        algorithm=lower.algorithm.id,
        category=lower(values).category,
        other=higher.algorithm.id,
        other_category=higher(values).category,
        held_by=tuple(_held_by(values, lower, highest)),
        unmoved_by=tuple(_unmoved_by(values, lower, higher)),
    )


def _held_by(values: Mapping[str, str], lower: Scorer, highest: int) -> Iterator[HeldBy]:
    """Yield the facts that hold a method back: known ones first, then those that bring it up most.

    A change beyond the other method's degree counts no more than one that reaches it.
    """
    now = _level(lower, lower(values))
    best: list[tuple[int, bool, HeldBy]] = []
    for fact in _facts_read(lower.algorithm):
        reached = [
            (min(_level(lower, lower({**values, fact: value})), highest), value)
            for value in FACTS[fact]
            if value != values[fact] and (fact, value) not in NEVER_PROPOSED
        ]
        most = max((level for level, _ in reached), default=now)
        if most <= now:
            continue
        changes = tuple(
            Change(value, lower({**values, fact: value}).category)
            for level, value in reached
            if level == most
        )
        held = HeldBy(fact, values[fact], _questions(lower, values, fact), changes)
        best.append((most, values[fact] != default(fact), held))
    most = max((entry[0] for entry in best), default=0)
    yield from (held for level, known, held in best if level == most and known)
    yield from (held for level, known, held in best if level == most and not known)


def _questions(scorer: Scorer, values: Mapping[str, str], fact: str) -> tuple[str, ...]:
    """Return the questions really asked that read a fact itself."""
    return tuple(item.question for item in scorer(values).items if fact in item.facts)


def _facts_read(algorithm: Algorithm) -> tuple[str, ...]:
    names = (name for question in algorithm.questions for name in facts_behind(algorithm, question))
    return tuple(dict.fromkeys(names))


def _unmoved_by(values: Mapping[str, str], lower: Scorer, higher: Scorer) -> Iterator[str]:
    """Yield the known facts without which the other says less, and that here change nothing."""
    there, here = higher(values), lower(values)
    for fact in _facts_read(higher.algorithm):
        if values[fact] == default(fact):
            continue
        without = _level(higher, higher({**values, fact: default(fact)}))
        if without >= _level(higher, there):
            continue
        if all(lower({**values, fact: v}).category == here.category for v in FACTS[fact]):
            yield fact
