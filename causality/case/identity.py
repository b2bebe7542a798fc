"""Give every part of a case an id, so that events can be named: ``len.1.stop``, ``e1.onset``."""

from collections.abc import Sequence
from typing import Any

from causality.case.model import Case
from causality.case.part import Part
from causality.terms.text import slug


def with_ids(case: Case) -> Case:
    """Return the case with the ids that its file leaves out.

    Drugs, reactions and conditions are called by the words of their name, their parts by number:
    ``lenalidomide.1`` is the first exposure listed.
    """
    taken = {
        str(part.id)
        for parts in (case.drugs, case.reactions, case.conditions, case.investigations)
        for part in parts
        if part.id
    }
    drugs = [
        drug.model_copy(update={"exposures": _numbered(drug.exposures, str(drug.id))})
        for drug in _named(case.drugs, "name", taken)
    ]
    reactions = [
        reaction.model_copy(update={"episodes": _numbered(reaction.episodes, str(reaction.id))})
        for reaction in _named(case.reactions, "term", taken)
    ]
    conditions = [
        condition.model_copy(update={"periods": _numbered(condition.periods, str(condition.id))})
        for condition in _named(case.conditions, "term", taken)
    ]
    return case.model_copy(
        update={
            "drugs": tuple(drugs),
            "reactions": tuple(reactions),
            "conditions": tuple(conditions),
            "investigations": tuple(_named(case.investigations, "test", taken)),
        }
    )


def _named(parts: Sequence[Any], name: str, taken: set[str]) -> list[Any]:
    result = []
    for part in parts:
        if part.id:
            result.append(part)
            continue
        key = base = slug(getattr(part, name))
        number = 2
        while key in taken:
            key, number = f"{base}-{number}", number + 1
        taken.add(key)
        result.append(part.model_copy(update={"id": key}))
    return result


def _numbered(parts: Sequence[Part], owner: str) -> tuple[Part, ...]:
    return tuple(
        part if getattr(part, "id", None) else part.model_copy(update={"id": f"{owner}.{number}"})
        for number, part in enumerate(parts, start=1)
    )
