"""Open the bytes of a message file: plain or packed, in UTF-8 or not."""

import codecs
import gzip
import io
import zlib
from pathlib import Path
from typing import IO, NamedTuple

from causality.errors import InputError, Problem

SUFFIXES = (".xml", ".xml.gz")
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)


def is_xml(name: str) -> bool:
    """Tell whether a file is an XML file by its name."""
    return name.lower().endswith(SUFFIXES)


def looks_like_xml(data: bytes) -> bool:
    """Tell whether data begins as XML does."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


class Recoded(io.RawIOBase):
    """A stream in UTF-16 or UTF-32, given as UTF-8."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def read(self, size: int = -1) -> bytes:
        """Return some bytes more; none at the end."""
        while True:
            data = self._stream.read(size)
            text = self._decoder.decode(data, not data)
            if text or not data:
                return text.encode()


class Opened:
    """An open message file; ``recoded`` tells that its bytes are not those of the file."""

    def __init__(self, stream: IO[bytes], *, recoded: bool = False) -> None:
        self.stream = stream
        self.recoded = recoded

    def __enter__(self) -> "Opened":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.stream.close()


class Message(NamedTuple):
    """A message file.

    Parameters
    ----------
    data
        Its bytes where they are in memory already.
    wanted
        The number (C.1.1) or the place of the one report that is meant; empty for all that count.
    """

    name: str
    data: bytes | None = None
    wanted: str = ""


def message_named(name: str) -> Message | None:
    """Return the message that a name means: ``FILE.xml``, or one report of it, ``FILE.xml#1``."""
    if is_xml(name):
        return Message(name)
    file, sign, wanted = name.rpartition("#")
    return Message(file, wanted=wanted) if sign and wanted and is_xml(file) else None


def open_message(message: Message) -> Opened:
    """Open a message file.

    Raises
    ------
    InputError
        E001 or E002 when it cannot be opened.
    """
    name = message.name
    try:
        raw = _raw(name) if message.data is None else io.BytesIO(message.data)
        return _opened(raw, packed=name.lower().endswith(".gz"))
    except FileNotFoundError as error:
        raise InputError([Problem(code="E001", file=name)]) from error
    except (OSError, EOFError, zlib.error) as error:
        params = {"reason": getattr(error, "strerror", None) or str(error)}
        raise InputError([Problem(code="E002", file=name, params=params)]) from error


def _opened(raw: IO[bytes], *, packed: bool) -> Opened:
    """Return an open stream as a message file, by its first bytes."""
    stream = io.BufferedReader(raw if isinstance(raw, io.RawIOBase) else _Raw(raw), 1 << 16)
    first = stream.peek(4)[:4]
    for mark, encoding in _MARKS:
        if first.startswith(mark):
            return Opened(Recoded(stream, encoding), recoded=True)  # type: ignore[arg-type]
    return Opened(stream, recoded=packed)


class _Raw(io.RawIOBase):
    """A readable object as a raw stream."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _raw(name: str) -> IO[bytes]:
    path = Path(name)
    return gzip.open(path, "rb") if name.lower().endswith(".gz") else path.open("rb", buffering=0)  # type: ignore[return-value]
