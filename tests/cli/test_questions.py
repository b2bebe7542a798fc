"""``causality questions``: the form that goes out, and the case that comes of its answers."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from causality.case.reader import read_case
from causality.cli import main
from causality.cli.example import example_text

Cli = Callable[..., tuple[int, str, str]]

CASE = """\
case_id: TEST-1
drugs:
  - {id: amx, name: amoxicillin, exposures: [{start: 2024-03-01}]}   # the suspect
reactions:
  - {id: lcv, term: leukocytoclastic vasculitis, episodes: [{id: e1, onset: 2024-03}]}
"""


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Cli:
    """Return the command, run in this process."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["causality", "questions", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        sys.stdout.flush()
        out, err = capfd.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code, out, err

    return run


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    return path


def fill(form: Path, **answers: str) -> Path:
    text = form.read_text(encoding="utf-8")
    marks = {key: mark for mark, key in re.findall(r"^=(\S+): (.+)$", text, re.MULTILINE)}
    for key, answer in answers.items():
        mark = marks[key.replace("__", ".").replace("_", " ")]
        (line,) = re.findall(rf"^{mark} [^:\n]*:$", text, re.MULTILINE)
        text = text.replace(f"\n{line}\n", f"\n{line} {answer}\n", 1)
    form.write_text(text, encoding="utf-8")
    return form


def test_form_goes_to_standard_output(cli: Cli, case: Path) -> None:
    code, out, err = cli(case)
    assert (code, err) == (0, "")
    assert out.startswith("# Questions about a suspected adverse reaction")
    assert "\ncase: TEST-1\n" in out


def test_form_speaks_the_language_asked_for(cli: Cli, case: Path, tmp_path: Path) -> None:
    form = tmp_path / "form.txt"
    code, out, err = cli(case, "-o", form, "--lang", "es")
    assert (code, out) == (0, "")
    assert err.startswith(f"{form}: ")
    assert "Gracias por su notificación" in form.read_text(encoding="utf-8")


def test_answers_make_a_new_case_and_say_what_they_change(
    cli: Cli, case: Path, tmp_path: Path
) -> None:
    form, new = tmp_path / "form.txt", tmp_path / "new.yaml"
    cli(case, "-o", form)
    fill(form, date_exposure_amx__1_stop="2024-03-09", date_episode_e1_onset="2024-03-08")
    code, out, err = cli(case, "--answers", form, "-o", new)
    assert (code, out) == (0, "")
    assert "2024-03-08 (before: 2024-03)" in err
    assert "amoxicillin – leukocytoclastic vasculitis, " in err
    assert "Open questions: " in err
    assert "# the suspect" in new.read_text(encoding="utf-8")
    assert str(read_case(new).reactions[0].episodes[0].onset).find("2024-03-08") > 0
    assert case.read_text(encoding="utf-8") == CASE


def test_new_case_goes_to_standard_output_whole(cli: Cli, case: Path, tmp_path: Path) -> None:
    form = tmp_path / "form.txt"
    cli(case, "-o", form)
    code, out, err = cli(case, "--answers", form)
    assert (code, out) == (0, CASE)
    assert err.startswith("The form holds no new answer")


def test_changed_case_is_said_to_be_changed(cli: Cli, case: Path, tmp_path: Path) -> None:
    form = tmp_path / "form.txt"
    cli(case, "-o", form)
    case.write_text(CASE + "note: more\n", encoding="utf-8")
    code, _, err = cli(case, "--answers", form)
    assert code == 0
    assert err.startswith("The case file has changed since the form was written")


def test_contradiction_leaves_no_file(cli: Cli, case: Path, tmp_path: Path) -> None:
    form, new = tmp_path / "form.txt", tmp_path / "new.yaml"
    cli(case, "-o", form)
    fill(form, date_episode_e1_onset="2024-06-08")
    code, out, err = cli(case, "--answers", form, "-o", new)
    assert (code, out) == (3, "")
    assert re.match(rf"{re.escape(str(form))}:\d+: \S+: E645 .*{re.escape(str(case))}:5:77", err)
    assert not new.exists()


def test_case_is_never_overwritten(cli: Cli, case: Path) -> None:
    code, _, err = cli(case, "-o", case)
    assert (code, case.read_text(encoding="utf-8")) == (2, CASE)
    assert "E649" in err


def test_one_pair_can_be_asked_about(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "l.yaml"
    path.write_text(example_text("lenalidomide"), encoding="utf-8")
    code, out, _ = cli(path, "--pair", "dex/lcv")
    assert code == 0
    assert "itching" not in out
    code, _, err = cli(path, "--pair", "dex/x")
    assert code == 2
    assert "E650" in err
    assert "len/itching" in err


def test_assessor_has_a_form_of_its_own(cli: Cli, case: Path) -> None:
    assert "characteristic" not in cli(case)[1]
    assessor = cli(case, "--for", "assessor")[1]
    assert "=1a: judgement " in assessor
    both = cli(case, "--for", "all")[1]
    assert "FOR THE ASSESSOR" in both


def test_file_that_is_no_form_is_refused(cli: Cli, case: Path) -> None:
    code, _, err = cli(case, "--answers", case)
    assert code == 3
    assert "E646" in err or "E641" in err
    assert "Traceback" not in err
