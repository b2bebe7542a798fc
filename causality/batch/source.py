"""Read a text table in chunks of whole records, in constant memory."""

import atexit
import codecs
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from typing import IO, TYPE_CHECKING

from causality.batch.cells import Decimal
from causality.batch.dialect import (
    ASCII,
    Dialect,
    detect,
    encoding_of,
    mostly_utf8,
    wide_encoding,
)
from causality.batch.records import LONGEST, Buffer, Records, find_records
from causality.batch.tables import Format, TableStream, format_of
from causality.errors import InputError, Problem
from causality.knowledge.base import Knowledge

if TYPE_CHECKING:
    from causality.batch.faers import FaersStream

STDIN = "-"
CHUNK = 16 << 20
"""Bytes of a chunk: fewer make too many steps for the rows, more only take memory."""
_SAMPLE = 1 << 20
_PACKED = {".gz": "gzip", ".zst": "zstd"}
_TEXT = frozenset({"csv", "tsv"})
_SINGLE_BYTE = frozenset({"cp1252", "latin-1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some whole records of a text table, as they stand in the file.

    ``end`` is where they end, counted from the first record (in UTF-8 where the file is in UTF-16
    or UTF-32). ``by_record`` tells that each record stands for one line, whatever its cells hold.
    """

    number: int
    data: Buffer
    encoding: str
    records: Records
    end: int
    final: bool
    by_record: bool = False


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the user said about how a table is written.

    ``sheet`` is that of a workbook; ``knowledge`` is what a format that holds more than rows is
    read with.
    """

    format: Format | None = None
    sheet: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    decimal: Decimal | None = None
    knowledge: Knowledge | None = None


class _Bytes:
    """Reads a file, hashes what it reads, and gives UTF-16 and UTF-32 as UTF-8.

    Where lines end with a carriage return alone, as old programs end them, it gives newlines.
    """

    def __init__(self, name: str, stream: "IO[bytes] | TableStream") -> None:
        self.name = name
        self.digest = hashlib.sha256()
        self.decoder: codecs.IncrementalDecoder | None = None
        self.wide: str | None = None  # the encoding that the decoder reads
        self.returns = False  # lines end with a carriage return alone
        self.ahead = b""  # read already, to be given again
        self.path: str | None = None
        self._stream = stream

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self._stream is not sys.stdin.buffer:
            self._stream.close()

    def read(self, size: int) -> bytes:
        """Return up to so many bytes more; none at the end."""
        if self.ahead:
            given, self.ahead = self.ahead[:size], self.ahead[size:]
            return given
        try:
            data = self._stream.read(size)
        except (OSError, EOFError) as error:
            raise self._unreadable(error) from error
        self.digest.update(data)
        data = data if self.decoder is None else self.narrow(data)
        return data.replace(b"\r", b"\n") if self.returns else data

    def more(self, data: bytearray, size: int) -> bytearray:
        """Return some bytes with up to so many more behind them; none more at the end."""
        if self.ahead or not self.as_it_is or not isinstance(self._stream, BufferedReader):
            return data + self.read(size)
        known = len(data)
        found = bytearray(known + size)  # the file is read into its place, not copied there
        found[:known] = data
        with memoryview(found) as whole, whole[known:] as free:
            try:
                count = self._stream.readinto(free)
            except OSError as error:
                raise self._unreadable(error) from error
            self.digest.update(free[:count])
        del found[known + count :]
        return found

    def _unreadable(self, error: Exception) -> InputError:
        params = {"reason": getattr(error, "strerror", None) or str(error)}
        return InputError([Problem(code="E002", file=self.name, params=params)])

    @property
    def as_it_is(self) -> bool:
        """Tell whether the bytes of the file are given as they are."""
        return self.decoder is None and not self.returns

    @property
    def faers(self) -> "FaersStream | None":
        """Return the quarters that are read; None for anything else."""
        return self._stream if self.table == "faers" else None  # type: ignore[return-value]

    @property
    def table(self) -> Format | None:
        """Return what kind of table is read; None for a text."""
        return self._stream.kind if isinstance(self._stream, TableStream) else None

    def decode(self, encoding: str) -> None:
        """Read what comes as UTF-16 or UTF-32."""
        self.wide = encoding
        self.decoder = codecs.getincrementaldecoder(encoding)()

    def narrow(self, data: bytes) -> bytes:
        """Return bytes in UTF-8; a sign cut in the middle waits for the rest of it."""
        assert self.decoder is not None  # noqa: S101 - only called with one
        try:
            return self.decoder.decode(data, not data).encode()
        except UnicodeDecodeError as error:
            params = {"encoding": error.encoding}
            raise InputError([Problem(code="E629", file=self.name, params=params)]) from error


class Source:
    """An open text table.

    Parameters
    ----------
    size
        Bytes of the file, where they are known beforehand.
    guessed
        Whether the encoding was found and not said.
    """

    def __init__(
        self,
        stream: _Bytes,
        dialect: Dialect,
        *,
        size: int | None = None,
        guessed: bool = False,
    ) -> None:
        self.name = stream.name
        self.dialect = dialect
        self.encoding = dialect.encoding
        self.size = size
        self._guessed = guessed
        self.table: Format | None = stream.table
        self._stream = stream

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    @property
    def sha256(self) -> str:
        """Return the hash of what has been read so far."""
        if self._stream.faers is not None:
            return self._stream.faers.sha256
        if self.table is not None and self.path is not None:
            with Path(self.path).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        return self._stream.digest.hexdigest()

    @property
    def path(self) -> str | None:
        """Return where the file is; None for standard input as it flows."""
        return self._stream.path

    def stamp(self) -> list[object] | None:
        """Return what changes when the file does; None for standard input."""
        if self._stream.faers is not None:
            return self._stream.faers.stamp()
        if self.name == "stdin":
            return None
        state = Path(self.name).stat()
        return [state.st_size, state.st_mtime_ns]

    def about(self) -> dict[str, object]:
        """Return what else there is to tell of a table that has been read to its end."""
        return {} if self._stream.faers is None else self._stream.faers.about()

    @property
    def begins(self) -> int | None:
        """Return where the first record begins in the file; None where one cannot go there."""
        plain = self.table is None and self._stream.as_it_is and self.size is not None
        plain = plain and Path(self.path or "").is_file()
        return self.dialect.bom + self.dialect.header_bytes if plain else None

    @property
    def written_as(self) -> str:
        """Return the encoding that the file is written in, as far as it is known by now."""
        return self._stream.wide or ("utf-8" if self.encoding == ASCII else self.encoding)

    def chunks(self, size: int = CHUNK, *, skip: int = 0) -> Iterator[Chunk]:
        """Yield the records behind the header.

        Parameters
        ----------
        skip
            Bytes of records to pass over: the ``end`` of the last chunk that is done.
        """
        self._pass(skip)
        data, place, number, final = bytearray(), skip, 0, False
        while not final:
            known = len(data)
            data = self._stream.more(data, max(size - known, size // 4))
            final = len(data) == known
            if final and data and not data.endswith(b"\n"):
                data += b"\n"
            if len(data) < (1 if final else size):
                continue
            records = find_records(data, self.dialect.delimiter, final=final)
            if not len(records.ends):
                self._not_too_long(data)
                continue
            end = int(records.ends[-1])
            rest = data[end:]
            del data[end:]  # nothing is copied: a chunk is read once and stays where it is
            place += end
            self._see_encoding(data)
            yield Chunk(
                number=number,
                data=data,
                encoding=self.encoding,
                records=records,
                end=place,
                final=final,
                by_record=self.table is not None,
            )
            data, number = rest, number + 1

    def _see_encoding(self, data: Buffer) -> None:
        """Find the encoding where it is open; a few early bytes do not make a table Western."""
        if self.encoding == ASCII:
            self.encoding = encoding_of(data, whole=True)
        elif self._guessed and self.encoding in _SINGLE_BYTE and mostly_utf8(data):
            self.encoding = "utf-8"

    def _pass(self, skip: int) -> None:
        """Pass over some bytes of records."""
        while skip and (passed := self._stream.read(min(skip, CHUNK))):
            skip -= len(passed)

    def _not_too_long(self, rest: Buffer) -> None:
        if len(rest) > 2 * LONGEST:
            params = {"limit_mb": LONGEST >> 20}
            raise InputError([Problem(code="E608", file=self.name, params=params)])


def open_source(name: str, reading: Reading | None = None) -> Source:
    """Open a text table and find out how it is written.

    Raises
    ------
    InputError
        E001 or E002 when it cannot be opened, E623, E627 or E629 when it is no text table.
    """
    asked = reading or Reading()
    kind = asked.format or format_of(name)
    path = name
    if name == STDIN and kind == "faers":
        raise InputError([Problem(code="E844")])
    if name == STDIN and kind not in _TEXT:
        path = _spooled()
    stream, size = _opened(path, kind, asked, "stdin" if name == STDIN else name)
    source = _Bytes("stdin" if name == STDIN else name, stream)
    source.path = None if path == STDIN else path
    try:
        return _source(source, asked, size)
    except BaseException:
        source.close()
        raise


def _source(source: _Bytes, asked: Reading, size: int | None) -> Source:
    sample = b""
    while len(sample) < _SAMPLE and (more := source.read(_SAMPLE - len(sample))):
        sample += more
    whole = len(sample) < _SAMPLE
    mark, wide = wide_encoding(sample, asked.encoding)
    if wide is not None and source.table is None:
        source.decode(wide)
        sample = source.narrow(sample[mark:])
    if source.table is None and b"\r" in sample and b"\n" not in sample:
        source.returns = True
        sample = sample.replace(b"\r", b"\n")
    table = source.table is not None
    dialect = detect(
        sample,
        source.name,
        delimiter="," if table else asked.delimiter or ("\t" if asked.format == "tsv" else None),
        encoding="utf-8" if table or source.decoder is not None else asked.encoding,
        decimal=asked.decimal,
        whole=whole,
        by_row=source.table == "excel",
    )
    if source.table == "excel":  # rows as the sheet numbers them
        inside = sum(name.count("\n") for name in dialect.header)
        dialect = replace(dialect, header_lines=dialect.header_lines - inside)
    elif source.table is not None:
        dialect = replace(dialect, header_lines=0, likely_header=None)  # rows count from 1
    source.ahead = sample[dialect.bom + dialect.header_bytes :]
    return Source(source, dialect, size=size, guessed=asked.encoding is None)


def _spooled() -> str:
    """Return a file with what standard input holds: not every table can be read as it flows."""
    with tempfile.NamedTemporaryFile(prefix="causality-", delete=False) as file:
        atexit.register(Path(file.name).unlink, missing_ok=True)
        shutil.copyfileobj(sys.stdin.buffer, file)
        return file.name


def _opened(
    name: str, kind: Format, asked: Reading, shown: str
) -> "tuple[IO[bytes] | TableStream, int | None]":
    if name == STDIN:
        return sys.stdin.buffer, None
    if kind == "faers":
        from causality.batch.faers import FaersStream  # noqa: PLC0415 - quarters are rare

        return FaersStream(name, asked.knowledge), None
    path = Path(name)
    packed = _PACKED.get(path.suffix.lower())
    try:
        if path.is_dir():
            raise InputError([Problem(code="E630", file=name)])
        size = path.stat().st_size
        if kind not in _TEXT:
            return TableStream(name, kind, name=shown, sheet=asked.sheet), None
        if packed is None:
            return path.open("rb"), size
        import pyarrow as pa

        return pa.CompressedInputStream(pa.OSFile(name), packed), None
    except FileNotFoundError as error:
        raise InputError([Problem(code="E001", file=name)]) from error
    except (OSError, ValueError) as error:
        params = {"reason": getattr(error, "strerror", None) or str(error)}
        raise InputError([Problem(code="E002", file=name, params=params)]) from error
