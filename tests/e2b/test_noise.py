"""Reports as no sender should write them: whatever is changed in one, it is a case or set aside."""

import random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from causality.case.model import Case
from causality.e2b.icsr import IcsrCondition, IcsrPastDrug, IcsrTest
from causality.e2b.read import ReadReport, SetAside, read_reports
from causality.e2b.stream import Message
from causality.errors import Problem
from tests.e2b.reports import value, vasculitis
from tests.e2b.test_r2 import MESSAGE
from tests.e2b.test_r2 import report as r2_report
from tests.e2b.writer import message

VALUES = (
    "",
    "0",
    "-1",
    "abc",
    "20240230",
    "20240000",
    "9999",
    "1e400",
    "NaN",
    "inf",
    "x" * 25_000,
    "\u0661\u0662",
    "2024-01-01",
    "2",
    "9",
    "true",
    "99999999999999999999",
    "{DF}",
    "10.a",
    "mo",
    "null",
    "a b/c.d@e",
)
FULL = vasculitis(
    conditions=(IcsrCondition(term=value("myeloma"), start=value("2018")),),
    past_drugs=(IcsrPastDrug(name=value("penicillin"), reaction=value("urticaria")),),
    tests=(IcsrTest(name=value("ANCA"), value=value("3 U"), number=3.0, low=0.0, high=5.0),),
)
SOURCES = (message([FULL]), MESSAGE.format(reports=r2_report()).encode())


def changed(source: bytes, seed: int, count: int) -> bytes:
    """Return a message with so many changes to its elements, attributes and texts."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable choice
    root = etree.fromstring(source)
    for _ in range(count):
        elements: list[Any] = [e for e in root.iter() if e.getparent() is not None]
        if elements:
            _change(chance, chance.choice(elements), chance.choice(elements))
    return etree.tostring(root)  # type: ignore[no-any-return]


def _change(chance: random.Random, element: Any, other: Any) -> None:
    kind = chance.randrange(6)
    if kind == 0:
        element.getparent().remove(element)
    elif kind == 1 and element.attrib:
        element.attrib[chance.choice(list(element.attrib))] = chance.choice(VALUES)
    elif kind == 2 and element.attrib:
        del element.attrib[chance.choice(list(element.attrib))]
    elif kind == 3:
        element.text = chance.choice(VALUES)
    elif kind == 4:
        element.attrib["nullFlavor"] = chance.choice(("UNK", "MSK", "XXX", "NI"))
    else:
        element.getparent().append(etree.fromstring(etree.tostring(other)))


@pytest.mark.parametrize("source", SOURCES, ids=["R3", "R2"])
@given(st.integers(0, 2**32), st.integers(1, 30))
@settings(max_examples=60, phases=(Phase.generate,))
def test_changed_message_gives_cases_or_reasons(source: bytes, seed: int, count: int) -> None:
    for found in read_reports([Message("x.xml", changed(source, seed, count))]):
        if isinstance(found, ReadReport):
            assert isinstance(found.case, Case)
        else:
            assert isinstance(found, SetAside)
            assert all(isinstance(problem, Problem) for problem in found.problems)


def test_text_too_long_for_a_case_file_is_cut_with_a_remark() -> None:
    long = value("y" * 30_000)
    (found,) = read_reports([Message("x.xml", message([vasculitis(case_id=long)]))])
    assert isinstance(found, ReadReport)
    assert len(found.case.case_id) < 2000
    assert found.case.icsr is not None
    assert "E821" in {remark.code for remark in found.case.icsr.remarks}
