"""The score over time: every moment at which it changed and the event that changed it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from causality.assessment.moment import END
from causality.case.model import Investigation
from causality.timeline.order import Moment
from causality.timeline.snapshot import Snapshot, Timeline

Scores = Mapping[tuple[str, str, str], tuple[int | None, str]]


class Change(NamedTuple):
    """A new total or category of a pair under one algorithm."""

    as_of: str
    event: str
    date: str
    drug: str
    reaction: str
    algorithm: str
    total: int | None
    category: str


def trajectory(
    timeline: Timeline, until: Moment, scores: Callable[[Snapshot], Scores]
) -> Iterator[Change]:
    """Yield every change of a score up to a moment, in order of time.

    Each moment adds one event and all that is certainly past by then to what came before, so
    that ``--as-of`` with the printed label gives the same score again.
    """
    limit = timeline.at(until).visible
    known: frozenset[str] = frozenset()
    last: dict[tuple[str, str, str], tuple[int | None, str]] = {}
    for event in (name for name in timeline.sequence if name in limit):
        if event in known:
            continue
        now = known | timeline.order.visible(Moment(event, (event,)))
        added, known = now - known, now
        moment = _moment(timeline, known, event)
        found = scores(Snapshot(timeline, moment, known))
        yield from _changes(timeline, moment, _cause(timeline, added), found, last)
    final = timeline.at(until)
    yield from _changes(
        timeline, until, until.events[0] if until.events else "", scores(final), last
    )


def _moment(timeline: Timeline, known: frozenset[str], event: str) -> Moment:
    """Return the moment as the latest of the events known: alone, if it implies all the others."""
    if timeline.order.visible(Moment(event, (event,))) == known:
        return Moment(f"@{event}", (event,))
    latest = [
        name
        for name in timeline.sequence
        if name in known
        and not any(
            other != name
            and timeline.order.at_or_before(name, other)
            and not timeline.order.at_or_before(other, name)
            for other in known
        )
    ]
    return Moment(",".join(f"@{name}" for name in latest), tuple(latest))


def by_moment(trajectory: Sequence[Change], key: tuple[str, str]) -> Iterator[tuple[Change, ...]]:
    """Yield the changes of one pair, those of one moment together."""
    own = [change for change in trajectory if (change.drug, change.reaction) == key]
    for moment in dict.fromkeys((change.as_of, change.event) for change in own):
        yield tuple(change for change in own if (change.as_of, change.event) == moment)


_TELLING = (
    "onset",
    "died",
    "recovered",
    "improved",
    "outcome",
    "last_new_lesions",
    "test",
    "decision",
)
"""Kinds of events that change a score by themselves, the most telling first; of tests those that
show the reaction."""


def _cause(timeline: Timeline, added: frozenset[str]) -> str:
    """Return the event that is named as the cause: of several on one day the most telling one."""
    return min(added, key=lambda name: (_weight(timeline, name), timeline.rank[name]))


def _weight(timeline: Timeline, name: str) -> tuple[int, bool]:
    event = timeline.events[name]
    if event.kind not in _TELLING:
        return len(_TELLING), False
    other = event.kind == "test" and not _confirms(timeline.case.investigations[int(event.path[1])])
    return _TELLING.index(event.kind), other


def _confirms(test: Investigation) -> bool:
    """Tell whether a test shows that a reaction occurred."""
    return bool(test.concerns) and test.result == "positive"


def _changes(
    timeline: Timeline,
    moment: Moment,
    event: str,
    found: Scores,
    last: dict[tuple[str, str, str], tuple[int | None, str]],
) -> Iterator[Change]:
    for key, result in found.items():
        if last.get(key) == result:
            continue
        last[key] = result
        known = timeline.events.get(event)
        yield Change(
            as_of=END if moment.whole else moment.label,
            event=event,
            date=known.text if known else "",
            drug=key[0],
            reaction=key[1],
            algorithm=key[2],
            total=result[0],
            category=result[1],
        )
