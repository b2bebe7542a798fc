"""The form for the reporter and its answers back in the case."""

import json
import re
from functools import cache

import pytest

from causality.assessment.assess import CaseAssessment, Method, assess_case, make_method
from causality.case.model import Case
from causality.case.reader import case_from, parse_case
from causality.cli.example import example_names, example_text
from causality.document import parse
from causality.errors import InputError
from causality.inquiry.answers import decode_form, read_form
from causality.inquiry.fields import FormField, form_fields
from causality.inquiry.form import Form, case_digest, make_form
from causality.inquiry.form_text import choice_word, form_text
from causality.inquiry.new_case import new_case
from causality.inquiry.read_back import ReadBack, read_back
from causality.knowledge.load import load_knowledge
from causality.scoring.load import default_algorithms
from causality.words import LANGUAGES, Language, Words

CASE = """\
case_id: TEST-1
patient: {age: 64, sex: female}   # kept
anchors: {D0: {from: 2019, to: 2020}}
drugs:
  - id: amx
    name: amoxicillin
    exposures: [{start: 2024-03-01}]
  - {id: ibu, name: ibuprofen}
reactions:
  - id: lcv
    term: leukocytoclastic vasculitis
    episodes:
      - id: e1
        onset: 2024-03   # the month only
"""


@cache
def method() -> Method:
    return make_method(default_algorithms(), load_knowledge(None), {})


@cache
def assessed(text: str) -> CaseAssessment:
    return assess_case(parse_case(text, "case.yaml"), method())


def form_of(text: str, *audiences: str) -> Form:
    result = assessed(text)
    asked = [(p.evidence, q) for p in result.pairs for q in p.questions]
    chosen = audiences or ("reporter",)
    return make_form(result.case, case_digest(text), asked, method().knowledge, chosen)  # type: ignore[arg-type]


def written(text: str, language: Language = "en", *audiences: str) -> str:
    return form_text(form_of(text, *audiences), method().knowledge, Words(language))


def filled(form: str, answers: dict[str, str]) -> str:
    """Return the form with answers by the key of the field."""
    marks = {key: mark for mark, key in re.findall(r"^=(\S+): (.+)$", form, re.MULTILINE)}
    for key, answer in answers.items():
        (line,) = re.findall(rf"^{marks[key]} [^:\n]*:$", form, re.MULTILINE)
        form = form.replace(f"\n{line}\n", f"\n{line} {answer}\n", 1)
    return form


def back(text: str, form: str) -> tuple[str, Case, ReadBack]:
    read = read_form(form, "form.txt")
    document = parse(text, "case.yaml")
    words = Words(read.language)
    answers = read_back(read, case_from(document), document, method().knowledge, words)
    return *new_case(text, document, read, answers, words), answers


def answered(text: str, answers: dict[str, str], *audiences: str) -> tuple[str, Case]:
    new, case, _ = back(text, filled(written(text, "en", *audiences), answers))
    return new, case


def codes(text: str, form: str) -> list[tuple[str, int | None]]:
    with pytest.raises(InputError) as caught:
        back(text, form)
    return [(p.code, p.line) for p in caught.value.problems]


def facts(case: Case) -> dict[tuple[str, str], dict[str, tuple[str, tuple[str, ...]]]]:
    pairs = assess_case(case, method()).pairs
    return {
        p.evidence.key: {n: (f.value, f.possible) for n, f in p.evidence.facts.items()}
        for p in pairs
    }


# The form


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", example_names())
def test_empty_form_changes_nothing(name: str, language: Language) -> None:
    text = example_text(name)
    new, _, answers = back(text, written(text, language, "reporter", "assessor"))
    assert new == text
    assert not answers.changes


@pytest.mark.parametrize("name", example_names())
def test_nothing_is_asked_twice(name: str) -> None:
    keys = [
        f.key
        for q in form_of(example_text(name), "reporter", "assessor").questions
        for f in q.fields
    ]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", example_names())
def test_assessor_questions_are_not_for_the_reporter(name: str) -> None:
    for question in form_of(example_text(name)).questions:
        assert question.text.audience == "reporter"
        assert not any(field.key.startswith("judgement") for field in question.fields)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", example_names())
def test_lines_of_the_form_are_short_and_labels_hold_no_colon(
    name: str, language: Language
) -> None:
    for line in written(example_text(name), language, "reporter", "assessor").splitlines():
        if line.startswith("#"):
            assert len(line) <= 80
        elif re.match(r"\d", line):
            assert line.count(":") == 1


def test_shared_questions_are_asked_once_for_all_drugs() -> None:
    form = form_of(example_text("antituberculosis-rechallenge"))
    ids = [q.text.fact for q in form.questions]
    assert len(ids) == len({(q.text.fact, q.reaction, q.drugs) for q in form.questions})
    tests = [f for q in form.questions for f in q.fields if f.kind == "test"]
    assert len(tests) == 15


def test_known_days_are_not_asked() -> None:
    keys = {f.key for q in form_of(CASE).questions for f in q.fields}
    assert "date exposure amx start" not in keys
    assert {"date exposure amx.1 stop", "date episode e1 onset"} <= keys


# Answers


def candidates(field: FormField, language: Language) -> list[str]:
    words = Words(language)
    if field.kind in ("choice", "decision", "test"):
        return [choice_word(field.key, value, words) for value in field.choices]
    return {
        "date": [field.so_far or "2024-03-20", "2024-03-20", "2024-03"],
        "treatment": ["prednisone, 2024-03-20; ebastine", "none", "ninguno"],
        "dose": ["250 mg"],
        "duration": ["5 days"],
        "cover": ["prednisone 5 mg; ebastine", "ninguno"],
    }[field.kind]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["CASE", *example_names()])
def test_every_answer_to_every_field_goes_in_or_is_a_named_contradiction(
    name: str, language: Language
) -> None:
    text = CASE if name == "CASE" else example_text(name)
    form = written(text, language, "reporter", "assessor")
    for question in form_of(text, "reporter", "assessor").questions:
        for field in question.fields:
            went_in = [_goes_in(text, form, field, a) for a in candidates(field, language)]
            assert any(went_in), field


def _goes_in(text: str, form: str, field: FormField, answer: str) -> bool:
    try:
        new, _, answers = back(text, filled(form, {field.key: answer}))
    except InputError as error:
        refused = {p.code for p in error.problems}
    else:
        assert bool(answers.changes) == (new != text)
        assert answers.changes or answers.same
        kept = [line for line in text.splitlines() if line.lstrip().startswith("#")]
        assert [line for line in new.splitlines() if line in kept] == kept
        return True
    assert field.kind in {"date", "choice", "treatment"}, field
    assert refused <= {"E645", "E648", "E651"}
    return False


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", example_names())
@pytest.mark.parametrize("answer", ["not_known", "not_asked"])
def test_not_known_leaves_every_fact_as_it_was(name: str, language: Language, answer: str) -> None:
    text = example_text(name)
    form = written(text, language, "reporter", "assessor")
    said = Words(language)(f"form.non_answer.{answer}")
    form = re.sub(r"^([1-9]\S* [^:\n]*:)$", lambda m: f"{m[1]} {said}", form, flags=re.MULTILINE)
    _, case, _ = back(text, form)
    assert facts(case) == facts(parse_case(text, name))


def test_not_done_is_not_a_result() -> None:
    key = "test anca"
    assert answered(CASE, {key: "not done"})[1].investigations[0].result == "not_done"
    assert answered(CASE, {key: "not known"})[1].investigations[0].result == "unknown"
    assert answered(CASE, {key: "negative"})[1].investigations[0].result == "negative"
    before = facts(parse_case(CASE, "x"))
    assert facts(answered(CASE, {key: "not done"})[1]) == before


@pytest.mark.parametrize(
    ("key", "answer", "line"),
    [
        ("date exposure amx.1 stop", "2024-03-09", "    exposures: [{start: 2024-03-01, stop: 2024-03-09}]"),  # noqa: E501
        ("date exposure amx.1 stop", "ongoing", "    exposures: [{start: 2024-03-01, ongoing: true}]"),  # noqa: E501
        ("date episode e1 onset", "2024-03-08", "        onset: 2024-03-08   # the month only"),
        ("date course ibu start", "2024-02", "  - {id: ibu, name: ibuprofen, exposures: [{start: 2024-02}]}"),  # noqa: E501
        ("action e1 amx", "Stopped", "        actions: {amx: withdrawn}"),
        ("outcome e1", "recuperado", "        outcome: recovered"),
        ("test anca", "negative, 2024-03-09, MPO and PR3", '  - {test: ANCA by immunoassay, date: 2024-03-09, result: negative, value: MPO and PR3, note: answer of the reporter}'),  # noqa: E501
        ("test skin_biopsy lcv", "positive", "  - {test: skin biopsy, result: positive, concerns: lcv, note: answer of the reporter}"),  # noqa: E501
        ("fact dose_response amx lcv", "no, same at both doses", '  - {pair: [amx, lcv], fact: dose_response, value: no, reason: "answer of the reporter: same at both doses"}'),  # noqa: E501
    ],
)  # fmt: skip
def test_answer_stands_where_the_case_file_has_it(key: str, answer: str, line: str) -> None:
    assert line in answered(CASE, {key: answer})[0].splitlines()


def test_source_and_date_of_a_decision_are_those_of_the_form() -> None:
    key = "fact contributing_factor amx lcv"
    _, case = answered(CASE, {"by": "Dr X: ward 3", "on": "2024-05-02", key: "yes, renal failure"})
    (decision,) = case.assessor
    assert (decision.source, decision.value) == ("Dr X: ward 3", "yes")
    assert decision.date is not None
    assert decision.date.text == "2024-05-02"
    assert decision.reason == "answer of the reporter: renal failure"


def test_start_and_stop_of_an_unknown_course_are_one_course() -> None:
    _, case = answered(
        CASE, {"date course ibu start": "2024-02", "date course ibu stop": "2024-03-02"}
    )
    (course,) = case.drugs[1].exposures
    assert course.start is not None
    assert course.stop is not None


def test_answers_change_the_result() -> None:
    new, _ = answered(
        CASE, {"date episode e1 onset": "2024-03-08", "date exposure amx.1 stop": "2024-03-09"}
    )
    first = {name: fact.value for name, fact in assessed(CASE).pairs[0].evidence.facts.items()}
    then = {name: fact.value for name, fact in assessed(new).pairs[0].evidence.facts.items()}
    assert first["onset"] != then["onset"]


# What cannot be read


def test_contradiction_names_both_places() -> None:
    form = filled(written(CASE), {"date episode e1 onset": "2024-05-02"})
    with pytest.raises(InputError) as caught:
        back(CASE, form)
    (problem,) = caught.value.problems
    assert (problem.code, problem.file) == ("E645", "form.txt")
    assert form.splitlines()[(problem.line or 0) - 1].endswith(": 2024-05-02")
    assert problem.params["other"] == "case.yaml:14:16"


def test_contradiction_between_dates_is_found_before_anything_is_written() -> None:
    form = filled(written(CASE), {"date exposure amx.1 stop": "2024-02-01"})
    with pytest.raises(InputError) as caught:
        back(CASE, form)
    (problem,) = caught.value.problems
    assert (problem.code, problem.params["other"]) == ("E648", "case.yaml:7:25")


def test_form_of_another_case_is_refused() -> None:
    assert codes(CASE.replace("TEST-1", "TEST-2"), written(CASE))[0][0] == "E644"


def test_part_that_the_case_no_longer_has_is_named() -> None:
    form = filled(written(CASE), {"action e1 amx": "stopped"})
    other = CASE.replace("id: amx", "id: amo")
    assert [code for code, _ in codes(other, form)] == ["E647"]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda f: f.replace("form: causality-form-1", ""), ["E641"]),
        (lambda f: f.replace("0b Date of these answers:", "0b Date of these answers: 3/4/2024"), ["E642"]),  # noqa: E501
        (lambda f: f.replace("0a Your", "99z Your"), ["E643"]),
        (lambda f: f + "1a again: x\n", ["E643"]),
        (lambda f: f.replace("\n\n0a", "\n\nThe patient is well.\n\n0a"), ["E646"]),
        (lambda f: filled(f, {"outcome e1": "perhaps", "date exposure amx.1 stop": "not done"}), ["E642", "E642"]),  # noqa: E501
    ],
)  # fmt: skip
def test_form_that_is_not_as_sent_is_explained(change, wanted: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert [code for code, _ in codes(CASE, change(written(CASE)))] == wanted


@pytest.mark.parametrize(
    ("field", "allowed"),
    [
        ("outcome e1", ["recuperado", "no se sabe", "no se preguntó"]),
        ("date exposure amx.1 stop", ["2024-03", "no se sabe", "no se preguntó"]),
    ],
)
def test_answers_that_are_allowed_are_said_in_the_language_of_the_form(
    field: str, allowed: list[str]
) -> None:
    form = filled(written(CASE, "es"), {field: "quizás"})
    with pytest.raises(InputError) as caught:
        read_form(form, "form.txt")
    (problem,) = caught.value.problems
    said = str(problem.params["allowed"]).split(", ")
    assert set(allowed) <= set(said)
    assert not {"recovered", "not known", "none", "no se hizo"} & set(said)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_form_is_read_in_the_encodings_of_editors(encoding: str) -> None:
    form = filled(written(CASE, "es"), {"by": "Núñez"}).replace("\n", "\r\n")
    assert read_form(decode_form(form.encode(encoding)), "f").by == "Núñez"


def test_form_quoted_in_a_mail_with_other_dashes_is_read() -> None:
    form = filled(written(CASE), {"date episode e1 onset": "2024–03\u201108"})
    quoted = "\n".join(f"> {line}" for line in form.splitlines())
    _, case, _ = back(CASE, quoted)
    onset = case.reactions[0].episodes[0].onset
    assert onset is not None
    assert onset.text == "2024-03-08"


def test_value_that_no_case_can_hold_is_found_at_its_answer() -> None:
    form = written(example_text("rifamycin-cross-reaction"))
    text = example_text("rifamycin-cross-reaction")
    found = codes(text, filled(form, {"dose inh-2": "plenty", "cover emb-2": "none"}))
    assert [code for code, _ in found] == ["E648"]


def test_no_control_sign_gets_into_the_case() -> None:
    form = filled(written(CASE), {"by": "Dr\x7f\x9b X", "outcome e1": "fatal"})
    new, _, _ = back(CASE, form)
    assert "(Dr   X)" not in new
    assert "(Dr X)" in new


def test_json_case_stays_json() -> None:
    text = json.dumps(
        {
            "case_id": "J",
            "drugs": [{"id": "a", "name": "amoxicillin", "exposures": [{"start": "2024-03-01"}]}],
            "reactions": [{"id": "r", "term": "leukocytoclastic vasculitis",
                           "episodes": [{"id": "e1", "onset": "2024-03"}]}],
        },
        indent=1,
    )  # fmt: skip
    new, case = answered(text, {"test anca": "negative", "date episode e1 onset": "2024-03-08"})
    assert json.loads(new)["investigations"][0]["result"] == "negative"
    assert case.investigations[0].result == "negative"


def test_test_that_is_pending_is_completed_and_a_result_is_not_overwritten() -> None:
    entry = "investigations:\n  - {test: ANCA, result: %s}\n"
    form = filled(written(CASE), {"test anca": "negative, 2024-03-09"})
    new, case, _ = back(CASE + entry % "pending", form)
    assert "{test: ANCA, result: negative, date: 2024-03-09}" in new
    assert len(case.investigations) == 1
    assert [code for code, _ in codes(CASE + entry % "positive", form)] == ["E645"]
    assert [code for code, _ in codes(CASE + entry % "not_done", form)] == ["E645"]


def test_repeated_test_of_another_day_is_a_test_of_its_own() -> None:
    entry = "investigations:\n  - {test: ANCA, date: 2024-02-01, result: positive}\n"
    form = filled(written(CASE), {"test anca": "negative, 2024-03-09"})
    _, case, _ = back(CASE + entry, form)
    assert [test.result for test in case.investigations] == ["positive", "negative"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_says_how_to_answer_where_the_case_counts_days(language: Language) -> None:
    counting = " ".join(written(example_text("lenalidomide"), language).replace("#", "").split())
    assert "D0, D1, D2" in counting
    assert {"en": "D0 day 4", "es": "D0 día 4"}[language] in counting
    dated = CASE.replace("{D0: {from: 2019, to: 2020}}", "{D0: 2019-01-01}")
    assert "D0" in written(CASE, language)
    assert "D0" not in written(dated, language)


TWO_REACTIONS = (
    CASE
    + """\
  - id: itch
    term: itching
    episodes: [{id: e2, onset: 2024-03-05}]
"""
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_questions_about_different_reactions_have_the_same_words(language: Language) -> None:
    text = re.sub(r"\n# +(?!\d+\.)", " ", written(TWO_REACTIONS, language))
    asked = [re.sub(r"^# \d+\. ", "", line) for line in text.splitlines() if line[:3].strip("# ")]
    asked = [line for line in asked if line.endswith("?") or "? " in line]
    assert len(asked) > 8
    assert len(asked) == len(set(asked))


def test_a_question_asks_only_what_it_has_a_field_for() -> None:
    texts = method().knowledge.questions
    asked = " ".join(entry.text.text("en") for entry in texts.values())
    assert "How old" not in asked
    assert "taken alone" not in asked


NO_WORKUP = CASE.replace("leukocytoclastic vasculitis", "ANCA-associated vasculitis")
TWO_DRUGS = CASE.replace("start: 2024-03-01", "start: 2024-03-01, stop: 2024-03-09").replace(
    "name: ibuprofen", "name: ibuprofen, exposures: [{start: 2024-03-02, stop: 2024-03-08}]"
)


@pytest.mark.parametrize("text", [CASE, NO_WORKUP, TWO_DRUGS, *map(example_text, example_names())])
def test_every_question_to_the_reporter_has_something_to_report(text: str) -> None:
    result = assessed(text)
    for pair in result.pairs:
        for question in pair.questions:
            if question.text.audience == "reporter":
                asked = [(pair.evidence, question)]
                assert any(form_fields(result.case, asked, "reporter", method().knowledge)), (
                    question.id
                )
    keys = {f.key for q in form_of(text).questions for f in q.fields}
    assert not [key for key in keys if key.startswith(("fact alternative", "judgement"))]


def test_no_test_is_asked_for_where_no_work_up_is_known() -> None:
    assert "another cause" not in written(NO_WORKUP)
    form = form_of(NO_WORKUP, "assessor").questions
    question = next(q for q in form if q.text.fact == "alternative")
    assert "possible, or ruled out?" in question.text.text.en
    assert question.fields[0].key == "judgement alternative amx lcv"


def test_dates_on_file_are_not_asked_for_but_weighed() -> None:
    asked = {
        q.id: q.text
        for p in assessed(TWO_DRUGS).pairs
        for q in p.questions
        if q.text.fact == "alternative"
    }
    assert "most likely cause" in asked["alternative_rival"].text.en
    assert asked["alternative_rival"].audience == "assessor"
    open_dates = TWO_DRUGS.replace("stop: 2024-03-08", "stop: 2024-03")
    (question,) = (q for q in form_of(open_dates).questions if q.text.fact == "alternative")
    assert "first and last given" in question.text.text.en
    assert [f.key for f in question.fields] == ["date exposure ibu.1 stop"]


def test_a_list_that_is_not_shown_is_not_pointed_at() -> None:
    for entry in method().knowledge.questions.values():
        assert "these tests" not in entry.text.en
        assert "estas pruebas" not in entry.text.es
