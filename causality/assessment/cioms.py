"""The boxes of the CIOMS I form that a case fills: suspect drugs, what became of them, history.

Box 20 asks whether the reaction abated after stopping the drug, box 21 whether it reappeared after
reintroduction; each has yes, no and "not applicable". What is not known stays blank: it is none of
the three.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from causality.assessment.assess import CaseAssessment
from causality.assessment.evaluate import SCORED_ROLES
from causality.case.model import Case, Condition, Drug, Exposure
from causality.case.positions import CALENDAR, days_between
from causality.evidence.fact import Fact
from causality.evidence.pair import PairEvidence
from causality.terms.dates import OPEN, Span, format_span
from causality.terms.quantities import whole_days
from causality.terms.text import fold
from causality.timeline.courses import Course as TimelineCourse

Answer = Literal["yes", "no", "na"]
Reason = Literal[
    "improved",
    "not_improved",
    "single_dose",
    "continued",
    "dose_reduced",
    "stopped_before",
    "ended",
    "begun_later",
    "fatal",
    "irreversible",
    "action_unknown",
    "course_unknown",
    "stated",
    "recurred",
    "not_recurred",
    "not_recurred_not_telling",
    "recurrence_unknown",
    "not_given_again",
    "re_exposure_unknown",
]
_NOT_STOPPED: dict[str, Reason] = {
    "single_dose": "single_dose",
    "continued": "continued",
    "dose_increased": "continued",
    "dose_reduced": "dose_reduced",
}
_NOTHING_TO_STOP: dict[str, Reason] = {
    "action.completed": "stopped_before",
    "action.begun_later": "begun_later",
}
_ENDED = frozenset({"action.ended", "action.ended_before_improvement"})
"""Rules of a last dose before or after the onset: the box has another answer for either."""
_STATED: dict[str, Answer] = {"positive": "yes", "negative": "no", "not_done": "na"}


@dataclass(frozen=True, slots=True)
class Box:
    """What goes into a box: ``answer`` None leaves it blank; ``reason`` says why, as a code."""

    answer: Answer | None
    reason: Reason
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """An uninterrupted use of a drug as boxes 15, 16, 18 and 19 ask for it.

    ``doses`` are as reported, each with its frequency, in order of time; ``start`` and ``stop`` are
    events, ``stop`` None where no end is known; ``days`` count both the first and the last.
    """

    doses: tuple[str, ...]
    routes: tuple[str, ...]
    start: str
    stop: str | None
    ongoing: bool
    days: Span


def abated(evidence: PairEvidence) -> Box:
    """Return box 20: whether the reaction abated after the drug was stopped."""
    action, course = evidence.facts["action"], evidence.facts["course"]
    if action.known and (reason := _not_stopped(action)):
        return Box("na", reason, action.events)
    if not action.known or action.value != "withdrawn":
        return Box(None, "action_unknown", action.events)
    events = tuple(dict.fromkeys((*action.events, *course.events)))
    if evidence.index.outcome == "fatal" and course.value == "irreversible":
        return Box("na", "fatal", events)
    if action.rule in _ENDED:
        return Box(None, "ended", events)
    if course.value == "irreversible":
        return Box(None, "irreversible", events)
    if course.known and course.value == "improved":
        return Box("yes", "improved", events)
    if course.known and course.value == "not_improved":
        return Box("no", "not_improved", events)
    return Box(None, "course_unknown", events)


def _not_stopped(action: Fact) -> Reason | None:
    """Return why there was nothing to stop when the reaction came; None where there was."""
    return _NOTHING_TO_STOP.get(action.rule) or _NOT_STOPPED.get(action.value)


def reappeared(evidence: PairEvidence) -> Box:
    """Return box 21: whether the reaction reappeared after reintroduction.

    The box asks what happened; whether a re-exposure without a recurrence tells anything is for the
    algorithms.
    """
    fact, again = evidence.facts["rechallenge"], evidence.rechallenge.re_exposures
    if fact.origin == "stated" and fact.value in _STATED:
        return Box(_STATED[fact.value], "stated", fact.events)
    events = tuple(e for r in again for e in (r.event, r.recurrence_event) if e)
    answers = {r.recurred for r in again}
    if "yes" in answers:
        return Box("yes", "recurred", events)
    if again and answers == {"no"}:
        telling = fact.value == "negative"
        return Box("no", "not_recurred" if telling else "not_recurred_not_telling", events)
    if again:
        return Box(None, "recurrence_unknown", events)
    dose_on_file = bool(evidence.onset.starts)
    if fact.value == "not_done" and dose_on_file:
        return Box("na", "not_given_again")
    return Box(None, "re_exposure_unknown")


def suspects(case: Case) -> list[Drug]:
    """Return the drugs of boxes 14 to 19."""
    return [drug for drug in case.drugs if drug.role in SCORED_ROLES]


def concomitants(result: CaseAssessment) -> list[Drug]:
    """Return the drugs of box 22, without those that only treated the reaction."""
    found = (drug for drug in result.case.drugs if drug.role == "concomitant")
    return [drug for drug in found if not _only_treated(result, drug)]


def _only_treated(result: CaseAssessment, drug: Drug) -> bool:
    """Tell whether a drug treated an episode and was certainly not given before it."""
    names = {fold(name) for name in (drug.id, drug.name, drug.substance) if name}
    onsets = [
        f"{episode.id}.onset"
        for reaction in result.case.reactions
        for episode in reaction.episodes
        if any(fold(treatment.drug) in names for treatment in episode.treatment or ())
    ]
    starts = [f"{exposure.id}.start" for exposure in drug.exposures]
    days = [[result.snapshot.days(onset, start).earliest for start in starts] for onset in onsets]
    return any(all(day is not None and day >= 0 for day in found) for found in days)


def courses(result: CaseAssessment, drug: Drug) -> list[Course]:
    """Return the courses of a drug that have begun by the moment of the assessment."""
    return [
        Course(
            doses=_distinct(_dose(step.exposure) for step in course.steps),
            routes=_distinct(step.exposure.route or "" for step in course.steps),
            start=course.start_event,
            stop=course.stop_event,
            ongoing=course.ongoing,
            days=_days(course),
        )
        for course in result.snapshot.courses([drug])
    ]


def _dose(exposure: Exposure) -> str:
    dose = exposure.dose.text if exposure.dose else ""
    return " ".join(filter(None, (dose, exposure.frequency)))


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, texts)))


def _days(course: TimelineCourse) -> Span:
    days = days_between(course.start, course.stop)
    if days != OPEN:
        return days.shift(1).at_least(1)
    (only, *more) = course.steps
    length = None if more or course.ongoing else only.exposure.duration
    return whole_days(length) if length else OPEN


def history(result: CaseAssessment) -> list[Condition]:
    """Return the conditions of box 23 that had begun by the moment of the assessment."""
    sees = result.snapshot.sees
    return [
        condition
        for condition in result.case.conditions
        if not condition.periods or any(sees(f"{p.id}.start") for p in condition.periods)
    ]


# As plain data.


def cioms_json(result: CaseAssessment) -> dict[str, Any]:
    """Return the boxes as plain data, by their numbers."""
    case = result.case
    return {
        "suspects": [_drug(result, drug) for drug in suspects(case)],
        "pairs": [
            {
                "drug": pair.evidence.drug.name,
                "drug_id": pair.evidence.drug.id,
                "reaction": pair.evidence.reaction.term,
                "reaction_id": pair.evidence.reaction.id,
                "box_20": _box(abated(pair.evidence)),
                "box_21": _box(reappeared(pair.evidence)),
            }
            for pair in result.pairs
        ],
        "box_22": [_drug(result, drug) for drug in concomitants(result)],
        "box_23": [*_conditions(result), *_past_drugs(result)],
    }


def _box(box: Box) -> dict[str, Any]:
    return {"answer": box.answer, "reason": box.reason, "events": list(box.events)}


def _drug(result: CaseAssessment, drug: Drug) -> dict[str, Any]:
    return {
        "drug_id": drug.id,
        "box_14": {"name": drug.name, "substance": drug.substance},
        "box_17": drug.indication,
        "courses": [_course(result, course) for course in courses(result, drug)],
    }


def _course(result: CaseAssessment, course: Course) -> dict[str, Any]:
    return {
        "box_15": list(course.doses),
        "box_16": list(course.routes),
        "box_18": {
            "from": _date(result, course.start),
            "to": _date(result, course.stop),
            "ongoing": course.ongoing,
        },
        "box_19_days": [course.days.earliest, course.days.latest],
    }


def _date(result: CaseAssessment, event: str | None) -> str | None:
    """Return when an event was, in ISO 8601 or else as the case states it; None: not known."""
    known = result.timeline.events.get(event or "")
    if known is None or not result.snapshot.sees(event):
        return None
    if known.position is not None and known.position.clock == CALENDAR:
        return format_span(known.position.calendar)
    return known.text if known.text and known.text != "?" else None


def _conditions(result: CaseAssessment) -> Iterator[dict[str, Any]]:
    sees = result.snapshot.sees
    for condition in history(result):
        yield {
            "kind": "condition",
            "term": condition.term,
            "present": condition.present,
            "periods": [
                {
                    "from": _date(result, f"{period.id}.start"),
                    "to": _date(result, f"{period.id}.stop"),
                    "ongoing": bool(period.ongoing),
                }
                for period in condition.periods
                if sees(f"{period.id}.start")
            ],
        }


def _past_drugs(result: CaseAssessment) -> Iterator[dict[str, Any]]:
    for index, past in enumerate(result.case.past_drugs, 1):
        yield {
            "kind": "past_drug",
            "drug": past.drug,
            "outcome": past.outcome,
            "reaction": past.reaction,
            "date": _date(result, f"past.{index}"),
        }
