"""One substance and one phenotype within what is known of a case at a moment."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from causality.case.model import Drug, Episode, Exposure
from causality.terms.dates import Span
from causality.timeline.courses import Course, Step

if TYPE_CHECKING:  # rows of a table are measured without
    from causality.timeline.snapshot import Snapshot

Tags = Callable[[str], frozenset[str]]
"""What a drug's name stands for: ``corticosteroid``, ``masks``, ``treats`` or nothing known."""


@dataclass(frozen=True, kw_only=True)
class PairScope:
    """One substance and one phenotype within a snapshot."""

    snapshot: "Snapshot"
    drug: Drug
    own: tuple[Drug, ...]  # the drug entries of the same substance
    courses: tuple[Course, ...]
    episodes: tuple[Episode, ...]  # of the same phenotype, in order of time
    index: Episode | None
    index_course: int | None  # number of the course that the index episode is counted from
    tags: Tags
    steroids: tuple[Drug, ...]  # other drugs of the case that are corticosteroids
    masking: tuple[Drug, ...]  # other drugs of the case that can mask the reaction
    is_own_name: Callable[[str], bool]
    window_days: int  # after a later start within which a reaction is put down to it
    relevant: frozenset[str]  # events that can bear on the pair

    @property
    def onset_event(self) -> str:
        """Return the event with which the index episode begins."""
        return f"{self.index.id}.onset" if self.index else ""


def not_after(days: Span) -> bool:
    """Tell whether the first of two events is certainly not after the second."""
    return days.earliest is not None and days.earliest >= 0


def index_choices(
    snapshot: "Snapshot", courses: Sequence[Course], episodes: Sequence[Episode]
) -> list[tuple[Episode, int | None]]:
    """Return the index episode and the course it is counted from: every choice the dates allow.

    The index episode is the first that follows the first dose, or else the first one of all; its
    course is the last that had begun by then. The choice that counts is the first one.
    """
    if not episodes:
        return []
    if not courses:
        return [(episodes[0], None)]
    found: list[tuple[Episode, int | None]] = []
    for episode in _index_episodes(snapshot, courses, episodes):
        onset = f"{episode.id}.onset"
        found += [(episode, number) for number in _index_courses(snapshot, courses, onset)]
    return found


def _index_episodes(
    snapshot: "Snapshot", courses: Sequence[Course], episodes: Sequence[Episode]
) -> Iterator[Episode]:
    """Yield the episodes that may be the first after the first dose, whichever dose that was."""
    starts = [course.start_event for course in courses]

    def before_all(onset: str) -> bool:
        return all(snapshot.precedes(onset, start) for start in starts)

    perhaps = [e for e in episodes if not before_all(f"{e.id}.onset")]
    for episode in perhaps:
        yield episode
        if any(not_after(snapshot.days(start, f"{episode.id}.onset")) for start in starts):
            return
    if episodes[0] not in perhaps:
        yield episodes[0]  # the others may all have come before the drug as well


def _index_courses(snapshot: "Snapshot", courses: Sequence[Course], onset: str) -> Iterator[int]:
    """Yield the numbers of the courses that may be the last one begun by an onset, last first."""
    begun = [
        number
        for number, course in enumerate(courses)
        if not snapshot.precedes(onset, course.start_event)
    ]
    for number in reversed(begun):
        yield number
        if not_after(snapshot.days(courses[number].start_event, onset)):
            return
    if 0 not in begun:
        yield 0  # the reaction came first: the course that followed


def dose_ratio(dose: Exposure, other: Exposure) -> float | None:
    """Return the ratio of two doses; None where the units differ or one is not reported."""
    if dose.dose is None or other.dose is None:
        return None
    return dose.dose.ratio_to(other.dose)


def step_at(scope: PairScope, course: Course, event: str) -> Step | None:
    """Return the last step of a course that had begun at an event."""
    begun = [step for step in course.steps if not scope.snapshot.precedes(event, step.start_event)]
    return begun[-1] if begun else None
