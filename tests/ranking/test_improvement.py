"""What an improvement is said to show, and what it is not said to show."""

import pytest

from causality.assessment.assess import CaseAssessment, assess_case, make_method
from causality.knowledge.load import load_knowledge
from causality.ranking.entries import Entry, Statement
from causality.ranking.improvement import improvement
from causality.wording.pair_words import PairWords
from causality.wording.ranking_words import RankingWords
from causality.wording.sentences import Sentences
from causality.words import LANGUAGES, Language, Words
from tests.support import case_of

METHOD = make_method(["sefv-h"], load_knowledge(), {})
ONE = """
case_id: one
drugs: [{{id: d, name: zzz, role: suspect, exposures: [{exposure}]}}{more}]
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes: [{{id: e, onset: 2024-02-10, recovered: 2024-02-25, outcome: recovered{said}}}]
"""
EXPOSURE = "{start: 2024-02-01, stop: 2024-02-11}"
UNTREATED = ", treatment: none"
LATER = ", {id: b, name: yyy, role: suspect, exposures: [{start: 2022-01-01, stop: %s}]}"


def assessed(exposure: str = EXPOSURE, said: str = "", more: str = "") -> CaseAssessment:
    return assess_case(case_of(ONE.format(exposure=exposure, said=said, more=more)), METHOD)


def reason(result: CaseAssessment) -> Statement:
    found = result.ranking[0].conclusion
    assert found is not None
    assert found.reason is not None
    return found.reason


def concluded(result: CaseAssessment, language: Language = "en") -> str:
    found = result.ranking[0].conclusion
    assert found is not None
    return RankingWords(Sentences(Words(language), result)).conclusion(found)


def remarks(statement: Statement) -> set[str]:
    return {code for code, _ in statement.remarks}


def test_treatment_is_said_to_be_absent_only_where_the_file_says_so() -> None:
    assert "with no treatment" in concluded(assessed(said=UNTREATED))
    assert "treatment not reported" in concluded(assessed())
    treated = assessed(said=", treatment: [{drug: colchicine, start: 2024-02-12}]")
    (entry,) = treated.ranking[0].entries
    assert reason(treated).code == "reason.onset"  # the treatment takes from the improvement
    assert "with no treatment" not in concluded(treated)
    assert [s.fact for s in entry.columns.for_] == ["onset", "course"]


@pytest.mark.parametrize(
    ("stop", "remark"),
    [
        ("2024-02-18", "reason.others_withdrawn"),
        ("2024-01-20", "reason.no_other_withdrawn"),  # it had ended before the reaction
        ("2024-03-20", "reason.no_other_withdrawn"),  # given until after the improvement
    ],
)
def test_another_withdrawal_is_named_where_it_came_before_the_improvement(
    stop: str, remark: str
) -> None:
    result = assessed(said=UNTREATED, more=LATER % stop)
    pairs = {str(p.evidence.drug.id): p.evidence for p in result.pairs}
    found = improvement(pairs["d"], [pairs["b"]])
    assert found is not None
    assert remark in remarks(found.statement)
    assert found.clean is (remark == "reason.no_other_withdrawn")


@pytest.mark.parametrize(
    ("exposure", "code"),
    [
        ("{start: 2024-01-20, stop: 2024-01-28}", "reason.dechallenge_ended"),
        ("{start: 2024-02-01, stop: 2024-02-01, administrations: 1}", "reason.dechallenge_single"),
        (EXPOSURE, "reason.dechallenge"),
    ],
)
def test_what_had_ended_before_the_reaction_was_not_withdrawn_from_it(
    exposure: str, code: str
) -> None:
    (pair,) = assessed(exposure, UNTREATED).pairs
    found = improvement(pair.evidence, ())
    assert found is not None
    assert (found.statement.code, found.clean) == (code, code == "reason.dechallenge")


def test_dates_that_leave_open_whether_it_had_ended_are_said_to() -> None:
    text = ONE.format(exposure="{start: 2024-01-20, stop: 2024-02-09}", said="", more="")
    result = assess_case(case_of(text.replace("onset: 2024-02-10", "onset: 2024-02")), METHOD)
    found = improvement(result.pairs[0].evidence, ())
    assert found is not None
    assert (found.statement.code, found.clean) == ("reason.dechallenge_perhaps_ended", False)


def test_a_course_that_had_ended_is_said_to_have_ended_beside_the_improvement() -> None:
    result = assessed("{start: 2024-01-20, stop: 2024-01-28}", UNTREATED)
    (entry,) = result.ranking[0].entries
    told = [Sentences(Words("en"), result).statement(s) for s in entry.columns.for_]
    assert any("the course had ended before the reaction began" in text for text in told)


def test_an_improvement_is_no_reason_for_a_drug_begun_after_the_reaction() -> None:
    result = assessed("{start: 2024-02-12, stop: 2024-02-20}", UNTREATED)
    found = result.ranking[0].conclusion
    assert found is not None
    assert found.reason is None or not found.reason.code.startswith("reason.dechallenge")


def against(entry: Entry) -> list[str]:
    return [s.code for s in entry.columns.against]


@pytest.mark.parametrize(
    ("exposure", "actions"),
    [
        ("{start: 2024-01-01, ongoing: true}", "continued"),
        ("{start: 2024-01-01, stop: 2024-03-20}", "withdrawn"),
    ],
)
def test_an_improvement_on_the_drug_is_said_to_have_come_on_the_drug(
    exposure: str, actions: str
) -> None:
    result = assessed(exposure, f"{UNTREATED}, actions: {{d: {actions}}}")
    (entry,) = result.ranking[0].entries
    assert against(entry) == ["ranking.improved_on"]
    told = [Sentences(Words("es"), result).statement(s) for s in entry.columns.against]
    assert told == ["Mejoró aunque se mantuvo el fármaco, sin otra cosa que lo explique."]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("exposure", "outcome", "asked"),
    [
        ("{start: 2024-02-01, ongoing: true}", "recovered: 2024-02-25", True),
        (EXPOSURE, "outcome: not_recovered", False),
    ],
)
def test_what_explains_an_improvement_is_not_asked_of_one_that_did_not_come(
    exposure: str, outcome: str, language: Language, *, asked: bool
) -> None:
    text = ONE.format(exposure=exposure, said="", more="")
    text = text.replace("recovered: 2024-02-25, outcome: recovered", outcome)
    result = assess_case(case_of(text), METHOD)
    words, (pair,) = Words(language), result.pairs
    about, (entry,) = PairWords(Sentences(words, result)), pair.assessments
    told = [about.because(item, entry, pair) for item in entry.score.items]
    assert any(words("fact.improvement_explained_by") in line for line in told) is asked
