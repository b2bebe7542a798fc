"""Whole lines of a table as bytes that a parser can take: counted, with broken ones apart.

The files have no quoting: a quote is a sign like any other, and a cell ends at the next ``$``.
Lines may end with a ``$`` of their own, and are in UTF-8 or in a Western single-byte encoding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from causality.faers.arrow import Ints

BLOCK = 8 << 20
_LONGEST = 4 << 20  # bytes of a line
_NEWLINE, _RETURN, _SIGN = 10, 13, 36
_MARK = b"\xef\xbb\xbf"
_BLANKS = bytes.maketrans(bytes(n for n in range(32) if n != _NEWLINE), b" " * 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A line that is no row: where, how many cells it has, and how it begins."""

    line: int
    cells: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some rows of a table: bytes in UTF-8 with the same number of cells in each line.

    ``lines`` are their physical lines in the file, from 1.
    """

    data: bytes
    lines: "Ints"
    broken: tuple[Broken, ...] = ()


class Readable(Protocol):
    """What gives bytes."""

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes; none at the end."""
        raise NotImplementedError


def header_of(stream: Readable) -> tuple[list[str], bytes]:
    """Return the names of the columns in lower case, and what has been read behind them."""
    data = b""
    while b"\n" not in data and len(data) < _LONGEST and (more := stream.read(1 << 16)):
        data += more
    first, _, rest = data.removeprefix(_MARK).partition(b"\n")
    names = first.decode("latin-1").strip().rstrip("$").split("$")
    return [name.strip().lower() for name in names], rest


def blocks(stream: Readable, rest: bytes, width: int, *, size: int = BLOCK) -> Iterator[Block]:
    """Yield the rows behind the header.

    Parameters
    ----------
    rest
        What has been read of them already.
    width
        The number of cells that a row has.
    """
    line, final = 2, False
    while not final:
        more = stream.read(size)
        final = not more
        data = rest + more
        if final and data and not data.endswith(b"\n"):
            data += b"\n"
        end = data.rfind(b"\n") + 1
        data, rest = data[:end], data[end:]
        if len(rest) > _LONGEST:  # no table has such a line: it is cut, and so is broken
            data, rest = data + rest + b"\n", b""
        if data:
            block, count = _block(data, width, line)
            line += count
            yield block


def _block(data: bytes, width: int, first: int) -> tuple[Block, int]:
    """Return the rows in some whole lines, and the number of lines."""
    import numpy as np

    array = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(array == _NEWLINE)
    starts = np.concatenate(([0], ends[:-1] + 1))
    returns = (ends > starts) & (array[ends - 1] == _RETURN)
    stops = ends - returns  # behind the last sign of the line
    signs = np.flatnonzero(array == _SIGN)
    cells = np.diff(np.searchsorted(signs, np.concatenate(([0], ends)))) + 1
    trailing = (cells == width + 1) & (array[np.maximum(stops - 1, 0)] == _SIGN)
    blank = stops == starts
    rows = ((cells == width) | trailing) & ~blank
    wrong = np.flatnonzero(~rows & ~blank)
    broken = tuple(
        Broken(
            line=first + n,
            cells=int(cells[n]),
            text=decoded(data[starts[n] : min(stops[n], starts[n] + 200)]).replace("\r", " "),
        )
        for n in wrong.tolist()
    )
    kept = np.repeat(rows, ends + 1 - starts)
    kept[stops[trailing] - 1] = False
    kept[ends[returns] - 1] = False
    clean = data if kept.all() else array[kept].tobytes()
    clean = _utf8(clean.translate(_BLANKS))
    return Block(data=clean, lines=first + np.flatnonzero(rows), broken=broken), len(ends)


def _utf8(data: bytes) -> bytes:
    """Return lines in UTF-8; each that is none is taken for Western."""
    if data.isascii():
        return data
    try:
        data.decode()
    except UnicodeDecodeError:
        return b"\n".join(_line(line) for line in data.split(b"\n"))
    return data


def _line(line: bytes) -> bytes:
    return line if line.isascii() else decoded(line).encode()


def decoded(line: bytes) -> str:
    """Return a line as text: UTF-8 where it is valid, else Windows-1252, else Latin-1."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")
