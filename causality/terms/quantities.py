"""Doses and durations with their units; amounts compare only where the units agree."""

import re
from dataclasses import dataclass

from causality.errors import TermError
from causality.terms.dates import Span

_QUANTITY = re.compile(r"([<>]?)\s*(\d+(?:[.,]\d+)?)\s*(\D.*)?", re.ASCII)
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
    match = _QUANTITY.fullmatch(text.strip())
    if match is None or match[1] or not match[3]:
        code = "E211"
        raise TermError(code, found=text)
    amount, unit = float(match[2].replace(",", ".")), match[3].strip().lower()
    factor = _MASS_MG.get(unit)
    if factor is not None:
        return Dose(text.strip(), amount * factor, "mg")
    return Dose(text.strip(), amount, unit)


def parse_duration(text: str) -> tuple[float, float]:
    """Read a length of time and return its shortest and longest meaning in days.

    Raises
    ------
    TermError
        E212 when there is no number or no unit of time.
    """
    match = _QUANTITY.fullmatch(text.strip())
    unit = _DAYS.get(match[3].strip().lower()) if match and match[3] and not match[1] else None
    if match is None or unit is None:
        code = "E212"
        raise TermError(code, found=text)
    number = float(match[2].replace(",", "."))
    return number * unit[0], number * unit[1]


def whole_days(duration: tuple[float, float]) -> Span:
    """Return how many calendar days a course of a given length touches, at least one."""
    return Span(max(1, round(duration[0])), max(1, round(duration[1])))
