"""Take the measures of a pair from what is known of its case at a moment."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from causality.case.model import Drug, Episode, Exposure, Treatment
from causality.measures.values import (
    OnsetMeasures,
    RechallengeMeasures,
    ReExposure,
    Start,
    StartKind,
    WithdrawalMeasures,
    YesNoUnknown,
)
from causality.terms.dates import OPEN, Span
from causality.timeline.courses import Course, Step
from causality.timeline.snapshot import Snapshot

Tags = Callable[[str], frozenset[str]]
"""What a drug's name stands for: ``corticosteroid``, ``masks``, ``treats`` or nothing known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairScope:
    """One substance and one phenotype within a snapshot."""

    snapshot: Snapshot
    drug: Drug
    own: tuple[Drug, ...]  # the drug entries of the same substance
    courses: tuple[Course, ...]
    episodes: tuple[Episode, ...]  # of the same phenotype, in order of time
    index: Episode | None
    tags: Tags

    @property
    def onset_event(self) -> str:
        """Return the event with which the index episode begins."""
        return f"{self.index.id}.onset" if self.index else ""

    def index_course(self) -> int | None:
        """Return the number of the last course that may have begun before the index onset."""
        begun = [
            number
            for number, course in enumerate(self.courses)
            if not _certainly_after(self.snapshot.days(course.start_event, self.onset_event))
        ]
        return begun[-1] if begun else None


def _certainly_after(days: Span) -> bool:
    """Tell whether an onset is certainly before a start (a negative number of days)."""
    return days.latest is not None and days.latest < 0


def index_episode(
    snapshot: Snapshot, courses: Sequence[Course], episodes: Sequence[Episode]
) -> Episode | None:
    """Return the first episode that may follow the first dose; else the first one of all."""
    for episode in episodes:
        if courses and not _certainly_after(
            snapshot.days(courses[0].start_event, f"{episode.id}.onset")
        ):
            return episode
    return episodes[0] if episodes else None


def onset_measures(scope: PairScope, previously_exposed: YesNoUnknown) -> OnsetMeasures:
    """Return the days from every start that could explain the index onset."""
    last = scope.index_course()
    if not scope.courses or scope.index is None:
        return OnsetMeasures(starts=(), previously_exposed=previously_exposed)
    starts: list[Start] = []
    for number, course in enumerate(scope.courses[: 1 if last is None else last + 1]):
        again = previously_exposed == "yes" or number > 0
        for step, kind in _starts(course, "first" if number == 0 else "restart"):
            days = scope.snapshot.days(step.start_event, scope.onset_event)
            starts.append(Start(kind=kind, latency=days, again=again, event=step.start_event))
    since, event = _since_last_dose(scope, last)
    return OnsetMeasures(
        starts=tuple(starts),
        since_last_dose=since,
        onset_event=scope.onset_event,
        last_dose_event=event,
        previously_exposed=previously_exposed,
    )


def _starts(course: Course, first: StartKind) -> Iterable[tuple[Step, StartKind]]:
    """Yield the first dose, and every later step to a higher dose or another product."""
    yield course.steps[0], first
    for before, step in zip(course.steps, course.steps[1:], strict=False):
        ratio = dose_ratio(step.exposure, before.exposure)
        if ratio is not None and ratio > 1:
            yield step, "dose_increase"
        elif _other_product(before.exposure, step.exposure):
            yield step, "product_change"


def _other_product(before: Exposure, after: Exposure) -> bool:
    pairs = ((before.product, after.product), (before.batch, after.batch))
    return any(old and new and old != new for old, new in pairs)


def dose_ratio(dose: Exposure, other: Exposure) -> float | None:
    """Return the ratio of two doses; None where the units differ or one is not reported."""
    if dose.dose is None or other.dose is None:
        return None
    return dose.dose.ratio_to(other.dose)


def _since_last_dose(scope: PairScope, number: int | None) -> tuple[Span | None, str | None]:
    """Return the days from the last dose before the onset; None while still exposed."""
    if number is None:
        return OPEN, None
    course = scope.courses[number]
    _, event = course.last_dose()
    if course.ongoing:
        return None, course.start_event
    if event is None:
        withdrawn = scope.index and scope.index.actions.get(str(scope.drug.id)) in _ON_THE_DRUG
        return (None if withdrawn else OPEN), None
    days = scope.snapshot.days(event, scope.onset_event)
    if days.latest is not None and days.latest <= 0:
        return None, event
    return days, event


_ON_THE_DRUG = frozenset({"withdrawn", "dose_reduced", "dose_increased", "continued"})


def withdrawal_measures(scope: PairScope) -> WithdrawalMeasures:
    """Return what was done with the drug in the index episode and what the reaction did."""
    number, episode, snapshot = scope.index_course(), scope.index, scope.snapshot
    if episode is None or number is None:
        return WithdrawalMeasures()
    course = scope.courses[number]
    _, last_event = course.last_dose()
    improvement_event = _improvement_event(scope, episode)
    new_lesions_event = f"{episode.id}.last_new_lesions"
    improvement = snapshot.days(last_event, improvement_event) if improvement_event else None
    steroid, steroid_event, in_time = _steroid(scope, episode, last_event, improvement_event)
    given = _seen_treatments(scope, episode)
    return WithdrawalMeasures(
        stated_action=_stated_action(scope, episode, last_event, improvement_event),
        single=course.single,
        ongoing=course.ongoing,
        stop_after_onset=snapshot.days(scope.onset_event, last_event) if last_event else None,
        dose_change=_dose_change(scope, course),
        outcome=_outcome(scope, episode, improvement_event),
        improvement=improvement,
        improvement_dated=improvement is not None and improvement.bounded,
        new_lesions=snapshot.days(last_event, new_lesions_event)
        if snapshot.sees(new_lesions_event)
        else None,
        untreated=episode.treatment == (),
        treated=any(scope.tags(t.drug) & _WORKING for t, _ in given),
        other_treatment=any(not scope.tags(t.drug) & _WORKING for t, _ in given),
        steroid=steroid,
        steroid_before_improvement=in_time,
        extent=episode.extent or "skin_limited",
        action_event=_action_event(scope, course, last_event),
        outcome_event=improvement_event or _last_outcome_event(scope, episode),
        steroid_event=steroid_event or (given[0][1] if given else None),
        new_lesions_event=new_lesions_event,
    )


_WORKING = frozenset({"corticosteroid", "treats", "immunosuppressant"})


def _improvement_event(scope: PairScope, episode: Episode) -> str | None:
    for name in ("improved", "recovered"):
        if scope.snapshot.sees(f"{episode.id}.{name}"):
            return f"{episode.id}.{name}"
    return None


def _last_outcome_event(scope: PairScope, episode: Episode) -> str | None:
    for name in ("died", "outcome"):
        if scope.snapshot.sees(f"{episode.id}.{name}"):
            return f"{episode.id}.{name}"
    return None


def _outcome(scope: PairScope, episode: Episode, improvement: str | None) -> str | None:
    """Return the outcome as far as it is known by now."""
    snapshot = scope.snapshot
    if snapshot.sees(f"{episode.id}.died"):
        return "fatal"
    if snapshot.sees(f"{episode.id}.recovered"):
        sequelae = episode.outcome == "recovered_with_sequelae"
        return "recovered_with_sequelae" if sequelae else "recovered"
    if improvement:
        return "recovering"
    return "not_recovered" if snapshot.sees(f"{episode.id}.outcome") else None


def _stated_action(
    scope: PairScope, episode: Episode, last_event: str | None, improvement: str | None
) -> str | None:
    """Return the stated action once it has been taken.

    A withdrawal is known from the last dose on; an action without any date once the outcome is
    known, or at the end of the case.
    """
    stated = next(
        (episode.actions[str(d.id)] for d in scope.own if str(d.id) in episode.actions), None
    )
    if stated is None:
        return None
    in_file = any(
        f"{e.id}.stop" in scope.snapshot.timeline.events for d in scope.own for e in d.exposures
    )
    if stated == "withdrawn" and in_file:
        known = last_event is not None or improvement is not None
    else:
        known = improvement is not None
    return stated if known or scope.snapshot.moment.whole else None


def _action_event(scope: PairScope, course: Course, last_event: str | None) -> str | None:
    """Return the event of the action: the changed dose, or the last dose of a course that ended."""
    changed = _changed_step(scope, course)
    if changed is not None:
        return changed[1].start_event
    return last_event or scope.onset_event


def _dose_change(scope: PairScope, course: Course) -> Literal["reduced", "increased"] | None:
    changed = _changed_step(scope, course)
    if changed is None:
        return None
    return "increased" if changed[0] > 1 else "reduced"


def _changed_step(scope: PairScope, course: Course) -> tuple[float, Step] | None:
    """Return the first step at another dose after the onset, with the ratio of the doses."""
    reacting = _step_at(scope, course, scope.onset_event)
    for step in course.steps:
        days = scope.snapshot.days(scope.onset_event, step.start_event)
        if reacting is None or days.earliest is None or days.earliest < 0 or step is reacting:
            continue
        ratio = dose_ratio(step.exposure, reacting.exposure)
        if ratio is not None and ratio != 1:
            return ratio, step
    return None


def _step_at(scope: PairScope, course: Course, event: str) -> Step | None:
    """Return the last step of a course that had begun at an event."""
    begun = [
        step
        for step in course.steps
        if not _certainly_after(scope.snapshot.days(step.start_event, event))
    ]
    return begun[-1] if begun else None


def _seen_treatments(scope: PairScope, episode: Episode) -> list[tuple[Treatment, str]]:
    events = (f"{episode.id}.treatment.{n + 1}.start" for n in range(len(episode.treatment or ())))
    pairs = zip(episode.treatment or (), events, strict=True)
    return [(treatment, event) for treatment, event in pairs if scope.snapshot.sees(event)]


def _steroid(
    scope: PairScope, episode: Episode, last_event: str | None, improvement: str | None
) -> tuple[Span | None, str | None, bool]:
    """Return the start of a corticosteroid, in days from the last dose, and whether in time."""
    snapshot = scope.snapshot
    treatments = [
        event
        for treatment, event in _seen_treatments(scope, episode)
        if "corticosteroid" in scope.tags(treatment.drug)
    ]
    others = [
        f"{exposure.id}.start"
        for drug in snapshot.case.drugs
        if drug not in scope.own and "corticosteroid" in scope.tags(drug.name)
        for exposure in drug.exposures
        if improvement and _is_before(snapshot.days(f"{exposure.id}.start", improvement))
    ]
    found: list[tuple[Span, str, bool]] = []
    for event in (*treatments, *others):
        days = snapshot.days(last_event, event)
        if days.earliest is None and event in treatments:  # not before the reaction it treats
            days = Span(snapshot.days(last_event, scope.onset_event).earliest, days.latest)
        to_improvement = snapshot.days(event, improvement) if improvement else OPEN
        if to_improvement.latest is not None and to_improvement.latest < 0:
            continue
        found.append((days, event, True))
    if not found:
        return None, None, False
    return max(found, key=lambda item: (item[0].earliest is not None, item[0].earliest or 0))


def rechallenge_measures(
    scope: PairScope, *, original_latency: Span, persistence: int, recovery_days: int | None
) -> RechallengeMeasures:
    """Return every re-exposure after the index episode.

    Parameters
    ----------
    original_latency
        Of the index episode, in days.
    persistence
        Days after the last dose within which the drug counts as present.
    recovery_days
        Published days to recovery, after which an undated recovery is taken to have happened.
    """
    number = scope.index_course()
    if number is None or scope.index is None:
        return RechallengeMeasures(original_latency=original_latency)
    found = [
        _re_exposure(scope, position, persistence, recovery_days)
        for position in range(number + 1, len(scope.courses))
    ]
    return RechallengeMeasures(re_exposures=tuple(found), original_latency=original_latency)


def _re_exposure(
    scope: PairScope, number: int, persistence: int, recovery_days: int | None
) -> ReExposure:
    course, before = scope.courses[number], scope.courses[number - 1]
    index_number = scope.index_course() or 0
    reacting = _step_at(scope, scope.courses[index_number], scope.onset_event)
    recurrence = _recurrence(scope, course, persistence)
    event = f"{recurrence.id}.onset" if recurrence else None
    steps = _steps_until(scope, course, event)
    _, last = before.last_dose()
    gap = scope.snapshot.days(last, course.start_event)
    return ReExposure(
        recurred=_recurred(scope, course, recurrence),
        resolved_before=_resolved(scope, course, gap, recovery_days),
        gap=gap,
        dose_ratio=_highest_ratio(steps, reacting) if recurrence is None
        else _ratio(steps[-1], reacting),
        duration=_duration(scope, course, event),
        covered=_covered(scope, steps),
        desensitisation=any(s.exposure.purpose == "desensitisation" for s in steps),
        accidental=any(s.exposure.purpose == "accidental" for s in steps),
        event=course.start_event,
        recurrence_event=event,
    )


def _recurrence(scope: PairScope, course: Course, persistence: int) -> Episode | None:
    """Return the episode of the same phenotype that began on this exposure."""
    ids = {step.exposure.id for step in course.steps}
    for episode in scope.episodes:
        if scope.index is not None and episode.id == scope.index.id:
            continue
        if episode.recurrence_on in ids:
            return episode
        onset = f"{episode.id}.onset"
        after = scope.snapshot.days(course.start_event, onset)
        if after.earliest is None or after.earliest < 0:
            continue
        gone = scope.snapshot.days(course.seen_until, onset)
        next_start = _next_start(scope, course)
        later = scope.snapshot.days(next_start, onset) if next_start else OPEN
        if later.earliest is not None and later.earliest >= 0:
            continue
        in_time = gone.latest is not None and gone.latest <= persistence
        if course.ongoing or in_time:
            return episode
    return None


def _next_start(scope: PairScope, course: Course) -> str | None:
    number = scope.courses.index(course) + 1
    return scope.courses[number].start_event if number < len(scope.courses) else None


def _recurred(scope: PairScope, course: Course, recurrence: Episode | None) -> YesNoUnknown:
    if recurrence is not None:
        return "yes"
    ended = course.stop_event is not None or scope.snapshot.moment.whole
    reactions = _reaction_ids(scope)
    stated = {
        value
        for step in course.steps
        for key, value in step.exposure.recurrence.items()
        if key == "*" or key in reactions
    }
    if not ended:
        return "unknown"
    if "yes" in stated:
        return "yes"
    return "no" if "no" in stated else "unknown"


def _reaction_ids(scope: PairScope) -> set[str]:
    own = {episode.id for episode in scope.episodes}
    return {
        str(reaction.id)
        for reaction in scope.snapshot.case.reactions
        if any(episode.id in own for episode in reaction.episodes)
    }


def _resolved(
    scope: PairScope, course: Course, gap: Span, recovery_days: int | None
) -> YesNoUnknown:
    """Tell whether the episode before a re-exposure had resolved when it began."""
    earlier = [
        episode
        for episode in scope.episodes
        if _is_before(scope.snapshot.days(f"{episode.id}.onset", course.start_event))
    ]
    if not earlier:
        return "unknown"
    last = earlier[-1]
    event = f"{last.id}.recovered"
    if not scope.snapshot.sees(event):
        return "no" if last.outcome == "not_recovered" else "unknown"
    days = scope.snapshot.days(event, course.start_event)
    if days.earliest is not None and days.earliest >= 0:
        return "yes"
    if days.latest is not None and days.latest < 0:
        return "no"
    undated = scope.snapshot.position(event) is None
    # An undated recovery is taken to precede a restart later than published recoveries take.
    long_ago = recovery_days is not None and (gap.earliest or 0) > recovery_days
    return "yes" if undated and long_ago else "unknown"


def _is_before(days: Span) -> bool:
    return days.earliest is not None and days.earliest >= 0


def _steps_until(scope: PairScope, course: Course, event: str | None) -> list[Step]:
    if event is None:
        return list(course.steps)
    begun = [
        step
        for step in course.steps
        if _is_before(scope.snapshot.days(step.start_event, event))
    ]
    return begun or list(course.steps[:1])


def _ratio(step: Step, reacting: Step | None) -> float | None:
    return dose_ratio(step.exposure, reacting.exposure) if reacting else None


def _highest_ratio(steps: Sequence[Step], reacting: Step | None) -> float | None:
    ratios = [_ratio(step, reacting) for step in steps]
    return max((r for r in ratios if r is not None), default=None) if None not in ratios else None


def _duration(scope: PairScope, course: Course, recurrence: str | None) -> Span:
    """Return the days observed on the drug: to the recurrence, the last dose or the latest news."""
    if recurrence is not None:
        return scope.snapshot.days(course.start_event, recurrence)
    _, last = course.last_dose()
    if last is not None and not course.single:
        return scope.snapshot.days(course.start_event, last)
    observed = [
        scope.snapshot.days(course.start_event, event).earliest
        for event in scope.snapshot.visible
    ]
    return Span(max((d for d in observed if d is not None), default=0), None)


def _covered(scope: PairScope, steps: Sequence[Step]) -> YesNoUnknown:
    """Tell whether a drug that could mask the reaction was given; a drug never covers itself."""
    own = {drug.name.casefold() for drug in scope.own}
    listed = [step.exposure.cover for step in steps]
    if any(name.casefold() not in own for cover in listed if cover for name in cover):
        return "yes"
    if any(_overlaps(scope, exposure, steps) for exposure in _masking(scope)):
        return "yes"
    return "no" if listed and all(cover == () for cover in listed) else "unknown"


def _masking(scope: PairScope) -> list[Exposure]:
    return [
        exposure
        for drug in scope.snapshot.case.drugs
        if drug not in scope.own and "masks" in scope.tags(drug.name)
        for exposure in drug.exposures
        if scope.snapshot.sees(f"{exposure.id}.start")
    ]


def _overlaps(scope: PairScope, other: Exposure, steps: Sequence[Step]) -> bool:
    """Tell whether another exposure certainly went on during any of the steps."""
    snapshot = scope.snapshot
    stop = f"{other.id}.stop" if f"{other.id}.stop" in snapshot.timeline.events else None
    for step in steps:
        begun = snapshot.days(f"{other.id}.start", step.stop_event or step.start_event)
        ended = snapshot.days(step.start_event, stop) if snapshot.sees(stop) else OPEN
        still = bool(other.ongoing) or stop is None or not snapshot.sees(stop)
        if begun.earliest is None or begun.earliest < 0:
            continue
        if (ended.earliest is not None and ended.earliest >= 0) or (still and other.ongoing):
            return True
    return False
