"""What state a drug and a condition were in over time, as far as it is reported.

A chain is a row of cuts: from each on, a state holds until the next. Nothing that is not known at
the moment of the assessment makes a cut. These choices are ours:

- A drug is ``on`` from the first dose of a course to the last, a single dose for as long as the
  window of the reaction runs. After the last dose it is ``unknown`` while a reaction could still be
  put down to it (rule 1: 7 days or 5 half-lives, or the rest of the window), then ``off``.
- A stop that is not reported leaves ``unknown`` behind the last news of the course.
- A condition is in the state of its latest period, until that one's end is reported or the next
  one begins. A condition none of whose periods states an activity is compared by its presence. A
  partial remission is neither active nor inactive. What came before the first period is not known
  of a chronic disease (it may have been there unnoticed); an acute one was not there, and after its
  end is ``unknown`` for the days that it may still act.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from causality.case.model import Condition, Period
from causality.evidence.lookups import DrugLookup
from causality.evidence.windows import Windows
from causality.timeline.courses import Course
from causality.timeline.snapshot import Snapshot

DrugState = Literal["on", "off", "unknown"]
ConditionState = Literal["active", "inactive", "unknown"]


class Cut(NamedTuple):
    """A moment, so many days after an event, from which on a state holds."""

    event: str
    days: int
    state: str


class Chain(NamedTuple):
    """The states of a drug or a condition over time: before the first cut, then cut by cut."""

    before: str
    cuts: tuple[Cut, ...]


def drug_chain(snapshot: Snapshot, about: DrugLookup, windows: Windows) -> Chain:
    """Return when a drug was taken."""
    courses = snapshot.courses(about.own)
    cuts: list[Cut] = []
    for number, course in enumerate(courses):
        after = courses[number + 1].start_event if number + 1 < len(courses) else None
        window = _window(windows, again=bool(number))
        cuts += _course_cuts(snapshot, course, after, window, windows.persistence)
    exposed_before = about.previously_exposed(snapshot) == "yes"
    return Chain("unknown" if exposed_before else "off", tuple(cuts))


def _window(windows: Windows, *, again: bool) -> int:
    """Return the last day, from the start, on which an onset is compatible."""
    found = [window.days(again=again) for window in windows.syndromes]
    return max((days[1] for days in found if days), default=0)


def _course_cuts(
    snapshot: Snapshot, course: Course, after: str | None, window: int, persistence: int
) -> list[Cut]:
    start = course.start_event
    cuts = [Cut(start, 0, "on")]
    if course.ongoing:
        return cuts
    stop = course.stop_event
    if course.single:
        return cuts + _unless_later(
            snapshot, Cut(start, max(window, persistence) + 1, "off"), after
        )
    cuts += _perhaps_before(snapshot, Cut(stop or course.seen_until, 1, "unknown"), after)
    if stop is not None:
        taken = snapshot.days(start, stop).earliest or 0
        still = max(persistence, window - taken)
        cuts += _unless_later(snapshot, Cut(stop, still + 1, "off"), after)
    return cuts


def _unless_later(snapshot: Snapshot, cut: Cut, after: str | None) -> list[Cut]:
    """Return a cut that certainly comes before the next course, else none."""
    gap = snapshot.days(cut.event, after).earliest if after else cut.days
    return [cut] if gap is not None and gap >= cut.days else []


def _perhaps_before(snapshot: Snapshot, cut: Cut, after: str | None) -> list[Cut]:
    """Return a cut that may come before the next course: courses follow each other."""
    gap = snapshot.days(cut.event, after).latest if after else None
    return [cut] if gap is None or gap >= cut.days else []


def condition_chain(snapshot: Snapshot, condition: Condition, acts_for: int | None) -> Chain:
    """Return when a condition was active.

    Parameters
    ----------
    acts_for
        Days after its end within which an acute condition can still be the cause; None: chronic.
    """
    rank = snapshot.timeline.rank
    periods = sorted(
        (p for p in condition.periods if snapshot.sees(f"{p.id}.start")),
        key=lambda p: rank[f"{p.id}.start"],
    )
    by_presence = all(period.activity is None for period in periods)
    cuts: list[Cut] = []
    around: list[Period] = []  # periods that go on behind the one that began in them
    for number, period in enumerate(periods):
        following = f"{periods[number + 1].id}.start" if number + 1 < len(periods) else None
        cuts.append(Cut(f"{period.id}.start", 0, _activity(period, by_presence=by_presence)))
        around.append(period)
        for end in _ends(snapshot, around, following, by_presence=by_presence):
            cuts += _acting_on(snapshot, end, following, acts_for)
    return Chain("unknown" if acts_for is None else "inactive", tuple(cuts))


def _acting_on(
    snapshot: Snapshot, end: Cut, following: str | None, acts_for: int | None
) -> list[Cut]:
    """Return the end of an acute condition: it may still be the cause for some days."""
    if acts_for is None or end.state != "inactive":
        return [end]
    over = Cut(end.event, acts_for + 1, "inactive")
    return [end._replace(state="unknown"), *_unless_later(snapshot, over, following)]


def _ends(
    snapshot: Snapshot, around: list[Period], following: str | None, *, by_presence: bool
) -> Iterable[Cut]:
    """Yield the ends of periods before the next one begins; those that are over leave the list."""
    while around:
        period = around[-1]
        stop = f"{period.id}.stop"
        if not snapshot.sees(stop):
            if not period.ongoing:
                around.clear()  # carried on until the next one, and no further
            return
        gap = snapshot.days(stop, following) if following else None
        if gap is not None and gap.latest is not None and gap.latest < 0:
            return
        around.pop()
        state = _closed(_activity(period, by_presence=by_presence))
        if around and _goes_on(snapshot, around[-1], stop):
            state = _activity(around[-1], by_presence=by_presence)
        else:
            around.clear()
        # The last day counts as well, unless the next period may begin on it.
        whole = gap is None or (gap.earliest is not None and gap.earliest >= 1)
        yield Cut(stop, int(whole), state)


def _goes_on(snapshot: Snapshot, outer: Period, stop: str) -> bool:
    days = snapshot.days(stop, f"{outer.id}.stop").earliest
    return bool(outer.ongoing) or (days is not None and days > 0)


def _activity(period: Period, *, by_presence: bool) -> ConditionState:
    if by_presence or period.activity == "active":
        return "active"
    return "inactive" if period.activity in ("remission", "resolved") else "unknown"


def _closed(state: ConditionState) -> ConditionState:
    """Return what follows a reported end: the end of an active time is that it is not active."""
    return "inactive" if state == "active" else "unknown"


def combined(states: Sequence[str]) -> ConditionState:
    """Return the state of a cause that several conditions of the case name."""
    if "active" in states:
        return "active"
    return "inactive" if states and set(states) == {"inactive"} else "unknown"
