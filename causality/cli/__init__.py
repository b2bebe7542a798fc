"""The ``causality`` command; only this package prints."""

import gc
import os
import sys
import traceback
from io import TextIOWrapper
from pathlib import Path

from causality.cli.app import run_words, translated
from causality.cli.problems import print_bug, print_problems
from causality.errors import CausalityError

BUG = 4
# pydantic would look through every installed distribution for plugins at each start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
# What is loaded at the start stays until the end: looking through it for garbage finds none.
gc.set_threshold(100_000, 20, 20)


def main() -> None:
    """Run the command line and leave with the documented exit code.

    0 done, 1 some inputs rejected, 2 usage, 3 input or definition unreadable, 4 our bug.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that lacks a sign shows another one
            stream.reconfigure(errors="replace")
    words = run_words()
    try:
        translated(words)()
    except CausalityError as error:
        print_problems(error.problems, words)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # the reader of our output has gone (head, less)
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        print_bug(type(error).__name__, f"{Path(frame.filename).name}:{frame.lineno}", words)
        sys.exit(BUG)
