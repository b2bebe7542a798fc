"""Objective evidence of the event itself (DESIGN section 5, rule 5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.assessment.assess import assess_case, make_method
from causality.evidence.alternatives import TestResult as Result
from causality.evidence.confirmation import event_confirmed
from causality.evidence.fact import Fact
from causality.knowledge.load import load_knowledge
from causality.terms.codes import RESULTS
from causality.terms.facts import FACTS
from tests.support import case_of


@pytest.mark.parametrize(
    ("results", "value"),
    [
        ([], "unknown"),
        (["positive"], "yes"),
        (["negative"], "no"),
        (["negative", "positive"], "yes"),
        (["positive", "negative"], "yes"),
        *([([result], "unknown") for result in RESULTS if result not in {"positive", "negative"}]),
        (["pending", "negative"], "no"),
        (["inconclusive", "positive"], "yes"),
    ],
)
def test_a_positive_test_confirms_and_a_negative_one_does_not(
    results: list[str], value: str
) -> None:
    fact = event_confirmed([Result("biopsy", result, f"t{n}") for n, result in enumerate(results)])
    assert fact.value == value


@given(st.lists(st.sampled_from(RESULTS), max_size=5))
def test_it_rests_on_the_tests_that_decide_and_on_no_other(results: list[str]) -> None:
    found = [Result("biopsy", result, f"t{n}") for n, result in enumerate(results)]
    fact = event_confirmed(found)
    deciding = {"yes": "positive", "no": "negative"}.get(fact.value)
    assert list(fact.events) == [event for _, result, event in found if result == deciding]


def test_without_a_test_every_value_stays_open() -> None:
    assert event_confirmed([]).possible == FACTS["event_confirmed"]


@pytest.mark.parametrize(("result", "value"), [("positive", "yes"), ("negative", "no")])
def test_it_names_each_test_that_decides_once(result: str, value: str) -> None:
    found = [Result(test, result, f"t{n}") for n, test in enumerate(("biopsy", "smear", "biopsy"))]
    fact = event_confirmed([*found, Result("culture", "pending", "t9")])
    assert (fact.value, fact.rule) == (value, f"confirmed.{result}")
    assert fact.params == {"tests": "biopsy, smear"}


# From a case


def fact_of(
    tests: str,
    *,
    term: str = "leukocytoclastic vasculitis",
    as_of: str | None = None,
    fact: str = "event_confirmed",
) -> Fact:
    case = case_of(f"""
case_id: confirmation
drugs:
  - {{id: d, name: zzz, exposures: [{{start: 2018-01-01, stop: 2018-01-12}}]}}
reactions:
  - {{id: r, term: {term}, episodes: [{{id: e, onset: 2018-01-11, recovered: 2018-01-30}}]}}
  - {{id: q, term: itching, episodes: [{{id: i, onset: 2018-01-11}}]}}
investigations: [{tests}]
""")
    method = make_method(["sefv-h"], load_knowledge(), {})
    return assess_case(case, method, as_of=as_of).pairs[0].evidence.facts[fact]


BIOPSY = "{id: b, test: skin biopsy, date: 2018-01-15, result: %s}"
WITH_CONCERN = "{id: b, test: %s, date: 2018-01-15, result: positive, concerns: %s}"


@pytest.mark.parametrize(
    ("result", "value"),
    [
        ("positive", "yes"),
        ("negative", "no"),
        ("inconclusive", "unknown"),
        ("pending", "unknown"),
        ("not_done", "unknown"),
    ],
)
def test_skin_biopsy_concerns_a_cutaneous_vasculitis_unasked(result: str, value: str) -> None:
    assert fact_of(BIOPSY % result).value == value


def test_skin_biopsy_says_nothing_about_another_kind_of_reaction() -> None:
    assert fact_of(BIOPSY % "positive", term="hair loss").value == "unknown"


def test_a_test_of_another_reaction_does_not_count() -> None:
    assert fact_of(WITH_CONCERN % ("skin biopsy", "q")).value == "unknown"
    assert fact_of(WITH_CONCERN % ("skin biopsy", "[q, r]")).value == "yes"


def test_a_test_that_the_knowledge_does_not_hold_counts_if_it_is_said_to_concern_it() -> None:
    assert fact_of(WITH_CONCERN % ("photograph of the lesions", "r")).value == "yes"
    assert fact_of(
        "{test: photograph of the lesions, date: 2018-01-15, result: positive}"
    ).value == ("unknown")


@pytest.mark.parametrize("test", ["ANCA", "cryoglobulins", "HBsAg", "palpable lesions"])
def test_a_test_for_alternatives_never_confirms_the_event(test: str) -> None:
    assert fact_of(WITH_CONCERN % (test, "r")).value == "unknown"


@pytest.mark.parametrize(
    ("tests", "told"),
    [
        (WITH_CONCERN % ("MPO-ANCA", "r"), {"tests_count_for_causes": ("MPO-ANCA",)}),
        (WITH_CONCERN % ("IgA deposits", "r"), {"tests_count_for_causes": ("IgA deposits",)}),
        (
            WITH_CONCERN % ("skin prick test", "r"),
            {"tests_show_something_else": ("skin prick test",)},
        ),
        (
            WITH_CONCERN % ("MPO-ANCA", "r") + ", {test: ANCA, result: negative, concerns: r}",
            {"tests_count_for_causes": ("MPO-ANCA", "ANCA")},
        ),
        # nobody said that these concern the reaction, or there is no result, or it is confirmed
        (WITH_CONCERN % ("MPO-ANCA", "q"), {}),
        ("{test: MPO-ANCA, result: positive}", {}),
        ("{test: MPO-ANCA, result: pending, concerns: r}", {}),
        (WITH_CONCERN % ("MPO-ANCA", "r") + ", {test: skin biopsy, result: positive}", {}),
        (WITH_CONCERN % ("photograph of the lesions", "r"), {}),
    ],
)
def test_a_test_that_counts_elsewhere_is_named_with_its_reason(
    tests: str, told: dict[str, tuple[str, ...]]
) -> None:
    fact = fact_of(tests)
    assert {code: params["tests"] for code, params in fact.flags} == told


def test_every_test_is_looked_at_whatever_stands_before_it() -> None:
    before = "{id: t1, test: skin biopsy}, {id: t2, test: skin biopsy, date: 2030-01-01}"
    fact = fact_of(f"{before}, {{id: t3, test: ANCA, result: negative}}, {BIOPSY % 'positive'}")
    assert (fact.value, fact.events) == ("yes", ("b",))
    named = fact_of(f"{before}, {{id: t3, test: ANCA, result: negative, concerns: r}}")
    assert [params["tests"] for _, params in named.flags] == [("ANCA",)]


def test_a_test_not_seen_yet_is_not_named() -> None:
    tests = WITH_CONCERN % ("MPO-ANCA", "r")
    assert [bool(fact_of(tests, as_of=day).flags) for day in ("2018-01-14", "2018-01-15")] == [
        False,
        True,
    ]


def test_iga_deposits_confirm_an_iga_vasculitis_and_are_an_alternative_to_any_other() -> None:
    deposits = "{id: b, test: IgA deposits, date: 2018-01-15, result: positive}"
    assert fact_of(deposits, term="IgA vasculitis").value == "yes"
    assert fact_of(deposits, term="leukocytoclastic vasculitis").value == "unknown"


@pytest.mark.parametrize(
    "term",
    ["biopsy-proven leukocytoclastic vasculitis", "leukocytoclastic vasculitis (skin biopsy)"],
)
def test_the_name_of_the_reaction_confirms_nothing(term: str) -> None:
    assert fact_of("", term=term).value == "unknown"


def test_a_result_counts_from_its_date() -> None:
    tests = BIOPSY % "positive"
    found = [fact_of(tests, as_of=moment).value for moment in ("2018-01-14", "2018-01-15")]
    assert found == ["unknown", "yes"]


CASE = """
case_id: test
drugs: [{id: d, name: lenalidomide, exposures: [{start: 2018-06-01, stop: 2018-06-12}]}]
reactions: [{id: r, term: leukocytoclastic vasculitis, episodes: [{id: e1, onset: 2018-06-10}]}]
investigations: [{id: t, test: skin biopsy, result: positive, concerns: [r], date: DATE}]
"""


@pytest.mark.parametrize(
    ("date", "value", "possible"),
    [
        ("2015-06-12", "unknown", {"yes", "no", "unknown"}),  # three years before the reaction
        ("2018-05-12", "unknown", {"yes", "no", "unknown"}),  # 29 days before it
        ("2018-05-13", "yes", {"yes"}),
        ("2018-06-12", "yes", {"yes"}),
        ("2018-09-12", "yes", {"yes"}),
        ("2018-05", "yes", {"yes", "no", "unknown"}),  # the dates do not say
        ("2018", "yes", {"yes", "no", "unknown"}),
    ],
)
def test_a_biopsy_long_before_the_onset_does_not_confirm_it(
    date: str, value: str, possible: set[str]
) -> None:
    method = make_method(["sefv-h"], load_knowledge(), {})
    result = assess_case(case_of(CASE.replace("DATE", date)), method)
    fact = result.pairs[0].evidence.facts["event_confirmed"]
    assert (fact.value, set(fact.possible)) == (value, possible)
    early = [params for code, params in fact.flags if code == "tests_too_early"]
    assert early == ([{"tests": ("skin biopsy",), "days": 28}] if value == "unknown" else [])


# A test done in another episode


@pytest.mark.parametrize(
    ("tests", "flagged"),
    [
        ("{test: skin biopsy, date: 2018-01-15, result: positive}", False),
        ("{test: skin biopsy, date: 2018-09-12, result: positive}", True),
        ("{test: skin biopsy, date: 2018-09-10, result: positive}", True),
        ("{test: skin biopsy, date: 2018-09, result: positive}", False),
        ("{test: skin biopsy, result: positive}", False),
        ("{test: skin biopsy, date: 2018-09-12, result: negative}", False),
        (
            "{test: skin biopsy, date: 2018-09-12, result: positive},"
            "{test: skin biopsy, date: 2018-01-15, result: positive}",
            False,
        ),
    ],
)
def test_a_biopsy_of_a_later_episode_counts_with_a_remark(tests: str, flagged: bool) -> None:
    case = case_of(f"""
case_id: later
drugs: [{{id: d, name: zzz, exposures: [{{start: 2018-01-01, stop: 2018-01-12}}]}}]
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes:
      - {{id: e1, onset: 2018-01-11, recovered: 2018-01-30}}
      - {{id: e2, onset: 2018-09-10, recovered: 2018-09-25}}
investigations: [{tests}]
""")
    method = make_method(["sefv-h"], load_knowledge(), {})
    fact = assess_case(case, method).pairs[0].evidence.facts["event_confirmed"]
    assert fact.value == ("no" if "negative" in tests else "yes")
    remark = ("confirmed_in_later_episode", {"tests": ("skin biopsy",)})
    assert fact.flags == ((remark,) if flagged else ())


# Tests of the mechanism and of the level, which only a person can put to the drug


@pytest.mark.parametrize(
    ("fact", "test", "key"),
    [
        ("drug_test", "lymphocyte transformation test", "lymphocyte_transformation"),
        ("drug_test", "prick test", "intradermal_test"),
        ("drug_level", "plasma drug level", "drug_level"),
    ],
)
def test_a_test_of_the_drug_on_file_is_named_and_does_not_count(
    fact: str, test: str, key: str
) -> None:
    done = f"{{id: t, test: {test}, date: 2018-03-20, result: positive}}"
    found = fact_of(done, fact=fact)
    assert (found.value, found.possible) == (FACTS[fact][-1], (FACTS[fact][-1],))
    assert (found.rule, found.events) == (f"on_file.{fact}", ("t",))
    assert found.params == {"test": key, "result": "positive"}
    assert fact_of(done, fact=fact, as_of="2018-03-19").rule == "not_reported"
    other = {"drug_test": "drug_level", "drug_level": "drug_test"}[fact]
    assert fact_of(done, fact=other).rule == "not_reported"


@pytest.mark.parametrize("result", ["pending", "not_done", "unknown"])
def test_a_test_of_the_drug_without_a_result_is_not_on_file(result: str) -> None:
    done = f"{{test: patch test, date: 2018-01-20, result: {result}}}"
    assert fact_of(done, fact="drug_test").rule == "not_reported"


def test_of_several_tests_of_the_drug_the_positive_one_comes_first() -> None:
    found = fact_of(
        "{test: patch test, date: 2018-03-01, result: positive},"
        "{test: prick test, date: 2018-03-02, result: negative}",
        fact="drug_test",
    )
    assert found.params == {"test": "patch_test", "result": "positive"}
    further = {"test": "intradermal_test", "result": "negative"}
    assert found.flags == (("on_file_drug_test", further),)
