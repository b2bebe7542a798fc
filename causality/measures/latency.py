"""The days from every start of the drug that could explain the onset."""

from collections.abc import Iterable

from causality.case.model import Exposure
from causality.measures.scope import PairScope, dose_ratio
from causality.measures.values import OnsetMeasures, Start, StartKind, YesNoUnknown
from causality.terms.dates import OPEN, Span
from causality.timeline.courses import Course, Step

_ON_THE_DRUG = frozenset({"withdrawn", "dose_reduced", "dose_increased", "continued"})


def onset_measures(scope: PairScope, previously_exposed: YesNoUnknown) -> OnsetMeasures:
    """Return the days from every start that could explain the index onset."""
    last = scope.index_course
    if not scope.courses or scope.index is None:
        return OnsetMeasures(starts=(), previously_exposed=previously_exposed)
    since, event = _since_last_dose(scope, last)
    starts: list[Start] = []
    for number, course in enumerate(scope.courses[: 1 if last is None else last + 1]):
        again = previously_exposed == "yes" or number > 0
        for step, kind in _starts(course, "first" if number == 0 else "restart"):
            days = scope.snapshot.days(step.start_event, scope.onset_event)
            to_last = scope.snapshot.days(step.start_event, event) if event else None
            starts.append(
                Start(
                    kind=kind,
                    latency=days,
                    again=again,
                    event=step.start_event,
                    to_last_dose=to_last,
                )
            )
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
