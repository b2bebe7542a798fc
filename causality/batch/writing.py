"""Write rows as CSV: the input's own bytes where that can be, else its cells anew.

Cells that a spreadsheet would run as a formula get a leading apostrophe; plain numbers do not.
"""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from causality.batch.arrays import arrow_compute, join, texts
from causality.batch.records import Buffer, all_marks, behind, marks, parts, places

if TYPE_CHECKING:
    from causality.batch.arrays import Bools, Ints

FORMULA = "=+-@\t\r"
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_QUOTED_SIGNS = '",\n\r'
_QUOTED = rf"[{_QUOTED_SIGNS}]"
_RISKY = rf"^[=+\-@\t\r]|{_QUOTED}"
_NEWLINE = 10
_TOGETHER = 1 << 13
"""Rows put together at a time: few enough for the processor's cache, and to be used again."""
_BREAKS = b',\n"'


def safe(text: str) -> str:
    """Return a cell so that no spreadsheet runs it."""
    return (
        f"'{text}" if text[:1] in FORMULA and text and not _PLAIN_NUMBER.fullmatch(text) else text
    )


def quoted(text: str) -> str:
    """Return a cell as CSV writes it."""
    if any(sign in text for sign in _QUOTED_SIGNS):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text


def csv_line(cells: Sequence[str]) -> str:
    """Return one line of CSV, safe for spreadsheets."""
    return ",".join(quoted(safe(cell)) for cell in cells) + "\n"


def quoted_column(column: Any) -> Any:
    """Return a column of text with every cell quoted where it has to be."""
    return _changed(column, quoted, _QUOTED, _QUOTED_SIGNS)


def safe_column(column: Any) -> Any:
    """Return a column of text with every cell safe and quoted where it has to be."""
    return _changed(column, lambda text: quoted(safe(text)), _RISKY, _QUOTED_SIGNS + FORMULA)


def _changed(column: Any, change: Callable[[str], str], perhaps: str, signs: str) -> Any:
    """Return a column of text with its cells changed, an empty text for a missing one.

    Parameters
    ----------
    perhaps
        A pattern in every cell that is changed.
    signs
        One of them is in every cell that is changed.
    """
    import numpy as np
    import pyarrow as pa

    pc = arrow_compute()
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_dictionary(column.type):
        cells = [change(text) for text in column.dictionary.to_pylist()]
        return texts(cells).take(column.indices).fill_null(texts([""])[0])
    column = column.fill_null(texts([""])[0])
    data = np.frombuffer(column.buffers()[2] or b"", np.uint8)
    if not any((data == ord(sign)).any() for sign in signs):
        return column
    risky = pc.match_substring_regex(column, perhaps)
    if not pc.any(risky).as_py():
        return column
    changed = [change(text) for text in column.filter(risky).to_pylist()]
    return pc.replace_with_mask(column, risky, texts(changed))


def csv_text(columns: Sequence[Any], *, change: Callable[[Any], Any] = quoted_column) -> memoryview:
    """Return columns of text as the bytes of a CSV, quoted where they have to be.

    Parameters
    ----------
    change
        What is made of a column: `safe_column` where the text may come before a spreadsheet as
        it is.
    """
    cells = [change(column) for column in columns]
    lines = join([join(cells, ","), texts(["\n"])[0]], "")
    return memoryview(lines.buffers()[2] or b"")[: _length(lines)]


def _length(lines: Any) -> int:
    """Return the bytes of an Arrow array of text that begins with its buffer."""
    import numpy as np

    return int(np.frombuffer(lines.buffers()[1], np.int32)[len(lines)]) if len(lines) else 0


def joined(columns: Sequence[Any]) -> Any:
    """Return the cells of every row as CSV text with a newline before each row."""
    cells = [safe_column(column) for column in columns]
    return join([texts(["\n"])[0], join(cells, ",")], "")


def pass_through(data: Buffer, ends: "Ints") -> Any:
    """Return the records as they stand, each with the newline before it, uncopied.

    The first has none, and the last newline is in none of them.
    """
    import numpy as np
    import pyarrow as pa

    offsets = np.zeros(len(ends) + 1, dtype=np.int32)
    offsets[1:] = ends - 1
    return pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(data))


def risky_records(data: Buffer, ends: "Ints", breaks: "Ints | None" = None) -> "Ints":
    """Return the numbers of records with a cell that may have to be made safe.

    Parameters
    ----------
    breaks
        The `marks` of commas, newlines and quotes, where they are known.
    """
    import numpy as np

    signs = [ord(sign) for sign in FORMULA if ord(sign) in data]
    if not signs:
        return np.zeros(0, dtype=np.int64)
    around: Ints = (
        np.bitwise_or.reduce([marks(data, byte) for byte in _BREAKS if byte in data])
        if breaks is None
        else breaks
    )
    found = all_marks(data, signs)
    risky = found[0]
    for first, stop in parts(risky):
        for other in found[1:]:
            risky[first:stop] |= other[first:stop]
        begins = behind(around, first, stop)
        if not first:
            begins[0] |= np.uint64(1)
        risky[first:stop] &= begins
    records = np.searchsorted(ends, places(risky), side="right")  # rising, as the places are
    return records[np.diff(records, prepend=-1) > 0]


def _kept_pieces(lines: Any, kept: "Bools") -> list[memoryview]:
    """Return the bytes of the lines that are kept, cut where others stand between them."""
    import numpy as np

    _, offsets, text = lines.buffers()
    ends = np.frombuffer(offsets, np.int32)[: len(lines) + 1]
    dropped = np.flatnonzero(~kept)
    begins = [0, *ends[dropped + 1].tolist()]
    stops = [*ends[dropped].tolist(), int(ends[-1])]
    data = memoryview(text or b"")
    pairs = zip(begins, stops, strict=True)
    return [data[begin:stop] for begin, stop in pairs if begin < stop]


def with_results(cells: Sequence[Any], kept: "Bools") -> list[memoryview]:
    """Return the bytes of the rows that are kept, in pieces.

    Parameters
    ----------
    cells
        Arrow arrays of text, which stand side by side in each row: the records with the newline
        before them, and what comes behind them.
    """
    pieces: list[memoryview] = []
    for row in range(0, len(kept), _TOGETHER):
        rows = slice(row, row + _TOGETHER)
        pieces += _kept_pieces(join([column[rows] for column in cells], ""), kept[rows])
    if not pieces:
        return []
    if pieces[0][0] == _NEWLINE:
        pieces[0] = pieces[0][1:]
    return [*pieces, memoryview(b"\n")]
