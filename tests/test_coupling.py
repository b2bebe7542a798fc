"""The suspects of one case as alternatives to each other (DESIGN section 5, rule 4)."""

from dataclasses import replace
from itertools import permutations
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.assessment.assess import AssessedPair, assess_case, make_method
from causality.case.model import Drug, Episode, Reaction
from causality.coupling import couple
from causality.evidence.fact import Fact, not_reported, settled
from causality.evidence.pair import PairEvidence
from causality.knowledge.load import load_knowledge
from causality.measures.values import OnsetMeasures, RechallengeMeasures, WithdrawalMeasures
from causality.scoring.engine import Scorer, score
from causality.scoring.load import load_algorithm
from causality.scoring.ranges import RangeFinder
from causality.terms.facts import FACTS
from tests.support import case_of

KNOWLEDGE = load_knowledge()
RULE = KNOWLEDGE.coupling
SEFV_H = load_algorithm(RULE.algorithm)[0]
SCORER = Scorer(SEFV_H, {}, without=RULE.without)
RANGES = RangeFinder(SEFV_H, {}, without=RULE.without)
METHOD = make_method(["sefv-h"], KNOWLEDGE, {})
Role = Literal["suspect", "concomitant", "interacting", "not_administered"]

# Facts that give so many points without the item of alternative causes.
WORTH: dict[int, dict[str, str]] = {
    -1: {"prior_knowledge": "contradicted"},
    0: {"prior_knowledge": "none_found", "action": "withdrawn"},
    1: {"prior_knowledge": "occasional"},
    2: {"onset": "compatible"},
    3: {"onset": "compatible", "prior_knowledge": "occasional"},
    4: {"onset": "compatible", "prior_knowledge": "well_known"},
    5: {"onset": "compatible", "prior_knowledge": "well_known", "contributing_factor": "yes"},
}


def pair(
    drug: str,
    points: int,
    *,
    alternative: Fact | None = None,
    role: Role = "suspect",
    reaction: str = "r",
    episode: str = "e",
    own: tuple[str, ...] = (),
    **values: str,
) -> PairEvidence:
    """A pair that scores so many points without its alternatives."""
    known = {**WORTH[points], **values}
    facts = {
        name: settled(name, known[name], "t") if name in known else not_reported(name)
        for name in FACTS
    }
    nondrug = alternative or facts["alternative"]
    facts["alternative"] = nondrug
    facts["alternative_nondrug"] = replace(nondrug, name="alternative_nondrug")
    return PairEvidence(
        drug=Drug(id=drug, name=drug, role=role),
        reaction=Reaction(id=reaction, term="purpura"),
        facts=facts,
        onset=OnsetMeasures(starts=()),
        withdrawal=WithdrawalMeasures(),
        rechallenge=RechallengeMeasures(),
        findings=(),
        workup=(),
        index=Episode(id=episode),
        own_drugs=frozenset((drug, *own)),
    )


def coupled(*found: PairEvidence) -> dict[str, str]:
    return {p.key[0]: p.facts["alternative"].value for p in couple(found, RULE, SCORER, RANGES)}


@pytest.mark.parametrize("points", WORTH)
def test_the_scale_of_these_tests_is_right(points: int) -> None:
    facts = {name: fact.value for name, fact in pair("a", points).facts.items()}
    assert score(SEFV_H, facts, {}, without="alternative_causes").total == points


@pytest.mark.parametrize(
    ("own", "rival", "value"),
    [
        (4, 0, "not_assessed"),
        (4, 1, "not_assessed"),  # -3: no effect
        (4, 2, "possible"),  # -2
        (2, 1, "possible"),
        (2, 2, "possible"),
        (2, 3, "possible"),
        (2, 4, "possible"),  # 2
        (2, 5, "more_likely"),  # 3
        (-1, 5, "more_likely"),
    ],
)
def test_rival_minus_own_decides(own: int, rival: int, value: str) -> None:
    assert coupled(pair("a", own), pair("b", rival))["a"] == value


@given(st.lists(st.sampled_from(sorted(WORTH)), min_size=1, max_size=5), st.data())
def test_order_of_the_drugs_cannot_matter(points: list[int], data: st.DataObject) -> None:
    found = [pair(f"drug-{n}", p) for n, p in enumerate(points)]
    order = data.draw(st.permutations(range(len(found))))
    first = {p.key: p.facts["alternative"] for p in couple(found, RULE, SCORER, RANGES)}
    turned = couple([found[n] for n in order], RULE, SCORER, RANGES)
    assert {p.key: p.facts["alternative"] for p in turned} == first


@given(st.lists(st.sampled_from(sorted(WORTH)), min_size=2, max_size=5))
def test_each_suspect_is_judged_by_its_strongest_rival(points: list[int]) -> None:
    found = [pair(f"drug-{n}", p) for n, p in enumerate(points)]
    values = coupled(*found)
    for n, own in enumerate(points):
        best = max(p for m, p in enumerate(points) if m != n) - own
        wanted = "more_likely" if best >= 3 else "possible" if best >= -2 else "not_assessed"
        assert values[f"drug-{n}"] == wanted


def test_a_rival_of_which_nothing_is_known_takes_no_point_and_stays_possible() -> None:
    unknown = [pair(drug, 0, action="unknown", rechallenge="not_done") for drug in "ab"]
    assert coupled(*unknown) == {"a": "not_assessed", "b": "not_assessed"}
    (first, _) = couple(unknown, RULE, SCORER, RANGES)
    assert set(first.facts["alternative"].possible) == set(FACTS["alternative"])
    known = pair("b", 1, action="unknown")
    assert coupled(unknown[0], known) == {"a": "possible", "b": "not_assessed"}


def test_two_suspects_of_which_nothing_is_known_cannot_be_classified() -> None:
    case = case_of("""
case_id: T
drugs: [{id: a, name: zzz}, {id: b, name: yyy}]
reactions: [{id: r, term: purpura, episodes: [{id: e}]}]
""")
    for assessed in assess_case(case, METHOD).pairs:
        (assessment,) = assessed.assessments
        assert (assessment.score.total, assessment.score.flags) == (0, ("insufficient",))


def test_a_suspect_alone_has_no_rival() -> None:
    assert coupled(pair("a", 0)) == {"a": "not_assessed"}


@pytest.mark.parametrize("onset", ["before_exposure", "incompatible"])
def test_a_rival_out_of_the_window_does_not_count(onset: str) -> None:
    rival = pair("b", 5, onset=onset, rechallenge="positive")
    assert coupled(pair("a", 0), rival)["a"] == "not_assessed"


@pytest.mark.parametrize("onset", ["not_coherent", "after_unspecified", "unknown"])
def test_a_rival_whose_onset_is_not_excluded_counts(onset: str) -> None:
    rival = pair("b", 4, onset=onset, rechallenge="positive")
    assert coupled(pair("a", 0), rival)["a"] == "more_likely"


@pytest.mark.parametrize(
    ("role", "value"),
    [
        ("suspect", "more_likely"),
        ("interacting", "more_likely"),
        ("concomitant", "not_assessed"),
        ("not_administered", "not_assessed"),
    ],
)
def test_only_suspects_and_interacting_drugs_are_rivals(role: Role, value: str) -> None:
    assert coupled(pair("a", 0), pair("b", 5, role=role))["a"] == value


def test_rivals_are_weighed_for_the_same_reaction_only() -> None:
    assert coupled(pair("a", 0), pair("b", 5, reaction="q"))["a"] == "not_assessed"


def test_another_entry_of_the_same_substance_is_no_rival() -> None:
    found = coupled(pair("a", 0, own=("b",)), pair("b", 5, own=("a",)))
    assert found == {"a": "not_assessed", "b": "not_assessed"}


@pytest.mark.parametrize(
    ("own", "value"),
    [
        ("more_likely", "more_likely"),
        ("possible", "possible"),
        ("ruled_out", "possible"),
        ("not_assessed", "possible"),
    ],
)
def test_a_possible_rival_leaves_stronger_diseases_as_they_are(own: str, value: str) -> None:
    mine = pair("a", 2, alternative=settled("alternative", own, "t"))
    assert coupled(mine, pair("b", 2))["a"] == value


@pytest.mark.parametrize("rival", [-1, 2, 5])
def test_other_suspects_never_touch_the_fact_about_diseases(rival: int) -> None:
    for own in FACTS["alternative"]:
        mine = pair("a", 2, alternative=settled("alternative", own, "t"))
        result = couple([mine, pair("b", rival)], RULE, SCORER, RANGES)[0]
        assert result.facts["alternative_nondrug"] == mine.facts["alternative_nondrug"]


@pytest.mark.parametrize("value", FACTS["alternative"])
def test_a_decision_about_the_alternatives_is_kept(value: str) -> None:
    stated = replace(settled("alternative", value, "stated.by_person"), origin="stated")
    result = couple([pair("a", -1, alternative=stated), pair("b", 5)], RULE, SCORER, RANGES)[0]
    assert result.facts["alternative"] == stated


def test_own_alternatives_of_a_rival_do_not_weaken_it() -> None:
    doubtful = settled("alternative", "more_likely", "t")
    assert coupled(pair("a", 0), pair("b", 3, alternative=doubtful))["a"] == "more_likely"


def test_every_other_fact_stays_as_it_was() -> None:
    before = [pair("a", 0), pair("b", 5)]
    for old, new in zip(before, couple(before, RULE, SCORER, RANGES), strict=True):
        assert {n: f for n, f in new.facts.items() if n != "alternative"} == {
            n: f for n, f in old.facts.items() if n != "alternative"
        }


# In a case

DRUGS = {
    "a": "{id: a, name: aaa, exposures: [{start: 2018-01-01, stop: 2018-01-12}]}",
    "b": "{id: b, name: vancomycin, exposures: [{start: 2018-01-03, stop: 2018-01-15}]}",
    "c": "{id: c, name: ccc, role: interacting, exposures: [{start: 2018-01-10}]}",
    "late": "{id: late, name: ddd, exposures: [{start: 2018-02-01, stop: 2018-02-05}]}",
}


def assessed(*names: str, more: str = "", **changed: str) -> dict[str, AssessedPair]:
    drugs = {**DRUGS, **changed}
    lines = "\n".join(f"  - {drugs[name]}" for name in names)
    case = case_of(f"""
case_id: coupling
drugs:
{lines}
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes: [{{id: e, onset: 2018-01-11, recovered: 2018-01-30}}]
{more}
""")
    return {p.evidence.key[0]: p for p in assess_case(case, METHOD).pairs}


def test_order_of_the_drugs_in_the_file_changes_no_fact_and_no_total() -> None:
    shown = []
    for order in permutations(DRUGS):
        pairs = assessed(*order)
        shown.append(
            {
                name: (
                    dict(found.evidence.facts),
                    found.assessments[0].score.total,
                    found.assessments[0].range,
                )
                for name, found in pairs.items()
            }
        )
    assert all(other == shown[0] for other in shown[1:])


def test_a_drug_begun_after_the_reaction_makes_no_suspect_less_likely() -> None:
    alone, both = assessed("a"), assessed("a", "late")
    assert alone["a"].evidence.facts == both["a"].evidence.facts


def test_a_rival_is_named_with_the_fact() -> None:
    fact = assessed("a", "b")["a"].evidence.facts["alternative"]
    assert fact.flags == (("rival_possible", {"drugs": ("b",)}),)


# Stopped together


def remark(pairs: dict[str, AssessedPair], drug: str) -> tuple[object, ...] | None:
    for code, params in pairs[drug].evidence.facts["action"].flags:
        if code == "dechallenge_does_not_discriminate":
            drugs = params["drugs"]
            assert isinstance(drugs, tuple)
            return drugs
    return None


@pytest.mark.parametrize(
    ("stop", "flagged"),
    [
        ("2018-01-09", True),
        ("2018-01-08", False),
        ("2018-01-12", True),
        ("2018-01-15", True),
        ("2018-01-16", False),
        ("2018-01", False),
        ("2018-01-10/2018-01-14", True),
        ("2018-01-10/2018-01-20", False),
    ],
)
def test_suspects_stopped_within_3_days_of_each_other_are_flagged(stop: str, flagged: bool) -> None:
    other = f"{{id: b, name: bbb, exposures: [{{start: 2018-01-02, stop: {stop}}}]}}"
    pairs = assessed("a", "b", b=other)
    assert (remark(pairs, "a") is not None) is flagged
    assert (remark(pairs, "b") is not None) is flagged


def test_the_drugs_stopped_together_are_named_and_not_the_others() -> None:
    pairs = assessed("a", "b", "c", "late")
    assert remark(pairs, "a") == ("vancomycin",)
    assert remark(pairs, "b") == ("aaa",)
    assert remark(pairs, "c") is None
    assert remark(pairs, "late") is None


def test_a_drug_that_went_on_shares_no_dechallenge() -> None:
    other = "{id: b, name: bbb, exposures: [{start: 2018-01-02, ongoing: true}]}"
    assert remark(assessed("a", "b", b=other), "a") is None


def test_a_concomitant_drug_stopped_together_is_not_named() -> None:
    other = (
        "{id: b, name: bbb, role: concomitant, exposures: [{start: 2018-01-02, stop: 2018-01-12}]}"
    )
    assert remark(assessed("a", "b", b=other), "a") is None
