"""Where the records of a text table begin and end, in bytes.

A quote counts only where a cell begins (RFC 4180, and as pyarrow and Python's csv read it). Almost
every table keeps that rule, and then the newlines outside quotes are found by counting quotes; for
the others a slower search follows each record.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from causality.batch.arrays import Ints

Buffer = bytes | bytearray
LONGEST = 64 << 20
"""Bytes beyond which a record is not believed: a quote is missing, or it is no table."""
_NEWLINE, _QUOTE, _RETURN = 10, 34, 13
_BLOCK = 1 << 18
"""Bytes looked at together, so that they stay in the processor's cache; a multiple of 64."""
_WORDS = 1 << 14
"""Numbers of 64 `marks` looked at together, for the same reason."""


@dataclass(frozen=True, slots=True)
class Records:
    """Ends of records in some bytes, just behind their newlines, and the newlines up to the last.

    ``regular`` tells that quotes keep the rule; ``unclosed`` are numbers of records whose quote is
    never closed: they end with their first line. ``breaks`` are the marks of delimiters, newlines
    and quotes, where they were needed.
    """

    ends: "Ints"
    newlines: int = 0
    regular: bool = True
    unclosed: frozenset[int] = field(default_factory=frozenset)
    breaks: "Ints | None" = None


def find_records(data: Buffer, delimiter: str, *, final: bool) -> Records:
    """Return the records that some bytes hold whole; they begin where a record begins.

    Parameters
    ----------
    final
        Whether nothing follows; the last record may then lack its newline (add one before).
    """
    if b'"' not in data:
        ends = places(marks(data, _NEWLINE)) + 1
        return Records(ends, len(ends))
    newlines, quotes, breaks = all_marks(data, (_NEWLINE, _QUOTE, ord(delimiter)))
    breaks |= newlines
    breaks |= quotes
    inside = _between_pairs(quotes)
    newlines_inside = newlines & inside
    newlines ^= newlines_inside
    whole = places(newlines) + 1
    end = int(whole[-1]) if len(whole) else 0
    closed = end == len(data) if final else len(data) - end < LONGEST
    if closed and _keeps_the_rule(data, quotes, inside, breaks):
        count = data.count(b"\n", 0, end) if newlines_inside.any() else len(whole)
        return Records(whole, count, breaks=breaks[: end // 64 + 1])
    return _follow(data, delimiter, final=final)


def marks(data: Buffer, byte: int) -> "Ints":
    """Return where a byte stands, 64 places to a number; the places go beyond the end."""
    return all_marks(data, (byte,))[0]


def all_marks(data: Buffer, wanted: Sequence[int]) -> list["Ints"]:
    """Return the `marks` of several bytes; the data come from memory once for all of them."""
    import numpy as np

    array = np.frombuffer(data, np.uint8)
    found = [np.zeros(len(data) // 64 + 1, dtype="<u8") for _ in wanted]
    same = np.empty(min(_BLOCK, len(array)), dtype=bool)
    for start in range(0, len(array), _BLOCK):
        block = array[start : start + _BLOCK]
        for byte, bits in zip(wanted, found, strict=True):
            equal = np.equal(block, byte, out=same[: len(block)])
            packed = np.packbits(equal, bitorder="little")
            bits.view(np.uint8)[start // 8 : start // 8 + len(packed)] = packed
    return found


def places(found: "Ints") -> "Ints":
    """Return the places of `marks` as numbers, rising."""
    import numpy as np

    octets = found.view(np.uint8)
    filled = np.flatnonzero(octets != 0)
    values = octets[filled]
    if not (values & (values - 1)).any():  # one in each at most, as the ends of lines mostly are
        return filled * 8 + np.log2(values.astype(np.float32)).astype(np.int64)
    return np.flatnonzero(np.unpackbits(octets, bitorder="little"))


def parts(found: "Ints") -> Iterator[tuple[int, int]]:
    """Yield where to begin and to stop so that every part of some `marks` stays in the cache."""
    for first in range(0, len(found), _WORDS):
        yield first, min(first + _WORDS, len(found))


def behind(found: "Ints", first: int, stop: int) -> "Ints":
    """Return a part of the places one further."""
    import numpy as np

    moved: Ints = found[first:stop] << np.uint64(1)
    moved[1:] |= found[first : stop - 1] >> np.uint64(63)
    if first:
        moved[0] |= found[first - 1] >> np.uint64(63)
    return moved


def _before(found: "Ints", first: int, stop: int) -> "Ints":
    """Return a part of the places one back."""
    import numpy as np

    moved: Ints = found[first:stop] >> np.uint64(1)
    moved[:-1] |= found[first + 1 : stop] << np.uint64(63)
    if stop < len(found):
        moved[-1] |= found[stop] << np.uint64(63)
    return moved


def _between_pairs(quotes: "Ints") -> "Ints":
    """Return the places from each odd quote up to the next, that one not included."""
    import numpy as np

    inside = quotes.copy()
    opened = False
    for first, stop in parts(quotes):
        odd = inside[first:stop]
        for width in (1, 2, 4, 8, 16, 32):
            odd ^= odd << np.uint64(width)
        carried = np.bitwise_xor.accumulate(odd >> np.uint64(63))
        odd[1:] ^= np.uint64(0) - carried[:-1]
        if opened:
            np.invert(odd, out=odd)
        opened = bool(odd[-1] >> np.uint64(63))
    return inside


def _keeps_the_rule(data: Buffer, quotes: "Ints", inside: "Ints", breaks: "Ints") -> bool:
    """Tell whether every quote opens a cell, closes one, or is half of a doubled one.

    The end of the data is marked in ``breaks``.
    """
    import numpy as np

    breaks[-1] |= np.uint64(1) << np.uint64(len(data) % 64)
    returns: Ints | None = None
    for first, stop in parts(quotes):
        begins = behind(breaks, first, stop)
        if not first:
            begins[0] |= np.uint64(1)
        closing = quotes[first:stop] & ~inside[first:stop]
        if (quotes[first:stop] & ~closing & ~begins).any():
            return False
        closing &= ~_before(breaks, first, stop)
        if closing.any():
            returns = marks(data, _RETURN) if returns is None else returns
            if (closing & ~_before(returns, first, stop)).any():
                return False
    return True


def _follow(data: Buffer, delimiter: str, *, final: bool) -> Records:
    """Return the records one after the other, as the rule reads a table that does not keep it."""
    import numpy as np

    sign = re.escape(delimiter.encode())
    cell = rb'(?:"[^"]*+(?:""[^"]*+)*+"[^%b\n]*+|(?!")[^%b\n]*+)' % (sign, sign)
    record = re.compile(rb"%b(?:%b%b)*+\n" % (cell, sign, cell))
    ends: list[int] = []
    unclosed: set[int] = set()
    place = 0
    while place < len(data):
        match = record.match(data, place)
        if match is None:
            if not final and len(data) - place < LONGEST:
                break
            unclosed.add(len(ends))
            place = data.find(b"\n", place) + 1
            if not place:
                break
        else:
            place = match.end()
        ends.append(place)
    return Records(
        np.asarray(ends, dtype=np.int64),
        data.count(b"\n", 0, place),
        regular=False,
        unclosed=frozenset(unclosed),
    )
