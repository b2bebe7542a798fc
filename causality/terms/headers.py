"""How the headers of tables are spelt, in English and Spanish, beside the names of the contract."""

from collections.abc import Mapping, Sequence

from causality.terms.text import fold

_ENGLISH: Mapping[str, tuple[str, ...]] = {
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
_SPANISH: Mapping[str, tuple[str, ...]] = {
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

SPELLINGS: tuple[tuple[str, str], ...] = tuple(
    (text, name)
    for table in (_ENGLISH, _SPANISH)
    for name, spellings in table.items()
    for text in spellings
)
"""A spelling with the column that it means; of two equal ones the first counts."""


def columns_meant(header: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Return the columns of a header that mean one of some names, by that name.

    A name that stands in the header itself, or that several columns could mean, is left out.
    """
    found: dict[str, list[str]] = {}
    for column in header:
        meant = next((name for text, name in SPELLINGS if fold(text) == fold(column)), "")
        spelt = next((name for name in names if fold(name) == fold(column)), meant)
        found.setdefault(spelt, []).append(column)
    return {
        name: found[name][0]
        for name in names
        if name not in header and len(found.get(name, ())) == 1
    }
