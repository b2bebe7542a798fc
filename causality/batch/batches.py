"""Score Arrow record batches as they flow: the signature of PySpark's ``mapInArrow``.

Every row comes out again, in its place: a row that is set aside has empty results and says why in
its column ``errors``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from causality.batch.arrays import arrow_compute, encoded
from causality.batch.columns import Fault
from causality.batch.frame import DEFAULT_ALGORITHMS, places_in, results_of
from causality.batch.outcomes import INSUFFICIENT
from causality.batch.results import SEPARATOR
from causality.batch.tables import as_text
from causality.words import DEFAULT_LANGUAGE, Language, Words

ERRORS = "errors"


def score_batches(
    batches: Iterable[Any],
    *,
    algorithms: Sequence[str] = DEFAULT_ALGORITHMS,
    trace: bool = False,
    conventions: Mapping[str, str] | None = None,
    knowledge: Path | None = None,
    language: Language = DEFAULT_LANGUAGE,
) -> Iterator[Any]:
    """Yield record batches with the result columns behind their own.

    Parameters
    ----------
    batches
        pyarrow record batches of one schema; 100 000 rows in each are a good size.
    algorithms, trace, conventions, knowledge, language
        As for `causality.score_table`.

    Raises
    ------
    UsageError
        An unknown algorithm or convention.
    InputError
        E620, E621 or E622 for columns that are missing, double, or there already.
    """
    import pyarrow as pa

    results = results_of(algorithms, conventions, knowledge, trace=trace)
    words = Words(language)
    places: dict[str, int] | None = None
    for batch in batches:
        if places is None:
            places = places_in(batch.schema.names, results)
        columns = {name: encoded(as_text(batch.column(n))) for name, n in places.items()}
        block = results.scoring.kernel(columns, batch.num_rows)
        found = results.score(block).arrow()
        kept = pa.array(~block.rejected)
        values = [arrow_compute().if_else(kept, column, None) for column in found.values()]
        errors = _errors(block.faults, batch.num_rows, words)
        yield pa.RecordBatch.from_arrays(
            [*batch.columns, *values, errors], names=[*batch.schema.names, *found, ERRORS]
        )


def scored_schema(
    schema: Any,
    *,
    algorithms: Sequence[str] = DEFAULT_ALGORITHMS,
    trace: bool = False,
    knowledge: Path | None = None,
) -> Any:
    """Return the Arrow schema of what `score_batches` makes of batches with a schema."""
    import pyarrow as pa

    results = results_of(algorithms, None, knowledge, trace=trace)
    places_in(schema.names, results)
    kinds = {True: pa.int32(), False: pa.string()}
    own = [
        pa.field(c.name, pa.bool_() if c.name == INSUFFICIENT else kinds[c.number])
        for c in results.columns
    ]
    return pa.schema([*schema, *own, pa.field(ERRORS, pa.string())])


def _errors(faults: Sequence[Fault], rows: int, words: Words) -> Any:
    """Return for every row what is wrong with it; nothing for those that are scored."""
    import pyarrow as pa

    found: dict[int, list[str]] = {}
    for fault in faults:
        text = f"{fault.column}: {fault.code} {words(fault.code, **fault.params)}"
        found.setdefault(fault.row, []).append(text)
    texts = (SEPARATOR.join(found[row]) if row in found else None for row in range(rows))
    return pa.array(list(texts), pa.string())
