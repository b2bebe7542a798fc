"""Rows that repeat a pair are found, however the table is cut and wherever they stand."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.batch import repeats
from causality.batch.repeats import FIELDS, SIZE, find_repeats, pairs_of

CELL = st.one_of(st.none(), st.sampled_from(["1", "01", "a b", "é", "x" * 60, "y" * 200]))
ROWS = st.lists(st.tuples(CELL, CELL, CELL), max_size=40)


def hashes(rows: list[tuple[Any, Any, Any]], *, dictionary: bool) -> Any:
    names = ("case_id", "drug", "reaction")
    columns = {
        name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(names)
    }
    if dictionary:
        columns = {name: column.dictionary_encode() for name, column in columns.items()}
    size = len(rows)
    return pairs_of(columns, np.arange(size), np.ones(size, dtype=bool))


@given(rows=ROWS, dictionary=st.booleans(), cut=st.integers(0, 40))
def test_equal_pairs_have_equal_hashes_and_no_others(
    rows: list[tuple[Any, Any, Any]], dictionary: bool, cut: int
) -> None:
    """Also where the rows come in two chunks, in which other texts stand beside them."""
    parts = (rows[:cut], rows[cut:])
    found = np.concatenate([hashes(part, dictionary=dictionary) for part in parts])["pair"]
    texts = [tuple(cell or "" for cell in row) for row in rows]
    by_pair = {pair: found[n] for n, pair in enumerate(texts)}
    assert all(found[n] == by_pair[pair] for n, pair in enumerate(texts))
    assert len(set(by_pair.values())) == len(by_pair)


def test_case_and_spaces_of_names_do_not_matter_but_those_of_a_case_do() -> None:
    rows = [("A1", "Drug  x", "rash"), ("A1", "drug X ", "Rash"), ("a1", "drug x", "rash")]
    found = hashes(rows, dictionary=True)["pair"]
    assert found[0] == found[1]
    assert found[0] != found[2]


@pytest.mark.parametrize("at_once", [1, 3, 1000])
@given(pairs=st.lists(st.integers(0, 9), max_size=60))
def test_repeats_are_counted_and_the_first_are_named(
    at_once: int, tmp_path_factory: pytest.TempPathFactory, pairs: list[int]
) -> None:
    path = tmp_path_factory.mktemp("repeats") / "pairs"
    lines = np.arange(len(pairs)) * 2 + 5
    rows = np.zeros(len(pairs), dtype=FIELDS)
    rows["pair"], rows["line"] = pairs, lines
    path.write_bytes(rows.tobytes())
    assert path.stat().st_size == SIZE * len(pairs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repeats, "_AT_ONCE", at_once)
        patch.setattr(repeats, "_ALONE", at_once // 2)
        found = find_repeats(path)
    assert found.rows == sum(count - 1 for count in Counter(pairs).values())
    expected = [
        (int(lines[n]), int(lines[max(k for k in range(n) if pairs[k] == pair)]))
        for n, pair in enumerate(pairs)
        if pair in pairs[:n]
    ]
    assert list(found.examples) == expected[:3]


def test_no_rows_no_repeats(tmp_path: Path) -> None:
    (tmp_path / "pairs").touch()
    assert find_repeats(tmp_path / "pairs").rows == 0
