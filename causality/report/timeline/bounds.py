"""Between which days of a clock an event lies, by its date or by what it comes after and before."""

from causality.case.positions import CALENDAR
from causality.terms.dates import OPEN, Span
from causality.timeline.snapshot import Snapshot


class Bounds:
    """Finds events on the calendar and on the clocks of the anchors of one case."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.events = snapshot.timeline.events
        self._known: dict[tuple[str, str], Span] = {}
        self._placed: dict[str, list[tuple[str, Span]]] = {}

    def of(self, event: str | None, clock: str) -> Span:
        """Return the first and last day on a clock on which an event may lie."""
        if event is None or not self.snapshot.sees(event):
            return OPEN
        if (event, clock) not in self._known:
            own = self.own(event, clock)
            self._known[event, clock] = own if own.bounded else self._by_order(event, own, clock)
        return self._known[event, clock]

    def own(self, event: str, clock: str) -> Span:
        """Return the days that the event's own date gives."""
        position = self.events[event].position
        if position is None:
            return OPEN
        if position.clock == clock:
            return position.span
        return position.calendar if clock == CALENDAR else OPEN

    def home(self, event: str) -> str:
        """Return the clock that an event belongs to: its own, or that of what it comes after."""
        position = self.events[event].position
        if position is not None:
            return position.clock
        rank, order = self.snapshot.timeline.rank, self.snapshot.timeline.order
        before = [
            name
            for name, other in self.events.items()
            if other.position is not None
            and self.snapshot.sees(name)
            and order.not_after(name, event)
        ]
        latest = max(before, key=rank.__getitem__, default=None)
        found = self.events[latest].position if latest else None
        return found.clock if found else CALENDAR

    def placed(self, clock: str) -> list[tuple[str, Span]]:
        """Return the visible events that have a day of their own on a clock."""
        if clock not in self._placed:
            spans = ((name, self.own(name, clock)) for name in sorted(self.snapshot.visible))
            self._placed[clock] = [(name, span) for name, span in spans if span != OPEN]
        return self._placed[clock]

    def _by_order(self, event: str, own: Span, clock: str) -> Span:
        order = self.snapshot.timeline.order
        low, high = own.earliest, own.latest
        if low is None:
            days = (s.earliest for n, s in self.placed(clock) if order.not_after(n, event))
            low = max((d for d in days if d is not None), default=None)
        if high is None:
            days = (s.latest for n, s in self.placed(clock) if order.not_after(event, n))
            high = min((d for d in days if d is not None), default=None)
        if low is not None and high is not None and low > high:
            return own
        return Span(low, high)
