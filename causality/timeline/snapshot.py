"""What is known of a case at a moment: events so far, courses of drugs, episodes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from causality.case.events import Event, case_events
from causality.case.model import Case, Drug, Episode, Exposure, Reaction
from causality.case.positions import CALENDAR, Position, days_between
from causality.terms.codes import Outcome
from causality.terms.dates import OPEN, Span
from causality.timeline.courses import Course, OpenOrder, courses, open_orders
from causality.timeline.order import Moment, Order


@dataclass(frozen=True)
class Timeline:
    """A case with its events in order."""

    case: Case
    events: Mapping[str, Event]
    order: Order
    sequence: tuple[str, ...]
    rank: Mapping[str, int]

    @classmethod
    def of(cls, case: Case) -> "Timeline":
        """Place the events of a case."""
        events = case_events(case)
        order = Order(events)
        sequence = tuple(order.in_sequence())
        return cls(case, events, order, sequence, {name: i for i, name in enumerate(sequence)})

    def at(self, moment: Moment) -> "Snapshot":
        """Return what is known at a moment."""
        return Snapshot(self, moment, self.order.visible(moment))

    @cached_property
    def _known_days(self) -> dict[tuple[str, str], Span]:
        return {}

    def days(self, first: str, second: str) -> Span:
        """Return the days from one event to another; the same at every moment that sees both."""
        known = self._known_days.get((first, second))
        if known is None:
            known = days_between(self.events[first].position, self.events[second].position)
            if self.order.not_after(first, second):
                known = known.at_least(0)
            elif self.order.not_after(second, first):
                known = known.at_most(0)
            self._known_days[first, second] = known
        return known

    @cached_property
    def _open_orders(self) -> dict[tuple[str, ...], tuple[OpenOrder, ...]]:
        return {}

    def open_orders(self, drugs: Iterable[Drug]) -> tuple[OpenOrder, ...]:
        """Return the exposures of a substance of which it is open how they follow each other."""
        exposures = [exposure for drug in drugs for exposure in drug.exposures]
        key = tuple(str(exposure.id) for exposure in exposures)
        if key not in self._open_orders:
            stated_before = self.order.stated_before
            found = open_orders(exposures, self.events, self.days, stated_before)
            self._open_orders[key] = tuple(found)
        return self._open_orders[key]

    def last_date(self) -> Position | None:
        """Return the latest position of any event, or None for a case without dates."""
        dated = [e.position for e in self.events.values() if e.position is not None]
        known = [p for p in dated if p.calendar.latest is not None]
        return max(known, key=lambda p: p.calendar.latest or 0) if known else None


@dataclass(frozen=True)
class Snapshot:
    """A timeline at a moment; what is not in ``visible`` has not happened or is not known yet."""

    timeline: Timeline
    moment: Moment
    visible: frozenset[str]

    @property
    def case(self) -> Case:
        """Return the whole case (look at ``visible`` before using a part of it)."""
        return self.timeline.case

    def sees(self, event: str | None) -> bool:
        """Tell whether an event exists and is past."""
        return event is not None and event in self.visible

    def position(self, event: str | None) -> Position | None:
        """Return where a visible event lies."""
        return self.timeline.events[event].position if event and self.sees(event) else None

    def days(self, first: str | None, second: str | None) -> Span:
        """Return the days from one visible event to another.

        Where the stated order says that the second is not before the first, no negative number
        of days is left.
        """
        if not (first and second and self.sees(first) and self.sees(second)):
            return OPEN
        return self.timeline.days(first, second)

    def precedes(self, first: str, second: str) -> bool:
        """Tell whether one visible event is certainly before another, by date or by order."""
        days = days_between(self.position(first), self.position(second))
        if days.earliest is not None and days.earliest > 0:
            return True
        seen = self.sees(first) and self.sees(second)
        return seen and self.timeline.order.stated_before(first, second)

    def assumed(self, events: Iterable[str]) -> bool:
        """Tell whether any of the events stands where it does by assumption."""
        return any(self.timeline.events[e].assumed for e in events if e in self.timeline.events)

    def exposures(self, drugs: Iterable[Drug]) -> list[Exposure]:
        """Return the exposures of some drugs that have begun."""
        return [e for drug in drugs for e in drug.exposures if self.sees(f"{e.id}.start")]

    def courses(self, drugs: Iterable[Drug]) -> tuple[Course, ...]:
        """Return the courses of a substance so far (several drug entries may share it)."""
        return courses(
            self.exposures(drugs), self.timeline.events, self.visible, self.timeline.rank
        )

    def open_orders(self, drugs: Iterable[Drug]) -> Iterator[tuple[Exposure, Exposure]]:
        """Yield the exposures of a substance so far of which it is open how they follow."""
        for first, second, needed in self.timeline.open_orders(drugs):
            if needed <= self.visible:
                yield first, second

    def episodes(self, reactions: Iterable[Reaction]) -> list[Episode]:
        """Return the episodes of some reactions that have begun, in order of time."""
        begun = [
            episode
            for reaction in reactions
            for episode in reaction.episodes
            if self.sees(f"{episode.id}.onset")
        ]
        return sorted(begun, key=lambda e: self.timeline.rank[f"{e.id}.onset"])

    def outcome(self, episode: Episode) -> Outcome | None:
        """Return the outcome of an episode as far as it is known by now."""
        if self.sees(f"{episode.id}.died"):
            return "fatal"
        if self.sees(f"{episode.id}.recovered"):
            sequelae = episode.outcome == "recovered_with_sequelae"
            return "recovered_with_sequelae" if sequelae else "recovered"
        if self.sees(f"{episode.id}.improved"):
            return "recovering"
        return "not_recovered" if self.sees(f"{episode.id}.outcome") else None

    @cached_property
    def knowledge_day(self) -> int | None:
        """Return the last day whose publications count; None for a case without dates.

        A vague moment counts from its earliest meaning, so that nothing published later leaks in.
        """
        if self.moment.whole:
            last = self.timeline.last_date()
            return last.calendar.latest if last else None
        dated = [self.position(event) for event in self.visible]
        days = [p.calendar.earliest for p in dated if p and p.calendar.earliest is not None]
        now = self.moment.position
        if now is not None:
            day = now.calendar.latest if now.clock == CALENDAR else now.calendar.earliest
            days += [day] if day is not None else []
        return max(days, default=None)
