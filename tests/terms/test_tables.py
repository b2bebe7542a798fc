"""Decision tables: a list of alternatives, each a map from a name to the values it allows."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from causality.terms.tables import WhenTable, holds, matching_row

TABLE: TypeAdapter[tuple[dict[str, frozenset[str]], ...]] = TypeAdapter(WhenTable)
NAMES = st.sampled_from(("a", "b", "c"))
VALUES = st.sampled_from(("1", "2", "3"))
ROWS = st.lists(
    st.dictionaries(NAMES, st.frozensets(VALUES, min_size=1), min_size=1), min_size=1, max_size=4
).map(tuple)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (None, ()),
        ([], ()),
        ({"a": "1"}, ({"a": frozenset({"1"})},)),
        ([{"a": "1"}], ({"a": frozenset({"1"})},)),
        ([{"a": ["1", "2"]}], ({"a": frozenset({"1", "2"})},)),
        ([{"a": 1}], ({"a": frozenset({"1"})},)),
        (
            [{"a": "1", "b": ["2"]}, {"c": "3"}],
            ({"a": frozenset({"1"}), "b": frozenset({"2"})}, {"c": frozenset({"3"})}),
        ),
    ],
)
def test_table_is_read_from_one_value_or_a_list(written: Any, read: object) -> None:
    assert TABLE.validate_python(written) == read


@pytest.mark.parametrize("written", ["a", 1, ["a"], [["a"]], [None]])
def test_what_is_no_map_is_refused(written: Any) -> None:
    with pytest.raises(ValidationError):
        TABLE.validate_python(written)


def test_empty_table_always_holds() -> None:
    assert holds((), {})
    assert holds((), {"a": "1"})
    assert matching_row((), {"a": "1"}) is None


def test_row_needs_all_of_its_names() -> None:
    when = ({"a": frozenset({"1"}), "b": frozenset({"2"})},)
    assert holds(when, {"a": "1", "b": "2", "c": "9"})
    assert not holds(when, {"a": "1", "b": "3"})
    assert not holds(when, {"a": "1"})
    assert not holds(when, {})


def test_any_row_is_enough_and_the_first_is_named() -> None:
    first: dict[str, frozenset[str]] = {"a": frozenset({"1"})}
    second: dict[str, frozenset[str]] = {"b": frozenset({"2"})}
    assert holds((first, second), {"a": "0", "b": "2"})
    assert matching_row((first, second), {"a": "0", "b": "2"}) == second
    assert matching_row((first, second), {"a": "1", "b": "2"}) == first
    assert matching_row((first, second), {"a": "0", "b": "0"}) is None


def test_value_that_is_not_given_matches_nothing() -> None:
    assert not holds(({"a": frozenset({"unknown"})},), {})


@given(ROWS, st.dictionaries(NAMES, VALUES))
def test_table_holds_just_when_a_row_matches(
    when: tuple[dict[str, frozenset[str]], ...], values: dict[str, str]
) -> None:
    assert holds(when, values) is (matching_row(when, values) is not None)


@given(ROWS, st.dictionaries(NAMES, VALUES))
def test_order_of_rows_does_not_change_whether_it_holds(
    when: tuple[dict[str, frozenset[str]], ...], values: dict[str, str]
) -> None:
    assert holds(when, values) is holds(when[::-1], values)
