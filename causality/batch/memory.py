"""Memory that a long run uses again and again."""

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # the numbers of mallopt(3)
_LARGEST = 1 << 30


def keep_freed_memory() -> None:
    """Let this process keep what it frees, for the next chunk of a table.

    The C library of GNU gives large blocks back at once, and the system clears every page of the
    next one: a tenth of the time of a run. For a process of our own only; a program that uses this
    library decides for itself. Elsewhere nothing happens.
    """
    if not sys.platform.startswith("linux"):
        return
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    if set_option is not None:
        set_option(_MMAP_THRESHOLD, _LARGEST)
        set_option(_TRIM_THRESHOLD, _LARGEST)
