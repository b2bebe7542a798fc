"""Messages of safety databases on the command line."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from causality.case.reader import read_case
from tests.cli.running import (
    DONE,
    SOME_REJECTED,
    UNREADABLE,
    USAGE,
    Cli,
    assert_refused,
    command,
)
from tests.e2b.reports import value, vasculitis
from tests.e2b.samples import SAMPLES, needs_samples
from tests.e2b.writer import message, report


def file(folder: Path, name: str, *reports: Any) -> Path:
    path = folder / name
    path.write_bytes(message(reports))
    return path


def named(case_id: str) -> str:
    return report(vasculitis(case_id=value(case_id)))


@pytest.fixture
def icsr(tmp_path: Path) -> Path:
    return file(tmp_path, "icsr.xml", vasculitis())


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    return file(
        tmp_path, "batch.xml", named("A"), named("B"), "<PORR_IN049016UV><x></PORR_IN049016UV>"
    )


def test_assess_shows_the_pair_and_what_others_said(cli: Cli, icsr: Path) -> None:
    run = cli("assess", icsr)
    assert run.code == DONE
    for text in ("AMOXIL", "leukocytoclastic vasculitis", "Global introspection", "Related"):
        assert text in run.out
    assert "An invented patient." in run.out


def test_assess_gives_json_with_the_source(cli: Cli, icsr: Path) -> None:
    run = cli("assess", icsr, "--format", "json")
    found = run.json
    assert found["case_id"] == "ES-TEST-1"
    assert found["icsr"]["assessments"][0]["source"] == "Reporter"
    assert found["pairs"][0]["facts"]["action"]["value"] == "withdrawn"


def test_case_file_of_a_person_has_no_source(cli: Cli, tmp_path: Path) -> None:
    cli("example", "lenalidomide")
    path = tmp_path / "len.yaml"
    path.write_text(cli("example", "lenalidomide").out, encoding="utf-8")
    assert "icsr" not in cli("assess", path, "--format", "json").json


def test_message_on_standard_input(cli: Cli, icsr: Path) -> None:
    assert cli("assess", "-", stdin=icsr.read_bytes()).code == DONE


def test_message_of_several_is_a_work_list(cli: Cli, batch: Path) -> None:
    run = cli("assess", batch)
    assert run.code == SOME_REJECTED
    assert "batch.xml#1" in run.out.replace("\n", "").replace(" ", "") or "#1" in run.out
    assert "E806" in run.err


def test_one_of_several_is_named_by_place_or_number(cli: Cli, batch: Path) -> None:
    for wanted in ("2", "B"):
        run = cli("assess", f"{batch}#{wanted}")
        assert run.code == DONE
        assert "Case B" in run.out
    assert_refused(cli("assess", f"{batch}#9"), UNREADABLE, "E835")


def test_converted_case_file_is_the_same_case_and_scores_the_same(
    cli: Cli, icsr: Path, tmp_path: Path
) -> None:
    out = tmp_path / "case.yaml"
    assert cli("convert", icsr, "--to", "case", "-o", out).code == DONE
    assert read_case(out).case_id == "ES-TEST-1"
    first, second = (cli("assess", path, "--format", "json").out for path in (icsr, out))
    assert first == second


def test_several_cases_need_a_folder(cli: Cli, batch: Path, tmp_path: Path) -> None:
    run = cli("convert", batch, "--to", "case", "-o", tmp_path / "x.yaml")
    assert run.code == USAGE
    assert "E834" in run.err
    folder = tmp_path / "cases"
    folder.mkdir()
    assert cli("convert", batch, "--to", "case", "-o", folder).code == SOME_REJECTED
    assert sorted(path.name for path in folder.iterdir()) == ["A.yaml", "B.yaml"]


def test_convert_to_rows(cli: Cli, icsr: Path) -> None:
    run = cli("convert", icsr, "--to", "rows")
    assert run.code == DONE
    assert "ES-TEST-1,AMOXIL,leukocytoclastic vasculitis,2024-03-04" in run.out


def test_validate_names_what_was_not_used(cli: Cli, tmp_path: Path) -> None:
    wrong = replace(vasculitis().reactions[0], stop=value("2024-01-01"))
    path = file(tmp_path, "a.xml", vasculitis(reactions=(wrong,)))
    run = cli("validate", path)
    assert run.code == DONE
    assert "E820 E.i.5: '2024-01-01' contradicts" in run.out


def test_report_and_questions_take_a_message(cli: Cli, icsr: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    assert cli("report", icsr, "-o", out).code == DONE
    page = out.read_text(encoding="utf-8")
    for text in ("AMOXIL", "Global introspection", "An invented patient."):
        assert text in page
    assert cli("assess", out).code == DONE
    assert cli("questions", icsr).code == DONE


def test_report_of_several_says_how_to_choose(cli: Cli, batch: Path, tmp_path: Path) -> None:
    run = cli("report", batch, "-o", tmp_path / "r.html")
    assert_refused(run, UNREADABLE, "E833")


def test_batch_of_a_folder(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    file(folder, "1.xml", named("A"))
    file(folder, "2.xml", named("B"))
    run = cli("batch", folder, "-o", tmp_path / "out.csv")
    assert run.code == DONE
    assert "2 rows in = 2 scored + 0 rejected" in run.err
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").count("\n") == 3


def test_batch_to_standard_output_and_dry_run(
    cli: Cli, batch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = cli("batch", batch, "-o", "-")
    assert run.code == SOME_REJECTED
    assert run.out.count("\n") == 3
    dry = cli("batch", batch, "-o", tmp_path / "out.csv", "--dry-run")
    assert dry.code == SOME_REJECTED
    assert dry.out == run.out
    assert not (tmp_path / "out.csv").exists()


def test_messages_and_tables_do_not_mix(cli: Cli, icsr: Path, tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("case_id,drug,reaction\n1,a,b\n")
    assert_refused(cli("batch", icsr, table, "-o", tmp_path / "o.csv"), USAGE, "E829")


def test_messages_go_where_tables_go(cli: Cli, batch: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    page = tmp_path / "page.html"
    assert cli("batch", batch, "-o", out, "--report", page).code == SOME_REJECTED
    text = page.read_text(encoding="utf-8")
    assert f"{batch.name}#" in text  # rows and rejects name their report
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    shards = [cli("batch", batch, "-o", tmp_path / "s.csv", "--shard", f"{n}/2") for n in (1, 2)]
    assert {run.code for run in shards} <= {DONE, SOME_REJECTED}
    assert cli("merge", tmp_path / "s.csv").code == SOME_REJECTED
    assert (tmp_path / "s.csv").read_bytes() == out.read_bytes()
    assert cli("batch", batch, "-o", tmp_path / "o.parquet").code == SOME_REJECTED
    assert (tmp_path / "o.parquet").read_bytes()[:4] == b"PAR1"


def test_reactions_of_messages_are_chosen(cli: Cli, batch: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.csv"
    run = cli("batch", batch, "-o", out, "--reaction", "nausea", "--lang", "en")
    assert "Reports without a reaction that was asked for" in run.err
    assert out.read_text(encoding="utf-8").count("\n") == 1
    assert "leukocytoclastic vasculitis" in (tmp_path / "o.not-selected.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--map", "m.yaml"),
        ("--delimiter", ";"),
        ("--encoding", "utf-8"),
        ("--decimal", ","),
        ("--sheet", "1"),
        ("--format", "csv"),
    ],
)
def test_what_only_a_table_has_is_refused(
    cli: Cli, icsr: Path, tmp_path: Path, option: str, value: str
) -> None:
    run = cli("batch", icsr, "-o", tmp_path / "o.csv", option, value)
    assert_refused(run, USAGE, "E678")
    assert option in run.err


def test_write_back(cli: Cli, icsr: Path, tmp_path: Path) -> None:
    out, same = tmp_path / "out.xml", tmp_path / "same.xml"
    assert cli("convert", icsr, "--to", "e2b", "-o", out).code == DONE
    assert cli("assess", icsr, "--write-e2b", same).code == DONE
    assert out.read_bytes() == same.read_bytes()
    found = cli("assess", out, "--format", "json").json["icsr"]["assessments"]
    methods = [entry["method"].split()[0] for entry in found[1:]]
    assert methods == ["sefv-h", "naranjo", "who-umc", "liverpool", "french-1985", "french-2011"]
    assert all(len(text) <= 60 for entry in found for text in entry.values())
    again = tmp_path / "again.xml"
    cli("convert", out, "--to", "e2b", "-o", again)
    assert again.read_bytes() == out.read_bytes()


def test_written_in_another_language_is_not_written_again(
    cli: Cli, icsr: Path, tmp_path: Path
) -> None:
    first, again = tmp_path / "es.xml", tmp_path / "en.xml"
    assert cli("convert", icsr, "--to", "e2b", "-o", first, "--lang", "es").code == DONE
    assert first.read_bytes() != icsr.read_bytes()
    assert cli("convert", first, "--to", "e2b", "-o", again, "--lang", "en").code == DONE
    assert again.read_bytes() == first.read_bytes()


def test_assessment_that_could_not_be_written_is_a_partial_result(cli: Cli, tmp_path: Path) -> None:
    drug = vasculitis().drugs[0]
    path = file(tmp_path, "two.xml", replace(vasculitis(), drugs=(drug, drug)))
    for words in (("convert", path, "--to", "e2b", "-o"), ("assess", path, "--write-e2b")):
        run = cli(*words, tmp_path / "out.xml")
        assert "E817" in run.err
        assert run.code == SOME_REJECTED


def test_message_and_results_do_not_both_go_to_standard_output(cli: Cli, icsr: Path) -> None:
    run = cli("assess", icsr, "--write-e2b", "-")
    assert_refused(run, USAGE, "E856")
    assert run.out == ""


def test_report_without_a_pair_is_said_by_its_name(cli: Cli, tmp_path: Path) -> None:
    bare = replace(vasculitis(case_id=value("BARE")), drugs=(), assessments=())
    alone = cli("assess", file(tmp_path, "bare.xml", bare))
    assert (alone.code, "E836" in alone.err, "BARE" in alone.err) == (SOME_REJECTED, True, True)
    both = cli("assess", file(tmp_path, "both.xml", bare, vasculitis()))
    assert (both.code, both.err.count("E836")) == (SOME_REJECTED, 1)


def test_copy_and_nullification_without_a_reason_are_said_as_they_are(
    cli: Cli, icsr: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.xml"
    copy.write_bytes(icsr.read_bytes())
    assert "another copy" in cli("assess", icsr, copy).err
    gone = replace(vasculitis(), status="nullification")
    assert "no reason is given" in cli("assess", file(tmp_path, "gone.xml", gone)).err


def test_fault_names_the_line_of_the_file(cli: Cli, tmp_path: Path) -> None:
    path = file(tmp_path, "f.xml", vasculitis(), "<PORR_IN049016UV>\n<x>\n</PORR_IN049016UV>")
    line = path.read_text().split("\n").index("<x>") + 1
    run = cli("validate", path)
    assert f" line {line} and" in run.err
    assert f"f.xml:{line + 1}" in run.err


def test_write_back_needs_one_message_and_never_writes_over_it(
    cli: Cli, icsr: Path, tmp_path: Path
) -> None:
    before = icsr.read_bytes()
    run = cli("convert", icsr, "--to", "e2b", "-o", icsr)
    assert (run.code, icsr.read_bytes()) == (USAGE, before)
    case = tmp_path / "a.yaml"
    case.write_text("case_id: x\n")
    assert "E838" in cli("convert", case, "--to", "e2b", "-o", tmp_path / "o.xml").err


@needs_samples
def test_schema_is_checked_on_request(cli: Cli, icsr: Path, tmp_path: Path) -> None:
    schema = SAMPLES / "schema"
    assert cli("validate", icsr, "--schema", schema).code == DONE
    wrong = tmp_path / "wrong.xml"
    wrong.write_bytes(icsr.read_bytes().replace(b'<statusCode code="active"/>', b"<status/>"))
    assert cli("validate", wrong).code == DONE
    assert_refused(cli("validate", wrong, "--schema", schema), UNREADABLE, "E839", "status")


@needs_samples
def test_written_message_is_checked_on_request(cli: Cli, icsr: Path, tmp_path: Path) -> None:
    schema, out = SAMPLES / "schema", tmp_path / "out.xml"
    assert cli("convert", icsr, "--to", "e2b", "-o", out, "--schema", schema).code == DONE
    wrong = tmp_path / "wrong.xml"
    wrong.write_bytes(icsr.read_bytes().replace(b'<statusCode code="active"/>', b"<status/>"))
    run = cli("convert", wrong, "--to", "e2b", "-o", out, "--schema", schema)
    assert run.code == SOME_REJECTED
    assert "E839" in run.err


def test_folder_without_a_schema_is_refused(cli: Cli, icsr: Path, tmp_path: Path) -> None:
    assert_refused(cli("validate", icsr, "--schema", tmp_path), USAGE, "E837")


def test_missing_library_is_named(cli: Cli, icsr: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lxml", None)
    monkeypatch.setitem(sys.modules, "lxml.etree", None)
    assert_refused(cli("assess", icsr), USAGE, "E801", "lxml")


def test_case_file_needs_no_xml_library(tmp_path: Path) -> None:
    program = (
        "import sys; from causality.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.exit(any(name.startswith('lxml') for name in sys.modules))"
    )
    path = tmp_path / "len.yaml"
    path.write_bytes(command("example", "lenalidomide").stdout)
    run = subprocess.run(
        [sys.executable, "-c", program, "assess", str(path)], capture_output=True, check=False
    )
    assert run.returncode == 0


def test_spanish(cli: Cli, icsr: Path) -> None:
    run = cli("assess", icsr, "--lang", "es")
    assert "Lo que otros han evaluado" in run.out


@pytest.mark.parametrize("text", ["", "<html></html>", '<!DOCTYPE a [<!ENTITY b "c">]><a/>'])
def test_batch_of_nothing_that_can_be_read_is_unreadable(
    cli: Cli, icsr: Path, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "wrong.xml"
    path.write_text(text)
    assert cli("batch", path, "-o", tmp_path / "o.csv").code == UNREADABLE
    assert cli("batch", path, icsr, "-o", tmp_path / "p.csv").code == SOME_REJECTED
