"""Where the moments of a case lie: on the calendar or on the clock of an anchor."""

from collections.abc import Mapping
from typing import NamedTuple

from causality.case.when import When
from causality.terms.dates import OPEN, Span

CALENDAR = ""


class Position(NamedTuple):
    """A dated moment: days on its own clock, and what is known of the calendar date.

    Two moments on the same clock differ by an exact number of days even when the anchor's date is
    vague, so differences are taken on the clock where it is shared.
    """

    clock: str
    span: Span
    calendar: Span


def days_between(first: Position | None, second: Position | None) -> Span:
    """Return second minus first in days, open where a date is missing."""
    if first is None or second is None:
        return OPEN
    if first.clock == second.clock:
        return second.span.minus(first.span)
    return second.calendar.minus(first.calendar)


def certainly_before(first: Position | None, second: Position | None) -> bool:
    """Tell whether the first is on an earlier day than the second whatever the exact dates."""
    days = days_between(first, second)
    return days.earliest is not None and days.earliest > 0


def resolve_anchors(anchors: Mapping[str, When | None]) -> dict[str, Position]:
    """Return the clock and calendar of every anchor; an anchor may stand on another one's clock.

    An anchor that leads back to itself, or to one that is not there, is left out.
    """
    resolved: dict[str, Position] = {}
    for name in anchors:
        waiting = [name]
        while waiting:
            base = _base(anchors[waiting[-1]])
            if base is None or base in resolved:
                current = waiting.pop()
                resolved[current] = _anchor(current, anchors[current], resolved.get(base or ""))
            elif base in waiting or base not in anchors:
                break
            else:
                waiting.append(base)
    return resolved


def _base(when: When | None) -> str | None:
    return when.anchor if when is not None and when.dated else None


def _anchor(name: str, when: When | None, base: Position | None) -> Position:
    if when is None or not when.dated:
        return Position(name, Span(0, 0), OPEN)
    if base is None:
        return _own_clock(name, when.span)
    return Position(base.clock, base.span.plus(when.span), base.calendar.plus(when.span))


def _own_clock(name: str, date: Span) -> Position:
    """Return an anchor with an exact date on the calendar, a vague one on a clock of its own."""
    if date.exact:
        return Position(CALENDAR, date, date)
    return Position(name, Span(0, 0), date)


def resolve(when: When | None, anchors: Mapping[str, Position]) -> Position | None:
    """Return where a moment lies, or None when it has no date."""
    if when is None or not when.dated:
        return None
    if when.anchor is None:
        return Position(CALENDAR, when.span, when.span)
    anchor = anchors.get(when.anchor)
    if anchor is None:
        return None
    return Position(anchor.clock, anchor.span.plus(when.span), anchor.calendar.plus(when.span))
