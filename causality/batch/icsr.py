"""Score the reports of safety databases: every pair of every report that counts, streamed.

Rows have the columns of the batch; what is set aside goes to the rejects with its place in the
message.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import file_digest, sha256
from itertools import islice
from pathlib import Path
from typing import Any

from causality.assessment.method import Method
from causality.batch.icsr_work import INPUT_COLUMNS, Batch, IcsrWork
from causality.batch.job import Job, JobOptions
from causality.batch.outcomes import Scoring
from causality.batch.results import Results
from causality.batch.summarise import Summariser
from causality.batch.target import Progress
from causality.batch.work import Part
from causality.e2b.read import Found, SetAside, found_reports
from causality.e2b.schema import Schema
from causality.e2b.stream import Message
from causality.errors import InputError, Problem

_REPORTS = 500
"""Reports that are scored together, at most."""
_BYTES = 4 << 20
"""Bytes of reports that are scored together: one more report is added while there are fewer."""
_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class IcsrOptions(JobOptions):
    """How reports are scored."""

    schema: Schema | None = None
    workers: int = 0  # one report after the other: the rules of a case are plain Python


class IcsrRun(Job):
    """The scoring of the reports of some message files."""

    of_reports = True

    def __init__(self, messages: Sequence[Message], method: Method, options: IcsrOptions) -> None:
        super().__init__(method, options)
        self.messages = messages
        self.options = options
        self.work = icsr_work(
            method, trace=options.trace, summary=options.summary, schema=options.schema
        )
        self.work = replace(self.work, selection=options.selection)
        self.results = self.work.results

    @property
    def carried(self) -> Sequence[str]:
        """Return what a row says of its pair."""
        return INPUT_COLUMNS

    def first_line(self, progress: Progress) -> int:
        """Return nothing to be added: the lines are those of each message."""
        return 0

    def parts(
        self, progress: Progress, *, as_table: bool
    ) -> tuple[Callable[[Batch], Part], Iterator[Batch]]:
        """Return what makes a part of some reports, and the reports that are not done."""
        return replace(self.work, as_table=as_table), self.batches(progress.end)

    def batches(self, done: int = 0) -> Iterator[Batch]:
        """Yield the reports some together, without those that are done."""
        return _together(islice(found_reports(self.messages), done, None), done)

    def preview(self) -> Part:
        """Return what would become of the first reports."""
        found = list(islice(found_reports(self.messages), _SHOWN))
        return self.work(Batch(found, len(found)))

    def read_key(self) -> Mapping[str, Any]:
        """Return what of the messages has to be the same for a run to be taken up."""
        return {"input": [_stamp(entry) for entry in self.messages]}

    def read_manifest(self) -> Any:
        """Return what the manifest tells of the messages."""
        return [
            {"name": Path(entry.name).name, "sha256": _digest(entry)} for entry in self.messages
        ]


def icsr_work(
    method: Method, *, trace: bool, summary: bool, schema: Schema | None = None
) -> IcsrWork:
    """Return what scores reports under a method."""
    results = Results(Scoring(method, codes=trace), trace=trace)
    summarise = Summariser(results.scoring) if summary else None
    return IcsrWork(results=results, summarise=summarise, schema=schema)


def _together(found: Iterable[Found | SetAside], done: int) -> Iterator[Batch]:
    waiting: list[Found | SetAside] = []
    size = 0
    for entry in found:
        waiting.append(entry)
        size += len(entry.fragment.data) if isinstance(entry, Found) else 0
        if len(waiting) >= _REPORTS or size >= _BYTES:
            done += len(waiting)
            yield Batch(waiting, done)
            waiting, size = [], 0
    if waiting:
        yield Batch(waiting, done + len(waiting))


def _stamp(message: Message) -> list[object]:
    try:
        state = Path(message.name).stat()
    except OSError:
        return [message.name]
    return [message.name, state.st_size, state.st_mtime_ns]


def _digest(message: Message) -> str:
    if message.data is not None:
        return sha256(message.data).hexdigest()
    try:
        with Path(message.name).open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        params = {"reason": error.strerror or type(error).__name__}
        raise InputError([Problem(code="E002", file=message.name, params=params)]) from error
