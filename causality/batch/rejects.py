"""The file of rejects: one line for every fault, with its place, its sentence and its row."""

from collections.abc import Callable, Iterable, Mapping

from causality.batch.work import Reject
from causality.batch.writing import csv_line

Message = Callable[[str, Mapping[str, object]], str]
"""Gives the sentence of a code in the language of the run."""


def rejects_header(header: Iterable[str]) -> list[str]:
    """Return the header of the rejects."""
    own = ["line", "case_id", "column", "value", "code", "message"]
    return [*own, *(f"row.{name}" for name in header)]


def reject_lines(rejects: Iterable[Reject], first: int, message: Message, width: int) -> list[str]:
    """Return the lines of some rejects.

    Parameters
    ----------
    first
        The line that their line 0 is.
    width
        Columns of the table.
    """
    return [_line(r, line_of(r, first), message(r.code, r.params), width) for r in rejects]


def line_of(reject: Reject, first: int) -> int:
    """Return the line of a reject in the file that it comes from; line 0 of the chunk is first."""
    return first + reject.line if reject.at is None else reject.at


def _line(reject: Reject, line: int, message: str, width: int) -> str:
    """Return one line of the rejects; cells beyond the header stand in the last column."""
    cells = list(reject.cells)
    if len(cells) > width:
        cells = [*cells[: width - 1], ",".join(cells[width - 1 :])]
    cells += [""] * (width - len(cells))
    own = [str(line), reject.case_id, reject.column, reject.value, reject.code, message]
    return csv_line([*own, *cells])
