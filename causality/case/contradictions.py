"""Contradictions between the dates and statements of a case.

A contradiction is an error only when no reading of the partial dates removes it; it names both
places.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from causality.case.events import Event
from causality.case.model import Case, Drug
from causality.case.positions import Position, certainly_before
from causality.document import Document, Path_
from causality.errors import Problem
from causality.terms.dates import FIRST_YEAR, LAST_YEAR, OPEN, format_span


def check_dates(case: Case, events: Mapping[str, Event], document: Document) -> list[Problem]:
    """Return every contradiction of a case."""
    actions = list(_actions(case, events))
    return [
        *_beyond_the_calendar(events, document),
        *_order(events, document),
        *_outcomes(case, document),
        *_ongoing(case, document),
        *_withdrawn_but_ongoing(actions, case, events, document),
        *_withdrawn_before_begun(actions, case, events, document),
        *_continued_but_ended(actions, case, events, document),
        *_recurrences(case, events, document),
        *_earlier_exposures(case, events, document),
    ]


_CODES = {
    "exposure_stop": "E311",
    "treatment_stop": "E311",
    "condition_stop": "E311",
    "improved": "E312",
    "recovered": "E312",
    "died": "E312",
    "last_new_lesions": "E312",
}
_STILL_GIVEN = frozenset({"continued", "dose_reduced", "dose_increased"})
_FIRST_DAY = date(FIRST_YEAR - 100, 1, 1).toordinal()
_LAST_DAY = date(LAST_YEAR + 100, 1, 1).toordinal()


def _beyond_the_calendar(events: Mapping[str, Event], document: Document) -> Iterator[Problem]:
    for event in events.values():
        calendar = event.position.calendar if event.position else OPEN
        low, high = calendar.earliest, calendar.latest
        if (low is not None and low < _FIRST_DAY) or (high is not None and high > _LAST_DAY):
            yield document.problem(
                "E203", event.path, found=event.text, first=FIRST_YEAR, last=LAST_YEAR
            )


def _order(events: Mapping[str, Event], document: Document) -> Iterator[Problem]:
    """Report orders that lead in a circle, and orders that the dates contradict."""
    earlier: dict[str, set[str]] = {name: set() for name in events}
    for event in events.values():
        for name in (*event.after, *event.implied_after):
            if name in events:
                earlier[event.id].add(name)
        for name in (*event.before, *event.implied_before):
            if name in events:
                earlier[name].add(event.id)
    circle = _circle(earlier)
    if circle:
        yield document.problem("E306", events[circle[0]].path, circle=" > ".join(circle))
        return
    for event in events.values():
        for other in _dated_before(event, earlier, events):
            if certainly_before(event.position, other.position):
                yield _against_dates(event, other, document)


def _dated_before(
    event: Event, earlier: Mapping[str, set[str]], events: Mapping[str, Event]
) -> Iterator[Event]:
    """Yield the nearest dated events that an event comes after, through undated ones."""
    waiting, seen = sorted(earlier[event.id]), {event.id}
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        if events[name].position is not None:
            yield events[name]
        else:
            waiting += sorted(earlier[name])


def _against_dates(event: Event, other: Event, document: Document) -> Problem:
    """Return the contradiction between an event and one that it comes after."""
    own = event.id.rpartition(".")[0] == other.id.rpartition(".")[0]
    if own and other.id in event.implied_after and event.kind in _CODES:
        code = _CODES[event.kind]
        return document.contradiction(code, event.path, other.path, **_both(event, other))
    stating, named = (other, event) if event.id in other.before else (event, other)
    return document.contradiction("E305", stating.path, named.path, first=other.id, second=event.id)


def _outcomes(case: Case, document: Document) -> Iterator[Problem]:
    """Report an outcome that a date of the same episode contradicts."""
    against = {
        "not_recovered": ("recovered", "died"),
        "fatal": ("recovered",),
        "recovered": ("died",),
        "recovering": ("recovered", "died"),
        "recovered_with_sequelae": ("died",),
    }
    for n, reaction in enumerate(case.reactions):
        for m, episode in enumerate(reaction.episodes):
            base: Path_ = ("reactions", n, "episodes", m)
            for name in against.get(episode.outcome or "", ()):
                when = getattr(episode, name)
                if when is not None and when.dated:
                    yield document.contradiction(
                        "E316", (*base, "outcome"), (*base, name), found=episode.outcome, key=name
                    )


def _circle(earlier: Mapping[str, set[str]]) -> list[str]:
    """Return the events of the circles in an order, if there are any."""
    waiting = {name: len(before) for name, before in earlier.items()}
    later: dict[str, list[str]] = defaultdict(list)
    for name, before in earlier.items():
        for other in before:
            later[other].append(name)
    free = [name for name, count in waiting.items() if count == 0]
    while free:
        name = free.pop()
        del waiting[name]
        for following in later[name]:
            waiting[following] -= 1
            if waiting[following] == 0:
                free.append(following)
    return sorted(waiting)


def _shown(event: Event) -> str:
    if event.text:
        return event.text
    return format_span(event.position.calendar) if event.position else "?"


class _Taken(NamedTuple):
    """What was done with a drug in an episode, and where the file says so."""

    action: str
    number: int  # of the drug
    onset: Position | None
    over: Event | None  # the recovery or the death
    path: Path_

    def begun_too_late(self, drug: Drug, events: Mapping[str, Event]) -> bool:
        """Tell whether every exposure of the drug certainly began after the episode was over."""
        starts = [events[f"{exposure.id}.start"].position for exposure in drug.exposures]
        over = self.over.position if self.over else None
        return bool(starts) and all(certainly_before(over, start) for start in starts)


def _actions(case: Case, events: Mapping[str, Event]) -> Iterator[_Taken]:
    numbers = {str(drug.id): n for n, drug in enumerate(case.drugs)}
    for n, reaction in enumerate(case.reactions):
        for m, episode in enumerate(reaction.episodes):
            onset = events[f"{episode.id}.onset"].position
            over = events.get(f"{episode.id}.recovered") or events.get(f"{episode.id}.died")
            for name, action in episode.actions.items():
                if name in numbers:
                    path: Path_ = ("reactions", n, "episodes", m, "actions", name)
                    yield _Taken(action, numbers[name], onset, over, path)


def _withdrawn_but_ongoing(
    actions: Iterable[_Taken], case: Case, events: Mapping[str, Event], document: Document
) -> Iterator[Problem]:
    """Report a drug that was withdrawn in an episode and yet goes on, and was not begun again."""
    for taken in actions:
        drug = case.drugs[taken.number]
        if taken.action != "withdrawn" or taken.begun_too_late(drug, events):
            continue
        never_ended = all(exposure.ongoing for exposure in drug.exposures)
        for k, exposure in enumerate(drug.exposures):
            start = events[f"{exposure.id}.start"].position
            if exposure.ongoing and (never_ended or certainly_before(start, taken.onset)):
                other: Path_ = ("drugs", taken.number, "exposures", k, "ongoing")
                yield document.contradiction("E317", taken.path, other, drug=drug.id)


def _withdrawn_before_begun(
    actions: Iterable[_Taken], case: Case, events: Mapping[str, Event], document: Document
) -> Iterator[Problem]:
    """Report a drug that was withdrawn in an episode and first given after it was over."""
    for taken in actions:
        drug = case.drugs[taken.number]
        if taken.action == "withdrawn" and taken.over and taken.begun_too_late(drug, events):
            start = events[f"{drug.exposures[0].id}.start"]
            params = {"drug": drug.id, "start": _shown(start), "over": _shown(taken.over)}
            yield document.contradiction("E320", taken.path, start.path, **params)


def _continued_but_ended(
    actions: Iterable[_Taken], case: Case, events: Mapping[str, Event], document: Document
) -> Iterator[Problem]:
    """Report a drug still given in an episode (continued, dose changed) that had ended before."""
    for taken in actions:
        if taken.action not in _STILL_GIVEN:
            continue
        drug = case.drugs[taken.number]
        begun = [
            exposure
            for exposure in drug.exposures
            if not certainly_before(taken.onset, events[f"{exposure.id}.start"].position)
        ]
        stops = [events.get(f"{exposure.id}.stop") for exposure in begun]
        ended = [s for s in stops if s and certainly_before(s.position, taken.onset)]
        if ended and len(ended) == len(begun):
            params = {"drug": drug.id, "found": taken.action, "stop": _shown(ended[-1])}
            yield document.contradiction("E318", taken.path, ended[-1].path, **params)


def _earlier_exposures(
    case: Case, events: Mapping[str, Event], document: Document
) -> Iterator[Problem]:
    """Report a drug "taken before the case" on a day after the onset of every reaction."""
    onsets = [
        events[f"{episode.id}.onset"]
        for reaction in case.reactions
        for episode in reaction.episodes[:1]
    ]
    for n, past in enumerate(case.past_drugs):
        taken = events[f"past.{n + 1}"]
        if onsets and all(certainly_before(each.position, taken.position) for each in onsets):
            place: Path_ = ("past_drugs", n, "date")
            params = {"drug": past.drug, **_both(taken, onsets[0])}
            yield document.contradiction("E319", place, onsets[0].path, **params)


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
            if episode.recurrence_on is None or f"{episode.recurrence_on}.start" not in events:
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
    said_to_be_on: frozenset[str]  # onsets of the episodes that name this exposure
    ongoing: bool


def _statements(case: Case, events: Mapping[str, Event]) -> Iterator[_Statement]:
    for n, drug in enumerate(case.drugs):
        for m, exposure in enumerate(drug.exposures):
            for reaction in case.reactions if exposure.recurrence else ():
                value = exposure.recurrence.get(str(reaction.id), exposure.recurrence.get("*"))
                onsets = tuple(events[f"{episode.id}.onset"] for episode in reaction.episodes)
                if value in ("yes", "no") and onsets:
                    yield _Statement(
                        value,
                        ("drugs", n, "exposures", m, "recurrence"),
                        events[f"{exposure.id}.start"],
                        events.get(f"{exposure.id}.stop"),
                        onsets,
                        frozenset(
                            f"{e.id}.onset"
                            for e in reaction.episodes
                            if e.recurrence_on == exposure.id
                        ),
                        bool(exposure.ongoing),
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
        begun = certainly_before(stated.start.position, onset.position)
        stop = stated.stop.position if stated.stop else None
        not_ended = stated.ongoing or certainly_before(onset.position, stop)
        inside = onset.id in stated.said_to_be_on or (begun and not_ended)
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
