"""Names in a case file lead somewhere, wherever in it they stand."""

from collections.abc import Iterator

import pytest

from causality.case.model import Case
from causality.case.part import Part
from causality.case.reader import parse_case
from causality.case.references import _moments
from causality.case.when import When
from causality.document import Path_
from causality.errors import InputError

EVERYWHERE = """
case_id: A
anchors: {D0: 2020, D1: D0 day 3}
drugs:
  - name: a
    id: a
    product_information: [{reaction: r, since: D0 day 1, source: s}]
    exposures: [{start: D0 day 1, stop: D0 day 2}]
reactions:
  - term: r
    id: r
    episodes:
      - onset: D0 day 4
        improved: D0 day 5
        recovered: D0 day 6
        last_new_lesions: D0 day 5
        treatment: [{drug: p, start: D0 day 4, stop: D0 day 5}]
      - {onset: D0 day 9, died: D0 day 10}
conditions: [{term: c, periods: [{start: D0 day 1, stop: D0 day 2}]}]
investigations: [{test: t, date: D0 day 4}]
past_drugs: [{drug: b, date: 2019}]
assessor: [{pair: [a, r], fact: onset, value: unknown, reason: x, date: D0 day 9}]
"""


def walked(value: object, path: Path_ = ()) -> Iterator[tuple[Path_, When]]:
    """Yield the moments of a part by looking everywhere."""
    if isinstance(value, When):
        yield path, value
    elif isinstance(value, Part):
        for name, item in value.__dict__.items():
            yield from walked(item, (*path, name))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from walked(item, (*path, name))
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from walked(item, (*path, number))


@pytest.fixture(scope="module")
def case() -> Case:
    return parse_case(EVERYWHERE, "case.yaml")


def test_every_moment_is_looked_at(case: Case) -> None:
    found = list(_moments(case))
    assert found == list(walked(case))
    assert len(found) == 18


def test_unknown_anchor_is_found_wherever_it_stands() -> None:
    lines = EVERYWHERE.replace("D0 day", "D9 day").replace("D1: D9", "D1: D0")
    with pytest.raises(InputError) as caught:
        parse_case(lines, "case.yaml")
    paths = {p.path for p in caught.value.problems if p.code in {"E302", "E304"}}
    assert len(paths) == 15
