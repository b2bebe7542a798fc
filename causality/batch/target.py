"""Where results go: partial files that get their names when all is done, and a record of progress.

After every chunk the record says how far the input is read and how long the partial files are.
An interrupted run is taken up there; what lies behind those lengths was not recorded and is cut.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal, Protocol

from causality.batch.excel import EXCEL
from causality.batch.held import Held, hold
from causality.batch.repeats import Repeats, find_repeats
from causality.batch.summary import Summary
from causality.batch.tables import PARQUET
from causality.batch.work import Counts
from causality.errors import InputError, Problem, UsageError

STDOUT = "-"
Kind = Literal["csv", "parquet", "excel"]
KINDS: Mapping[str, Kind] = {".csv": "csv", PARQUET: "parquet", EXCEL: "excel"}


class TableFile(Protocol):
    """A file that takes Arrow tables as an open file takes bytes."""

    def write(self, table: Any, /) -> None:
        """Write some rows."""

    def flush(self) -> None:
        """Let go of what is kept back, where that can be."""

    def close(self) -> None:
        """Finish the file."""


TableWriter = Callable[[Path], TableFile]
"""Makes such a file."""


@dataclass(frozen=True, slots=True)
class Names:
    """The files of a run; ``scored`` is None where results go to a stream."""

    scored: Path | None
    rejects: Path
    manifest: Path
    others: Path  # rows that were not asked for; there only where some are
    pairs: Path  # while the run lasts: see `causality.batch.repeats`

    @classmethod
    def of(cls, out: str) -> "Names":
        """Return the files that go with an output."""
        path = Path(out)
        if is_stream(out):
            base, scored = Path("batch"), None
        else:
            base, scored = path.with_suffix(""), path
        names = ("rejects.csv", "manifest.json", "not-selected.csv", "pairs.partial")
        return cls(scored, *(Path(f"{base}.{name}") for name in names))

    @property
    def record(self) -> Path:
        """Return the record of progress."""
        return Path(f"{self.scored or self.rejects}.progress")

    def companions(self, *, selected: bool) -> list[Path]:
        """Return what a run makes beside its results, also what is there only while it lasts."""
        whole = [self.rejects, self.manifest, *([self.others] if selected else [])]
        results = [] if self.scored is None else [self.scored]
        return [*whole, self.pairs, self.record, *(partial(path) for path in [*results, *whole])]


def partial(path: Path) -> Path:
    """Return the name of a file while it is not complete."""
    return Path(f"{path}.partial")


def kind_of(out: str) -> Kind:
    """Return what an output is by its name; a stream takes CSV.

    Raises
    ------
    UsageError
        E662 for a name that promises something else.
    """
    if is_stream(out):
        return "csv"
    kind = KINDS.get(Path(out).suffix.lower())
    if kind is None:
        params = {"found": out, "allowed": ", ".join(KINDS)}
        raise UsageError([Problem(code="E662", path="--out", params=params)])
    return kind


def is_stream(out: str) -> bool:
    """Tell whether an output is standard output, a pipe or a device: nothing to rename."""
    if out == STDOUT:
        return True
    try:
        return Path(out).exists() and not Path(out).is_file() and not Path(out).is_dir()
    except OSError:
        return False


@dataclass
class Progress:
    """How far a run has come."""

    end: int = 0  # bytes of records that are done
    lines: int = 0  # physical lines that are done, those of the header too
    scored: int = 0  # bytes written
    rejects: int = 0
    others: int = 0
    pairs: int = 0
    encoding: str = "ascii"
    counts: Counts = field(default_factory=Counts)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Progress":
        """Return the progress that a line of the record tells."""
        return cls(**{**values, "counts": Counts.from_json(values["counts"])})


class Target:
    """The files that a run writes."""

    def __init__(
        self,
        names: Names,
        stream: IO[bytes] | None,
        key: Mapping[str, Any],
        *,
        table: TableWriter | None = None,
        held: Held | None = None,
    ) -> None:
        self.names = names
        self._held = held  # nothing is written or removed before the output is
        self.table = table  # makes the file of results where it is no text
        self.key = json.loads(json.dumps(key))
        self.progress = Progress()
        self.summary = Summary()  # of all that is done, where one is asked for
        self.begun_anew = False  # though a run was to be taken up, and there is a record of one
        self._stream = stream
        self._scored: IO[bytes] | TableFile | None = stream
        self._rejects: IO[bytes] | None = None
        self._others: IO[bytes] | None = None
        self._pairs: IO[bytes] | None = None
        self._record: IO[str] | None = None

    @property
    def _partial(self) -> Path | None:
        return None if self.names.scored is None else partial(self.names.scored)

    @property
    def _partial_rejects(self) -> Path:
        return partial(self.names.rejects)

    @property
    def _partial_others(self) -> Path:
        return partial(self.names.others)

    @property
    def record(self) -> Path:
        """Return the record of progress."""
        return self.names.record

    def open(
        self, *, resume: bool, scored: bytes, rejects: bytes, lines: int, others: bytes = b""
    ) -> None:
        """Open the partial files, at their beginning or where an interrupted run stands.

        Parameters
        ----------
        scored, rejects, others
            The headers of the files; there are no others without one.
        lines
            Physical lines of the header of the input.

        Raises
        ------
        UsageError
            E635 while another run writes to this output.
        InputError
            E624 when a file cannot be written.
        """
        if self._held is None:
            self._held = hold(self.names.pairs, str(self.names.scored or self.names.rejects))
        taken_up = resume and self._take_up()
        mode = "r+b" if taken_up else "wb"
        try:
            if self._partial is not None:
                self._scored = (
                    self._partial.open(mode) if self.table is None else self.table(self._partial)
                )
            self._rejects = self._partial_rejects.open(mode)
            self._pairs = self.names.pairs.open(mode)
            if others:
                self._others = self._partial_others.open(mode)
            self._record = self.record.open("a" if taken_up else "w", encoding="utf-8")
        except OSError as error:
            raise self._unwritable(error, error.filename) from error
        if taken_up:
            self._cut(self._scored, self.progress.scored)
            self._cut(self._rejects, self.progress.rejects)
            self._cut(self._pairs, self.progress.pairs)
            if self._others is not None:
                self._cut(self._others, self.progress.others)
        else:
            self.progress = Progress(lines=lines)
            self._record.write(json.dumps({"key": self.key}) + "\n")
            self.write(scored if self.table is None else b"", rejects, others)

    def _cut(self, file: Any, size: int) -> None:
        file.truncate(size)
        file.seek(size)

    def _take_up(self) -> bool:
        """Read the record of an interrupted run with the same input and options."""
        if self._partial is None or self.table is not None:
            return False
        self.begun_anew = self.record.exists()
        try:
            text = self.record.read_text(encoding="utf-8")
            paths = [self._partial, self._partial_rejects, self.names.pairs]
            sizes = [path.stat().st_size for path in paths]
            others = self._partial_others
            sizes.append(others.stat().st_size if others.exists() else 0)
        except OSError:
            return False
        try:
            first, *lines = (json.loads(line) for line in text.split("\n")[:-1])
            summaries = [Summary.from_json(values.pop("summary", None) or {}) for values in lines]
            known = [Progress.from_json(values) for values in lines]
            same = first["key"] == self.key
        except (ValueError, LookupError, TypeError):
            return False
        kept = [
            p
            for p in known
            if all(
                done <= size
                for done, size in zip((p.scored, p.rejects, p.pairs, p.others), sizes, strict=True)
            )
        ]
        self.begun_anew = not same or (not kept and bool(known))
        if not same or not kept:
            return False
        self.progress = kept[-1]
        for summary in summaries[: len(kept)]:
            self.summary.add(summary)
        return True

    def write(self, scored: Any, rejects: bytes, others: bytes = b"", pairs: bytes = b"") -> None:
        """Write what a chunk gives; the scored rows may come in a list of pieces."""
        rows = scored if isinstance(scored, list) else [scored]
        files = (self._scored, self._rejects, self._others, self._pairs)
        given = (rows, [rejects], [others], [pairs])
        for file, pieces in zip(files, given, strict=True):
            if file is None or not any(map(len, pieces)):
                continue
            try:
                for piece in pieces:
                    file.write(piece)
                file.flush()
            except BrokenPipeError:
                raise
            except OSError as error:
                name = str(self.names.scored or STDOUT) if file is self._scored else None
                raise self._unwritable(error, name or str(self.names.rejects)) from error
        self.progress.scored += sum(map(len, rows))
        self.progress.rejects += len(rejects)
        self.progress.others += len(others)
        self.progress.pairs += len(pairs)

    def note(self, *, end: int, encoding: str, summary: Summary | None = None) -> None:
        """Record that everything up to a place in the input is done."""
        self.progress.end, self.progress.encoding = end, encoding
        if summary is not None:
            self.summary.add(summary)
        if self._record is None:
            return
        values = {**vars(self.progress), "counts": self.progress.counts.as_json()}
        if summary is not None:
            values["summary"] = summary.as_json()
        try:
            self._record.write(json.dumps(values) + "\n")
            self._record.flush()
        except OSError as error:
            raise self._unwritable(error, str(self.record)) from error

    def repeats(self) -> Repeats:
        """Return the rows that repeat a pair."""
        return Repeats() if self._pairs is None else find_repeats(self.names.pairs)

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Give the files their names: the manifest last, so that it vouches for the others."""
        text = json.dumps(manifest, indent=2, ensure_ascii=False, sort_keys=False) + "\n"
        manifest_text = partial(self.names.manifest)
        try:
            manifest_text.write_text(text, encoding="utf-8", newline="\n")
            self.close()
            if self.names.scored is not None and self._partial is not None:
                self._partial.replace(self.names.scored)
            self._partial_rejects.replace(self.names.rejects)
            if self._others is not None:
                self._partial_others.replace(self.names.others)
            elif self._others_of_before():
                self.names.others.unlink(missing_ok=True)
            manifest_text.replace(self.names.manifest)
            self.record.unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error, error.filename) from error
        self._let_go(remove=True)

    def _others_of_before(self) -> bool:
        """Tell whether the run whose manifest is there had rows that were not asked for."""
        try:
            return "selection" in json.loads(self.names.manifest.read_bytes())
        except (OSError, ValueError, TypeError):
            return False

    def finish_rejects(self) -> None:
        """Give the rejects their name and leave no results: a strict run has stopped."""
        self.close()
        if self._partial is not None:
            self._partial.unlink(missing_ok=True)
        self._partial_rejects.replace(self.names.rejects)
        self._partial_others.unlink(missing_ok=True)
        self.record.unlink(missing_ok=True)
        self._let_go(remove=True)

    def drop(self) -> None:
        """Leave nothing: what was to be written can be made again."""
        with suppress(OSError):
            self.close()
        self._drop()

    def give_up(self) -> None:
        """Leave what an interrupted run can be taken up from, and nothing else."""
        with suppress(OSError):
            self.close()
        if self.names.scored is not None and self.table is None and self.progress.counts.rows:
            self._let_go(remove=False)
            return
        self._drop()

    def _drop(self) -> None:
        if self._held is None:
            return  # what is there is another run's
        for path in (self._partial, self._partial_rejects, self._partial_others, self.record):
            with suppress(OSError):
                if path is not None:
                    path.unlink()
        self._let_go(remove=True)

    def _let_go(self, *, remove: bool) -> None:
        """Let go of the output, and of what shows which pairs were named."""
        if self._held is not None:
            self._held.release(remove=remove)
            self._held = None

    def close(self) -> None:
        """Close the partial files."""
        for file in (self._scored, self._rejects, self._others, self._pairs, self._record):
            if file is not None and file is not self._stream:
                file.close()

    def _unwritable(self, error: OSError, name: object) -> InputError:
        reason = error.strerror or type(error).__name__
        rows = self.progress.counts.rows
        code = "E631" if rows and self.names.scored is not None else "E624"
        params = {"reason": reason, "rows": rows}
        return InputError([Problem(code=code, file=str(name or ""), params=params)])
