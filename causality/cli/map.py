"""``causality map``: propose a mapping file for a table whose columns or words are other ones."""

from causality.batch.contract import column_named
from causality.batch.dialect import header_below
from causality.batch.distinct import distinct_texts
from causality.batch.mapping import propose
from causality.batch.source import Reading, open_source
from causality.cli.output import write_data
from causality.errors import InputError
from causality.words import Words


def run(table: str, reading: Reading, words: Words) -> None:
    """Print the mapping file.

    Raises
    ------
    InputError
        E638 where the header seems to be another line.
    """
    source = open_source(table, reading)
    header, likely = source.dialect.header, source.dialect.likely_header
    if likely is not None:
        source.close()
        raise InputError([header_below(list(map(column_named, header)), likely, source.name)])
    write_data(propose(header, distinct_texts(source), words))
