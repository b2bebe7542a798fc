"""Measures of agreement: frozen values of the standard libraries, and what must always hold."""

import json
import math
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causality.agreement.statistics import (
    WEIGHTS,
    Statistic,
    Weights,
    cohen_kappa,
    gwet_ac,
    observed_agreement,
)

FROZEN = json.loads((Path(__file__).parent / "frozen.json").read_text(encoding="utf-8"))["tables"]
SPREAD = 1e-6  # a standard error below is round-off of zero
Table = list[list[int]]
Measure = Callable[[Table, Weights], Statistic]
MEASURES: tuple[Measure, ...] = (cohen_kappa, gwet_ac)
EACH = [(measure, weights) for measure in MEASURES for weights in WEIGHTS]


def ids(values: Sequence[Any]) -> list[str]:
    return [entry["name"] for entry in values]


@pytest.mark.parametrize("entry", FROZEN, ids=ids(FROZEN))
def test_observed_agreement_is_that_of_the_libraries(entry: dict[str, Any]) -> None:
    table: Table = entry["table"]
    found = observed_agreement(table)
    n = sum(map(sum, table))
    assert found.value == sum(table[i][i] for i in range(len(table))) / n
    assert [found.low, found.high] == pytest.approx(entry["observed"], abs=1e-9)


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("entry", FROZEN, ids=ids(FROZEN))
def test_kappa_is_that_of_the_libraries(entry: dict[str, Any], weights: Weights) -> None:
    value, error, low, high = entry["kappa"][weights]
    found = cohen_kappa(entry["table"], weights)
    if value is None:
        assert (found.value, found.reason) == (None, "one_category")
        return
    assert found.value == pytest.approx(value, abs=1e-9)
    if found.reason:
        assert found.low is found.high is found.standard_error is None
        assert error < SPREAD
        return
    assert error > SPREAD
    assert found.standard_error == pytest.approx(error, abs=1e-9)
    assert [found.low, found.high] == pytest.approx([max(low, -1), min(high, 1)], abs=1e-9)


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("entry", FROZEN, ids=ids(FROZEN))
def test_gwet_is_that_of_the_library(entry: dict[str, Any], weights: Weights) -> None:
    value, error = entry["gwet"][weights]
    found = gwet_ac(entry["table"], weights)
    assert found.value == pytest.approx(value, abs=1e-9)
    if found.reason:
        assert error < SPREAD
        return
    assert found.standard_error == pytest.approx(error, abs=1e-9)


def test_frozen_tables_reach_every_case() -> None:
    """Guard the tests above against tables that are all alike."""
    found = [measure(entry["table"], w) for entry in FROZEN for measure, w in EACH]
    reasons = {entry.reason for entry in found}
    assert {None, "one_category", "constant_rater", "no_disagreement"} <= reasons
    assert len(FROZEN) == 53
    assert {len(entry["table"]) for entry in FROZEN} == {2, 3, 4, 5, 6, 7}


# What must always hold


@st.composite
def tables(draw: st.DrawFn, smallest: int = 2) -> Table:
    size = draw(st.integers(smallest, 5))
    count = st.one_of(st.just(0), st.integers(0, 30))
    rows = st.lists(count, min_size=size, max_size=size)
    return draw(st.lists(rows, min_size=size, max_size=size))


def turned(table: Table) -> Table:
    return [list(column) for column in zip(*table, strict=True)]


def same(one: Statistic, other: Statistic) -> None:
    for name in ("value", "standard_error", "low", "high"):
        left, right = getattr(one, name), getattr(other, name)
        assert left == right if None in {left, right} else math.isclose(left, right, abs_tol=1e-7)
    assert (one.n, one.reason, one.method) == (other.n, other.reason, other.method)


@settings(deadline=None)
@given(tables())
def test_raters_may_change_places(table: Table) -> None:
    same(observed_agreement(table), observed_agreement(turned(table)))
    for measure, weights in EACH:
        same(measure(table, weights), measure(turned(table), weights))


@settings(deadline=None)
@given(tables())
def test_order_of_the_categories_may_be_turned_round(table: Table) -> None:
    backwards = [row[::-1] for row in table[::-1]]
    for measure, weights in EACH:
        same(measure(table, weights), measure(backwards, weights))


@settings(deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_names_of_the_categories_mean_nothing_to_plain_measures(table: Table, random: Any) -> None:
    order = list(range(len(table)))
    random.shuffle(order)
    renamed = [[table[i][j] for j in order] for i in order]
    for measure in MEASURES:
        same(measure(table, "none"), measure(renamed, "none"))


def test_order_of_the_categories_means_something_to_weighted_measures() -> None:
    table = [[8, 3, 0], [2, 9, 4], [1, 0, 6]]
    for measure in MEASURES:
        for weights in WEIGHTS[1:]:
            values = {
                round(measure([[table[i][j] for j in o] for i in o], weights).value or 0, 6)
                for o in permutations(range(3))
            }
            assert len(values) == 3


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=2, max_size=6))
def test_perfect_agreement_is_one(diagonal: list[int]) -> None:
    size = len(diagonal)
    table = [[diagonal[i] if i == j else 0 for j in range(size)] for i in range(size)]
    used = sum(map(bool, diagonal))
    if not used:
        return
    assert observed_agreement(table).value == 1
    for weights in WEIGHTS:
        assert gwet_ac(table, weights).value == 1
        kappa = cohen_kappa(table, weights)
        assert (kappa.value, kappa.reason == "one_category") == (
            (1, False) if used > 1 else (None, True)
        )


@settings(deadline=None)
@given(tables())
def test_values_are_numbers_inside_their_interval_or_have_a_reason(table: Table) -> None:
    found = [observed_agreement(table), *(measure(table, w) for measure, w in EACH)]
    for entry in found:
        numbers = (entry.value, entry.standard_error, entry.low, entry.high)
        assert all(x is None or math.isfinite(x) for x in numbers)
        assert (entry.low is None) == (entry.reason is not None)
        assert (entry.method is None) == (entry.low is None)
        if entry.value is not None and entry.low is not None and entry.high is not None:
            assert -1 <= entry.low <= entry.value <= entry.high <= 1


@settings(deadline=None)
@given(tables(), st.integers(2, 9))
def test_more_rows_of_the_same_kind_change_no_value(table: Table, times: int) -> None:
    larger = [[count * times for count in row] for row in table]
    for measure, weights in EACH:
        one, many = measure(table, weights), measure(larger, weights)
        assert (one.value is None) == (many.value is None)
        if one.value is not None:
            assert many.value == pytest.approx(one.value)
        if one.low is not None and many.low is not None and one.high and many.high:
            assert many.high - many.low <= one.high - one.low + 1e-9


@settings(deadline=None)
@given(tables(smallest=2))
def test_two_categories_weigh_alike(table: Table) -> None:
    two = [row[:2] for row in table[:2]]
    for measure in MEASURES:
        for weights in WEIGHTS[1:]:
            same(measure(two, "none"), measure(two, weights))


@settings(deadline=None)
@given(tables())
def test_category_that_nobody_uses_changes_no_kappa(table: Table) -> None:
    """Gwet's measure reads the number of categories, as published."""
    wider = [[*row, 0] for row in table] + [[0] * (len(table) + 1)]
    for weights in WEIGHTS:
        same(cohen_kappa(table, weights), cohen_kappa(wider, weights))


@pytest.mark.parametrize(
    ("table", "kappa", "gwet"),
    [
        ([[0, 0], [0, 0]], "no_rows", "no_rows"),
        ([[1, 0], [0, 0]], "one_category", "one_row"),
        ([[0, 1], [0, 0]], "one_row", "one_row"),
        ([[7, 0], [0, 0]], "one_category", "no_disagreement"),
        ([[7, 0], [0, 2]], "no_disagreement", "no_disagreement"),
        ([[7, 0], [2, 0]], "constant_rater", None),
        ([[0, 5], [5, 0]], "no_spread", "no_spread"),
        ([[7, 1], [2, 4]], None, None),
        ([[7]], "one_category", "one_category"),
        ([], "no_rows", "no_rows"),
    ],
)
def test_reason_is_said(table: Table, kappa: str | None, gwet: str | None) -> None:
    assert cohen_kappa(table).reason == kappa
    assert gwet_ac(table).reason == gwet


def test_constant_rater_gives_kappa_zero() -> None:
    for weights in WEIGHTS:
        assert cohen_kappa([[7, 0, 0], [2, 0, 0], [4, 0, 0]], weights).value == 0
