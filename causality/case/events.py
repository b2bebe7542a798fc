"""The dated events of a case, each with its id, its place in the file and the order it implies."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from causality.case.exposures import exposure_ends, moved, withdrawal_stops
from causality.case.model import Case, Condition, Episode, Exposure, Investigation, Period
from causality.case.positions import Position, days_between, resolve, resolve_anchors
from causality.case.when import When
from causality.document import Path_
from causality.terms.quantities import whole_days
from causality.terms.text import contains, fold

EventKind = Literal[
    "exposure_start",
    "exposure_stop",
    "onset",
    "improved",
    "recovered",
    "died",
    "last_new_lesions",
    "outcome",
    "treatment_start",
    "treatment_stop",
    "condition_start",
    "condition_stop",
    "test",
    "past_drug",
    "decision",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, was found or was decided.

    ``after`` and ``before`` are the orders the file states; ``implied_after`` and
    ``implied_before`` follow from what the event is (a stop is not before its start).
    """

    id: str
    kind: EventKind
    path: Path_
    position: Position | None = None
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    implied_after: tuple[str, ...] = ()
    implied_before: tuple[str, ...] = ()
    assumed: bool = False
    text: str = ""
    anchor: str | None = None


def case_events(case: Case) -> dict[str, Event]:
    """Return every event of a case by id, in the order of the file."""
    anchors = resolve_anchors(case.anchors)
    events = [
        *_drug_events(case, anchors),
        *_reaction_events(case, anchors),
        *_condition_events(case, anchors),
        *_test_events(case, anchors),
        *_other_events(case, anchors),
    ]
    by_id = {event.id: event for event in events}
    named = {event.id: _with_full_names(event, by_id) for event in events}
    return _with_anchor_order(case, _with_indications(case, named))


def _with_full_names(event: Event, events: Mapping[str, Event]) -> Event:
    """Return the event with the short names of others in full: ``e1`` is ``e1.onset``."""
    if not (event.after or event.before):
        return event
    return replace(
        event,
        after=tuple(event_name(name, events) or name for name in event.after),
        before=tuple(event_name(name, events) or name for name in event.before),
    )


def _event(
    event_id: str,
    kind: EventKind,
    path: Path_,
    *,
    when: When | None,
    anchors: Mapping[str, Position],
    implied_after: tuple[str, ...] = (),
    implied_before: tuple[str, ...] = (),
) -> Event:
    position = resolve(when, anchors)
    return _event_at(position, event_id, kind, path, when, implied_after, implied_before)


def _event_at(
    position: Position | None,
    event_id: str,
    kind: EventKind,
    path: Path_,
    when: When | None,
    implied_after: tuple[str, ...] = (),
    implied_before: tuple[str, ...] = (),
) -> Event:
    return Event(
        id=event_id,
        kind=kind,
        path=path,
        position=position,
        after=when.after if when else (),
        before=when.before if when else (),
        implied_after=implied_after,
        implied_before=implied_before,
        assumed=bool(when and when.assumed),
        text=when.text if when else "",
        anchor=when.anchor if when else None,
    )


def _drug_events(case: Case, anchors: Mapping[str, Position]) -> Iterator[Event]:
    for number, drug in enumerate(case.drugs):
        for index, exposure in enumerate(drug.exposures):
            yield from _exposure_events(exposure, ("drugs", number, "exposures", index), anchors)


def _exposure_events(
    exposure: Exposure, path: Path_, anchors: Mapping[str, Position]
) -> Iterator[Event]:
    start_id, stop_id = f"{exposure.id}.start", f"{exposure.id}.stop"
    start, stop = exposure_ends(exposure, anchors)
    has_stop = stop is not None or exposure.stop is not None
    yield _event_at(
        start,
        start_id,
        "exposure_start",
        (*path, "start"),
        exposure.start,
        implied_before=(stop_id,) if has_stop else (),
    )
    if has_stop:
        yield _event_at(
            stop,
            stop_id,
            "exposure_stop",
            (*path, "stop"),
            exposure.stop,
            implied_after=(start_id,),
        )


def _reaction_events(case: Case, anchors: Mapping[str, Position]) -> Iterator[Event]:
    for number, reaction in enumerate(case.reactions):
        for index, episode in enumerate(reaction.episodes):
            path: Path_ = ("reactions", number, "episodes", index)
            yield from _episode_events(case, episode, path, anchors)


def _episode_events(
    case: Case, episode: Episode, path: Path_, anchors: Mapping[str, Position]
) -> Iterator[Event]:
    onset_id = f"{episode.id}.onset"
    yield _event(onset_id, "onset", (*path, "onset"), when=episode.onset, anchors=anchors)
    onset = resolve(episode.onset, anchors)
    stops = tuple(withdrawal_stops(case, episode, onset, anchors))
    ends = [name for name in ("improved", "recovered", "died") if _has(episode, name)]
    for name in ends:
        when: When | None = getattr(episode, name)
        event = _event(
            f"{episode.id}.{name}",
            name,  # type: ignore[arg-type]
            (*path, name if when is not None else "outcome"),
            when=when,
            anchors=anchors,
            implied_after=_implied_by_outcome(episode, name, ends, onset_id, stops),
        )
        if name == "recovered" and event.position is None and onset and episode.duration:
            event = replace(event, position=moved(onset, whole_days(episode.duration)))
        yield event
    if episode.outcome == "not_recovered":
        yield Event(
            id=f"{episode.id}.outcome",
            kind="outcome",
            path=(*path, "outcome"),
            implied_after=(onset_id, *stops),
        )
    if episode.last_new_lesions is not None:
        yield _event(
            f"{episode.id}.last_new_lesions",
            "last_new_lesions",
            (*path, "last_new_lesions"),
            when=episode.last_new_lesions,
            anchors=anchors,
            implied_after=(onset_id,),
        )
    yield from _treatment_events(episode, path, anchors, onset_id)


def _has(episode: Episode, name: str) -> bool:
    by_outcome = {
        "improved": ("recovering",),
        "recovered": ("recovered", "recovered_with_sequelae"),
        "died": ("fatal",),
    }
    if name == "recovered" and episode.duration is not None and episode.outcome is None:
        return True  # E.i.6: it lasted so long, so it ended
    return getattr(episode, name) is not None or episode.outcome in by_outcome[name]


def _implied_by_outcome(
    episode: Episode, name: str, ends: list[str], onset_id: str, stops: tuple[str, ...]
) -> tuple[str, ...]:
    """Return what an outcome comes after: its onset, an earlier stage, and the withdrawal.

    That the recovery follows the withdrawal is taken from "withdrawn" and "recovered" in one
    episode only when the outcome has no date of its own.
    """
    earlier = (f"{episode.id}.improved",) if name == "recovered" and "improved" in ends else ()
    when = getattr(episode, name)
    undated = (when is None or not when.dated) and (name != "recovered" or not episode.duration)
    return (onset_id, *earlier, *(stops if undated and not (when and when.after) else ()))


def _treatment_events(
    episode: Episode, path: Path_, anchors: Mapping[str, Position], onset_id: str
) -> Iterator[Event]:
    for index, treatment in enumerate(episode.treatment or ()):
        base = f"{episode.id}.treatment.{index + 1}"
        where = (*path, "treatment", index)
        yield _event(
            f"{base}.start",
            "treatment_start",
            (*where, "start") if treatment.start else where,
            when=treatment.start,
            anchors=anchors,
            implied_after=() if treatment.start and treatment.start.dated else (onset_id,),
        )
        if treatment.stop is not None:
            yield _event(
                f"{base}.stop",
                "treatment_stop",
                (*where, "stop"),
                when=treatment.stop,
                anchors=anchors,
                implied_after=(f"{base}.start",),
            )


def _condition_events(case: Case, anchors: Mapping[str, Position]) -> Iterator[Event]:
    for number, condition in enumerate(case.conditions):
        for index, period in enumerate(condition.periods):
            path: Path_ = ("conditions", number, "periods", index)
            yield from _period_events(period, path, anchors)
        if not condition.periods:
            yield Event(
                id=f"{condition.id}.1.start",
                kind="condition_start",
                path=("conditions", number),
            )


def _period_events(period: Period, path: Path_, anchors: Mapping[str, Position]) -> Iterator[Event]:
    start_id, stop_id = f"{period.id}.start", f"{period.id}.stop"
    yield _event(
        start_id,
        "condition_start",
        (*path, "start"),
        when=period.start,
        anchors=anchors,
        implied_before=(stop_id,) if period.stop else (),
    )
    if period.stop is not None:
        yield _event(
            stop_id,
            "condition_stop",
            (*path, "stop"),
            when=period.stop,
            anchors=anchors,
            implied_after=(start_id,),
        )


def _test_events(case: Case, anchors: Mapping[str, Position]) -> Iterator[Event]:
    for number, test in enumerate(case.investigations):
        yield _event(
            test_event_id(test),
            "test",
            ("investigations", number),
            when=test.moment,
            anchors=anchors,
        )


def test_event_id(test: Investigation) -> str:
    """Return the id of the event of an investigation."""
    return str(test.id)


def _other_events(case: Case, anchors: Mapping[str, Position]) -> Iterator[Event]:
    for number, past in enumerate(case.past_drugs):
        yield _event(
            f"past.{number + 1}",
            "past_drug",
            ("past_drugs", number),
            when=past.date,
            anchors=anchors,
        )
    for number, decision in enumerate(case.assessor):
        yield _event(
            f"decision.{number + 1}",
            "decision",
            ("assessor", number),
            when=decision.date,
            anchors=anchors,
        )


def _with_indications(case: Case, events: dict[str, Event]) -> dict[str, Event]:
    """Let a condition precede the drug that was given for it (the indication comes first)."""
    for drug in case.drugs:
        starts = [f"{exposure.id}.start" for exposure in drug.exposures]
        if not drug.indication or not starts:
            continue
        indication = fold(drug.indication)
        for condition in case.conditions:
            if not contains(fold(condition.term), indication):
                continue
            begin = _first(period_events(condition), events)
            if begin is None:
                continue
            days = [days_between(begin.position, events[start].position) for start in starts]
            if any(span.latest is not None and span.latest < 0 for span in days):
                continue  # given before the condition began: for something else
            events[begin.id] = replace(begin, implied_before=(*begin.implied_before, *starts))
    return events


def period_events(condition: Condition) -> list[str]:
    """Return the ids of the events with which the periods of a condition begin."""
    return [f"{period.id}.start" for period in condition.periods] or [f"{condition.id}.1.start"]


def _first(names: Sequence[str], events: Mapping[str, Event]) -> Event | None:
    """Return the event that is not later than the others, wherever it is listed.

    One that may have been at any time before is not weighed against those that have a first day.
    """
    begun = [name for name in sorted(names) if _has_first_day(events[name])]
    for name in begun or (names if len(names) == 1 else ()):
        days = [days_between(events[name].position, events[n].position) for n in begun if n != name]
        if all(span.earliest is not None and span.earliest >= 0 for span in days):
            return events[name]
    return None


def _has_first_day(event: Event) -> bool:
    return event.position is not None and event.position.span.earliest is not None


def _with_anchor_order(case: Case, events: dict[str, Event]) -> dict[str, Event]:
    """Let the events counted from an anchor, from day 1 on, follow what the anchor comes after."""
    anchors = resolve_anchors(case.anchors)
    for name, when in case.anchors.items():
        if when is None or not (when.after or when.before) or name not in anchors:
            continue
        after = tuple(event_name(other, events) or other for other in when.after)
        before = tuple(event_name(other, events) or other for other in when.before)
        for event in list(events.values()):
            if name not in _bases(event.anchor, case.anchors):
                continue
            days = days_between(anchors[name], event.position)
            later = days.earliest is not None and days.earliest >= 0
            earlier = days.latest is not None and days.latest <= 0
            events[event.id] = replace(
                event,
                implied_after=(*event.implied_after, *(after if later else ())),
                implied_before=(*event.implied_before, *(before if earlier else ())),
            )
    return events


def _bases(anchor: str | None, anchors: Mapping[str, When | None]) -> list[str]:
    """Return an anchor and those that it stands on."""
    found: list[str] = []
    while anchor is not None and anchor not in found and anchor in anchors:
        found.append(anchor)
        when = anchors[anchor]
        anchor = when.anchor if when is not None else None
    return found


def event_name(name: str, events: Mapping[str, Event]) -> str | None:
    """Return the event that a name means: ``e1`` is its onset, ``len.1`` its start."""
    for candidate in (name, f"{name}.onset", f"{name}.start", f"{name}.1.start"):
        if candidate in events:
            return candidate
    return None
