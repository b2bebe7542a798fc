"""A CSV file of ratings: its columns and its records with the line on which each begins."""

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING

from causality.errors import InputError, Problem
from causality.terms.headers import columns_meant

if TYPE_CHECKING:
    from types import TracebackType

DELIMITERS = (",", ";", "\t")
STDIN = "-"
MOST_PROBLEMS = 20
"""Problems of one kind that a message lists; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Record:
    """A row: the line on which it begins and its cells, without spaces around them."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a file; columns are found by their name."""

    file: str
    columns: tuple[str, ...]
    records: tuple[Record, ...]
    meant: Mapping[str, str] = field(default_factory=dict)
    """Key columns with the header that is read as each."""

    def with_keys(self, keys: Sequence[str]) -> "Sheet":
        """Return the sheet with its usual spellings of some keys read as these: ``caso``."""
        meant = columns_meant(self.columns, keys)
        names = {column: key for key, column in meant.items()}
        columns = tuple(names.get(column, column) for column in self.columns)
        return replace(self, columns=columns, meant=meant)

    def place(self, column: str) -> int:
        """Return the number of a column.

        Raises
        ------
        InputError
            E701 for a column that is not there.
        """
        if column not in self.columns:
            allowed = tuple(self.meant.get(name, name) for name in self.columns)
            params = {"found": column, "allowed": allowed}
            raise InputError([Problem(code="E701", file=self.file, line=1, params=params)])
        return self.columns.index(column)


def read_sheet(name: str) -> Sheet:
    """Read a CSV file in UTF-8, separated by commas, semicolons or tabs; ``-`` is standard input.

    Raises
    ------
    InputError
        E001, E002 or E005 for a file that cannot be read; E702, E703, E704 or E715 for its rows.
    """
    shown = "stdin" if name == STDIN else name
    if not name:
        raise InputError([Problem(code="E001", file="''")])
    try:
        with _Text(name) as stream:
            return _sheet(shown, stream)
    except FileNotFoundError as error:
        raise InputError([Problem(code="E001", file=shown)]) from error
    except UnicodeDecodeError as error:
        raise InputError([Problem(code="E005", file=shown)]) from error
    except OSError as error:
        params = {"reason": error.strerror or type(error).__name__}
        raise InputError([Problem(code="E002", file=shown, params=params)]) from error


class _Text:
    """The text of a file or of standard input, which stays open."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> IO[str]:
        raw = sys.stdin.buffer if self.name == STDIN else Path(self.name).open("rb")
        self.stream = TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        return self.stream

    def __exit__(
        self,
        kind: "type[BaseException] | None",
        error: BaseException | None,
        trace: "TracebackType | None",
    ) -> None:
        if self.name == STDIN:
            self.stream.detach()
        else:
            self.stream.close()


def _sheet(file: str, stream: IO[str]) -> Sheet:
    lines = iter(stream)
    skipped, first = next(((n, line) for n, line in enumerate(lines) if line.strip()), (0, ""))
    reader = csv.reader(_after(first, lines), delimiter=_delimiter(first), strict=True)
    records: list[Record] = []
    begins = skipped + 1
    try:
        for cells in reader:
            if cells:
                records.append(Record(begins, tuple(cell.strip() for cell in cells)))
            begins = skipped + reader.line_num + 1
    except csv.Error as error:
        params = {"reason": str(error)}
        problem = Problem(code="E702", file=file, line=begins, params=params)
        raise InputError([problem]) from error
    columns = records[0].cells if records else ()
    problems = list(_faults(file, columns, records[1:]))
    if problems:
        raise InputError(limited(problems))
    return Sheet(file, columns, tuple(records[1:]))


def _after(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines


def _delimiter(header: str) -> str:
    """Return the sign that cuts the header into most names."""
    return max(DELIMITERS, key=lambda sign: len(next(csv.reader([header], delimiter=sign), [])))


def _faults(file: str, columns: Sequence[str], records: Sequence[Record]) -> Iterator[Problem]:
    if not any(columns):
        yield Problem(code="E715", file=file)
        return
    for name in dict.fromkeys(columns):
        if name and columns.count(name) > 1:
            yield Problem(code="E704", file=file, line=1, params={"found": name})
    for record in records:
        if len(record.cells) != len(columns):
            params = {"found": len(record.cells), "wanted": len(columns)}
            yield Problem(code="E703", file=file, line=record.line, params=params)


def limited(problems: Sequence[Problem]) -> list[Problem]:
    """Return the first problems, and one that counts the others."""
    left = len(problems) - MOST_PROBLEMS
    found = list(problems[:MOST_PROBLEMS])
    if left > 0:
        last = found[-1]
        found.append(Problem(code="E713", file=last.file, line=last.line, params={"count": left}))
    return found
