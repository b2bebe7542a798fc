"""The rows of all quarters of a folder, in constant memory but for some words about each report.

DEMO says which reports count. The other tables are then read once, and what belongs to those
reports is put by in temporary files, some thousand reports each, to be joined one by one.
"""

import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from causality.faers.aside import SetAside
from causality.faers.codes import code_lists, tables
from causality.faers.folder import Folder
from causality.faers.indications import IndicationEffects
from causality.faers.join import Joiner
from causality.faers.joined import Part
from causality.faers.reports import (
    DELETED,
    KEPT,
    NUMBER_MASK,
    OLDER,
    REPEATED,
    Reports,
    deleted_cases,
    read_reports,
)
from causality.faers.rows import Read, read_rows
from causality.faers.spool import Spool, per_part
from causality.knowledge.base import Knowledge

if TYPE_CHECKING:
    from causality.faers.arrow import Ints

_DEMO = ("event_dt", "age", "age_cod", "sex")


class Quarters:
    """The joining of the tables of a folder; `about` tells of it when all rows have been taken."""

    def __init__(self, folder: Folder, knowledge: Knowledge) -> None:
        self.folder = folder
        self.knowledge = knowledge
        self.reads: list[Read] = []
        self.notes: Counter[str] = Counter()
        self._place = Path(tempfile.mkdtemp(prefix="causality-faers-"))
        self._reports: Reports | None = None
        self._strangers: dict[int, tuple[Read, int, Counter[str]]] = {}

    def __iter__(self) -> Iterator["Any | SetAside"]:
        """Yield Arrow tables of rows, and what gives none."""
        try:
            yield from self._rows()
        finally:
            self.close()

    def close(self) -> None:
        """Remove the temporary files."""
        shutil.rmtree(self._place, ignore_errors=True)

    def _rows(self) -> Iterator["Any | SetAside"]:
        aside: list[SetAside] = []
        all_reports = Spool(self._place, 1 << 62)
        reports = self._demo(aside, all_reports)
        reports.select(self._deleted())
        self._reports = reports
        spool = Spool(self._place, per_part(len(reports)))
        for kind in tables()[1:]:
            spool.put(kind, self._children(kind, reports, aside))
        yield from aside
        yield from reports.aside()
        joiner = Joiner(reports, self.reads, self.notes, IndicationEffects(self.knowledge))
        first = 0
        for part, demo in enumerate(all_reports.sliced("DEMO", 0, spool.per)):
            found = {kind: self._part(spool, kind, part, first) for kind in tables()[1:]}
            yield from joiner(first, demo, found)
            first += demo.num_rows
        yield from self._unknown_reports()

    def _demo(self, aside: list[SetAside], spool: Spool) -> Reports:
        """Read DEMO, and put what a row wants of it by in order."""
        with spool.writer("DEMO", 0) as write:
            return read_reports(
                self.folder, self.reads, aside, lambda table: write(_columns(table, _DEMO))
            )

    def _deleted(self) -> "Ints":
        found, hashes = deleted_cases(self.folder)
        self.notes["deleted_listed"] = len(found)
        self.reads += hashes
        return found

    def _children(self, kind: str, reports: Reports, aside: list[SetAside]) -> Iterator[Any]:
        """Yield the rows of a table that belong to reports that count, each with its place."""
        import numpy as np
        import pyarrow as pa

        names = (*(n for n in code_lists()["columns"][kind] if n != "key"), "line")
        for file in self.folder.of(kind):
            number = len(self.reads)
            read = Read(file)
            self.reads.append(read)
            for block in read_rows(file, read, aside):
                places = reports.places(block["report"].to_numpy())
                unknown = places < 0
                if unknown.any():
                    self._note_strangers(block.filter(pa.array(unknown)), read)
                kept = ~unknown
                kept[kept] = reports.status[places[kept]] == KEPT
                self.notes["rows_of_other_reports"] += int((~kept & ~unknown).sum())
                rows = _columns(block, names).filter(pa.array(kept))
                rows = rows.append_column("place", pa.array(places[kept].astype(np.int64)))
                yield rows.append_column("file", pa.array(np.full(len(rows), number, np.int32)))

    def _note_strangers(self, block: Any, read: Read) -> None:
        """Note rows of reports that are not in DEMO."""
        numbers, lines = block["report"].to_pylist(), block["line"].to_pylist()
        for number, line in zip(numbers, lines, strict=True):
            known = self._strangers.setdefault(number, (read, line, Counter()))
            known[2][read.file.kind] += 1

    def _unknown_reports(self) -> Iterator[SetAside]:
        for number, (read, line, found) in sorted(self._strangers.items()):
            name = str(number & NUMBER_MASK)
            rows = ", ".join(f"{kind} {count}" for kind, count in sorted(found.items()))
            params = {"found": name, "rows": rows}
            yield SetAside(
                code="E852",
                file=read.file.name,
                line=line,
                report=name,
                column=read.columns["key"],
                value=name,
                params=params,
            )

    def _part(self, spool: Spool, kind: str, part: int, first: int) -> Part:
        import pyarrow as pa

        table = spool.take(kind, part)
        if table is None:
            names = [n for n in code_lists()["columns"][kind] if n != "key"]
            table = pa.table(
                {
                    **{name: pa.array([], pa.string()) for name in names},
                    **{name: pa.array([], pa.int64()) for name in ("line", "place", "file")},
                }
            )
        return Part.of(table, first)

    # What there is to tell.

    @property
    def sha256(self) -> str:
        """Return a hash of all that has been read."""
        lines = sorted(f"{read.sha256} {read.file.name}\n" for read in self.reads)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def about(self) -> dict[str, Any]:
        """Return which files were read, and what became of their reports."""
        return {
            "quarters": list(self.folder.quarters),
            "missing_tables": list(self.folder.missing),
            "files": [
                {
                    "name": read.file.name,
                    "sha256": read.sha256,
                    "rows": read.rows,
                    "broken_lines": read.broken,
                }
                for read in self.reads
            ],
            "reports": self._report_counts(),
            "rows": {
                "repeated": self.notes["repeated_rows"],
                "of_reports_that_do_not_count": self.notes["rows_of_other_reports"],
                "of_reports_not_in_demo": sum(
                    found.total() for _, _, found in self._strangers.values()
                ),
                "with_unreadable_role": self.notes["role_unreadable"],
                "with_unreadable_event_date": self.notes["event_date_unreadable"],
            },
            "pairs": self.notes["pairs"],
            "never_known": list(code_lists()["never_known"]),
        }

    def _report_counts(self) -> dict[str, int]:
        import numpy as np

        reports = self._reports
        found = np.zeros(4, int) if reports is None else np.bincount(reports.status, minlength=4)
        return {
            "read": int(found.sum()),
            "with_pairs": self.notes["with_pairs"],
            "deleted": int(found[DELETED]),
            "older_version": int(found[OLDER]),
            "repeated_number": int(found[REPEATED]),
            "without_suspect": self.notes["without_suspect"],
            "without_reaction": self.notes["without_reaction"],
            "not_in_demo": len(self._strangers),
        }


def _columns(table: Any, names: tuple[str, ...]) -> Any:
    """Return some columns of a table; those that it lacks are empty."""
    import pyarrow as pa

    blank = pa.nulls(table.num_rows, pa.string()).fill_null("")
    columns = [table[name] if name in table.column_names else blank for name in names]
    return pa.table(columns, names=list(names))
