"""Shards and engines of ``causality batch``, ``causality merge``, its report and selection."""

import json
from pathlib import Path

import pytest

from causality.batch import engines
from causality.batch.held import hold
from causality.batch.target import Names
from tests.cli.running import Cli, assert_refused

ROW = "{n},lenalidomide,purpura,2020-01-01,2020-01-15,\n"
BAD = "{n},amoxicillin,headache,2020-13-01,,nonsense\n"
HEAD = "case_id,drug,reaction,drug_start,reaction_onset,alternative\n"
TABLE = HEAD + "".join(ROW.format(n=n) + BAD.format(n=n) for n in range(20)) + ROW.format(n=7)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "in.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "other.csv").write_text(HEAD + ROW.format(n="x"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(folder: Path, pattern: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob(pattern))]


def test_shards_merged_are_the_run_on_one_machine(folder: Path, cli: Cli) -> None:
    assert cli("batch", "in.csv", "-o", "one.csv", "--report", "one.html").code == 1
    run = cli("batch", "in.csv", "-o", "two.csv", "--shard", "2/2")
    assert run.code == 0, run.err
    assert "causality merge two.csv" in run.err
    assert_refused(cli("merge", "two.csv"), 2, "E674", "1 of 1 units")
    assert cli("batch", "in.csv", "-o", "two.csv", "--shard", "1/2").code == 1
    run = cli("merge", "two.csv", "--report", "two.html", "--keep")
    assert run.code == 1, run.err
    assert "41 rows in = 21 scored + 20 rejected" in run.err
    assert (folder / "two.csv.parts").is_dir()
    assert files(folder, "one.*") == files(folder, "two.*[!s]")
    assert cli("merge", ".").code == 1
    assert not (folder / "two.csv.parts").exists()
    assert_refused(cli("merge", "."), 2, "E673")


def test_what_is_merged_is_told_in_the_words_of_a_run(folder: Path, cli: Cli) -> None:
    told = []
    run = cli("--lang", "es", "batch", "in.csv", "-o", "one.csv")
    told.append([line for line in run.err.splitlines() if "SEFV-H" in line])
    cli("batch", "in.csv", "-o", "two.csv", "--shard", "1/1")
    run = cli("--lang", "es", "merge", "two.csv")
    told.append([line for line in run.err.splitlines() if "SEFV-H" in line])
    assert told[0] == told[1] != []
    assert "conditional" not in "".join(told[1])


def test_shards_run_side_by_side_and_whole_runs_do_not(folder: Path, cli: Cli) -> None:
    held = hold(Names.of("two.csv").pairs, "two.csv")
    assert cli("batch", "in.csv", "-o", "two.csv", "--shard", "1/1").code == 1
    parts = files(folder, "two.csv.parts/*")
    engine = ("--engine", "processes", "--workers", "1")
    for command in (("batch", "in.csv", "-o", "two.csv", *engine), ("merge", "two.csv")):
        assert_refused(cli(*command), 2, "E635", "two.csv")
    assert files(folder, "two.csv.parts/*") == parts
    held.release(remove=True)
    assert cli("merge", "two.csv").code == 1


def test_several_inputs_in_shards(folder: Path, cli: Cli) -> None:
    (folder / "out").mkdir()
    for shard in ("1/2", "2/2"):
        cli("batch", "in.csv", "other.csv", "-o", "out", "--shard", shard)
    assert cli("merge", "out").code == 1
    for name in ("in.csv", "other.csv"):
        cli("batch", name, "-o", "one.csv")
        assert (folder / "out" / name).read_bytes() == (folder / "one.csv").read_bytes()


@pytest.mark.slow
def test_processes_give_the_same_files(folder: Path, cli: Cli) -> None:
    cli("batch", "in.csv", "-o", "one.csv", "--report", "one.html")
    arguments = ["--engine", "processes", "--workers", "1", "--report", "two.html"]
    assert cli("batch", "in.csv", "-o", "two.csv", *arguments).code == 1
    assert files(folder, "one.*") == files(folder, "two.*")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--shard", "0/2"], "E670"),
        (["--shard", "1/2", "-o", "-"], "E671"),
        (["--engine", "processes", "-o", "-"], "E671"),
        (["--engine", "dask"], "E676"),
        (["--scheduler", "tcp://127.0.0.1:1"], "E676"),
        (["--shard", "1/2", "--strict"], "E678"),
        (["--shard", "1/2", "--report", "r.html"], "E678"),
        (["--shard", "1/2", "--dry-run"], "E678"),
        (["--report", "r.pdf"], "E542"),
        (["--report", "-"], "E542"),
        (["--reaction", "absent.txt"], "E668"),
    ],
)
def test_options_that_make_no_sense(
    folder: Path, cli: Cli, arguments: list[str], code: str
) -> None:
    out = [] if "-o" in arguments else ["-o", "out.csv"]
    run = cli("batch", "in.csv", *out, *arguments)
    assert run.code in (2, 3)
    assert code in run.err
    assert "Traceback" not in run.err
    assert sorted(p.name for p in folder.iterdir()) == ["in.csv", "other.csv"]


def test_report_does_not_overwrite_what_is_read_or_written(folder: Path, cli: Cli) -> None:
    (folder / "in.html").write_text(TABLE, encoding="utf-8")
    run = cli("batch", "in.html", "-o", "out.csv", "--report", "in.html", "--format", "csv")
    assert_refused(run, 2, "E625")


def test_scheduler_that_does_not_answer(
    folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(engines, "_TIMEOUT", "1s")
    address = "tcp://127.0.0.1:1"
    run = cli("batch", "in.csv", "-o", "o.csv", "--engine", "dask", "--scheduler", address)
    assert_refused(run, 3, "E677", address)


def test_one_report_of_several_tables_names_them(folder: Path, cli: Cli) -> None:
    (folder / "out").mkdir()
    run = cli("batch", "in.csv", "other.csv", "-o", "out", "--report", "both.html", "--lang", "es")
    assert run.code == 1, run.err
    page = (folder / "both.html").read_text(encoding="utf-8")
    assert "Filas: 42 (puntuadas: 22; rechazadas: 20)" in page
    assert "in.csv, other.csv" in page
    assert "línea in.csv:3, caso 0" in page


def test_repeated_pairs_are_told(folder: Path, cli: Cli) -> None:
    run = cli("batch", "in.csv", "-o", "out.csv")
    assert "earlier row: 1 (lines 42 = 16, …)" in run.err
    manifest = json.loads((folder / "out.manifest.json").read_bytes())
    assert manifest["counts"]["rows_repeating_a_pair"] == 1


def test_rows_not_selected_are_told(folder: Path, cli: Cli) -> None:
    run = cli("batch", "in.csv", "-o", "out.csv", "--reaction", "vasculitis")
    assert run.code == 0
    assert "41 rows in = 21 scored + 0 rejected + 20 not selected" in run.err
    assert "out.not-selected.csv" in run.err
    assert len((folder / "out.not-selected.csv").read_text(encoding="utf-8").splitlines()) == 21
