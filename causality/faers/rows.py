"""The rows of a table in blocks, as Arrow columns under the names that the product gives them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from causality.errors import InputError, Kind, Problem
from causality.faers.arrow import compute
from causality.faers.aside import SetAside
from causality.faers.codes import code_lists
from causality.faers.folder import TableFile, unreadable
from causality.faers.lines import Block, blocks, header_of

NUMBER_BITS = 48
"""Bits of the number of a report; the bits above hold its quarter."""
_NUMBER = rf"^\s*\d{{1,{len(str(1 << NUMBER_BITS)) - 1}}}\s*$"


@dataclass(slots=True)
class Read:
    """What has been read of one file: its rows, and what of it was no row."""

    file: TableFile
    sha256: str = ""
    rows: int = 0
    broken: int = 0
    columns: dict[str, str] = field(default_factory=dict)  # ours to the file's


class _Hashed:
    """Hashes what is read from a file, to its end."""

    def __init__(self, file: TableFile) -> None:
        self.file = file
        self.stream = file.open()
        self.digest = sha256()

    def read(self, size: int, /) -> bytes:
        try:
            data = self.stream.read(size)
        except Exception as error:
            raise unreadable(self.file.name, error) from error
        self.digest.update(data)
        return data


def read_rows(file: TableFile, read: Read, aside: list[SetAside]) -> Iterator[Any]:
    """Yield the rows of a file as Arrow tables with the columns that are read.

    ``report`` is the number of the report with that of its quarter, ``line`` the physical line; a
    column that the file does not have is empty. What is no row goes to ``aside``.

    Raises
    ------
    InputError
        E843 when the file lacks a column that is needed.
    """
    stream = _Hashed(file)
    try:
        names, rest = header_of(stream)
        read.columns = _columns(file, names)
        for block in blocks(stream, rest, len(names)):
            aside += [
                SetAside(
                    code="E845",
                    file=file.name,
                    line=broken.line,
                    value=broken.text,
                    params={"found": broken.cells, "allowed": len(names)},
                )
                for broken in block.broken
            ]
            read.broken += len(block.broken)
            if len(block.lines):
                yield _numbered(_parsed(block, names, read.columns), file, read, aside)
        read.sha256 = stream.digest.hexdigest()
    finally:
        stream.stream.close()


def _columns(file: TableFile, names: list[str]) -> dict[str, str]:
    """Return the file's name of each of our columns that it has."""
    known: Mapping[str, list[str]] = code_lists()["columns"][file.kind]
    found = {
        ours: next(name for name in theirs if name in names)
        for ours, theirs in known.items()
        if set(theirs).intersection(names)
    }
    missing = [known[n][0] for n in code_lists()["needed_columns"][file.kind] if n not in found]
    if missing:
        own = "$".join(names)[:300] or Kind("kind_of.nothing")
        params = {"key": ", ".join(missing), "found": own}
        raise InputError([Problem(code="E843", file=file.name, line=1, params=params)])
    return found


def _parsed(block: Block, names: list[str], columns: Mapping[str, str]) -> Any:
    import pyarrow as pa
    from pyarrow import csv

    unique = [name if names.index(name) == n else f"{name} {n}" for n, name in enumerate(names)]
    table = csv.read_csv(
        pa.BufferReader(block.data),
        csv.ReadOptions(column_names=unique),
        csv.ParseOptions(
            delimiter="$", quote_char=False, escape_char=False, ignore_empty_lines=False
        ),
        csv.ConvertOptions(
            check_utf8=False,  # seen to already
            column_types=dict.fromkeys(unique, pa.string()),
            include_columns=list(columns.values()),
            strings_can_be_null=False,
        ),
    )
    table = table.rename_columns(list(columns))
    return table.append_column("line", pa.array(block.lines, pa.int64()))


def _numbered(table: Any, file: TableFile, read: Read, aside: list[SetAside]) -> Any:
    """Return the rows that name a report, and its number in place of the key."""
    import pyarrow as pa

    named = compute().match_substring_regex(table["key"], _NUMBER)
    if not compute().all(named).as_py():
        for row in table.filter(compute().invert(named)).to_pylist():
            params = {"key": read.columns["key"]}
            aside.append(
                SetAside(
                    code="E846",
                    file=file.name,
                    line=row["line"],
                    column=read.columns["key"],
                    value=row["key"],
                    params=params,
                )
            )
            read.broken += 1
        table = table.filter(named)
    numbers = compute().cast(compute().utf8_trim_whitespace(table["key"]), pa.int64())
    numbers = compute().add(numbers, pa.scalar(file.quarter << NUMBER_BITS, pa.int64()))
    read.rows += table.num_rows
    place = table.schema.get_field_index("key")
    return table.set_column(place, "report", numbers)
