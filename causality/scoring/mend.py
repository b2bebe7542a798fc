"""Put right what is wrong with the texts of an algorithm file, so that its tables are checked too.

A label that is missing must not hide a fact that does not exist. Only texts are put right: they
decide nothing, so no fault can follow from the repair.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from causality.document import Document
from causality.errors import InputError, Problem
from causality.validation import validated

M = TypeVar("M", bound=BaseModel)
_UNKNOWN_KEY = frozenset({"E100", "E101"})
_TEXT = "?"
_LABEL = {"en": _TEXT, "es": _TEXT}
_TEXTS: Mapping[str, object] = {
    "en": _TEXT,
    "es": _TEXT,
    "version": _TEXT,
    "letter": _TEXT,
    "label": _LABEL,
    "note": _LABEL,
}


def validated_apart_from_texts(model: type[M], document: Document) -> tuple[M, list[Problem]]:
    """Return a document as a model, with the faults of its texts that were put right for it.

    Raises
    ------
    InputError
        With every fault of the shape, when there are others than those of texts.
    """
    try:
        return validated(model, document), []
    except InputError as error:
        value = _mended(document.value, error)
        if value is None:
            raise
        try:
            return validated(model, replace(document, value=value)), list(error.problems)
        except InputError:
            raise error from None


def _mended(value: Any, error: InputError) -> Any:
    """Return the value with its texts put right; None when something else is wrong."""
    cause = error.__cause__
    faults: Sequence[Any] = cause.errors() if isinstance(cause, ValidationError) else ()
    found = deepcopy(value)
    for problem, fault in zip(error.problems, faults, strict=True):
        if not fault["loc"] or not _of_text(problem, fault["loc"]):
            return None
        *way, key = fault["loc"]
        inside = found
        for step in way:
            inside = inside[step]
        if problem.code in _UNKNOWN_KEY:
            del inside[key]
        else:
            inside[key] = deepcopy(_TEXTS[str(key)])
    return found


def _of_text(problem: Problem, place: tuple[str | int, ...]) -> bool:
    """Tell whether a fault is that of a text, or an unknown key that can mean no table."""
    if problem.code in _UNKNOWN_KEY:
        meant, allowed = problem.params["meant"], str(problem.params["allowed"]).split(", ")
        return meant in _TEXTS or "en" in allowed or (not meant and len(place) == 1)
    return place[-1] in _TEXTS
