"""The columns of a batch (DESIGN section 8): their names, what they hold, how headers are spelt."""

from collections.abc import Mapping
from typing import Any, Literal

from causality.terms.facts import FACTS
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

_SPANISH = {
    "case_id": (
        "id caso",
        "caso",
        "id del caso",
        "código caso",
        "número de caso",
        "nº caso",
        "notificación",
        "id notificación",
        "número de notificación",
        "nº notificación",
        "nº de notificación",
    ),
    "drug": ("fármaco", "medicamento", "fármaco sospechoso", "medicamento sospechoso"),
    "reaction": ("reacción", "reacción adversa", "ram"),
    "drug_start": (
        "inicio fármaco",
        "inicio medicamento",
        "fecha inicio fármaco",
        "inicio del fármaco",
        "inicio tratamiento",
        "inicio del tratamiento",
        "fecha inicio tratamiento",
        "fecha de inicio del fármaco",
        "fecha de inicio del medicamento",
        "fecha de inicio del tratamiento",
    ),
    "drug_stop": (
        "fin fármaco",
        "fin medicamento",
        "fecha fin fármaco",
        "fin del fármaco",
        "fin tratamiento",
        "fin del tratamiento",
        "fecha fin tratamiento",
        "fecha de fin del fármaco",
        "fecha de fin del medicamento",
        "fecha de fin del tratamiento",
    ),
    "reaction_onset": (
        "inicio reacción",
        "fecha inicio reacción",
        "inicio de la reacción",
        "fecha de inicio de la reacción",
        "inicio RAM",
        "inicio de la RAM",
        "fecha inicio RAM",
        "fecha de inicio de la RAM",
    ),
    "reaction_end": (
        "fin reacción",
        "fecha fin reacción",
        "fin de la reacción",
        "fecha de fin de la reacción",
        "fin RAM",
        "fin de la RAM",
        "fecha fin RAM",
        "fecha de fin de la RAM",
    ),
    "improvement_date": ("fecha mejoría", "fecha de mejoría"),
    "steroid_start": ("inicio corticoide", "inicio del corticoide", "fecha inicio corticoide"),
    "rechallenge_start": ("inicio reexposición", "inicio de la reexposición"),
    "rechallenge_stop": ("fin reexposición", "fin de la reexposición"),
    "recurrence_date": ("fecha recurrencia", "fecha reaparición", "fecha de reaparición"),
    "as_of": ("a fecha de", "fecha evaluación", "fecha de evaluación"),
    "latency_days": ("latencia días", "latencia", "días de latencia"),
    "previously_exposed": ("exposición previa", "expuesto antes"),
    "rechallenge_kind": ("tipo reexposición", "tipo de reexposición"),
    "recurred": ("reapareció", "recurrencia"),
    "onset": ("secuencia temporal",),
    "action": ("acción", "medida tomada"),
    "course": ("evolución",),
    "improvement_explained_by": ("mejoría explicada por",),
    "rechallenge": ("reexposición",),
    "previous_reaction": ("reacción previa",),
    "prior_knowledge": ("conocimiento previo",),
    "alternative": ("causa alternativa", "causas alternativas"),
    "alternative_nondrug": ("causa alternativa no farmacológica",),
    "contributing_factor": ("factor contribuyente", "factores contribuyentes"),
    "event_confirmed": ("reacción confirmada", "acontecimiento confirmado"),
    "drug_test": ("prueba del fármaco",),
    "drug_level": ("nivel del fármaco",),
    "dose_response": ("dosis respuesta",),
    "worsened_preexisting": ("empeoramiento de algo previo",),
    "follow_up": ("seguimiento",),
    "suspected": ("sospechoso",),
}
_ENGLISH = {
    "case_id": ("case", "case number", "case no", "safety report id"),
    "drug": ("drug name", "medicine", "suspect drug"),
    "reaction": ("reaction term", "adverse reaction", "adverse event", "event"),
    "drug_start": ("drug start date", "start of drug"),
    "drug_stop": ("drug stop date", "drug end", "drug end date", "end of drug"),
    "reaction_onset": (
        "reaction onset date",
        "reaction start",
        "reaction start date",
        "onset date",
    ),
    "reaction_end": ("reaction end date", "reaction stop"),
    "improvement_date": ("date of improvement",),
    "steroid_start": ("steroid start date", "corticosteroid start"),
    "rechallenge_start": ("rechallenge start date",),
    "rechallenge_stop": ("rechallenge stop date", "rechallenge end"),
    "recurrence_date": ("date of recurrence",),
    "as_of": ("as of date", "assessment date"),
    "latency_days": ("latency",),
}


def _headers() -> dict[tuple[str, ...], str]:
    found = {fold(name): name for name in KINDS}
    for table in (_ENGLISH, _SPANISH):
        for name, spellings in table.items():
            for text in spellings:
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
