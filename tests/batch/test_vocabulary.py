"""Texts keep their numbers from chunk to chunk, and what they mean is found once."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.batch import vocabulary
from causality.batch.vocabulary import TextTables, Vocabulary

CELLS = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "", None]), max_size=12)


@given(
    chunks=st.lists(st.tuples(CELLS, st.booleans()), max_size=6), most=st.sampled_from([0, 3, 9])
)
def test_every_cell_comes_back(chunks: list[tuple[list[str | None], bool]], most: int) -> None:
    words, tables = Vocabulary(), TextTables()
    asked: list[str] = []

    def lengths(texts: Sequence[str]) -> "np.typing.NDArray[np.int64]":
        asked.extend(texts)
        return np.asarray([10 + len(text) for text in texts], dtype=np.int64)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vocabulary, "MOST", most)
        for cells, as_dictionary in chunks:
            column = pa.array(cells, pa.string())
            found = words.encode(column.dictionary_encode() if as_dictionary else column)
            assert [found.text(row) for row in range(len(cells))] == [cell or "" for cell in cells]
            assert (found.codes < 0).tolist() == [cell is None for cell in cells]
            values = np.append(tables.of(found, "length", lengths), -1)[found.codes]
            wanted = [-1 if cell is None else 10 + len(cell) for cell in cells]
            assert values.tolist() == wanted
    if most > len(set("abcde")):
        assert len(asked) == len(set(asked))


def test_texts_beyond_the_most_are_numbered_for_their_chunk_only() -> None:
    words = Vocabulary()
    first = words.encode(pa.array([str(n) for n in range(vocabulary.MOST)]))
    later = words.encode(pa.array(["7", "new", "7", "newer"]))
    assert first.shared == later.shared == vocabulary.MOST
    assert [later.text(row) for row in range(4)] == ["7", "new", "7", "newer"]
    assert words.encode(pa.array(["other"])).text(0) == "other"


def test_chunks_seen_by_two_threads_at_once_share_what_both_know() -> None:
    words = Vocabulary()
    known = words.encode(pa.array(["a"]))
    assert words._learn(pa.array([], pa.string()), pa.array(["b"])) == 0
    assert words.encode(pa.array(["a"])).shared == known.shared == 1
