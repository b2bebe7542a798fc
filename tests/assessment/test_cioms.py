"""The boxes of the CIOMS I form: what is not known stays blank."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from causality.assessment.assess import CaseAssessment, assess_case, make_method
from causality.assessment.cioms import cioms_json
from causality.assessment.method import Method
from causality.assessment.result import as_json
from causality.case.reader import parse_case
from causality.knowledge.load import load_knowledge
from causality.report.markdown import markdown_page
from causality.report.view import case_view
from causality.words import LANGUAGES, Language, Words

EXAMPLES = Path(__file__).parents[2] / "causality" / "examples"


@cache
def method() -> Method:
    return make_method(["sefv-h"], load_knowledge(), {})


def assessed(text: str, **options: Any) -> CaseAssessment:
    return assess_case(parse_case(text, "case.yaml"), method(), **options)


def boxes(
    episode: str, exposures: str = "[{start: 2024-01-01, stop: 2024-01-20}]", **options: Any
) -> Mapping[str, Any]:
    """Return the one pair of a small case."""
    text = f"""
case_id: T1
drugs: [{{id: d, name: amoxicillin, exposures: {exposures}}}]
reactions: [{{id: r, term: purpura, episodes: [{episode}]}}]
"""
    (pair,) = cioms_json(assessed(text, **options))["pairs"]
    found: Mapping[str, Any] = pair
    return found


ONSET = "onset: 2024-01-15"


@pytest.mark.parametrize(
    ("episode", "exposures", "answer", "reason"),
    [
        ("actions: {d: withdrawn}, outcome: recovered", None, "yes", "improved"),
        ("recovered: 2024-01-25", None, "yes", "improved"),
        ("actions: {d: withdrawn}, outcome: not_recovered", None, None, "course_unknown"),
        (
            "actions: {d: withdrawn}, outcome: not_recovered, last_new_lesions: 2024-06-01",
            None,
            "no",
            "not_improved",
        ),
        ("actions: {d: withdrawn}", None, None, "course_unknown"),
        ("actions: {d: withdrawn}, outcome: fatal", None, "na", "fatal"),
        (
            "actions: {d: withdrawn}, outcome: recovered_with_sequelae",
            None,
            None,
            "irreversible",
        ),
        ("actions: {d: continued}, outcome: recovered", "[{start: 2024-01-01}]", "na", "continued"),
        ("actions: {d: dose_reduced}", "[{start: 2024-01-01}]", "na", "dose_reduced"),
        (
            "actions: {d: unknown}, outcome: recovered",
            "[{start: 2024-01-01}]",
            None,
            "action_unknown",
        ),
        ("outcome: recovered", "[{start: 2024-01-01}]", None, "action_unknown"),
        ("outcome: recovered", "[{start: 2024-01-10, administrations: 1}]", "na", "single_dose"),
        (
            "recovered: 2024-02-01",
            "[{start: 2024-01-01, stop: 2024-01-07}]",
            "na",
            "stopped_before",
        ),
        # only that it ended is known
        (
            "recovered: 2024-02-01",
            "[{start: 2024-01-01, stop: 2024-01}]",
            None,
            "ended",
        ),
        ("outcome: unknown", "[{start: 2024-01-01, stop: 2024-01}]", None, "ended"),
        ("outcome: fatal", "[{start: 2024-01-01, stop: 2024-01}]", "na", "fatal"),
        ("recovered: 2024-02-01", "[{start: 2024-02-02, stop: 2024-02-09}]", "na", "begun_later"),
    ],
)
def test_box_20(episode: str, exposures: str | None, answer: str | None, reason: str) -> None:
    given = {} if exposures is None else {"exposures": exposures}
    found = boxes(f"{{{ONSET}, {episode}}}", **given)["box_20"]
    assert (found["answer"], found["reason"]) == (answer, reason)


AGAIN = (
    "[{start: 2024-01-01, stop: 2024-01-20}, {id: again, start: 2024-06-01, stop: 2024-07-30%s}]"
)
OVER = f"{{id: e1, {ONSET}, recovered: 2024-02-01}}"


@pytest.mark.parametrize(
    ("exposures", "more", "answer", "reason"),
    [
        (AGAIN % "", ", {onset: 2024-06-05}", "yes", "recurred"),
        (AGAIN % ", recurrence: no", "", "no", "not_recurred_not_telling"),
        (
            AGAIN.replace("start: 2024-01-01", "dose: 1 g, start: 2024-01-01")
            % ", recurrence: no, dose: 1 g, cover: none",
            "",
            "no",
            "not_recurred",
        ),
        (AGAIN % "", "", None, "recurrence_unknown"),
        ("[{start: 2024-01-01, stop: 2024-01-20}]", "", "na", "not_given_again"),
        ("[{}]", "", "na", "not_given_again"),
        ("[]", "", None, "re_exposure_unknown"),  # of a drug without any dose on file
    ],
)
def test_box_21(exposures: str, more: str, answer: str | None, reason: str) -> None:
    found = boxes(OVER + more, exposures)["box_21"]
    assert (found["answer"], found["reason"]) == (answer, reason)


def test_what_a_person_decided_counts() -> None:
    text = f"""
case_id: T1
drugs: [{{id: d, name: amoxicillin, exposures: [{{start: 2024-01-01}}]}}]
reactions: [{{id: r, term: purpura, episodes: [{{{ONSET}}}]}}]
assessor:
  - {{pair: [d, r], fact: rechallenge, value: positive, reason: told by the patient}}
"""
    (pair,) = cioms_json(assessed(text))["pairs"]
    assert (pair["box_21"]["answer"], pair["box_21"]["reason"]) == ("yes", "stated")


def test_reference_case_fills_the_boxes() -> None:
    text = (EXAMPLES / "lenalidomide.yaml").read_text(encoding="utf-8")
    found = as_json(assessed(text))["cioms_i"]
    first = found["suspects"][0]
    assert first["box_14"]["name"] == "lenalidomide"
    assert first["box_17"] == "multiple myeloma"
    assert first["courses"][0] == {
        "box_15": ["25 mg daily"],
        "box_16": [],
        "box_18": {"from": "D0 day 1", "to": "D0 day 4", "ongoing": False},
        "box_19_days": [4, 4],
    }
    pair = found["pairs"][0]
    assert (pair["box_20"]["answer"], pair["box_21"]["answer"]) == ("yes", "yes")
    assert [drug["box_14"]["name"] for drug in found["box_22"]] == ["bortezomib"]
    assert "IgA lambda multiple myeloma" in [entry.get("term") for entry in found["box_23"]]
    json.dumps(found)


def test_nothing_of_what_came_later_is_there() -> None:
    text = (EXAMPLES / "lenalidomide.yaml").read_text(encoding="utf-8")
    found = cioms_json(assessed(text, as_of="D0 day 3"))
    assert len(found["suspects"][0]["courses"]) == 1
    course = found["suspects"][0]["courses"][0]
    assert (course["box_18"]["to"], course["box_19_days"]) == (None, [None, None])
    pair = found["pairs"][0]
    assert pair["box_20"]["answer"] is None
    assert pair["box_21"]["answer"] == "na"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_has_the_section(path: Path, language: Language) -> None:
    result = assessed(path.read_text(encoding="utf-8"))
    page = markdown_page(case_view(result, Words(language)))
    section = page.partition("CIOMS I")[2]
    assert "20. " in section
    assert "21. " in section
    for drug in cioms_json(result)["suspects"]:
        assert drug["box_14"]["name"].split("*")[0] in section


def test_report_says_that_a_box_is_blank() -> None:
    text = f"""
case_id: T1
drugs: [{{id: d, name: amoxicillin}}]
reactions: [{{id: r, term: purpura, episodes: [{{{ONSET}}}]}}]
conditions: [{{term: hepatitis C, present: no}}]
past_drugs: [{{drug: penicillin, outcome: reacted, reaction: rash}}]
"""
    page = markdown_page(case_view(assessed(text), Words("en"))).partition("CIOMS I")[2]
    assert "Blank: not known" in page
    assert "hepatitis C (present: no)" in page
    assert "Earlier drug: penicillin · rash" in page


def test_case_without_a_suspect_has_no_section() -> None:
    result = assessed("case_id: T1\ndrugs: [{name: x, role: concomitant}]\n")
    assert "CIOMS" not in markdown_page(case_view(result, Words("en")))
    assert cioms_json(result)["suspects"] == []


@pytest.mark.parametrize(
    ("exposures", "listed"),
    [
        ("[{start: 2020-01-09, stop: 2020-01-20}]", False),
        ("[]", False),
        ("[{start: 2019}]", True),
        ("[{start: 2020-01}]", True),
        ("[{start: 2019, stop: 2019-06}, {start: 2020-01-09}]", True),
    ],
)
def test_box_22_leaves_out_what_only_treated_the_reaction(exposures: str, listed: bool) -> None:
    result = assessed(f"""
case_id: a
drugs:
  - {{id: a, name: amoxicillin, exposures: [{{start: 2020-01-01, stop: 2020-01-09}}]}}
  - {{id: p, name: Prednisone, role: concomitant, exposures: {exposures}}}
  - {{id: i, name: ibuprofen, role: concomitant, exposures: [{{start: 2020-01-09}}]}}
reactions:
  - term: purpura
    episodes: [{{onset: 2020-01-08, treatment: [{{drug: prednisone}}]}}]
""")
    found = [drug["drug_id"] for drug in cioms_json(result)["box_22"]]
    assert found == (["p", "i"] if listed else ["i"])
