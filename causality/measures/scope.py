"""One substance and one phenotype within what is known of a case at a moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from causality.case.model import Drug, Episode, Exposure
from causality.terms.dates import Span
from causality.timeline.courses import Course, Step
from causality.timeline.snapshot import Snapshot

Tags = Callable[[str], frozenset[str]]
"""What a drug's name stands for: ``corticosteroid``, ``masks``, ``treats`` or nothing known."""


@dataclass(frozen=True, kw_only=True)
class PairScope:
    """One substance and one phenotype within a snapshot."""

    snapshot: Snapshot
    drug: Drug
    own: tuple[Drug, ...]  # the drug entries of the same substance
    courses: tuple[Course, ...]
    episodes: tuple[Episode, ...]  # of the same phenotype, in order of time
    index: Episode | None
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

    @cached_property
    def index_course(self) -> int | None:
        """Return the number of the last course that may have begun before the index onset."""
        begun = [
            number
            for number, course in enumerate(self.courses)
            if not self.snapshot.precedes(self.onset_event, course.start_event)
        ]
        return begun[-1] if begun else None


def not_after(days: Span) -> bool:
    """Tell whether the first of two events is certainly not after the second."""
    return days.earliest is not None and days.earliest >= 0


def index_episode(
    snapshot: Snapshot, courses: Sequence[Course], episodes: Sequence[Episode]
) -> Episode | None:
    """Return the first episode that may follow the first dose; else the first one of all."""
    for episode in episodes:
        if courses and not snapshot.precedes(f"{episode.id}.onset", courses[0].start_event):
            return episode
    return episodes[0] if episodes else None


def dose_ratio(dose: Exposure, other: Exposure) -> float | None:
    """Return the ratio of two doses; None where the units differ or one is not reported."""
    if dose.dose is None or other.dose is None:
        return None
    return dose.dose.ratio_to(other.dose)


def step_at(scope: PairScope, course: Course, event: str) -> Step | None:
    """Return the last step of a course that had begun at an event."""
    begun = [step for step in course.steps if not scope.snapshot.precedes(event, step.start_event)]
    return begun[-1] if begun else None
