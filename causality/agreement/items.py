"""Which items go with disagreement: answers and facts beside the categories."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from causality.agreement.match import Pair
from causality.agreement.scale import Rater
from causality.scoring.model import column_prefix
from causality.terms.facts import FACTS

_FACT = "fact_"
Judged = Sequence[tuple[Pair, bool]]
"""Rows, and whether both raters gave the same category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCount:
    """How often an item differs among the rows that agree and among those that do not.

    Rows in which an item is empty on a side are not counted: unknown is not different.
    """

    name: str
    agreeing: int
    agreeing_differ: int
    disagreeing: int
    disagreeing_differ: int

    @property
    def gap(self) -> float:
        """Return how much more often it differs where the raters disagree."""
        return _share(self.disagreeing_differ, self.disagreeing) - _share(
            self.agreeing_differ, self.agreeing
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCount:
    """How many of the rows with a value of an item, the same on both sides, disagree."""

    name: str
    value: str
    rows: int
    disagreeing: int

    def excess(self, share: float) -> float:
        """Return how many more of its rows disagree than a share of them."""
        return self.disagreeing - self.rows * share


@dataclass(frozen=True, slots=True)
class ItemColumns:
    """The item columns with their place in the file of each rater; one may lack on a side."""

    both: tuple[tuple[str, int, int], ...]
    single: tuple[tuple[str, int, int], ...]
    """Of one rater only: name, side, place."""

    def differing(self, pair: Pair) -> tuple[str, ...]:
        """Return the items with different values in a row."""
        return tuple(
            name
            for name, ours, theirs in self.both
            if _differs(pair.records[0].cells[ours], pair.records[1].cells[theirs])
        )


def item_columns(raters: tuple[Rater, Rater], names: Sequence[str]) -> ItemColumns:
    """Return the item columns: those named, else answers and facts that the files hold.

    Raises
    ------
    InputError
        E701 for a named column that one of the files lacks.
    """
    sheets = [rater.sheet for rater in raters]
    if names:
        return ItemColumns(tuple((n, sheets[0].place(n), sheets[1].place(n)) for n in names), ())
    known = [
        column_prefix(rater.algorithm.id) + question
        for rater in raters
        if rater.algorithm
        for question in rater.algorithm.questions
    ]
    known += [_FACT + fact for fact in FACTS]
    known += [fact for fact in FACTS if not all(_FACT + fact in s.columns for s in sheets)]
    both: list[tuple[str, int, int]] = []
    single: list[tuple[str, int, int]] = []
    for name in dict.fromkeys(known):
        sides = [side for side, sheet in enumerate(sheets) if name in sheet.columns]
        if len(sides) == len(sheets):
            both.append((name, sheets[0].place(name), sheets[1].place(name)))
        elif sides:
            single.append((name, sides[0], sheets[sides[0]].place(name)))
    return ItemColumns(tuple(both), tuple(single))


def item_counts(columns: ItemColumns, judged: Judged) -> tuple[ItemCount, ...]:
    """Return every item of both files, the one that goes most with disagreement first."""
    found: list[ItemCount] = []
    for name, ours, theirs in columns.both:
        counted: Counter[tuple[bool, bool]] = Counter()
        for pair, agrees in judged:
            one, other = pair.records[0].cells[ours], pair.records[1].cells[theirs]
            if one and other:
                counted[agrees, one != other] += 1
        found.append(
            ItemCount(
                name=name,
                agreeing=counted[True, True] + counted[True, False],
                agreeing_differ=counted[True, True],
                disagreeing=counted[False, True] + counted[False, False],
                disagreeing_differ=counted[False, True],
            )
        )
    return tuple(sorted(found, key=lambda item: -item.gap))


def value_counts(columns: ItemColumns, judged: Judged) -> tuple[ValueCount, ...]:
    """Return every value of every item, the most disagreement beyond the share over all first."""
    rows: Counter[tuple[str, str]] = Counter()
    disagreeing: Counter[tuple[str, str]] = Counter()
    for pair, agrees in judged:
        cells = [
            (name, pair.records[0].cells[ours])
            for name, ours, theirs in columns.both
            if pair.records[0].cells[ours] == pair.records[1].cells[theirs]
        ]
        cells += [(name, pair.records[side].cells[place]) for name, side, place in columns.single]
        for name, value in cells:
            if value:
                rows[name, value] += 1
                disagreeing[name, value] += not agrees
    found = [
        ValueCount(name=name, value=value, rows=count, disagreeing=disagreeing[name, value])
        for (name, value), count in rows.items()
    ]
    share = sum(not agrees for _, agrees in judged) / max(len(judged), 1)
    return tuple(sorted(found, key=lambda entry: -entry.excess(share)))


def _differs(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
