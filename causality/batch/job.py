"""Score what is read, part by part in order, rejects beside it, results visible when complete.

A job is the same whatever it reads: a table (`causality.batch.run`) or the messages of safety
databases (`causality.batch.icsr`). What it reads comes in chunks, and a chunk becomes a part.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, TypeVar

from causality.assessment.method import Method
from causality.batch.excel import ExcelFile
from causality.batch.manifests import counted, method_manifest
from causality.batch.outcomes import INSUFFICIENT
from causality.batch.rejects import Message, line_of, reject_lines, rejects_header
from causality.batch.repeats import Repeats
from causality.batch.selection import HEADER, Selection
from causality.batch.summary import Summary
from causality.batch.tables import ParquetFile
from causality.batch.target import Names, Progress, TableWriter, Target, kind_of
from causality.batch.work import Counts, Part, Reject
from causality.batch.writing import csv_line

if TYPE_CHECKING:
    from causality.batch.results import Results

WORKERS = 2
T = TypeVar("T")
R = TypeVar("R")
Watch = Callable[[Counts, int], None]
"""Told after each part: the counts, and how much is done."""


@dataclass(frozen=True, kw_only=True)
class JobOptions:
    """How anything is scored.

    Parameters
    ----------
    summary
        Gather the aggregates of a report.
    selection
        The reactions that are asked for, where not all are.
    workers
        Threads; with none the parts are made one by one.
    """

    trace: bool = False
    strict: bool = False
    resume: bool = False
    summary: bool = False
    selection: Selection | None = None
    language: str = "en"
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


class Job(ABC):
    """A run of a batch.

    Attributes
    ----------
    results
        The result columns.
    """

    of_reports = False
    """Whether reports of safety databases are read."""

    def __init__(self, method: Method, options: JobOptions) -> None:
        self.method = method
        self._options = options
        self.results: Results

    @property
    def selection(self) -> Selection | None:
        """Return the reactions that are asked for; None for all."""
        return self._options.selection

    @property
    @abstractmethod
    def carried(self) -> Sequence[str]:
        """Return the columns that stand before the results."""

    @abstractmethod
    def parts(self, progress: Progress, *, as_table: bool) -> tuple[Callable[[Any], Part], Any]:
        """Return what makes a part of a chunk, and the chunks that are not done."""

    @abstractmethod
    def read_key(self) -> Mapping[str, Any]:
        """Return what of the input has to be the same for an interrupted run to be taken up."""

    @abstractmethod
    def read_manifest(self) -> Any:
        """Return what the manifest tells of the input."""

    @property
    def header_lines(self) -> int:
        """Return the physical lines before the first row."""
        return 0

    def first_line(self, progress: Progress) -> int:
        """Return the line that line 0 of the next part is."""
        return progress.lines + 1

    def close(self) -> None:  # noqa: B027 - not every input has to be closed
        """Let go of the input."""

    def __call__(
        self,
        out: str,
        *,
        message: Message,
        stream: IO[bytes] | None = None,
        watch: Watch | None = None,
        anew: Callable[[], None] | None = None,
    ) -> Report:
        """Score the input into an output.

        Parameters
        ----------
        message
            Gives the sentence for a fault.
        stream
            Takes the scored rows where the output is no file.
        watch
            Told after each part.
        anew
            Told where a run was to be taken up and the record is that of another one.
        """
        target = Target(Names.of(out), stream, self.key(out), table=self._table(out))
        try:
            self._open(target)
            if target.begun_anew and anew is not None:
                anew()
            taken_up = target.progress.counts.rows
            stopped = self._write(target, message, watch)
            repeats = Repeats() if stopped else target.repeats()
            manifest = self._finish(target, repeats, complete=stopped is None)
        except BaseException:
            target.give_up()
            raise
        finally:
            self.close()
        return Report(
            counts=target.progress.counts,
            manifest=manifest,
            names=target.names,
            taken_up=0 if stopped else taken_up,
            stopped=stopped,
            summary=target.summary if self._options.summary else None,
            repeats=repeats,
        )

    def _open(self, target: Target) -> None:
        target.open(
            resume=self._options.resume,
            scored=csv_line(self.header).encode(),
            rejects=csv_line(rejects_header(self.carried)).encode(),
            lines=self.header_lines,
            others=csv_line(HEADER).encode() if self._options.selection else b"",
        )

    def _finish(self, target: Target, repeats: Repeats, *, complete: bool) -> Mapping[str, Any]:
        """Give the files their names; return the manifest of a complete run."""
        if not complete:
            target.finish_rejects()
            return {}
        manifest = self.manifest(target.progress.counts, repeats)
        target.finish(manifest)
        return manifest

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
        return [*self.carried, *(c.name for c in self.results.columns)]

    def _write(
        self, target: Target, message: Message, watch: Watch | None
    ) -> tuple[Reject, int] | None:
        """Write the parts one after the other; return where a strict run stopped."""
        work, chunks = self.parts(target.progress, as_table=target.table is not None)
        width = len(self.carried)
        for part in self._made(work, chunks):
            first = self.first_line(target.progress)
            wrong = self._wrong(part.rejects)
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

    def _made(self, work: Callable[[Any], Part], chunks: Iterable[Any]) -> Iterator[Part]:
        workers = self._options.workers
        if not workers:
            yield from map(work, chunks)
            return
        with ThreadPoolExecutor(workers) as executor:
            yield from in_order(executor, work, chunks, workers + 1)

    def _wrong(self, rejects: Sequence[Reject]) -> Sequence[Reject]:
        """Return the reject at which a strict run stops."""
        strict = self._options.strict
        return [reject for reject in rejects if not reject.listed][:1] if strict else []

    def key(self, out: str) -> Mapping[str, Any]:
        """Return what has to be the same for an interrupted run to be taken up."""
        return {
            "out": out,
            **self.read_key(),
            "method": self._method(),
            "language": self._options.language,
            "summary": self._options.summary,
        }

    def _method(self) -> dict[str, Any]:
        asked = self._options.selection
        return {
            **method_manifest(self.method, trace=self._options.trace),
            **({"selection": asked.as_json()} if asked else {}),
        }

    def manifest(self, counts: Counts, repeats: Repeats) -> dict[str, Any]:
        """Return what was scored, with what, and how many rows came out of it."""
        selected = self._options.selection is not None
        return {
            "input": self.read_manifest(),
            **self._method(),
            "counts": counted(counts, repeats, selected=selected, of_reports=self.of_reports),
        }


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
