"""No command writes over a file that it reads, nor over what goes with another output."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from causality.cli.example import example_text
from tests.cli.running import DONE, USAGE, Cli, assert_refused, written

TABLE = "case_id,drug,reaction\n1,amoxicillin,purpura\n"
CASE = """\
case_id: d
reactions: [{id: r, term: vasculitis, episodes: [{id: e1, onset: 2024-03-08}]}]
drugs: [{id: a, name: amoxicillin, exposures: [{start: 2024-03-01}]}]
"""
MINE = 'id: mine\nparent: sefv-h\nversion: "1"\nlabel: {en: Mine, es: Mío}\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "d.yaml", CASE)
    for name in ("t.csv", "u.csv"):
        written(tmp_path / name, TABLE + f"2,{name},purpura\n")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def assert_nothing_written(folder: Path, cli: Cli, arguments: Sequence[str], code: str) -> None:
    before = contents(folder)
    assert_refused(cli(*arguments), USAGE, code)
    assert contents(folder) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["report", "c.json", "-o", "c.json"],
        ["report", "c.json", "-o", "./link.json"],
        ["report", "c.json", "-o", "hard.json"],
        ["convert", "d.yaml", "--to", "rows", "-o", "d.yaml"],
        ["convert", "d.yaml", "--to", "case", "-o", "d.yaml"],
        ["convert", "d.yaml", "--to", "case", "-o", "."],
        ["convert", ".", "--to", "rows", "-o", "d.yaml"],
        ["convert", "d.yaml", "--to", "rows", "-o", "k/reports.csv", "--knowledge", "k"],
        ["convert", "d.yaml", "--to", "rows", "-o", "mine.yaml", "-a", "mine.yaml"],
        ["assess", "m.xml", "--write-e2b", "m.xml"],
        ["assess", "m.xml", "--write-e2b", "mine.yaml", "-a", "mine.yaml"],
        ["assess", "m.xml", "--write-e2b", "s/x.xsd", "--schema", "s"],
        ["algorithms", "vectors", "mine.yaml", "-o", "mine.yaml", "--format", "csv"],
        ["batch", "t.csv", "-o", "t.csv"],
        ["batch", "t.csv", "-o", "k/reports.csv", "--knowledge", "k"],
        ["batch", "t.csv", "-o", "map.csv", "--map", "map.csv"],
    ],
)
def test_nothing_that_is_read_is_replaced(folder: Path, cli: Cli, arguments: list[str]) -> None:
    written(folder / "c.json", CASE)
    (folder / "link.json").symlink_to("c.json")
    (folder / "hard.json").hardlink_to(folder / "c.json")
    written(folder / "m.xml", "<x/>")
    written(folder / "mine.yaml", MINE)
    for name in ("k/reports.csv", "s/x.xsd", "map.csv"):
        (folder / name).parent.mkdir(exist_ok=True)
        written(folder / name, "mine\n")
    assert_nothing_written(folder, cli, arguments, "E625")


def test_form_of_answers_is_not_replaced(folder: Path, cli: Cli) -> None:
    assert cli("questions", "d.yaml", "-o", "form.txt").code == DONE
    arguments = ["questions", "d.yaml", "--answers", "form.txt", "-o", "form.txt"]
    assert_nothing_written(folder, cli, arguments, "E649")


def test_unwritable_form_is_said_to_be_unwritable(folder: Path, cli: Cli) -> None:
    assert_refused(cli("questions", "d.yaml", "-o", "nowhere/form.txt"), 3, "E013")
    assert sorted(contents(folder)) == ["d.yaml", "t.csv", "u.csv"]


@pytest.mark.parametrize(
    "name",
    [
        "q.rejects.csv",
        "q.manifest.json",
        "q.pairs.partial",
        "q.csv.partial",
        "q.csv.progress",
        "q.rejects.csv.partial",
        "q.csv.parts/u.csv",
    ],
)
def test_input_with_the_name_of_a_companion(folder: Path, cli: Cli, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    shutil.copy("t.csv", name)
    arguments = ["batch", name, "-o", "q.csv", "--format", "csv"]
    assert_nothing_written(folder, cli, arguments, "E632")


def test_rows_that_were_not_asked_for_can_be_scored(folder: Path, cli: Cli) -> None:
    name = "q.not-selected.csv"
    shutil.copy("t.csv", name)
    asked = ["--reaction", "vasculitis"]
    assert_nothing_written(folder, cli, ["batch", name, "-o", "q.csv", *asked], "E632")
    # a run without a selection takes such a list of before away
    assert_nothing_written(folder, cli, ["batch", name, "-o", "q.csv"], "E632")
    assert cli("batch", name, "-o", "others.csv").code == DONE


def test_companions_of_another_run_stay(folder: Path, cli: Cli) -> None:
    assert cli("batch", "t.csv", "-o", "q.csv").code == DONE
    arguments = ["batch", "u.csv", "-o", "q.parquet"]
    assert_nothing_written(folder, cli, arguments, "E633")
    assert cli("batch", "u.csv", "-o", "q.csv").code == DONE  # its own may be replaced
    (folder / "q.csv").unlink()
    assert cli("batch", "u.csv", "-o", "q.parquet").code == DONE
    assert cli("batch", "u.csv", "-o", "q.parquet").code == DONE


@pytest.mark.parametrize("asked", [["-a", "naranjo"], ["--trace"], ["--reaction", "vasculitis"]])
def test_two_kinds_of_output_of_one_run_share_their_companions(
    folder: Path, cli: Cli, asked: list[str]
) -> None:
    assert cli("batch", "t.csv", "-o", "q.csv").code == DONE
    assert_nothing_written(folder, cli, ["batch", "t.csv", "-o", "q.parquet", *asked], "E633")
    assert cli("batch", "t.csv", "-o", "q.parquet").code == DONE
    cli("batch", "t.csv", "-o", "r.csv", *asked)
    assert cli("batch", "t.csv", "-o", "r.parquet", *asked).code == DONE


def test_companions_of_a_stream(folder: Path, cli: Cli) -> None:
    assert cli("batch", "t.csv", "-o", "batch.csv").code == DONE
    assert_nothing_written(folder, cli, ["batch", "u.csv", "-o", "-"], "E633")


def test_table_beside_its_own_output_is_no_output(folder: Path, cli: Cli) -> None:
    assert cli("batch", "t.csv", "-o", "t.parquet").code == DONE
    (folder / "t.parquet").unlink()
    assert cli("batch", "t.csv", "-o", "t.parquet").code == DONE
    (folder / "t.parquet").unlink()
    assert cli("batch", "u.csv", "-o", "t.parquet").code == DONE  # of t.csv the manifest told


def test_tables_of_one_name_do_not_go_into_one_file(folder: Path, cli: Cli) -> None:
    for name in ("x", "y", "out"):
        (folder / name).mkdir()
    shutil.copy("t.csv", "x/t.csv")
    shutil.copy("t.csv", "y/t.tsv")
    arguments = ["batch", "x/t.csv", "y/t.tsv", "-o", "out"]
    assert_nothing_written(folder, cli, arguments, "E634")


def test_cases_of_one_number_do_not_go_into_one_file(folder: Path, cli: Cli) -> None:
    (folder / "out").mkdir()
    written(folder / "e.yaml", CASE)
    written(folder / "f.yaml", example_text("lenalidomide"))
    arguments = ["convert", "d.yaml", "e.yaml", "f.yaml", "--to", "case", "-o", "out"]
    assert_nothing_written(folder, cli, arguments, "E634")
