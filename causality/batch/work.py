"""The work on one chunk of a table: score its rows, set the bad ones aside."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from causality.batch.arrays import Encoded, arrow_compute, bools, ints, presence, texts
from causality.batch.columns import Fault
from causality.batch.contract import KINDS
from causality.batch.dialect import split_cells
from causality.batch.parse import Misshapen, Parsed, parse
from causality.batch.repeats import pairs_of
from causality.batch.results import Results, RowResults
from causality.batch.selection import Others, Selection, others
from causality.batch.source import Chunk
from causality.batch.summarise import Summariser
from causality.batch.summary import Summary
from causality.batch.vocabulary import TextTables, Vocabulary
from causality.batch.writing import (
    csv_line,
    joined,
    pass_through,
    risky_records,
    with_results,
)
from causality.terms.facts import CLOSED_AT_DEFAULT, default

if TYPE_CHECKING:
    from causality.batch.arrays import Bools

Message = Callable[[str, Mapping[str, object]], str]


@dataclass(frozen=True, slots=True)
class Reject:
    """One thing wrong with a row: the line from the beginning of the chunk, what, and its cells.

    ``at`` is its line where it comes from another file than the table; ``listed`` tells that
    nothing is wrong with it, but another one counts.
    """

    line: int
    case_id: str
    column: str
    value: str
    code: str
    params: Mapping[str, object]
    cells: Sequence[str]
    at: int | None = None
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What became of a chunk: the scored rows, the rejects, the counts.

    ``scored`` are pieces of text, or one table.
    """

    end: int
    lines: int
    encoding: str
    scored: list[Any]
    rejects: Sequence[Reject]
    counts: "Counts"
    summary: Summary | None = None
    others: Others | None = None  # rows that were not asked for
    pairs: Any = ()  # which pairs the scored rows name: see `causality.batch.repeats`

    def absolute_pairs(self, first: int) -> bytes:
        """Return the pairs as bytes, with lines counted from a first one."""
        if len(self.pairs):
            self.pairs["line"] += first
        return bytes(self.pairs)


@dataclass(slots=True)
class Counts:
    """Rows and what was found in them."""

    rows: int = 0
    scored: int = 0
    rejected: int = 0
    not_selected: int = 0
    errors: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    categories: dict[str, Counter[str]] = field(default_factory=dict)
    insufficient: int = 0
    warned: int = 0
    missing: Counter[str] = field(default_factory=Counter)  # facts at their default, by name
    reports: int = 0  # of safety databases, where such are read
    reports_not_selected: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the counts as plain values."""
        return {
            **{f.name: getattr(self, f.name) for f in fields(self)},
            "codes": dict(self.codes),
            "missing": dict(self.missing),
            "categories": {name: dict(found) for name, found in self.categories.items()},
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Counts":
        """Return the counts that `as_json` has made plain values of."""
        found = dict(values)
        for name in ("codes", "missing"):
            found[name] = Counter(values[name])
        found["categories"] = {k: Counter(v) for k, v in values["categories"].items()}
        return cls(**found)

    def add(self, other: "Counts") -> None:
        """Count the rows of another part as well."""
        self.rows += other.rows
        self.scored += other.scored
        self.rejected += other.rejected
        self.not_selected += other.not_selected
        self.errors += other.errors
        self.codes.update(other.codes)
        self.insufficient += other.insufficient
        self.warned += other.warned
        self.missing.update(other.missing)
        self.reports += other.reports
        self.reports_not_selected += other.reports_not_selected
        for name, found in other.categories.items():
            self.categories.setdefault(name, Counter()).update(found)


@dataclass(frozen=True, kw_only=True)
class Work:
    """How the chunks of one table become scored rows.

    Parameters
    ----------
    columns
        The contract column that each column of the table is, or None.
    as_table
        Give scored rows as an Arrow table rather than as bytes of CSV.
    by_record
        Count records instead of lines: the table is no text.
    selection
        The reactions that are asked for, where not all are.
    summarise
        Gathers the aggregates of a report, where one is wanted.
    aside
        Reads back what the reader of the table has set aside: see `causality.batch.set_aside`.
    vocabularies, tables
        What is remembered of the texts from chunk to chunk, by the kind of column.
    """

    results: Results
    header: Sequence[str]
    columns: Sequence[str | None]
    delimiter: str
    as_table: bool = False
    by_record: bool = False
    selection: Selection | None = None
    summarise: Summariser | None = None
    aside: Callable[[int, Sequence[str]], Reject | None] | None = None
    vocabularies: dict[str, Vocabulary] = field(default_factory=lambda: defaultdict(Vocabulary))
    tables: TextTables = field(default_factory=TextTables)

    @property
    def places(self) -> dict[str, int]:
        """Return where each contract column stands."""
        return {name: n for n, name in enumerate(self.columns) if name is not None}

    def __call__(self, chunk: Chunk) -> Part:
        """Return what becomes of a chunk."""
        anew = self.as_table or self.delimiter != ","
        wanted = range(len(self.header)) if anew else sorted(self.places.values())
        parsed = parse(
            chunk,
            len(self.header),
            self.delimiter,
            wanted=wanted,
            repeated=self._repeated() if anew and not self.as_table else (),
        )
        if self.by_record:
            parsed = _by_record(parsed)
        parsed, left = self._selected(parsed)
        cells = self._cells_of(parsed.columns)
        rows = self.results.score(self.results.scoring.kernel(cells, len(parsed.rows)))
        kept = ~rows.block.rejected
        scored = self._scored(parsed, rows, kept)
        rejects = [
            *(self._misshapen(parsed, entry) for entry in parsed.misshapen),
            *self._faulty(parsed, rows.block.faults),
        ]
        rejects.sort(key=lambda reject: reject.line)
        return Part(
            end=chunk.end,
            lines=parsed.line_count,
            encoding=chunk.encoding,
            scored=scored,
            rejects=rejects,
            counts=counts_of(rows, kept, rejects, len(parsed.misshapen), left),
            others=left,
            pairs=self._pairs(parsed, cells, kept),
            summary=self._summary(parsed, rows, kept, rejects),
        )

    def _selected(self, parsed: Parsed) -> tuple[Parsed, Others | None]:
        """Return the rows that are asked for, and the others."""
        import pyarrow as pa

        if self.selection is None:
            return parsed, None
        kept = self.selection.mask(parsed.columns[self.places["reaction"]])
        left = others(self._contract_columns(parsed), parsed.lines[parsed.rows], ~kept)
        mask = pa.array(kept)
        found = {n: column.filter(mask) for n, column in parsed.columns.items()}
        return replace(parsed, columns=found, rows=parsed.rows[kept]), left

    def _summary(
        self, parsed: Parsed, rows: RowResults, kept: "Bools", rejects: Sequence[Reject]
    ) -> Summary | None:
        if self.summarise is None:
            return None
        columns, lines = self._contract_columns(parsed), parsed.lines[parsed.rows]
        return self.summarise(columns, rows, kept, lines=lines, rejects=rejects)

    def _contract_columns(self, parsed: Parsed) -> dict[str, Any]:
        return {name: parsed.columns[place] for name, place in self.places.items()}

    def _repeated(self) -> list[int]:
        """Return the columns whose texts come again and again."""
        return [place for name, place in self.places.items() if name != "case_id"]

    def _cells_of(self, columns: Mapping[int, Any]) -> dict[str, Encoded]:
        """Return the contract columns as distinct texts and codes."""
        found = {"case_id": presence(columns[self.places["case_id"]])}
        for name, place in self.places.items():
            if name != "case_id":
                kind = "date" if KINDS[name] == "date" else name
                found[name] = self.vocabularies[kind].encode(columns[place])
        return found

    def _pairs(self, parsed: Parsed, cells: Mapping[str, Encoded], kept: "Bools") -> Any:
        case_ids = parsed.columns[self.places["case_id"]]
        columns = {**cells, "case_id": case_ids}
        return pairs_of(columns, parsed.lines[parsed.rows], kept, self.tables)

    def _scored(self, parsed: Parsed, rows: RowResults, kept: "Bools") -> list[Any]:
        import pyarrow as pa

        if self.as_table:
            columns = [parsed.columns[n].cast(pa.string()) for n in range(len(self.header))]
            found = rows.arrow()
            table = pa.table([*columns, *found.values()], names=[*self.header, *found])
            return [table.filter(bools(kept))]
        return with_results([self._lines(parsed), *rows.texts()], kept)

    def _lines(self, parsed: Parsed) -> Any:
        """Return the cells of every row as they are written, a newline before each row."""
        import numpy as np

        pc = arrow_compute()
        if self.delimiter != "," or not parsed.as_written:
            return joined([parsed.columns[n] for n in range(len(self.header))])
        lines = pass_through(parsed.data, parsed.ends)
        risky = risky_records(parsed.data, parsed.ends, parsed.breaks)
        if len(risky):
            anew = texts([self._anew(parsed, record) for record in risky.tolist()])
            mask = np.zeros(len(parsed.ends), dtype=bool)
            mask[risky] = True
            lines = pc.replace_with_mask(lines, bools(mask), anew)
        if len(parsed.rows) < len(parsed.ends):
            lines = lines.take(ints(parsed.rows))
        return lines

    def _anew(self, parsed: Parsed, record: int) -> str:
        return "\n" + csv_line(self._cells(parsed, record))[:-1]

    def _cells(self, parsed: Parsed, record: int) -> list[str]:
        start = int(parsed.ends[record - 1]) if record else 0
        raw = parsed.data[start : int(parsed.ends[record])].rstrip(b"\r\n")
        return split_cells(raw.decode("utf-8", errors="replace"), self.delimiter)

    def _row_cells(self, parsed: Parsed, row: int) -> list[str]:
        if parsed.as_written:
            return self._cells(parsed, int(parsed.rows[row]))
        return [parsed.columns[n][row].as_py() or "" for n in range(len(self.header))]

    def _misshapen(self, parsed: Parsed, entry: Misshapen) -> Reject:
        place = self.places["case_id"]
        case_id = entry.cells[place] if place < len(entry.cells) else ""
        found = str(entry.params.get("found", ""))
        line = int(parsed.lines[entry.record])
        if self.aside is not None and (aside := self.aside(line, entry.cells)) is not None:
            return aside
        return Reject(line, case_id, "", found, entry.code, entry.params, entry.cells)

    def _faulty(self, parsed: Parsed, faults: Sequence[Fault]) -> list[Reject]:
        found = []
        places = self.places
        last, cells = -1, []
        for fault in faults:
            if fault.row != last:
                last, cells = fault.row, self._row_cells(parsed, fault.row)
            place = places[fault.column]
            found.append(
                Reject(
                    int(parsed.lines[parsed.rows[fault.row]]),
                    cells[places["case_id"]],
                    self.header[place],
                    cells[place],
                    fault.code,
                    fault.params,
                    cells,
                )
            )
        return found


def _by_record(parsed: Parsed) -> Parsed:
    """Return rows whose lines are the numbers of their records."""
    import numpy as np

    records = len(parsed.lines)
    return replace(parsed, lines=np.arange(records), line_count=records)


def counts_of(
    rows: RowResults,
    kept: "Bools",
    rejects: Sequence[Reject],
    misshapen: int,
    left: Others | None,
) -> Counts:
    """Return what became of some rows.

    Parameters
    ----------
    kept
        Which of them were scored.
    misshapen
        Rows, or reports, that gave no cells to score at all.
    """
    import numpy as np

    scored = int(kept.sum())
    not_selected = len(left.lines) if left else 0
    counts = Counts(
        rows=len(kept) + misshapen + not_selected,
        not_selected=not_selected,
        scored=scored,
        rejected=len(kept) - scored + misshapen,
        errors=len(rejects),
        codes=Counter(reject.code for reject in rejects),
    )
    everything = scored == len(kept)
    for entry, outcomes in zip(rows.results.scoring.algorithms, rows.numbers, strict=True):
        found = np.bincount(outcomes if everything else outcomes[kept])
        categories = counts.categories.setdefault(entry.algorithm.id, Counter())
        for number in np.flatnonzero(found).tolist():
            categories[entry.outcomes[number].category] += int(found[number])
    remarks = np.bincount(rows.remarks if everything else rows.remarks[kept])
    for number in np.flatnonzero(remarks).tolist():
        insufficient, warnings = rows.distinct_remarks[number]
        counts.insufficient += int(remarks[number]) if insufficient else 0
        counts.warned += int(remarks[number]) if warnings else 0
    block, answers = rows.block, rows.results.scoring.kernel.answers
    for name in rows.results.read:
        if name in CLOSED_AT_DEFAULT:
            continue  # its default is an answer: no test of the mechanism was done
        if name not in block.answers:
            counts.missing[name] = scored  # nothing is said about it in any row
            continue
        column = block.answers[name]
        found = np.bincount(column if everything else column[kept])
        numbers = np.flatnonzero(found).tolist()
        counts.missing[name] = sum(
            int(found[n]) for n in numbers if answers[name][n].value == default(name)
        )
    return counts
