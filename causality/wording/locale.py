"""Dates, numbers and doses as a language writes them."""

import re
from calendar import monthrange
from datetime import date

from causality.case.events import Event
from causality.case.positions import CALENDAR
from causality.terms.dates import Span, day_number
from causality.words import Words

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")
_NEGATIVE = re.compile(r"(?<![\w-])-(?=\d)")
_DECEMBER = 12
_GROUPED = 10_000  # Spanish leaves numbers of four digits whole


def signed(total: int | None) -> str:
    """Return points with a sign: a true minus, and none at zero."""
    if total is None:
        return ""
    return f"{total:+d}".replace("-", "−") if total else "0"


def with_minus(text: str) -> str:
    """Return a text whose negative numbers have a true minus sign."""
    return _NEGATIVE.sub("−", text)


def number(text: str, words: Words) -> str:
    """Return a number of a case with the decimal sign of the language."""
    return _DECIMAL.sub(words("report.decimal"), text)


def count_text(count: int, words: Words) -> str:
    """Return a number of things with its thousands apart, as the language writes them."""
    if words.language == "en":
        return f"{count:,}"
    return f"{count:,}".replace(",", "\u202f") if count >= _GROUPED else str(count)


def share_text(part: int, whole: int, words: Words) -> str:
    """Return a share in per cent with one decimal; nothing of nothing has none."""
    if not whole:
        return "–"
    text = number(f"{100 * part / whole:.1f}", words)
    return f"{text}%" if words.language == "en" else f"{text}\u00a0%"


def date_text(span: Span, words: Words) -> str:
    """Return a date of any precision: ``3 March 2024``, ``March 2024``, ``2024`` or an interval."""
    first, last = span.earliest, span.latest
    if first is None and last is None:
        return words("event.no_date")
    if first is None or last is None:
        known = _day(date.fromordinal(first or last or 1), words)
        return words("report.date_from" if last is None else "report.date_until", date=known)
    start, end = date.fromordinal(first), date.fromordinal(last)
    if start == end:
        return _day(start, words)
    if start.day == 1 and end.day == monthrange(end.year, end.month)[1]:
        return _whole_months(start, end, words)
    return words("report.days_between", first=_day(start, words), last=_day(end, words))


def _whole_months(start: date, end: date, words: Words) -> str:
    if (start.year, start.month) == (end.year, end.month):
        return _month(start, words)
    if start.month == 1 and end.month == _DECEMBER:
        if start.year == end.year:
            return str(start.year)
        return words("report.date_between", first=start.year, last=end.year)
    return words("report.date_between", first=_month(start, words), last=_month(end, words))


def _month(day: date, words: Words) -> str:
    return words("report.date_month", month=month(day.month, words), year=day.year)


def _day(day: date, words: Words) -> str:
    name = month(day.month, words)
    return words("report.date_day", day=day.day, month=name, year=day.year)


def month(number_: int, words: Words) -> str:
    """Return the name of a month."""
    return words(f"month.{MONTHS[number_ - 1]}")


def days_text(span: Span, words: Words) -> str:
    """Return days of a case: ``3``, ``6–7``, ``from 3``."""
    low, high = span.earliest, span.latest
    if low is None and high is None:
        return "?"
    if low is None or high is None:
        known = day_number(low if low is not None else high or 0)
        return words("report.day_from" if high is None else "report.day_until", day=known)
    if low == high:
        return str(day_number(low))
    return f"{day_number(low)}–{day_number(high)}"


def event_date(event: Event, words: Words) -> str:
    """Return when an event was, on the calendar or as a day of its anchor."""
    if event.position is None:
        return words("event.no_date")
    if event.position.clock == CALENDAR:
        return date_text(event.position.calendar, words)
    days = days_text(event.position.span, words)
    return words("report.case_day", anchor=event.position.clock, day=days)
