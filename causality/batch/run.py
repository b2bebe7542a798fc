"""Score a table: what it reads, chunk by chunk, and what it tells of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from causality.assessment.method import Method
from causality.batch.cells import CellReader
from causality.batch.dialect import columns_of
from causality.batch.job import Job, JobOptions
from causality.batch.outcomes import Scoring
from causality.batch.results import Results
from causality.batch.set_aside import set_aside_in
from causality.batch.source import CHUNK, Chunk, Reading, Source, open_source
from causality.batch.summarise import Summariser
from causality.batch.target import Progress
from causality.batch.work import Counts, Part, Reject, Work
from causality.errors import InputError, Problem

PREVIEW = 1 << 16
"""Bytes of a file that a preview reads."""


@dataclass(frozen=True, kw_only=True)
class Options(JobOptions):
    """How a table is scored.

    Parameters
    ----------
    words, orders
        What a mapping file says about the cells: see `causality.batch.cells.CellReader`.
    headers
        What it says about headers: a contract column, or an empty text for none.
    """

    reading: Reading = field(default_factory=Reading)
    headers: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    orders: Mapping[str, Any] = field(default_factory=dict)
    chunk: int = CHUNK


class Run(Job):
    """The scoring of one file.

    Raises
    ------
    InputError
        When the file is no table that can be scored.
    """

    def __init__(self, name: str, method: Method, options: Options) -> None:
        super().__init__(method, options)
        self.options = options
        self.counted = Counts()
        self.source: Source = open_source(name, options.reading)
        try:
            self._prepare(options)
        except BaseException:
            self.source.close()
            raise

    def _prepare(self, options: Options) -> None:
        dialect = self.source.dialect
        self.columns = columns_of(
            dialect.header,
            self.source.name,
            options.headers,
            likely_header=dialect.likely_header,
        )
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
            aside=set_aside_in(self.source.table, dialect.header),
        )

    def _no_collision(self) -> None:
        taken = [c.name for c in self.results.columns if c.name in self.source.dialect.header]
        if taken:
            params = {"found": ", ".join(taken)}
            raise InputError([Problem(code="E622", file=self.source.name, line=1, params=params)])

    @property
    def carried(self) -> Sequence[str]:
        """Return the columns of the table."""
        return self.source.dialect.header

    @property
    def header_lines(self) -> int:
        """Return the physical lines of the header."""
        return self.source.dialect.header_lines

    def close(self) -> None:
        """Close the file."""
        self.source.close()

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

    def parts(
        self, progress: Progress, *, as_table: bool
    ) -> tuple[Callable[[Chunk], Part], Iterator[Chunk]]:
        """Return what makes a part of a chunk, and the chunks that are not done."""
        if progress.end:
            self.source.encoding = progress.encoding
        work = replace(self.work, as_table=True) if as_table else self.work
        return work, self.source.chunks(self.options.chunk, skip=progress.end)

    def read_key(self) -> Mapping[str, Any]:
        """Return what of the table has to be the same for an interrupted run to be taken up."""
        return {
            "input": self.source.stamp(),
            "chunk": self.options.chunk,
            "reading": self._reading(),
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

    def read_manifest(self) -> Any:
        """Return what the manifest tells of the table."""
        return {
            "name": Path(self.source.name).name,
            "sha256": self.source.sha256,
            "encoding": self.source.written_as,
            **self._reading(),
            **self.source.about(),
        }


def results_under(method: Method, reader: CellReader, *, trace: bool) -> Results:
    """Return the result columns of a run, or of a unit of one."""
    return Results(Scoring(method, reader, codes=trace), trace=trace)
