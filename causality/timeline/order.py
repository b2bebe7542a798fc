"""Which events are certainly past at a moment: nothing known later leaks backwards.

An event is past when its last possible day is not after the moment, or when the stated order says
so. Its last possible day is never later than that of an event which comes after it. An event with
no date that comes after another one takes its place in the order right behind it: it is past as
soon as a later, dated event is (but not by a dose that goes on with a course).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from causality.case.events import Event
from causality.case.exposures import MISSED_DOSE_DAYS
from causality.case.positions import CALENDAR, Position, days_between
from causality.terms.dates import Span


class Moment(NamedTuple):
    """The moment of an assessment: events that have just happened, a day, or the end."""

    label: str
    events: tuple[str, ...] = ()
    position: Position | None = None
    whole: bool = False


class Order:
    """The order of the events of a case, as two relations.

    ``at_or_before`` says that an event is certainly known at the moment of another one (its last
    day is not later): it decides visibility. ``not_after`` says that it certainly did not happen
    later, whatever the exact dates: only this one says anything about intervals.

    Sets of events are bit masks over their place in ``names``, so that closing the order costs
    little even for hundreds of events and no recursion.

    Parameters
    ----------
    events
        By id, as `case_events` gives them.
    """

    def __init__(self, events: Mapping[str, Event]) -> None:
        self.events = events
        self.names = sorted(events)  # by id, so that the order of the file cannot matter
        self._number = {name: index for index, name in enumerate(self.names)}
        stated = self._stated_order()
        self._at = self._cut_by(_closed(stated))
        dated = [events[name].position for name in self.names]
        self._certain = _closed(self._with_dates(stated, _is_not_after, dated))
        self._past = _closed(self._with_dates(stated, _is_past, self._at))
        self._strict = self._in_stated_order()
        self._joints = _joints(events)
        while self._place_undated():
            self._past = _closed(self._past)

    def visible(self, moment: Moment) -> frozenset[str]:
        """Return the ids of the events that are certainly past at a moment."""
        if moment.whole:
            return frozenset(self.events)
        mask = 0
        for name in moment.events:
            mask |= self._past[self._number[name]]
        if moment.position is not None:
            for index, position in enumerate(self._at):
                if position is not None and _is_past(position, moment.position):
                    mask |= self._past[index]
        return frozenset(self._members(mask))

    def at_or_before(self, first: str, second: str) -> bool:
        """Tell whether one event is certainly known at the moment of another."""
        return bool(self._past[self._number[second]] >> self._number[first] & 1)

    def not_after(self, first: str, second: str) -> bool:
        """Tell whether one event certainly did not happen after another."""
        return bool(self._certain[self._number[second]] >> self._number[first] & 1)

    def stated_before(self, first: str, second: str) -> bool:
        """Tell whether the file puts one event before another, directly or through others."""
        return bool(self._strict[self._number[second]] >> self._number[first] & 1)

    def in_sequence(self) -> list[str]:
        """Return all events so that none stands before one that is certainly past by then."""
        strictly = [
            mask & ~sum(1 << j for j in range(len(self.names)) if self._past[j] >> i & 1 and j != i)
            for i, mask in enumerate(self._past)
        ]
        remaining = (1 << len(self.names)) - 1
        keys = [self._sort_key(name) for name in self.names]
        sequence: list[str] = []
        while remaining:
            ready = [
                i
                for i in range(len(self.names))
                if remaining >> i & 1 and not strictly[i] & remaining & ~(1 << i)
            ]
            chosen = min(ready, key=keys.__getitem__)
            remaining &= ~(1 << chosen)
            sequence.append(self.names[chosen])
        return sequence

    def _members(self, mask: int) -> Iterable[str]:
        return (name for index, name in enumerate(self.names) if mask >> index & 1)

    def _cut_by(self, earlier: Sequence[int]) -> list[Position | None]:
        """Return where the events lie, each no later than those that come after it.

        Parameters
        ----------
        earlier
            For every event what comes before it in the stated order, and itself.
        """
        positions = [self.events[name].position for name in self.names]
        found = list(positions)
        for later, mask in zip(positions, earlier, strict=True):
            for index, own in enumerate(found):
                if mask >> index & 1 and own is not None and later is not None:
                    found[index] = _not_later(own, later)
        return found

    def _with_dates(
        self,
        stated: list[int],
        relation: Callable[[Position, Position], bool],
        positions: Sequence[Position | None],
    ) -> list[int]:
        """Return the stated order together with a relation of dates."""
        found = list(stated)
        for index, now in enumerate(positions):
            for other, position in enumerate(positions):
                if now is not None and position is not None and relation(position, now):
                    found[index] |= 1 << other
        return found

    def _in_stated_order(self) -> list[int]:
        """Return the pairs that an order stated in the file connects, and not the other way too."""
        strict = [0] * len(self.names)
        for name in self.names:
            event = self.events[name]
            edges = [(earlier, name) for earlier in (*event.after, *event.implied_after)]
            edges += [(name, later) for later in (*event.before, *event.implied_before)]
            for earlier, later in edges:
                if earlier not in self._number or later not in self._number:
                    continue
                if earlier.rpartition(".")[0] == later.rpartition(".")[0]:
                    continue  # a stop may be on the day of its start
                below, bit = self._certain[self._number[earlier]], 1 << self._number[later]
                for index, mask in enumerate(self._certain):
                    if mask & bit:
                        strict[index] |= below
        for index, mask in enumerate(self._certain):
            back = sum(1 << j for j, other in enumerate(self._certain) if other >> index & 1)
            strict[index] &= mask & ~back
        return strict

    def _stated_order(self) -> list[int]:
        """Return, for every event, itself and what the file puts before it."""
        masks = [1 << index for index in range(len(self.names))]
        for index, name in enumerate(self.names):
            event = self.events[name]
            for earlier in (*event.after, *event.implied_after):
                if earlier in self._number:
                    masks[index] |= 1 << self._number[earlier]
            for later in (*event.before, *event.implied_before):
                if later in self._number:
                    masks[self._number[later]] |= 1 << index
        return masks

    def _place_undated(self) -> bool:
        """Put events without a date right behind what they come after; tell whether any moved."""
        changed = False
        dated = [
            index
            for index, name in enumerate(self.names)
            if self.events[name].position is not None and name not in self._joints
        ]
        for index, name in enumerate(self.names):
            event = self.events[name]
            after = [
                self._number[n] for n in (*event.after, *event.implied_after) if n in self._number
            ]
            if event.position is not None or not after:
                continue
            for later in dated:
                mask = self._past[later]
                if mask >> index & 1 or self._past[index] >> later & 1:
                    continue
                if all(mask >> a & 1 and not self._past[a] >> later & 1 for a in after):
                    self._past[later] = mask | 1 << index
                    changed = True
        return changed

    def _sort_key(self, name: str) -> tuple[int, int, int, str]:
        """Undated events first among those ready: their place is right behind what they follow."""
        event = self.events[name]
        if event.position is None:
            placed = event.after or event.before or event.implied_after or event.implied_before
            return (0 if placed else 2, 0, 0, name)
        calendar, own = event.position.calendar, event.position.span
        return (1, calendar.earliest or 0, own.earliest or 0, name)


def _joints(events: Mapping[str, Event]) -> frozenset[str]:
    """Return where one exposure ends and the next of the drug goes on without an interruption.

    How a course is cut into parts says nothing about what else has happened by then.
    """
    starts = [event for event in events.values() if event.kind == "exposure_start"]
    found: set[str] = set()
    for stop in (event for event in events.values() if event.kind == "exposure_stop"):
        for start in starts:
            gap = days_between(stop.position, start.position)
            short = gap.latest is not None and gap.latest <= MISSED_DOSE_DAYS
            if start.path[:2] == stop.path[:2] and short and gap.at_least(0) == gap:
                found |= {stop.id, start.id}
    return frozenset(found)


def _is_past(event: Position, now: Position) -> bool:
    """Tell whether an event's last day is not after the last day of a moment."""
    if event.clock == now.clock:
        last, moment = event.span.latest, now.span.latest
    else:
        last, moment = event.calendar.latest, _first_meaning(now)
    return last is not None and moment is not None and last <= moment


def _not_later(event: Position, later: Position) -> Position:
    """Return where an event lies that comes before another one."""
    span, calendar = event.span, _until(event.calendar, later.calendar.latest)
    if event.clock == later.clock:
        span = _until(span, later.span.latest)
    return event._replace(span=span, calendar=calendar)


def _until(span: Span, last: int | None) -> Span:
    """Return a span that ends no later than a day; one that begins after it contradicts it."""
    if last is None or (span.latest is not None and span.latest <= last):
        return span
    return (
        span if span.earliest is not None and span.earliest > last else replace(span, latest=last)
    )


def _first_meaning(now: Position) -> int | None:
    """Return the earliest calendar day on which a moment can have passed."""
    if now.clock == CALENDAR:
        return now.span.latest
    first, span = now.calendar.earliest, now.span
    if first is None or span.earliest is None or span.latest is None:
        return None
    return first + span.latest - span.earliest


def _is_not_after(first: Position, second: Position) -> bool:
    """Tell whether the last possible day of one is not later than the first possible of another."""
    if first.clock == second.clock:
        last, start = first.span.latest, second.span.earliest
    else:
        last, start = first.calendar.latest, second.calendar.earliest
    return last is not None and start is not None and last <= start


def _closed(masks: list[int]) -> list[int]:
    """Return a relation with all that follows from it."""
    result = list(masks)
    for k in range(len(result)):
        through, bit = result[k], 1 << k
        for i, mask in enumerate(result):
            if mask & bit:
                result[i] = mask | through
    return result
