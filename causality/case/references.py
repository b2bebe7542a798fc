"""Names that a case file uses: ids given once, and references that lead somewhere."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, get_args

from causality.case.events import Event, event_name
from causality.case.model import Case
from causality.case.part import Part
from causality.case.positions import resolve_anchors
from causality.case.when import When
from causality.document import Document, Path_
from causality.errors import Problem
from causality.terms.facts import FACTS


def check_names(case: Case, document: Document) -> list[Problem]:
    """Return ids given twice, and references to things that are not there."""
    return [
        *_duplicate_ids(case, document),
        *_anchors(case, document),
        *_references(case, document),
        *_decisions(case, document),
    ]


def check_event_names(events: Mapping[str, Event], case: Case, document: Document) -> list[Problem]:
    """Return references to events that the case does not have."""
    return list(_event_references(events, case, document))


def _parts(case: Case) -> Iterator[tuple[str, Path_]]:
    for n, drug in enumerate(case.drugs):
        yield str(drug.id), ("drugs", n)
        for m, exposure in enumerate(drug.exposures):
            yield str(exposure.id), ("drugs", n, "exposures", m)
    for n, reaction in enumerate(case.reactions):
        yield str(reaction.id), ("reactions", n)
        for m, episode in enumerate(reaction.episodes):
            yield str(episode.id), ("reactions", n, "episodes", m)
    for n, condition in enumerate(case.conditions):
        yield str(condition.id), ("conditions", n)
        for m, period in enumerate(condition.periods):
            yield str(period.id), ("conditions", n, "periods", m)
    for n, test in enumerate(case.investigations):
        yield str(test.id), ("investigations", n)


def _duplicate_ids(case: Case, document: Document) -> Iterator[Problem]:
    places: dict[str, list[Path_]] = defaultdict(list)
    for name, path in _parts(case):
        places[name].append(path)
    for name, paths in places.items():
        for path in paths[1:]:
            yield document.contradiction("E301", path, paths[0], id=name)


def _anchors(case: Case, document: Document) -> Iterator[Problem]:
    resolved = resolve_anchors(case.anchors)
    for name, when in case.anchors.items():
        if name in resolved:
            continue
        code = "E302" if when and when.anchor not in case.anchors else "E303"
        yield document.problem(
            code,
            ("anchors", name),
            kind="anchor",
            found=when.anchor if when else "",
            id=name,
            allowed=", ".join(case.anchors),
        )


def _reference(
    document: Document, path: Path_, kind: str, found: str, known: Iterable[str]
) -> Iterator[Problem]:
    names = list(known)
    if found in names:
        return
    near = difflib.get_close_matches(found, names, n=1, cutoff=0.5)
    yield document.problem(
        "E304" if near else "E302",
        path,
        kind=kind,
        found=found,
        allowed=", ".join(names[:20]) or "-",
        meant=near[0] if near else "",
    )


def _references(case: Case, document: Document) -> Iterator[Problem]:
    drugs = [str(drug.id) for drug in case.drugs]
    reactions = [str(reaction.id) for reaction in case.reactions]
    exposures = [str(e.id) for drug in case.drugs for e in drug.exposures]
    for n, drug in enumerate(case.drugs):
        for m, exposure in enumerate(drug.exposures):
            for key in exposure.recurrence:
                path: Path_ = ("drugs", n, "exposures", m, "recurrence", key)
                if key != "*":
                    yield from _reference(document, path, "reaction", key, reactions)
    for n, reaction in enumerate(case.reactions):
        for m, episode in enumerate(reaction.episodes):
            base: Path_ = ("reactions", n, "episodes", m)
            for key in episode.actions:
                yield from _reference(document, (*base, "actions", key), "drug", key, drugs)
            if episode.recurrence_on:
                where = (*base, "recurrence_on")
                yield from _reference(document, where, "exposure", episode.recurrence_on, exposures)
    for n, test in enumerate(case.investigations):
        for m, name in enumerate(test.concerns):
            yield from _reference(
                document, ("investigations", n, "concerns", m), "reaction", name, reactions
            )
    yield from _anchor_references(case, document)


def _anchor_references(case: Case, document: Document) -> Iterator[Problem]:
    """Find the anchors that dates name, wherever in the file they stand."""
    for path, when in _moments(case):
        if when.anchor is not None and path[0] != "anchors":
            yield from _reference(document, path, "anchor", when.anchor, case.anchors)


def _moments(value: object, path: Path_ = ()) -> Iterator[tuple[Path_, When]]:
    items: Iterable[tuple[str | int, object]]
    if isinstance(value, Part):
        items = ((name, getattr(value, name)) for name in _with_moments(type(value)))
    elif isinstance(value, dict):
        items = value.items()
    else:
        items = enumerate(value) if isinstance(value, tuple) else ()
    for key, item in items:
        if isinstance(item, When):
            yield (*path, key), item
        elif item:
            yield from _moments(item, (*path, key))


@cache
def _with_moments(part: type[Part]) -> tuple[str, ...]:
    """Return the fields of a kind of part that can hold moments: most of them cannot."""
    return tuple(n for n, f in part.model_fields.items() if _can_hold_moments(f.annotation))


def _can_hold_moments(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return bool(_with_moments(annotation))
    return annotation is When or any(map(_can_hold_moments, get_args(annotation)))


def _decisions(case: Case, document: Document) -> Iterator[Problem]:
    drugs = [str(drug.id) for drug in case.drugs]
    reactions = [str(reaction.id) for reaction in case.reactions]
    for n, decision in enumerate(case.assessor):
        base: Path_ = ("assessor", n)
        yield from _reference(document, (*base, "pair", 0), "drug", decision.pair[0], drugs)
        yield from _reference(document, (*base, "pair", 1), "reaction", decision.pair[1], reactions)
        if decision.fact not in FACTS:
            yield from _reference(document, (*base, "fact"), "fact", decision.fact, FACTS)
        elif decision.value not in FACTS[decision.fact]:
            yield from _reference(
                document, (*base, "value"), "value", decision.value, FACTS[decision.fact]
            )


def _event_references(
    events: Mapping[str, Event], case: Case, document: Document
) -> Iterator[Problem]:
    for event in events.values():
        for name in (*event.after, *event.before):
            yield from _reference(document, event.path, "event", name, events)
    for anchor, when in case.anchors.items():
        for name in (*when.after, *when.before) if when else ():
            if event_name(name, events) is not None:
                continue
            yield from _reference(document, ("anchors", anchor), "event", name, events)
