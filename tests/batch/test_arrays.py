"""Arrays of whole columns: the quick ways give what the plain ones give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.batch.arrays import ABSENT, Packed, distinct, either

DAYS = st.one_of(st.just(ABSENT), st.integers(-3_700_000, 3_700_000))


@pytest.mark.parametrize("kind", [np.int32, np.int64])
@given(rows=st.lists(st.tuples(st.booleans(), DAYS, DAYS), max_size=9), number=DAYS)
def test_either_chooses_as_where_does(
    kind: type[np.int32 | np.int64], rows: list[tuple[bool, int, int]], number: int
) -> None:
    mask, one, other = (
        np.asarray([row[n] for row in rows], dtype=wanted)
        for n, wanted in enumerate((bool, kind, kind))
    )
    for first, second in ((one, other), (one, number), (number, other)):
        found = either(mask, first, second)
        assert found.tolist() == np.where(mask, first, second).tolist()
        assert found.dtype == kind


@given(st.lists(st.tuples(st.booleans(), *[st.integers(0, 2**64 - 1)] * 2), max_size=9))
def test_either_chooses_hashes_of_any_size(rows: list[tuple[bool, int, int]]) -> None:
    mask = np.asarray([row[0] for row in rows], dtype=bool)
    one, other = (np.asarray([row[n] for row in rows], dtype=np.uint64) for n in (1, 2))
    assert either(mask, one, other).tolist() == np.where(mask, one, other).tolist()


@pytest.mark.parametrize("size", [8, 1 << 40])
@given(key=st.lists(st.integers(0, 7), max_size=30))
def test_equal_numbers_are_one_and_a_row_stands_for_each(size: int, key: list[int]) -> None:
    """A table of places and a hash table number differently, and both are right."""
    rows, codes = distinct(np.asarray(key, dtype=np.int64), size)
    assert [key[rows[code]] for code in codes] == key
    assert sorted(key[row] for row in rows) == sorted(set(key))


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=20))
def test_what_is_packed_together_is_told_apart_by_every_part(rows: list[tuple[int, bool]]) -> None:
    packed = Packed(len(rows))
    packed.add(np.asarray([n for n, _ in rows], dtype=np.int64), 5)
    packed.add(np.asarray([flag for _, flag in rows], dtype=bool), 2)
    found, codes = packed.distinct()
    assert [rows[found[code]] for code in codes] == rows
    assert len(set(packed.keys(found))) == len(set(rows))
