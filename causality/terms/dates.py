"""Dates as closed intervals of days: ``2018-10`` is a month and not its first day.

Days are proleptic Gregorian ordinals (``date.toordinal``). An open end is ``None``.
"""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from causality.errors import TermError

_TIME = r"(?:T\d{2}(?::?\d{2}(?::?\d{2}(?:[.,]\d+)?)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?"
_ISO = re.compile(rf"(\d{{4}})(?:-(\d{{2}})(?:-(\d{{2}}){_TIME})?)?", re.ASCII)
_RELATIVE = re.compile(
    r"(?P<anchor>\S+)\s+(?:day|d[íÍi]a)\s+(?P<first>[+-]?\d+)(?:\s*(?:\.\.|to|a|–|-)\s*(?P<last>[+-]?\d+))?",
    re.ASCII | re.IGNORECASE,
)
_SEPARATED = re.compile(r"\d{1,4}[/.]\d{1,2}[/.]\d{1,4}|\d{1,2}-\d{1,2}-\d{2,4}", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1850, 2200


@dataclass(frozen=True, slots=True)
class Span:
    """A closed interval of days; ``None`` is an end that nothing bounds."""

    earliest: int | None
    latest: int | None

    @property
    def exact(self) -> bool:
        """Tell whether the span is a single day."""
        return self.earliest is not None and self.earliest == self.latest

    @property
    def bounded(self) -> bool:
        """Tell whether both ends are known."""
        return self.earliest is not None and self.latest is not None

    def shift(self, days: int) -> "Span":
        """Return the span moved by a number of days."""
        return Span(_add(self.earliest, days), _add(self.latest, days))

    def plus(self, other: "Span") -> "Span":
        """Return the span of a sum: every day of this one and every length of the other."""
        return Span(
            None
            if self.earliest is None or other.earliest is None
            else self.earliest + other.earliest,
            None if self.latest is None or other.latest is None else self.latest + other.latest,
        )

    def minus(self, other: "Span") -> "Span":
        """Return the span of a difference in days, the two ends taken as independent."""
        low = (
            None if self.earliest is None or other.latest is None else self.earliest - other.latest
        )
        high = (
            None if self.latest is None or other.earliest is None else self.latest - other.earliest
        )
        return Span(low, high)

    def at_least(self, day: int) -> "Span":
        """Return the part of the span that is not before a day (the order is known otherwise)."""
        earliest = day if self.earliest is None else max(self.earliest, day)
        latest = self.latest if self.latest is None else max(self.latest, day)
        return Span(earliest, latest)

    def at_most(self, day: int) -> "Span":
        """Return the part of the span that is not after a day (the order is known otherwise)."""
        latest = day if self.latest is None else min(self.latest, day)
        earliest = self.earliest if self.earliest is None else min(self.earliest, day)
        return Span(earliest, latest)


OPEN = Span(None, None)


@dataclass(frozen=True, slots=True)
class RelativeDay:
    """A day counted from an anchor: day 1 is the anchor itself, the day before it is day -1."""

    anchor: str
    offset: Span


def _add(day: int | None, days: int) -> int | None:
    return None if day is None else day + days


@lru_cache(1 << 14)  # there are not so many days
def parse_date(text: str) -> Span:
    """Read an ISO 8601 date of any precision.

    Parameters
    ----------
    text
        ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` (a time of day is dropped) or an interval of two of
        them, ``2018-10/2019-11``.

    Raises
    ------
    TermError
        E201 not a date, E202 no such day, E203 year out of range, E204 interval ends before it
        starts, E205 day-first or slashed date.
    """
    value = text.strip()
    if _SEPARATED.fullmatch(value):
        code = "E205"
        raise TermError(code, found=text)
    first, slash, last = value.partition("/")
    if slash:
        start, end = _parse_one(first, text), _parse_one(last, text)
        return between(start, end, text)
    return _parse_one(value, text)


def between(start: Span, end: Span, found: str) -> Span:
    """Return the span from the first day of one date to the last day of another."""
    if start.earliest is not None and end.latest is not None and end.latest < start.earliest:
        code = "E204"
        raise TermError(code, found=found)
    return Span(start.earliest, end.latest)


def _parse_one(text: str, found: str) -> Span:
    match = _ISO.fullmatch(text.strip())
    if match is None:
        code = "E201"
        raise TermError(code, found=found)
    year = int(match[1])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        code = "E203"
        raise TermError(code, found=found, first=FIRST_YEAR, last=LAST_YEAR)
    try:
        if match[3]:
            day = date(year, int(match[2]), int(match[3])).toordinal()
            return Span(day, day)
        if match[2]:
            first = date(year, int(match[2]), 1)
            return Span(first.toordinal(), first.toordinal() + monthrange(year, first.month)[1] - 1)
    except ValueError as error:
        code = "E202"
        raise TermError(code, found=found) from error
    return Span(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal())


def parse_relative(text: str) -> RelativeDay | None:
    """Read ``ANCHOR day N`` or ``ANCHOR day N..M``; None when the text has another form.

    Raises
    ------
    TermError
        E206 for day 0, which does not exist, E204 when the range is turned round.
    """
    match = _RELATIVE.fullmatch(unicodedata.normalize("NFC", text.strip()))
    if match is None:
        return None
    first = _offset(match["first"], text)
    last = _offset(match["last"], text) if match["last"] else first
    if last < first:
        code = "E204"
        raise TermError(code, found=text)
    return RelativeDay(match["anchor"], Span(first, last))


def _offset(digits: str, found: str) -> int:
    if len(digits.lstrip("+-0")) > 6:  # noqa: PLR2004 - beyond any case, and slow to convert
        code = "E203"
        raise TermError(code, found=found[:40], first=FIRST_YEAR, last=LAST_YEAR)
    day = int(digits)
    if day == 0:
        code = "E206"
        raise TermError(code, found=found)
    if abs(day) > 100_000:  # noqa: PLR2004 - 270 years: a typing error
        code = "E203"
        raise TermError(code, found=found, first=FIRST_YEAR, last=LAST_YEAR)
    return day - 1 if day > 0 else day


def day_number(offset: int) -> int:
    """Return the day number of an offset from the anchor (offset 0 is day 1)."""
    return offset + 1 if offset >= 0 else offset


def format_span(span: Span) -> str:
    """Write a span as the shortest ISO date or interval that says the same."""
    if span.earliest is None and span.latest is None:
        return "?"
    if span.earliest is None or span.latest is None:
        return f"{_iso(span.earliest)}/{_iso(span.latest)}"
    first, last = date.fromordinal(span.earliest), date.fromordinal(span.latest)
    if first == last:
        return first.isoformat()
    if first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.year:04d}-{first.month:02d}"
        if first.month == 1 and last.month == 12:  # noqa: PLR2004 - December
            return (
                f"{first.year:04d}"
                if first.year == last.year
                else f"{first.year:04d}/{last.year:04d}"
            )
        return f"{first.year:04d}-{first.month:02d}/{last.year:04d}-{last.month:02d}"
    return f"{first.isoformat()}/{last.isoformat()}"


def _iso(day: int | None) -> str:
    return "?" if day is None else date.fromordinal(day).isoformat()


def span_text(span: Span | None) -> str:
    """Write an interval of days: ``2``, ``2–32``, ``≥ 0`` or ``?``."""
    if span is None:
        return "0"
    if span.earliest is None and span.latest is None:
        return "?"
    if span.earliest is None:
        return f"≤ {span.latest}"
    if span.latest is None:
        return f"≥ {span.earliest}"
    if span.earliest == span.latest:
        return str(span.earliest)
    joint = " … " if span.earliest < 0 <= span.latest else "–"
    return f"{span.earliest}{joint}{span.latest}"
