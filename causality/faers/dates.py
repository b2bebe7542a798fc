"""Dates as the files write them: YYYYMMDD, YYYYMM or YYYY, each a day, a month or a year."""

from calendar import monthrange
from datetime import date
from typing import NamedTuple

_FIRST_YEAR = 1900
_YEAR, _MONTH, _DAY = 4, 6, 8  # digits


class Day(NamedTuple):
    """A date as an interval of days (ordinals), and as ISO 8601 writes it."""

    low: int
    high: int
    text: str

    @property
    def exact(self) -> bool:
        """Tell whether it is one day."""
        return self.low == self.high


def parse_date(text: str) -> Day | None:
    """Return a date; None where the text is none.

    The two forms that spreadsheets make of it (a point and zeros behind, blanks around) are taken.
    """
    digits = text.strip().removesuffix(".0")
    wrong = len(digits) not in (_YEAR, _MONTH, _DAY)
    if wrong or not (digits.isascii() and digits.isdecimal()):
        return None
    year, month, day = (int(digits[a:b] or 0) for a, b in ((0, 4), (4, 6), (6, 8)))
    if year < _FIRST_YEAR:
        return None
    precise = len(digits)
    try:
        low = date(year, month if precise > _YEAR else 1, day if precise > _MONTH else 1)
    except ValueError:
        return None
    if precise == _YEAR:
        return Day(low.toordinal(), date(year, 12, 31).toordinal(), digits)
    if precise == _MONTH:
        last = low.toordinal() + monthrange(year, month)[1] - 1
        return Day(low.toordinal(), last, f"{year:04d}-{month:02d}")
    return Day(low.toordinal(), low.toordinal(), low.isoformat())


def day_of(ordinal: int) -> Day:
    """Return one day."""
    return Day(ordinal, ordinal, date.fromordinal(ordinal).isoformat())


def between(first: Day, last: Day) -> Day:
    """Return the interval from the beginning of one date to the end of another."""
    if first == last:
        return first
    low, high = date.fromordinal(first.low), date.fromordinal(last.high)
    return Day(first.low, last.high, f"{low.isoformat()}/{high.isoformat()}")
