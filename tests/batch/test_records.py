"""Records found by bits are those found one after the other."""

from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

import causality.batch.records as records_module
from causality.batch.records import _follow, behind, find_records, marks, parts, places
from causality.batch.writing import FORMULA, risky_records

if TYPE_CHECKING:
    from causality.batch.arrays import Ints

CELLS = (b'"x,"', b"a", b'""', b'"a""b"', b'"\n"', b"", b'-1"', b"=a", b'"=a"', b"'+", b"\t.")
ENDS = (b",", b",", b"\n", b"\r\n", b"\n\n")


def table(random: Random, *, kept: bool) -> bytes:
    """Return some cells; quotes keep the rule, or stand anywhere."""
    if kept:
        cells = (random.choice(CELLS) + random.choice(ENDS) for _ in range(random.randint(0, 60)))
        return b"".join(cells) + b"\n"
    signs = random.choice((b'a,\n"', b'a,\n"\r', b"aaaaaaaaaa,,\n"))
    return bytes(random.choice(signs) for _ in range(random.choice((1, 63, 64, 65, 128, 200))))


@pytest.fixture(params=[1, 2, 1 << 13], autouse=True)
def words(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at marks in parts so small that every table has several, and as a run does."""
    monkeypatch.setattr(records_module, "_WORDS", request.param)


@pytest.mark.parametrize("seed", range(4))
def test_as_when_followed_one_by_one(seed: int) -> None:
    random = Random(seed)  # noqa: S311
    regular = 0
    for number in range(1500):
        data = table(random, kept=bool(number % 2)).rstrip(b"\n") + b"\n"
        found, followed = (f(data, ",", final=True) for f in (find_records, _follow))
        assert found.ends.tolist() == followed.ends.tolist(), data
        assert found.newlines == followed.newlines == data.count(b"\n")
        regular += found.regular
    assert regular > 300


def moved_by_one(found: "Ints") -> "Ints":
    return np.concatenate([behind(found, first, stop) for first, stop in parts(found)])


def test_places_of_a_byte() -> None:
    random = Random(1)  # noqa: S311
    for size in (1, 8, 63, 64, 65, 700_001):
        for share in (0.002, 0.5):
            data = bytes(random.choices(b"a,", (1 - share, share), k=size))
            wanted = [place for place, byte in enumerate(data) if byte == ord(",")]
            assert places(marks(data, ord(","))).tolist() == wanted
            moved = places(moved_by_one(marks(data, ord(",")))).tolist()
            assert moved[: len(wanted) - 1] == [place + 1 for place in wanted[:-1]]


def test_records_with_a_cell_that_a_spreadsheet_may_run() -> None:
    random = Random(2)  # noqa: S311
    for _ in range(300):
        data = table(random, kept=True)
        records = find_records(data, ",", final=True)
        starts = np.concatenate(([0], records.ends[:-1])).tolist()
        around = [
            (start, b"\n" + data[start:end])
            for start, end in zip(starts, records.ends, strict=True)
        ]
        wanted = [
            number
            for number, (_, text) in enumerate(around)
            if any(
                before + sign.encode() in text for sign in FORMULA for before in (b",", b"\n", b'"')
            )
        ]
        assert risky_records(data, records.ends, records.breaks).tolist() == wanted
        assert risky_records(data, records.ends).tolist() == wanted
