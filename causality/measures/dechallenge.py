"""What was done with the drug in the index episode, what the reaction did, what treated it."""

from typing import Literal

from causality.case.model import Episode, Treatment
from causality.measures.scope import PairScope, dose_ratio, not_after, step_at
from causality.measures.values import WithdrawalMeasures
from causality.terms.dates import OPEN, Span
from causality.timeline.courses import COURSE_NOT_REPORTED, Course, Step

_LEAVING_MOST_FIRST = (
    "dose_increased",
    "continued",
    "dose_reduced",
    "withdrawn",
    "not_applicable",
    "unknown",
)
"""Of several entries of one substance the one that leaves most of it tells what was done."""
_WORKING = frozenset({"corticosteroid", "treats", "immunosuppressant"})


def withdrawal_measures(scope: PairScope) -> WithdrawalMeasures:
    """Return what was done with the drug in the index episode and what the reaction did."""
    number, episode, snapshot = scope.index_course, scope.index, scope.snapshot
    if episode is None:
        return WithdrawalMeasures()
    course = COURSE_NOT_REPORTED if number is None else scope.courses[number]
    _, last_event = course.last_dose()
    improvement_event = _improvement_event(scope, episode)
    new_lesions_event = f"{episode.id}.last_new_lesions"
    improvement = snapshot.days(last_event, improvement_event) if improvement_event else None
    steroid, steroid_event, in_time = _steroid(scope, episode, last_event, improvement_event)
    given = [
        (treatment, event)
        for treatment, event in _seen_treatments(scope, episode)
        if improvement_event is None or _not_before(snapshot.days(event, improvement_event))
    ]
    return WithdrawalMeasures(
        stated_action=_stated_action(scope, episode, last_event, improvement_event),
        single=course.single,
        ongoing=course.ongoing,
        begun_after_improvement=improvement_event is not None
        and snapshot.precedes(improvement_event, course.start_event),
        stop_after_onset=snapshot.days(scope.onset_event, last_event) if last_event else None,
        dose_change=_dose_change(scope, course),
        outcome=snapshot.outcome(episode),
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


def _not_before(to_improvement: Span) -> bool:
    """Tell whether a treatment may have begun before the improvement that it would explain."""
    return to_improvement.latest is None or to_improvement.latest >= 0


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


def _stated_action(
    scope: PairScope, episode: Episode, last_event: str | None, improvement: str | None
) -> str | None:
    """Return the stated action once it has been taken.

    A withdrawal is known from the last dose on; an action without any date once the outcome is
    known, or at the end of the case.
    """
    of_entries = {episode.actions.get(str(d.id)) for d in scope.own}
    stated = next((word for word in _LEAVING_MOST_FIRST if word in of_entries), None)
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
    reacting = step_at(scope, course, scope.onset_event)
    for step in course.steps:
        days = scope.snapshot.days(scope.onset_event, step.start_event)
        if reacting is None or days.earliest is None or days.earliest < 0 or step is reacting:
            continue
        ratio = dose_ratio(step.exposure, reacting.exposure)
        if ratio is not None and ratio != 1:
            return ratio, step
    return None


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
        for drug in scope.steroids
        for exposure in drug.exposures
        if improvement and not_after(snapshot.days(f"{exposure.id}.start", improvement))
    ]
    found: list[tuple[Span, str, bool]] = []
    for event in (*treatments, *others):
        days = snapshot.days(last_event, event)
        if days.earliest is None and event in treatments:  # not before the reaction it treats
            days = Span(snapshot.days(last_event, scope.onset_event).earliest, days.latest)
        to_improvement = snapshot.days(event, improvement) if improvement else OPEN
        if to_improvement.latest is not None and to_improvement.latest < 0:
            continue
        dated = snapshot.position(event) is not None
        perhaps_later = to_improvement.earliest is not None and to_improvement.earliest < 0
        found.append((days, event, not (dated and perhaps_later)))
    if not found:
        return None, None, False
    return max(found, key=lambda item: (item[0].earliest is not None, item[0].earliest or 0))
