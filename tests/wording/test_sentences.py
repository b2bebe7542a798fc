"""Sentences name what they are about, in the language of the reader."""

import re

import pytest

from causality.assessment.assess import CaseAssessment, assess_case, make_method, parse_overrides
from causality.cli.example import example_text
from causality.inquiry.differences import Change, Difference, HeldBy
from causality.knowledge.load import load_knowledge
from causality.ranking.entries import Statement
from causality.wording.pair_words import PairWords
from causality.wording.sentences import Sentences
from causality.words import LANGUAGES, Language, Words
from tests.support import case_of

METHOD = make_method(
    ["sefv-h", "naranjo", "who-umc", "liverpool", "french-1985"], load_knowledge(), {}
)
NOTHING = """
case_id: nothing
drugs: [{id: x, name: acenocoumarol, role: suspect}]
reactions: [{id: p, term: leukocytoclastic vasculitis, episodes: [{id: e1}]}]
"""
STATED = """
icsr: {form: E2B(R3)}
assessor:
  - pair: [x, p]
    fact: rechallenge
    value: positive
    reason: rechallenge was done, reaction recurred (as reported, without a date)
    source: E2B(R3) G.k.9.i.4
"""


def words_of(text: str, language: Language) -> tuple[CaseAssessment, PairWords]:
    result = assess_case(case_of(text), METHOD)
    return result, PairWords(Sentences(Words(language), result))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_difference_never_names_a_question_without_its_letter(language: Language) -> None:
    result, about = words_of(example_text("apixaban-switch"), language)
    told = [about.difference(d) for pair in result.pairs for d in pair.differences]
    assert told
    assert not [text for text in told if re.search(r"(question|pregunta) [;)]", text)]


def test_a_fact_that_no_question_reads_yet_is_said_not_to_be_asked_about() -> None:
    held = HeldBy("previous_reaction", "unknown", (), (Change("same_substance", "possible"),))
    found = Difference("sefv-h", "conditional", "naranjo", "possible", (held,), ())
    told = words_of(NOTHING, "es")[1].difference(found)
    assert "(aquí no se llega a preguntar; con mismo principio activo sería Posible)" in told


def test_what_the_report_states_is_no_decision_of_a_person() -> None:
    result, about = words_of(NOTHING + STATED, "es")
    (pair,) = result.pairs
    fact = pair.evidence.facts["rechallenge"]
    (entry,) = result.ranking[0].entries
    told = [about.say.rule(fact), about.say.origin(fact), *about.remarks(pair)]
    told += [about.say.statement(s) for s in entry.columns.for_]
    text = " ".join(told)
    assert "Consta en la notificación (G.k.9.i.4)" in text
    assert "Reexposición: positiva (consta en la notificación (G.k.9.i.4), sin fecha)." in text
    assert "persona" not in text
    assert "as reported" not in text


def test_the_same_statement_in_a_case_file_is_that_of_a_person() -> None:
    result, about = words_of(NOTHING + STATED.replace("icsr: {form: E2B(R3)}\n", ""), "en")
    fact = result.pairs[0].evidence.facts["rechallenge"]
    assert about.say.rule(fact).startswith("Decided by a person: rechallenge was done")


def test_a_supposed_value_is_named_with_its_fact() -> None:
    method = METHOD
    case = case_of(NOTHING)
    result = assess_case(case, method, overrides=parse_overrides(["alternative=ruled_out"], case))
    (entry,) = [e for e in result.ranking[0].entries if e.drugs]
    told = [Sentences(Words("en"), result).statement(s) for s in entry.columns.for_]
    assert "Alternative cause: ruled out (supposed)." in told


def test_a_citation_that_nobody_has_seen_is_named() -> None:
    result, about = words_of(NOTHING, "es")
    told = [text for text in about.remarks(result.pairs[0]) if "nadie ha visto" in text]
    assert told == [
        "Conocimiento previo: se apoya solo en una cita que nadie ha visto; compruébela antes de "
        "confiar en ella (Jiménez-Gonzalo 1999 Haematologica 84:462)."
    ]


def test_an_onset_partly_outside_the_interval_is_told_as_what_speaks_for_the_drug() -> None:
    case = case_of(example_text("lenalidomide"))
    result = assess_case(case, METHOD)
    (entry,) = [e for e in result.ranking[0].entries if e.names == ("lenalidomide",)]
    told = Sentences(Words("en"), result).statement(entry.columns.for_[0])
    assert told.startswith("It began 2 days after the start, with the drug still present, though")


def test_days_and_decimals_are_written_as_in_spanish() -> None:
    result, about = words_of(example_text("lenalidomide"), "es")
    say, events = about.say, result.timeline.events
    assert say.date(events["e1.onset"]) == "día 3 de D0"
    (entry,) = [e for e in result.ranking[0].entries if e.names == ("lenalidomide",)]
    (told,) = [say.statement(s) for s in entry.columns.for_ if s.fact == "rechallenge"]
    assert "0,1" in told


def test_a_rule_of_this_project_is_named_in_the_language_of_the_reader() -> None:
    about = words_of(NOTHING, "es")[1]
    proposals = [key for key in about.say.knowledge.sources if key.startswith("proposal-")]
    told = [about.say.source(key) for key in proposals]
    assert len(told) > 10
    assert [text for text in told if "este proyecto" not in text] == []


def test_a_rule_of_this_project_that_a_fact_rests_on_is_in_the_language_of_the_reader() -> None:
    result, about = words_of(example_text("lenalidomide"), "es")
    cited = [s for p in result.pairs for f in p.evidence.facts.values() for s in f.sources]
    assert any("this project" in source for source in cited)
    assert [s for s in map(about.say.source, cited) if "this project" in s] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "days from it: from -58 to -1"), ("es", "días desde ella: de -58 a -1")],
)
def test_days_before_the_drug_are_written_without_a_dash_between_minus_signs(
    language: Language, said: str
) -> None:
    result, about = words_of(
        "case_id: before\n"
        "drugs: [{id: x, name: zzz, exposures: [{start: 2024-02-28}]}]\n"
        "reactions: [{id: p, term: vasculitis, episodes: ["
        "{id: e, onset: {from: 2024-01-01, to: 2024-02-27}}]}]\n",
        language,
    )
    assert said in about.say.rule(result.pairs[0].evidence.facts["onset"])


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("a",), "a is not excluded as the cause"),
        (("a", "b"), "a, b are not excluded as the cause"),
    ],
)
def test_several_conditions_take_the_plural(names: tuple[str, ...], said: str) -> None:
    _, about = words_of(NOTHING, "en")
    assert (
        about.say.statement(Statement(code="doubt.condition", params={"conditions": names})) == said
    )
