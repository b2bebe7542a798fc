"""Faults of an algorithm file: all of them, each with its place and its code."""

from pathlib import Path

import pytest

from causality.errors import DefinitionError, Problem, UsageError
from causality.scoring.load import algorithm_ids, load_algorithm, parse_algorithm
from causality.scoring.model import Algorithm
from causality.scoring.proof import attainable, domain, truth_table
from causality.terms.facts import FACTS

VALID = """\
id: small
version: "1"
label: {en: small, es: pequeño}
sources: {s: a source}
range: [-1, 3]
conventions:
  kind:
    label: {en: x, es: x}
    default: plain
    choices: {plain: {en: x, es: x}, other: {en: x, es: x}}
questions:
  first:
    label: {en: x, es: x}
    options:
      - {code: 1, points: 2, when: [{onset: compatible}], label: {en: x, es: x}, source: s}
      - {code: 2, points: -1, when: [{course: improved, kind: other}], label: {en: x, es: x},
         source: s}
      - {code: 3, points: 0, label: {en: x, es: x}, source: s}
  second:
    label: {en: x, es: x}
    options:
      - {code: 1, points: 1, when: [{first: "1", placebo: recurred}], label: {en: x, es: x},
         source: s}
      - {code: 2, points: 0, label: {en: x, es: x}, source: s}
categories: {low: {en: x, es: x}, middle: {en: x, es: x}, high: {en: x, es: x}}
bands:
  - {max: 0, category: low}
  - {max: 2, category: middle}
  - {category: high}
bands_source: s
flags:
  bare: {when: [{first: "3", second: "2"}], label: {en: x, es: x}, source: s}
"""


def faults(text: str) -> list[Problem]:
    with pytest.raises(DefinitionError) as caught:
        parse_algorithm(text, "small.yaml")
    return list(caught.value.problems)


def place_of(text: str, token: str, number: int = 1) -> tuple[int, int]:
    """Return line and column of the first letter of a token, or of its n-th occurrence."""
    position = -1
    for _ in range(number):
        position = text.index(token, position + 1)
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")


def changed(old: str, new: str) -> str:
    assert VALID.count(old) == 1, old
    return VALID.replace(old, new)


def test_a_sound_file_has_no_fault() -> None:
    assert parse_algorithm(VALID, "small.yaml").id == "small"


FIRST = (
    "      - {code: 1, points: 2, when: [{onset: compatible}], label: {en: x, es: x}, source: s}\n"
)
LAST = "      - {code: 3, points: 0, label: {en: x, es: x}, source: s}\n"
NEVER = (
    "      - {code: 9, points: 9, when: [{onset: compatible, course: improved}],"
    " label: {en: x, es: x}, source: s}\n"
)
GAP = "      - {code: 3, points: 0, when: [{course: improved}], label: {en: x, es: x}, source: s}\n"
EARLY = "      - {code: 9, points: 0, label: {en: x, es: x}, source: s}\n"


@pytest.mark.parametrize(
    ("text", "code", "token", "number"),
    [
        pytest.param(changed(LAST, GAP), "E511", "{code: 3", 1, id="last option with a when"),
        pytest.param(
            changed(LAST, EARLY + LAST), "E512", "{code: 9", 1, id="option without a when, not last"
        ),
        pytest.param(changed("{onset: comp", "{onsett: comp"), "E513", "compatible", 1, id="fact"),
        pytest.param(changed('{first: "1"', '{second: "1"'), "E513", '"1", pl', 1, id="itself"),
        pytest.param(changed('{first: "1"', '{third: "1"'), "E513", '"1", pl', 1, id="question"),
        pytest.param(changed('{first: "3"', '{frst: "3"'), "E513", '"3", sec', 1, id="in a flag"),
        pytest.param(
            changed("onset: compatible", "onset: compatibel"), "E514", "compatibel", 1, id="value"
        ),
        pytest.param(changed("kind: other}]", "kind: others}]"), "E514", "others", 1, id="choice"),
        pytest.param(
            changed('{first: "1"', '{first: "7"'), "E514", '"7"', 1, id="answer of a question"
        ),
        pytest.param(
            changed('{first: "3"', '{first: "7"'), "E514", '"7"', 1, id="answer, in a flag"
        ),
        pytest.param(
            changed(LAST, LAST.replace("source: s", "source: t")), "E515", "t}", 1, id="source"
        ),
        pytest.param(changed("bands_source: s", "bands_source: t"), "E515", "t\nfl", 1, id="bands"),
        pytest.param(
            changed(
                '"2"}], label: {en: x, es: x}, source: s', '"2"}], label: {en: x, es: x}, source: t'
            ),
            "E515",
            "t}",
            1,
            id="source of a flag",
        ),
        pytest.param(
            changed("{category: high", "{max: 9, category: high"),
            "E516",
            "{max: 9",
            1,
            id="last band with a limit",
        ),
        pytest.param(changed("{max: 2,", "{max: 0,"), "E517", "{max: 0", 2, id="equal bands"),
        pytest.param(changed("{max: 2,", "{max: -1,"), "E517", "{max: -1", 1, id="bands turned"),
        pytest.param(
            changed("{max: 2, category", "{category"),
            "E517",
            "{category: high",
            1,
            id="band after one without a limit",
        ),
        pytest.param(changed("default: plain", "default: none"), "E518", "none", 1, id="default"),
        pytest.param(
            changed(FIRST, FIRST + NEVER), "E519", "{code: 9", 1, id="option never reached"
        ),
        pytest.param(changed("[-1, 3]", "[-1, 4]"), "E520", "[-1, 4]", 1, id="range too wide"),
        pytest.param(changed("[-1, 3]", "[0, 3]"), "E520", "[0, 3]", 1, id="range too narrow"),
    ],
)
def test_a_fault_is_reported_with_its_code_and_place(
    text: str, code: str, token: str, number: int
) -> None:
    (problem,) = faults(text)
    assert problem.code == code
    assert (problem.file, problem.line, problem.column) == (
        "small.yaml",
        *place_of(text, token, number),
    )


@pytest.mark.parametrize(
    ("old", "new", "params"),
    [
        ("onset: compatible", "onset: compatibel", {"found": "compatibel", "name": "onset"}),
        ("{onset: comp", "{onsett: comp", {"found": "onsett"}),
        ("default: plain", "default: none", {"found": "none", "allowed": "plain, other"}),
        ("[-1, 3]", "[-2, 5]", {"found": "-2…5", "attainable": "-1…3"}),
    ],
)
def test_a_fault_says_what_was_found_and_what_is_allowed(
    old: str, new: str, params: dict[str, object]
) -> None:
    (problem,) = faults(changed(old, new))
    assert params.items() <= dict(problem.params).items()


def test_allowed_values_are_named() -> None:
    (problem,) = faults(changed("onset: compatible", "onset: compatibel"))
    assert problem.params["allowed"] == ", ".join(FACTS["onset"])


def test_all_faults_come_at_once() -> None:
    text = (
        changed("onset: compatible", "onset: compatibel")
        .replace("default: plain", "default: none")
        .replace("{max: 2,", "{max: 0,")
        .replace(LAST, LAST.replace("source: s", "source: t"))
    )
    assert sorted(problem.code for problem in faults(text)) == ["E514", "E515", "E517", "E518"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (VALID.replace("points: 2,", "point: 2,"), "E100"),
        (VALID + "unheard_of: 1\n", "E101"),
        (VALID.replace('version: "1"\n', ""), "E103"),
        (VALID.replace("id: small", "id: Small One"), "E104"),
        (VALID.replace("points: 2,", "points: two,"), "E109"),
        (VALID + "version: again\n", "E010"),
        ("id: [", "E006"),
    ],
)
def test_a_file_of_another_shape_is_reported_too(text: str, code: str) -> None:
    problem = faults(text)[0]
    assert problem.code == code
    assert problem.line is not None


# What the proofs enumerate


def small() -> Algorithm:
    return parse_algorithm(VALID, "small.yaml")


def test_domain_of_facts_conventions_and_questions() -> None:
    assert domain(small(), "onset") == FACTS["onset"]
    assert domain(small(), "kind") == ("plain", "other")
    assert domain(small(), "first") == ("1", "2", "3")
    assert domain(small(), "nothing") is None


def test_truth_table_has_every_combination_once() -> None:
    rows = [tuple(sorted(values.items())) for values, _ in truth_table(small(), "first")]
    assert len(rows) == len(set(rows)) == len(FACTS["onset"]) * len(FACTS["course"]) * 2


def test_attainable_range_is_that_of_any_convention() -> None:
    assert attainable(small()) == (-1, 3)
    one = parse_algorithm(VALID.replace("range: [-1, 3]\n", ""), "small.yaml")
    assert attainable(one) == (-1, 3)


# Loading


def test_an_unknown_key_inside_a_question_says_what_was_meant() -> None:
    (problem,) = faults(VALID.replace("points: 2,", "point: 2,"))
    assert problem.params["meant"] == "points"


def test_an_own_file_is_proved_before_it_is_used(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(VALID, encoding="utf-8")
    bad.write_text(changed("[-1, 3]", "[-1, 4]"), encoding="utf-8")
    assert load_algorithm(str(good))[0].id == "small"
    with pytest.raises(DefinitionError) as caught:
        load_algorithm(str(bad))
    assert [p.file for p in caught.value.problems] == [str(bad)]


def test_an_unknown_algorithm_names_those_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        load_algorithm("sefv")
    (problem,) = caught.value.problems
    assert (problem.code, problem.params["found"]) == ("E501", "sefv")
    assert str(problem.params["allowed"]).split(", ") == list(algorithm_ids())


def test_examples_are_no_algorithms() -> None:
    assert "sefv-h" in algorithm_ids()
    assert not [name for name in algorithm_ids() if "examples" in name]
