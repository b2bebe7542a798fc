"""Every re-exposure to the substance after the index episode, with the conditions it had."""

from collections.abc import Collection, Sequence

from causality.case.model import Episode, Exposure
from causality.measures.scope import PairScope, dose_ratio, not_after, step_at
from causality.measures.values import RechallengeMeasures, ReExposure, YesNoUnknown
from causality.terms.dates import OPEN, Span
from causality.timeline.courses import Course, Step


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
    number, reported = scope.index_course, _reported(scope)
    if number is None or scope.index is None:
        return RechallengeMeasures(reported=reported, original_latency=original_latency)
    found = [
        _re_exposure(scope, position, persistence, recovery_days)
        for position in range(number + 1, len(scope.courses))
    ]
    return RechallengeMeasures(
        re_exposures=tuple(found), reported=reported, original_latency=original_latency
    )


def _reported(scope: PairScope) -> bool:
    """Tell whether no later dose means that there was none.

    A case file lists every dose. A report of a safety database need not: of its drugs only what the
    sender says was not given again was not (G.k.9.i.4).
    """
    source = scope.snapshot.case.icsr
    if source is None:
        return True
    drugs, reactions = {str(drug.id) for drug in scope.own}, _reaction_ids(scope)
    said = {p.recurrence for p in source.pairs if p.drug in drugs and p.reaction in reactions}
    return said - {None} == {"not-done"}


def _re_exposure(
    scope: PairScope, number: int, persistence: int, recovery_days: int | None
) -> ReExposure:
    course, before = scope.courses[number], scope.courses[number - 1]
    index_number = scope.index_course or 0
    reacting = step_at(scope, scope.courses[index_number], scope.onset_event)
    recurrence = _recurrence(scope, course, persistence)
    event = f"{recurrence.id}.onset" if recurrence else None
    steps = _steps_until(scope, course, event)
    _, last = before.last_dose()
    gap = scope.snapshot.days(last, course.start_event)
    return ReExposure(
        recurred=_recurred(scope, course, recurrence),
        resolved_before=_resolved(scope, course, gap, recovery_days),
        gap=gap,
        dose_ratio=_highest_ratio(steps, reacting)
        if recurrence is None
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
        if episode.recurrence_on is not None:
            if episode.recurrence_on in ids:
                return episode
            continue
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
        in_window = after.latest is not None and after.latest <= scope.window_days
        if (course.ongoing or in_time or in_window) and not _denied(scope, course, onset):
            return episode
    return None


def _denied(scope: PairScope, course: Course, onset: str) -> bool:
    """Tell whether the file says that the reaction did not come back on the step of an onset.

    Certainly on that step it would be a contradiction (E315): here it began after it.
    """
    step = step_at(scope, course, onset)
    return step is not None and _stated(step.exposure, _reaction_ids(scope)) == {"no"}


def _next_start(scope: PairScope, course: Course) -> str | None:
    number = scope.courses.index(course) + 1
    return scope.courses[number].start_event if number < len(scope.courses) else None


def _recurred(scope: PairScope, course: Course, recurrence: Episode | None) -> YesNoUnknown:
    if recurrence is not None:
        return "yes"
    ended = course.stop_event is not None or scope.snapshot.moment.whole
    reactions = _reaction_ids(scope)
    stated = {value for step in course.steps for value in _stated(step.exposure, reactions)}
    if not ended:
        return "unknown"
    if "yes" in stated:
        return "yes"
    return "no" if "no" in stated else "unknown"


def _stated(exposure: Exposure, reactions: Collection[str]) -> set[str]:
    """Return what an exposure says about the return of any of the reactions."""
    return {value for key, value in exposure.recurrence.items() if key == "*" or key in reactions}


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
        if scope.snapshot.precedes(f"{episode.id}.onset", course.start_event)
    ]
    latest = [
        episode
        for episode in earlier
        if not any(
            scope.snapshot.precedes(f"{episode.id}.onset", f"{other.id}.onset") for other in earlier
        )
    ]
    # Where the dates leave open which episode was the last one, all of them have to agree.
    answers: set[YesNoUnknown] = {
        _had_resolved(scope, episode, course, gap, recovery_days) for episode in latest
    }
    return answers.pop() if len(answers) == 1 else "unknown"


def _had_resolved(
    scope: PairScope, episode: Episode, course: Course, gap: Span, recovery_days: int | None
) -> YesNoUnknown:
    event = f"{episode.id}.recovered"
    if not scope.snapshot.sees(event):
        return "no" if episode.outcome == "not_recovered" else "unknown"
    days = scope.snapshot.days(event, course.start_event)
    if days.earliest is not None and days.earliest >= 0:
        return "yes"
    if days.latest is not None and days.latest < 0:
        return "no"
    undated = scope.snapshot.position(event) is None
    # An undated recovery is taken to precede a restart later than published recoveries take.
    long_ago = recovery_days is not None and (gap.earliest or 0) > recovery_days
    return "yes" if undated and long_ago else "unknown"


def _steps_until(scope: PairScope, course: Course, event: str | None) -> list[Step]:
    if event is None:
        return list(course.steps)
    begun = [
        step for step in course.steps if not_after(scope.snapshot.days(step.start_event, event))
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
        for event in scope.snapshot.visible & scope.relevant
    ]
    return Span(max((d for d in observed if d is not None), default=0), None)


def _covered(scope: PairScope, steps: Sequence[Step]) -> YesNoUnknown:
    """Tell whether a drug that could mask the reaction was given; a drug never covers itself."""
    listed = [step.exposure.cover for step in steps]
    if any(not scope.is_own_name(name) for cover in listed if cover for name in cover):
        return "yes"
    if any(_overlaps(scope, exposure, steps) for exposure in _masking(scope)):
        return "yes"
    return "no" if listed and all(cover == () for cover in listed) else "unknown"


def _masking(scope: PairScope) -> list[Exposure]:
    return [
        exposure
        for drug in scope.masking
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
