"""The different texts of a table, column by column, in memory that does not grow with it."""

from collections.abc import Sequence

from causality.batch.arrays import arrow_compute
from causality.batch.contract import KINDS, column_named
from causality.batch.parse import parse
from causality.batch.source import Source

MOST = 20_000
"""Different texts of a column that are kept; dates and words are seldom so many."""
_KINDS = ("fact", "choice", "date")


def distinct_texts(source: Source) -> dict[int, list[str]]:
    """Return the different texts of the columns with words or dates, by their place.

    The table is read to its end, and closed.
    """
    header = source.dialect.header
    wanted = [n for n, name in enumerate(header) if KINDS.get(column_named(name) or "") in _KINDS]
    found: dict[int, dict[str, None]] = {n: {} for n in wanted}
    try:
        for chunk in source.chunks() if wanted else ():
            columns = parse(
                chunk, len(header), source.dialect.delimiter, wanted=wanted, repeated=wanted
            ).columns
            for n, texts in found.items():
                _add(texts, arrow_compute().unique(columns[n]).to_pylist())
    finally:
        source.close()
    return {n: list(texts) for n, texts in found.items()}


def _add(known: dict[str, None], texts: Sequence[str | None]) -> None:
    for text in texts:
        if len(known) >= MOST:
            return
        if text and text.strip():
            known[text.strip()] = None
