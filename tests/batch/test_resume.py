"""Interrupted runs: nothing under its final name before it is whole, and nothing done twice."""

import csv
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest
from pyarrow.csv import read_csv

from causality.assessment.method import make_method
from causality.batch.run import Options, Run
from causality.errors import UsageError
from causality.knowledge.load import load_knowledge

PROGRAM = """\
import sys, time
from causality.assessment.method import make_method
from causality.batch.run import Options, Run
from causality.knowledge.load import load_knowledge

options = Options(resume=True, chunk=3000)
run = Run(sys.argv[1], make_method(["sefv-h"], load_knowledge(), {}), options)
print("ready", flush=True)
run(sys.argv[2], message=lambda code, params: code, watch=lambda counts, end: time.sleep(0.004))
"""
NAMES = ("scored.csv", "scored.rejects.csv", "scored.manifest.json")


def reports(path: Path, rows: int) -> Path:
    random = Random(3)  # noqa: S311
    lines = ["case_id,drug,reaction,drug_start,reaction_onset,onset\n"]
    for number in range(rows):
        onset = random.choice(("compatible", "", "", "bad"))
        day = f"20{random.randint(10, 24)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
        lines.append(f"R{number},lenalidomide,purpura ñ,{day},{day[:7]},{onset}\n")
    path.write_text("".join(lines), encoding="utf-8")
    return path


def score(source: Path, out: Path, **options: object) -> None:
    method = make_method(["sefv-h"], load_knowledge(), {})
    Run(str(source), method, Options(chunk=3000, **options))(  # type: ignore[arg-type]
        str(out), message=lambda code, _: code
    )


def files(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in NAMES]


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
@pytest.mark.parametrize("seed", range(2))
def test_killed_at_any_moment_and_taken_up_gives_the_same_files(tmp_path: Path, seed: int) -> None:
    source = reports(tmp_path / "in.csv", 4000)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    broken.mkdir()
    score(source, whole / "scored.csv")
    random = Random(seed)  # noqa: S311
    command = [sys.executable, "-c", PROGRAM, str(source), str(broken / "scored.csv")]
    kills = 0
    for _ in range(40):
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.uniform(0.01, 0.15))
        process.send_signal(signal.SIGKILL)
        code = process.wait()
        process.stdout.close()
        if code == 0:
            break
        kills += 1
        assert not (broken / "scored.csv").exists()
    else:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert kills > 0
    if not (broken / "scored.manifest.json").exists():  # killed between the names
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert files(broken) == files(whole)
    assert sorted(p.name for p in broken.iterdir()) == sorted(NAMES)


def interrupted(source: Path, out: Path) -> int:
    """Break a run off after some chunks; return the bytes it has done."""
    method = make_method(["sefv-h"], load_knowledge(), {})
    ends: list[int] = []

    def stop(counts: object, end: int) -> None:
        del counts
        ends.append(end)
        if len(ends) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Run(str(source), method, Options(chunk=3000))(
            str(out), message=lambda code, _: code, watch=stop
        )
    return ends[-1]


def written_as(kind: str, source: Path) -> Path:
    """Write a table in another format."""
    path = source.with_name(f"in.{kind}")
    if kind == "parquet":
        pq.write_table(read_csv(source), path, row_group_size=70)
    elif kind == "ndjson":
        rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    elif kind == "csv.gz":
        path.write_bytes(gzip.compress(source.read_bytes()))
    elif kind == "xlsx":
        with pytest.importorskip("xlsxwriter").Workbook(path) as book:
            sheet = book.add_worksheet()
            for n, line in enumerate(source.read_text(encoding="utf-8").splitlines()):
                sheet.write_row(n, 0, line.split(","))
    return path


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "parquet", "ndjson", "xlsx"])
def test_a_run_is_taken_up_where_it_stood(tmp_path: Path, kind: str) -> None:
    source, out = written_as(kind, reports(tmp_path / "in.csv", 1000)), tmp_path / "scored.csv"
    interrupted(source, out)
    assert not out.exists()
    partial = Path(f"{out}.partial")
    with partial.open("ab") as file:  # what was written and not recorded
        file.write(b"half a li")
    method = make_method(["sefv-h"], load_knowledge(), {})
    report = Run(str(source), method, Options(resume=True, chunk=3000))(
        str(out), message=lambda code, _: code
    )
    assert report.taken_up > 0
    resumed = files(tmp_path)
    score(source, out)
    assert resumed == files(tmp_path)


@pytest.mark.parametrize("change", ["input", "options", "record"])
def test_a_run_is_not_taken_up_with_another_input_or_method(tmp_path: Path, change: str) -> None:
    source, out = reports(tmp_path / "in.csv", 1000), tmp_path / "scored.csv"
    interrupted(source, out)
    if change == "input":
        reports(source, 1001)
    if change == "record":
        Path(f"{out}.progress").write_text("no record\n", encoding="utf-8")
    method = make_method(["sefv-h"], load_knowledge(), {})
    options = Options(resume=True, chunk=3000, trace=change == "options")
    report = Run(str(source), method, options)(str(out), message=lambda code, _: code)
    assert report.taken_up == 0
    assert report.counts.rows == (1001 if change == "input" else 1000)


def test_resume_with_nothing_to_take_up_starts(tmp_path: Path) -> None:
    source = reports(tmp_path / "in.csv", 300)
    score(source, tmp_path / "scored.csv", resume=True)
    resumed = files(tmp_path)
    score(source, tmp_path / "scored.csv")
    assert resumed == files(tmp_path)


def test_a_second_run_into_an_output_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    source = reports(tmp_path / "in.csv", 500)
    alone, out = tmp_path / "alone", tmp_path / "both"
    score(source, alone / "scored.csv")
    refused: list[str] = []

    def second(counts: object, end: int) -> None:
        del counts, end
        for name in ("scored.csv", "scored.parquet"):  # their rejects are one file
            with pytest.raises(UsageError) as error:
                score(source, out / name, resume=True)
            refused.append(error.value.problems[0].code)

    method = make_method(["sefv-h"], load_knowledge(), {})
    Run(str(source), method, Options(chunk=3000))(
        str(out / "scored.csv"), message=lambda code, _: code, watch=second
    )
    assert len(refused) > 4
    assert set(refused) == {"E635"}
    assert files(out) == files(alone)
    assert sorted(p.name for p in out.iterdir()) == sorted(NAMES)
    score(source, out / "scored.csv")  # what has ended holds nothing
    assert files(out) == files(alone)
