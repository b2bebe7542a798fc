"""Scoring a generated quarter of FAERS, as ratios to reading the same files.

    python tests/benchmarks/faers.py [--reports 400000] [--rounds 2] [--markdown] [--keep DIR]

The quarter is made up: reports, drugs, reactions, therapies and indications in the numbers and
widths of a real one (4.5 drugs, 2 of them suspects, and 3.7 reactions to a report), some of it
deleted, in two versions, or broken. Limits: pyarrow and pandas reading every table as text. Wall
and processor seconds and peak memory are of the whole process; the least wall time counts. Every
run must give the same bytes.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

QUARTER = "24Q1"
READ_ARROW = """\
import sys, pyarrow as pa
from pathlib import Path
from pyarrow import csv
for path in Path(sys.argv[1]).glob("[A-Z]*.txt"):
    names = path.open(encoding="latin-1").readline().strip().split("$")
    reader = csv.open_csv(
        path,
        csv.ReadOptions(encoding="latin-1", block_size=1 << 24),
        csv.ParseOptions(delimiter="$", quote_char=False, invalid_row_handler=lambda r: "skip"),
        csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    )
    for batch in reader:
        pass
"""
READ_PANDAS = """\
import csv, sys, pandas as pd
from pathlib import Path
for path in Path(sys.argv[1]).glob("[A-Z]*.txt"):
    chunks = pd.read_csv(
        path, sep="$", dtype=str, quoting=csv.QUOTE_NONE, encoding="latin-1",
        on_bad_lines="skip", chunksize=200_000, keep_default_na=False,
    )
    for chunk in chunks:
        pass
"""
CAUSALITY = "from causality.cli import main; main()"
ALL = ("sefv-h", "naranjo", "who-umc", "liverpool", "french-1985", "french-2011")
ONE_CHILD = """\
import resource, subprocess, sys, time
start = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
wall = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, code)
"""


class Generator:
    """Writes the tables of a quarter."""

    def __init__(self, folder: Path, reports: int) -> None:
        self.folder = folder
        self.random = np.random.default_rng(11)
        self.reports = reports

    def pick(
        self, values: Sequence[str], size: int, share: Sequence[float] | None = None
    ) -> pa.Array:
        codes = self.random.choice(len(values), size, p=share)
        return pa.array(values).take(pa.array(codes))

    def date(self, size: int, empty: float) -> pa.Array:
        """Return dates of every precision, some of them missing."""
        days = np.datetime64("2015-01-01") + self.random.integers(0, 3300, size)
        text = pa.array(np.char.replace(days.astype("U10"), "-", ""))
        cut = self.random.choice([8, 6, 4], size, p=[0.75, 0.15, 0.10])
        short = pc.utf8_slice_codeunits(text, 0, 6), pc.utf8_slice_codeunits(text, 0, 4)
        text = pc.if_else(
            pa.array(cut == 6), short[0], pc.if_else(pa.array(cut == 4), short[1], text)
        )
        return pc.if_else(pa.array(self.random.random(size) < empty), "", text)

    def write(self, kind: str, columns: dict[str, pa.Array | str], size: int) -> None:
        cells = [
            pa.array([c]).take(pa.array(np.zeros(size, int))) if isinstance(c, str) else c
            for c in columns.values()
        ]
        lines = pc.binary_join_element_wise(*cells, "$").to_pylist()
        lines[size // 2] += "$one cell too many$"
        path = self.folder / f"{kind}{QUARTER}.txt"
        path.write_text(
            "$".join(columns) + "\r\n" + "\r\n".join(lines) + "\r\n", "latin-1", newline=""
        )

    def repeated(self, mean: float, most: int) -> np.ndarray:
        """Return how many rows each report has: most have few, some have very many."""
        return np.minimum(self.random.geometric(1 / mean, self.reports), most)

    def __call__(self) -> None:
        n = self.reports
        case = 10_000_000 + np.arange(n)
        older = self.random.random(n) < 0.02  # the case of the report before it, in a later version
        case[1:][older[1:]] = case[:-1][older[1:]]
        version = np.where(older, 2, 1)
        primary = case * 10 + version
        primary_text, case_text = pa.array(primary.astype(str)), pa.array(case.astype(str))
        blank = 'long text of the kind that manufacturers write, with a " and an é'
        self.write(
            "DEMO",
            {
                "primaryid": primary_text,
                "caseid": case_text,
                "caseversion": pa.array(version.astype(str)),
                "i_f_code": "I",
                "event_dt": self.date(n, 0.4),
                "mfr_dt": self.date(n, 0.1),
                "init_fda_dt": self.date(n, 0),
                "fda_dt": self.date(n, 0),
                "rept_cod": "EXP",
                "auth_num": "",
                "mfr_num": "US-MANUFACTURER-2024-123456",
                "mfr_sndr": "MANUFACTURER",
                "lit_ref": self.pick(["", blank], n, [0.9, 0.1]),
                "age": self.pick([*map(str, range(1, 100)), ""], n),
                "age_cod": "YR",
                "age_grp": "",
                "sex": self.pick(["F", "M", "UNK", ""], n),
                "e_sub": "Y",
                "wt": "",
                "wt_cod": "",
                "rept_dt": self.date(n, 0),
                "to_mfr": "",
                "occp_cod": "MD",
                "reporter_country": "US",
                "occr_country": "US",
            },
            n,
        )
        drugs = self.repeated(4.5, 60)
        self._drugs(primary_text, case_text, drugs)
        reactions = self.repeated(3.7, 50)
        rows = pa.array(np.repeat(np.arange(n), reactions))
        terms = [f"Preferred term {k}" for k in range(8000)] + [
            "Cutaneous vasculitis",
            "Leukocytoclastic vasculitis",
            "Purpura",
        ]
        self.write(
            "REAC",
            {
                "primaryid": primary_text.take(rows),
                "caseid": case_text.take(rows),
                "pt": self.pick(terms, len(rows)),
                "drug_rec_act": self.pick(["", "Preferred term 1"], len(rows), [0.999, 0.001]),
            },
            len(rows),
        )
        for kind, column, mean, codes in (
            ("OUTC", "outc_cod", 1.3, ["DE", "LT", "HO", "DS", "CA", "RI", "OT"]),
            ("RPSR", "rpsr_cod", 1.0, ["HP", "CSM", "FGN", "LIT"]),
        ):
            rows = pa.array(np.repeat(np.arange(n), self.repeated(mean, 5)))
            self.write(
                kind,
                {
                    "primaryid": primary_text.take(rows),
                    "caseid": case_text.take(rows),
                    column: self.pick(codes, len(rows)),
                },
                len(rows),
            )
        (self.folder / "Deleted").mkdir(exist_ok=True)
        gone = np.unique(self.random.choice(case, n // 200))
        (self.folder / "Deleted" / f"DELETE{QUARTER}.txt").write_text(
            "\n".join(map(str, gone)) + "\n", "ascii"
        )

    def _drugs(self, primary: pa.Array, case: pa.Array, counts: np.ndarray) -> None:
        report = np.repeat(np.arange(self.reports), counts)
        size = len(report)
        seq = np.arange(size) - np.repeat(np.cumsum(counts) - counts, counts) + 1
        rows, seq_text = pa.array(report), pa.array(seq.astype(str))
        role = np.where(seq == 1, 0, self.random.choice([1, 2, 3], size, p=[0.26, 0.73, 0.01]))
        number = self.random.zipf(1.3, size) % 5000
        names = pa.array([f"BRAND {k}" for k in range(5000)])
        substances = [f"SUBSTANCE {k}" for k in range(5000)]
        substances[:4] = ["LENALIDOMIDE", "AMOXICILLIN", "HYDRALAZINE", "PROPYLTHIOURACIL"]
        letters = ["Y", "N", "U", "D", ""]
        self.write(
            "DRUG",
            {
                "primaryid": primary.take(rows),
                "caseid": case.take(rows),
                "drug_seq": seq_text,
                "role_cod": pa.array(["PS", "SS", "C", "I"]).take(pa.array(role)),
                "drugname": names.take(pa.array(number)),
                "prod_ai": pa.array(substances).take(pa.array(number)),
                "val_vbm": "1",
                "route": self.pick(["Oral", "Intravenous", "", "Subcutaneous"], size),
                "dose_vbm": self.pick(["UNK", "", *(f"{k} MG, DAILY" for k in range(500))], size),
                "cum_dose_chr": "",
                "cum_dose_unit": "",
                "dechal": self.pick(letters, size, [0.15, 0.03, 0.4, 0.1, 0.32]),
                "rechal": self.pick(letters, size, [0.01, 0.04, 0.5, 0.1, 0.35]),
                "lot_num": "",
                "exp_dt": "",
                "nda_num": "",
                "dose_amt": "",
                "dose_unit": "MG",
                "dose_form": "TABLET",
                "dose_freq": "QD",
            },
            size,
        )
        told = np.flatnonzero(self.random.random(size) < 0.35)
        told = np.sort(np.concatenate((told, told[::10])))  # some have several rows
        which = pa.array(told)
        self.write(
            "THER",
            {
                "primaryid": primary.take(pa.array(report[told])),
                "caseid": case.take(pa.array(report[told])),
                "dsg_drug_seq": seq_text.take(which),
                "start_dt": self.date(len(told), 0.1),
                "end_dt": self.date(len(told), 0.6),
                "dur": self.pick(["", "3"], len(told), [0.9, 0.1]),
                "dur_cod": self.pick(["", "DAY", "MON"], len(told)),
            },
            len(told),
        )
        told = np.flatnonzero(self.random.random(size) < 0.7)
        self.write(
            "INDI",
            {
                "primaryid": primary.take(pa.array(report[told])),
                "caseid": case.take(pa.array(report[told])),
                "indi_drug_seq": seq_text.take(pa.array(told)),
                "indi_pt": self.pick(
                    [
                        "Product used for unknown indication",
                        "Plasma cell myeloma",
                        *(f"Indication {k}" for k in range(3000)),
                    ],
                    len(told),
                ),
            },
            len(told),
        )


def run(*arguments: str) -> tuple[float, float, float]:
    """Run a command in a process of its own; return wall and processor seconds, and peak MiB."""
    command = [sys.executable, "-c", ONE_CHILD, sys.executable, "-c", *arguments]
    found = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()
    if found[3] not in {"0", "1"}:
        message = f"exit code {found[3]}"
        raise RuntimeError(message)
    return float(found[0]), float(found[1]), float(found[2])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=400_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-faers-") as name:
        measure(options, options.keep or Path(name))


def measure(options: argparse.Namespace, place: Path) -> None:
    """Make the quarter, run everything, and print what came out."""
    folder, out = place / "quarter", place / "scored.csv"
    if not folder.exists():
        folder.mkdir(parents=True)
        Generator(folder, options.reports)()
    size = sum(path.stat().st_size for path in folder.rglob("*.txt"))
    batch = (CAUSALITY, "batch", str(folder), "--format", "faers", "-o", str(out))
    every = [part for name in ALL for part in ("-a", name)]
    works = {
        "reading with pyarrow": (READ_ARROW, str(folder)),
        "reading with pandas": (READ_PANDAS, str(folder)),
        "one algorithm": batch,
        "only vasculitis": (*batch, "--reaction", "vasculitis"),
        "six algorithms": (*batch, *every),
    }
    best: dict[str, tuple[float, float, float]] = {}
    seen: dict[str, str] = {}
    for _ in range(options.rounds):
        for label, work in works.items():
            took = run(*work)
            best[label] = min(best.get(label, took), took)
            if work[0] == CAUSALITY:
                with out.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                if seen.setdefault(label, digest) != digest:
                    message = f"{label}: other bytes than before"
                    raise RuntimeError(message)
    print(f"{options.reports:,} reports, {size / 1e6:,.0f} MB")
    show(best, markdown=options.markdown)


def show(best: dict[str, tuple[float, float, float]], *, markdown: bool) -> None:
    """Print the measurements with their ratios to both limits."""
    arrow, pandas = best["reading with pyarrow"], best["reading with pandas"]
    head = ["what", "wall s", "processor s", "peak MiB", "to pyarrow", "to pandas"]
    rows = [
        [label, f"{w:.1f}", f"{p:.1f}", f"{m:,.0f}", f"{w / arrow[0]:.1f}", f"{w / pandas[0]:.2f}"]
        for label, (w, p, m) in best.items()
    ]
    if markdown:
        print("| " + " | ".join(head) + " |\n| --- |" + " ---: |" * (len(head) - 1))
        print("\n".join("| " + " | ".join(row) + " |" for row in rows))
        return
    for row in [head, *rows]:
        print(f"{row[0]:24}" + "".join(f"{cell:>13}" for cell in row[1:]))


if __name__ == "__main__":
    main()
