"""Dates and lengths of time as E2B writes them."""

import re
from functools import lru_cache

from causality.e2b.codes import code_lists

_HL7 = re.compile(
    r"(\d{4})(?:(\d{2})(?:(\d{2})(?:\d{2,6}(?:\.\d+)?)?)?)?(?:[+-]\d{2,4})?", re.ASCII
)
_R2_LENGTHS = {"102": 8, "203": 8, "204": 8, "602": 4, "610": 6}


@lru_cache(1 << 14)  # there are not so many days
def iso_date(text: str) -> str | None:
    """Return the day, month or year of an HL7 time stamp as ISO 8601; None when it is none.

    A month or day of 00 stands for one that is not known.
    """
    match = _HL7.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = match.groups()
    parts = [year]
    if month and month != "00":
        parts.append(month)
        if day and day != "00":
            parts.append(day)
    return "-".join(parts)


def iso_date_r2(text: str, form: str | None) -> str | None:
    """Return an E2B(R2) date as ISO 8601; None when it does not have the form it says it has."""
    digits = text.strip()
    length = _R2_LENGTHS.get(form or "")
    if not digits.isascii() or not digits.isdigit():
        return iso_date(digits)
    if length is not None and len(digits) < length:
        return None
    return iso_date(digits if length is None else digits[:length])


def time_unit(unit: str) -> str | None:
    """Return a unit of time as the case file writes it (``days``), None for anything else."""
    found: str | None = code_lists()["time_units"].get(unit)
    return found
