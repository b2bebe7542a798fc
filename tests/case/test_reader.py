"""Case files: what is accepted, and every fault with its code and its places.

In the texts below ``«`` stands right before the value (or key) whose place a message must name, and
``»`` before the second place of a contradiction. Each text stays on one line, where its marks are seen.
"""
# ruff: noqa: E501

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.case.model import Case
from causality.case.reader import parse_case, read_case
from causality.cli.problems import problem_line
from causality.errors import InputError, Problem
from causality.terms.dates import Span, parse_date
from causality.words import LANGUAGES, Words

Place = tuple[int, int]

# A sound case, to which each test adds what it is about.
HEAD = """\
case_id: TEST-1
anchors: {D0: 2020-03}
drugs:
  - id: amx
    name: amoxicillin
    exposures:
      - {id: amx-1, start: 2020-03-01, stop: 2020-03-07, dose: 500 mg}
      - {id: amx-2, start: 2020-06-01, stop: 2020-06-10, dose: 500 mg}
reactions:
  - id: lcv
    term: leukocytoclastic vasculitis
    episodes:
      - {id: e1, onset: 2020-03-08, recovered: 2020-03-20}
"""


def unmarked(text: str) -> tuple[str, Place | None, Place | None]:
    """Return a text without its marks, and the places that they marked."""
    places: dict[str, Place] = {}
    lines = []
    for number, line in enumerate(text.split("\n"), start=1):
        clean = ""
        for sign in line:
            if sign in "«»":
                places[sign] = (number, len(clean) + 1)
            else:
                clean += sign
        lines.append(clean)
    return "\n".join(lines), places.get("«"), places.get("»")


def problems_of(text: str) -> list[Problem]:
    """Return the problems of a case, each of which both languages can tell."""
    with pytest.raises(InputError) as raised:
        parse_case(text, "case.yaml")
    problems = list(raised.value.problems)
    for problem in problems:
        for language in LANGUAGES:
            line = problem_line(problem, Words(language))
            assert line.startswith("case.yaml:")
            assert problem.code in line
            assert "{" not in line.split(problem.code)[1].replace("{'", "")
    return problems


def place(problem: Problem) -> tuple[int | None, int | None]:
    return problem.line, problem.column


def other_place(problem: Problem) -> tuple[int | None, int | None]:
    return problem.other_line, problem.other_column


def accepted(text: str) -> Case:
    return parse_case(text, "case.yaml")


def check(code: str, text: str) -> Problem:
    """Check that a marked text has just one problem, at its mark, and return it."""
    clean, wanted, other = unmarked(text)
    (problem,) = problems_of(clean)
    assert problem.code == code
    assert place(problem) == wanted
    if other is not None:
        assert other_place(problem) == other
        assert f"{other[0]}:{other[1]}" in problem_line(problem, Words("en"))
    return problem


# The example of DESIGN section 3, as it stands there

DESIGN_EXAMPLE = """\
case_id: ES-2018-0001
patient: {age: 82, sex: female}
anchors: {D0: {from: 2018-10, to: 2019-11}, D1: {from: 2022-10, to: 2023-01-04}}   # day 1 of relative days
drugs:
  - id: len
    name: lenalidomide
    role: suspect          # suspect | concomitant | interacting | not_administered   (E2B(R3) G.k.1)
    indication: multiple myeloma
    exposures:
      - {start: D0 day 1, stop: D0 day 4, dose: 25 mg, frequency: daily}
      - {start: D1 day 10, stop: D1 day 16, dose: 2.5 mg, purpose: desensitisation, cover: [prednisone 5 mg, ebastine 20 mg]}
reactions:
  - id: lcv
    term: leukocytoclastic vasculitis
    episodes:
      - {id: e1, onset: D0 day 3, outcome: recovered, actions: {len: withdrawn}, treatment: [{drug: prednisone}]}
conditions:
  - id: mm
    term: IgA lambda multiple myeloma
    periods: [{start: 2018-10, stop: 2019-11, activity: active}, {start: 2021-04, activity: active}]
investigations:
  - {date: D0 day 4, test: ANCA, result: negative}
  - {test: skin biopsy, after: [e1.recovered], assumed: true, result: positive, concerns: lcv}
assessor:                  # what a person decided, each with a reason; it wins over what is derived
  - {pair: [len, lcv], fact: prior_knowledge, value: occasional, reason: one case report, source: Loree 2017, date: 2018-11}
"""


def test_example_of_the_design_is_accepted() -> None:
    case = accepted(DESIGN_EXAMPLE)
    assert case.patient.age == (82, 82)
    assert [str(exposure.id) for exposure in case.drugs[0].exposures] == ["len.1", "len.2"]
    start = case.drugs[0].exposures[1].start
    assert start is not None
    assert (start.anchor, start.span) == ("D1", Span(9, 9))
    assert case.drugs[0].exposures[1].cover == ("prednisone 5 mg", "ebastine 20 mg")
    assert case.reactions[0].episodes[0].actions == {"len": "withdrawn"}
    assert case.investigations[1].concerns == ("lcv",)
    moment = case.investigations[1].moment
    assert moment is not None
    assert (moment.after, moment.assumed) == (("e1.recovered",), True)
    assert case.assessor[0].pair == ("len", "lcv")


def test_json_case_is_read_as_the_yaml_one() -> None:
    text = json.dumps(
        {
            "case_id": "TEST-1",
            "patient": {"age": 82, "sex": "female", "weight_kg": 61.5},
            "drugs": [
                {"id": "x", "name": "X", "exposures": [{"start": "2018", "administrations": 1}]}
            ],
            "reactions": [{"term": "purpura", "episodes": [{"worsening": False}]}],
        }
    )
    yaml = """\
case_id: TEST-1
patient: {age: 82, sex: female, weight_kg: 61.5}
drugs: [{id: x, name: X, exposures: [{start: 2018, administrations: 1}]}]
reactions: [{term: purpura, episodes: [{worsening: false}]}]
"""
    assert accepted(text) == accepted(yaml)
    assert accepted(yaml).reactions[0].episodes[0].worsening is False


def test_smallest_case_is_only_an_id() -> None:
    case = accepted("case_id: TEST-1\n")
    assert (case.drugs, case.reactions, case.patient.age) == ((), (), None)


def test_file_is_read_from_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(HEAD, encoding="utf-8")
    assert read_case(path) == read_case(str(path)) == accepted(HEAD)


# What is left out, what is empty and what is denied


def episode(keys: str) -> Case:
    return accepted(
        "case_id: T\nreactions: [{id: lcv, term: purpura, episodes: [{id: e1, " + keys + "}]}]\n"
    )


def exposure(keys: str) -> Case:
    return accepted("case_id: T\ndrugs: [{id: x, name: X, exposures: [{" + keys + "}]}]\n")


def test_no_treatment_differs_from_treatment_not_reported() -> None:
    assert episode("onset: 2020").reactions[0].episodes[0].treatment is None
    assert episode("treatment: null").reactions[0].episodes[0].treatment is None
    assert episode("treatment: none").reactions[0].episodes[0].treatment == ()
    assert episode("treatment: []").reactions[0].episodes[0].treatment == ()


@pytest.mark.parametrize("written", ["none", "None", "NONE"])
def test_no_treatment_is_said_in_any_case_of_letters(written: str) -> None:
    assert episode(f"treatment: {written}").reactions[0].episodes[0].treatment == ()
    assert exposure(f"cover: {written}").drugs[0].exposures[0].cover == ()


@pytest.mark.parametrize(
    "written", ["prednisone", "[prednisone]", "[{drug: prednisone}]", "{drug: prednisone}"]
)
def test_treatment_is_read_from_a_word_or_a_list(written: str) -> None:
    (treatment,) = episode(f"treatment: {written}").reactions[0].episodes[0].treatment or ()
    assert treatment.drug == "prednisone"


def test_no_cover_differs_from_cover_not_reported() -> None:
    assert exposure("start: 2020").drugs[0].exposures[0].cover is None
    assert exposure("cover: null").drugs[0].exposures[0].cover is None
    assert exposure("cover: none").drugs[0].exposures[0].cover == ()
    assert exposure("cover: prednisone 5 mg").drugs[0].exposures[0].cover == ("prednisone 5 mg",)


def test_recurrence_left_out_differs_from_a_stated_no() -> None:
    assert exposure("start: 2020").drugs[0].exposures[0].recurrence == {}
    assert exposure("recurrence: no").drugs[0].exposures[0].recurrence == {"*": "no"}
    assert exposure("recurrence: unknown").drugs[0].exposures[0].recurrence == {"*": "unknown"}


def test_values_left_out_are_not_reported() -> None:
    case = exposure("start: 2020")
    assert case.drugs[0].exposures[0].stop is None
    assert case.drugs[0].exposures[0].ongoing is None
    assert case.drugs[0].previously_exposed is None
    assert case.patient.sex is None
    assert episode("onset: 2020").reactions[0].episodes[0].outcome is None
    assert episode("onset: 2020").reactions[0].episodes[0].worsening is None


@pytest.mark.parametrize(
    "section",
    ["drugs", "reactions", "conditions", "investigations", "past_drugs", "assessor"],
)
def test_section_with_all_its_entries_commented_out_is_empty(section: str) -> None:
    case = accepted(f"case_id: T\n{section}:\n# - an entry\n")
    assert getattr(case, section) == ()


@pytest.mark.parametrize("section", ["patient", "anchors", "published_as", "title", "note"])
def test_head_key_without_a_value_is_not_reported(section: str) -> None:
    accepted(f"case_id: T\n{section}:\n")


@pytest.mark.parametrize("key", ["start", "stop", "dose", "cover", "duration", "recurrence"])
def test_exposure_key_without_a_value_is_not_reported(key: str) -> None:
    assert exposure(f"id: x-1, {key}: ") == exposure("id: x-1")


@pytest.mark.parametrize("key", ["onset", "outcome", "treatment", "actions", "extent", "site"])
def test_episode_key_without_a_value_is_not_reported(key: str) -> None:
    assert episode(f"{key}: ") == episode("note: ")


def test_null_flavours_are_kept() -> None:
    case = accepted(
        """\
case_id: T
patient: {sex_null_flavour: MSK}
anchors: {D0: {null_flavour: UNK}}
drugs: [{name: x, exposures: [{start: {null_flavour: ASKU}, stop: {null_flavour: NASK, after: [e1]}}]}]
reactions: [{term: purpura, episodes: [{id: e1, onset: {null_flavour: NI}}]}]
"""
    )
    start, stop = case.drugs[0].exposures[0].start, case.drugs[0].exposures[0].stop
    onset, anchor = case.reactions[0].episodes[0].onset, case.anchors["D0"]
    assert start is not None
    assert stop is not None
    assert onset is not None
    assert anchor is not None
    assert [start.null_flavour, stop.null_flavour] == ["ASKU", "NASK"]
    assert [onset.null_flavour, anchor.null_flavour] == ["NI", "UNK"]
    assert case.patient.sex_null_flavour == "MSK"
    assert not start.dated


# Spellings


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("recovered", "recovered"),
        ("Not recovered", "not_recovered"),
        ("NOT-RECOVERED", "not_recovered"),
        (" not_recovered ", "not_recovered"),
        ("recovered with sequelae", "recovered_with_sequelae"),
        ("Recovered/resolved", None),
        ("recovered resolved", "recovered"),
    ],
)
def test_outcome_is_read_in_its_usual_spellings(written: str, code: str | None) -> None:
    text = f'outcome: "{written}"'
    if code is None:
        with pytest.raises(InputError):
            episode(text)
    else:
        assert episode(text).reactions[0].episodes[0].outcome == code


@pytest.mark.parametrize("written", ["Withdrawn", "withdrawn", "Dose not changed", "dose-reduced"])
def test_action_is_read_in_its_usual_spellings(written: str) -> None:
    case = accepted(
        "case_id: T\ndrugs: [{id: x, name: X}]\n"
        f"reactions: [{{term: purpura, episodes: [{{actions: {{x: {written}}}}}]}}]\n"
    )
    action = case.reactions[0].episodes[0].actions["x"]
    assert action in {"withdrawn", "continued", "dose_reduced"}


@pytest.mark.parametrize(
    "text",
    [
        "patient: {sex: Female, pregnant: No}",
        "drugs: [{name: x, role: Suspect, previously_exposed: YES}]",
        "drugs: [{name: x, exposures: [{purpose: Desensitisation, recurrence: No}]}]",
        "conditions: [{term: hepatitis C, present: No}]",
        "conditions: [{term: hepatitis C, periods: [{activity: Partial remission}]}]",
        "investigations: [{test: ANCA, result: Negative}]",
        "past_drugs: [{drug: x, outcome: Tolerated}]",
        "reactions: [{term: purpura, seriousness: Life threatening}]",
        "reactions: [{term: purpura, episodes: [{extent: Skin-limited, worsening: Yes}]}]",
    ],
)
def test_code_is_read_whatever_the_case_of_its_letters(text: str) -> None:
    assert accepted(f"case_id: T\n{text}\n") == accepted(
        f"case_id: T\n{text}\n".lower()
        .replace("case_id: t", "case_id: T")
        .replace("anca", "ANCA")
        .replace("hepatitis c", "hepatitis C")
        .replace("skin-limited", "skin_limited")
        .replace("life threatening", "life_threatening")
        .replace("partial remission", "partial_remission")
    )


@pytest.mark.parametrize(
    ("written", "years"),
    [
        ("82", (82, 82)),
        ("0", (0, 0)),
        ("1.5", (1.5, 1.5)),
        ("6 months", (168 / 366, 186 / 365)),
        ("82 años", (82 * 365 / 366, 82 * 366 / 365)),
    ],
)
def test_age_is_read_in_years_or_with_its_unit(written: str, years: tuple[float, float]) -> None:
    assert accepted(f"case_id: T\npatient: {{age: {written}}}\n").patient.age == pytest.approx(
        years
    )


@pytest.mark.parametrize("written", ["82", "ongoing", "2020-03-04"])
def test_single_reaction_or_event_needs_no_list(written: str) -> None:
    case = accepted(
        f"""\
case_id: T
reactions: [{{id: lcv, term: purpura, episodes: [{{id: e1}}]}}]
investigations: [{{test: biopsy, after: "@e1", concerns: lcv, value: {written}}}]
"""
    )
    assert case.investigations[0].after == ("e1",)
    assert case.investigations[0].concerns == ("lcv",)
    assert case.investigations[0].value == written


# E1xx: the shape


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("E100", "case_id: T\n«drgus: []\n"),
        ("E100", "case_id: T\ndrugs:\n  - name: x\n    «indicaton: y\n"),
        ("E100", "case_id: T\ndrugs: [{name: x, exposures: [{«strat: 2018}]}]\n"),
        ("E100", "case_id: T\nreactions: [{term: x, episodes: [{treatment: [{drug: y, «dos: z}]}]}]\n"),
        ("E100", "case_id: T\ndrugs: [{name: x, exposures: [{start: {«form: 2018}}]}]\n"),
        ("E101", "case_id: T\n«zzz: 1\n"),
        ("E101", "case_id: T\npatient: {age: 5, «shoe: 44}\n"),
        ("E101", "case_id: T\ndrugs: [{name: x, exposures: [{start: {from: 2018, «zzz: 1}}]}]\n"),
        ("E102", "case_id: T\npatient: {sex: «none}\n"),
        ("E102", "case_id: T\ndrugs:\n  - name: x\n    role: «culprit\n"),
        ("E102", "case_id: T\nreactions: [{term: x, episodes: [{outcome: «better}]}]\n"),
        ("E102", "case_id: T\ndrugs: [{id: x, name: x}]\nreactions: [{term: y, episodes: [{actions: {x: «gone}}]}]\n"),
        ("E102", "case_id: T\ninvestigations: [{test: ANCA, result: «bad}]\n"),
        ("E102", "case_id: T\nreactions: [{term: x, seriousness: [death, «bad]}]\n"),
        ("E102", "case_id: T\ndrugs: [{name: x, exposures: [{start: {null_flavour: «XX}}]}]\n"),
        ("E102", "case_id: T\ndrugs: [{name: x, exposures: [{start: {from: 2018, assumed: «so}}]}]\n"),
        ("E103", "«title: T\n"),
        ("E103", "case_id: T\ndrugs:\n  - «id: x\n"),
        ("E103", "case_id: T\nreactions: [«{id: x}]\n"),
        ("E103", "case_id: T\ndrugs: [{name: x, product_information: [«{reaction: y}]}]\n"),
        ("E104", "case_id: T\ndrugs: [{name: x, id: «a b}]\n"),
        ("E104", "case_id: T\ndrugs: [{name: x, id: «a.b}]\n"),
        ("E104", "case_id: T\ndrugs: [{name: x, id: «x/y}]\n"),
        ("E104", "case_id: T\ndrugs: [{name: x, atc: «l04}]\n"),
        ("E105", "case_id: T\nassessor: [{pair: «[a, b, c], fact: onset, value: unknown, reason: r}]\n"),
        ("E106", "«- case_id: T\n"),
        ("E106", "«just words\n"),
        ("E106", "case_id: T\npatient: «[82]\n"),
        ("E106", "case_id: T\ndrugs: [«lenalidomide]\n"),
        ("E106", "case_id: T\nanchors: «[2018]\n"),
        ("E107", "case_id: T\ndrugs: «lenalidomide\n"),
        ("E107", "case_id: T\ndrugs:\n  «name: x\n"),
        ("E107", "case_id: T\nreactions: [{term: x, episodes: «2018}]\n"),
        ("E108", "case_id: T\ndrugs: [{name: x, exposures: [{ongoing: «perhaps}]}]\n"),
        ("E108", "case_id: T\nreactions: [{term: x, episodes: [{worsening: «[true]}]}]\n"),
        ("E109", "case_id: T\ndrugs: [{name: x, exposures: [{administrations: «many}]}]\n"),
        ("E109", "case_id: T\ndrugs: [{name: x, exposures: [{administrations: «0}]}]\n"),
        ("E109", "case_id: T\ndrugs: [{name: x, exposures: [{dose_number: «1.5}]}]\n"),
        ("E109", "case_id: T\npatient: {weight_kg: «0}\n"),
        ("E109", "case_id: T\npatient: {weight_kg: «1000}\n"),
        ("E109", "case_id: T\npatient: {weight_kg: «heavy}\n"),
        ("E109", "case_id: T\npatient: {weight_kg: «nan}\n"),
        ("E110", "case_id: «[T]\n"),
        ("E110", "case_id: T\ndrugs: [{name: «{a: b}}]\n"),
        ("E110", "case_id: T\ndrugs: [{name: «''}]\n"),
        ("E110", "case_id: T\ndrugs: [{name: «'  '}]\n"),
        ("E110", "case_id: T\ndrugs: [{name: x, exposures: [{cover: [«[a]]}]}]\n"),
        ("E111", "case_id: T\ndrugs: [{name: x, id: «" + "i" * 61 + "}]\n"),
        ("E111", "case_id: T\nnote: «" + "n" * 20_001 + "\n"),
    ],
)  # fmt: skip
def test_wrong_shape_is_named_at_its_place(code: str, text: str) -> None:
    check(code, text)


def test_value_out_of_place_shows_path_and_what_is_allowed() -> None:
    problem = check("E102", "case_id: T\ndrugs:\n  - name: x\n    role: «culprit\n")
    assert problem.path == "drugs.0.role"
    assert problem.params["found"] == "culprit"
    assert problem.params["allowed"] == "suspect, concomitant, interacting, not_administered"


def test_unknown_key_comes_with_a_suggestion_and_the_allowed_keys() -> None:
    problem = check("E100", "case_id: T\ndrugs:\n  - name: x\n    «indicaton: y\n")
    assert problem.params["meant"] == "indication"
    allowed = str(problem.params["allowed"]).split(", ")
    assert {"name", "exposures", "indication"} <= set(allowed)
    assert "Did you mean 'indication'" in problem_line(problem, Words("en"))


def test_missing_key_is_named() -> None:
    problem = check("E103", "case_id: T\ndrugs:\n  - «id: x\n")
    assert problem.params["key"] == "name"
    assert problem.path == "drugs.0"


def test_path_leads_to_a_wrong_list_of_events() -> None:
    problem = check("E207", "case_id: T\ninvestigations: [{test: x, before: «[[e1]]}]\n")
    assert problem.path == "investigations.0.before"


@pytest.mark.parametrize(
    "text",
    [
        "patient: [82, female, Jane Roe of Elm Street]",
        "drugs: {name: x, note: Jane Roe of Elm Street}",
        "drugs: [{name: x, exposures: {note: Jane Roe of Elm Street}}]",
        "drugs: [{name: {given: Jane Roe of Elm Street}}]",
        "drugs: [{name: x, exposures: [{start: [Jane Roe of Elm Street]}]}]",
    ],
)
def test_message_about_a_shape_does_not_spill_what_is_inside(text: str) -> None:
    for problem in problems_of(f"case_id: T\n{text}\n"):
        assert "Jane" not in problem_line(problem, Words("en"))


def test_wrong_value_is_shown_as_it_was_written() -> None:
    problem = check(
        "E102", "case_id: T\nreactions: [{term: x, episodes: [{outcome: «Much Better}]}]\n"
    )
    assert problem.params["found"] == "Much Better"


def test_long_value_is_cut_in_a_message() -> None:
    problem = check("E102", "case_id: T\npatient: {sex: «" + "y" * 500 + "}\n")
    assert len(str(problem.params["found"])) <= 61


# E2xx: values


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("E201", "case_id: T\ndrugs: [{name: x, exposures: [{start: «soon}]}]\n"),
        ("E201", "case_id: T\nanchors: {D0: «soon}\n"),
        ("E201", HEAD + "assessor: [{pair: [amx, lcv], fact: onset, value: unknown, reason: r, date: «soon}]\n"),
        ("E201", "case_id: T\ndrugs: [{name: x, exposures: [{start: {from: 2018, to: «soon}}]}]\n"),
        ("E202", "case_id: T\ndrugs: [{name: x, exposures: [{start: «2019-02-29}]}]\n"),
        ("E203", "case_id: T\ndrugs: [{name: x, exposures: [{start: «0218-10-05}]}]\n"),
        ("E203", "case_id: T\nanchors: {D0: }\ndrugs: [{name: x, exposures: [{start: «D0 day 999999}]}]\n"),
        ("E204", "case_id: T\ndrugs: [{name: x, exposures: [{start: «2019/2018}]}]\n"),
        ("E204", "case_id: T\ndrugs: [{name: x, exposures: [{start: «{from: 2019, to: 2018}}]}]\n"),
        ("E204", "case_id: T\nanchors: {D0: }\ndrugs: [{name: x, exposures: [{start: «D0 day 5..3}]}]\n"),
        ("E205", "case_id: T\ndrugs: [{name: x, exposures: [{start: «05/10/2018}]}]\n"),
        ("E206", "case_id: T\nanchors: {D0: }\ndrugs: [{name: x, exposures: [{start: «D0 day 0}]}]\n"),
        ("E207", "case_id: T\ndrugs: [{name: x, exposures: [{start: «[2018]}]}]\n"),
        ("E207", "case_id: T\ndrugs: [{name: x, exposures: [{start: {from: «[2018]}}]}]\n"),
        ("E207", "case_id: T\ndrugs: [{name: x, exposures: [{start: {after: «{a: b}}}]}]\n"),
        ("E208", "case_id: T\nanchors: {D0: , D1: }\ndrugs: [{name: x, exposures: [{start: «{from: D0 day 1, to: D1 day 1}}]}]\n"),
        ("E208", "case_id: T\nanchors: {D0: }\ndrugs: [{name: x, exposures: [{start: «{from: D0 day 1, to: 2018}}]}]\n"),
        ("E209", "case_id: T\ndrugs: [{name: x, exposures: [{start: «{assumed: true}}]}]\n"),
        ("E209", "case_id: T\ndrugs: [{name: x, exposures: [{start: «{}}]}]\n"),
        ("E211", "case_id: T\ndrugs: [{name: x, exposures: [{dose: «25}]}]\n"),
        ("E211", "case_id: T\ndrugs: [{name: x, exposures: [{dose: «[25 mg]}]}]\n"),
        ("E211", "case_id: T\nreactions: [{term: x, episodes: [{treatment: [{drug: y, dose: «lots}]}]}]\n"),
        ("E212", "case_id: T\ndrugs: [{name: x, exposures: [{duration: «some days}]}]\n"),
        ("E212", "case_id: T\ndrugs: [{name: x, half_life: «{a: b}}]\n"),
        ("E212", "case_id: T\npatient: {age: «old}\n"),
        ("E212", "case_id: T\npatient: {age: «-3}\n"),
        ("E213", "case_id: T\npatient: {age: «131}\n"),
    ],
)  # fmt: skip
def test_wrong_value_is_named_at_its_place(code: str, text: str) -> None:
    check(code, text)


@pytest.mark.parametrize("age", ["820", "200 years", "1e3", "99999999999", "９９９"])  # noqa: RUF001
def test_age_that_nobody_reaches_is_refused(age: str) -> None:
    assert problems_of(f"case_id: T\npatient: {{age: {age}}}\n")


# E3xx: references


@pytest.mark.parametrize(
    ("code", "text", "meant"),
    [
        ("E302", HEAD + "assessor: [{pair: [«zzz, lcv], fact: onset, value: unknown, reason: r}]\n", ""),
        ("E304", HEAD + "assessor: [{pair: [«amc, lcv], fact: onset, value: unknown, reason: r}]\n", "amx"),
        ("E304", HEAD + "assessor: [{pair: [amx, «lvc], fact: onset, value: unknown, reason: r}]\n", "lcv"),
        ("E304", HEAD + "assessor: [{pair: [amx, lcv], fact: «onsett, value: unknown, reason: r}]\n", "onset"),
        ("E302", HEAD + "assessor: [{pair: [amx, lcv], fact: «zzz, value: unknown, reason: r}]\n", ""),
        ("E304", HEAD + "assessor: [{pair: [amx, lcv], fact: onset, value: «compatibel, reason: r}]\n", "compatible"),
        ("E302", HEAD + "assessor: [{pair: [amx, lcv], fact: onset, value: «zzz, reason: r}]\n", ""),
        ("E304", HEAD + "      - {id: e2, actions: {ammx: «withdrawn}}\n", "amx"),
        ("E302", HEAD + "      - {id: e2, actions: {zzz: «withdrawn}}\n", ""),
        ("E304", HEAD + "      - {id: e2, recurrence_on: «amx-22}\n", "amx-2"),
        ("E304", HEAD + "      - {id: e2, onset: «D1 day 3}\n", "D0"),
        ("E302", HEAD + "      - {id: e2, onset: «zzz day 3}\n", ""),
        ("E304", HEAD + "      - {id: e2, onset: «{after: [e1.recoverd]}}\n", "e1.recovered"),
        ("E302", HEAD + "      - {id: e2, onset: «{before: [zzz]}}\n", ""),
        ("E304", HEAD + "investigations: [{test: ANCA, concerns: [«lcvv]}]\n", "lcv"),
        ("E304", HEAD + "investigations: [«{test: ANCA, after: [e1.recoverd]}]\n", "e1.recovered"),
        ("E304", HEAD.replace("500 mg}", "500 mg, recurrence: {lvc: «no}}", 1), "lcv"),
        ("E304", HEAD.replace("2020-03}", "«{after: [e1.recoverd]}}", 1), "e1.recovered"),
        ("E302", HEAD.replace("2020-03}", "2020-03, D1: «zzz day 4}", 1), ""),
    ],
)  # fmt: skip
def test_name_that_leads_nowhere_is_reported_with_a_suggestion(
    code: str, text: str, meant: str
) -> None:
    problem = check(code, text)
    assert problem.params.get("meant", "") == meant
    assert problem.params["found"]
    assert problem.params["allowed"]


@pytest.mark.parametrize(
    "text",
    [
        HEAD.replace("  - id: lcv", "  - id: «amx").replace("  - id: amx", "  - »id: amx"),
        HEAD + "      - {id: e1}\n",
        HEAD + "conditions: [{id: lcv, term: hepatitis C}]\n",
        HEAD + "investigations: [{id: amx-1, test: ANCA}]\n",
    ],
)
def test_id_given_twice_names_both_places(text: str) -> None:
    clean, _, first = unmarked(text)
    (problem,) = problems_of(clean)
    assert problem.code == "E301"
    assert problem.line is not None
    assert problem.other_line is not None
    assert problem.other_line < problem.line
    if first is not None:
        assert other_place(problem) == first


@pytest.mark.parametrize(
    "anchors",
    [
        "{D0: «D0 day 3}",
        "{D0: «D1 day 2, D1: D0 day 2}",
        "{D2: 2020, D0: «D1 day 2, D1: D3 day 2, D3: D0 day 2}",
    ],
)
def test_anchors_that_lead_back_to_themselves_are_reported(anchors: str) -> None:
    clean, wanted, _ = unmarked(f"case_id: T\nanchors: {anchors}\n")
    problems = problems_of(clean)
    assert {problem.code for problem in problems} == {"E303"}
    assert place(problems[0]) == wanted


# E3xx: contradictions


@pytest.mark.parametrize(
    ("code", "text"),
    [
        # stop before start
        ("E311", "case_id: T\ndrugs: [{name: x, exposures: [{start: »2020-03-05, stop: «2020-03-01}]}]\n"),
        ("E311", "case_id: T\ndrugs: [{name: x, exposures: [{start: »2020-04, stop: «2020-03}]}]\n"),
        ("E311", "case_id: T\nanchors: {D0: 2020}\ndrugs: [{name: x, exposures: [{start: »D0 day 5, stop: «D0 day 3}]}]\n"),
        ("E311", "case_id: T\nanchors: {D0: 2020-03-05}\ndrugs: [{name: x, exposures: [{start: »D0 day 1, stop: «2020-03-04}]}]\n"),
        ("E311", "case_id: T\nconditions: [{term: x, periods: [{start: »2020-03-05, stop: «2020-03-01}]}]\n"),
        ("E311", "case_id: T\nreactions: [{term: x, episodes: [{treatment: [{drug: y, start: »2020-03-05, stop: «2020-03}]}]}]\n"
                 .replace("2020-03}", "2020-02}")),
        # an end of the reaction before its onset
        ("E312", "case_id: T\nreactions: [{term: x, episodes: [{onset: »2020-03-05, recovered: «2020-03-04}]}]\n"),
        ("E312", "case_id: T\nreactions: [{term: x, episodes: [{onset: »2020-03-05, improved: «2020-02}]}]\n"),
        ("E312", "case_id: T\nreactions: [{term: x, episodes: [{onset: »2020-03-05, died: «2019}]}]\n"),
        ("E312", "case_id: T\nreactions: [{term: x, episodes: [{onset: »2020-03-05, last_new_lesions: «2020-03-04}]}]\n"),
        ("E312", "case_id: T\nreactions: [{term: x, episodes: [{improved: »2020-03-05, recovered: «2020-03-04}]}]\n"),
        ("E312", "case_id: T\nanchors: {D0: 2020}\nreactions: [{term: x, episodes: [{onset: »D0 day 3, recovered: «D0 day 2}]}]\n"),
        # a recurrence before the re-exposure
        ("E313", HEAD.replace("start: 2020-06-01", "start: »2020-06-01") + "      - {id: e2, onset: «2020-05-31, recurrence_on: amx-2}\n"),
        ("E313", HEAD.replace("start: 2020-06-01, stop: 2020-06-10", "start: 2020-06-01, stop: 2020-06-10, recurrence: «{lcv: yes}")
                     .replace("onset: 2020-03-08", "onset: »2020-03-08")),
        # a stated "no" with an episode inside
        ("E315", HEAD.replace("stop: 2020-06-10", "stop: 2020-06-10, recurrence: «{lcv: no}") + "      - {id: e2, onset: »2020-06-05}\n"),
        ("E315", HEAD.replace("stop: 2020-06-10", "stop: 2020-06-10, recurrence: «no") + "      - {id: e2, onset: »2020-06-05}\n"),
        # ongoing with a stop
        ("E314", "case_id: T\ndrugs: [{name: x, exposures: [{start: 2020, stop: »2020-03, ongoing: «true}]}]\n"),
        ("E314", "case_id: T\nconditions: [{term: x, periods: [{stop: »2020-03, ongoing: «true}]}]\n"),
        # an outcome against a date
        ("E316", "case_id: T\nreactions: [{term: x, episodes: [{outcome: «not_recovered, recovered: »2020-03-20}]}]\n"),
        ("E316", "case_id: T\nreactions: [{term: x, episodes: [{recovered: »2020-03-20, outcome: «fatal}]}]\n"),
        ("E316", "case_id: T\nreactions: [{term: x, episodes: [{outcome: «recovered, died: »2020-03-20}]}]\n"),
        # withdrawn, and yet going on since before
        ("E317", "case_id: T\ndrugs: [{id: x, name: x, exposures: [{start: 2020-01-01, ongoing: »true}]}]\nreactions: [{term: r, episodes: [{onset: 2020-02-01, actions: {x: «withdrawn}}]}]\n"),
        ("E317", "case_id: T\ndrugs: [{id: x, name: x, exposures: [{start: 2020-02-03, ongoing: »true}]}]\nreactions: [{term: r, episodes: [{onset: 2020-02-01, recovered: 2020-03-01, actions: {x: «withdrawn}}]}]\n"),
        ("E317", "case_id: T\ndrugs: [{id: x, name: x, exposures: [{ongoing: »true}]}]\nreactions: [{term: r, episodes: [{onset: 2020-02-01, actions: {x: «withdrawn}}]}]\n"),
        # withdrawn, and yet first given after the reaction was over
        ("E320", "case_id: T\ndrugs: [{id: x, name: x, exposures: [{start: »2020-03-02, stop: 2020-03-05}]}]\nreactions: [{term: r, episodes: [{onset: 2020-02-01, recovered: 2020-03-01, actions: {x: «withdrawn}}]}]\n"),
        ("E320", "case_id: T\ndrugs: [{id: x, name: x, exposures: [{start: »2020-04, ongoing: true}]}]\nreactions: [{term: r, episodes: [{onset: 2020-02-01, died: 2020-03-01, actions: {x: «withdrawn}}]}]\n"),
        # still given, and yet its last dose was before the onset
        ("E318", "case_id: T\ndrugs: [{id: x, name: x, exposures: [{start: 2020-01-01, stop: »2020-01-10}]}]\nreactions: [{term: r, episodes: [{onset: 2020-02-01, actions: {x: «continued}}]}]\n"),
        ("E318", "case_id: T\ndrugs: [{id: x, name: x, exposures: [{start: 2020-01-01, stop: »2020-01-10}, {start: 2020-03-01}]}]\nreactions: [{term: r, episodes: [{onset: 2020-02-01, actions: {x: «dose_reduced}}]}]\n"),
        # taken before the case, and yet after its reaction began
        ("E319", "case_id: T\ndrugs: [{name: x}]\nreactions: [{term: r, episodes: [{onset: »2020-02-01}]}]\npast_drugs: [{drug: x, date: «2020-03}]\n"),
        # a stated order against the dates
        ("E305", HEAD.replace("recovered: 2020-03-20", "recovered: »2020-03-20") + "      - {id: e2, onset: «{date: 2020-03-10, after: [e1.recovered]}}\n"),
        ("E305", HEAD.replace("onset: 2020-03-08", "onset: »2020-03-08") + "      - {id: e2, onset: «{date: 2020-03-10, before: [e1]}}\n"),
    ],
)  # fmt: skip
def test_contradiction_names_both_places(code: str, text: str) -> None:
    assert "«" in text
    assert "»" in text
    check(code, text)


def test_recovery_before_onset_names_both_events_and_dates() -> None:
    text = "case_id: T\nreactions: [{id: r, term: x, episodes: [{onset: 2020-04, recovered: 2020-03}]}]\n"
    (problem,) = problems_of(text)
    line = problem_line(problem, Words("en"))
    assert line.startswith("case.yaml:2:69: reactions.0.episodes.0.recovered: E312 ")
    assert "'r.1.recovered' (2020-03)" in line
    assert "'r.1.onset' (2020-04, at 2:49)" in line


def test_order_that_goes_round_in_a_circle_names_its_events() -> None:
    (problem,) = problems_of(
        """\
case_id: T
reactions:
  - {term: x, episodes: [{id: e1, onset: {after: [biopsy]}}, {id: e2, onset: {after: [e1]}}]}
investigations: [{id: biopsy, test: skin biopsy, after: [e2]}]
"""
    )
    assert problem.code == "E306"
    assert problem.line in {3, 4}
    assert all(name in str(problem.params["circle"]) for name in ("biopsy", "e1.onset", "e2.onset"))


def test_event_after_itself_is_a_circle() -> None:
    (problem,) = problems_of(HEAD + "      - {id: e2, onset: {after: [e2]}}\n")
    assert problem.code == "E306"


@pytest.mark.parametrize(
    "text",
    [
        "reactions: [{term: x, episodes: [{id: e1, onset: {after: [e1.recovered]}, outcome: recovered}]}]",
        "drugs: [{id: x, name: x, exposures: [{start: {after: [x.1.stop]}, stop: {after: [e1]}}]}]\n"
        "reactions: [{id: r, term: r, episodes: [{id: e1}]}]",
        "drugs: [{id: x, name: x, exposures: [{stop: {before: [x.1.start]}}]}]",
    ],
)  # fmt: skip
def test_event_after_its_own_end_is_a_contradiction(text: str) -> None:
    (problem,) = problems_of(f"case_id: T\n{text}\n")
    assert problem.code in {"E306", "E311", "E312"}


def test_order_through_an_undated_event_against_the_dates_is_a_contradiction() -> None:
    (problem,) = problems_of(
        """\
case_id: T
investigations:
  - {id: one, test: a, date: 2020-03-10}
  - {id: two, test: b, after: [one]}
  - {id: three, test: c, date: 2020-03-05, after: [two]}
"""
    )
    assert problem.code in {"E305", "E306"}


def test_stated_no_with_an_episode_during_an_ongoing_exposure_is_a_contradiction() -> None:
    text = HEAD.replace("stop: 2020-06-10", "ongoing: true, recurrence: {lcv: no}")
    (problem,) = problems_of(text + "      - {id: e2, onset: 2020-06-05}\n")
    assert problem.code == "E315"


def test_stated_no_with_an_episode_said_to_be_on_it_is_a_contradiction() -> None:
    text = HEAD.replace("stop: 2020-06-10", "recurrence: {lcv: no}")
    (problem,) = problems_of(text + "      - {id: e2, recurrence_on: amx-2}\n")
    assert problem.code == "E315"


WITHDRAWN = """drugs: [{id: x, name: x, exposures: [%s]}]
reactions: [{term: r, episodes: [{onset: 2020-02-01, recovered: 2020-03-01, actions: {x: withdrawn}}]}]
"""


@pytest.mark.parametrize(
    "text",
    [
        "drugs: [{name: x, exposures: [{start: 2020-03, stop: 2020-03-01}]}]",
        "drugs: [{name: x, exposures: [{start: 2020-03-05, stop: 2020-03-05}]}]",
        "drugs: [{name: x, exposures: [{start: 2020-03-31, stop: 2020}]}]",
        "reactions: [{term: x, episodes: [{onset: 2020-03-20, recovered: 2020-03}]}]",
        "reactions: [{term: x, episodes: [{onset: 2020, recovered: 2020-01-01}]}]",
        "reactions: [{term: x, episodes: [{onset: {from: 2020-03-05}, recovered: 2020-03-06}]}]",
        "anchors: {D0: 2020-03}\nreactions: [{term: x, episodes: [{onset: D0 day 9, recovered: 2020-03-12}]}]",
        "anchors: {D0: }\nreactions: [{term: x, episodes: [{onset: D0 day 9, recovered: 2020-03-12}]}]",
        "anchors: {D0: 2020, D1: 2020}\nreactions: [{term: x, episodes: [{onset: D0 day 9, recovered: D1 day 1}]}]",
        "investigations: [{id: a, test: a, date: 2020-03}, {id: b, test: b, date: 2020-03-01, after: [a]}]",
        "drugs: [{name: x, exposures: [{start: 2020, stop: {null_flavour: ASKU}, ongoing: true}]}]",
        "drugs: [{name: x, exposures: [{start: 2020, stop: 2020-03, ongoing: false}]}]",
        # withdrawn and begun again; or perhaps first given before the episode was over
        WITHDRAWN % "{start: 2020-01-01, stop: 2020-02-02}, {start: 2020-04-01, ongoing: true}",
        WITHDRAWN % "{stop: 2020-02-02}, {start: 2020-04-01, ongoing: true}",
        WITHDRAWN % "{start: 2020-03-01, stop: 2020-03-05}",
        WITHDRAWN % "{start: 2020-03}",
        WITHDRAWN % "{}",
    ],
)  # fmt: skip
def test_partial_dates_that_only_might_contradict_are_accepted(text: str) -> None:
    accepted(f"case_id: T\n{text}\n")


@pytest.mark.parametrize(
    ("exposure_keys", "onset"),
    [
        ("stop: 2020-06-10, recurrence: {lcv: no}", "2020-06"),
        ("stop: 2020-06, recurrence: {lcv: no}", "2020-06-05"),
        ("stop: 2020-06-10, recurrence: {lcv: no}", "2020-07-01"),
        ("stop: 2020-06-10, recurrence: {lcv: unknown}", "2020-06-05"),
        ("stop: 2020-06-10, recurrence: {lcv: yes}", "2020-06"),
        ("stop: 2020-06-10, recurrence: {lcv: yes}", "{after: [amx-2.start]}"),
    ],
)
def test_recurrence_that_the_dates_leave_open_is_accepted(exposure_keys: str, onset: str) -> None:
    text = HEAD.replace("stop: 2020-06-10", exposure_keys)
    accepted(text + f"      - {{id: e2, onset: {onset}}}\n")


def test_stated_no_about_another_reaction_is_no_contradiction() -> None:
    text = HEAD.replace("stop: 2020-06-10", "stop: 2020-06-10, recurrence: {itch: no}")
    accepted(
        text
        + "      - {id: e2, onset: 2020-06-05}\n  - {id: itch, term: itching, episodes: [{}]}\n"
    )


# All at once


def test_all_faults_of_a_file_are_reported_together() -> None:
    text = """\
case_id: T
patient: {age: old, shoe: 44}
drugs:
  - name: x
    role: culprit
    exposures:
      - {start: 2019-02-29, dose: 25}
      - {strat: 2018}
  - id: y
reactions:
  - {term: z, episodes: [{onset: 05/10/2018, outcome: better}]}
"""
    found = sorted((p.line, p.column, p.code) for p in problems_of(text))
    assert found == [
        (2, 16, "E212"),
        (2, 21, "E101"),
        (5, 11, "E102"),
        (7, 17, "E202"),
        (7, 35, "E211"),
        (8, 10, "E100"),
        (9, 5, "E103"),
        (11, 34, "E205"),
        (11, 55, "E102"),
    ]


def test_wrong_values_hide_neither_wrong_names_nor_contradictions() -> None:
    text = """\
case_id: T
patient: {sex: none}
drugs:
  - {id: x, name: X, exposures: [{start: 2020-03-05, stop: 2020-03-01, dose: lots}]}
reactions:
  - {id: r, term: R, episodes: [{onset: 2020-04-01, recovered: 2020-03-01}]}
"""
    assert sorted(problem.code for problem in problems_of(text)) == ["E102", "E211", "E311", "E312"]


def test_wrong_names_hide_no_contradictions() -> None:
    text = """\
case_id: T
drugs:
  - {id: x, name: X, exposures: [{start: 2020-03-05, stop: 2020-03-01}]}
reactions:
  - {id: r, term: R, episodes: [{onset: 2020-04-01, recovered: 2020-03-01, actions: {y: withdrawn}}]}
investigations: [{test: ANCA, after: [nothing]}]
"""
    codes = {problem.code for problem in problems_of(text)}
    assert {"E311", "E312"} <= codes
    assert codes & {"E302", "E304"}


# Never our bug


@pytest.mark.parametrize(
    "text",
    [
        "drugs: [{name: x, exposures: [{start: 2018-01-01, duration: 10000000 days}]}]",
        "drugs: [{name: x, exposures: [{stop: 2018-01-01, duration: 10000000 days}]}]",
        "drugs: [{name: x, exposures: [{start: 2018-01-01, duration: " + "9" * 400 + " days}]}]",
        "drugs: [{name: x, half_life: " + "9" * 400 + " days}]",
        "reactions: [{term: x, episodes: [{onset: 2018-01-01, duration: 9999999 years}]}]",
        "anchors: {A: 2200}\ndrugs: [{name: x, exposures: [{start: A day " + "9" * 5000 + "}]}]",
        "anchors: {A0: 2200, "
        + ", ".join(f"A{n}: A{n - 1} day 100000" for n in range(1, 40))
        + "}\ndrugs: [{name: x, exposures: [{start: A39 day 1}]}]",
        "anchors: {A0: 1850, "
        + ", ".join(f"A{n}: A{n - 1} day -100000" for n in range(1, 40))
        + "}\ndrugs: [{name: x, exposures: [{start: A39 day 1}]}]",
    ],
)
def test_dates_beyond_the_calendar_are_refused(text: str) -> None:
    problems_of(f"case_id: T\n{text}\n")


def test_thousands_of_chained_anchors_are_no_crash() -> None:
    chain = ", ".join(f"A{n}: A{n + 1} day 1" for n in range(3000))
    text = f"case_id: T\nanchors: {{{chain}, A3000: 2020-03-04}}\n"
    assert case_or_problems(text)


def case_or_problems(text: str) -> Case | tuple[Problem, ...]:
    try:
        return parse_case(text, "any.json")
    except InputError as error:
        return error.problems


KEYS = st.sampled_from(
    ("case_id", "patient", "drugs", "name", "exposures", "start", "reactions", "term", "x.y", "")
)
VALUES = st.recursive(
    st.none()
    | st.sampled_from(("2020-03", "D0 day 1", "none", "yes", "25 mg", "suspect", "x", "²"))
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_any_document_is_a_case_or_an_input_error(value: dict[str, object]) -> None:
    result = case_or_problems(json.dumps({"case_id": "T", **value}))
    if not isinstance(result, Case):
        assert result
        assert all(problem_line(problem, Words("es")) for problem in result)


@given(st.dates(), st.dates())
def test_exposure_is_accepted_just_when_it_does_not_end_before_it_starts(
    start: object, stop: object
) -> None:
    text = f"case_id: T\ndrugs: [{{name: x, exposures: [{{start: '{start}', stop: '{stop}'}}]}}]\n"
    try:
        first, last = parse_date(str(start)), parse_date(str(stop))
    except ValueError:
        return
    assert first.earliest is not None
    assert last.earliest is not None
    if last.earliest < first.earliest:
        assert [problem.code for problem in problems_of(text)] == ["E311"]
    else:
        accepted(text)


def test_every_code_of_shape_values_and_contradictions_has_a_test() -> None:
    root = Path(__file__).resolve().parents[2]
    source = "".join(
        path.read_text(encoding="utf-8") for path in (root / "causality").rglob("*.py")
    )
    here = Path(__file__).read_text(encoding="utf-8")
    codes = set(re.findall(r'"(E[123]\d\d)"', source))
    assert len(codes) > 30
    assert sorted(codes - set(re.findall(r'"(E[123]\d\d)"', here))) == []


def test_a_wrong_date_of_an_anchor_is_one_fault_whatever_counts_from_it() -> None:
    text = HEAD.replace("2020-03}", "2020-13-01}", 1) + "      - {id: e2, onset: D0 day 3}\n"
    with pytest.raises(InputError) as caught:
        parse_case(text, "case.yaml")
    assert [(p.code, p.path) for p in caught.value.problems] == [("E202", "anchors.D0")]
