"""Write data: UTF-8 whatever the terminal, because programs read it."""

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from causality.errors import InputError, Problem

STDOUT = "-"


class TerminalStream(io.RawIOBase):
    """Standard output where it is a terminal: the signs that would steer it are shown as ``?``."""

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def write(self, data: Any, /) -> int:
        """Write UTF-8 text."""
        shown = _STEERING.sub(b"?", bytes(data))
        sys.stdout.buffer.write(shown)
        return len(data)

    def flush(self) -> None:
        """Let what was written be seen."""
        sys.stdout.buffer.flush()

    def close(self) -> None:
        """Leave standard output open."""


_STEERING = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]")


def standard_output() -> IO[bytes]:
    """Return what takes data as bytes, with nothing before them left to be written."""
    sys.stdout.flush()
    if sys.stdout.isatty():
        return cast("IO[bytes]", TerminalStream())
    return sys.stdout.buffer


def write_data(content: str | bytes, file: str = STDOUT) -> None:
    """Write data as they are, to standard output or to a file that appears when it is complete.

    Raises
    ------
    InputError
        E013 when the system refuses.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if file == STDOUT:
        stream = standard_output()
        stream.write(data)
        stream.flush()
        return
    try:
        _write(Path(file), data)
    except OSError as error:
        params = {"reason": error.strerror or type(error).__name__}
        raise InputError([Problem(code="E013", file=file, params=params)]) from error


@contextmanager
def written_file(file: str) -> Iterator[IO[bytes]]:
    """Give a file to write that appears when it is complete, and not at all after a failure.

    Raises
    ------
    InputError
        E013 when the system refuses.
    """
    path = Path(file)
    partial = (
        path if path.exists() and not path.is_file() else path.with_name(f".{path.name}.partial")
    )
    try:
        with partial.open("wb") as stream:
            yield stream
        if partial != path:
            partial.replace(path)
    except OSError as error:
        params = {"reason": error.strerror or type(error).__name__}
        raise InputError([Problem(code="E013", file=file, params=params)]) from error
    finally:
        if partial != path:
            partial.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    if path.exists() and not path.is_file():  # a device, which nothing may take the place of
        path.write_bytes(data)
        return
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
