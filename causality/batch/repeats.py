"""Rows that name a pair which an earlier row names already: the same case, drug and reaction.

That is no fault (a table may list a pair twice on purpose), but it counts a report twice. Every
row leaves a hash of its pair and its line in a file, which is looked through at the end part by
part, so that memory does not grow with the table.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from causality.batch.arrays import Encoded, either, encoded, lookup, texts
from causality.batch.vocabulary import TextTables

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from causality.batch.arrays import Bools, Ints

    Hashes = npt.NDArray[np.uint64]

FIELDS = [("pair", "<u8"), ("line", "<u4")]
SIZE = 12
"""Bytes that a row takes."""
_AT_ONCE = 1 << 21  # rows looked at together
_BLOCK = 1 << 18  # rows read together
_GROUP = 1 << 16  # rows of which the tables stay in the cache, about
_KEY_BITS = 8  # of the number of a group
_ALONE = 1 << 18  # rows that are not worth a second thread
_SPARE_BITS = 4
"""More bits, fewer hashes that begin alike by chance, more memory."""
_THREADS = 2
_SHOWN = 3
_WORD = 8
_LONGEST = 48  # bytes of a name that are hashed together with those of other rows
_PRIMES = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)


@dataclass(frozen=True, slots=True)
class Repeats:
    """How many rows repeat a pair; of the first ones, the line and that of the row repeated."""

    rows: int = 0
    examples: tuple[tuple[int, int], ...] = ()


def pairs_of(
    columns: Mapping[str, Any], lines: "Ints", kept: "Bools", tables: TextTables | None = None
) -> Any:
    """Return for every row that is kept the hash of its pair and its line, in one array.

    Parameters
    ----------
    columns
        Arrow arrays; ``drug`` and ``reaction`` may be encoded already.
    tables
        Remembers the hashes of their texts.
    """
    import numpy as np

    found = np.empty(int(kept.sum()), dtype=FIELDS)
    hashes = _text_hashes(columns["case_id"]) * np.uint64(_PRIMES[0])
    for name, prime in zip(("drug", "reaction"), _PRIMES[1:], strict=True):
        column = columns[name]
        column = column if isinstance(column, Encoded) else encoded(column)
        values = np.append((tables or TextTables()).of(column, "hash", _hashes), np.uint64(0))
        hashes += lookup(values, column.codes) * np.uint64(prime)
    found["pair"], found["line"] = hashes[kept], lines[kept]
    return found


def _hashes(names: Sequence[str]) -> "Hashes":
    import numpy as np

    return np.asarray(list(map(_hash, names)), dtype=np.uint64)


@lru_cache(1 << 15)
def _hash(text: str) -> int:
    name = " ".join(text.split()).casefold()
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def _text_hashes(column: Any) -> "Hashes":
    """Return hashes of a column of text whose cells seldom repeat, eight bytes at a time."""
    import numpy as np
    import pyarrow as pa

    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    column = column.fill_null(texts([""])[0])
    _, offsets, buffer = column.buffers()
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    data = np.frombuffer(buffer or b"", np.uint8)[: ends[-1]]
    padded = np.append(data, np.zeros(_WORD, np.uint8))
    words_at = np.ndarray(len(data) + 1, dtype="<u8", buffer=padded, strides=(1,))
    starts, sizes = ends[:-1], np.diff(ends)
    hashes, prime = sizes.astype(np.uint64), np.uint64(_PRIMES[0])
    masks = np.asarray([(1 << 8 * size) - 1 for size in range(_WORD + 1)], dtype=np.uint64)
    for place in range(0, min(int(sizes.max(initial=0)), _LONGEST), _WORD):
        left = np.clip(sizes - place, 0, _WORD)
        words = words_at[np.minimum(starts + place, len(data))]
        mixed = (hashes ^ (words & lookup(masks, left))) * prime
        mixed ^= mixed >> np.uint64(29)
        hashes = either(left > 0, mixed, hashes)
    for row in np.flatnonzero(sizes > _LONGEST).tolist():
        hashes[row] = _hash(column[row].as_py())
    return hashes


def find_repeats(path: Path) -> Repeats:
    """Return the repeats among the rows whose pairs a file holds."""
    size = path.stat().st_size // SIZE
    if not size:
        return Repeats()
    parts = max(-(-size // _AT_ONCE), _THREADS if size > _ALONE else 1)
    shares = 1 << (parts - 1).bit_length()  # a power of two, to tell by a few bits
    with ThreadPoolExecutor(_THREADS) as executor:
        found = list(executor.map(lambda share: _repeats_in(path, share, shares), range(shares)))
    examples = sorted(example for part in found for example in part.examples)
    return Repeats(sum(part.rows for part in found), tuple(examples[:_SHOWN]))


def _repeats_in(path: Path, share: int, shares: int) -> Repeats:
    """Return the repeats among the rows whose hash ends in a number."""
    import numpy as np

    last = np.uint64(shares - 1)
    part = np.concatenate(
        [np.compress(block["pair"] & last == np.uint64(share), block) for block in _blocks(path)]
    )
    part = part[_perhaps_repeated(np.ascontiguousarray(part["pair"]))]
    ordered = np.sort(part["pair"])
    if not (ordered[1:] == ordered[:-1]).any():
        return Repeats()
    part = part[np.argsort(part["pair"], kind="stable")]  # rows of one pair stay in their order
    hashes, lines = part["pair"], part["line"].astype(np.int64)
    same = np.flatnonzero(hashes[1:] == hashes[:-1]) + 1
    nearest = same[np.argsort(lines[same], kind="stable")[:_SHOWN]]
    return Repeats(len(same), tuple((int(lines[n]), int(lines[n - 1])) for n in nearest.tolist()))


def _perhaps_repeated(hashes: "Hashes") -> "Ints":
    """Return the rows, rising, whose hash begins as another one does.

    To sort all hashes takes longer. They are looked at group by group, by bits in their middle, so
    that the tables stay in the processor's cache.
    """
    import numpy as np

    groups = min(1 << (len(hashes) // _GROUP).bit_length(), 1 << _KEY_BITS)
    key = (hashes >> np.uint64(32) & np.uint64(groups - 1)).astype(np.uint8)
    order = np.argsort(key, kind="stable")
    grouped = lookup(hashes, order)
    stops = np.cumsum(np.bincount(key, minlength=groups)).tolist()
    found = [
        order[first:stop][_begin_alike(grouped[first:stop])]
        for first, stop in zip([0, *stops], stops, strict=False)
    ]
    return np.sort(np.concatenate(found))


def _begin_alike(hashes: "Hashes") -> "Bools":
    """Return which hashes begin as another one does."""
    import numpy as np

    bits = len(hashes).bit_length() + _SPARE_BITS
    places = (hashes >> np.uint64(64 - bits)).astype(np.int64)
    rows = np.arange(len(hashes), dtype=np.int32)
    last = np.empty(1 << bits, dtype=np.int32)
    last[places] = rows
    shared = np.zeros(1 << bits, dtype=bool)
    shared[places[last[places] != rows]] = True
    found: Bools = shared[places]
    return found


def _blocks(path: Path) -> Iterator[Any]:
    """Yield what a file holds; it is not mapped, so that memory does not grow with it."""
    import numpy as np

    with path.open("rb") as file:
        while len(block := np.fromfile(file, FIELDS, _BLOCK)):
            yield block
