"""What the command says of a run that was interrupted, and of one that is not taken up."""

from functools import partial
from pathlib import Path

import pytest

from causality.batch.run import Options
from causality.cli import batch, parts
from causality.cli.batch_view import View
from tests.cli.running import Cli

HINT = "--resume takes the run up again"
ANEW = "does not fit this input and these options"
TAKEN_UP = "was taken up after"
ROWS = "".join(f"{n},amoxicillin,purpura\n" for n in range(400))


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(batch, "Options", partial(Options, chunk=1000))
    path = tmp_path / "in.csv"
    path.write_text("case_id,drug,reaction\n" + ROWS, encoding="utf-8")
    return path


def interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(View, "watch", lambda *_: stop)


def test_an_interrupted_run_says_how_it_is_taken_up(
    tmp_path: Path, cli: Cli, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ["batch", table, "-o", tmp_path / "out.csv", "--lang", "en"]
    with monkeypatch.context() as patch:
        interrupt(patch)
        stopped = cli(*run)
    assert (stopped.code, stopped.err.count(HINT)) == (130, 1)
    assert cli(*run, "--resume").err.count(TAKEN_UP) == 1


@pytest.mark.parametrize("out", ["-", "out.xlsx", "out.parquet"])
def test_a_run_that_cannot_be_taken_up_says_nothing_of_it(
    tmp_path: Path, cli: Cli, table: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    monkeypatch.chdir(tmp_path)
    interrupt(monkeypatch)
    stopped = cli("batch", table, "-o", out, "--lang", "en")
    assert stopped.code == 130
    assert HINT not in stopped.err


def test_parts_that_are_left_are_taken_up(
    tmp_path: Path, cli: Cli, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ["batch", table, "-o", tmp_path / "out.parquet", "--resume", "--lang", "en"]
    with monkeypatch.context() as patch:
        patch.setattr(parts, "merge", interrupted_merge)
        assert HINT in cli(*run).err
    assert cli(*run).code == 0


def interrupted_merge(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("change", ["input", "options"])
def test_a_run_that_begins_anew_says_so(
    tmp_path: Path, cli: Cli, table: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    run = ["batch", table, "-o", tmp_path / "out.csv", "--resume", "--lang", "en"]
    with monkeypatch.context() as patch:
        interrupt(patch)
        first = cli(*run)
    assert ANEW not in first.err
    if change == "input":
        table.write_text(table.read_text(encoding="utf-8") + "x,a,b\n", encoding="utf-8")
    again = cli(*run, *(["--trace"] if change == "options" else []))
    assert (again.code, again.err.count(ANEW), again.err.count(TAKEN_UP)) == (0, 1, 0)
