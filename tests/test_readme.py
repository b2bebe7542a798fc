"""What the README shows can be run as it stands."""

import re
import shlex
import sys
from functools import cache
from pathlib import Path

import pytest

from causality.assessment.assess import assess_case, make_method
from causality.case.reader import case_from
from causality.cli import main
from causality.cli.example import example_text
from causality.document import parse
from causality.knowledge.load import load_knowledge
from causality.report.embedded import embedded_data
from causality.report.html import html_page
from causality.report.view import case_view
from causality.resources import data_folder
from causality.words import Words
from tests.e2b.reports import value, vasculitis
from tests.e2b.writer import message
from tests.faers.quarter import MadeReport, Quarter

README = Path(__file__).resolve().parents[1] / "README.md"
if not README.is_file():
    pytest.skip("no README here", allow_module_level=True)
TEXT = README.read_text(encoding="utf-8")
COMMANDS = [
    command
    for command in re.findall(r"`(causality [^`]+)`|^ +(causality [^>\n]+)$", TEXT, re.MULTILINE)
    for command in command
    if command
]
RATED = """\
case_id,drug,reaction,sefv_h_category
1,amoxicillin,purpura,possible
2,amoxicillin,purpura,probable
"""
METHODS = """\
case_id,sefv_h_category,who_umc_category
1,possible,probable
2,probable,probable
"""


@cache
def report_of(text: str) -> str:
    method = make_method(("sefv-h",), load_knowledge(None), {})
    document = parse(text, "case.yaml")
    result = assess_case(case_from(document), method)
    data = embedded_data(result, document.value, {})
    return html_page(case_view(result, Words("en")), data)


@pytest.fixture
def case_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the files that the README names: a case with the reference's events."""
    text = example_text("lenalidomide")
    (tmp_path / "my-case.yaml").write_text(text, encoding="utf-8")
    icsr = message([vasculitis(), vasculitis(case_id=value("second"))])
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "one.xml").write_bytes(icsr)
    (tmp_path / "icsr.xml").write_bytes(message([vasculitis()]))
    Quarter.of([MadeReport()]).write(tmp_path / "faers")
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "one.yaml").write_text(text, encoding="utf-8")
    table = "case_id,drug,reaction,onset\n1,amoxicillin,purpura,compatible\n"
    (tmp_path / "reports.csv").write_text(table, encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "report.css").write_text("h1 { color: teal; }", encoding="utf-8")
    (tmp_path / "report.html").write_text(report_of(text), encoding="utf-8")
    for name, rated in (("ours", RATED), ("theirs", RATED), ("methods", METHODS)):
        (tmp_path / f"{name}.csv").write_text(rated, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("case_folder")
@pytest.mark.parametrize("command", COMMANDS)
def test_command_of_the_readme_runs(
    command: str, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(sys, "argv", shlex.split(command))
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code in (0, None), capsysbinary.readouterr().err.decode()


def test_readme_shows_enough_commands() -> None:
    assert len(COMMANDS) >= 10


def test_python_of_the_readme_runs(case_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del case_folder
    for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL):
        exec(compile(block, "README.md", "exec"), {})  # noqa: S102 - our own README
    assert capsys.readouterr().out == "[2] 0\n7\n"


def test_folders_of_the_readme_are_there() -> None:
    root = README.parent
    named = re.findall(r"^\| `(causality/[\w./]+)`", TEXT, re.MULTILINE)
    assert named
    assert [name for name in named if not (root / name).exists()] == []
    assert data_folder("knowledge").is_dir()
