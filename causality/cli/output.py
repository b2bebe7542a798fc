"""Write data to standard output: UTF-8 whatever the terminal, because programs read it."""

import sys


def write_data(text: str) -> None:
    """Write text as it is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()
