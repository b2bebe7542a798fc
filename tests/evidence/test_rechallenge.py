"""Did the reaction come back, and does its absence mean anything (DESIGN section 5, rule 3)."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.assessment.assess import assess_case, make_method
from causality.evidence.fact import Fact
from causality.evidence.rechallenge import rechallenge
from causality.knowledge.load import load_knowledge
from causality.measures.values import RechallengeMeasures, ReExposure
from causality.terms.dates import OPEN, Span
from causality.terms.facts import FACTS
from tests.support import case_of

LATENCY = Span(10, 10)
WASHOUT = 5
OTHERWISE_CLEAN: dict[str, Any] = {
    "resolved_before": "yes",
    "gap": Span(100, 100),
    "dose_ratio": 1.0,
    "duration": Span(30, 30),
    "covered": "no",
}


def again(recurred: str, **conditions: Any) -> ReExposure:
    """A re-exposure at the same dose, long enough, uncovered, but for the conditions given."""
    values: dict[str, Any] = {**OTHERWISE_CLEAN, "recurred": recurred, **conditions}
    return ReExposure(**values)


def judged(*found: ReExposure, latency: Span = LATENCY, washout: int = WASHOUT) -> Fact:
    return rechallenge(RechallengeMeasures(re_exposures=found, original_latency=latency), washout)


def flags(fact: Fact) -> list[str]:
    return [code for code, _ in fact.flags]


# None at all


def test_no_later_exposure_is_not_done_and_closed() -> None:
    fact = rechallenge(RechallengeMeasures(), WASHOUT)
    assert (fact.value, fact.possible) == ("not_done", ("not_done",))


def test_a_source_that_cannot_say_leaves_it_unknown_and_open() -> None:
    fact = rechallenge(RechallengeMeasures(reported=False), WASHOUT)
    assert (fact.value, fact.possible) == ("unknown", FACTS["rechallenge"])


# The quality gate: each condition with and without recurrence

GATE: list[tuple[dict[str, Any], str]] = [
    # Same substance, at or above the dose that reacted, long enough, without cover.
    ({}, "negative"),
    ({"dose_ratio": 2.0}, "negative"),
    ({"duration": Span(10, 10)}, "negative"),
    ({"duration": Span(10, None)}, "negative"),
    # Lower dose, or shorter than the original latency.
    ({"dose_ratio": 0.99}, "uninformative"),
    ({"dose_ratio": 0.1}, "uninformative"),
    ({"duration": Span(9, 9)}, "uninformative"),
    ({"duration": Span(0, 9)}, "uninformative"),
    # Corticosteroid, antihistamine or immunosuppressant cover.
    ({"covered": "yes"}, "uninformative"),
    # Desensitisation.
    ({"desensitisation": True}, "uninformative"),
    ({"desensitisation": True, "covered": "yes", "dose_ratio": 0.1}, "uninformative"),
    # How it came about does not matter.
    ({"accidental": True}, "negative"),
    # Not reported: it may have been one or the other.
    ({"dose_ratio": None}, "unknown"),
    ({"duration": OPEN}, "unknown"),
    ({"duration": Span(5, 15)}, "unknown"),
    ({"duration": Span(0, None)}, "unknown"),
    ({"covered": "unknown"}, "unknown"),
    # What is known to be insufficient decides although the rest is not reported.
    ({"covered": "unknown", "dose_ratio": 0.5}, "uninformative"),
    ({"dose_ratio": None, "covered": "yes"}, "uninformative"),
    ({"dose_ratio": None, "duration": Span(2, 3)}, "uninformative"),
    ({"duration": OPEN, "desensitisation": True}, "uninformative"),
]


@pytest.mark.parametrize(("conditions", "value"), GATE)
def test_without_recurrence_it_is_negative_only_through_the_quality_gate(
    conditions: dict[str, Any], value: str
) -> None:
    fact = judged(again("no", **conditions))
    assert fact.value == value
    if value == "unknown":
        assert fact.possible == ("negative", "uninformative")
    else:
        assert fact.possible == (value,)


@pytest.mark.parametrize(
    ("conditions", "reason"),
    [
        ({}, "negative"),
        ({"desensitisation": True, "covered": "yes"}, "tolerated_under_desensitisation"),
        ({"covered": "yes", "dose_ratio": 0.5}, "tolerated_under_cover"),
        ({"dose_ratio": 0.5, "duration": Span(1, 1)}, "tolerated_lower_dose"),
        ({"duration": Span(1, 1)}, "tolerated_too_short"),
        ({"duration": OPEN}, "tolerated_conditions_unknown"),
        ({"recurred": "yes"}, "positive"),
        ({"recurred": "unknown"}, "silent"),
        ({"gap": Span(1, 4)}, "before_washout"),
        ({"gap": Span(4, 5)}, "before_washout"),
        ({"resolved_before": "no"}, "not_resolved_before"),
        ({"resolved_before": "unknown"}, "not_resolved_before"),
        ({"resolved_before": "unknown", "gap": Span(4, 5)}, "not_resolved_before"),
    ],
)
def test_the_reason_is_the_first_condition_that_decides(
    conditions: dict[str, Any], reason: str
) -> None:
    assert judged(again(**{"recurred": "no", **conditions})).rule == f"rechallenge.{reason}"


@pytest.mark.parametrize("conditions", [row[0] for row in GATE])
def test_recurrence_is_positive_whatever_dose_cover_or_protocol(conditions: dict[str, Any]) -> None:
    fact = judged(again("yes", **conditions))
    assert (fact.value, fact.possible) == ("positive", ("positive",))


@pytest.mark.parametrize("conditions", [row[0] for row in GATE])
def test_silence_about_recurrence_is_unknown(conditions: dict[str, Any]) -> None:
    fact = judged(again("unknown", **conditions))
    assert fact.value == "unknown"
    assert {"positive", "negative", "uninformative"} <= set(fact.possible)


@given(
    dose=st.none() | st.sampled_from([0.01, 0.1, 1.0, 5.0]),
    low=st.integers(0, 40),
    more=st.integers(0, 40),
    covered=st.sampled_from(["yes", "no", "unknown"]),
    accidental=st.booleans(),
)
def test_tolerance_under_desensitisation_is_never_negative(
    dose: float | None, low: int, more: int, covered: str, accidental: bool
) -> None:
    found = again(
        "no",
        desensitisation=True,
        dose_ratio=dose,
        duration=Span(low, low + more),
        covered=covered,
        accidental=accidental,
    )
    fact = judged(found)
    assert fact.value == "uninformative"
    assert "negative" not in fact.possible


@pytest.mark.parametrize(
    ("latency", "duration", "value"),
    [
        (Span(5, 12), Span(12, 12), "negative"),
        (Span(5, 12), Span(11, 11), "unknown"),
        (Span(5, 12), Span(4, 4), "uninformative"),
        (OPEN, Span(400, 400), "unknown"),
        (Span(5, None), Span(400, 400), "unknown"),
        (Span(5, None), Span(4, 4), "uninformative"),
    ],
)
def test_time_observed_is_compared_with_every_possible_original_latency(
    latency: Span, duration: Span, value: str
) -> None:
    assert judged(again("no", duration=duration), latency=latency).value == value


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_vague_time_and_latency_keep_the_answers_of_all_their_days(
    latency: int, more_latency: int, duration: int, more_duration: int
) -> None:
    latencies = range(latency, latency + more_latency + 1)
    durations = range(duration, duration + more_duration + 1)
    fact = judged(
        again("no", duration=Span(durations[0], durations[-1])),
        latency=Span(latencies[0], latencies[-1]),
    )
    expected = {
        "negative" if observed >= needed else "uninformative"
        for observed in durations
        for needed in latencies
    }
    assert set(fact.possible) == expected


# Is it a re-exposure at all


@pytest.mark.parametrize("recurred", ["yes", "no", "unknown"])
@pytest.mark.parametrize(
    "conditions",
    [
        {"resolved_before": "no"},
        {"gap": Span(4, 4)},
        {"gap": Span(0, 4)},
        {"resolved_before": "no", "gap": Span(4, 4)},
        {"resolved_before": "unknown", "gap": Span(1, 1)},
        {"resolved_before": "no", "gap": OPEN},
    ],
)
def test_before_the_reaction_resolved_or_the_drug_was_gone_it_is_uninformative(
    recurred: str, conditions: dict[str, Any]
) -> None:
    fact = judged(again(recurred, **conditions))
    assert (fact.value, fact.possible) == ("uninformative", ("uninformative",))


@pytest.mark.parametrize(("recurred", "possible"), [("yes", "positive"), ("no", "negative")])
@pytest.mark.parametrize(
    "conditions",
    [
        {"resolved_before": "unknown"},
        {"gap": Span(4, 5)},
        {"gap": Span(None, 100)},
        {"resolved_before": "unknown", "gap": OPEN},
    ],
)
def test_perhaps_too_early_leaves_uninformative_open(
    recurred: str, possible: str, conditions: dict[str, Any]
) -> None:
    fact = judged(again(recurred, **conditions))
    assert fact.possible == (possible, "uninformative")
    assert fact.value == "unknown"


def test_5_half_lives_without_the_drug_are_enough() -> None:
    assert judged(again("yes", gap=Span(5, 5))).value == "positive"


def test_where_the_half_life_is_not_known_any_interval_will_do() -> None:
    assert judged(again("yes", gap=Span(3, 3)), washout=0).value == "positive"


@pytest.mark.parametrize(("recurred", "value"), [("yes", "positive"), ("no", "negative")])
def test_a_gap_that_is_not_reported_is_flagged(recurred: str, value: str) -> None:
    fact = judged(again(recurred, gap=OPEN))
    assert fact.value == value
    assert fact.flags == (("gap_not_reported", {"days": WASHOUT}),)
    assert judged(again(recurred)).flags == ()
    assert judged(again(recurred, gap=OPEN), washout=0).flags == ()


def test_a_gap_does_not_matter_where_nothing_follows_from_the_re_exposure() -> None:
    assert flags(judged(again("unknown", gap=OPEN))) == []
    assert flags(judged(again("no", gap=OPEN, covered="yes"))) == []


# Several re-exposures

POSITIVE = again("yes", event="p")
NEGATIVE = again("no", event="n")
SILENT = again("unknown", event="s")
MASKED = again("no", covered="yes", event="m")
TOLERATED = again("no", desensitisation=True, event="t")
OPEN_ONE = again("no", dose_ratio=None, event="o")


@pytest.mark.parametrize(
    ("found", "value"),
    [
        ((POSITIVE, NEGATIVE), "positive"),
        ((POSITIVE, TOLERATED), "positive"),
        ((POSITIVE, MASKED, SILENT, NEGATIVE, TOLERATED), "positive"),
        ((POSITIVE, POSITIVE), "positive"),
        ((NEGATIVE, MASKED), "negative"),
        ((NEGATIVE, TOLERATED), "negative"),
        ((MASKED, TOLERATED), "uninformative"),
        ((MASKED, SILENT), "unknown"),
        ((TOLERATED, OPEN_ONE), "unknown"),
        ((OPEN_ONE, POSITIVE), "positive"),
    ],
)
def test_the_strongest_of_several_counts_in_any_order(
    found: tuple[ReExposure, ...], value: str
) -> None:
    for order in permutations(found):
        fact = judged(*order)
        assert fact.value == value, [r.event for r in order]


EVERY = (POSITIVE, NEGATIVE, SILENT, MASKED, TOLERATED, OPEN_ONE)


@given(st.lists(st.sampled_from(EVERY), max_size=4), st.integers(0, 4))
def test_once_positive_it_stays_positive(others: list[ReExposure], place: int) -> None:
    found = [*others[:place], POSITIVE, *others[place:]]
    fact = judged(*found)
    assert (fact.value, fact.possible) == ("positive", ("positive",))
    assert fact.events == ("p",)


@given(st.lists(st.sampled_from(EVERY), min_size=1, max_size=4))
def test_order_of_re_exposures_changes_neither_value_nor_what_is_possible(
    found: list[ReExposure],
) -> None:
    first, turned = judged(*found), judged(*reversed(found))
    assert (first.value, first.possible) == (turned.value, turned.possible)


@pytest.mark.parametrize("other", [NEGATIVE, MASKED, TOLERATED, OPEN_ONE])
def test_a_silent_re_exposure_may_still_have_been_positive(other: ReExposure) -> None:
    assert "positive" in judged(other, SILENT).possible


# Remarks


@pytest.mark.parametrize(
    ("conditions", "remark"),
    [
        ({"desensitisation": True}, ["recurred_despite_desensitisation"]),
        ({"covered": "yes"}, ["recurred_despite_covered"]),
        ({"dose_ratio": 0.1}, ["recurred_despite_reduced_dose"]),
        ({}, []),
    ],
)
def test_a_recurrence_under_attenuated_conditions_is_flagged(
    conditions: dict[str, Any], remark: list[str]
) -> None:
    found = judged(again("yes", **conditions)).flags
    ratio = f"{conditions.get('dose_ratio', 1.0):.2g}"
    assert found == tuple((code, {"ratio": ratio}) for code in remark)


def test_a_re_exposure_that_did_not_recur_or_is_silent_has_no_remark() -> None:
    for recurred in ("no", "unknown"):
        assert flags(judged(again(recurred, desensitisation=True))) == []
    assert flags(judged(again("yes", desensitisation=True), again("unknown"))) == [
        "recurred_despite_desensitisation"
    ]


def test_tolerance_after_a_recurrence_is_a_remark_and_before_it_none() -> None:
    assert "tolerated_later" in flags(judged(POSITIVE, TOLERATED))
    assert "tolerated_later" not in flags(judged(TOLERATED, POSITIVE))


@pytest.mark.parametrize(
    ("conditions", "remark"),
    [
        ({"desensitisation": True}, "tolerated_later"),
        ({"covered": "yes"}, "tolerated_later"),
        ({"dose_ratio": 0.5}, "tolerated_later"),
        ({}, "tolerated_later_plain"),
        ({"dose_ratio": 2.0}, "tolerated_later_plain"),
        ({"covered": "unknown"}, "tolerated_later_conditions_unknown"),
        ({"dose_ratio": None}, "tolerated_later_conditions_unknown"),
        ({"duration": OPEN}, "tolerated_later_conditions_unknown"),
        ({"resolved_before": "unknown"}, "tolerated_later_conditions_unknown"),
        ({"duration": Span(3, 3)}, "tolerated_later_too_short"),
        ({"gap": Span(1, 1)}, "tolerated_later_too_short"),
    ],
)
def test_later_tolerance_says_whether_it_speaks_against_the_drug(
    conditions: dict[str, Any], remark: str
) -> None:
    later = again("no", **conditions)
    found = judged(again("yes"), again("yes"), again("unknown"), later, later)
    assert (found.value, flags(found)) == ("positive", [remark])
    assert flags(judged(again("no", **conditions), again("yes"))) == []


# From the dates of a case


def facts_of(
    second: str,
    *,
    drug: str = "id: d, name: zzz",
    first: str = "start: 2018-01-01, stop: 2018-01-12, dose: 20 mg",
    index: str = "onset: 2018-01-11, recovered: 2018-01-30",
    others: str = "",
    later: str = "",
    reactions: str = "",
) -> dict[str, Fact]:
    case = case_of(f"""
case_id: rechallenge
drugs:
  - {{{drug}, exposures: [{{id: x1, {first}}}, {{id: x2, {second}}}]}}
{others}
reactions:
  - {{id: r, term: leukocytoclastic vasculitis, episodes: [{{id: e1, {index}}}{later}]}}
{reactions}
""")
    method = make_method(["sefv-h"], load_knowledge(), {})
    return dict(assess_case(case, method).pairs[0].evidence.facts)


SECOND = "start: 2018-06-01, stop: 2018-06-30, dose: 20 mg"
STATED_NO = f"{SECOND}, recurrence: {{r: no}}"
CLEAN = f"{STATED_NO}, cover: none"


@pytest.mark.parametrize(
    ("second", "value"),
    [
        (CLEAN, "negative"),
        (STATED_NO, "unknown"),  # cover not reported
        (SECOND, "unknown"),  # recurrence not reported
        ("start: {after: [e1.recovered]}, recurrence: {r: yes}", "positive"),
        (f"{STATED_NO}, cover: [prednisone 10 mg]", "uninformative"),
        (f"{STATED_NO}, cover: [ebastine 20 mg]", "uninformative"),
        (f"{CLEAN}, purpose: desensitisation", "uninformative"),
        (CLEAN.replace("20 mg", "10 mg"), "uninformative"),
        (CLEAN.replace("20 mg", "40 mg"), "negative"),
        (CLEAN.replace(", dose: 20 mg", ""), "unknown"),
        (CLEAN.replace("20 mg", "1 tablet"), "unknown"),
        (CLEAN.replace("06-30", "06-11"), "negative"),
        (CLEAN.replace("06-30", "06-10"), "uninformative"),
        (CLEAN.replace("2018-06-30", "2018-06"), "unknown"),
    ],
)
def test_the_gate_from_a_case(second: str, value: str) -> None:
    assert facts_of(second)["rechallenge"].value == value


@pytest.mark.parametrize(
    ("half_life", "second_start", "value"),
    [
        # 5 half-lives of 30 days are 150 days; the last dose was 2018-01-12.
        ("30 days", "2018-06-10", "uninformative"),
        ("30 days", "2018-06-11", "positive"),
        ("1 day", "2018-02-01", "positive"),
        ("1 day", "2018-01-30", "positive"),  # on the day of the recovery
        ("1 day", "2018-01-29", "uninformative"),  # before the recovery
    ],
)
def test_a_re_exposure_needs_recovery_and_5_half_lives(
    half_life: str, second_start: str, value: str
) -> None:
    facts = facts_of(
        f"start: {second_start}, ongoing: true",
        drug=f"id: d, name: zzz, half_life: {half_life}",
        later=", {id: e2, onset: 2018-06-20, recurrence_on: x2}",
    )
    assert facts["rechallenge"].value == value


@pytest.mark.parametrize("onset", ["2018-06-01", "2018-06-02", "2018-06-30", "2018-07-07"])
def test_a_recurrence_counts_from_the_day_of_the_re_exposure_on(onset: str) -> None:
    facts = facts_of(SECOND, later=f", {{id: e2, onset: {onset}}}")
    assert facts["rechallenge"].value == "positive"


@pytest.mark.parametrize("onset", ["2018-06-02", "2018-06-11", "2018-06-22"])
def test_a_recurrence_after_a_single_dose_counts_within_the_window_of_the_re_exposed(
    onset: str,
) -> None:
    facts = facts_of("start: 2018-06-01, administrations: 1", later=f", {{id: e2, onset: {onset}}}")
    assert facts["rechallenge"].value == "positive"


def test_an_episode_long_after_the_re_exposure_ended_is_no_recurrence_on_it() -> None:
    facts = facts_of(SECOND, later=", {id: e2, onset: 2018-07-08}")
    assert facts["rechallenge"].value != "positive"


def test_a_missed_dose_is_no_re_exposure() -> None:
    facts = facts_of("start: 2018-01-14, stop: 2018-02-20")
    assert facts["rechallenge"].value == "not_done"


def test_recurrence_is_the_same_phenotype_only() -> None:
    itching = "  - {id: q, term: itching, episodes: [{id: i1, onset: 2018-06-05}]}"
    assert facts_of(SECOND, reactions=itching)["rechallenge"].value == "unknown"
    purpura = "  - {id: q, term: palpable purpura, episodes: [{id: i1, onset: 2018-06-05}]}"
    assert facts_of(SECOND, reactions=purpura)["rechallenge"].value == "positive"
    assert facts_of(CLEAN, reactions=itching)["rechallenge"].value == "negative"


def test_index_episode_keeps_its_answers_when_the_rechallenge_is_positive() -> None:
    alone = facts_of(SECOND)
    facts = facts_of(SECOND, later=", {id: e2, onset: 2018-06-03, outcome: not_recovered}")
    assert facts["rechallenge"].value == "positive"
    for name in ("onset", "action", "course", "improvement_explained_by"):
        assert (facts[name].value, facts[name].possible) == (
            alone[name].value,
            alone[name].possible,
        )


def test_an_episode_used_as_rechallenge_is_no_previous_reaction() -> None:
    facts = facts_of(SECOND, later=", {id: e2, onset: 2018-06-03}")
    assert facts["rechallenge"].value == "positive"
    assert facts["previous_reaction"].value == "unknown"


@pytest.mark.parametrize("cover", ["[dexamethasone]", "[Dexamethasone]", "[dexamethasone 40 mg]"])
def test_a_drug_is_never_its_own_cover(cover: str) -> None:
    facts = facts_of(f"{STATED_NO}, cover: {cover}", drug="id: d, name: dexamethasone")
    assert facts["rechallenge"].value != "uninformative"


def test_another_drug_of_the_case_covers_while_it_is_given() -> None:
    prednisone = (
        "  - {id: p, name: prednisone, role: concomitant, exposures: [{start: %s, stop: %s}]}"
    )
    during = facts_of(CLEAN, others=prednisone % ("2018-06-10", "2018-06-20"))
    before = facts_of(CLEAN, others=prednisone % ("2018-03-10", "2018-03-20"))
    after = facts_of(CLEAN, others=prednisone % ("2018-07-10", "2018-07-20"))
    assert during["rechallenge"].value == "uninformative"
    assert before["rechallenge"].value == "negative"
    assert after["rechallenge"].value == "negative"


def test_a_drug_that_masks_nothing_is_no_cover() -> None:
    concomitant = (
        "  - {id: p, name: omeprazole, role: concomitant,"
        " exposures: [{start: 2018-05-01, ongoing: true}]}"
    )
    assert facts_of(CLEAN, others=concomitant)["rechallenge"].value == "negative"


@pytest.mark.parametrize(
    ("visit", "value"), [("2018-06-11", "negative"), ("2018-06-05", "unknown")]
)
def test_a_single_dose_is_observed_as_long_as_there_is_news(visit: str, value: str) -> None:
    later = f"investigations: [{{test: creatinine, date: {visit}, result: normal}}]"
    facts = facts_of(
        "start: 2018-06-01, administrations: 1, dose: 20 mg, cover: none, recurrence: {r: no}",
        reactions=later,
    )
    assert facts["rechallenge"].value == value


def test_a_re_exposure_that_has_not_ended_is_not_yet_without_recurrence() -> None:
    case = case_of("""
case_id: early
drugs:
  - id: d
    name: zzz
    exposures:
      - {start: 2018-01-01, stop: 2018-01-12, dose: 20 mg}
      - {start: 2018-06-01, stop: 2018-06-30, dose: 20 mg, cover: none, recurrence: {r: no}}
reactions:
  - {id: r, term: purpura, episodes: [{id: e, onset: 2018-01-11, recovered: 2018-01-30}]}
""")
    method = make_method(["sefv-h"], load_knowledge(), {})
    found = {
        moment: assess_case(case, method, as_of=moment).pairs[0].evidence.facts["rechallenge"].value
        for moment in ("2018-05-31", "2018-06-29", "2018-06-30")
    }
    assert found == {"2018-05-31": "not_done", "2018-06-29": "unknown", "2018-06-30": "negative"}
