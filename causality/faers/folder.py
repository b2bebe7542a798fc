"""Which tables of which quarters a folder holds, as files or in archives as the FDA packs them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol
from zipfile import BadZipFile, ZipFile

from causality.errors import InputError, Problem
from causality.faers.codes import code_lists, tables

_TABLE = re.compile(rf"({'|'.join(tables())})(\d\d)Q([1-4])(?!\d).*\.txt", re.IGNORECASE)
_DELETED = re.compile(r".*delete.*\.txt", re.IGNORECASE)
_QUARTER = re.compile(r"(\d\d)Q([1-4])(?!\d)", re.IGNORECASE)
_DECEMBER = 99_4
"""The quarter of a list of deleted cases that does not say its own: after every other."""


class Binary(Protocol):
    """What gives bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to so many bytes; none at the end."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """A file of a quarter: where it is, what messages call it, its table and its quarter.

    ``quarter`` is a number that grows with time: 17Q2 is 172.
    """

    kind: str
    quarter: int
    name: str
    path: Path
    member: str | None = None

    @property
    def quarter_name(self) -> str:
        """Return the quarter as the files write it."""
        return f"{self.quarter // 10:02d}Q{self.quarter % 10}"

    def open(self) -> Binary:
        """Open the file; whoever does closes it.

        Raises
        ------
        InputError
            E002 when it cannot be read.
        """
        try:
            if self.member is not None:
                return _Member(self.path, self.member)
            return self.path.open("rb")
        except (OSError, BadZipFile, NotImplementedError, RuntimeError) as error:
            raise unreadable(self.name, error) from error


class _Member:
    """A file inside an archive, closed together with it."""

    def __init__(self, path: Path, member: str) -> None:
        self._archive = ZipFile(path)
        self._file = self._archive.open(member)

    def read(self, size: int = -1, /) -> bytes:
        return self._file.read(size)

    def close(self) -> None:
        self._file.close()
        self._archive.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """The tables of a folder in order of quarters, and the lists of deleted cases."""

    name: str
    tables: tuple[TableFile, ...]
    deleted: tuple[TableFile, ...]

    @property
    def quarters(self) -> tuple[str, ...]:
        """Return the quarters in order of time."""
        return tuple(dict.fromkeys(table.quarter_name for table in self.tables))

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the tables that are not there, each with its quarter."""
        have = {(table.quarter_name, table.kind) for table in self.tables}
        wanted = ((quarter, kind) for quarter in self.quarters for kind in tables())
        return tuple(f"{kind}{quarter}" for quarter, kind in wanted if (quarter, kind) not in have)

    def of(self, kind: str) -> Iterator[TableFile]:
        """Yield the files of one table."""
        return (table for table in self.tables if table.kind == kind)


def find_tables(name: str) -> Folder:
    """Return what a folder, or an archive of one quarter, holds.

    Raises
    ------
    InputError
        E001, E002 when it cannot be read, E841 when there is no table in it, E842 when a table that
        every report needs is missing.
    """
    root = Path(name)
    try:
        found = [*(_archived(root, name) if root.is_file() else _files(root))]
    except FileNotFoundError as error:
        raise InputError([Problem(code="E001", file=name)]) from error
    except BadZipFile as error:
        if root.is_file() and root.suffix.lower() != ".zip":
            raise InputError([Problem(code="E841", file=name)]) from error
        raise unreadable(name, error) from error
    except OSError as error:
        raise unreadable(name, error) from error
    entries = sorted(found, key=lambda entry: (entry.quarter, entry.name))
    folder = Folder(
        name=name,
        tables=tuple(entry for entry in entries if entry.kind in tables()),
        deleted=tuple(entry for entry in entries if entry.kind not in tables()),
    )
    if not folder.tables:
        raise InputError([Problem(code="E841", file=name)])
    needed = [m for m in folder.missing if m[:4] in code_lists()["needed_tables"]]
    if needed:
        raise InputError([Problem(code="E842", file=name, params={"found": ", ".join(needed)})])
    return folder


def unreadable(name: str, error: Exception) -> InputError:
    """Return the error of a file that cannot be read."""
    reason = getattr(error, "strerror", None) or str(error)
    return InputError([Problem(code="E002", file=name, params={"reason": reason})])


def _files(root: Path) -> Iterator[TableFile]:
    if not root.exists():
        raise FileNotFoundError(root)
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if any(part.startswith((".", "__")) for part in inside.parts) or not path.is_file():
            continue
        if path.suffix.lower() == ".zip":
            yield from _archived(path, inside.as_posix())
        else:
            yield from _entry(inside.as_posix(), path, None)


def _archived(path: Path, name: str) -> Iterator[TableFile]:
    with ZipFile(path) as archive:
        members: Sequence[str] = sorted(archive.namelist())
    for member in members:
        parts = PurePosixPath(member).parts
        if not any(part.startswith((".", "__")) for part in parts):
            yield from _entry(f"{Path(name).name}/{member}", path, member)


def _entry(name: str, path: Path, member: str | None) -> Iterator[TableFile]:
    """Yield the file where its name says that it is a table or a list of deleted cases."""
    last = PurePosixPath(name).name
    table = _TABLE.fullmatch(last)
    if table is not None:
        kind, year, quarter = table.groups()
        number = int(year) * 10 + int(quarter)
        yield TableFile(kind=kind.upper(), quarter=number, name=name, path=path, member=member)
    elif _DELETED.fullmatch(last):
        quarters = _QUARTER.findall(last) or _QUARTER.findall(name)
        number = int(quarters[-1][0]) * 10 + int(quarters[-1][1]) if quarters else _DECEMBER
        yield TableFile(kind="DELETED", quarter=number, name=name, path=path, member=member)
