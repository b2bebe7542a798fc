"""What is proved of an algorithm, for algorithms that are drawn: against every set of facts."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from causality.scoring.engine import Score, score
from causality.scoring.model import Algorithm
from causality.scoring.proof import (
    attainable,
    convention_choices,
    options_reached,
    result_table,
)
from causality.scoring.ranges import Range, RangeFinder
from causality.terms.facts import FACTS, default, in_order

USED = ("course", "placebo", "suspected", "drug_test")
KINDS = ("plain", "other")
LABEL = {"en": "x", "es": "x"}


@st.composite
def algorithms(draw: st.DrawFn) -> Algorithm:
    """Draw an algorithm of few questions over few facts, a sum or a table of results."""
    adds = draw(st.booleans())
    questions: dict[str, Any] = {}
    codes: dict[str, tuple[str, ...]] = {"kind": KINDS}
    always = {"kind": KINDS, **{name: FACTS[name] for name in USED}}
    for number in range(draw(st.integers(1, 4))):
        options = [
            {
                "code": f"c{n}",
                "points": draw(st.integers(-3, 3)) if adds else None,
                "when": draw(whens(always)),
            }
            for n in range(draw(st.integers(0, 2)))
        ]
        options.append({"code": "last", "points": draw(st.integers(-3, 3)) if adds else None})
        asked = draw(st.one_of(st.just([]), whens(codes)))
        name = draw(st.sampled_from([f"q{number}", USED[number]]))
        questions[name] = {
            "label": LABEL,
            "asked": asked,
            "options": [{**option, "label": LABEL, "source": "s"} for option in options],
        }
        codes[name] = tuple(str(option["code"]) for option in options)
        if not asked and name not in FACTS:
            always[name] = codes[name]
    ends: dict[str, Any]
    if adds:
        ends = {"bands": [{"max": -1, "category": "low"}, {"category": "high"}]}
    else:
        ends = {
            "results": [
                {"category": draw(st.sampled_from(["low", "high"])), "when": draw(whens(codes))}
                for _ in range(draw(st.integers(0, 3)))
            ]
            + [{"category": "high"}]
        }
    return Algorithm.model_validate(
        {
            "id": "drawn",
            "version": "1",
            "label": LABEL,
            "sources": {"s": "s"},
            "conventions": {
                "kind": {
                    "label": LABEL,
                    "default": "plain",
                    "choices": dict.fromkeys(KINDS, LABEL),
                }
            },
            "questions": questions,
            "categories": {"low": LABEL, "high": LABEL},
            **ends,
        }
    )


def whens(names: dict[str, tuple[str, ...]]) -> st.SearchStrategy[list[dict[str, list[str]]]]:
    def values_of(name: str) -> st.SearchStrategy[tuple[str, list[str]]]:
        values = st.lists(st.sampled_from(names[name]), min_size=1, max_size=2, unique=True)
        return values.map(lambda found: (name, found))

    row = st.sampled_from(sorted(names)).flatmap(values_of)
    rows = st.lists(row, min_size=1, max_size=2).map(dict)
    return st.lists(rows, min_size=1, max_size=2)


def every(algorithm: Algorithm, possible: dict[str, tuple[str, ...]]) -> Iterator[Score]:
    """Score every set of possible facts under every choice of conventions."""
    for conventions in convention_choices(algorithm):
        yield from every_with(algorithm, possible, conventions)


def every_with(
    algorithm: Algorithm, possible: dict[str, tuple[str, ...]], conventions: dict[str, str]
) -> Iterator[Score]:
    base = {name: default(name) for name in FACTS}
    for values in product(*possible.values()):
        yield score(algorithm, {**base, **dict(zip(possible, values, strict=True))}, conventions)


OPEN = {name: FACTS[name] for name in USED}


@given(algorithms())
@settings(max_examples=150, deadline=None)
def test_options_reached_are_those_that_some_facts_give(algorithm: Algorithm) -> None:
    found: dict[str, set[int]] = {name: set() for name in algorithm.questions}
    for result in every(algorithm, OPEN):
        for item in result.items:
            found[item.question].add(item.option)
    for name, options in found.items():
        assert options_reached(algorithm, name) == options


@given(algorithms(), st.data())
@settings(max_examples=150, deadline=None)
def test_range_is_that_of_every_possible_set_of_facts(
    algorithm: Algorithm, data: st.DataObject
) -> None:
    possible = {
        name: in_order(name, data.draw(st.sets(st.sampled_from(FACTS[name]), min_size=1)))
        for name in USED
    }
    closed = {name: (default(name),) for name in FACTS}
    for conventions in convention_choices(algorithm):
        scores = list(every_with(algorithm, possible, conventions))
        categories = sorted((found.category for found in scores), key=algorithm.rank)
        totals = [found.points for found in scores if algorithm.bands]
        wanted = Range(
            min(totals, default=None), max(totals, default=None), categories[0], categories[-1]
        )
        finder = RangeFinder(algorithm, conventions)
        assert finder({**closed, **possible}) == wanted
        assert finder({**closed, **possible}) == wanted  # remembered


@given(algorithms())
@settings(max_examples=100, deadline=None)
def test_attainable_totals_are_the_lowest_and_highest_of_all(algorithm: Algorithm) -> None:
    assume(algorithm.bands)
    totals = [found.points for found in every(algorithm, OPEN)]
    assert attainable(algorithm) == (min(totals), max(totals))


@given(algorithms())
@settings(max_examples=100, deadline=None)
def test_rows_of_the_way_table_are_those_that_some_facts_give(algorithm: Algorithm) -> None:
    assume(algorithm.results)
    assert {row for _, row in result_table(algorithm)} == {
        found.row for found in every(algorithm, OPEN)
    }
