"""Which reports count: one number each, no deleted case, the latest version of every case."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from causality.faers.arrow import compute
from causality.faers.aside import SetAside
from causality.faers.codes import code_lists
from causality.faers.folder import Folder, TableFile, unreadable
from causality.faers.lines import decoded
from causality.faers.rows import NUMBER_BITS, Read, read_rows

if TYPE_CHECKING:
    from causality.faers.arrow import Ints

KEPT, DELETED, OLDER, REPEATED = range(4)
_CASE = r"^\s*[0-9]{1,18}\s*$"
_IS_CASE = re.compile(_CASE)
_RANK = 4  # its place among the columns
NUMBER_MASK = (1 << NUMBER_BITS) - 1


@dataclass
class Reports:
    """Every row of DEMO, about 50 bytes each, in the order of the files.

    ``number`` holds the number of the report and, above it, its quarter; ``status`` says whether
    it counts; ``winner`` is the row that counts in place of an older or repeated one.
    """

    files: Sequence[TableFile]
    number: "Ints"
    case: "Ints"
    line: "Ints"
    file: "Ints"
    rank: "Ints"  # shape (reports, 3): layout, version, day of receipt
    status: "Ints" = field(init=False)
    winner: "Ints" = field(init=False)

    def __post_init__(self) -> None:
        """Sort the reports by number."""
        import numpy as np

        self._order = np.argsort(self.number, kind="stable").astype(np.int32)
        self._sorted = self.number[self._order]
        self.status = np.zeros(len(self.number), dtype=np.int8)
        self.winner = np.full(len(self.number), -1, dtype=np.int32)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.number)

    def places(self, numbers: "Ints") -> "Ints":
        """Return which report each number is, the first of those that share it; -1 for none."""
        import numpy as np

        if not len(self._sorted):
            return np.full(len(numbers), -1, dtype=np.int64)
        place = np.searchsorted(self._sorted, numbers)
        place[place == len(self._sorted)] = 0
        found: Ints = np.where(self._sorted[place] == numbers, self._order[place], -1)
        return found

    def select(self, deleted: "Ints") -> None:
        """Find out which reports count.

        Parameters
        ----------
        deleted
            Cases, each with the last quarter whose list names it; shape (cases, 2), by case.
        """
        import numpy as np

        same = self._sorted[1:] == self._sorted[:-1]
        again = self._order[1:][same]
        self.status[again] = REPEATED
        self.winner[again] = self.places(self.number[again])
        if len(deleted):
            place = np.searchsorted(deleted[:, 0], self.case)
            place[place == len(deleted)] = 0
            gone = (deleted[place, 0] == self.case) & (
                deleted[place, 1] >= self.number >> NUMBER_BITS
            )
            self.status[gone & (self.status == KEPT)] = DELETED
        self._leave_latest(np.flatnonzero(self.status == KEPT))

    def _leave_latest(self, left: "Ints") -> None:
        """Of some reports leave the latest version of each case."""
        import numpy as np

        layout, version, received = self.rank[left].T
        number = self.number[left]
        keys = (number, number & NUMBER_MASK, received, version, layout, self.case[left])
        order = left[np.lexsort(keys)]
        cases = self.case[order]
        last = np.ones(len(cases), dtype=bool)
        last[:-1] = cases[1:] != cases[:-1]
        latest = order[last][np.cumsum(last) - last]
        self.status[order[~last]] = OLDER
        self.winner[order[~last]] = latest[~last]

    def aside(self) -> Iterator[SetAside]:
        """Yield the reports that do not count."""
        import numpy as np

        codes = {DELETED: "E847", OLDER: "E848", REPEATED: "E849"}
        columns = {DELETED: "case", OLDER: "version", REPEATED: "key"}
        for place in np.flatnonzero(self.status != KEPT).tolist():
            status, winner = int(self.status[place]), int(self.winner[place])
            params: dict[str, object] = {"found": self.name(place), "case": int(self.case[place])}
            if winner >= 0:
                params |= {"other": self.name(winner), "place": self.place(winner)}
            yield self.set_aside(place, codes[status], columns[status], params)

    def set_aside(
        self, place: int, code: str, column: str, params: dict[str, object] | None = None
    ) -> SetAside:
        """Return a report as one that is not scored, for what a column says."""
        names: list[str] = code_lists()["columns"]["DEMO"].get(column, [column])
        return SetAside(
            code=code,
            file=self.files[self.file[place]].name,
            line=int(self.line[place]),
            case_id=str(self.case[place]),
            report=str(self.number[place] & NUMBER_MASK),
            column=names[0 if self.rank[place, 0] else -1],
            value=self.name(place),
            params=params or {"found": self.name(place)},
        )

    def name(self, place: int) -> str:
        """Return the number of a report."""
        return str(self.number[place] & NUMBER_MASK)

    def place(self, place: int) -> str:
        """Return where a report stands."""
        return f"{self.files[self.file[place]].name}:{self.line[place]}"


def read_reports(folder: Folder, reads: list[Read], aside: list[SetAside], keep: Any) -> Reports:
    """Read DEMO.

    Parameters
    ----------
    reads
        Takes what has been read of each file.
    keep
        Takes the columns of every report, block by block, in the order of the reports.
    """
    import numpy as np

    files = list(folder.of("DEMO"))
    parts: list[list[Any]] = [[], [], [], [], []]
    for n, file in enumerate(files):
        read = Read(file)
        reads.append(read)
        for block in read_rows(file, read, aside):
            table = _with_case(block, file, read, aside)
            for part, values in zip(parts, _numbers(table, n, read), strict=True):
                part.append(values)
            keep(table)
    kinds: tuple[type[Any], ...] = (np.int64, np.int64, np.int32, np.int16, np.int32)
    columns: list[Any] = [
        np.concatenate([np.zeros((0, 3) if n == _RANK else 0, dtype=kind), *part])
        for n, (part, kind) in enumerate(zip(parts, kinds, strict=True))
    ]
    return Reports(files, *columns)


def _numbers(table: Any, file: int, read: Read) -> tuple["Ints", ...]:
    """Return what is remembered of some reports: see `Reports`."""
    import numpy as np

    size = table.num_rows
    legacy = read.columns["key"] == "isr"
    version = np.zeros(size, np.int64) if legacy else _whole(table, "version", size)
    rank = (np.full(size, 0 if legacy else 1), version, _whole(table, "fda_dt", size))
    return (
        table["report"].to_numpy(),
        _whole(table, "case", size),
        table["line"].to_numpy().astype(np.int32),
        np.full(size, file, np.int16),
        np.stack(rank, 1).astype(np.int32),
    )


def _with_case(table: Any, file: TableFile, read: Read, aside: list[SetAside]) -> Any:
    """Return the rows that name a case."""
    named = compute().match_substring_regex(table["case"], _CASE)
    if compute().all(named).as_py():
        return table
    for row in table.filter(compute().invert(named)).to_pylist():
        aside.append(
            SetAside(
                code="E846",
                file=file.name,
                line=row["line"],
                report=str(row["report"] & NUMBER_MASK),
                column=read.columns["case"],
                value=row["case"],
                params={"key": read.columns["case"]},
            )
        )
        read.broken += 1
    read.rows -= table.num_rows - int(compute().sum(named).as_py() or 0)
    return table.filter(named)


def _whole(table: Any, name: str, size: int) -> "Ints":
    """Return a column of whole numbers; -1 where there is none."""
    import numpy as np
    import pyarrow as pa

    if name not in table.column_names:
        return np.full(size, -1, np.int64)
    text = compute().utf8_trim_whitespace(table[name])
    number = compute().match_substring_regex(text, r"^\d{1,18}$")
    found: Ints = compute().cast(compute().if_else(number, text, "-1"), pa.int64()).to_numpy()
    return found


def deleted_cases(folder: Folder) -> "tuple[Ints, list[Read]]":
    """Return the deleted cases, each with the last quarter whose list names it, and the lists."""
    import numpy as np

    reads: list[Read] = []
    found: dict[int, int] = {}
    for file in folder.deleted:
        with closing(file.open()) as stream:
            try:
                data = stream.read()
            except Exception as error:
                raise unreadable(file.name, error) from error
        read = Read(file, sha256(data).hexdigest())
        reads.append(read)
        for line in data.split(b"\n"):
            text = decoded(line).strip(" \r\t$\"'")
            if _IS_CASE.fullmatch(text):
                found[int(text)] = max(found.get(int(text), 0), file.quarter)
                read.rows += 1
    pairs = sorted(found.items())
    return np.asarray(pairs, dtype=np.int64).reshape(-1, 2), reads
