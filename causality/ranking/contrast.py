"""A drug and a condition against each other: patient-days and episodes, and what they tell."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from causality.ranking.lengths import AS_OF, Bounds, Point, whole_span
from causality.ranking.readings import READINGS
from causality.ranking.times import Sides, Time, Times
from causality.terms.dates import Span
from causality.timeline.snapshot import Snapshot

_NOT_LISTED = frozenset({"state_unknown", "time_uncertain"})
_LISTED = frozenset({"off_active_none", "drug_treats_condition"})
"""Readings worth a line even where the dates leave open how long such a time was."""


class Stretch(NamedTuple):
    """Time in one state of both: what it is between, its days, the episodes that began in it.

    ``active`` are the conditions that were active then: the gammopathy before the myeloma.
    """

    drug: str
    condition: str
    since: str
    until: str
    days: Span
    episodes: tuple[str, ...]
    reading: str
    suppressing: tuple[str, ...] = ()  # other drugs given then that could suppress the reaction
    active: tuple[str, ...] = ()


class Cell(NamedTuple):
    """All the time in one state of both."""

    drug: str
    condition: str
    days: Span
    episodes: tuple[str, ...]
    reading: str


class Contrast(NamedTuple):
    """A drug and a condition over the observed time."""

    observed: Span
    since: str
    until: str
    cells: tuple[Cell, ...]
    stretches: tuple[Stretch, ...]


def contrast(snapshot: Snapshot, sides: Sides) -> Contrast | None:
    """Return the contrast of a drug with a condition; None when nothing is told of the drug."""
    return _Table(snapshot, sides).contrast() if sides.drug.cuts else None


class _Table:
    """Puts the times of a drug and a condition together."""

    def __init__(self, snapshot: Snapshot, sides: Sides) -> None:
        self.snapshot = snapshot
        self.sides = sides
        self.all = Times(snapshot, sides)

    def contrast(self) -> Contrast:
        """Return the cells, and the stretches that are certain or hold an episode."""
        times = list(self.all.times()) if self.all.lengths.consistent else []
        observed = self.all.lengths.overlap([(self.all.since, 0)], [(self.all.until, 1)])
        return Contrast(
            observed=whole_span(observed) if self.all.lengths.consistent else Span(0, None),
            since=self.all.since,
            until=self.all.until,
            cells=tuple(self._cells(times, observed)),
            stretches=tuple(filter(self._worth_listing, map(self._stretch, self._joined(times)))),
        )

    def _joined(self, times: Sequence[Time]) -> Iterator[Time]:
        """Yield the times; neighbours that tell nothing, and the same, are one."""
        last: Time | None = None
        for time in times:
            if last is not None and last.goes_on_in(time):
                days = self.all.lengths.overlap(last.starts, time.ends)
                named = tuple(dict.fromkeys((*last.named, *time.named)))
                last = last._replace(ends=time.ends, days=days, named=named)
                continue
            if last is not None:
                yield last
            last = time
        if last is not None:
            yield last

    def _stretch(self, time: Time) -> Stretch:
        telling = READINGS[time.reading] is not None
        return Stretch(
            drug=time.drug,
            condition=time.condition,
            since=self._latest_of(time.starts),
            until=self._earliest_of(time.ends),
            days=whole_span(time.days),
            episodes=time.episodes,
            reading=time.reading,
            suppressing=self._suppressing(time.starts, time.ends) if telling else (),
            active=time.named,
        )

    def _worth_listing(self, stretch: Stretch) -> bool:
        code, known = stretch.reading, AS_OF not in (stretch.since, stretch.until)
        order = self.snapshot.timeline.order
        if code in _NOT_LISTED or (known and order.stated_before(stretch.until, stretch.since)):
            return False
        return bool(stretch.episodes or stretch.days.earliest or code in _LISTED)

    def _latest_of(self, points: Sequence[Point]) -> str:
        rank = self.snapshot.timeline.rank
        return max(points, key=lambda p: (rank.get(p[0], -1), p[1]))[0]

    def _earliest_of(self, points: Sequence[Point]) -> str:
        rank = self.snapshot.timeline.rank
        return min(points, key=lambda p: (rank.get(p[0], len(rank)), p[1]))[0]

    def _suppressing(self, starts: Sequence[Point], ends: Sequence[Point]) -> tuple[str, ...]:
        """Return the other drugs that may have suppressed the reaction in a stretch."""
        found = [
            name
            for name, exposure in self.sides.suppressing
            if self._may_overlap(exposure, starts, ends)
        ]
        return tuple(dict.fromkeys(found))

    def _may_overlap(self, exposure: str, starts: Sequence[Point], ends: Sequence[Point]) -> bool:
        start, stop, snapshot = f"{exposure}.start", f"{exposure}.stop", self.snapshot
        for event, more in ends:
            days = snapshot.days(start, event).latest if event else None
            if days is not None and days + more <= 0:
                return False
        for event, more in starts if snapshot.sees(stop) else ():
            days = snapshot.days(event, stop).latest
            if days is not None and days < more:
                return False
        return True

    def _cells(self, times: Sequence[Time], observed: Bounds) -> list[Cell]:
        totals = _totals(times, self.all.alone(0), self.all.alone(1), observed)
        states = {str(e.id): self.all.states_at(e) for e in self.sides.episodes}
        found = []
        for drug, condition in product(("on", "off", "unknown"), ("active", "inactive", "unknown")):
            days = totals.get((drug, condition), (0, 0))
            episodes = tuple(i for i, state in states.items() if state == (drug, condition))
            own = [t for t in times if (t.drug, t.condition) == (drug, condition)]
            cell = Cell(
                drug=drug,
                condition=condition,
                days=whole_span(days) if self.all.lengths.consistent else Span(0, None),
                episodes=episodes,
                reading=_cell_reading(drug, condition, episodes, own),
            )
            if "unknown" not in (drug, condition) or days[1] > 0 or episodes:
                found.append(cell)
        return found


def _totals(
    times: Sequence[Time],
    drug: Mapping[str, Bounds],
    condition: Mapping[str, Bounds],
    observed: Bounds,
) -> dict[tuple[str, str], Bounds]:
    """Return the days of every cell, narrowed by what rows, columns and all of them add up to."""
    sums: dict[tuple[str, str], Bounds] = {}
    for time in times:
        key = (time.drug, time.condition)
        low, high = sums.get(key, (0, 0))
        sums[key] = (low + time.days[0], high + time.days[1])
    groups = [(list(sums), observed)]
    groups += [([k for k in sums if k[0] == s], total) for s, total in drug.items()]
    groups += [([k for k in sums if k[1] == s], total) for s, total in condition.items()]
    for keys, total in groups:
        fewest = sum(sums[key][0] for key in keys)
        for key in keys:
            low, high = sums[key]
            sums[key] = (low, min(high, total[1] - (fewest - low)))
    for keys, total in groups:
        for key in keys:
            low, high = sums[key]
            rest = sum(sums[other][1] for other in keys if other != key)
            sums[key] = (max(low, total[0] - rest), high)
    return sums


def _cell_reading(drug: str, condition: str, episodes: Sequence[str], times: Sequence[Time]) -> str:
    """Return what a cell tells: its episodes first, then the times that discriminate."""
    if "unknown" in (drug, condition):
        return "state_unknown"
    if episodes:
        return f"{drug}_{condition}_episode"
    if not times:
        return "no_time"
    telling = [t for t in times if READINGS[t.reading] and not t.episodes]
    return max(telling or times, key=lambda t: t.days[0]).reading
