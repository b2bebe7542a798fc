"""The minimum work-up as a checklist."""

from causality.assessment.assess import AssessedPair, CaseAssessment, assess_case, make_method
from causality.assessment.result import as_json
from causality.cli.workup_view import checklist
from causality.knowledge.load import load_knowledge
from causality.wording.sentences import Sentences
from causality.words import Language, Words
from tests.support import case_of

METHOD = make_method(["sefv-h"], load_knowledge(), {})
CASE = """
case_id: c
patient: {age: %d}
drugs: [{id: d, name: zzz, exposures: [{start: 2018-06-01, stop: 2018-06-12}]}]
reactions:
  - id: r
    term: %s
    episodes: [{id: e, onset: 2018-06-10}]
investigations:
  - {test: ANCA, date: 2018-06-12, result: negative}
  - {test: cryoglobulins, date: 2018-06-13, result: positive}
  - {test: HIV, date: 2018-06-13, result: pending}
  - {test: C3, date: 2018-06-13, result: not_done}
  - {test: fever, date: 2018-06-10, result: negative}
"""


def assessed(age: int = 40, term: str = "leukocytoclastic vasculitis") -> CaseAssessment:
    return assess_case(case_of(CASE % (age, term)), METHOD)


def pair(result: CaseAssessment) -> AssessedPair:
    return result.pairs[0]


def lines(result: CaseAssessment, language: Language = "en") -> list[str]:
    say = Sentences(Words(language), result)
    return list(checklist(pair(result).evidence.workup, say))


def test_states_are_told_apart_and_what_was_done_has_result_and_date() -> None:
    found = lines(assessed())
    # 17 items; no electrophoresis under 50 years, no cultures without fever.
    assert found[0] == "Minimum work-up: 2 of 15 on file."
    assert found[1] == "– done: ANCA: negative (2018-06-12)"
    assert found[2] == "– done, abnormal: cryoglobulins: positive (2018-06-13)"
    assert found[3] == "– pending: HIV"
    assert found[4] == "– not done: complement C3"
    assert found[5].startswith("– not reported: blood count with platelets; ")
    assert found[5].endswith("direct immunofluorescence (wanted, not required)")
    assert found[6].startswith("– not needed here: electrophoresis")
    assert "electrophoresis" in lines(assessed(age=60))[5]


def test_checklist_is_told_in_spanish() -> None:
    found = lines(assessed(), "es")
    assert found[0] == "Estudio mínimo: constan 2 de 15."
    assert found[4] == "– no realizado: complemento C3"


def test_a_reaction_without_a_work_up_has_no_checklist() -> None:
    assert lines(assessed(term="itching")) == []


def test_json_holds_state_result_date_and_what_the_item_closes() -> None:
    (shown,) = as_json(assessed())["pairs"]
    anca = next(line for line in shown["workup"] if line["item"] == "anca")
    assert anca == {
        "item": "anca",
        "state": "done",
        "wanted": False,
        "closes": ["anca_vasculitis_primary"],
        "results": [
            {
                "test": "anca",
                "result": "negative",
                "event": anca["results"][0]["event"],
                "date": "2018-06-12",
            }
        ],
    }
    states = {line["state"] for line in shown["workup"]}
    assert states == {"done", "abnormal", "pending", "not_done", "not_reported", "not_needed"}
