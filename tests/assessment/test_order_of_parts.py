"""What an outcome rests on does not depend on how a file lists or cuts what happened.

Every case here was found by the random cases of ``test_wide_invariances.py``.
"""

import pytest

from causality.assessment.assess import assess_case, make_method
from causality.case.model import Case
from causality.evidence.fact import Fact
from causality.knowledge.load import load_knowledge
from causality.timeline.order import Moment
from causality.timeline.snapshot import Timeline
from tests.support import case_of

METHOD = make_method(["sefv-h"], load_knowledge(), {})


def fact(case: Case, name: str, as_of: str | None = None) -> Fact:
    """Return a fact of the first pair of a case."""
    return assess_case(case, METHOD, as_of=as_of).pairs[0].evidence.facts[name]


@pytest.mark.parametrize("ids", ["ab", "ba"])
def test_action_that_leaves_most_of_a_substance_counts_whichever_entry_stands_first(
    ids: str,
) -> None:
    entries = "\n".join(
        f"  - {{id: {i}, name: same, exposures: [{{start: 2018-03-01, stop: 2018-03-20}}]}}"
        for i in ids
    )
    case = case_of(f"""
case_id: T
drugs:
{entries}
reactions:
  - id: r
    term: purpura
    episodes:
      - {{onset: 2018-03-10, outcome: recovered, actions: {{a: unknown, b: dose_reduced}}}}
""")
    assert fact(case, "action").value == "dose_reduced"


def test_undated_dose_between_two_parts_does_not_interrupt_their_course() -> None:
    case = case_of("""
case_id: T
drugs:
  - id: a
    name: unheard-of
    exposures:
      - {id: a0, start: 2018-03-05, stop: 2018-03-06}
      - {id: rest, start: 2018-03-07, stop: 2018-03-22}
      - {id: a1, start: {after: [a0.start]}}
reactions: [{id: r, term: purpura, episodes: [{onset: 2018-03-20}]}]
""")
    timeline = Timeline.of(case)
    courses = timeline.at(Moment("end", whole=True)).courses(case.drugs)
    assert ["a0", "rest"] in [[s.exposure.id for s in course.steps] for course in courses]


def test_reaction_is_not_before_the_drug_when_another_dose_may_have_come_first() -> None:
    case = case_of("""
case_id: T
drugs:
  - id: a
    name: unheard-of
    exposures: [{start: 2018-03}, {start: 2018-03-16, stop: 2018-03-16}]
reactions: [{id: r, term: leukocytoclastic vasculitis, episodes: [{onset: 2018-03-10}]}]
""")
    possible = fact(case, "onset").possible
    assert "before_exposure" in possible
    assert len(possible) > 1


@pytest.mark.parametrize("ids", [(0, 1), (1, 0)])
def test_condition_is_known_from_its_first_period_wherever_that_is_listed(
    ids: tuple[int, int],
) -> None:
    periods = ["{id: p0, start: 2018-01-01, stop: 2018-02-01}", "{id: p1, start: 2019-01-01}"]
    case = case_of(f"""
case_id: T
drugs: [{{id: a, name: unheard-of, exposures: [{{start: 2018-03-01, stop: 2018-03-20}}]}}]
reactions: [{{id: r, term: leukocytoclastic vasculitis, episodes: [{{onset: 2018-03-10}}]}}]
conditions:
  - {{term: multiple myeloma, periods: [{periods[ids[0]]}, {periods[ids[1]]}]}}
""")
    assert fact(case, "alternative", "2018-04-01").value == "possible"


@pytest.mark.parametrize("cut", [False, True])
def test_dose_that_goes_on_with_a_course_does_not_reveal_an_undated_recovery(*, cut: bool) -> None:
    parts = (
        "{start: 2018-03-01, stop: 2018-03-20}, {start: 2018-03-21, stop: 2018-06-01}"
        if cut
        else "{start: 2018-03-01, stop: 2018-06-01}"
    )
    case = case_of(f"""
case_id: T
drugs: [{{id: a, name: unheard-of, exposures: [{parts}]}}]
reactions: [{{id: r, term: purpura, episodes: [{{id: e, onset: 2018-03-10, outcome: recovered}}]}}]
""")
    assert fact(case, "course", "2018-04-01").value == "unknown"


def test_recovery_dated_by_its_duration_need_not_follow_the_withdrawal() -> None:
    case = case_of("""
case_id: T
drugs: [{id: a, name: unheard-of, exposures: [{id: a0, start: 2018-03-01, stop: 2018-06-01}]}]
reactions:
  - id: r
    term: purpura
    episodes: [{id: e, onset: 2018-03-10, duration: 3 days, actions: {a: withdrawn}}]
""")
    assert not Timeline.of(case).order.not_after("a0.stop", "e.recovered")
