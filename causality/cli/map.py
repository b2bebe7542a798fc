"""``causality map``: propose a mapping file for a table whose columns or words are other ones."""

from causality.batch.distinct import distinct_texts
from causality.batch.mapping import propose
from causality.batch.source import Reading, open_source
from causality.cli.output import write_data
from causality.words import Words


def run(table: str, reading: Reading, words: Words) -> None:
    """Print the mapping file."""
    source = open_source(table, reading)
    write_data(propose(source.dialect.header, distinct_texts(source), words))
