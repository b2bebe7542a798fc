"""Scoring tables, as ratios to reading and re-writing the same file without scoring.

    python tests/benchmarks/batch.py [--rows 1000000 10000000] [--rounds 3] [--limit-python PATH]
                                     [--quoted] [--markdown]

The limit is polars' scan_csv to sink_csv where the Python named has polars (it is no dependency),
else pyarrow's CSV reader and writer. Limit and commands alternate; the least wall time counts. Wall
and processor seconds and peak memory are of the whole process. Every command must give the same
bytes in every round. Then 10,000 rows with every answer against importing pandas and pyarrow, and
one case. The file quotes a cell that holds a comma, as most programs write; ``--quoted`` quotes
every text, as some exports do. ``--markdown`` prints the table of the README.
"""

import argparse
import hashlib
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

POLARS = (
    "import sys, polars as pl; pl.scan_csv(sys.argv[1], infer_schema=False).sink_csv(sys.argv[2])"
)
PYARROW = """\
import sys, pyarrow as pa
from pyarrow import csv
names = open(sys.argv[1], encoding="utf-8").readline().strip().split(",")
convert = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
reader = csv.open_csv(sys.argv[1], csv.ReadOptions(block_size=1 << 24), convert_options=convert)
with csv.CSVWriter(sys.argv[2], reader.schema) as writer:
    for batch in reader:
        writer.write_batch(batch)
"""
CAUSALITY = "from causality.cli import main; main()"
ALL = ("sefv-h", "naranjo", "who-umc", "liverpool", "french-1985", "french-2011")
EVERY = tuple(part for name in ALL for part in ("-a", name))
ONE_CHILD = """\
import resource, subprocess, sys, time
start = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
wall = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, code)
"""


def write_lines(file: BinaryIO, table: pa.Table) -> None:
    """Write the rows, only cells with a comma in quotes: pyarrow has no style for that."""
    texts = [column.cast(pa.string()).combine_chunks() for column in table.columns]
    cells = [
        pc.if_else(
            pc.match_substring(text, ","), pc.binary_join_element_wise('"', text, '"', ""), text
        )
        for text in texts
    ]
    lines = pc.binary_join_element_wise(
        *cells[:-1], pc.binary_join_element_wise(cells[-1], "\n", ""), ","
    )
    file.write(memoryview(lines.buffers()[2]))


def generate(path: Path, rows: int, *, quoted: bool = False) -> None:
    """Write made-up reports: 21 columns, dates of every precision, some quotes, some bad rows."""
    random = np.random.default_rng(7)
    drugs = np.array([f"drug-{n:04d} (salt, hydrated)"[: 9 + n % 14] for n in range(1500)])
    known = np.array(["lenalidomide", "amoxicillin", "hydralazine", "propylthiouracil"])
    terms = np.array([f"reaction term {n:04d} syndrome"[: 14 + n % 13] for n in range(3000)])
    vasculitis = np.array(["leukocytoclastic vasculitis", "purpura", "IgA vasculitis"])

    def pick(values: "list[str] | np.typing.NDArray[np.str_]", size: int) -> pa.Array:
        return pa.array(np.asarray(values)[random.integers(0, len(values), size)])

    def dates(days: "np.typing.NDArray[np.int64]") -> pa.Array:
        texts = np.datetime_as_string(np.datetime64("2015-01-01") + days).astype("U10")
        share = random.random(len(texts))
        partial = np.where(share < 0.8, texts, np.where(share < 0.89, texts.astype("U7"), ""))
        return pa.array(np.where((share >= 0.89) & (share < 0.93), texts.astype("U4"), partial))

    with path.open("wb") as file:
        for done in range(0, rows, 500_000):
            n = min(500_000, rows - done)
            start, latency = random.integers(0, 4000, n), random.integers(-20, 200, n)
            onset = start + latency
            stop = start + np.maximum(latency, 0) + random.integers(0, 30, n)
            table = pa.table(
                {
                    "case_id": pa.array([f"R{number:010d}" for number in range(done, done + n)]),
                    "country": pick(["ES", "CO", "MX", "DE", "FR", "US"], n),
                    "age": pa.array(random.integers(0, 99, n)),
                    "sex": pick(["M", "F", ""], n),
                    "drug": pick(np.concatenate([drugs, np.repeat(known, 100)]), n),
                    "role": pick(["suspect", "concomitant", "interacting"], n),
                    "dose_mg": pa.array(np.round(random.gamma(2, 50, n), 1)),
                    "reaction": pick(np.concatenate([terms, np.repeat(vasculitis, 400)]), n),
                    "drug_start": dates(start),
                    "drug_stop": dates(stop),
                    "reaction_onset": dates(onset),
                    "reaction_end": dates(onset + random.integers(0, 40, n)),
                    "course": pick(["improved", "not_improved", "unknown", "", ""], n),
                    "rechallenge": pick(["positive", "not_done", "not_done", "unknown", ""], n),
                    "alternative": pick(["ruled_out", "possible", "more_likely", ""], n),
                    "prior_knowledge": pick(["well_known", "occasional", "none_found", ""], n),
                    "event_confirmed": pick(["yes", "no", "unknown", ""], n),
                    "dose_response": pick(["yes", "no", "unknown", "", *[""] * 995, "bad"], n),
                    "outcome": pick(["recovered", "recovering", "fatal", "unknown"], n),
                    "serious": pick(["yes", "no"], n),
                    "source": pick(["spontaneous", "study", "literature"], n),
                }
            )
            if done == 0:
                file.write(f"{','.join(table.column_names)}\n".encode())
            if quoted:
                csv.write_csv(table, file, csv.WriteOptions(include_header=False))
            else:
                write_lines(file, table)


@dataclass
class Best:
    """The best of several runs of a command."""

    wall: float = float("inf")
    processor: float = float("inf")
    peak: float = 0.0
    written: str = ""

    def run(self, command: list[str], out: Path | None = None) -> None:
        """Run the command once; what it writes must be what it wrote before."""
        run = [sys.executable, "-c", ONE_CHILD, *command]
        text = subprocess.run(run, capture_output=True, text=True, check=True).stdout
        wall, processor, peak, code = map(float, text.split())
        if code not in (0, 1):
            sys.exit(f"failed ({code:.0f}): {command}")
        self.wall, self.processor = min(self.wall, wall), min(self.processor, processor)
        self.peak = max(self.peak, peak)
        if out is not None:
            with out.open("rb") as file:
                written = hashlib.file_digest(file, "sha256").hexdigest()
            if self.written not in ("", written):
                sys.exit(f"not the bytes of the run before: {command}")
            self.written = written


def commands(source: Path, out: Path, limit_python: str) -> dict[str, list[str]]:
    """Return what is measured, the limit first."""
    with_polars = subprocess.run(
        [limit_python, "-c", "import polars"], capture_output=True, check=False
    )
    polars = with_polars.returncode == 0
    limit = [limit_python, "-c", POLARS] if polars else [sys.executable, "-c", PYARROW]
    one = [sys.executable, "-c", CAUSALITY, "batch", str(source), "-o", str(out)]
    return {
        f"limit ({'polars' if polars else 'pyarrow'})": [*limit, str(source), str(out)],
        "one algorithm": one,
        "six algorithms": [*one, *EVERY],
        "one algorithm, Parquet": [*one[:-1], str(out.with_name("table.parquet"))],
    }


def measured(
    wanted: Mapping[str, list[str]], rounds: int, out: Path | None = None
) -> dict[str, Best]:
    """Run commands in turn, several times over."""
    best = {name: Best() for name in wanted}
    for _ in range(rounds):
        for name, command in wanted.items():
            os.sync()  # nobody pays for what the one before has left to be written
            best[name].run(command, out if str(out) in command else None)
            if out is not None:
                out.unlink(missing_ok=True)
            time.sleep(0.2)
    return best


def small(folder: Path, rounds: int) -> dict[str, Best]:
    """Measure what start-up decides: 10,000 rows with every answer, and one case."""
    source, case = folder / "small.csv", folder / "case.yaml"
    generate(source, 10_000)
    example = [sys.executable, "-c", CAUSALITY, "example", "lenalidomide"]
    case.write_bytes(subprocess.run(example, capture_output=True, check=True).stdout)
    command = [sys.executable, "-c", CAUSALITY]
    wanted = {
        "import pandas, pyarrow": [sys.executable, "-c", "import pandas, pyarrow"],
        "10,000 rows, six algorithms, --trace": [
            *[*command, "batch", str(source), "-o", str(folder / "small.out.csv")],
            *[*EVERY, "--trace"],
        ],
        "one case, all algorithms (assess)": [*command, "assess", str(case)],
    }
    return measured(wanted, rounds)


HEAD = (
    "rows",
    "what",
    "wall s",
    "processor s",
    "million rows/s",
    "peak MiB",
    "wall ratio",
    "processor ratio",
)


class Table:
    """Prints rows as they come, for reading or as Markdown."""

    def __init__(self, *, markdown: bool) -> None:
        self.markdown = markdown
        self.row(HEAD)
        if markdown:
            self.row(["---", "---", *["---:"] * (len(HEAD) - 2)])

    def row(self, cells: Sequence[str]) -> None:
        """Print a row."""
        line = " | ".join(cells)
        print(f"| {line} |" if self.markdown else line, flush=True)

    def rows(self, rows: int | None, best: Mapping[str, Best]) -> None:
        """Print what was measured; ratios are to the first of it."""
        base = next(iter(best.values()))
        for name, found in best.items():
            self.row(
                [
                    f"{rows:,}" if rows else "",
                    name,
                    f"{found.wall:.2f}",
                    f"{found.processor:.2f}",
                    f"{rows / found.wall / 1e6:.2f}" if rows else "",
                    f"{found.peak:.0f}",
                    f"{found.wall / base.wall:.2f}",
                    f"{found.processor / base.processor:.2f}",
                ]
            )


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit-python", default=sys.executable)
    parser.add_argument("--quoted", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    asked = parser.parse_args()
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pyarrow"))
    print(
        f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, "
        f"Python {platform.python_version()}, {versions}; "
        f"21 columns, {'every text' if asked.quoted else 'no cell without need'} in quotes, "
        f"the least of {asked.rounds} rounds\n"
    )
    table = Table(markdown=asked.markdown)
    for rows in asked.rows:
        with tempfile.TemporaryDirectory() as folder:
            source, out = Path(folder) / "in.csv", Path(folder) / "out.csv"
            generate(source, rows, quoted=asked.quoted)
            wanted = commands(source, out, asked.limit_python)
            table.rows(rows, measured(wanted, asked.rounds, out))
    with tempfile.TemporaryDirectory() as folder:
        table.rows(None, small(Path(folder), asked.rounds))


if __name__ == "__main__":
    main()
