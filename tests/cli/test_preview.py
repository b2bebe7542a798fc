"""What a batch shows before it writes, what it says of a selection, and what a terminal gets."""

import io
import sys
from pathlib import Path

import pytest

from causality.cli.output import standard_output, write_data
from tests.cli.running import DONE, SOME_REJECTED, UNREADABLE, USAGE, Cli, assert_refused, written

HEAD = "case_id,drug,reaction,drug_start,reaction_onset,previously_exposed\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def test_preview_shows_the_first_error_of_each_row(folder: Path, cli: Cli) -> None:
    rows = "1,x,púrpura,1/2/20,1/3/20,sí\n2,x,púrpura,1/2/20,1/3/20,no\n3,x,púrpura,,,no\n"
    written(folder / "in.csv", HEAD + rows)
    run = cli("batch", "in.csv", "-o", "out.csv", "--dry-run", "--lang", "en")
    assert run.code == SOME_REJECTED
    assert [line.split(" ")[0] for line in run.err.splitlines() if line.startswith("in.csv:")][
        1:
    ] == ["in.csv:2:", "in.csv:3:"]
    assert "Errors in these rows that are not shown: 3." in run.err


def test_preview_that_shows_every_error_says_of_no_more(folder: Path, cli: Cli) -> None:
    written(folder / "in.csv", HEAD + "1,x,púrpura,1/2/20,,no\n")
    run = cli("batch", "in.csv", "-o", "out.csv", "--dry-run", "--lang", "en")
    assert "not shown" not in run.err


def test_word_that_is_not_read_is_said_to_belong_into_a_mapping_file(
    folder: Path, cli: Cli
) -> None:
    written(folder / "in.csv", HEAD + "1,x,púrpura,,,sí\n")
    run = cli("batch", "in.csv", "-o", "out.csv", "--dry-run", "--lang", "en")
    assert "E602 'sí' is not a value of this column" in run.err
    assert "'causality map'" in run.err


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_selection_of_nothing_is_said_with_what_is_near(
    folder: Path, cli: Cli, more: list[str]
) -> None:
    written(folder / "in.csv", HEAD + "1,x,palpable purpura,,,no\n")
    asked = ["batch", "in.csv", "-o", "out.csv", "--lang", "en", *more]
    run = cli(*asked, "--reaction", "vasculitiss")
    assert run.code == DONE
    assert "No row has a reaction that was asked for: vasculitiss." in run.err
    assert "Written nearly so: vasculitis" in run.err
    assert "Written nearly so" not in cli(*asked, "--reaction", "qqqq").err
    assert "No row" not in cli(*asked, "--reaction", "palpable purpura").err


def test_reaction_of_the_table_is_near_too(folder: Path, cli: Cli) -> None:
    written(folder / "in.csv", HEAD + "1,x,Erythema exudativum,,,no\n")
    run = cli("batch", "in.csv", "-o", "out.csv", "--reaction", "eritema exudativum")
    assert "Erythema exudativum" in run.err


def test_nothing_steers_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.BytesIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Terminal(shown, encoding="utf-8"))
        write_data("a\t\x1b[31m\x07é\x9b\n")
        stream = standard_output()
        stream.write(b"\x1b]0;x\x07\n")
        stream.flush()
        stream.close()
        said = shown.getvalue()
    assert said.decode() == "a\t?[31m?é?\n?]0;x?\n"


def test_data_for_a_program_stay_as_they_are(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write_data("a\x1b\n")
    assert capfdbinary.readouterr().out == b"a\x1b\n"


def test_signs_of_a_binary_file_are_not_shown(folder: Path, cli: Cli) -> None:
    data = b"\xb7\xdf\xaf\xee," + bytes(range(1, 32)) * 4 + b"\n" + bytes(range(1, 256))
    (folder / "in.csv").write_bytes(data)
    assert_refused(cli("batch", "in.csv", "-o", "out.csv"), UNREADABLE, "E623", "binary")
    (folder / "in.csv").write_bytes(b"case_id,drug,reaction\n\x1b[1m,x,\x07purpura\n")
    assert cli("batch", "in.csv", "-o", "out.csv").code == DONE


@pytest.mark.parametrize("command", ["assess", "validate"])
def test_manifest_of_a_batch_is_no_case(folder: Path, cli: Cli, command: str) -> None:
    written(folder / "cases.manifest.json", "{}")
    assert_refused(cli(command, "."), UNREADABLE, "E509")
    written(folder / "case.yaml", "case_id: T\n")
    run = cli(command, ".")
    assert (run.code, run.err) == (DONE, "")


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (["case.yaml"], "found: a file that is no message."),
        (["case.yaml", "case.yaml"], "found: several files."),
        (["-"], "found: standard input."),
        (["m.xml#1"], "found: one report of a message."),
    ],
)
def test_what_takes_no_assessments_is_named(
    folder: Path, cli: Cli, files: list[str], found: str
) -> None:
    written(folder / "case.yaml", "case_id: T\n")
    run = cli("convert", *files, "--to", "e2b", "-o", "o.xml", "--lang", "en")
    assert_refused(run, USAGE, "E838", found)
