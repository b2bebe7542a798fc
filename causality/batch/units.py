"""A table in units that any process can score: each leaves its own part files, whole or not at all.

A unit is a chunk of the table. Whoever runs it finds its bytes by their place in the file, or gets
them along where the file cannot be read from the middle. `causality.batch.merge` puts the parts
together: the result is, byte for byte, that of a run on one machine.
"""

import hashlib
import json
import os
import pickle
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from causality import __version__
from causality.assessment.method import Method
from causality.batch.cells import CellReader
from causality.batch.job import Job
from causality.batch.records import Buffer, Records, find_records
from causality.batch.rejects import reject_lines
from causality.batch.repeats import Repeats
from causality.batch.run import Run, results_under
from causality.batch.selection import Selection
from causality.batch.set_aside import set_aside_in
from causality.batch.source import Chunk
from causality.batch.summarise import Summariser
from causality.batch.tables import Format
from causality.batch.work import Counts, Work
from causality.errors import InputError, Problem, UsageError
from causality.words import Language, Words

KEY, WHOLE = "run.json", "whole.json"
_KINDS = ("scored", "rejects", "others", "pairs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A chunk of a table: where it stands in the file, or its bytes.

    ``first`` is the number of its first line. ``records`` come along only where they cannot be
    found anew from the bytes alone.
    """

    number: int
    first: int
    end: int
    encoding: str
    final: bool
    path: str | None
    start: int
    size: int
    data: Buffer | None = None
    records: Records | None = None

    def chunk(self, delimiter: str) -> Chunk:
        """Return the chunk.

        Raises
        ------
        InputError
            E002 when the file is not what it was.
        """
        data = self._read() if self.data is None else self.data
        return Chunk(
            number=self.number,
            data=data,
            encoding=self.encoding,
            records=self.records or find_records(data, delimiter, final=True),
            end=self.end,
            final=self.final,
        )

    def _read(self) -> bytes:
        path = self.path or ""
        try:
            with Path(path).open("rb") as file:
                file.seek(self.start)
                data = file.read(self.size)
        except OSError as error:
            params = {"reason": error.strerror or type(error).__name__}
            raise InputError([Problem(code="E002", file=path, params=params)]) from error
        if self.final and len(data) == self.size - 1:  # the last line ends without a newline
            data += b"\n"
        if len(data) != self.size:
            params = {"reason": f"{len(data)} < {self.size}"}
            raise InputError([Problem(code="E002", file=path, params=params)])
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that a process needs to score units of one table."""

    folder: str
    method: Method
    reader: CellReader
    header: tuple[str, ...]
    columns: tuple[str | None, ...]
    delimiter: str
    trace: bool
    as_table: bool
    table: Format | None  # what kind of table is read; None for a text
    summary: bool
    selection: Selection | None
    language: Language
    version: str = __version__

    @classmethod
    def of(cls, run: Run, folder: Path, *, as_table: bool) -> "Recipe":
        """Return the recipe of a run."""
        options, dialect = run.options, run.source.dialect
        return cls(
            folder=str(folder),
            method=replace(run.method),  # without what it remembers
            reader=CellReader(decimal=dialect.decimal, words=options.words, orders=options.orders),
            header=dialect.header,
            columns=tuple(run.columns),
            delimiter=dialect.delimiter,
            trace=options.trace,
            as_table=as_table,
            table=run.source.table,
            summary=options.summary,
            selection=options.selection,
            language="es" if options.language == "es" else "en",
        )

    def packed(self) -> bytes:
        """Return the recipe as bytes, for another process of this program."""
        return pickle.dumps(self)

    def work(self) -> Work:
        """Return what scores a chunk."""
        results = results_under(self.method, self.reader, trace=self.trace)
        return Work(
            results=results,
            header=self.header,
            columns=self.columns,
            delimiter=self.delimiter,
            as_table=self.as_table,
            by_record=self.table is not None,
            selection=self.selection,
            summarise=Summariser(results.scoring) if self.summary else None,
            aside=set_aside_in(self.table, self.header),
        )


@lru_cache(maxsize=2)
def _recipe(packed: bytes) -> tuple[Recipe, Work]:
    """Return a recipe and its work, which remembers from unit to unit."""
    recipe: Recipe = pickle.loads(packed)  # noqa: S301 - made by this program, in this run
    if recipe.version != __version__:
        params = {"found": __version__, "wanted": recipe.version}
        raise UsageError([Problem(code="E679", params=params)])
    return recipe, recipe.work()


class AnyUnit(Protocol):
    """What is scored together: a chunk of a table, or some reports."""

    @property
    def number(self) -> int: ...  # noqa: D102
    @property
    def first(self) -> int: ...  # noqa: D102
    @property
    def size(self) -> int: ...  # noqa: D102
    def chunk(self, delimiter: str) -> Any: ...  # noqa: D102


def score_unit(packed: bytes, unit: AnyUnit) -> tuple[Counts, int]:
    """Score a unit and leave its part files; return the counts, and the bytes done.

    Parameters
    ----------
    packed
        The recipe: see `Recipe.packed`.
    """
    recipe, work = _recipe(packed)
    part = work(unit.chunk(recipe.delimiter))
    words = Words(recipe.language)
    rejects = reject_lines(
        part.rejects,
        unit.first,
        lambda code, params: words(code, **params),
        len(recipe.header),
    )
    files = Files(Path(recipe.folder), unit.number)
    scored = _as_bytes(part.scored[0]) if recipe.as_table else b"".join(part.scored)
    others = part.others.csv(unit.first) if part.others else b""
    summary = part.summary.behind(unit.first).as_json() if part.summary else None
    note = {"number": unit.number, "counts": part.counts.as_json(), "summary": summary}
    pairs = part.absolute_pairs(unit.first)
    files.leave(scored, "".join(rejects).encode(), others, pairs, note)
    return part.counts, unit.size


def _as_bytes(table: Any) -> bytes:
    """Return an Arrow table as the bytes of an Arrow file."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    found: bytes = sink.getvalue().to_pybytes()
    return found


class Files:
    """The part files of one unit: the note comes last and vouches for the others."""

    def __init__(self, folder: Path, number: int) -> None:
        self.folder = folder
        self.scored, self.rejects, self.others, self.pairs, self.note = (
            folder / f"{number:06d}.{kind}" for kind in (*_KINDS, "json")
        )

    @property
    def done(self) -> bool:
        """Tell whether the unit is done."""
        return self.note.exists()

    def leave(
        self,
        scored: bytes,
        rejects: bytes,
        others: bytes,
        pairs: bytes,
        note: Mapping[str, Any],
    ) -> None:
        """Write the files, each under its name only when it is whole.

        Raises
        ------
        InputError
            E624 when they cannot be written.
        """
        data = json.dumps(note).encode()
        paths = (self.scored, self.rejects, self.others, self.pairs, self.note)
        for path, content in zip(paths, (scored, rejects, others, pairs, data), strict=True):
            write_whole(path, content)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that appears when it is whole, whoever else writes the same one.

    Raises
    ------
    InputError
        E624 when it cannot be written.
    """
    partial = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        params = {"reason": error.strerror or type(error).__name__}
        raise InputError([Problem(code="E624", file=str(path), params=params)]) from error


def parts_folder(out: str) -> Path:
    """Return where the parts of an output are kept until they are merged."""
    return Path(f"{out}.parts")


class Scan:
    """Reads a table from its beginning to its end and cuts it into units.

    All of it is read, whichever units are wanted, so that lines and hash are right.

    Parameters
    ----------
    shard
        ``(i, n)``: every n-th unit, from the i-th on, which counts from 1.
    """

    def __init__(self, run: Run, shard: tuple[int, int] = (1, 1)) -> None:
        self.run = run
        self.shard = shard
        self.count = 0  # units of the whole table, once it is read

    def __iter__(self) -> Iterator[Unit]:
        """Yield the wanted units."""
        source, (which, of) = self.run.source, self.shard
        first, start = source.dialect.header_lines + 1, source.begins
        for chunk in source.chunks(self.run.options.chunk):
            if chunk.number % of == which - 1:
                yield self._unit(chunk, first, start)
            whole = source.table is not None
            first += len(chunk.records.ends) if whole else chunk.records.newlines
            start = None if start is None else start + len(chunk.data)
            self.count += 1

    def _unit(self, chunk: Chunk, first: int, start: int | None) -> Unit:
        path = Path(self.run.source.path or "").resolve()
        return Unit(
            number=chunk.number,
            first=first,
            end=chunk.end,
            encoding=chunk.encoding,
            final=chunk.final,
            path=None if start is None else str(path),
            start=start or 0,
            size=len(chunk.data),
            data=chunk.data if start is None else None,
            records=None if chunk.records.regular else chunk.records,
        )


def digest(values: Mapping[str, Any]) -> str:
    """Return a hash of what has to be the same in all parts."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def prepare(folder: Path, key: Mapping[str, Any], *, keep: bool) -> None:
    """Make the folder of the parts ready.

    Parameters
    ----------
    keep
        Take up what is there; else it is removed first.

    Raises
    ------
    UsageError
        E672 where it holds parts of another table or of other options.
    InputError
        E624 when it cannot be written.
    """
    text = json.dumps({"key": digest(key)}).encode()
    known = folder / KEY
    with suppress(FileNotFoundError):
        if keep and known.read_bytes() != text:
            raise UsageError([Problem(code="E672", file=str(folder))])
    if not keep:
        remove(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        params = {"reason": error.strerror or type(error).__name__}
        raise InputError([Problem(code="E624", file=str(folder), params=params)]) from error
    for left in folder.glob(".*.tmp") if not keep else ():
        left.unlink(missing_ok=True)
    if not known.exists():
        write_whole(known, text)


def remove(folder: Path) -> None:
    """Remove the part files and their folder; nothing else that may be in it."""
    names = (KEY, WHOLE, *(f"[0-9]*.{kind}" for kind in (*_KINDS, "json")), ".*.tmp")
    for pattern in names:
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)
    with suppress(OSError):
        os.rmdir(folder)  # noqa: PTH106 - leaves it where something else is in it


def write_end(folder: Path, run: Job, count: int, options: Mapping[str, Any]) -> None:
    """Note what a scan of the whole table has found: how many units, and the manifest to be."""
    values = {
        "units": count,
        "manifest": run.manifest(Counts(), Repeats()),
        "scored": list(run.header),
        "columns": list(run.carried),
        "numbers": [column.name for column in run.results.columns if column.number],
        "options": dict(options),
    }
    data = json.dumps(values, ensure_ascii=False, sort_keys=False).encode()
    whole = folder / WHOLE
    with suppress(FileNotFoundError):
        if whole.read_bytes() != data:
            raise UsageError([Problem(code="E672", file=str(folder))])
    write_whole(whole, data)


def parse_shard(text: str) -> tuple[int, int]:
    """Return a shard as ``I/N``.

    Raises
    ------
    UsageError
        E670.
    """
    first, _, second = text.partition("/")
    if first.isdecimal() and second.isdecimal() and 1 <= int(first) <= int(second):
        return int(first), int(second)
    raise UsageError([Problem(code="E670", path="--shard", params={"found": text})])
