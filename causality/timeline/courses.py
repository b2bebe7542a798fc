"""Courses of a drug: exposures that follow each other without a gap are one course."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import permutations
from typing import NamedTuple

from causality.case.events import Event
from causality.case.exposures import MISSED_DOSE_DAYS
from causality.case.model import Exposure
from causality.case.positions import Position, days_between
from causality.terms.dates import OPEN, Span


class Step(NamedTuple):
    """A part of a course at one dose of one product."""

    exposure: Exposure
    start_event: str
    start: Position | None
    stop_event: str | None
    stop: Position | None


class Course(NamedTuple):
    """An uninterrupted exposure: its steps in order of time, and the one that ends last."""

    steps: tuple[Step, ...]
    last: Step
    seen_until: str  # the latest event known of the course: the drug was taken at least until then

    @property
    def start(self) -> Position | None:
        """Return where the first dose lies."""
        return self.steps[0].start

    @property
    def stop(self) -> Position | None:
        """Return where the last dose lies, if it is reported."""
        return None if self.ongoing else self.last.stop

    @property
    def ongoing(self) -> bool:
        """Tell whether the file says that the course goes on."""
        return any(step.exposure.ongoing for step in self.steps)

    @property
    def start_event(self) -> str:
        """Return the id of the event of the first dose."""
        return self.steps[0].start_event

    @property
    def stop_event(self) -> str | None:
        """Return the id of the event of the last dose, if it is reported."""
        return None if self.ongoing else self.last.stop_event

    @property
    def single(self) -> bool:
        """Tell whether the course is one administration."""
        return len(self.steps) == 1 and is_single(self.steps[0].exposure)

    def last_dose(self) -> tuple[Position | None, str | None]:
        """Return the last day of exposure and its event; a single dose ends on its day."""
        if self.single and self.stop is None:
            return self.start, self.start_event
        return self.stop, self.stop_event


_NOTHING_SAID = Step(Exposure.model_construct(), "", None, None, None)
COURSE_NOT_REPORTED = Course((_NOTHING_SAID,), _NOTHING_SAID, "")
"""The course of a drug that was given, and of which nothing else is said."""
_ONCE = frozenset({"once", "single dose", "one dose", "dosis unica", "dosis única", "una vez"})


def is_single(exposure: Exposure) -> bool:
    """Tell whether an exposure is one administration."""
    if exposure.administrations is not None:
        return exposure.administrations == 1
    return (exposure.frequency or "").casefold() in _ONCE


def courses(
    exposures: Sequence[Exposure],
    events: Mapping[str, Event],
    visible: frozenset[str],
    sequence: Mapping[str, int],
) -> tuple[Course, ...]:
    """Return the courses of a drug that have begun, in order of time.

    Parameters
    ----------
    exposures
        Of one substance, in any order.
    visible
        Ids of the events that are past; a stop that is not among them is not known yet.
    sequence
        Rank of every event id in the order of the case.
    """
    steps = sorted(
        (
            _step(exposure, events, visible)
            for exposure in exposures
            if f"{exposure.id}.start" in visible
        ),
        key=lambda step: sequence[step.start_event],
    )
    groups = [[step] for step in steps]
    while len(joined := _joined(groups, sequence)) < len(groups):
        groups = joined
    return tuple(
        Course(tuple(group), _last(group, sequence), _seen_until(group, sequence))
        for group in groups
    )


class OpenOrder(NamedTuple):
    """Two exposures of which it is open how they follow; the events that have to be past for it."""

    first: Exposure
    second: Exposure
    needed: frozenset[str]


def open_orders(
    exposures: Sequence[Exposure],
    events: Collection[str],
    days: Callable[[str, str], Span],
    stated_before: Callable[[str, str], bool],
) -> Iterator[OpenOrder]:
    """Yield the exposures of a substance whose dates leave open how one follows the other.

    That is which of the two began first, or whether the gap between them is an interruption. A gap
    without any date, or one by an order that the file states, is taken for one: it lists two
    exposures.

    Parameters
    ----------
    events
        Ids of all events.
    days
        Days from one event to another, as `Timeline.days` gives them.
    stated_before
        Whether the file puts one event before another.
    """
    for first, second in permutations(exposures, 2):
        start, stop, other = f"{first.id}.start", f"{first.id}.stop", f"{second.id}.start"
        between = days(start, other)
        if _may_be(between, -1) and _may_be(between, 1):
            yield OpenOrder(first, second, frozenset({start, other}))
            continue
        gap = days(stop, other) if stop in events else OPEN
        interrupted = _may_be(gap, MISSED_DOSE_DAYS) and _may_be(gap, MISSED_DOSE_DAYS + 1)
        if interrupted and gap.latest is not None and not stated_before(stop, other):
            yield OpenOrder(first, second, frozenset({start, stop, other}))


def _may_be(days: Span, number: int) -> bool:
    return (days.earliest is None or days.earliest <= number) and (
        days.latest is None or number <= days.latest
    )


def _joined(groups: list[list[Step]], sequence: Mapping[str, int]) -> list[list[Step]]:
    """Put together what follows without a gap.

    Not only the latest: a dose without a date may stand between two parts of another course.
    """
    joined: list[list[Step]] = []
    for group in groups:
        course = next((c for c in reversed(joined) if _follows(c, group[0])), None)
        if course is None:
            joined.append(list(group))
        else:
            course += group
            course.sort(key=lambda step: sequence[step.start_event])
    return joined


def _last(steps: list[Step], sequence: Mapping[str, int]) -> Step:
    """Return the step that ends last; one whose end is not known yet ends last of all."""
    return max(
        steps,
        key=lambda s: (s.stop_event is None, sequence[s.stop_event or s.start_event]),
    )


def _seen_until(steps: list[Step], sequence: Mapping[str, int]) -> str:
    return max((s.stop_event or s.start_event for s in steps), key=sequence.__getitem__)


def _step(exposure: Exposure, events: Mapping[str, Event], visible: frozenset[str]) -> Step:
    start_event, stop_event = f"{exposure.id}.start", f"{exposure.id}.stop"
    known = stop_event in visible
    return Step(
        exposure=exposure,
        start_event=start_event,
        start=events[start_event].position,
        stop_event=stop_event if known else None,
        stop=events[stop_event].position if known else None,
    )


def _follows(course: list[Step], step: Step) -> bool:
    """Tell whether a step certainly begins before the course had been interrupted."""
    return any(earlier.exposure.ongoing or _is_missed_dose(earlier, step) for earlier in course)


def _is_missed_dose(earlier: Step, later: Step) -> bool:
    longest = _gap(earlier, later).latest
    return longest is not None and longest <= MISSED_DOSE_DAYS


def _gap(earlier: Step, later: Step) -> Span:
    return days_between(earlier.stop, later.start)
