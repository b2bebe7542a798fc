"""Hold an output for the length of a run, so that no second one writes into it meanwhile.

The system itself lets go when the process ends, however it ends.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from causality.errors import InputError, Problem, UsageError

if sys.platform == "win32":
    import msvcrt

    _PLACE = 0x7FFF_FFF0  # behind what is written: nobody else may write what is locked

    def _lock(file: IO[bytes]) -> bool:
        """Lock a file; tell whether nobody else has."""
        file.seek(_PLACE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: IO[bytes]) -> bool:
        """Lock a file; tell whether nobody else has. Some file systems know no locks."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True


class Held:
    """A file that stands for an output and is locked."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path, self._file = path, file

    def release(self, *, remove: bool) -> None:
        """Let go of the output; the file is removed, or left for what goes on from it."""
        if self._file.closed:
            return
        windows = os.name == "nt"  # where nothing that is open can be removed
        if remove and not windows:
            self._remove()
        with suppress(OSError):
            self._file.close()
        if remove and windows:
            self._remove()

    def _remove(self) -> None:
        with suppress(OSError):
            self._path.unlink()


def hold(path: Path, out: str) -> Held:
    """Hold an output by a file of it, which is made where it is not there.

    Raises
    ------
    UsageError
        E635 when another run holds it.
    InputError
        E624 when it cannot be written.
    """
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("ab", buffering=0)
        except OSError as error:
            params = {"reason": error.strerror or type(error).__name__}
            raise InputError([Problem(code="E624", file=out, params=params)]) from error
        if not _lock(file):
            file.close()
            raise UsageError([Problem(code="E635", file=out)])
        if _stands(file, path):
            return Held(path, file)
        file.close()  # whoever held it has removed it in between


def _stands(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError:
        return False
