"""How a table stands on A4 paper: the widths of its columns, and what may break over pages."""

import re
from collections.abc import Iterator, Sequence

from causality.report.blocks import Cell, Row, Table

ACROSS = 182.0  # mm: the width of the text
_TALL = 2500  # signs: a row so long may break, lest it not fit on a page
_FEW = 8  # rows: a table so short stays on one page
_SIGN, _GUTTER = 1.45, 2.2  # mm: a sign of a table on the safe side, the space between columns
_BOLD = 1.12  # times: how much wider the bold letters of a heading are
_MOST_IN_A_WORD = 40
_LONG_WORD = re.compile(rf"\S{{{_MOST_IN_A_WORD},}}")
_BREAK = "\u200b"


def short(table: Table) -> bool:
    """Tell whether a table stays on one page."""
    return len(table.rows) <= _FEW and sum(map(_signs, table.rows)) <= _TALL


def tall(row: Row) -> bool:
    """Tell whether a row may break, lest it not fit on a page."""
    return _signs(row) > _TALL


def breakable(text: str) -> str:
    """Return a text whose long words have places where they may break."""
    return _LONG_WORD.sub(_parts, text)


def _signs(row: Row) -> int:
    return sum(len(text) for cell in row.cells for text in _texts(cell))


def _texts(cell: Cell) -> Iterator[str]:
    yield cell.text
    yield cell.below
    yield from (link.text for link in cell.links)


def widths(table: Table) -> list[float]:
    """Return the widths of the columns in millimetres, as many as the text is wide.

    As a browser does: each column has room for its longest word, and what is left is shared by
    how much more each needs.
    """
    found = [
        _column(name, [row.cells[number] for row in table.rows])
        for number, name in enumerate(table.columns)
    ]
    least = [low for low, _, _ in found]
    if sum(least) > ACROSS:
        return [round(low * ACROSS / sum(least), 1) for low in least]
    wanted = [max(high - low, 0.0) for low, high, _ in found]
    rest = ACROSS - sum(least)
    if sum(wanted) <= rest:
        wide = {n for n in table.wide if n < len(found)} or set(range(len(found)))
        spare = (rest - sum(wanted)) / len(wide)
        more = [want + (spare if n in wide else 0) for n, want in enumerate(wanted)]
    else:
        weights = [min(want, use) for want, (_, _, use) in zip(wanted, found, strict=True)]
        more = [rest * weight / sum(weights) for weight in weights]
    return [round(low + plus, 1) for low, plus in zip(least, more, strict=True)]


def _column(heading: str, cells: Sequence[Cell]) -> tuple[float, float, float]:
    """Return the width of the longest word, of the longest line, and one by what is usual."""
    lines = [line for cell in cells for text in _texts(cell) for line in text.split("\n")]
    words = [word for line in lines for word in breakable(line).split()]
    words = [part for word in words for part in word.split(_BREAK)]
    longest = max(
        [len(word) for word in words] + [len(w) * _BOLD for w in heading.split()], default=1
    )
    line = max([len(line) for line in lines] + [len(heading) * _BOLD], default=1)
    sizes = sorted(sum(len(text) for text in _texts(cell)) for cell in cells) or [0]
    usual = max(sizes[len(sizes) * 3 // 4], sizes[-1] // 4)
    low, high = (max(count, 3) * _SIGN + _GUTTER for count in (longest, line))
    return low, high, (usual**0.9) * _SIGN


def _parts(found: re.Match[str]) -> str:
    """Return a long word with places where it may break."""
    parts = re.findall(rf"[^._/;:=,-]{{1,{_MOST_IN_A_WORD}}}[._/;:=,-]*|[._/;:=,-]+", found[0])
    return _BREAK.join(parts)
