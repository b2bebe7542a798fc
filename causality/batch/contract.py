"""The columns of a batch (DESIGN section 8): their names, what they hold, how headers are spelt."""

from collections.abc import Mapping
from typing import Any, Literal

from causality.terms.facts import FACTS
from causality.terms.headers import SPELLINGS
from causality.terms.text import fold

Kind = Literal["text", "date", "days", "choice", "fact"]

_DATE = r"^(\d{4}(-\d{2}(-\d{2}(T.*)?)?)?(/\d{4}(-\d{2}(-\d{2}(T.*)?)?)?)?)?$"
KEYS = ("case_id", "drug", "reaction")
"""Columns without which a row names no pair."""

DATES = (
    "drug_start",
    "drug_stop",
    "reaction_onset",
    "reaction_end",
    "improvement_date",
    "steroid_start",
    "rechallenge_start",
    "rechallenge_stop",
    "recurrence_date",
    "as_of",
)
DAYS = ("latency_days",)
CHOICES: Mapping[str, tuple[str, ...]] = {
    "previously_exposed": ("yes", "no"),
    "rechallenge_kind": ("plain", "reduced_dose", "covered", "desensitisation", "accidental"),
    "recurred": ("yes", "no"),
}

KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(KEYS, "text"),
    **dict.fromkeys(DATES, "date"),
    **dict.fromkeys(DAYS, "days"),
    **dict.fromkeys(CHOICES, "choice"),
    **dict.fromkeys(FACTS, "fact"),
}
"""Every column that the batch reads, with what its cells hold."""

NOT_BEFORE: tuple[tuple[str, str], ...] = (
    ("drug_start", "drug_stop"),
    ("reaction_onset", "reaction_end"),
    ("reaction_onset", "improvement_date"),
    ("drug_start", "rechallenge_start"),
    ("rechallenge_start", "rechallenge_stop"),
    ("rechallenge_start", "recurrence_date"),
)
"""Pairs of dates of which the second cannot be before the first."""


def _headers() -> dict[tuple[str, ...], str]:
    found = {fold(name): name for name in KINDS}
    for text, name in SPELLINGS:
        found.setdefault(fold(text), name)
    return found


HEADERS: Mapping[tuple[str, ...], str] = _headers()


def column_named(header: str) -> str | None:
    """Return the column that a header means, in Spanish or English; None for any other one."""
    return header if header in KINDS else HEADERS.get(fold(header))


def row_schema() -> dict[str, Any]:
    """Return the JSON Schema of a row: every cell is a text, an empty one says nothing."""
    date = {"type": "string", "pattern": _DATE, "examples": ["2018", "2018-10", "2018-10-04"]}
    of_kind: dict[Kind, dict[str, Any]] = {
        "text": {"type": "string", "minLength": 1},
        "date": date,
        "days": {"type": "string", "pattern": r"^([+-]?\d{1,7}([.,]\d{1,6})?)?$"},
    }
    properties = {
        name: of_kind.get(kind) or {"enum": [*allowed_values(name), ""]}
        for name, kind in KINDS.items()
    }
    return {
        "title": "Row of a batch",
        "type": "object",
        "properties": properties,
        "required": list(KEYS),
        "additionalProperties": {"type": "string"},
    }


def allowed_values(column: str) -> tuple[str, ...]:
    """Return the values that a cell of a column with closed values may hold."""
    return FACTS[column] if column in FACTS else CHOICES[column]
