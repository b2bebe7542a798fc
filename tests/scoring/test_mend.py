"""Faults of texts do not hide those of tables, and nothing else is put right."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.document import parse
from causality.errors import CausalityError, Problem
from causality.scoring.load import parse_algorithm
from causality.scoring.model import Algorithm
from causality.validation import validated
from tests.scoring.test_checks import VALID, changed, faults

WRONG = changed("course: improved", "course: better")


def codes(text: str) -> list[str]:
    return [problem.code for problem in faults(text)]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('version: "1"\n', "", "E103"),
        ("label: {en: small, es: pequeño}", "label: {en: small}", "E103"),
        ("label: {en: small, es: pequeño}", 'label: {en: small, es: ""}', "E110"),
        ("label: {en: small, es: pequeño}", "label: small", "E106"),
        ("label: {en: small, es: pequeño}\n", "", "E103"),
        ("label: {en: small, es: pequeño}", "lable: {en: small, es: pequeño}", "E100 E103"),
        ("low: {en: x, es: x}", "low: {en: x, sp: x}", "E101 E103"),
        ("  first:\n", "  first:\n    letter: [a]\n", "E110"),
        ("  first:\n", "  first:\n    leter: a\n", "E100"),
        ("points: 0, label: {en: x, es: x}, source: s}\n  s", "points: 0, source: s}\n  s", "E103"),
        ("points: 2, when", "points: 2, note: [x], when", "E106"),
        ("id: small\n", "id: small\nauthor: me\n", "E101"),
    ],
)  # fmt: skip
def test_a_fault_of_a_text_does_not_hide_one_of_a_table(old: str, new: str, code: str) -> None:
    assert WRONG.count(old) == 1
    assert sorted(codes(WRONG.replace(old, new))) == sorted([*code.split(), "E514"])
    assert sorted(codes(VALID.replace(old, new))) == code.split()  # and nothing follows from it


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("id: small\n", "", "E103"),
        ("bands:\n", "bandz:\n", "E100"),
        ("      - {code: 1, points: 2, when:", "      - {code: 1, points: 2, wen:", "E100"),
        ("      - {code: 1, points: 2, when:", "      - {code: 1, points: 2, condition:", "E101"),
        ("points: 2,", "points: two,", "E109"),
        ("kind:\n    label: {en: x, es: x}\n    default: plain", "kind:\n    default: []", "E103"),
        ("when: [{onset: compatible}]", "when: {onset: {x: y}, lable: 1}", ""),
        ("{max: 0, category: low}", "{max: 0}", "E103"),
        ("sources: {s: a source}", "sources: {s: [x]}", "E106"),
    ],
)
def test_another_fault_of_the_shape_is_reported_alone(old: str, new: str, code: str) -> None:
    found = codes(WRONG.replace(old, new))
    assert "E514" not in found or not code
    assert code in found or not code


def test_a_file_that_is_no_group_is_refused() -> None:
    assert codes("[1, 2]") == ["E106"]
    assert codes("text") == ["E106"]


def test_a_variant_tells_faults_of_its_texts_and_of_its_changes_together() -> None:
    text = """
id: local
parent: sefv-h
label: {en: x}
questions:
  rechallenge:
    options: []
"""
    assert sorted(codes(text)) == ["E103", "E103", "E525"]


def nodes(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = (
        value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    )
    for step in steps:
        yield (*way, step)
        yield from nodes(value[step], (*way, step))


VALUE: Any = parse(VALID, "small.yaml").value
CHANGES = st.tuples(
    st.sampled_from(list(nodes(VALUE))),
    st.sampled_from(["gone", "", "x", [], {}, ["x"], {"en": "x"}, {"zzz": "x"}, None]),
)


@given(st.lists(CHANGES, min_size=1, max_size=3))
def test_whatever_is_changed_every_fault_of_the_shape_is_told(changes: list[Any]) -> None:
    value = deepcopy(VALUE)
    for way, new in changes:
        inside = value
        try:
            for step in way[:-1]:
                inside = inside[step]
            if new == "gone":
                del inside[way[-1]]
            else:
                inside[way[-1]] = new
        except (KeyError, IndexError, TypeError):
            continue
    text = json.dumps(value)
    told = problems(lambda: parse_algorithm(text, "small.json"))
    shape = problems(lambda: validated(Algorithm, parse(text, "small.json")))
    assert [problem for problem in shape if problem not in told] == []


def problems(run: Callable[[], object]) -> list[Problem]:
    try:
        run()
    except CausalityError as error:
        return list(error.problems)
    return []
