"""Checks that need more than one value: references, and contradictions between dates.

A contradiction is an error only when no reading of the partial dates removes it; it names both
places.
"""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from causality.case.events import Event, case_events
from causality.case.model import Case, Drug, Exposure
from causality.case.positions import certainly_before, resolve_anchors
from causality.case.when import When
from causality.document import Document, Path_
from causality.errors import Problem
from causality.terms.dates import format_span
from causality.terms.facts import FACTS


def check_case(case: Case, document: Document) -> list[Problem]:
    """Return every broken reference and contradiction of a case."""
    problems = [
        *_duplicate_ids(case, document),
        *_anchors(case, document),
        *_references(case, document),
        *_decisions(case, document),
    ]
    if problems:
        return problems
    events = case_events(case)
    unknown = list(_event_references(events, case, document))
    if unknown:
        return unknown
    return [
        *_stated_order(events, document),
        *_implied_order(events, document),
        *_ongoing(case, document),
        *_recurrences(case, events, document),
    ]


def _two_places(
    document: Document, code: str, path: Path_, other: Path_, **params: object
) -> Problem:
    problem = document.problem(code, path, **params)
    line, column = document.place(other)
    return Problem(
        code=code,
        file=problem.file,
        line=problem.line,
        column=problem.column,
        path=problem.path,
        params={**problem.params, "other": f"{line}:{column}" if line else "-"},
        other_line=line,
        other_column=column,
    )


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
            yield _two_places(document, "E301", path, paths[0], id=name)


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
                yield from _reference(
                    document, where, "exposure", episode.recurrence_on, exposures
                )
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
    if isinstance(value, When):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _moments(item, (*path, key))
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from _moments(item, (*path, index))
    elif hasattr(type(value), "model_fields"):
        for name in type(value).model_fields:  # type: ignore[attr-defined]
            yield from _moments(getattr(value, name), (*path, name))


def _decisions(case: Case, document: Document) -> Iterator[Problem]:
    drugs = [str(drug.id) for drug in case.drugs]
    reactions = [str(reaction.id) for reaction in case.reactions]
    for n, decision in enumerate(case.assessor):
        base: Path_ = ("assessor", n)
        yield from _reference(document, (*base, "pair", 0), "drug", decision.pair[0], drugs)
        yield from _reference(
            document, (*base, "pair", 1), "reaction", decision.pair[1], reactions
        )
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
            yield from _reference(document, ("anchors", anchor), "event", name, events)


def event_name(name: str, events: Iterable[str]) -> str | None:
    """Return the event that a name means: ``e1`` is its onset, ``len.1`` its start."""
    known = set(events)
    for candidate in (name, f"{name}.onset", f"{name}.start", f"{name}.1.start"):
        if candidate in known:
            return candidate
    return None


def _stated_order(events: Mapping[str, Event], document: Document) -> Iterator[Problem]:
    """Report a stated order that the dates contradict, and orders that lead in a circle."""
    edges: dict[str, set[str]] = defaultdict(set)
    for event in events.values():
        for name in event.after:
            edges[name].add(event.id)
            if certainly_before(event.position, events[name].position):
                yield _two_places(
                    document, "E305", event.path, events[name].path, first=name, second=event.id
                )
        for name in event.before:
            edges[event.id].add(name)
            if certainly_before(events[name].position, event.position):
                yield _two_places(
                    document, "E305", event.path, events[name].path, first=event.id, second=name
                )
    circle = _circle(edges)
    if circle:
        yield document.problem("E306", events[circle[0]].path, circle=" > ".join(circle))


def _circle(edges: Mapping[str, set[str]]) -> list[str]:
    """Return the events of one circle in the stated order, if there is any."""
    waiting = {name: 0 for pair in edges.items() for name in (pair[0], *pair[1])}
    for targets in edges.values():
        for name in targets:
            waiting[name] += 1
    free = [name for name, count in waiting.items() if count == 0]
    while free:
        name = free.pop()
        del waiting[name]
        for target in edges.get(name, ()):
            waiting[target] -= 1
            if waiting[target] == 0:
                free.append(target)
    return sorted(waiting)


def _implied_order(events: Mapping[str, Event], document: Document) -> Iterator[Problem]:
    """Report a stop before its start, a recovery before its onset and the like."""
    codes = {
        "exposure_stop": "E311",
        "improved": "E312",
        "recovered": "E312",
        "died": "E312",
        "last_new_lesions": "E312",
        "treatment_stop": "E311",
        "condition_stop": "E311",
    }
    for event in events.values():
        code = codes.get(event.kind)
        if code is None:
            continue
        for name in event.implied_after:
            other = events.get(name)
            own = other is not None and other.id.rpartition(".")[0] == event.id.rpartition(".")[0]
            if other and own and certainly_before(event.position, other.position):
                yield _two_places(
                    document,
                    code,
                    event.path,
                    other.path,
                    event=event.id,
                    found=_shown(event),
                    earlier=other.id,
                    earlier_found=_shown(other),
                )


def _shown(event: Event) -> str:
    if event.text:
        return event.text
    return format_span(event.position.calendar) if event.position else "?"


def _ongoing(case: Case, document: Document) -> Iterator[Problem]:
    for n, drug in enumerate(case.drugs):
        for m, exposure in enumerate(drug.exposures):
            base: Path_ = ("drugs", n, "exposures", m)
            if exposure.ongoing and exposure.stop is not None and exposure.stop.dated:
                yield _two_places(document, "E314", (*base, "ongoing"), (*base, "stop"))
    for n, condition in enumerate(case.conditions):
        for m, period in enumerate(condition.periods):
            where: Path_ = ("conditions", n, "periods", m)
            if period.ongoing and period.stop is not None and period.stop.dated:
                yield _two_places(document, "E314", (*where, "ongoing"), (*where, "stop"))


def _recurrences(
    case: Case, events: Mapping[str, Event], document: Document
) -> Iterator[Problem]:
    for n, reaction in enumerate(case.reactions):
        for m, episode in enumerate(reaction.episodes):
            if episode.recurrence_on is None:
                continue
            start = events[f"{episode.recurrence_on}.start"]
            onset = events[f"{episode.id}.onset"]
            if certainly_before(onset.position, start.position):
                yield _two_places(
                    document,
                    "E313",
                    ("reactions", n, "episodes", m, "onset"),
                    start.path,
                    event=onset.id,
                    found=_shown(onset),
                    earlier=start.id,
                    earlier_found=_shown(start),
                )
    for n, drug in enumerate(case.drugs):
        for m, exposure in enumerate(drug.exposures):
            base: Path_ = ("drugs", n, "exposures", m)
            yield from _stated_recurrence(case, drug, exposure, events, document, base)


def _stated_recurrence(
    case: Case,
    drug: Drug,
    exposure: Exposure,
    events: Mapping[str, Event],
    document: Document,
    base: Path_,
) -> Iterator[Problem]:
    """Report "recurred: yes" without a later episode, and "no" with one during the exposure."""
    start = events[f"{exposure.id}.start"].position
    stop = events.get(f"{exposure.id}.stop")
    for n, reaction in enumerate(case.reactions):
        stated = exposure.recurrence.get(str(reaction.id), exposure.recurrence.get("*"))
        if stated not in ("yes", "no") or start is None:
            continue
        onsets = [
            (("reactions", n, "episodes", m), events[f"{episode.id}.onset"])
            for m, episode in enumerate(reaction.episodes)
        ]
        if stated == "yes" and onsets and all(
            certainly_before(onset.position, start) for _, onset in onsets
        ):
            yield _two_places(
                document,
                "E313",
                (*base, "recurrence"),
                (*onsets[-1][0], "onset"),
                event=onsets[-1][1].id,
                found=_shown(onsets[-1][1]),
                earlier=f"{exposure.id}.start",
                earlier_found=_shown(events[f"{exposure.id}.start"]),
            )
        for path, onset in onsets if stated == "no" and stop else ():
            inside = certainly_before(start, onset.position) and certainly_before(
                onset.position, stop.position
            )
            if inside:
                yield _two_places(
                    document,
                    "E315",
                    (*base, "recurrence"),
                    (*path, "onset"),
                    event=onset.id,
                    found=_shown(onset),
                    drug=str(drug.id),
                )

