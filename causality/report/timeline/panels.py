"""Which stretches of time a figure shows, each on a scale that does not flatten its days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from causality.case.positions import CALENDAR
from causality.report.timeline.bounds import Bounds
from causality.terms.dates import Span, day_number
from causality.wording.locale import month
from causality.words import Words

LEFT, RIGHT = 236.0, 860.0
_ONE_SCALE = 200  # days that one panel shows well
_SHARP = 3  # days: a date that a closer look would show better
_CLOSER = 5  # times: how much closer a panel must look to be worth its place
_MOST_ZOOMS = 4
_MOST_TICKS = 11
_YEAR = 12  # months
_DAY_STEPS = (1, 2, 5, 7, 10, 14, 28, 50, 100, 200, 500, 1000)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A stretch of time on one clock; ``detail`` tells whether it shows steps of the dose."""

    clock: str
    low: float
    high: float
    letter: str = ""
    detail: bool = True

    def x(self, day: float) -> float:
        """Return where a day begins, within the panel."""
        share = (day - self.low) / (self.high - self.low)
        return round(LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT), 1)

    def shows(self, low: float | None, high: float | None) -> bool:
        """Tell whether any of an interval lies within the panel."""
        return (low is None or low < self.high) and (high is None or high >= self.low)


def panels(bounds: Bounds) -> tuple[Panel, ...]:
    """Return the whole course and a closer look at every stretch that the whole would flatten."""
    calendar = _extent(span for _, span in bounds.placed(CALENDAR))
    clocks = _clocks(bounds)
    stretches = [
        (clock, extent)
        for clock in clocks
        if (extent := _extent(span for _, span in bounds.placed(clock)))
    ]
    if calendar is None:
        return _lettered(stretches[:_MOST_ZOOMS])
    length = calendar[1] - calendar[0]
    if not clocks and length <= _ONE_SCALE:
        return (_panel(CALENDAR, calendar),)
    stretches += [(CALENDAR, extent) for extent in _clusters(bounds, length)]
    if not stretches:
        return (_panel(CALENDAR, calendar),)
    whole = _panel(CALENDAR, calendar, detail=False)
    return (whole, *_lettered(stretches[:_MOST_ZOOMS]))


def _lettered(stretches: Sequence[tuple[str, tuple[int, int]]]) -> tuple[Panel, ...]:
    return tuple(
        _panel(clock, extent, letter="ABCDEFGH"[number])
        for number, (clock, extent) in enumerate(stretches)
    )


def _panel(clock: str, extent: tuple[int, int], *, letter: str = "", detail: bool = True) -> Panel:
    low, high = extent
    length = high - low + 1
    return Panel(
        clock=clock,
        low=low - max(0.4, 0.02 * length),
        high=high + 1 + max(1.0, 0.09 * length),
        letter=letter,
        detail=detail,
    )


def _clocks(bounds: Bounds) -> list[str]:
    """Return the clocks with events that are not on the calendar, in order of their first event."""
    found: dict[str, None] = {}
    for name in bounds.snapshot.timeline.sequence:
        position = bounds.events[name].position
        if position is not None and bounds.snapshot.sees(name) and position.clock != CALENDAR:
            found[position.clock] = None
    return list(found)


def _extent(spans: Iterator[Span]) -> tuple[int, int] | None:
    days = [d for span in spans for d in (span.earliest, span.latest) if d is not None]
    return (min(days), max(days)) if days else None


def _clusters(bounds: Bounds, length: int) -> list[tuple[int, int]]:
    """Return the stretches of exact dates around an onset that the whole course would flatten."""
    sharp = sorted(
        (span.earliest or 0, span.latest or 0, bounds.events[name].kind)
        for name, span in bounds.placed(CALENDAR)
        if span.bounded
        and (span.latest or 0) - (span.earliest or 0) <= _SHARP
        and bounds.events[name].position.clock == CALENDAR  # type: ignore[union-attr]
    )
    gap = max(30, length // 15)
    groups: list[list[tuple[int, int, str]]] = []
    for event in sharp:
        if groups and event[0] - groups[-1][-1][0] <= gap:
            groups[-1].append(event)
        else:
            groups.append([event])
    found = [
        (group[0][0], max(e[1] for e in group))
        for group in groups
        if any(kind == "onset" for _, _, kind in group)
    ]
    return [extent for extent in found if (extent[1] - extent[0]) * _CLOSER < length]


def ticks(panel: Panel, words: Words) -> list[tuple[float, str]]:
    """Return the marks of the axis: days of a case, or dates."""
    length = panel.high - panel.low
    if panel.clock != CALENDAR:
        return _day_ticks(panel, length)
    if length / 7 <= _MOST_TICKS:
        return _date_ticks(panel, words)
    months = next((s for s in _MONTH_STEPS if length / 30.4 / s <= _MOST_TICKS), _MONTH_STEPS[-1])
    return list(_month_ticks(panel, months, words))


def _day_ticks(panel: Panel, length: float) -> list[tuple[float, str]]:
    step = next((s for s in _DAY_STEPS if length / s <= _MOST_TICKS * 1.5), _DAY_STEPS[-1])
    first = int(panel.low // 1)
    numbers = {day: day_number(day) for day in range(first, int(panel.high) + 1)}
    return [
        (day + 0.5, str(n))
        for day, n in numbers.items()
        if day >= panel.low and (n == 1 or n % step == 0)
    ]


def _date_ticks(panel: Panel, words: Words) -> list[tuple[float, str]]:
    length = panel.high - panel.low
    step = next((s for s in _DAY_STEPS if length / s <= _MOST_TICKS), _DAY_STEPS[-1])
    found = []
    for day in range(int(panel.low) + 1, int(panel.high), step):
        at = date.fromordinal(day)
        found.append((day + 0.5, f"{at.day} {month(at.month, words)[:3]}"))
    return found


def _month_ticks(panel: Panel, step: int, words: Words) -> Iterator[tuple[float, str]]:
    start, end = date.fromordinal(int(panel.low) + 1), date.fromordinal(int(panel.high))
    count = start.year * 12 + start.month - 1
    count += -count % step
    while count <= end.year * 12 + end.month - 1:
        at = date(count // _YEAR, count % _YEAR + 1, 1)
        if at.toordinal() >= panel.low:
            name = str(at.year) if step >= _YEAR else f"{month(at.month, words)[:3]} {at.year}"
            yield float(at.toordinal()), name
        count += step
