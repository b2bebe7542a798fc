"""Columns written as CSV are, byte for byte, what the rows are one by one."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.batch.tables import as_text
from causality.batch.writing import csv_line, csv_text, joined, quoted

CELLS = st.one_of(
    st.none(), st.text(',"\n\r=+-@\t1a\u00f1', max_size=4), st.sampled_from(["-1", "+1,5", "=1"])
)
ROWS = st.lists(st.tuples(CELLS, CELLS), max_size=6)


@given(rows=ROWS, as_dictionary=st.booleans())
def test_columns_and_rows_give_the_same_text(
    rows: list[tuple[str | None, str | None]], as_dictionary: bool
) -> None:
    columns = [pa.array([row[n] for row in rows], pa.string()) for n in range(2)]
    if as_dictionary:
        columns = [column.dictionary_encode() for column in columns]
    plain = "".join(",".join(quoted(cell or "") for cell in row) + "\n" for row in rows)
    assert bytes(csv_text(columns)).decode() == plain
    assert "".join(joined(columns).to_pylist()) == "".join(
        "\n" + csv_line([cell or "" for cell in row])[:-1] for row in rows
    )


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([1.5, None, float("nan"), 3.0, 1.5, -0.25], ["1.5", None, None, "3", "1.5", "-0.25"]),
        ([1e15, 1e-9, 0.1234567], ["1000000000000000", "0", "0.123457"]),
        ([True, None, False], ["yes", None, "no"]),
        ([None, None], [None, None]),
    ],
)
def test_numbers_as_text(values: list[object], wanted: list[str | None]) -> None:
    assert as_text(pa.array(values)).to_pylist() == wanted
