"""Give every part of a case an id, so that events can be named: ``len.1.stop``, ``e1.onset``."""

from collections.abc import Sequence
from typing import Any

from causality.case.model import Case, Episode, Reaction
from causality.terms.text import slug


def with_ids(case: Case) -> Case:
    """Return the case with the ids that its file leaves out.

    A reaction without an episode gets one of which nothing is known: it was reported. Drugs,
    reactions and conditions are called by the words of their name, their parts by number:
    ``lenalidomide.1`` is the first exposure listed.
    """
    taken = {
        str(part.id)
        for parts in (case.drugs, case.reactions, case.conditions, case.investigations)
        for part in parts
        if part.id
    }
    return case.model_copy(
        update={
            "drugs": _numbered(_named(case.drugs, "name", taken), "exposures"),
            "reactions": _numbered(
                _with_an_episode(_named(case.reactions, "term", taken)), "episodes"
            ),
            "conditions": _numbered(_named(case.conditions, "term", taken), "periods"),
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


def _with_an_episode(reactions: Sequence[Reaction]) -> list[Reaction]:
    return [
        reaction if reaction.episodes else reaction.model_copy(update={"episodes": (Episode(),)})
        for reaction in reactions
    ]


def _numbered(owners: Sequence[Any], name: str) -> tuple[Any, ...]:
    """Return some parts whose own parts of a name have ids; copied only where one is missing."""
    return tuple(
        owner
        if all(part.id for part in getattr(owner, name))
        else owner.model_copy(update={name: _with_numbers(getattr(owner, name), owner.id)})
        for owner in owners
    )


def _with_numbers(parts: Sequence[Any], owner: str) -> tuple[Any, ...]:
    return tuple(
        part if part.id else part.model_copy(update={"id": f"{owner}.{number}"})
        for number, part in enumerate(parts, start=1)
    )
