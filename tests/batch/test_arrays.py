"""Arrays of whole columns: the quick ways give what the plain ones give."""

from typing import Any

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


@st.composite
def columns(draw: st.DrawFn) -> tuple[int, list[tuple[Any, int]]]:
    """Return a number of rows, and columns of small numbers with their sizes."""
    rows = draw(st.integers(0, 6))
    found: list[tuple[Any, int]] = []
    for _ in range(draw(st.integers(0, 12))):
        size = draw(st.sampled_from([2, 3, 5, 16, 200, 255, 256, 300, 1 << 20]))
        kind: Any = np.int64 if size > 256 else draw(st.sampled_from([np.int64, np.uint8]))
        if draw(st.booleans()):
            found.append((np.broadcast_to(kind(draw(st.integers(0, size - 1))), rows), size))
            continue
        few = st.sampled_from([0, 1, size - 1])
        values = draw(st.lists(few, min_size=rows, max_size=rows))
        column = np.asarray(values, dtype=kind)
        found.append((column.astype(bool) if size == 2 else column, size))
    return rows, found


@given(columns())
def test_what_is_packed_together_is_told_apart_by_every_part(
    given_: tuple[int, list[tuple[Any, int]]],
) -> None:
    rows, parts = given_
    packed = Packed(rows)
    for column, size in parts:
        packed.add(column, size)
    found, codes = packed.distinct()
    lines = [tuple(int(column[row]) for column, _ in parts) for row in range(rows)]
    assert [lines[found[code]] for code in codes] == lines
    assert len(set(packed.keys(found))) == len(found) == len(set(lines))
