"""The covering array: every pair of values of two factors, by a count of its own."""

from itertools import combinations, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.scoring.covering import covering_rows
from causality.scoring.engine import facts_read
from causality.scoring.load import algorithm_ids, load_algorithm
from causality.terms.facts import FACTS

Factors = dict[str, tuple[str, ...]]

factors = st.dictionaries(
    st.sampled_from("abcdefg"),
    st.integers(1, 5).map(lambda size: tuple(map(str, range(size)))),
    max_size=6,
)


def missing(given_: Factors, rows: list[dict[str, str]]) -> set[tuple[str, str, str, str]]:
    """Return the pairs of values of two factors that no row holds."""
    wanted = {
        (one, a, two, b)
        for one, two in combinations(given_, 2)
        for a, b in product(given_[one], given_[two])
    }
    held = {(one, row[one], two, row[two]) for row in rows for one, two in combinations(given_, 2)}
    return wanted - held


@given(factors)
def test_every_pair_of_values_stands_in_some_row(given_: Factors) -> None:
    rows = list(covering_rows(given_))
    assert missing(given_, rows) == set()
    for row in rows:
        assert list(row) == list(given_)
        assert all(row[name] in values for name, values in given_.items())


@given(factors)
def test_no_row_adds_nothing_and_the_same_factors_give_the_same_rows(given_: Factors) -> None:
    rows = list(covering_rows(given_))
    assert rows == list(covering_rows(given_))
    left = [len(missing(given_, rows[:count])) for count in range(len(rows) + 1)]
    if len(given_) > 1:
        assert all(after < before for before, after in pairwise(left))


def test_a_lone_factor_has_a_row_for_each_value_and_none_has_no_row() -> None:
    assert list(covering_rows({"a": ("1", "2")})) == [{"a": "1"}, {"a": "2"}]
    assert list(covering_rows({})) == []


def test_two_factors_need_their_product() -> None:
    rows = list(covering_rows({"a": ("1", "2"), "b": ("x", "y", "z")}))
    assert sorted(map(tuple, map(dict.values, rows))) == sorted(product("12", "xyz"))


@pytest.mark.parametrize("name", algorithm_ids())
def test_the_array_of_an_algorithm_is_hardly_larger_than_it_has_to_be(name: str) -> None:
    algorithm = load_algorithm(name)[0]
    given_ = {fact: FACTS[fact] for fact in facts_read(algorithm)}
    given_ |= {key: tuple(entry.choices) for key, entry in algorithm.conventions.items()}
    rows = list(covering_rows(given_))
    assert missing(given_, rows) == set()
    least = len(FACTS["onset"]) * len(FACTS["action"])  # the two largest need their product
    assert least == 48
    assert least <= len(rows) <= 51
