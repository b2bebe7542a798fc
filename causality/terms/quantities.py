"""Doses and durations with their units; amounts compare only where the units agree."""

import re
from dataclasses import dataclass
from math import ceil

from causality.errors import TermError
from causality.terms.dates import Span

_QUANTITY = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d_%].*|%.*)", re.DOTALL)
_TWO_READINGS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)  # 1,000: a thousand, or one?
_LONGEST_DAYS = 200 * 366
_LARGEST_DOSE = 1e12
_ROUNDING = 1e-6  # hours as parts of a day are not exact
_SHOWN = 60
_MASS_MG = {
    "kg": 1e6,
    "g": 1e3,
    "mg": 1.0,
    "ug": 1e-3,
    "µg": 1e-3,
    "μg": 1e-3,
    "mcg": 1e-3,
    "ng": 1e-6,
}
# Shortest and longest number of days that one unit can mean (a month has 28 to 31).
_DAYS = {
    "d": (1, 1),
    "day": (1, 1),
    "days": (1, 1),
    "día": (1, 1),
    "días": (1, 1),
    "dia": (1, 1),
    "dias": (1, 1),
    "wk": (7, 7),
    "week": (7, 7),
    "weeks": (7, 7),
    "semana": (7, 7),
    "semanas": (7, 7),
    "mo": (28, 31),
    "month": (28, 31),
    "months": (28, 31),
    "mes": (28, 31),
    "meses": (28, 31),
    "a": (365, 366),
    "year": (365, 366),
    "years": (365, 366),
    "año": (365, 366),
    "años": (365, 366),
    "h": (1 / 24, 1 / 24),
    "hour": (1 / 24, 1 / 24),
    "hours": (1 / 24, 1 / 24),
    "hora": (1 / 24, 1 / 24),
    "horas": (1 / 24, 1 / 24),
}


@dataclass(frozen=True, slots=True)
class Dose:
    """An amount per administration, as reported and in a unit that can be compared."""

    text: str
    amount: float
    unit: str

    def ratio_to(self, other: "Dose") -> float | None:
        """Return this dose over another; None when the units differ or the other is nothing."""
        if self.unit != other.unit or other.amount == 0:
            return None
        return self.amount / other.amount


def parse_dose(text: str) -> Dose:
    """Read ``25 mg``, ``2,5 mg`` or ``40 mg/m2``.

    Raises
    ------
    TermError
        E211 when there is no number or no unit.
    """
    number, unit = _split(text, "E211")
    factor = _MASS_MG.get(unit, 1.0)
    if number * factor > _LARGEST_DOSE:
        code = "E211"
        raise TermError(code, found=text[:_SHOWN])
    return Dose(text.strip(), number * factor, "mg" if unit in _MASS_MG else unit)


def _split(text: str, code: str) -> tuple[float, str]:
    """Return the number and the unit of a quantity; a number with two readings is refused."""
    match = _QUANTITY.fullmatch(text.strip())
    if match is None or not match[1].isascii() or _TWO_READINGS.fullmatch(match[1]):
        raise TermError(code, found=text if len(text) < _SHOWN else text[:_SHOWN])
    return float(match[1].replace(",", ".")), match[2].strip().lower()


def parse_duration(text: str) -> tuple[float, float]:
    """Read a length of time and return its shortest and longest meaning in days.

    Raises
    ------
    TermError
        E212 when there is no number or no unit of time.
    """
    code = "E212"
    number, word = _split(text, code)
    unit = _DAYS.get(word)
    if unit is None or number * unit[1] > _LONGEST_DAYS:
        raise TermError(code, found=text[:_SHOWN])
    return number * unit[0], number * unit[1]


def whole_days(duration: tuple[float, float]) -> Span:
    """Return how many calendar days a course of a given length touches, at least one."""
    return Span(max(1, ceil(duration[0] - _ROUNDING)), max(1, ceil(duration[1] - _ROUNDING)))
