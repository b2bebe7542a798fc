"""Open questions: which, in what order, and what each answer would give."""

from functools import cache

import pytest

from causality.assessment.assess import (
    AssessedPair,
    CaseAssessment,
    assess_case,
    make_method,
    parse_overrides,
)
from causality.case.reader import parse_case
from causality.cli.example import example_names, example_text
from causality.inquiry.questions import wording
from causality.knowledge.load import load_knowledge
from causality.scoring.load import default_algorithms
from causality.terms.facts import FACTS, default
from causality.words import LANGUAGES, Words
from tests.support import case_of

KNOWLEDGE = load_knowledge()
REFERENCE = "lenalidomide"


@cache
def assessed(name: str, *what_if: str) -> CaseAssessment:
    case = parse_case(example_text(name), name)
    method = make_method(default_algorithms(), KNOWLEDGE, {})
    return assess_case(case, method, overrides=parse_overrides(what_if, case))


def pair_of(result: CaseAssessment, drug: str, reaction: str) -> AssessedPair:
    return next(p for p in result.pairs if p.evidence.key == (drug, reaction))


def reference_pair() -> AssessedPair:
    return pair_of(assessed(REFERENCE), "len", "lcv")


def plain(more: str = "", episode: str = "") -> AssessedPair:
    case = case_of(f"""
case_id: q
drugs:
  - id: d
    name: zzz
    exposures: [{{start: 2018-01-01, stop: 2018-01-12}}]
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes: [{{id: e, onset: 2018-01-11{episode}}}]
{more}
""")
    method = make_method(default_algorithms(), KNOWLEDGE, {})
    return assess_case(case, method).pairs[0]


def test_the_myeloma_is_the_question_that_would_settle_the_reference_case() -> None:
    first = reference_pair().questions[0]
    assert first.fact.name == "alternative"
    assert first.alternatives == ("plasma_cell_disease",) or len(first.alternatives) == 1
    gives = {a.value: (a.effects[0].total, a.effects[0].category) for a in first.answers}
    assert gives["ruled_out"] == (9, "definite")
    assert gives["more_likely"] == (5, "possible")
    assert first.tests


def test_questions_come_in_order_of_how_far_they_move_the_category() -> None:
    for name in example_names():
        for pair in assessed(name).pairs:
            steps = [question.steps for question in pair.questions]
            assert steps == sorted(steps, reverse=True)


def test_an_answer_gives_what_assessing_with_it_gives() -> None:
    checked = 0
    for pair in assessed("mmr-on-lenalidomide").pairs:
        drug, reaction = pair.evidence.key
        for question in pair.questions:
            if question.fact.name == "alternative":  # an answer about diseases, not a decision
                continue
            for answer in question.answers:
                what_if = f"{drug}/{reaction}:{question.fact.name}={answer.value}"
                again = pair_of(assessed("mmr-on-lenalidomide", what_if), drug, reaction)
                wanted = [(e.score.total, e.score.category, e.range) for e in again.assessments]
                got = [(e.total, e.category, e.range) for e in answer.effects]
                assert got == wanted, what_if
                checked += 1
    assert checked > 10


def test_an_answer_about_diseases_leaves_the_other_suspects_counted_in() -> None:
    pair = pair_of(assessed("mmr-on-lenalidomide"), "len", "lcv")
    question = next(q for q in pair.questions if q.id == "alternative_known")
    gives = {answer.value: answer.effects[0].total for answer in question.answers}
    assert gives["ruled_out"] == gives["possible"]  # the vaccine stays a possible cause


@pytest.mark.parametrize("name", example_names())
def test_what_an_answer_leaves_open_lies_in_what_was_open(name: str) -> None:
    for pair in assessed(name).pairs:
        for question in pair.questions:
            for answer in question.answers:
                for effect, entry in zip(answer.effects, pair.assessments, strict=True):
                    if entry.range.total_min is None:
                        continue
                    low, high = entry.range.points
                    assert low <= effect.range.points[0] <= effect.range.points[1] <= high


@pytest.mark.parametrize("name", example_names())
def test_only_what_is_open_and_matters_is_asked(name: str) -> None:
    for pair in assessed(name).pairs:
        asked = [question.fact.name for question in pair.questions]
        assert len(asked) == len(set(asked))
        for question in pair.questions:
            assert not question.fact.known or len(pair.evidence.worlds()) > 1
            assert question.fact.origin != "stated"
            now = [(e.score.total, e.score.category, e.range) for e in pair.assessments]
            assert any(
                [(e.total, e.category, e.range) for e in answer.effects] != now
                for answer in question.answers
            )


def test_a_decided_fact_is_not_asked_about() -> None:
    pair = pair_of(assessed(REFERENCE, "contributing_factor=no"), "len", "lcv")
    assert "contributing_factor" not in {q.fact.name for q in pair.questions}


def test_a_drug_never_given_again_raises_no_question_about_re_exposure() -> None:
    pair = plain()
    assert pair.evidence.facts["rechallenge"].value == "not_done"
    assert "rechallenge" not in {question.fact.name for question in pair.questions}


def test_what_explains_an_improvement_is_asked_where_it_decides() -> None:
    pair = plain(episode=", recovered: 2018-01-20, actions: {d: continued}")
    question = {q.fact.name: q for q in pair.questions}["improvement_explained_by"]
    gives = {answer.value: answer.effects[0].total for answer in question.answers}
    assert (gives["nothing_else"] or 0) + 3 == gives["treatment"]  # -2 instead of +1


def test_the_work_up_is_asked_for_when_no_alternative_is_known() -> None:
    question = next(q for q in plain().questions if q.id == "alternative")
    assert "cryoglobulins" in question.tests
    assert "anca" in question.tests


def test_a_pair_about_which_all_is_stated_has_no_question() -> None:
    decisions = [
        f"  - {{pair: [d, r], fact: {fact}, value: {value}, reason: x}}"
        for fact, value in {
            "onset": "compatible",
            "action": "withdrawn",
            "course": "improved",
            "improvement_explained_by": "nothing_else",
            "previous_reaction": "none",
            "prior_knowledge": "none_found",
            "alternative": "ruled_out",
            "contributing_factor": "no",
            "event_confirmed": "no",
            "dose_response": "no",
            "characteristic": "no",
        }.items()
    ]
    assert plain("assessor:\n" + "\n".join(decisions)).questions == ()


# Words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", example_names())
def test_every_question_names_its_drug_and_reaction(name: str, language: str) -> None:
    result = assessed(name)
    for pair in result.pairs:
        for question in pair.questions:
            text = wording(question, pair.evidence, result.case, KNOWLEDGE, language)
            assert "{" not in text
            assert ("¿" in text) == (language == "es")


def test_every_open_fact_has_a_question_for_all_other_rules() -> None:
    closed = {
        "drug_test",
        "drug_level",
        "placebo",
        "worsened_preexisting",
        "follow_up",
        "suspected",
    }
    for fact in FACTS:
        assert (KNOWLEDGE.question(fact, "any rule") is not None) == (fact not in closed), fact


def test_every_rule_that_a_question_names_exists() -> None:
    words = Words("en")
    for key, entry in KNOWLEDGE.questions.items():
        for rule in entry.rules:
            assert words.has(f"rule.{rule}"), (key, rule)


def test_no_question_proposes_to_give_the_drug_again() -> None:
    for key, entry in KNOWLEDGE.questions.items():
        if entry.fact != "rechallenge":
            assert " again" not in entry.text.en.replace(" against", ""), key
    assert "nothing is to be given again" in KNOWLEDGE.questions["rechallenge"].text.en
    assert "no hay que volver a administrar nada" in KNOWLEDGE.questions["rechallenge"].text.es


def test_default_values_are_no_answers() -> None:
    for question in reference_pair().questions:
        assert default(question.fact.name) not in {answer.value for answer in question.answers}
