"""The ``causality`` command; only this package prints."""

import atexit
import errno
import gc
import os
import sys
import traceback
from io import TextIOWrapper
from pathlib import Path

import typer

from causality.cli.app import run_words, translated
from causality.cli.output import STDOUT
from causality.cli.problems import print_bug, print_problems
from causality.cli.usage import UsageMistake, print_usage_mistake
from causality.errors import CausalityError, InputError, Problem
from causality.words import Words

BUG = 4
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""What the system says when nothing more can be written where standard output goes."""
INTERRUPTED = 130
# pydantic would look through every installed distribution for plugins at each start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
# The library of linear algebra would start threads that wait busily; nothing here asks it anything.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# What is loaded at the start stays until the end: looking through it for garbage finds none.
gc.set_threshold(100_000, 20, 20)
# Nor does it at the end, where Python would look through all of it again: a fifth of the time of
# one case. The system takes the memory back.
atexit.register(gc.freeze)


def main() -> None:
    """Run the command line and leave with the documented exit code.

    0 done, 1 some inputs rejected, 2 usage, 3 input or definition unreadable, 4 our bug.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that lacks a sign shows another one
            stream.reconfigure(errors="replace")
    words = run_words()
    try:
        sys.exit(_run(words))
    except CausalityError as error:
        print_problems(error.problems, words)
        sys.exit(error.exit_code)
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        print_bug(type(error).__name__, f"{Path(frame.filename).name}:{frame.lineno}", words)
        sys.exit(BUG)


def _run(words: Words) -> int:
    """Run the command that was asked for and return its exit code."""
    try:
        # Not alone: Typer would end with 1 when the reader of our output has gone.
        code = translated(words)(standalone_mode=False)
        sys.stdout.flush()
    except typer.Abort:
        return INTERRUPTED
    except UsageMistake as error:
        print_usage_mistake(error, words)
        return error.exit_code
    except BrokenPipeError:  # head or less had what it wanted: as far as it went, all is done
        _throw_away_the_rest()
        return 0
    except OSError as error:
        if error.errno not in _FULL or error.filename is not None:
            raise
        _throw_away_the_rest()
        params = {"reason": error.strerror, "rows": 0}
        raise InputError([Problem(code="E624", file=STDOUT, params=params)]) from error
    except SystemExit:  # rich says so in this way, and has thrown away the rest
        return 0
    return code or 0


def _throw_away_the_rest() -> None:
    """Let what is still to be written go nowhere, so that closing the output cannot fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
