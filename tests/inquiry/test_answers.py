"""What the answers of a filled form are read as."""

import pytest

from causality.errors import InputError, Problem
from causality.inquiry.answer_words import names_no_drug, non_answer, says
from causality.inquiry.answers import Answer, read_form

FORM = """\
0a Name:{by}
1a Label:{answer}
form: causality-form-1
case: X
case_sha256: 0
language: {language}
=0a: by
=1a: {key}
"""


def read(key: str, answer: str, *, by: str = "", language: str = "en") -> tuple[str, Answer]:
    text = FORM.format(key=key, answer=f" {answer}", by=f" {by}", language=language)
    form = read_form(text, "form.txt")
    return form.by, form.answers[0]


def refused(key: str, answer: str, language: str = "en") -> Problem:
    with pytest.raises(InputError) as caught:
        read(key, answer, language=language)
    (problem,) = caught.value.problems
    return problem


def drugs(answer: str, key: str = "treatment e1") -> list[tuple[str, str]]:
    return [(drug, when.text if when else "") for drug, when in read(key, answer)[1].items]


@pytest.mark.parametrize("key", ["treatment e1", "cover x.2"])
@pytest.mark.parametrize(
    "answer",
    ["no", "No.", "none", "NONE.", "ninguno", "Ninguno.", "No treatment", "sin tratamiento.",
     "not treated", "ningún fármaco", "nada"],
)  # fmt: skip
def test_no_treatment_is_said_in_many_ways(key: str, answer: str) -> None:
    found = read(key, answer)[1]
    assert (found.value, found.items, found.non_answer) == ("none", (), None)


@pytest.mark.parametrize("key", ["treatment e1", "cover x.2", "dose x.2", "test anca", "on"])
@pytest.mark.parametrize(
    "answer", ["no recuerdo", "I don't remember.", "No consta", "desconocido", "Unknown", "no sé"]
)
def test_who_does_not_know_names_nothing(key: str, answer: str) -> None:
    found = read(key, answer)[1]
    assert (found.value, found.items, found.non_answer) == ("", (), "not_known")


@pytest.mark.parametrize("key", ["treatment e1", "cover x.2"])
@pytest.mark.parametrize("answer", ["yes", "Sí.", "si", "sí, sí", "treated"])
def test_yes_alone_is_asked_which_drug(key: str, answer: str) -> None:
    assert refused(key, answer).code == "E652"


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ("prednisone, 2024-03-09; ebastine", [("prednisone", "2024-03-09"), ("ebastine", "")]),
        ("sí, prednisona 1,5 mg, 2024-03", [("prednisona 1,5 mg", "2024-03")]),
        ("prednisone, not known", [("prednisone", "")]),
        ("mycophenolate 2000 mg", [("mycophenolate 2000 mg", "")]),
        ("interleukin-2, D0 day 4", [("interleukin-2", "D0 day 4")]),
    ],
)
def test_drug_and_date_stand_apart(answer: str, wanted: list[tuple[str, str]]) -> None:
    assert drugs(answer) == wanted


@pytest.mark.parametrize(
    "answer",
    ["prednisona 30 mg, 21/03/2018", "prednisona 30 mg 21.3.18", "prednisone from 2018-03-21",
     "prednisona desde marzo de 2018", "prednisone, ebastine", "prednisone; no", "no, only rest",
     "no recuerdo; prednisona", "treated with prednisone", "se le dio un corticoide", "?",
     "-", ";"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_not_a_drug_and_a_date_is_refused_with_the_shape(
    answer: str, language: str
) -> None:
    problem = refused("treatment e1", answer, language)
    shape = {"en": "drug, date of start (prednisone, 2024-03-09", "es": "fármaco, fecha de inicio"}
    assert problem.code == "E642"
    assert shape[language] in str(problem.params["allowed"])


def test_a_date_beside_a_drug_that_has_none_here_is_not_dropped() -> None:
    assert drugs("prednisone 5 mg; ebastine", "cover x.2")[1] == ("ebastine", "")
    assert refused("cover x.2", "prednisone 5 mg, 2024-03-09").code == "E642"


@pytest.mark.parametrize(
    ("key", "answer"),
    [("test anca", "positive, 21/03/2018"), ("test anca", "positive, on 21/03/2018, MPO"),
     ("recurrence x.2 r", "yes, 21/03/2018")],
)  # fmt: skip
def test_a_date_in_another_shape_is_no_remark(key: str, answer: str) -> None:
    problem = refused(key, answer)
    assert problem.code == "E642"
    assert f"{answer.partition(',')[0]}, 2024-03-09" in str(problem.params["allowed"])


def test_a_detail_with_figures_is_no_date() -> None:
    found = read("test anca", "positive, 1:320 (0.9-1.2), MPO")[1]
    assert (found.value, found.when, found.more) == ("positive", None, "1:320 (0.9-1.2), MPO")


@pytest.mark.parametrize("by", ["no", "unknown", "ninguno", "no recuerdo"])
def test_who_gives_no_name_is_not_called_so(by: str) -> None:
    assert read("test anca", "negative", by=by)[0] == ""
    assert read("test anca", "negative", by="Dr. No")[0] == "Dr. No"


def test_words_of_one_list_are_not_those_of_another() -> None:
    assert not says("yes", "none")
    assert non_answer("no") is None
    assert not names_no_drug("nobiletin")
