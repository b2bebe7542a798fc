"""Score a file: chunk by chunk in order, rejects beside it, results visible only when complete."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, TypeVar

from causality import __version__
from causality.assessment.method import Method
from causality.batch.cells import CellReader
from causality.batch.dialect import columns_of
from causality.batch.excel import ExcelFile
from causality.batch.outcomes import INSUFFICIENT, Scoring
from causality.batch.repeats import Repeats
from causality.batch.results import Results
from causality.batch.selection import HEADER, Selection
from causality.batch.set_aside import set_aside_in
from causality.batch.source import CHUNK, STDIN, Reading, Source, open_source
from causality.batch.summarise import Summariser
from causality.batch.summary import Summary
from causality.batch.tables import ParquetFile
from causality.batch.target import Names, TableWriter, Target, kind_of
from causality.batch.work import Counts, Part, Reject, Work
from causality.batch.writing import csv_line
from causality.errors import InputError, Problem, UsageError

WORKERS = 2
PREVIEW = 1 << 16
"""Bytes of a file that a preview reads."""
T = TypeVar("T")
R = TypeVar("R")
Message = Callable[[str, Mapping[str, object]], str]
"""Gives the sentence of a code in the language of the run."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a file is scored.

    Parameters
    ----------
    words, orders
        What a mapping file says about the cells: see `causality.batch.cells.CellReader`.
    headers
        What it says about headers: a contract column, or an empty text for none.
    summary
        Gather the aggregates of a report.
    selection
        The reactions that are asked for, where not all are.
    """

    trace: bool = False
    strict: bool = False
    resume: bool = False
    summary: bool = False
    selection: Selection | None = None
    reading: Reading = field(default_factory=Reading)
    headers: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    orders: Mapping[str, Any] = field(default_factory=dict)
    language: str = "en"
    chunk: int = CHUNK
    workers: int = WORKERS


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a run did."""

    counts: Counts
    manifest: Mapping[str, Any]
    names: Names
    taken_up: int = 0  # rows that an interrupted run had done
    stopped: tuple[Reject, int] | None = None  # the row at which a strict run stopped, its line
    summary: Summary | None = None
    repeats: Repeats = field(default_factory=Repeats)


class Run:
    """The scoring of one file.

    Raises
    ------
    InputError
        When the file is no table that can be scored.
    """

    def __init__(self, name: str, method: Method, options: Options) -> None:
        self.options = options
        self.method = method
        self.counted = Counts()
        self.source: Source = open_source(name, options.reading)
        try:
            self._prepare(options)
        except BaseException:
            self.source.close()
            raise

    def _prepare(self, options: Options) -> None:
        dialect = self.source.dialect
        self.columns = columns_of(dialect.header, self.source.name, options.headers)
        reader = CellReader(decimal=dialect.decimal, words=options.words, orders=options.orders)
        self.results = results_under(self.method, reader, trace=options.trace)
        self._no_collision()
        self.work = Work(
            results=self.results,
            header=dialect.header,
            columns=self.columns,
            delimiter=dialect.delimiter,
            selection=options.selection,
            by_record=self.source.table is not None,
            summarise=Summariser(self.results.scoring) if options.summary else None,
            aside=set_aside_in(dialect.header) if self.source.table == "faers" else None,
        )

    def _no_collision(self) -> None:
        taken = [c.name for c in self.results.columns if c.name in self.source.dialect.header]
        if taken:
            params = {"found": ", ".join(taken)}
            raise InputError([Problem(code="E622", file=self.source.name, line=1, params=params)])

    def __call__(
        self,
        out: str,
        *,
        message: Message,
        stream: IO[bytes] | None = None,
        watch: Callable[[Counts, int], None] | None = None,
    ) -> Report:
        """Score the file into an output.

        Parameters
        ----------
        message
            Gives the sentence for a fault.
        stream
            Takes the scored rows where the output is no file.
        watch
            Told after each chunk: the counts, and the bytes of records that are done.
        """
        target = self._target(out, stream)
        try:
            self._open(target)
            taken_up = target.progress.counts.rows
            stopped = self._parts(target, message, watch)
            repeats = Repeats() if stopped else target.repeats()
            manifest = self._finish(target, repeats, complete=stopped is None)
        except BaseException:
            target.give_up()
            raise
        finally:
            self.source.close()
        return Report(
            counts=target.progress.counts,
            manifest=manifest,
            names=target.names,
            taken_up=0 if stopped else taken_up,
            stopped=stopped,
            summary=target.summary if self.options.summary else None,
            repeats=repeats,
        )

    def _finish(self, target: Target, repeats: Repeats, *, complete: bool) -> Mapping[str, Any]:
        """Give the files their names; return the manifest of a complete run."""
        if not complete:
            target.finish_rejects()
            return {}
        manifest = self.manifest(target.progress.counts, repeats)
        target.finish(manifest)
        return manifest

    def _target(self, out: str, stream: IO[bytes] | None) -> Target:
        table = self._table(out)
        if table is not None:
            self.work = replace(self.work, as_table=True)
        return Target(Names.of(out), stream, self.key(out), table=table)

    def _open(self, target: Target) -> None:
        dialect = self.source.dialect
        target.open(
            resume=self.options.resume,
            scored=csv_line(self.header).encode(),
            rejects=csv_line(rejects_header(dialect.header)).encode(),
            lines=dialect.header_lines,
            others=csv_line(HEADER).encode() if self.options.selection else b"",
        )

    def _table(self, out: str) -> TableWriter | None:
        """Return what makes an output that is no text."""
        kind = kind_of(out)
        if kind == "parquet":
            return lambda path: ParquetFile(path, self._types())
        if kind == "excel":
            return lambda path: ExcelFile(path, self.header)
        return None

    def _types(self) -> dict[str, Any]:
        """Return the types of the result columns in a Parquet file."""
        import pyarrow as pa

        found = {name: pa.string() for name in self.header}
        found.update({c.name: pa.int32() for c in self.results.columns if c.number})
        return {**found, INSUFFICIENT: pa.bool_()}

    @property
    def header(self) -> list[str]:
        """Return the header of the results."""
        return [*self.source.dialect.header, *(c.name for c in self.results.columns)]

    def preview(self, size: int = PREVIEW) -> Part | None:
        """Return what becomes of the beginning of the file; None where it has no rows."""
        try:
            return next(map(self.work, self.source.chunks(size)), None)
        finally:
            self.source.close()

    def faults(self) -> Iterator[tuple[int, Reject]]:
        """Yield every fault of the file with its line, and count its rows in ``counted``."""
        lines = self.source.dialect.header_lines
        try:
            for part in map(self.work, self.source.chunks(self.options.chunk)):
                yield from ((lines + 1 + reject.line, reject) for reject in part.rejects)
                lines += part.lines
                self.counted.add(part.counts)
        finally:
            self.source.close()

    def _parts(
        self,
        target: Target,
        message: Message,
        watch: Callable[[Counts, int], None] | None,
    ) -> tuple[Reject, int] | None:
        """Write the chunks one after the other; return where a strict run stopped."""
        if target.progress.end:
            self.source.encoding = target.progress.encoding
        chunks = self.source.chunks(self.options.chunk, skip=target.progress.end)
        width = len(self.source.dialect.header)
        with ThreadPoolExecutor(self.options.workers) as executor:
            for part in in_order(executor, self.work, chunks, self.options.workers + 1):
                first = target.progress.lines + 1
                wrong = [r for r in part.rejects if not r.listed][:1] if self.options.strict else []
                lines = reject_lines(wrong or part.rejects, first, message, width)
                if wrong:
                    target.write(b"", "".join(lines).encode())
                    return wrong[0], line_of(wrong[0], first)
                left = part.others.csv(first) if part.others else b""
                pairs = part.absolute_pairs(first)
                target.write(part.scored, "".join(lines).encode(), left, pairs)
                summary = part.summary.behind(first) if part.summary else None
                target.progress.lines += part.lines
                target.progress.counts.add(part.counts)
                target.note(end=part.end, encoding=part.encoding, summary=summary)
                if watch is not None:
                    watch(target.progress.counts, part.end)
        return None

    def key(self, out: str) -> Mapping[str, Any]:
        """Return what has to be the same for an interrupted run to be taken up."""
        return {
            "out": out,
            "input": self.source.stamp(),
            "chunk": self.options.chunk,
            "method": self._method(),
            "reading": self._reading(),
            "language": self.options.language,
            "summary": self.options.summary,
        }

    def _method(self) -> dict[str, Any]:
        asked = self.options.selection
        return {
            **method_manifest(self.method, trace=self.options.trace),
            **({"selection": asked.as_json()} if asked else {}),
        }

    def _reading(self) -> dict[str, Any]:
        dialect = self.source.dialect
        columns = zip(dialect.header, self.columns, strict=True)
        return {
            "delimiter": dialect.delimiter,
            "decimal": dialect.decimal,
            "columns": {header: name for header, name in columns if name},
            "words": {name: dict(words) for name, words in self.options.words.items()},
            "dates": dict(self.options.orders),
        }

    def manifest(self, counts: Counts, repeats: Repeats) -> dict[str, Any]:
        """Return what was scored, with what, and how many rows came out of it."""
        return {
            "input": {
                "name": Path(self.source.name).name,
                "sha256": self.source.sha256,
                "encoding": self.source.written_as,
                **self._reading(),
                **self.source.about(),
            },
            **self._method(),
            "counts": counted(counts, repeats, selected=self.options.selection is not None),
        }


def method_manifest(method: Method, *, trace: bool) -> dict[str, Any]:
    """Return what a run scores with: tool, algorithms, conventions and knowledge, with hashes."""
    knowledge = method.knowledge
    return {
        "tool": {"name": "vasculitis-causality", "version": __version__},
        "algorithms": [
            {"id": a.id, "version": a.version, "sha256": method.hashes[a.id]}
            for a in method.algorithms
        ],
        "conventions": dict(sorted(method.conventions.items())),
        "knowledge": {
            "version": knowledge.version,
            "files": dict(sorted(knowledge.hashes.items())),
            "layers": [
                {"folder": Path(name).name, "files": dict(sorted(files.items()))}
                for name, files in knowledge.layers
            ],
        },
        "trace": trace,
    }


def results_under(method: Method, reader: CellReader, *, trace: bool) -> Results:
    """Return the result columns of a run, or of a unit of one."""
    return Results(Scoring(method, reader, codes=trace), trace=trace)


def counted(counts: Counts, repeats: Repeats, *, selected: bool) -> dict[str, Any]:
    """Return counts as the manifest tells them."""
    return {
        "rows": counts.rows,
        "scored": counts.scored,
        "rejected": counts.rejected,
        **({"not_selected": counts.not_selected} if selected else {}),
        "errors": counts.errors,
        "errors_by_code": dict(sorted(counts.codes.items())),
        "categories": {
            name: dict(sorted(found.items())) for name, found in counts.categories.items()
        },
        "insufficient": counts.insufficient,
        "rows_with_warnings": counts.warned,
        "rows_repeating_a_pair": repeats.rows,
    }


def refuse_same_file(inputs: Iterable[str], out: str) -> None:
    """Refuse to write over what is read.

    Raises
    ------
    UsageError
        E625.
    """
    for name in inputs:
        if STDIN not in (name, out) and Path(name).resolve() == Path(out).resolve():
            raise UsageError([Problem(code="E625", file=out)])


def rejects_header(header: Iterable[str]) -> list[str]:
    """Return the header of the rejects."""
    own = ["line", "case_id", "column", "value", "code", "message"]
    return [*own, *(f"row.{name}" for name in header)]


def reject_lines(rejects: Iterable[Reject], first: int, message: Message, width: int) -> list[str]:
    """Return the lines of some rejects.

    Parameters
    ----------
    first
        The line that their line 0 is.
    width
        Columns of the table.
    """
    return [reject_line(r, line_of(r, first), message(r.code, r.params), width) for r in rejects]


def line_of(reject: Reject, first: int) -> int:
    """Return the line of a reject in the file that it comes from; line 0 of the chunk is first."""
    return first + reject.line if reject.at is None else reject.at


def reject_line(reject: Reject, line: int, message: str, width: int) -> str:
    """Return one line of the rejects; cells beyond the header stand in the last column."""
    cells = list(reject.cells)
    if len(cells) > width:
        cells = [*cells[: width - 1], ",".join(cells[width - 1 :])]
    cells += [""] * (width - len(cells))
    own = [str(line), reject.case_id, reject.column, reject.value, reject.code, message]
    return csv_line([*own, *cells])


def in_order(
    executor: Executor, work: Callable[[T], R], items: Iterable[T], ahead: int
) -> Iterator[R]:
    """Yield the results of some work in the order of the items, a few of them under way."""
    waiting: deque[Future[R]] = deque()
    try:
        for item in items:
            waiting.append(executor.submit(work, item))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
