"""``causality map``: propose a mapping file for a table whose columns or words are other ones."""

from itertools import islice

from causality.batch.dialect import split_cells
from causality.batch.mapping import propose
from causality.batch.source import Reading, open_source
from causality.cli.output import write_data
from causality.words import Words

_SAMPLE = 1 << 20
_ROWS = 5000


def run(table: str, reading: Reading, words: Words) -> None:
    """Print the mapping file."""
    source = open_source(table, reading)
    try:
        chunk = next(source.chunks(_SAMPLE), None)
    finally:
        source.close()
    rows = []
    if chunk is not None:
        ends = chunk.records.ends.tolist()
        name = "utf-8" if chunk.encoding == "ascii" else chunk.encoding
        for start, end in islice(zip([0, *ends], ends, strict=False), _ROWS):
            record = chunk.data[start:end].rstrip(b"\r\n").decode(name, errors="replace")
            rows.append(split_cells(record, source.dialect.delimiter))
    write_data(propose(source.dialect.header, rows, words))
