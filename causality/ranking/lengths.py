"""How many days lie between moments whose dates are partial, as bounds that hold together.

The bounds are those of a system of differences: what any two dates say of each other, on a shared
clock or on the calendar, what the stated order says, and that the cuts of a chain follow each
other. Its closure (Floyd and Warshall) is the tightest that follows for any two moments.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf

from causality.case.positions import Position, days_between
from causality.terms.dates import Span
from causality.timeline.snapshot import Snapshot

AS_OF = ""
"""The moment of the assessment, when it is a date and not an event."""
Point = tuple[str, int]
"""So many days after an event."""
Bounds = tuple[float, float]


class Lengths:
    """Days between points of a case.

    Parameters
    ----------
    in_order
        Runs of points that follow each other.

    Attributes
    ----------
    consistent
        False where the runs contradict the dates: then nothing is known.
    """

    def __init__(
        self, snapshot: Snapshot, points: Sequence[Point], in_order: Iterable[Sequence[Point]]
    ) -> None:
        self._snapshot = snapshot
        self._number = {point: number for number, point in enumerate(dict.fromkeys(points))}
        names = list(self._number)
        self._longest = [[0.0] * len(names) for _ in names]
        for j, second in enumerate(names):
            for i, first in enumerate(names[:j]):
                low, high = self._stated(first, second)
                self._longest[i][j], self._longest[j][i] = high, -low
        for run in in_order:
            for first, second in pairwise(run):
                row = self._longest[self._number[second]]
                row[self._number[first]] = min(row[self._number[first]], 0)
        _close(self._longest)
        self.consistent = all(self._longest[i][i] >= 0 for i in range(len(names)))

    def _stated(self, first: Point, second: Point) -> Bounds:
        days, more = _days(self._snapshot, first[0], second[0]), second[1] - first[1]
        return (
            -inf if days.earliest is None else days.earliest + more,
            inf if days.latest is None else days.latest + more,
        )

    def between(self, first: Point, second: Point) -> Bounds:
        """Return the fewest and the most days from one point to another."""
        i, j = self._number[first], self._number[second]
        return -self._longest[j][i], self._longest[i][j]

    def overlap(self, starts: Iterable[Point], ends: Iterable[Point]) -> Bounds:
        """Return the days that lie after all of some points and before all of others."""
        found = [self.between(start, end) for start in starts for end in ends]
        return max(0, min(low for low, _ in found)), max(0, min(high for _, high in found))

    def may_overlap(self, starts: Sequence[Point], ends: Iterable[Point]) -> bool:
        """Tell whether any day may lie after all of some points and before all of others."""
        rows = [self._longest[self._number[start]] for start in starts]
        columns = [self._number[end] for end in ends]
        return all(row[column] > 0 for row in rows for column in columns)


def _days(snapshot: Snapshot, first: str, second: str) -> Span:
    if first == second:
        return Span(0, 0)
    if AS_OF not in (first, second):
        return snapshot.timeline.days(first, second)
    now = snapshot.moment.position
    if first == AS_OF:
        return days_between(now, _position(snapshot, second)).at_most(0)
    return days_between(_position(snapshot, first), now).at_least(0)  # what is seen is past


def _position(snapshot: Snapshot, event: str) -> Position | None:
    return snapshot.timeline.events[event].position


def _close(longest: list[list[float]]) -> None:
    for middle, through in enumerate(longest):
        for row in longest:
            first = row[middle]
            if first != inf:
                row[:] = [
                    known if known <= first + rest else first + rest
                    for known, rest in zip(row, through, strict=True)
                ]


def whole_span(bounds: Bounds) -> Span:
    """Return bounds as a span of whole days."""
    low, high = bounds
    return Span(int(low), None if high == inf else int(high))
