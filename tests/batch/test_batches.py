"""Record batches as they flow: what a table gives, no row lost; and PySpark where it is."""

import os
import re
import shutil
import subprocess
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from causality.batch.batches import score_batches, scored_schema
from causality.batch.frame import score_table
from causality.errors import InputError
from causality.scoring.load import default_algorithms

DOCUMENT = Path(__file__).parents[2] / "docs" / "pyspark.md"
ROWS = [
    ("1", "lenalidomide", "purpura", "2020-01-01", "2020-01-15", "possible"),
    ("2", "amoxicillin", "rash", "2020-13-01", None, "nonsense"),
    ("3", None, "rash", None, None, None),
    ("4", "amoxicillin", "purpura", "2020-02", "2020-03-01", None),
]
NAMES = ["case_id", "drug", "reaction", "drug_start", "reaction_onset", "alternative"]


def table() -> pa.Table:
    columns = zip(*ROWS, strict=True)
    return pa.table([pa.array(column, pa.string()) for column in columns], names=NAMES)


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize("trace", [False, True])
def test_batches_give_what_a_table_gives(size: int, trace: bool) -> None:
    options = {"algorithms": tuple(default_algorithms()), "trace": trace}
    found = list(score_batches(table().to_batches(max_chunksize=size), **options))  # type: ignore[arg-type]
    scored = pa.Table.from_batches(found)
    assert scored.schema == scored_schema(table().schema, **options)  # type: ignore[arg-type]
    assert scored.column("case_id").to_pylist() == ["1", "2", "3", "4"]
    whole = score_table(table(), **options)  # type: ignore[arg-type]
    good = scored.filter(pa.compute.is_null(scored.column("errors"))).drop_columns("errors")
    assert good.to_pylist() == pa.Table.from_pandas(whole.scored, preserve_index=False).to_pylist()
    bad = scored.filter(pa.compute.is_valid(scored.column("errors"))).to_pylist()
    assert [row["case_id"] for row in bad] == ["2", "3"]
    assert all(value is None for row in bad for name, value in row.items() if "sefv" in name)
    told = [re.findall(r"\bE\d{3}\b", row["errors"]) for row in bad]
    rejects = whole.rejects.groupby("line")["code"].apply(list).tolist()
    assert told == rejects


def test_columns_that_are_missing_are_named() -> None:
    with pytest.raises(InputError) as error:
        list(score_batches(table().drop_columns("drug").to_batches()))
    assert [problem.code for problem in error.value.problems] == ["E620"]
    assert list(score_batches([])) == []


def test_function_goes_to_another_process() -> None:
    import pickle  # noqa: PLC0415

    again = pickle.loads(pickle.dumps(partial(score_batches, algorithms=("naranjo",))))  # noqa: S301
    assert next(again(table().to_batches())).num_rows == len(ROWS)


@pytest.mark.slow
@pytest.mark.skipif(
    find_spec("pyspark") is None or shutil.which("java") is None, reason="no PySpark or no Java"
)
def test_example_of_the_document_runs(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    table().to_pandas().to_csv(tmp_path / "reports.csv", index=False)
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable}
    run = subprocess.run(
        [sys.executable, "-c", example],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        timeout=240,
        check=False,
    )
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    assert run.stdout.decode().split() == ["2", "2"]
    rows = pq.read_table(tmp_path / "scored.parquet").to_pylist()
    kept = sorted((row for row in rows if row["errors"] is None), key=lambda r: r["case_id"])
    whole = score_table(table(), algorithms=("sefv-h", "naranjo")).scored
    for name in ("sefv_h_total", "naranjo_total", "sefv_h_category"):
        assert [row[name] for row in kept] == whole[name].tolist()
