"""Read one cell: a date, a number of days or a word of a closed list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Literal

from causality.batch.contract import KINDS, allowed_values
from causality.errors import TermError, shown
from causality.terms.dates import FIRST_YEAR, LAST_YEAR, Span, parse_date

Cell = Span | str | None
Decimal = Literal[".", ","]
DateOrder = Literal["iso", "day-first", "month-first"]
_NUMBER = {
    ".": re.compile(r"[+-]?\d{1,7}(?:\.\d{1,6})?", re.ASCII),
    ",": re.compile(r"[+-]?\d{1,7}(?:,\d{1,6})?", re.ASCII),
}
_SEPARATED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{1,2})[/.-](\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(
    r"(\d{4})(?:([/.])(\d{1,2})\2(\d{1,2})|/(\d{1,2})|(\d{2})(\d{2}))", re.ASCII
)
_TIMED = re.compile(
    r"(\S+)\s+[0-2]?\d:[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?(?:\s*[ap]\.?\s?m\.?)?",
    re.ASCII | re.IGNORECASE,
)
_FORMULA_ERRORS = frozenset(
    [
        "#NULL!",
        "#DIV/0!",
        "#VALUE!",
        "#REF!",
        "#NAME?",
        "#NUM!",
        "#N/A",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
        "#¡NULO!",
        "#¡DIV/0!",
        "#¡VALOR!",
        "#¡REF!",
        "#¿NOMBRE?",
        "#¡NUM!",
        "#N/D",
    ]
)
"""What a spreadsheet, English or Spanish, writes where a formula has no result."""
_OTHER_ERROR = re.compile(r"Err:\d{3}", re.ASCII)  # of LibreOffice
_LONGEST_DATE = 80  # signs; an interval of two times of day is shorter


@dataclass(frozen=True, kw_only=True)
class CellReader:
    """How the cells of a table are written.

    Parameters
    ----------
    decimal
        The sign before the parts of a number.
    words
        Column to words of the table, in lower case, to values of the contract; an empty value says
        nothing.
    orders
        Column of dates to the order of day and month, where it is not ISO 8601.
    """

    decimal: Decimal = "."
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    orders: Mapping[str, DateOrder] = field(default_factory=dict)

    def __call__(self, column: str, text: str) -> Cell:
        """Return what a cell says; None for an empty one, which says nothing.

        Raises
        ------
        TermError
            E602 not one of the values allowed, E605 not a number of days, E609 not a date, E611
            not a date in the order that is declared, or another fault of a date.
        """
        plain = text.strip()
        words = self.words.get(column)
        if words:
            plain = words.get(plain.casefold(), plain)
        if not plain:
            return None
        kind = KINDS[column]
        if kind == "date":
            return _date(plain, self.orders.get(column, "iso"))
        if kind == "days":
            return _days(plain, self.decimal)
        return plain if kind == "text" else _word(column, plain)


def is_error(text: str) -> bool:
    """Tell whether a text is the error of a formula."""
    plain = text.strip()
    return plain in _FORMULA_ERRORS or _OTHER_ERROR.fullmatch(plain) is not None


def _iso(text: str, order: DateOrder) -> str:
    """Return a date as ISO 8601 that is written otherwise and can be nothing else.

    That is one that begins with the year, or whose order is declared; a time of day behind it is
    left out. Any other text is given as it is.
    """
    timed = _TIMED.fullmatch(text)
    date = text if timed is None else timed[1]
    match = _YEAR_FIRST.fullmatch(date)
    if match is not None and FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        parts = [part for part in (*match.group(1, 3, 4), *match.group(5, 6, 7)) if part]
        return "-".join(f"{part:0>2}" for part in parts)
    match = _SEPARATED.fullmatch(date) if order != "iso" else None
    if match is None:
        return date
    if match[4]:
        return f"{match[5]}-{match[4]:0>2}"
    day, month = (match[1], match[2]) if order == "day-first" else (match[2], match[1])
    return f"{match[3]}-{month:0>2}-{day:0>2}"


_IN_TABLES = {"E201": "E609", "E205": "E636"}
"""Faults of dates of which a table is told otherwise: it has no anchors, but mapping files."""


def _date(written: str, order: DateOrder) -> Span:
    """Return the days of a date; its faults name it as it is written in the cell."""
    found = shown(written)
    if len(written) > _LONGEST_DATE:
        code = "E609"
        raise TermError(code, found=found)
    try:
        return parse_date(_iso(written, order))
    except TermError as error:
        code, params = error.code, {**error.params}
        if code in ("E201", "E205") and order != "iso":
            code, params = "E611", {"order": order}
        elif code in _IN_TABLES:
            code = _IN_TABLES[code]
        raise TermError(code, **{**params, "found": found}) from error


def _days(text: str, decimal: Decimal) -> Span:
    """Return a number of days; a part of a day lies between two whole ones."""
    if not _NUMBER[decimal].fullmatch(text):
        code = "E605"
        raise TermError(code, found=shown(text), decimal=decimal)
    number = float(text.replace(",", "."))
    return Span(floor(number), ceil(number))


def _word(column: str, text: str) -> str:
    allowed = allowed_values(column)
    if text in allowed:
        return text
    word = text.lower().replace("-", "_").replace(" ", "_")
    if word not in allowed:
        code = "E602"
        raise TermError(code, found=shown(text), allowed=", ".join(allowed))
    return word
