"""Score a pandas DataFrame, or any table that speaks Arrow's stream protocol."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from causality.assessment.method import make_method
from causality.batch.arrays import Encoded, bools, encoded
from causality.batch.cells import CellReader
from causality.batch.columns import Fault
from causality.batch.dialect import columns_of
from causality.batch.outcomes import Scoring
from causality.batch.results import Results
from causality.batch.tables import as_text
from causality.errors import InputError, Problem
from causality.knowledge.load import load_knowledge
from causality.words import DEFAULT_LANGUAGE, Language, Words

if TYPE_CHECKING:
    import pandas as pd

    from causality.batch.arrays import Bools

TABLE = "the table"
DEFAULT_ALGORITHMS = ("sefv-h",)
REJECTS = ("line", "case_id", "column", "value", "code", "message")


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What came of a table.

    Attributes
    ----------
    scored
        The rows that were scored, with their own index, and the result columns behind their own.
    rejects
        One row per error: ``line`` (the place of the row in the table, from 1), ``case_id``,
        ``column``, ``value``, ``code``, ``message``, then the row's own cells as ``row.<name>``.
    """

    scored: "pd.DataFrame"
    rejects: "pd.DataFrame"


def score_table(
    reports: Any,
    *,
    algorithms: Sequence[str] = DEFAULT_ALGORITHMS,
    trace: bool = False,
    conventions: Mapping[str, str] | None = None,
    knowledge: Path | None = None,
    language: Language = DEFAULT_LANGUAGE,
) -> BatchResult:
    """Score one drug-reaction pair per row and set bad rows aside.

    Parameters
    ----------
    reports : DataFrame, shape (n_rows, >= 3)
        ``case_id``, ``drug``, ``reaction`` and any column of the batch contract; text or dates. Any
        object with ``__arrow_c_stream__`` (polars, duckdb, pyarrow) will do as well.
    algorithms
        Ids, or paths of files.
    trace
        Also the code of every answer, and the facts used.
    conventions
        Choices that publications leave open.
    knowledge
        A folder of files that win over the packaged ones.
    language
        Of the messages about rejected rows.

    Returns
    -------
    BatchResult
        ``scored``, shape (n_scored, n_columns + results): per algorithm ``total`` (points, nullable
        whole numbers) and ``category`` with what is still possible; ``rejects``, shape
        (n_errors, >= 6).

    Raises
    ------
    UsageError
        An unknown algorithm or convention.
    InputError
        A table without the columns that name a pair, or with result columns already.
    """
    import pandas as pd
    import pyarrow as pa

    results = results_of(algorithms, conventions, knowledge, trace=trace)
    table = pa.RecordBatchReader.from_stream(reports).read_all()
    frame = reports if isinstance(reports, pd.DataFrame) else table.to_pandas()
    places = places_in([str(name) for name in frame.columns], results)
    columns = {name: encoded(as_text(table.column(n))) for name, n in places.items()}
    block = results.scoring.kernel(columns, table.num_rows)
    scored = _scored(frame, results.score(block).arrow(), ~block.rejected)
    return BatchResult(scored, _rejects(frame, block.faults, columns, places, Words(language)))


def _scored(frame: "pd.DataFrame", found: Mapping[str, Any], kept: "Bools") -> "pd.DataFrame":
    """Return the rows that are kept with their results behind their own columns."""
    import pandas as pd
    import pyarrow as pa

    rows = frame[kept].copy()
    kinds = {pa.int32(): pd.Int32Dtype(), pa.string(): pd.StringDtype(na_value=float("nan"))}
    values = pa.table(dict(found)).filter(bools(kept)).to_pandas(types_mapper=kinds.get)
    joined: pd.DataFrame = pd.concat([rows, values.set_axis(rows.index)], axis=1)
    return joined


def results_of(
    algorithms: Sequence[str],
    conventions: Mapping[str, str] | None,
    knowledge: Path | None,
    *,
    trace: bool,
) -> Results:
    """Return the result columns of a method."""
    method = make_method(algorithms, load_knowledge(knowledge), conventions or {})
    return Results(Scoring(method, CellReader(), codes=trace), trace=trace)


def places_in(names: Sequence[str], results: Results) -> dict[str, int]:
    """Return where each contract column stands."""
    taken = [c.name for c in results.columns if c.name in names]
    if taken:
        raise InputError([Problem(code="E622", file=TABLE, params={"found": ", ".join(taken)})])
    return {name: n for n, name in enumerate(columns_of(names, TABLE)) if name is not None}


def _rejects(
    frame: "pd.DataFrame",
    faults: Sequence[Fault],
    columns: Mapping[str, Encoded],
    places: Mapping[str, int],
    words: Words,
) -> "pd.DataFrame":
    import pandas as pd

    rows = [
        (
            fault.row + 1,
            columns["case_id"].text(fault.row),
            str(frame.columns[places[fault.column]]),
            columns[fault.column].text(fault.row),
            fault.code,
            words(fault.code, **fault.params),
        )
        for fault in faults
    ]
    own = pd.DataFrame(rows, columns=list(REJECTS))
    cells = frame.iloc[[fault.row for fault in faults]].reset_index(drop=True)
    return pd.concat([own, cells.add_prefix("row.")], axis=1)
