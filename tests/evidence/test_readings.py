"""What holds in every reading of dates that leave the index episode or the doses' order open."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.case.model import Exposure
from causality.evidence.fact import Fact, among, settled
from causality.evidence.pair import PairEvidence
from causality.evidence.readings import any_of, with_order_open
from causality.terms.facts import CLOSED_AT_DEFAULT, FACTS, default, in_order, open_values
from tests.evidence.test_pair import first_pair, plain_case

PLAIN = first_pair(plain_case())
ORDERED = {"onset", "action", "course", "improvement_explained_by", "rechallenge"}
FIRST, SECOND, LATER = (Exposure.model_validate({"id": i}) for i in ("d1", "d2", "d3"))


def with_facts(**facts: Fact) -> PairEvidence:
    return replace(PLAIN, facts={**PLAIN.facts, **facts})


def one(name: str, value: str) -> Fact:
    return settled(name, value, f"{name}.test")


def either(*found: Fact) -> Fact:
    name = found[0].name
    return any_of([with_facts(**{name: fact}) for fact in found]).facts[name]


def drawn_fact(name: str) -> st.SearchStrategy[Fact]:
    values = st.sets(st.sampled_from(FACTS[name]), min_size=1)
    return values.flatmap(
        lambda possible: st.sampled_from(sorted(possible)).map(
            lambda value: replace(among(name, possible, "rule"), value=value)
        )
    )


@given(st.sampled_from(sorted(FACTS)).flatmap(lambda n: st.lists(drawn_fact(n), min_size=2)))
def test_all_that_any_reading_leaves_possible_stays_so_and_nothing_else(found: list[Fact]) -> None:
    fact = either(*found)
    wanted = {value for each in found for value in each.possible}
    assert fact.possible == in_order(fact.name, wanted)
    assert fact.rule == found[0].rule
    if fact.possible == found[0].possible:
        assert fact == found[0]


@pytest.mark.parametrize(
    ("name", "values", "scored"),
    [
        # the value of the first reading where they agree
        ("course", ("improved", "improved"), "improved"),
        # differing readings settle nothing
        ("course", ("improved", "not_improved"), "unknown"),
        ("action", ("withdrawn", "continued"), "unknown"),
        ("rechallenge", ("positive", "not_done"), "unknown"),
        ("previous_reaction", ("same_substance", "none"), "unknown"),
        # an onset of differing readings is the weakest of them
        ("onset", ("suggestive", "compatible"), "compatible"),
        ("onset", ("compatible", "not_coherent"), "not_coherent"),
        ("onset", ("not_coherent", "compatible"), "not_coherent"),
        ("onset", ("suggestive", "compatible", "incompatible"), "incompatible"),
        # but not where the reaction may have come first
        ("onset", ("compatible", "before_exposure"), "unknown"),
        ("onset", ("before_exposure", "compatible"), "unknown"),
    ],
)
def test_readings_that_differ_settle_nothing(
    name: str, values: tuple[str, ...], scored: str
) -> None:
    assert either(*(one(name, value) for value in values)).value == scored


def test_one_possible_value_is_scored_whatever_the_first_reading_says() -> None:
    first = replace(one("course", "improved"), possible=())
    second = one("course", "not_improved")
    assert either(first, second).value == "not_improved"


def test_the_rest_is_that_of_the_first_reading_and_every_reading_is_kept() -> None:
    other = first_pair(plain_case(episodes="{id: e2, onset: 2018-02-01}"))
    together = any_of([PLAIN, other])
    assert together.index == PLAIN.index
    assert together.onset == PLAIN.onset
    assert together.choices == (PLAIN.facts, other.facts)
    assert together.facts.keys() == FACTS.keys()


def test_readings_are_not_mixed_but_what_others_say_holds_in_each() -> None:
    first = with_facts(onset=one("onset", "compatible"), course=one("course", "improved"))
    second = with_facts(
        onset=one("onset", "not_coherent"),
        course=one("course", "not_improved"),
        alternative=one("alternative", "ruled_out"),
    )
    together = any_of([first, second])
    facts = {
        **together.facts,
        "alternative": one("alternative", "possible"),
        "placebo": replace(one("placebo", "recurred"), origin="stated"),
    }
    scored, *worlds = replace(together, facts=facts).worlds()
    assert scored["onset"] == ("not_coherent",)
    assert scored["course"] == ("unknown",)
    assert [(w["onset"], w["course"]) for w in worlds] == [
        (("compatible",), ("improved",)),
        (("not_coherent",), ("not_improved",)),
    ]
    for world in (scored, *worlds):
        assert world["alternative"] == ("possible",)
        assert world["placebo"] == ("recurred",)


def test_without_other_readings_there_is_one_world() -> None:
    fact = replace(one("onset", "compatible"), possible=("suggestive",))
    (world,) = with_facts(onset=fact).worlds()
    assert world["onset"] == ("suggestive", "compatible")


# The order of the doses


def test_doses_in_a_known_order_leave_all_as_it_is() -> None:
    assert with_order_open(PLAIN, [], {"d1"}) is PLAIN


@pytest.mark.parametrize("pair", [(FIRST, SECOND), (SECOND, FIRST)])
def test_an_open_order_of_the_first_doses_leaves_open_what_rests_on_it(
    pair: tuple[Exposure, Exposure],
) -> None:
    several = replace(PLAIN, choices=(PLAIN.facts, PLAIN.facts))
    found = with_order_open(several, [(LATER, LATER), pair], {"d1"})
    assert found.choices == ()  # any value goes with any other now
    for name, fact in found.facts.items():
        before = PLAIN.facts[name]
        assert fact.value == before.value
        if name in ORDERED:
            assert set(open_values(name)) <= set(fact.possible)
            assert fact.possible == in_order(name, set(fact.possible))
        else:
            assert fact == before
    flagged = [n for n, f in found.facts.items() if ("order_of_doses_open", {}) in f.flags]
    assert flagged == ["rechallenge"]


@pytest.mark.parametrize("value", [v for v in FACTS["rechallenge"] if v != "positive"])
def test_an_open_order_of_later_doses_leaves_only_the_re_exposure_open(value: str) -> None:
    before = with_facts(rechallenge=one("rechallenge", value))
    found = with_order_open(before, [(SECOND, LATER)], {"d1"})
    assert found.facts["rechallenge"].value == value
    assert found.facts["rechallenge"].possible == FACTS["rechallenge"]
    assert {n for n in FACTS if found.facts[n] != before.facts[n]} == {"rechallenge"}


def test_a_positive_re_exposure_is_so_in_any_order_of_later_doses() -> None:
    positive = with_facts(rechallenge=one("rechallenge", "positive"))
    assert with_order_open(positive, [(SECOND, LATER)], {"d1"}) is positive
    perhaps = replace(one("rechallenge", "positive"), possible=("positive", "uninformative"))
    found = with_order_open(with_facts(rechallenge=perhaps), [(SECOND, LATER)], {"d1"})
    assert found.facts["rechallenge"].possible == FACTS["rechallenge"]


def test_no_fact_of_the_order_is_one_that_its_default_closes() -> None:
    assert not ORDERED & CLOSED_AT_DEFAULT
    assert all(default(name) == "unknown" for name in ORDERED)


def test_a_single_value_that_is_possible_is_the_answer() -> None:
    assert among("course", {"improved"}, "rule").value == "improved"
    assert among("course", {"improved", "not_improved"}, "rule").value == "unknown"
