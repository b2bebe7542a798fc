"""The same invariances over cases of all that a file can hold, and over ranking and contrasts.

Facts and totals are compared for what the file holds at its end and at a moment drawn at random.
To look for new differences: pytest --hypothesis-profile=search, with more examples in ``few``.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from causality.assessment.assess import CaseAssessment, assess_case
from causality.assessment.evaluate import Evaluator
from causality.assessment.moment import parse_moment
from causality.case.contradictions import check_dates
from causality.case.events import case_events
from causality.case.model import Case, Exposure
from causality.case.when import When
from causality.document import parse
from causality.evidence.pair import PairEvidence
from causality.ranking.entries import Entry
from causality.terms.dates import Span
from causality.timeline.snapshot import Snapshot, Timeline
from tests.assessment.test_invariances import (
    DAY_ZERO,
    METHOD,
    by_case_days,
    sharpened,
    shifted,
    shuffled,
    vague_moments,
    with_moments,
)
from tests.assessment.wide_cases import iso, wide_cases

cases = wide_cases()
moments = st.none() | st.integers(0, 260).map(iso)
shifts = st.integers(-2000, 2000) | st.sampled_from([-10227, -31, 365, 10227])
few = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def known_at(case: Case, as_of: str | None = None) -> tuple[Snapshot, list[PairEvidence]]:
    """Return what is known at a moment, without the rest of an assessment: it is much faster."""
    timeline = Timeline.of(case)
    snapshot = timeline.at(parse_moment(as_of, timeline))
    return snapshot, Evaluator(timeline, METHOD, {})(snapshot)


def told(pair: PairEvidence) -> dict[str, Any]:
    """Return the facts of a pair, with total, range and category."""
    scorer, ranges = METHOD.finders[0]
    facts = {name: (fact.value, fact.possible) for name, fact in pair.facts.items()}
    score = scorer(pair.values())
    return {**facts, "total": (score.total, ranges.over(pair.worlds()).points, score.category)}


def outcome(case: Case, as_of: str | None = None) -> dict[str, Any]:
    return {"/".join(pair.key): told(pair) for pair in known_at(case, as_of)[1]}


def differences(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Return what differs, in words that a failing test can show."""
    if first.keys() != second.keys():
        return {"keys": (sorted(map(str, first)), sorted(map(str, second)))}
    return {
        f"{key} {name}": (before[name], second[key].get(name))
        for key, before in first.items()
        for name in {**before, **second[key]}
        if before.get(name) != second[key].get(name)
    }


def columns(entry: Entry) -> tuple[Any, ...]:
    return tuple(sorted((s.code, s.drug or "", s.fact or "") for s in c) for c in entry.columns)


def over_time(result: CaseAssessment) -> dict[str, Any]:
    """Return the staircase of every pair, the ranking and the contrasts."""
    stairs: dict[str, Any] = defaultdict(list)
    for step in result.trajectory:
        key = f"{step.drug}/{step.reaction}"
        stairs[key].append((step.event, step.total, step.category))
    ranked = {
        f"{ranking.reaction.id} {entry.key}": (entry.kind, entry.rank, columns(entry))
        for ranking in result.ranking
        for entry in ranking.entries
    }
    contrasts = {
        f"{reaction.id} {c.drug.id} {c.cause.id}": [
            (x.drug, x.condition, x.days, sorted(x.episodes), x.reading) for x in c.contrast.cells
        ]
        for reaction, c in result.contrasts
    }
    return {"stairs": dict(stairs), "ranking": ranked, "contrasts": contrasts}


def whole(case: Case) -> dict[str, Any]:
    return over_time(assess_case(case, METHOD))


def split(case: Case, exposure: Exposure, days_in: int) -> Case | None:
    """Return the case with an exposure in two parts; what came after its stop still does."""
    start, stop = exposure.start, exposure.stop
    if start is None or not start.span.exact or (stop is None and not exposure.ongoing):
        return None
    if stop is not None and (not stop.span.exact or stop.anchor != start.anchor):
        return None
    first, end = start.span.earliest or 0, stop.span.earliest if stop else None
    last = first + days_in if end is None else min(first + days_in, end - 1)
    if last < first:
        return None

    def day(number: int) -> When:
        return replace(start, span=Span(number, number), after=(), before=())

    rest = f"{exposure.id}-rest"
    parts = (
        exposure.model_copy(update={"stop": day(last), "ongoing": None}),
        exposure.model_copy(update={"id": rest, "start": day(last + 1)}),
    )
    drugs = tuple(
        drug.model_copy(
            update={
                "exposures": tuple(
                    part for e in drug.exposures for part in (parts if e is exposure else (e,))
                )
            }
        )
        for drug in case.drugs
    )
    new = {f"{exposure.id}.stop": f"{rest}.stop"}

    def follow(when: When) -> When:
        return replace(when, after=tuple(new.get(name, name) for name in when.after))

    return with_moments(case.model_copy(update={"drugs": drugs}), follow)


def a_split(case: Case, draw: Callable[[Any], Any]) -> Case:
    """Return a case with one exposure cut, of a substance whose doses all have a date.

    A dose without a date stands beside one part or the other: there the cut does say something.
    """
    undated = {
        drug.name
        for drug in case.drugs
        for exposure in drug.exposures
        if exposure.start is None or not exposure.start.dated
    }
    exposures = [e for drug in case.drugs if drug.name not in undated for e in drug.exposures]
    assume(exposures)
    found = split(case, draw(st.sampled_from(exposures)), draw(st.integers(0, 20)))
    assume(found is not None)
    assert found is not None
    return found


@given(cases, shifts)
@few
def test_shifting_all_dates_changes_nothing(case: Case, days: int) -> None:
    assert differences(outcome(case), outcome(shifted(case, days))) == {}


@given(cases, st.integers(-300, 300), moments)
@few
def test_days_of_a_dated_anchor_are_the_dates_they_stand_for(
    case: Case, anchor: int, as_of: str | None
) -> None:
    relative = by_case_days(case, DAY_ZERO + anchor)
    assert differences(outcome(case, as_of), outcome(relative, as_of)) == {}


@given(cases, st.data(), moments)
@few
def test_order_of_the_file_changes_nothing(
    case: Case, data: st.DataObject, as_of: str | None
) -> None:
    mixed = shuffled(case, data.draw)
    assert differences(outcome(case, as_of), outcome(mixed, as_of)) == {}


@given(cases, st.data())
@few
def test_splitting_an_exposure_changes_nothing(case: Case, data: st.DataObject) -> None:
    assert differences(outcome(case), outcome(a_split(case, data.draw))) == {}


def more_open(before: PairEvidence, after: PairEvidence) -> dict[str, Any]:
    """Return the facts for which more values are possible than before."""
    first, second = before.possible(), after.possible()
    return {
        name: (first[name], second[name])
        for name in first
        if not set(second[name]) <= set(first[name])
    }


@given(cases, st.data())
@settings(few, max_examples=100)
def test_a_more_precise_date_never_widens_what_is_possible(case: Case, data: st.DataObject) -> None:
    vague = vague_moments(case)
    assume(vague)
    number = data.draw(st.integers(0, len(vague) - 1))
    span = vague[number].span
    earliest, latest = span.earliest, span.latest
    assert earliest is not None
    assert latest is not None
    first = data.draw(st.integers(earliest, latest))
    finer = sharpened(case, number, first, data.draw(st.integers(first, latest)))
    assume(not check_dates(finer, case_events(finer), parse("{}", "random.yaml")))
    known = {pair.key: pair for pair in known_at(case)[1]}
    wider = {
        "/".join(pair.key): found
        for pair in known_at(finer)[1]
        if pair.key in known and (found := more_open(known[pair.key], pair))
    }
    assert wider == {}


@given(cases, st.data())
@settings(few, max_examples=15)
def test_steps_ranking_and_contrasts_do_not_depend_on_calendar_or_order(
    case: Case, data: st.DataObject
) -> None:
    changed = shifted(shuffled(case, data.draw), data.draw(shifts))
    assert differences(whole(case), whole(changed)) == {}


@given(cases, moments)
@few
def test_a_fact_rests_only_on_what_is_past(case: Case, as_of: str | None) -> None:
    snapshot, pairs = known_at(case, as_of)
    leaking = {
        f"{'/'.join(pair.key)} {name}": later
        for pair in pairs
        for name, fact in pair.facts.items()
        if (later := [event for event in fact.events if event not in snapshot.visible])
    }
    assert leaking == {}
