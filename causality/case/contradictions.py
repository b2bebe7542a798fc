"""Contradictions between the dates and statements of a case.

A contradiction is an error only when no reading of the partial dates removes it; it names both
places.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from causality.case.events import Event
from causality.case.model import Case
from causality.case.positions import certainly_before
from causality.document import Document, Path_
from causality.errors import Problem
from causality.terms.dates import format_span


def check_dates(case: Case, events: Mapping[str, Event], document: Document) -> list[Problem]:
    """Return every contradiction of a case."""
    return [
        *_stated_order(events, document),
        *_implied_order(events, document),
        *_ongoing(case, document),
        *_recurrences(case, events, document),
    ]


def _stated_order(events: Mapping[str, Event], document: Document) -> Iterator[Problem]:
    """Report a stated order that the dates contradict, and orders that lead in a circle."""
    edges: dict[str, set[str]] = defaultdict(set)
    for event in events.values():
        for name in event.after:
            edges[name].add(event.id)
            if certainly_before(event.position, events[name].position):
                yield document.contradiction(
                    "E305", event.path, events[name].path, first=name, second=event.id
                )
        for name in event.before:
            edges[event.id].add(name)
            if certainly_before(events[name].position, event.position):
                yield document.contradiction(
                    "E305", event.path, events[name].path, first=event.id, second=name
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
                yield document.contradiction(code, event.path, other.path, **_both(event, other))


def _shown(event: Event) -> str:
    if event.text:
        return event.text
    return format_span(event.position.calendar) if event.position else "?"


def _ongoing(case: Case, document: Document) -> Iterator[Problem]:
    for n, drug in enumerate(case.drugs):
        for m, exposure in enumerate(drug.exposures):
            base: Path_ = ("drugs", n, "exposures", m)
            if exposure.ongoing and exposure.stop is not None and exposure.stop.dated:
                yield document.contradiction("E314", (*base, "ongoing"), (*base, "stop"))
    for n, condition in enumerate(case.conditions):
        for m, period in enumerate(condition.periods):
            where: Path_ = ("conditions", n, "periods", m)
            if period.ongoing and period.stop is not None and period.stop.dated:
                yield document.contradiction("E314", (*where, "ongoing"), (*where, "stop"))


def _recurrences(case: Case, events: Mapping[str, Event], document: Document) -> Iterator[Problem]:
    """Report recurrences before their re-exposure, and a "no" that an episode contradicts."""
    for n, reaction in enumerate(case.reactions):
        for m, episode in enumerate(reaction.episodes):
            if episode.recurrence_on is None:
                continue
            start, onset = (
                events[f"{episode.recurrence_on}.start"],
                events[f"{episode.id}.onset"],
            )
            if certainly_before(onset.position, start.position):
                place: Path_ = ("reactions", n, "episodes", m, "onset")
                yield document.contradiction("E313", place, start.path, **_both(onset, start))
    for stated in _statements(case, events):
        yield from _stated_recurrence(stated, document)


@dataclass(frozen=True, slots=True)
class _Statement:
    """What an exposure says about one reaction, and the onsets of its episodes."""

    value: str
    path: Path_
    start: Event
    stop: Event | None
    onsets: tuple[Event, ...]


def _statements(case: Case, events: Mapping[str, Event]) -> Iterator[_Statement]:
    for n, drug in enumerate(case.drugs):
        for m, exposure in enumerate(drug.exposures):
            for reaction in case.reactions:
                value = exposure.recurrence.get(str(reaction.id), exposure.recurrence.get("*"))
                onsets = tuple(events[f"{episode.id}.onset"] for episode in reaction.episodes)
                if value in ("yes", "no") and onsets:
                    yield _Statement(
                        value,
                        ("drugs", n, "exposures", m, "recurrence"),
                        events[f"{exposure.id}.start"],
                        events.get(f"{exposure.id}.stop"),
                        onsets,
                    )


def _stated_recurrence(stated: _Statement, document: Document) -> Iterator[Problem]:
    if stated.value == "yes":
        last = stated.onsets[-1]
        if all(certainly_before(onset.position, stated.start.position) for onset in stated.onsets):
            yield document.contradiction(
                "E313", stated.path, last.path, **_both(last, stated.start)
            )
        return
    for onset in stated.onsets:
        inside = (
            stated.stop is not None
            and certainly_before(stated.start.position, onset.position)
            and certainly_before(onset.position, stated.stop.position)
        )
        if inside:
            yield document.contradiction(
                "E315", stated.path, onset.path, event=onset.id, found=_shown(onset)
            )


def _both(event: Event, earlier: Event) -> dict[str, object]:
    return {
        "event": event.id,
        "found": _shown(event),
        "earlier": earlier.id,
        "earlier_found": _shown(earlier),
    }
