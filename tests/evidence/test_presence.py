"""What was there when the reaction began, for how long, and what that speaks for or against."""

import pytest

from causality.evidence.alternatives import Finding, Ground
from causality.evidence.fact import Fact
from causality.evidence.pair import PairEvidence
from causality.evidence.presence import first_seen_period_event
from causality.knowledge.load import load_knowledge
from causality.terms.facts import FACTS
from tests.evidence.test_alternatives import CANNOT_BE_SET_ASIDE, evidence, filed
from tests.evidence.test_lookups import case_with, latest
from tests.evidence.test_pair import first_pair

KNOWLEDGE = load_knowledge()
OPEN_STILL = ("more_likely", "possible", "ruled_out", "not_assessed")


def found_in(pair: PairEvidence, key: str) -> Finding:
    return next(f for f in pair.findings if f.id == key)


def condition(term: str, *periods: str) -> str:
    listed = ", ".join(f"{{{period}}}" for period in periods)
    return f"conditions: [{{id: c, term: {term}, periods: [{listed}]}}]"


# An acute cause: within 28 days of the onset, certainly or perhaps


@pytest.mark.parametrize(
    ("period", "certain"),
    [
        ("start: 2018-06-01, stop: 2018-06-05", True),
        ("start: 2018-05-01, stop: 2018-05-23", True),  # 28 days before the onset
        ("start: 2018-05-01, stop: {from: 2018-05-22, to: 2018-05-23}", False),
        ("start: 2018-04-01, stop: 2018-05", False),
        ("start: 2018-05", False),
        ("start: 2018-06-20, ongoing: true", True),
        ("start: {from: 2018-06-19, to: 2018-06-21}, ongoing: true", False),
    ],
)
def test_an_acute_cause_was_certainly_there_or_perhaps(period: str, certain: bool) -> None:
    pair = evidence(parts=condition("tonsillitis", period))
    found = found_in(pair, "bacterial_infection")
    assert [p.certain for p in found.presences] == [certain]
    assert [p.name for p in found.presences] == ["tonsillitis"]
    fact = pair.facts["alternative"]
    assert fact.value == "possible"
    assert fact.possible == (CANNOT_BE_SET_ASIDE if certain else OPEN_STILL)


@pytest.mark.parametrize(
    ("periods", "certain"),
    [
        (("start: 2018-05", "start: 2018-06-10, stop: 2018-06-12"), True),
        (("start: 2018-06-10, stop: 2018-06-12", "start: 2018-05"), True),
        (("start: 2018-04-20, stop: 2018-05", "start: 2018-05"), False),
        (("start: 2017-01-01, stop: 2017-01-05", "start: 2018-05"), False),
    ],
)
def test_of_several_periods_the_one_that_is_certain_counts(
    periods: tuple[str, ...], certain: bool
) -> None:
    found = found_in(evidence(parts=condition("tonsillitis", *periods)), "bacterial_infection")
    assert [p.certain for p in found.presences] == [certain]


def test_without_any_date_a_condition_is_taken_to_have_been_there() -> None:
    for part in ("conditions: [{id: c, term: tonsillitis}]", condition("tonsillitis", "id: p")):
        found = found_in(evidence(parts=part), "bacterial_infection")
        assert [p.certain for p in found.presences] == [True]


def test_a_disease_that_is_over_was_not_there() -> None:
    over = "start: 2015-01-01, activity: resolved"
    assert evidence(parts=condition("hepatitis C", over)).facts["alternative"].value == (
        "not_assessed"
    )
    both = condition("hepatitis C", "start: 2010-01-01, stop: 2014-12-31", over)
    assert evidence(parts=both).facts["alternative"].value == "possible"


@pytest.mark.parametrize("order", [("b", "a"), ("a", "b")])
def test_a_condition_began_with_its_earliest_period_whatever_its_name(
    order: tuple[str, str],
) -> None:
    late, early = order
    parts = condition(
        "hepatitis C", f"id: {late}, start: 2015-01-01", f"id: {early}, start: 2010-01-01"
    )
    case = case_with("  - {id: d, name: zzz}\n", more=parts)
    assert first_seen_period_event(latest(case), case.conditions[0]) == f"{early}.start"


@pytest.mark.parametrize(
    ("exposure", "certain"),
    [
        ("start: 2018-06-01, stop: 2018-06-05", True),
        ("start: 2018-05-01, stop: 2018-05-23", True),
        ("start: 2018-05-01, stop: 2018-05", False),
        ("start: 2018-01-01, ongoing: true", True),
        ("start: 2018-05", False),
    ],
)
def test_what_a_drug_was_given_for_was_there_while_it_was_given(
    exposure: str, certain: bool
) -> None:
    drugs = (
        "  - {id: b, name: yyy, role: concomitant, indication: tonsillitis,"
        f" exposures: [{{id: b-1, {exposure}}}]}}"
    )
    (presence,) = found_in(evidence(drugs=drugs), "bacterial_infection").presences
    assert (presence.name, presence.reason) == ("tonsillitis", "indication")
    assert presence.events == ("b-1.start",)
    assert presence.certain is certain


def test_a_condition_goes_before_the_drug_given_for_it() -> None:
    drugs = (
        "  - {id: b, name: yyy, role: concomitant, indication: tonsillitis,"
        " exposures: [{id: b-1, start: 2018-06-01}]}"
    )
    parts = condition("tonsillitis", "id: p, start: 2018-06-01")
    (presence,) = found_in(evidence(drugs=drugs, parts=parts), "bacterial_infection").presences
    assert presence.events == ("p.start",)


@pytest.mark.parametrize(
    ("found", "events"),
    [
        # normal ones first, so that an abnormal one counts, and then in order of time
        ([("c", "low", "20"), ("b", "normal", "25")], ["b", "c"]),
        ([("a", "raised", "22"), ("b", "low", "25")], ["a", "b"]),
        ([("b", "raised", "22"), ("a", "low", "25")], ["b", "a"]),
        ([("a", "normal", "25"), ("b", "normal", "22")], ["b", "a"]),
        ([("b", "normal", "25"), ("a", "raised", "26"), ("c", "low", "21")], ["b", "c", "a"]),
    ],
)
def test_of_several_results_of_a_test_the_last_abnormal_one_counts(
    found: list[tuple[str, str, str]], events: list[str]
) -> None:
    tests = ", ".join(
        f"{{id: {name}, test: blood count, result: {result}, date: 2018-06-{day}}}"
        for name, result, day in found
    )
    pair = evidence(parts=f"investigations: [{tests}]")
    results = [[r.event for r in line.results] for line in pair.workup if line.results]
    assert results == [events]


# For: active at an episode. Against: active without the drug, and no reaction

DISEASE = """
case_id: grounds
drugs:
  - {{id: d, name: zzz, exposures: [{{start: 2018-03-01, stop: 2018-03-20}}]}}
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes: [{{id: e, onset: 2018-03-10, recovered: 2018-03-30}} {more}]
conditions: [{{id: c, term: multiple myeloma, periods: [{periods}]}}]
"""


def grounds(periods: str, more: str = "") -> tuple[list[Ground], list[Ground]]:
    finding = found_in(first_pair(DISEASE.format(periods=periods, more=more)), "myeloma")
    speaking_for = [g for g in finding.grounds_for if g.code == "ground.active_at_episode"]
    against = [g for g in finding.grounds_against if g.code == "ground.active_without_reaction"]
    return speaking_for, against


@pytest.mark.parametrize(
    ("period", "active"),
    [
        ("start: 2018-01-01, activity: active", True),
        ("start: 2018-03-10, activity: active", True),
        ("start: 2018-03-11, activity: active", False),
        ("start: 2018-01-01, stop: 2018-03-10, activity: active", True),
        ("start: 2018-01-01, stop: 2018-03-09, activity: active", False),
        ("start: 2018-01-01, stop: 2018-03, activity: active", True),
        ("start: 2018-01-01, activity: remission", False),
        # it may have begun later
        ("start: 2018-03, activity: active", False),
    ],
)
def test_a_disease_active_when_the_reaction_began_speaks_for_itself(
    period: str, active: bool
) -> None:
    speaking_for, _ = grounds(f"{{id: p, {period}}}")
    assert [g.events for g in speaking_for] == ([("p.start", "e.onset")] if active else [])
    if active:
        assert speaking_for[0].params == {"episode": "e", "condition": "multiple myeloma"}


@pytest.mark.parametrize(
    ("start", "days"),
    [
        ("2018-01-01", 59),
        ("2018-02-28", 1),
        ("2018-03-01", None),  # the drug began on that day
        ("2018-02", 1),  # on the last day of February at the latest
        ("2018", None),
    ],
)
def test_a_disease_active_before_the_drug_without_the_reaction_speaks_against_itself(
    start: str, days: int | None
) -> None:
    _, against = grounds(f"{{id: p, start: {start}, activity: active}}")
    assert [g.params["count"] for g in against] == ([] if days is None else [days])
    if days is not None:
        assert against[0].events == ("p.start", "d.1.start")
        assert against[0].params["drug"] == "zzz"
        assert against[0].params["condition"] == "multiple myeloma"


@pytest.mark.parametrize(
    ("onset", "against"),
    [
        ("2018-01-31", True),  # before the disease was active
        ("2018-02-01", False),
        ("2018-02-15", False),
        ("2018-02-28", False),
        ("2018-03-01", True),  # with the drug
        ("2018-02", False),
    ],
)
def test_an_episode_in_that_time_leaves_nothing_to_speak_against_it(
    onset: str, against: bool
) -> None:
    _, found = grounds(
        "{id: p, start: 2018-02-01, activity: active}", more=f", {{id: e2, onset: {onset}}}"
    )
    assert bool(found) is against


def test_an_acute_cause_has_no_time_without_the_reaction() -> None:
    pair = first_pair(
        DISEASE.format(periods="{start: 2018-02-25, activity: active}", more="").replace(
            "multiple myeloma", "tonsillitis"
        )
    )
    finding = found_in(pair, "bacterial_infection")
    assert finding.grounds_against == ()
    assert [g.code for g in finding.grounds_for] == ["ground.active_at_episode"]


# Tests of long before the onset


def filed_one(test: str, result: str = "negative", date: str = "2016-01-10") -> Fact:
    parts = f"investigations: [{{id: t, test: {test}, result: {result}, date: {date}}}]"
    return evidence(parts=parts).facts["alternative"]


@pytest.mark.parametrize(
    ("test", "named"),
    [
        ("creatinine", True),  # of the work-up only
        ("urine toxicology", True),  # of a cause only
        ("HBsAg", True),
        ("blood group", False),
        ("lymphocyte transformation test", False),
    ],
)
def test_only_early_tests_that_bear_on_the_causes_are_named(test: str, named: bool) -> None:
    flags = [params for code, params in filed_one(test).flags if code == "tests_too_early"]
    assert flags == ([{"tests": (KNOWLEDGE.test(test),), "days": 28}] if named else [])


@pytest.mark.parametrize(
    ("date", "counts"),
    [
        ("2018-05-23", "yes"),  # 28 days before the onset
        ("2018-05-22", "no"),
        ("2018-06-20", "yes"),
        ("2018-07-20", "yes"),
        ("{from: 2018-05-22, to: 2018-05-23}", "perhaps"),
        ("2018-05", "perhaps"),
        ("2018", "perhaps"),
    ],
)
def test_the_age_of_a_test_is_that_at_the_onset(date: str, counts: str) -> None:
    fact = filed_one("blood culture", "positive", date)
    assert fact.value == ("not_assessed" if counts == "no" else "more_likely")
    if counts == "perhaps":
        assert fact.possible == FACTS["alternative"]
    assert any(code == "tests_too_early" for code, _ in fact.flags) is (counts == "no")


@pytest.mark.parametrize(
    ("tests", "key", "missing", "asked"),
    [
        ({"cryoglobulins": "negative"}, "cryoglobulinaemia", "cryoglobulin_type_1", False),
        ({"cryoglobulins": "negative"}, "cryoglobulinaemia", "cryoglobulin_type_2", False),
        ({"cryoglobulins": "negative"}, "myeloma", "cryoglobulin_type_1", False),
        ({"cryoglobulins": "positive"}, "cryoglobulinaemia", "cryoglobulin_type_1", True),
        ({"cryoglobulins": "pending"}, "cryoglobulinaemia", "cryoglobulin_type_1", True),
        # of two results the abnormal one counts
        (
            {"cryoglobulins": "positive", "cryocrit": "negative"},
            "cryoglobulinaemia",
            "cryoglobulin_type_1",
            True,
        ),
        ({"cryoglobulin type I": "positive"}, "cryoglobulinaemia", "cryoglobulins", False),
        ({"platelets": "low"}, "thrombocytopenic_purpura", "blood_count", False),
        ({"platelets": "low"}, "thrombocytopenic_purpura", "palpable_purpura", True),
        ({"blood count": "normal"}, "thrombocytopenic_purpura", "platelets", False),
        ({"blood count": "low"}, "thrombocytopenic_purpura", "platelets", True),
        ({"platelets": "normal"}, "occult_haematological_disease", "blood_count", True),
    ],
)
def test_a_test_that_another_result_settles_is_not_asked_for(
    tests: dict[str, str], key: str, missing: str, asked: bool
) -> None:
    pair = evidence(parts=filed(tests))
    assert (missing in found_in(pair, key).not_known) is asked
