"""Where the records of a text table begin and end, in bytes.

A quote counts only where a cell begins (RFC 4180, and as pyarrow and Python's csv read it). Almost
every table keeps that rule, and then the newlines outside quotes are found by counting quotes; for
the others a slower search follows each record.
"""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from causality.batch.arrays import Ints

LONGEST = 64 << 20
"""Bytes beyond which a record is not believed: a quote is missing, or it is no table."""
_NEWLINE, _QUOTE, _RETURN = 10, 34, 13


@dataclass(frozen=True, slots=True)
class Records:
    """Ends of records in some bytes, just behind their newlines, and the newlines up to the last.

    ``regular`` tells that quotes keep the rule; ``unclosed`` are numbers of records whose quote is
    never closed: they end with their first line.
    """

    ends: "Ints"
    newlines: int = 0
    regular: bool = True
    unclosed: frozenset[int] = field(default_factory=frozenset)


def find_records(data: bytes, delimiter: str, *, final: bool) -> Records:
    """Return the records that some bytes hold whole; they begin where a record begins.

    Parameters
    ----------
    final
        Whether nothing follows; the last record may then lack its newline (add one before).
    """
    import numpy as np

    array = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(array == _NEWLINE) + 1
    if b'"' not in data:
        return Records(ends, len(ends))
    quotes = np.flatnonzero(array == _QUOTE)
    outside = np.searchsorted(quotes, ends) % 2 == 0
    whole = ends[outside]
    left = len(data) - int(whole[-1] if len(whole) else 0)
    closed = left == 0 if final else left < LONGEST
    if closed and _keeps_the_rule(array, quotes, ord(delimiter)):
        inside = int(np.searchsorted(ends, whole[-1], side="right")) if len(whole) else 0
        return Records(whole, inside)
    return _follow(data, delimiter, final=final)


def _keeps_the_rule(array: Any, quotes: "Ints", delimiter: int) -> bool:
    """Tell whether every quote opens a cell, closes one, or is half of a doubled one."""
    opening, closing = quotes[0::2], quotes[1::2]
    before = array[opening - 1][1 if opening[0] == 0 else 0 :]
    after = array[closing[closing < len(array) - 1] + 1]
    starts = (before == delimiter) | (before == _NEWLINE) | (before == _QUOTE)
    stops = (after == delimiter) | (after == _NEWLINE) | (after == _RETURN) | (after == _QUOTE)
    return bool(starts.all() and stops.all())


def _follow(data: bytes, delimiter: str, *, final: bool) -> Records:
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
