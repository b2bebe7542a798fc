"""Dates that a report leaves out and that its intervals give (G.k.9.i.3).

Known moments are days on the calendar. Where neither the drug nor the reaction of an interval has a
date, the reaction becomes day 1 of a clock of its own, and the drug lies so many days before it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil, floor
from typing import NamedTuple

from causality.e2b.icsr import Amount
from causality.e2b.times import time_unit
from causality.errors import TermError
from causality.terms.dates import FIRST_YEAR, LAST_YEAR, Span, day_number, format_span
from causality.terms.quantities import parse_duration

CALENDAR = ""
_MINUTES = {"minutes": 24 * 60, "seconds": 24 * 3600}


class Moment(NamedTuple):
    """Days on a clock: ordinals on the calendar, days since day 1 on another one."""

    clock: str
    days: Span

    def moved(self, days: Span, *, back: bool) -> "Moment":
        """Return the moment so many days later, or earlier."""
        return Moment(self.clock, self.days.minus(days) if back else self.days.plus(days))

    def text(self) -> str:
        """Return the moment as a case file writes it."""
        low, high = self.days.earliest, self.days.latest
        if low is None or high is None:
            return "?"
        if not self.clock:
            return format_span(self.days)
        first, last = day_number(low), day_number(high)
        return f"{self.clock} day {first}" + (f"..{last}" if last != first else "")

    @property
    def possible(self) -> bool:
        """Tell whether the days lie in the years that a case can have."""
        if self.clock:
            return True
        first, last = FIRST_YEAR * 365, (LAST_YEAR + 1) * 365
        low, high = self.days.earliest, self.days.latest
        return low is not None and high is not None and first < low <= high < last


class Interval(NamedTuple):
    """So many days from the first dose of a drug to the start of a reaction."""

    drug: int
    reaction: int
    days: Span


@dataclass
class Moments:
    """First doses by drug and starts by reaction, those reported and those computed."""

    drugs: dict[int, Moment] = field(default_factory=dict)
    reactions: dict[int, Moment] = field(default_factory=dict)
    clocks: list[str] = field(default_factory=list)

    def spread(self, intervals: Iterable[Interval]) -> None:
        """Compute what the intervals give, from what is known to what hangs on it."""
        waiting = list(intervals)
        while waiting:
            left = [i for i in waiting if not self._apply(i)]
            if len(left) == len(waiting):
                first = left[0]
                clock = f"R{first.reaction + 1}"
                self.clocks.append(clock)
                self.reactions[first.reaction] = Moment(clock, Span(0, 0))
            waiting = left

    def _apply(self, interval: Interval) -> bool:
        """Compute one end of an interval from the other; False while neither is known."""
        start, onset = self.drugs.get(interval.drug), self.reactions.get(interval.reaction)
        if start is None and onset is not None:
            self.drugs[interval.drug] = onset.moved(interval.days, back=True)
        elif onset is None and start is not None:
            self.reactions[interval.reaction] = start.moved(interval.days, back=False)
        return start is not None or onset is not None


def interval_days(amount: Amount) -> Span | None:
    """Return how many days an interval can mean; None for one that is no length of time."""
    unit = time_unit(amount.unit)
    try:
        if unit in _MINUTES:
            number = float(amount.number) / _MINUTES[unit]
            return Span(floor(number), ceil(number)) if number >= 0 else None
        low, high = parse_duration(f"{_decades(amount.number, unit)} {_plain(unit)}")
    except (TermError, ValueError):
        return None
    return Span(floor(low), ceil(high))


def length_text(amount: Amount) -> str | None:
    """Return a length of time as a case file takes it; None for one that it cannot."""
    unit = time_unit(amount.unit)
    if unit in _MINUTES:
        hours = float(amount.number) * 24 / _MINUTES[unit] if _is_number(amount.number) else None
        text = f"{hours:.4f} hours" if hours is not None else ""
    else:
        text = f"{_decades(amount.number, unit)} {_plain(unit)}"
    try:
        parse_duration(text)
    except TermError:
        return None
    return text


def _is_number(text: str) -> bool:
    try:
        return 0 <= float(text) < float("inf")
    except ValueError:
        return False


def _decades(number: str, unit: str | None) -> str:
    return f"{float(number) * 10:g}" if unit == "decades" and _is_number(number) else number


def _plain(unit: str | None) -> str:
    return "years" if unit == "decades" else unit or "?"


def agree(first: Span, second: Span, tolerance: int = 1) -> bool:
    """Tell whether two lengths can be the same, a day more or less."""
    lows = first.earliest, second.earliest
    highs = first.latest, second.latest
    above = lows[0] is not None and highs[1] is not None and lows[0] > highs[1] + tolerance
    below = highs[0] is not None and lows[1] is not None and highs[0] < lows[1] - tolerance
    return not (above or below)


def first_days(moments: Mapping[int, Moment]) -> dict[int, Moment]:
    """Return the moments that lie in possible years."""
    return {number: moment for number, moment in moments.items() if moment.possible}
