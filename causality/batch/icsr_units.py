"""Reports of safety databases in units that any process can score: see `causality.batch.units`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from causality import __version__
from causality.assessment.method import Method
from causality.batch.icsr import IcsrRun, icsr_work
from causality.batch.icsr_work import INPUT_COLUMNS, Batch, IcsrWork
from causality.batch.selection import Selection
from causality.e2b.schema import Schema
from causality.words import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class IcsrUnit:
    """Some reports with their bytes; ``size`` is how many."""

    number: int
    batch: Batch
    first: int = 0

    @property
    def size(self) -> int:
        """Return how many reports there are."""
        return len(self.batch.found)

    def chunk(self, delimiter: str) -> Batch:
        """Return the reports."""
        return self.batch


@dataclass(frozen=True, slots=True, kw_only=True)
class IcsrRecipe:
    """All that a process needs to score reports."""

    folder: str
    method: Method
    trace: bool
    as_table: bool
    summary: bool
    selection: Selection | None
    schema: Path | None
    language: Language
    header: Sequence[str] = INPUT_COLUMNS
    delimiter: str = ""
    version: str = __version__

    @classmethod
    def of(cls, run: IcsrRun, folder: Path, *, as_table: bool) -> "IcsrRecipe":
        """Return the recipe of a run."""
        options = run.options
        return cls(
            folder=str(folder),
            method=replace(run.method),  # without what it remembers
            trace=options.trace,
            as_table=as_table,
            summary=options.summary,
            selection=options.selection,
            schema=None if options.schema is None else options.schema.folder,
            language="es" if options.language == "es" else "en",
        )

    def work(self) -> IcsrWork:
        """Return what scores some reports."""
        schema = None if self.schema is None else Schema(self.schema)
        work = icsr_work(self.method, trace=self.trace, summary=self.summary, schema=schema)
        return replace(work, as_table=self.as_table, selection=self.selection)


class IcsrScan:
    """Reads messages from their beginning to their end and cuts them into units.

    Parameters
    ----------
    shard
        ``(i, n)``: every n-th unit, from the i-th on, which counts from 1.
    """

    def __init__(self, run: IcsrRun, shard: tuple[int, int] = (1, 1)) -> None:
        self.run = run
        self.shard = shard
        self.count = 0  # units of all messages, once they are read

    def __iter__(self) -> Iterator[IcsrUnit]:
        """Yield the wanted units."""
        which, of = self.shard
        for number, batch in enumerate(self.run.batches()):
            if number % of == which - 1:
                yield IcsrUnit(number=number, batch=batch)
            self.count = number + 1
