"""Every method on the published cases, from the same facts."""

from functools import cache

import pytest

from causality.assessment.assess import Assessment, CaseAssessment, assess_case, make_method
from causality.case.reader import parse_case
from causality.cli.example import example_names, example_text
from causality.knowledge.load import load_knowledge
from causality.scoring.load import default_algorithms
from tests.support import case_of

RECOVERED_AND_BIOPSIED = "@e1.recovered,@biopsy"
ALL = default_algorithms()


@cache
def assessed(name: str, as_of: str | None = None) -> CaseAssessment:
    case = parse_case(example_text(name), name)
    return assess_case(case, make_method(ALL, load_knowledge(), {}), as_of=as_of)


def of(result: CaseAssessment, drug: str, reaction: str, algorithm: str) -> Assessment:
    pair = next(p for p in result.pairs if p.evidence.key == (drug, reaction))
    return next(a for a in pair.assessments if a.algorithm.id == algorithm)


def reference(algorithm: str, as_of: str | None = None) -> Assessment:
    return of(assessed("lenalidomide", as_of), "len", "lcv", algorithm)


def codes(entry: Assessment, *questions: str) -> list[str]:
    return [str(entry.score.item(name).code) for name in questions]


def test_naranjo_of_the_reference_case_is_4_possible_then_6_probable() -> None:
    first, last = reference("naranjo", RECOVERED_AND_BIOPSIED), reference("naranjo")
    assert (first.score.total, first.score.category) == (4, "possible")
    assert (last.score.total, last.score.category) == (6, "probable")


def test_who_umc_of_the_reference_case_is_possible_then_probable() -> None:
    assert reference("who-umc", RECOVERED_AND_BIOPSIED).score.category == "possible"
    assert reference("who-umc").score.category == "probable"


def test_liverpool_of_the_reference_case_is_possible_both_times() -> None:
    for moment in (RECOVERED_AND_BIOPSIED, None):
        entry = reference("liverpool", moment)
        assert entry.score.category == "possible"
        assert [item.question for item in entry.score.items] == ["q1", "q2", "q4", "q6", "q7"]
        assert "disease_not_excluded" in entry.score.flags


@pytest.mark.parametrize(
    ("algorithm", "moment", "scores", "category"),
    [
        ("french-1985", RECOVERED_AND_BIOPSIED, ["C1", "S1", "B1-B2"], "I1"),
        ("french-1985", None, ["C3", "S1", "B1-B2"], "I3"),
        ("french-2011", RECOVERED_AND_BIOPSIED, ["C1", "S1", "B2"], "I1"),
        ("french-2011", None, ["C3", "S1", "B2"], "I4"),
    ],
)
def test_french_methods_of_the_reference_case(
    algorithm: str, moment: str | None, scores: list[str], category: str
) -> None:
    entry = reference(algorithm, moment)
    assert codes(entry, "chronology", "semiological_score", "bibliography") == scores
    assert entry.score.category == category


def test_range_of_the_reference_case_and_what_would_make_it_definite() -> None:
    entry = reference("sefv-h")
    assert (entry.range.total_min, entry.range.total_max) == (5, 10)
    pair = next(p for p in assessed("lenalidomide").pairs if p.evidence.key == ("len", "lcv"))
    first = pair.questions[0]
    assert first.fact.name == "alternative"
    settled = {a.value: a.effects[0] for a in first.answers}
    assert (settled["ruled_out"].total, settled["ruled_out"].category) == (9, "definite")


def test_anti_tuberculosis_case_has_two_culprits_and_two_bystanders() -> None:
    result = assessed("antituberculosis-rechallenge")
    scores = {pair.evidence.drug.name: pair.assessments[0].score for pair in result.pairs}
    rank = result.method.algorithms[0].rank
    for culprit in ("rifampicin", "pyrazinamide"):
        assert rank(scores[culprit].category) >= rank("probable")
        assert str(scores[culprit].item("rechallenge_effect").code) == "1"
    for bystander in ("isoniazid", "ethambutol"):
        assert rank(scores[bystander].category) <= rank("possible")


def test_a_vaccine_comes_before_long_standing_lenalidomide() -> None:
    result = assessed("mmr-on-lenalidomide")
    leading = result.ranking[0].entries[0]
    assert leading.rank == 1
    assert "vaccine" in leading.names[0]
    assert [e.rank for e in result.ranking[0].entries if "lenalidomide" in e.names] != [1]


def test_warfarin_after_four_years_is_not_blocked_by_its_latency() -> None:
    result = assessed("warfarin-late")
    entry = of(result, "war", "lcv", "sefv-h")
    assert codes(entry, "temporal_sequence", "rechallenge_effect") == ["1", "1"]
    assert entry.score.category in {"probable", "definite"}


def test_a_case_that_says_nothing_is_nowhere_possible() -> None:
    case = case_of("""
case_id: empty
drugs: [{id: d, name: zzz}]
reactions: [{id: r, term: zzz, episodes: [{id: e}]}]
""")
    result = assess_case(case, make_method(ALL, load_knowledge(), {}))
    assert [pair.evidence.key for pair in result.pairs] == [("d", "r")]
    for pair in result.pairs:
        assert {name for name, fact in pair.evidence.facts.items() if fact.known} <= CLOSED
        for entry in pair.assessments:
            level = entry.algorithm.level(entry.score.category)
            assert level in (None, 0), entry.algorithm.id
            assert not any(item.points for item in entry.score.items)


CLOSED = {
    "rechallenge",
    "drug_test",
    "drug_level",
    "placebo",
    "worsened_preexisting",
    "follow_up",
    "suspected",
}


@pytest.mark.parametrize("name", example_names())
def test_the_range_holds_the_result_in_every_method(name: str) -> None:
    for pair in assessed(name).pairs:
        for entry in pair.assessments:
            rank = entry.algorithm.rank
            least, most = rank(entry.range.category_min), rank(entry.range.category_max)
            assert least <= rank(entry.score.category) <= most
            if entry.score.total is not None:
                low, high = entry.range.points
                assert low <= entry.score.total <= high
