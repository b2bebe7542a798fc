"""What must not change an assessment: the calendar, the order of the file, how dates are written.

Cases are drawn at random, or are the published examples. The drugs of the random cases are unknown
to the knowledge, so that no publication comes or goes when dates move.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from causality.assessment.assess import CaseAssessment, assess_case, make_method
from causality.assessment.method import Method
from causality.assessment.moment import parse_moment
from causality.case.identity import with_ids
from causality.case.model import Case, Condition, Episode, Exposure, Period
from causality.case.reader import parse_case
from causality.case.when import When, parse_when
from causality.cli.example import example_names, example_text
from causality.evidence.fact import Fact
from causality.knowledge.load import load_knowledge
from causality.terms.dates import Span
from causality.terms.facts import FACTS
from causality.timeline.snapshot import Timeline

METHOD = make_method(["sefv-h"], load_knowledge(), {})
DAY_ZERO = date(2018, 3, 1).toordinal()
Part = TypeVar("Part")
Outcome = dict[tuple[str, str], tuple[dict[str, tuple[str, tuple[str, ...]]], int, int, int, str]]


def iso(day: int) -> str:
    return date.fromordinal(DAY_ZERO + day).isoformat()


# Random cases


@st.composite
def dates(draw: st.DrawFn, low: int, high: int, *, vague: bool = True) -> str:
    """Draw a day, sometimes an interval of some days or weeks."""
    first = draw(st.integers(low, high))
    length = draw(st.sampled_from([0, 0, 0, 1, 4, 25])) if vague else 0
    return iso(first) if not length else f"{iso(first)}/{iso(first + length)}"


@st.composite
def drugs(draw: st.DrawFn, name: str) -> dict[str, Any]:
    exposures: list[dict[str, Any]] = []
    day = draw(st.integers(0, 40))
    for number in range(draw(st.integers(1, 3))):
        length = draw(st.integers(0, 30))
        exposure: dict[str, Any] = {
            "id": f"{name}{number}",
            "start": draw(st.sampled_from([iso(day), f"{iso(day - 3)}/{iso(day)}"])),
        }
        ends = ["exact", "exact", "exact", "vague", "open", "ongoing", "single", "length"]
        end = draw(st.sampled_from(ends))
        if end == "single":
            exposure["administrations"] = 1
        elif end == "length":
            exposure["duration"] = f"{length + 1} days"
        elif end == "exact":
            exposure["stop"] = iso(day + length)
        elif end == "vague":
            exposure["stop"] = f"{iso(day + length)}/{iso(day + length + 5)}"
        elif end == "ongoing":
            exposure["ongoing"] = True
        for key, values in (
            ("dose", [None, "5 mg", "10 mg", "20 mg"]),
            ("cover", [None, None, "none", ["ebastine"]]),
            ("purpose", [None, None, None, "desensitisation"]),
            ("recurrence", [None, {"r": "no"}, {"*": "no"}]),
        ):
            value = draw(st.sampled_from(values))
            if value is not None:
                exposure[key] = value
        exposures.append(exposure)
        if end in ("open", "ongoing"):
            break
        day += length + draw(st.sampled_from([1, 2, 3, 20, 60])) + 8
    drug: dict[str, Any] = {"id": name, "name": f"unheard-of {name}", "exposures": exposures}
    options: tuple[tuple[str, list[Any]], ...] = (
        ("role", ["suspect", "suspect", "interacting", "concomitant"]),
        ("half_life", [None, None, "2 days"]),
        ("previously_exposed", [None, None, "yes", "no"]),
        ("indication", [None, None, "multiple myeloma", "tonsillitis"]),
    )
    for key, values in options:
        value = draw(st.sampled_from(values))
        if value is not None:
            drug[key] = value
    return drug


@st.composite
def episodes(draw: st.DrawFn, name: str, low: int, drug_ids: list[str]) -> dict[str, Any]:
    first = draw(st.integers(low, low + 40))
    spread = draw(st.sampled_from([0, 0, 0, 2, 20]))
    episode: dict[str, Any] = {
        "id": name,
        "onset": iso(first) if not spread else f"{iso(first)}/{iso(first + spread)}",
    }
    later = first + spread
    ends = ["recovered", "recovered", "improved", "not_recovered", "died", "undated", None]
    end = draw(st.sampled_from(ends))
    outcomes = {"recovered": "recovered", "improved": "recovering", "died": "fatal"}
    if end in outcomes:
        episode[end] = draw(dates(later, later + 50))
        if draw(st.booleans()):
            episode["outcome"] = outcomes[end]
    elif end == "undated":
        kinds = ["recovered", "recovering", "recovered_with_sequelae", "fatal"]
        episode["outcome"] = draw(st.sampled_from(kinds))
    elif end:
        episode["outcome"] = end
        if draw(st.booleans()):
            episode["last_new_lesions"] = draw(dates(later, later + 70))
    if draw(st.booleans()):
        actions = ["withdrawn", "withdrawn", "continued", "dose_reduced", "unknown"]
        chosen = draw(st.lists(st.sampled_from(drug_ids), min_size=1, max_size=2, unique=True))
        episode["actions"] = {drug: draw(st.sampled_from(actions)) for drug in chosen}
    treatment = draw(st.sampled_from([None, None, "none", "steroid", "other"]))
    if treatment == "none":
        episode["treatment"] = "none"
    elif treatment:
        given_drug = {"steroid": "prednisone", "other": "emollient"}[treatment]
        episode["treatment"] = [{"drug": given_drug, "start": draw(dates(first, later + 20))}]
    return episode


@st.composite
def case_trees(draw: st.DrawFn) -> dict[str, Any]:
    names = "abc"[: draw(st.integers(1, 3))]
    found = [draw(drugs(name)) for name in names]
    lcv = [draw(episodes("e1", 0, list(names)))]
    if draw(st.booleans()):
        lcv.append(draw(episodes("e2", 100, list(names))))
    reactions: list[dict[str, Any]] = [
        {"id": "r", "term": "leukocytoclastic vasculitis", "episodes": lcv}
    ]
    if draw(st.booleans()):
        itch = draw(episodes("i1", 0, list(names)))
        reactions.append({"id": "q", "term": "itching", "episodes": [itch]})
    conditions = [
        {"id": f"c{n}", "term": term, "periods": [{"id": f"p{n}", "start": draw(dates(-60, 60))}]}
        for n, term in enumerate(
            draw(st.lists(st.sampled_from(["multiple myeloma", "tonsillitis"]), max_size=2))
        )
    ]
    tests = []
    for n, test in enumerate(
        draw(st.lists(st.sampled_from(["skin biopsy", "ANCA", "cryoglobulins"]), max_size=2))
    ):
        line: dict[str, Any] = {
            "id": f"t{n}",
            "test": test,
            "result": draw(st.sampled_from(["positive", "negative", "pending"])),
        }
        if draw(st.booleans()):
            line["date"] = draw(dates(0, 150))
        else:
            line["after"] = ["e1.onset"]
        tests.append(line)
    assessor = [
        {
            "pair": ["a", "r"],
            "fact": "contributing_factor",
            "value": "yes",
            "reason": "x",
            "date": draw(dates(20, 120)),
        }
    ][: draw(st.integers(0, 1))]
    return {
        "case_id": "random",
        "drugs": found,
        "reactions": reactions,
        "conditions": conditions,
        "investigations": tests,
        "assessor": assessor,
    }


def built(tree: Mapping[str, Any]) -> Case:
    return with_ids(Case.model_validate(tree))


cases = case_trees().map(built)
moments = st.integers(0, 260).map(iso)
EXAMPLES = int(os.environ.get("INVARIANCE_EXAMPLES", "50"))  # thousands, to look for more
few = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


# Published cases, with publications that have no year and so never come or go


@cache
def undated_knowledge() -> Method:
    known = load_knowledge()
    reports = tuple(r.model_copy(update={"year": None}) for r in known.reports)
    return make_method(["sefv-h"], replace(known, reports=reports, _memory={}), {})


@cache
def published(name: str) -> Case:
    return parse_case(example_text(name), name)


every_example = pytest.mark.parametrize("name", sorted(example_names()))


# What came out


def outcome_of(result: CaseAssessment) -> Outcome:
    found: Outcome = {}
    for pair in result.pairs:
        entry = pair.assessments[0]
        found[pair.evidence.key] = (
            {name: (fact.value, fact.possible) for name, fact in pair.evidence.facts.items()},
            entry.score.points,
            *entry.range.points,
            entry.score.category,
        )
    return found


def assessed(case: Case, as_of: str | None = None, method: Method = METHOD) -> Outcome:
    return outcome_of(assess_case(case, method, as_of=as_of))


def differences(first: Outcome, second: Outcome) -> dict[str, Any]:
    """Return what differs, in words that a failing test can show."""
    if first.keys() != second.keys():
        return {"pairs": (sorted(first), sorted(second))}
    shown: dict[str, Any] = {}
    for key, before in first.items():
        after = second[key]
        for name in FACTS:
            if before[0][name] != after[0][name]:
                shown[f"{'/'.join(key)} {name}"] = (before[0][name], after[0][name])
        if before[1:] != after[1:]:
            shown[f"{'/'.join(key)} total"] = (before[1:], after[1:])
    return shown


# Changes to a case


def with_moments(value: Part, change: Callable[[When], When | None]) -> Part:
    """Return a part of a case with every moment in it changed."""
    result: Any = value
    if isinstance(value, When):
        result = change(value)
    elif isinstance(value, BaseModel):
        fields = {
            name: with_moments(getattr(value, name), change) for name in type(value).model_fields
        }
        result = value.model_copy(update=fields)
    elif isinstance(value, tuple):
        result = tuple(with_moments(item, change) for item in value)
    elif isinstance(value, dict):
        result = {key: with_moments(item, change) for key, item in value.items()}
    return result  # type: ignore[no-any-return]


def shifted(case: Case, days: int) -> Case:
    def move(when: When) -> When:
        return when if when.anchor else replace(when, span=when.span.shift(days))

    return with_moments(case, move)


def by_case_days(case: Case, anchor_day: int) -> Case:
    """Write every date as days of an anchor that lies on a known day."""

    def number(offset: int) -> int:
        return offset + 1 if offset >= 0 else offset

    def rewrite(when: When) -> When:
        if when.anchor or not when.span.bounded:
            return when
        first, last = when.span.shift(-anchor_day).earliest, when.span.shift(-anchor_day).latest
        assert first is not None
        assert last is not None
        text = f"T0 day {number(first)}"
        if last != first:
            text += f"..{number(last)}"
        return replace(parse_when(text), after=when.after, before=when.before, assumed=when.assumed)

    moved = with_moments(case.model_copy(update={"anchors": {}}), rewrite)
    anchors = {**case.anchors, "T0": parse_when(date.fromordinal(anchor_day).isoformat())}
    return moved.model_copy(update={"anchors": anchors})


def shuffled(case: Case, draw: Callable[[st.SearchStrategy[Any]], Any]) -> Case:
    def mixed(parts: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(draw(st.permutations(list(parts)))) if parts else parts

    return case.model_copy(
        update={
            "drugs": mixed(
                tuple(d.model_copy(update={"exposures": mixed(d.exposures)}) for d in case.drugs)
            ),
            "reactions": mixed(
                tuple(r.model_copy(update={"episodes": mixed(r.episodes)}) for r in case.reactions)
            ),
            "conditions": mixed(
                tuple(c.model_copy(update={"periods": mixed(c.periods)}) for c in case.conditions)
            ),
            "investigations": mixed(case.investigations),
        }
    )


def exact_day(when: When | None) -> int | None:
    if when is None or when.anchor or not when.span.exact:
        return None
    return when.span.earliest


def split(exposure: Exposure, days_in: int) -> tuple[Exposure, ...]:
    """Split an exposure in two that follow each other, after so many days."""
    start, stop = exact_day(exposure.start), exact_day(exposure.stop)
    if start is None or (stop is None and not exposure.ongoing):
        return (exposure,)
    last = start + days_in if stop is None else min(start + days_in, stop - 1)
    if last < start:
        return (exposure,)
    ends = parse_when(date.fromordinal(last).isoformat())
    begins = parse_when(date.fromordinal(last + 1).isoformat())
    first = exposure.model_copy(update={"stop": ends, "ongoing": None})
    return first, exposure.model_copy(update={"id": f"{exposure.id}-rest", "start": begins})


def vague_moments(case: Case) -> list[When]:
    found: list[When] = []

    def note(when: When) -> When:
        if when.span.bounded and not when.span.exact and not when.anchor:
            found.append(when)
        return when

    with_moments(case, note)
    return found


def sharpened(case: Case, number: int, first: int, last: int) -> Case:
    """Narrow the n-th vague moment of a case."""
    position = -1

    def narrow(when: When) -> When:
        nonlocal position
        if not (when.span.bounded and not when.span.exact and not when.anchor):
            return when
        position += 1
        return replace(when, span=Span(first, last)) if position == number else when

    return with_moments(case, narrow)


class Known:
    """A case as it would have been written at a moment: without all that came later."""

    def __init__(self, case: Case, as_of: str) -> None:
        self.case = case
        timeline = Timeline.of(case)
        self.visible = timeline.at(parse_moment(as_of, timeline)).visible

    def cut(self) -> Case:
        case = self.case
        kept = case.model_copy(
            update={
                "drugs": tuple(
                    d.model_copy(update={"exposures": self._exposures(d.exposures)})
                    for d in case.drugs
                ),
                "reactions": tuple(
                    r.model_copy(
                        update={
                            "episodes": tuple(
                                self._episode(e) for e in r.episodes if self._sees(e, "onset")
                            )
                        }
                    )
                    for r in case.reactions
                ),
                "conditions": tuple(self._conditions()),
                "investigations": tuple(
                    t for t in case.investigations if str(t.id) in self.visible
                ),
                "assessor": tuple(
                    d
                    for n, d in enumerate(case.assessor, start=1)
                    if d.date is None or f"decision.{n}" in self.visible
                ),
            }
        )
        return with_moments(kept, self._reference)

    def _sees(self, part: Exposure | Episode | Period, name: str) -> bool:
        return f"{part.id}.{name}" in self.visible

    def _exposures(self, parts: tuple[Exposure, ...]) -> tuple[Exposure, ...]:
        return tuple(
            e if self._sees(e, "stop") else e.model_copy(update={"stop": None})
            for e in parts
            if self._sees(e, "start")
        )

    def _episode(self, e: Episode) -> Episode:
        ends = ("improved", "recovered", "died", "last_new_lesions")
        update: dict[str, Any] = {name: None for name in ends if not self._sees(e, name)}
        by_outcome = {
            "recovered": "recovered",
            "recovering": "improved",
            "fatal": "died",
            "not_recovered": "outcome",
        }
        if e.outcome and not self._sees(e, by_outcome.get(e.outcome, "recovered")):
            update["outcome"] = None
        treatment = tuple(
            t
            for n, t in enumerate(e.treatment or (), start=1)
            if f"{e.id}.treatment.{n}.start" in self.visible
        )
        if treatment != (e.treatment or ()):
            update["treatment"] = treatment or None
        return e.model_copy(update=update)

    def _conditions(self) -> list[Condition]:
        found = []
        for condition in self.case.conditions:
            periods = tuple(
                p if self._sees(p, "stop") else p.model_copy(update={"stop": None})
                for p in condition.periods
                if self._sees(p, "start")
            )
            undated = not condition.periods and f"{condition.id}.1.start" in self.visible
            if periods or undated:
                found.append(condition.model_copy(update={"periods": periods}))
        return found

    def _reference(self, when: When) -> When | None:
        def seen(name: str) -> bool:
            return any(f"{name}{end}" in self.visible for end in ("", ".onset", ".start"))

        after = tuple(name for name in when.after if seen(name))
        before = tuple(name for name in when.before if seen(name))
        changed = replace(when, after=after, before=before)
        return changed if changed.dated or after or before else None


# The calendar


@given(cases, st.integers(-2000, 2000) | st.sampled_from([-10227, 365, 366, 10227]))
@few
def test_shifting_all_dates_changes_nothing(case: Case, days: int) -> None:
    assert differences(assessed(case), assessed(shifted(case, days))) == {}


@every_example
@pytest.mark.parametrize("days", [-10227, -1, 1, 400, 10227])
def test_shifting_a_published_case_changes_nothing(name: str, days: int) -> None:
    method = undated_knowledge()
    before = assessed(published(name), method=method)
    assert differences(before, assessed(shifted(published(name), days), method=method)) == {}


@given(cases, st.integers(-1000, 1000), st.integers(0, 250))
@few
def test_shifting_dates_and_moment_alike_changes_nothing(case: Case, days: int, day: int) -> None:
    before, after = assessed(case, iso(day)), assessed(shifted(case, days), iso(day + days))
    assert differences(before, after) == {}


@given(cases, st.integers(-300, 300))
@few
def test_days_of_a_dated_anchor_mean_the_dates_they_stand_for(case: Case, anchor: int) -> None:
    relative = by_case_days(case, DAY_ZERO + anchor)
    assert differences(assessed(case), assessed(relative)) == {}


@given(cases, st.integers(-300, 300), moments)
@few
def test_days_of_a_dated_anchor_are_seen_when_the_dates_are(
    case: Case, anchor: int, as_of: str
) -> None:
    relative = by_case_days(case, DAY_ZERO + anchor)
    assert differences(assessed(case, as_of), assessed(relative, as_of)) == {}


# The file


@given(cases, st.data())
@few
def test_order_of_the_file_changes_nothing(case: Case, data: st.DataObject) -> None:
    assert differences(assessed(case), assessed(shuffled(case, data.draw))) == {}


@given(cases, st.data(), moments)
@few
def test_order_of_the_file_changes_nothing_at_any_moment(
    case: Case, data: st.DataObject, as_of: str
) -> None:
    mixed = shuffled(case, data.draw)
    assert differences(assessed(case, as_of), assessed(mixed, as_of)) == {}


@every_example
@given(st.data())
@settings(max_examples=5, deadline=None)
def test_order_of_a_published_file_changes_nothing(name: str, data: st.DataObject) -> None:
    case = published(name)
    assert differences(assessed(case), assessed(shuffled(case, data.draw))) == {}


@given(cases, st.integers(0, 20), st.integers(0, 2), st.integers(0, 2))
@few
def test_splitting_an_exposure_changes_nothing(
    case: Case, days_in: int, drug_number: int, number: int
) -> None:
    assume(drug_number < len(case.drugs))
    drug = case.drugs[drug_number]
    assume(number < len(drug.exposures))
    parts = split(drug.exposures[number], days_in)
    exposures = (*drug.exposures[:number], *parts, *drug.exposures[number + 1 :])
    changed = drug.model_copy(update={"exposures": exposures})
    all_drugs = (*case.drugs[:drug_number], changed, *case.drugs[drug_number + 1 :])
    finer = case.model_copy(update={"drugs": all_drugs})
    assert differences(assessed(case), assessed(finer)) == {}


# Precision


@given(cases, st.data())
@few
def test_a_more_precise_date_never_widens_what_is_possible(case: Case, data: st.DataObject) -> None:
    vague = vague_moments(case)
    assume(vague)
    number = data.draw(st.integers(0, len(vague) - 1))
    span = vague[number].span
    assert span.earliest is not None
    assert span.latest is not None
    first = data.draw(st.integers(span.earliest, span.latest))
    last = data.draw(st.integers(first, span.latest))
    before, after = assessed(case), assessed(sharpened(case, number, first, last))
    wider = {}
    for key in before.keys() & after.keys():
        for name in FACTS:
            more = set(after[key][0][name][1]) - set(before[key][0][name][1])
            if more:
                wider[f"{'/'.join(key)} {name}"] = (before[key][0][name], after[key][0][name])
    assert wider == {}


# Time


def facts_at(result: CaseAssessment) -> list[tuple[str, Fact]]:
    return [
        (f"{'/'.join(pair.evidence.key)} {name}", fact)
        for pair in result.pairs
        for name, fact in pair.evidence.facts.items()
    ]


def leaking(result: CaseAssessment) -> dict[str, list[str]]:
    found = {
        name: [event for event in fact.events if event not in result.snapshot.visible]
        for name, fact in facts_at(result)
    }
    return {name: events for name, events in found.items() if events}


@given(cases, st.none() | moments)
@few
def test_a_fact_rests_only_on_what_is_past(case: Case, as_of: str | None) -> None:
    assert leaking(assess_case(case, METHOD, as_of=as_of)) == {}


@every_example
def test_a_fact_of_a_published_case_rests_only_on_what_is_past(name: str) -> None:
    case = published(name)
    timeline = Timeline.of(case)
    for event in timeline.sequence:
        assert leaking(assess_case(case, METHOD, as_of=f"@{event}")) == {}, event


@given(cases, moments)
@settings(few, max_examples=2 * EXAMPLES)
def test_nothing_known_later_leaks_backwards(case: Case, as_of: str) -> None:
    cut = Known(case, as_of).cut()
    assert differences(assessed(case, as_of), assessed(cut, as_of)) == {}


def last_totals(result: CaseAssessment) -> dict[tuple[str, str], tuple[int | None, str]]:
    return {(c.drug, c.reaction): (c.total, c.category) for c in result.trajectory}


@given(cases, st.none() | moments)
@few
def test_trajectory_ends_with_the_assessment(case: Case, as_of: str | None) -> None:
    result = assess_case(case, METHOD, as_of=as_of)
    scores = {p.evidence.key: p.assessments[0].score for p in result.pairs}
    assert last_totals(result) == {k: (s.total, s.category) for k, s in scores.items()}


def not_reproduced(case: Case, result: CaseAssessment) -> list[tuple[str, Any, Any]]:
    found = []
    for change in result.trajectory:
        again = assessed(case, change.as_of)
        key = (change.drug, change.reaction)
        total = again[key][1] if key in again else None
        if total != change.total:
            found.append((change.as_of, change.total, total))
    return found


@given(cases)
@few
def test_every_printed_moment_gives_its_total_again(case: Case) -> None:
    assert not_reproduced(case, assess_case(case, METHOD)) == []


@every_example
def test_every_printed_moment_of_a_published_case_gives_its_total_again(name: str) -> None:
    case = published(name)
    assert not_reproduced(case, assess_case(case, METHOD)) == []


@every_example
def test_trajectory_of_a_published_case_ends_with_its_assessment(name: str) -> None:
    result = assess_case(published(name), METHOD)
    scores = {p.evidence.key: p.assessments[0].score for p in result.pairs}
    assert last_totals(result) == {k: (s.total, s.category) for k, s in scores.items()}


@given(cases)
@few
def test_a_total_lies_inside_its_range(case: Case) -> None:
    for _, total, low, high, _ in assessed(case).values():
        assert low <= total <= high


@given(cases)
@few
def test_the_same_case_gives_the_same_facts_again(case: Case) -> None:
    assert assess_case(case, METHOD).pairs == assess_case(case, METHOD).pairs
