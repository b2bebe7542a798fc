"""Quarters through the batch: results, rejects, manifest, shards and reports as of a table."""

import csv
import json
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causality.assessment.method import Method, make_method
from causality.batch.job import Report
from causality.batch.run import Options, Run
from causality.batch.source import Reading
from causality.errors import InputError
from causality.knowledge.load import load_knowledge
from tests.cli.running import Cli, assert_refused
from tests.faers.quarter import MadeDrug, MadeReport, Quarter
from tests.faers.test_traps import BOTH, REPORTS

REPORT = MadeReport(
    event="20240110",
    drugs=(
        MadeDrug("LENALIDOMIDE", "PS", "Y", "Y", therapies=(("20240101", "20240112"),)),
        MadeDrug("AMOXICILLIN", "SS", "N", "N", therapies=(("20240120", ""),)),
    ),
    reactions=("Leukocytoclastic vasculitis",),
)


@cache
def method() -> Method:
    return make_method(["sefv-h", "naranjo"], load_knowledge(), {})


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def score(folder: Path, out: Path, **options: Any) -> Report:
    reading = Reading(format="faers", knowledge=method().knowledge)
    run = Run(str(folder), method(), Options(reading=reading, **options))
    return run(str(out), message=lambda code, params: f"{code} {sorted(params)}")


def many(count: int = 40) -> list[MadeReport]:
    """Return reports of which some do not count."""
    found = [
        MadeReport(case=7_000_001 + n, drugs=REPORT.drugs, reactions=(f"Term {n % 7}", "Purpura"))
        for n in range(count)
    ]
    older = [MadeReport(case=7_000_003, version=2), MadeReport(case=7_000_004, version=2, drugs=())]
    return [*found, *older, MadeReport(case=7_000_099, reactions=())]


def test_letters_score_as_facts_that_are_stated(tmp_path: Path, cli: Cli) -> None:
    folder = Quarter.of([REPORT]).write(tmp_path / "q")
    run = cli("batch", folder, "--format", "faers", "-o", tmp_path / "o.csv", "--trace")
    assert run.code == 0, run.err
    first, second = rows_of(tmp_path / "o.csv")
    assert first["sefv_h_withdrawal_effect"] == "1"
    assert first["sefv_h_rechallenge_effect"] == "1"
    assert second["sefv_h_withdrawal_effect"] == "2"
    assert second["sefv_h_rechallenge_effect"] == "3"  # an N is no negative re-exposure
    assert second["fact_onset"] == "before_exposure"
    assert first["fact_onset"] == "compatible"


def test_rejects_name_file_line_and_reason(tmp_path: Path, cli: Cli) -> None:
    quarter = Quarter.of([REPORT, MadeReport(case=7000002, reactions=())])
    quarter.lines["DRUG"] = ["1$2"]
    folder = quarter.write(tmp_path / "q")
    (folder / "DELETE24Q1.txt").write_text("7000001\n")
    run = cli("batch", folder, "--format", "faers", "-o", tmp_path / "o.csv", "--lang", "en")
    assert run.code == 1
    broken, deleted, unreacted = rows_of(tmp_path / "o.rejects.csv")
    assert (broken["code"], broken["line"], broken["row.source"]) == ("E845", "5", "DRUG24Q1.txt:5")
    assert "DRUG24Q1.txt, line 5: 2 cells" in broken["message"]
    assert (deleted["code"], deleted["line"], deleted["case_id"]) == ("E847", "2", "7000001")
    assert deleted["row.source"] == "DEMO24Q1.txt:2"
    assert (deleted["column"], deleted["row.report"]) == ("caseid", "70000011")
    assert (unreacted["code"], unreacted["line"]) == ("E851", "3")
    assert "3 rows in = 0 scored + 3 rejected" in run.err
    assert "FAERS never says" in run.err
    manifest = json.loads((tmp_path / "o.manifest.json").read_text())
    about = manifest["input"]["faers"]
    assert about["reports"] == {
        "read": 2,
        "with_pairs": 0,
        "deleted": 1,
        "older_version": 0,
        "repeated_number": 0,
        "without_suspect": 0,
        "without_reaction": 1,
        "not_in_demo": 0,
    }
    files = {file["name"]: file for file in about["files"]}
    assert files["DRUG24Q1.txt"]["broken_lines"] == 1
    assert all(len(file["sha256"]) == 64 for file in files.values())
    assert "drug_test" in about["never_known"]


def test_reports_in_whose_place_another_counts_are_no_failure(tmp_path: Path, cli: Cli) -> None:
    reports = [MadeReport(), MadeReport(version=2), MadeReport(version=2)]
    folder = Quarter.of(reports).write(tmp_path / "q")
    run = cli("batch", folder, "--format", "faers", "-o", tmp_path / "o.csv")
    assert run.code == 0, run.err
    strict = cli("batch", folder, "--format", "faers", "-o", tmp_path / "s.csv", "--strict")
    assert strict.code == 0, strict.err
    assert (tmp_path / "s.csv").read_bytes() == (tmp_path / "o.csv").read_bytes()


def test_strict_run_stops_at_what_is_wrong(tmp_path: Path, cli: Cli) -> None:
    folder = Quarter.of(many()).write(tmp_path / "q")
    run = cli("batch", folder, "--format", "faers", "-o", tmp_path / "o.csv", "--strict")
    assert run.code == 1
    (reject,) = rows_of(tmp_path / "o.rejects.csv")
    assert reject["code"] in {"E850", "E851"}
    assert not (tmp_path / "o.csv").exists()


@settings(max_examples=25)
@given(st.lists(REPORTS, max_size=6), st.sampled_from(BOTH))
def test_no_row_of_a_quarter_is_rejected_by_the_batch(
    reports: list[MadeReport], layout: Any
) -> None:
    """What cannot be is left out and remarked before: only what was set aside is a reject."""
    with TemporaryDirectory() as name:
        folder = Quarter.of(reports, layout).write(Path(name) / "q")
        report = score(folder, Path(name) / "o.csv")
    codes = set(report.counts.codes)
    assert codes <= {"E847", "E848", "E849", "E850", "E851", "E853", "E854"}
    assert report.counts.rows == report.counts.scored + report.counts.rejected
    pairs = report.manifest["input"]["faers"]["pairs"]
    assert report.counts.scored == pairs


def test_preview_shows_rows_and_writes_nothing(tmp_path: Path, cli: Cli) -> None:
    folder = Quarter.of(many(3)).write(tmp_path / "q")
    run = cli("batch", folder, "--format", "faers", "-o", tmp_path / "o.csv", "--dry-run")
    assert run.code == 1
    assert run.out.startswith("case_id,drug,reaction,")
    assert "DEMO24Q1.txt:7: pt: E851" in run.err
    assert list(tmp_path.iterdir()) == [folder]


def test_chosen_reactions_only(tmp_path: Path, cli: Cli) -> None:
    folder = Quarter.of(many()).write(tmp_path / "q")
    options = ("--format", "faers", "--reaction", "vasculitis")
    run = cli("batch", folder, *options, "-o", tmp_path / "o.csv")
    assert run.code == 1
    assert {row["reaction"] for row in rows_of(tmp_path / "o.csv")} == {
        "Purpura",
        "Cutaneous vasculitis",
    }
    others = rows_of(tmp_path / "o.not-selected.csv")
    assert len(others) == 2 * 38


def test_shards_give_the_bytes_of_one_run(
    tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("causality.cli.batch.Options", partial(Options, chunk=1 << 12))
    folder = Quarter.of(many()).write(tmp_path / "q")
    whole, parts = tmp_path / "whole.csv", tmp_path / "parts.csv"
    cli("batch", folder, "--format", "faers", "-o", whole)
    for number in (2, 1, 3):
        shard = cli("batch", folder, "--format", "faers", "-o", parts, "--shard", f"{number}/3")
        assert "Traceback" not in shard.err
    merged = cli("merge", parts)
    assert merged.code == 1, merged.err
    assert parts.read_bytes() == whole.read_bytes()
    rejects = (tmp_path / "parts.rejects.csv").read_bytes()
    assert rejects == (tmp_path / "whole.rejects.csv").read_bytes()
    first, second = (json.loads(Path(f"{p.with_suffix('')}.manifest.json").read_text())
                     for p in (whole, parts))  # fmt: skip
    assert first["input"] == second["input"]
    assert first["counts"] == second["counts"]


def test_interrupted_run_is_taken_up(tmp_path: Path) -> None:
    folder = Quarter.of(many()).write(tmp_path / "q")
    whole = score(folder, tmp_path / "whole.csv", chunk=1 << 12)

    class StopError(Exception):
        pass

    def stop(counts: Any, end: int) -> None:
        if counts.rows > 20:
            raise StopError

    reading = Reading(format="faers", knowledge=method().knowledge)
    options = Options(reading=reading, chunk=1 << 12)
    say = lambda code, params: f"{code} {sorted(params)}"  # noqa: E731
    with pytest.raises(StopError):
        Run(str(folder), method(), options)(str(tmp_path / "o.csv"), message=say, watch=stop)
    again = Options(reading=reading, chunk=1 << 12, resume=True)
    report = Run(str(folder), method(), again)(str(tmp_path / "o.csv"), message=say)
    assert report.taken_up > 20
    assert (tmp_path / "o.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert report.manifest["counts"] == whole.manifest["counts"]
    assert report.manifest["input"] == whole.manifest["input"]


def test_run_is_not_taken_up_when_a_file_of_the_quarter_has_changed(tmp_path: Path) -> None:
    folder = Quarter.of(many()).write(tmp_path / "q")
    reading = Reading(format="faers", knowledge=method().knowledge)
    first = Run(str(folder), method(), Options(reading=reading))
    key = first.key("o.csv")
    first.source.close()
    with (folder / "THER24Q1.txt").open("a") as file:
        file.write("70000011$7000001$1$20240101$$$\n")
    second = Run(str(folder), method(), Options(reading=reading))
    assert second.key("o.csv") != key
    second.source.close()


def test_report_of_the_batch_counts_the_reasons(tmp_path: Path, cli: Cli) -> None:
    folder = Quarter.of(many()).write(tmp_path / "q")
    page = tmp_path / "r.html"
    run = cli("batch", folder, "--format", "faers", "-o", tmp_path / "o.csv", "--report", page)
    assert run.code == 1, run.err
    text = page.read_text(encoding="utf-8")
    for code in ("E848", "E850", "E851"):
        assert code in text


def test_parquet_has_the_columns_too(tmp_path: Path, cli: Cli) -> None:
    folder = Quarter.of(many()).write(tmp_path / "q")
    cli("batch", folder, "--format", "faers", "-o", tmp_path / "o.csv")
    cli("batch", folder, "--format", "faers", "-o", tmp_path / "o.parquet")
    table = pq.read_table(tmp_path / "o.parquet")
    rows = rows_of(tmp_path / "o.csv")
    assert table.column_names == list(rows[0])
    assert table["drug"].to_pylist() == [row["drug"] for row in rows]


def test_two_languages_say_what_came_out(tmp_path: Path, cli: Cli) -> None:
    folder = Quarter.of(many(2)).write(tmp_path / "q")
    (folder / "RPSR24Q1.txt").unlink()
    run = cli("batch", folder, "--format", "faers", "-o", tmp_path / "o.csv", "--lang", "es")
    assert "FAERS nunca lo dice" in run.err
    assert "No están, y por tanto no se han leído: RPSR24Q1" in run.err
    assert "causality map" not in run.err


def test_cells_cannot_become_formulas(tmp_path: Path) -> None:
    report = MadeReport(drugs=(MadeDrug('=HYPERLINK("x")', "PS"),), reactions=("-2+3", "a,b"))
    folder = Quarter.of([report]).write(tmp_path / "q")
    score(folder, tmp_path / "o.csv")
    rows = rows_of(tmp_path / "o.csv")
    assert {row["drug"] for row in rows} == {'\'=HYPERLINK("x")'}
    assert {row["reaction"] for row in rows} == {"'-2+3", "a,b"}


def test_nothing_is_left_of_a_run_that_ends_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Quarter.of(many()).write(tmp_path / "q")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    reading = Reading(format="faers", knowledge=method().knowledge)
    Run(str(folder), method(), Options(reading=reading)).preview()
    (folder / "THER24Q1.txt").write_text("wrong$header\n")
    with pytest.raises(InputError):
        Run(str(folder), method(), Options(reading=reading))
    assert list((tmp_path / "tmp").iterdir()) == []


# Mistakes


def test_folder_without_tables(tmp_path: Path, cli: Cli) -> None:
    run = cli("batch", tmp_path, "--format", "faers", "-o", tmp_path / "o.csv", "--lang", "en")
    assert run.code == 3
    assert "E841" in run.err
    assert "Traceback" not in run.err


def test_folder_that_is_not_there(tmp_path: Path, cli: Cli) -> None:
    run = cli("batch", tmp_path / "no", "--format", "faers", "-o", tmp_path / "o.csv")
    assert run.code == 3
    assert "E001" in run.err


def test_standard_input_is_refused(tmp_path: Path, cli: Cli) -> None:
    run = cli("batch", "-", "--format", "faers", "-o", tmp_path / "o.csv", stdin=b"x")
    assert run.code == 3
    assert "E844" in run.err


@pytest.mark.parametrize(
    "option", [("--delimiter", ";"), ("--encoding", "utf-8"), ("--sheet", "x")]
)
def test_options_of_text_tables_are_refused(
    option: tuple[str, str], tmp_path: Path, cli: Cli
) -> None:
    folder = Quarter.of([REPORT]).write(tmp_path / "q")
    run = cli("batch", folder, "--format", "faers", "-o", tmp_path / "o.csv", *option)
    assert_refused(run, 2, "E678", option[0])


def test_folder_of_quarters_without_the_option_names_it(tmp_path: Path, cli: Cli) -> None:
    folder = Quarter.of([REPORT]).write(tmp_path / "q")
    run = cli("batch", folder, "-o", tmp_path / "o.csv", "--lang", "en")
    assert run.code == 3
    assert "--format faers" in run.err
