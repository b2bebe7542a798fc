"""What a conclusion and the columns say is true of every drug that leads, and said once."""

import pytest

from causality.assessment.assess import CaseAssessment, assess_case, make_method
from causality.knowledge.load import load_knowledge
from causality.ranking.entries import Statement
from causality.wording.ranking_words import RankingWords
from causality.wording.sentences import Sentences
from causality.words import Words
from tests.support import case_of

KNOWLEDGE = load_knowledge()
METHOD = make_method(["sefv-h"], KNOWLEDGE, {})
TIED = """
case_id: tied
drugs:
  - {id: a, name: ciprofloxacin, role: suspect, exposures: [{start: 2023-04-03, stop: 2023-04-12}]}
  - {id: b, name: ibuprofen, role: suspect, exposures: [{start: 2023-04-05, stop: 2023-04-12}]}
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes:
      - {id: e, onset: 2023-04-11, recovered: 2023-04-25, outcome: recovered, treatment: none}
"""
TREATED = """
case_id: treated
drugs:
  - {id: d, name: amoxicillin, role: suspect, exposures: [{start: 2024-03-04, stop: 2024-03-10}]}
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes:
      - id: e
        onset: 2024-03-10
        recovered: 2024-03-21
        outcome: recovered
        actions: {d: withdrawn}
        treatment: [{drug: prednisone, start: 2024-03-11}]
conditions: [{id: c, term: pharyngitis, periods: [{start: 2024-02-28, stop: 2024-03-12}]}]
"""


def concluded(text: str) -> tuple[CaseAssessment, str]:
    result = assess_case(case_of(text), METHOD)
    found = result.ranking[0].conclusion
    assert found is not None
    return result, RankingWords(Sentences(Words("en"), result)).conclusion(found)


def test_the_interval_of_each_of_two_tied_drugs_is_its_own() -> None:
    assert "the interval fits (days: ciprofloxacin 8, ibuprofen 6)" in concluded(TIED)[1]


def test_a_doubt_that_is_true_of_one_tied_drug_only_is_told_with_its_name() -> None:
    doubted = """
assessor:
  - {pair: [a, r], fact: prior_knowledge, value: contradicted, reason: seen}
  - {pair: [a, r], fact: contributing_factor, value: "yes", reason: seen}
  - {pair: [a, r], fact: drug_test, value: positive, reason: seen}
  - {pair: [b, r], fact: prior_knowledge, value: occasional, reason: seen}
"""
    text = concluded(TIED + doubted)[1]
    assert text.startswith("ciprofloxacin, ibuprofen: ")
    assert "Main doubt: ciprofloxacin: what is known speaks against" in text


@pytest.mark.parametrize(
    ("onset", "exposure", "doubt"),
    [
        ("", "{}", "doubt.onset_unknown"),
        ("onset: 2019", "{start: 2019, stop: 2019}", "doubt.order_unknown"),
        ("onset: {after: [x.start]}", "{id: x}", "doubt.interval_unknown"),
    ],
)
def test_dates_that_are_not_known_are_a_larger_doubt_than_other_causes(
    onset: str, exposure: str, doubt: str
) -> None:
    episode = f"{{id: e, {onset}}}" if onset else "{id: e}"
    result, _ = concluded(
        f"""
case_id: nothing
drugs: [{{id: d, name: zzz, role: suspect, exposures: [{exposure}]}}]
reactions: [{{id: r, term: leukocytoclastic vasculitis, episodes: [{episode}]}}]
"""
    )
    found = result.ranking[0].conclusion
    assert found is not None
    assert found.doubt is not None
    assert found.doubt.code == doubt


def codes(statements: tuple[Statement, ...]) -> list[str]:
    return [statement.code for statement in statements]


def test_an_improvement_that_is_not_credited_is_no_reason_for_the_drug() -> None:
    discounted = make_method(["sefv-h"], KNOWLEDGE, {"treated_dechallenge": "discounted"})
    for method, column in ((METHOD, "for_"), (discounted, "not_known")):
        result = assess_case(case_of(TREATED), method)
        (entry,) = [e for e in result.ranking[0].entries if e.drugs]
        found = {
            name: [
                c for c in codes(getattr(entry.columns, name)) if "course" in c or "steroid" in c
            ]
            for name in ("for_", "against", "not_known")
        }
        assert [name for name, told in found.items() if told] == [column]
        told = " ".join(
            Sentences(Words("en"), result).statement(s) for s in getattr(entry.columns, column)
        )
        assert ("not credited" in told) == (method is discounted)


def test_active_disease_for_less_time_than_the_reaction_took_decides_nothing() -> None:
    result = assess_case(case_of(TREATED), METHOD)
    (comparison,) = result.ranking[0].comparisons
    (cell,) = [c for c in comparison.contrast.cells if (c.drug, c.condition) == ("off", "active")]
    assert (cell.days.latest, cell.reading) == (5, "shorter_than_latency")
    (cause,) = [e for e in result.ranking[0].entries if e.cause]
    assert not [c for c in codes(cause.columns.against) if c.startswith("reading.")]


def test_times_that_tell_the_same_are_one_sentence_with_the_days_of_the_table() -> None:
    result = assess_case(
        case_of(
            """
case_id: twice
drugs:
  - id: d
    name: zzz
    role: suspect
    exposures: [{start: 2018-03-01, stop: 2018-03-10}, {start: 2018-09-01, stop: 2018-09-30}]
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes: [{id: e, onset: 2018-03-08, recovered: 2018-03-20}]
conditions:
  - {id: c, term: multiple myeloma, periods: [{start: 2018-01-01, ongoing: true, activity: active}]}
"""
        ),
        METHOD,
    )
    (cause,) = [e for e in result.ranking[0].entries if e.cause]
    (told,) = [s for s in cause.columns.against if s.code == "reading.off_active_none"]
    (comparison,) = result.ranking[0].comparisons
    (cell,) = [c for c in comparison.contrast.cells if (c.drug, c.condition) == ("off", "active")]
    assert told.params["days"] == str(cell.days.earliest)
    assert len(comparison.contrast.stretches) > 1
