"""What kind of table comes in and goes out: workbooks, names that promise something, UTF-16."""

# ruff: noqa: DTZ001 - a sheet knows no time zones

import csv
import io
import json
import sys
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.batch import excel, excel_errors, spread
from causality.batch.dialect import wide_encoding
from causality.batch.excel import cell_text, excel_rows
from causality.batch.units import Unit, score_unit
from causality.cli import parts
from tests.cli.running import Cli, assert_refused

calamine = pytest.importorskip("python_calamine")
xlsxwriter = pytest.importorskip("xlsxwriter")

HEAD = ["case_id", "drug", "reaction", "drug_start", "reaction_onset", "note"]
ROWS: list[list[Any]] = [
    ["007", "amoxicillin", "purpura", date(2020, 1, 1), datetime(2020, 1, 15), "a\nb"],
    [8.0, "lenalidomide", "purpura", "2020-01", "", "=1+1"],
    ["9", "", "rash", "2020-13-01", "", "x"],
]


def workbook(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(r, c, value, day)
                elif isinstance(value, str):
                    sheet.write_string(r, c, value)
                else:
                    sheet.write(r, c, value)
    book.close()
    return path


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_workbook_in_is_the_table_as_csv(tmp_path: Path, cli: Cli) -> None:
    book = workbook(tmp_path / "in.xlsx", Hoja1=[HEAD, *ROWS], leer=[])
    run = cli("batch", book, "-o", tmp_path / "out.csv", "--lang", "en")
    assert run.code == 1, run.err
    assert "excel; columns read: case_id, drug, reaction" in run.err
    scored = cells(tmp_path / "out.csv")
    assert [row[:6] for row in scored[1:]] == [
        ["007", "amoxicillin", "purpura", "2020-01-01", "2020-01-15", "a\nb"],
        ["8", "lenalidomide", "purpura", "2020-01", "", "'=1+1"],
    ]
    rejects = cells(tmp_path / "out.rejects.csv")
    assert [row[:3] for row in rejects[1:]] == [["4", "9", "drug"], ["4", "9", "drug_start"]]


def test_error_of_a_formula_is_no_blank_cell(
    tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel_errors, "_BLOCK", 100)  # cells go on from block to block
    book = xlsxwriter.Workbook(str(tmp_path / "in.xlsx"))
    book.add_worksheet("leer")
    sheet = book.add_worksheet("Casos & más")
    head = ["case_id", "drug", "reaction", "drug_start", "alternative", "note"]
    row = ["1", "amoxicillin", "purpura", "2020-01-01", "possible", 't="e"']
    for number, cells_of_row in enumerate([head, *[row] * len(head)]):
        sheet.write_row(number, 0, cells_of_row)
    errors = ["#REF!", "#NAME?", "#N/A", "#DIV/0!", "#VALUE!", "#NUM!"]
    for number, error in enumerate(errors):  # in each row another column
        sheet.write_formula(number + 1, number, "=x", None, error)
    book.close()
    run = cli("batch", tmp_path / "in.xlsx", "-o", tmp_path / "out.csv", "--lang", "en")
    assert run.code == 1, run.err
    assert [line[0:1] + line[2:5] for line in cells(tmp_path / "out.rejects.csv")[1:]] == [
        ["2", "case_id", "", "E601"],
        ["3", "drug", "#NAME?", "E612"],
        ["4", "reaction", "#N/A", "E612"],
        ["5", "drug_start", "#DIV/0!", "E609"],
        ["6", "alternative", "#VALUE!", "E602"],
    ]
    assert [line[:6] for line in cells(tmp_path / "out.csv")[1:]] == [[*row[:5], "#NUM!"]]


ODS = "urn:oasis:names:tc:opendocument:xmlns"
CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"


def ods_cell(text: str, repeated: int = 1) -> str:
    """Return a cell as LibreOffice writes it; a text in angle brackets is an error with a note."""
    kind = 'office:value-type="string"'
    note = ""
    if text.startswith("<"):
        kind += ' office:string-value="" calcext:value-type="error"'
        note = "<office:annotation><text:p>a note</text:p></office:annotation>"
    more = f'table:number-columns-repeated="{repeated}"'
    shown = text.strip("<>")
    return f"<table:table-cell {kind} {more}>{note}<text:p>{shown}</text:p></table:table-cell>"


def test_error_of_a_formula_in_a_sheet_of_libreoffice(tmp_path: Path, cli: Cli) -> None:
    head = "".join(map(ods_cell, ["case_id", "drug", "reaction", "drug_start", "note"]))
    errors = ods_cell("<#DIV/0!>", 2)
    rows = [
        f"<table:table-row>{head}</table:table-row>",
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>',
        f"<table:table-row>{ods_cell('1')}{ods_cell('purpura', 2)}{errors}</table:table-row>",
        f"<table:table-row>{ods_cell('2')}{ods_cell('<Err:502>')}{ods_cell('x')}</table:table-row>",
    ]
    sheets = [("otra", f"<table:table-row>{errors}</table:table-row>"), ("casos", "".join(rows))]
    tables = "".join(f'<table:table table:name="{n}">{t}</table:table>' for n, t in sheets)
    spaces = [f'xmlns:{n}="{ODS}:{n}:1.0"' for n in ("office", "table", "text")]
    root = f'office:document-content {" ".join(spaces)} xmlns:calcext="{CALC}"'
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    with ZipFile(tmp_path / "in.ods", "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", f"<{root}>{body}</office:document-content>")
        book.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{ODS}:manifest:1.0"/>')
    run = cli("batch", tmp_path / "in.ods", "--sheet", "casos", "-o", tmp_path / "out.csv")
    assert run.code == 1, run.err
    found = cells(tmp_path / "out.rejects.csv")[1:]
    assert [line[:1] + line[2:5] for line in found] == [
        ["4", "drug_start", "#DIV/0!", "E609"],
        ["5", "drug", "Err:502", "E612"],
    ]
    assert found[0][-1] == "#DIV/0!"


def test_blank_rows_of_a_sheet_keep_the_numbers_of_the_others(tmp_path: Path, cli: Cli) -> None:
    book = workbook(tmp_path / "in.xlsx", x=[[], HEAD, [], ["1", "", "r"], [], ["2", "d", ""]])
    cli("batch", book, "-o", tmp_path / "out.csv")
    assert [row[0] for row in cells(tmp_path / "out.rejects.csv")[1:]] == ["4", "6"]


def test_sheet_has_to_be_named_where_several_hold_something(tmp_path: Path, cli: Cli) -> None:
    book = workbook(tmp_path / "in.xlsx", a=[HEAD, *ROWS[:1]], b=[HEAD, *ROWS[:2]])
    out = tmp_path / "out.csv"
    assert_refused(cli("batch", book, "-o", out), 2, "E665", "a, b", "--sheet")
    assert_refused(cli("batch", book, "-o", out, "--sheet", "c"), 2, "E665", "'c'")
    assert cli("batch", book, "-o", out, "--sheet", "b").code == 0
    assert len(cells(out)) == 3
    run = cli("map", book, "--sheet", "b")
    assert run.code == 0, run.err
    assert '"reaction_onset": reaction_onset' in run.out


def test_workbook_is_checked_as_a_table(tmp_path: Path, cli: Cli) -> None:
    book = workbook(tmp_path / "in.xlsx", x=[HEAD, *ROWS])
    run = cli("validate", book, "--lang", "en")
    assert run.code == 1
    assert "3 rows, 1 with faults" in run.out
    assert "in.xlsx:4: drug" in run.err


def test_workbook_out_holds_what_the_csv_holds(tmp_path: Path, cli: Cli) -> None:
    book = workbook(tmp_path / "in.xlsx", x=[HEAD, *ROWS])
    for name in ("out.csv", "out.xlsx", "again.xlsx"):
        cli("batch", book, "-o", tmp_path / name, "--trace", "-a", "naranjo", "-a", "who-umc")
    data = (tmp_path / "out.xlsx").read_bytes()
    assert data == (tmp_path / "again.xlsx").read_bytes()
    read = list(excel_rows(str(tmp_path / "out.xlsx"), "out.xlsx", None))
    text = cells(tmp_path / "out.csv")
    places = [n for n, name in enumerate(text[0]) if name != "insufficient"]
    for row, other in zip(read, text, strict=True):
        shown = [cell.removeprefix("'") for cell in other]  # no formula can run in a text cell
        assert [row[n] for n in places] == [shown[n] for n in places]
    manifest = json.loads((tmp_path / "out.manifest.json").read_bytes())
    assert manifest["counts"]["scored"] == 2


def test_numbers_of_results_are_numbers_in_a_workbook(tmp_path: Path, cli: Cli) -> None:
    book = workbook(tmp_path / "in.xlsx", x=[HEAD, *ROWS])
    cli("batch", book, "-o", tmp_path / "out.xlsx")
    rows = calamine.load_workbook(str(tmp_path / "out.xlsx")).get_sheet_by_index(0).to_python()
    row = dict(zip(rows[0], rows[1], strict=True))
    assert isinstance(row["sefv_h_total"], float | int)
    assert row["case_id"] == "007"
    assert row["insufficient"] is False


@pytest.mark.parametrize(
    ("limit", "value", "code"), [("MOST_ROWS", 2, "E663"), ("LONGEST_CELL", 20, "E664")]
)
def test_limits_of_a_sheet_are_told(
    tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, code: str
) -> None:
    monkeypatch.setattr(excel, limit, value)
    long = ["10", "amoxicillin", "purpura", "", "", "x" * 30]
    book = workbook(tmp_path / "in.xlsx", x=[HEAD, *ROWS, long])
    assert_refused_after_start(cli("batch", book, "-o", tmp_path / "out.xlsx"), 3, code)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.xlsx"]


def assert_refused_after_start(run: Any, code: int, word: str) -> None:
    assert run.code == code, run.err
    assert word in run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize(
    ("module", "arguments"),
    [("python_calamine", ["in.xlsx", "-o", "out.csv"]), ("xlsxwriter", ["in.csv", "-o", "o.xlsx"])],
)
def test_extra_that_is_absent_is_named(
    tmp_path: Path,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    arguments: Sequence[str],
) -> None:
    workbook(tmp_path / "in.xlsx", x=[HEAD, *ROWS])
    (tmp_path / "in.csv").write_text("case_id,drug,reaction\n1,a,b\n", encoding="utf-8")
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.chdir(tmp_path)
    run = cli("batch", *arguments)
    assert_refused_after_start(run, 2, "E661")
    assert "vasculitis-causality[excel]" in run.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.csv", "in.xlsx"]


@pytest.mark.parametrize("data", [b"PK\x03\x04 no workbook", b"", b"case_id,drug\n"])
def test_file_that_is_no_workbook_is_refused(tmp_path: Path, cli: Cli, data: bytes) -> None:
    (tmp_path / "in.xlsx").write_bytes(data)
    run = cli("batch", tmp_path / "in.xlsx", "-o", tmp_path / "out.csv")
    assert_refused(run, 3, "E628", "cannot be read as Excel")


@pytest.mark.parametrize("name", ["out.tsv", "out.csv.gz", "out", "out.xls", "out.json", ".csv"])
def test_name_that_promises_something_else_is_refused(tmp_path: Path, cli: Cli, name: str) -> None:
    (tmp_path / "in.csv").write_text("case_id,drug,reaction\n1,a,b\n", encoding="utf-8")
    run = cli("batch", tmp_path / "in.csv", "-o", tmp_path / name)
    assert_refused(run, 2, "E662", ".csv, .parquet, .xlsx")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.csv"]


def test_format_is_said_where_the_name_does_not(tmp_path: Path, cli: Cli) -> None:
    line = json.dumps({"case_id": "1", "drug": "amoxicillin", "reaction": "purpura"}) + "\n"
    out = tmp_path / "out.csv"
    run = cli("batch", "-", "-o", out, "--format", "ndjson", stdin=line.encode())
    assert run.code == 0, run.err
    assert cells(out)[1][:3] == ["1", "amoxicillin", "purpura"]
    (tmp_path / "odd.dat").write_text(line, encoding="utf-8")
    assert cli("batch", tmp_path / "odd.dat", "-o", out, "-f", "ndjson").code == 0
    book = workbook(tmp_path / "in.xlsx", x=[HEAD, *ROWS[:1]])
    data = book.read_bytes()
    assert cli("batch", "-", "-o", out, "-f", "excel", stdin=data).code == 0
    assert cells(out)[1][0] == "007"
    assert cli("batch", book, "-o", out, "-f", "csv").code == 3


def test_parquet_out_holds_what_the_csv_holds(tmp_path: Path, cli: Cli) -> None:
    book = workbook(tmp_path / "in.xlsx", x=[HEAD, *ROWS])
    for name in ("out.csv", "out.parquet"):
        cli("batch", book, "-o", tmp_path / name)
    table = pq.read_table(tmp_path / "out.parquet").to_pydict()
    assert table["case_id"] == ["007", "8"]
    assert [str(v) for v in table["sefv_h_total"]] == [
        row[cells(tmp_path / "out.csv")[0].index("sefv_h_total")]
        for row in cells(tmp_path / "out.csv")[1:]
    ]


@pytest.mark.parametrize("name", ["out.parquet", "out.xlsx"])
def test_an_output_that_is_no_text_is_taken_up_by_its_parts(
    tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    book, out = workbook(tmp_path / "in.xlsx", x=[HEAD, *ROWS]), tmp_path / name
    cli("batch", book, "-o", out)
    whole = out.read_bytes()
    out.unlink()
    scored: list[object] = []

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def score(recipe: bytes, unit: Unit) -> object:
        scored.append(unit)
        return score_unit(recipe, unit)

    monkeypatch.setattr(spread, "score_unit", score)
    with monkeypatch.context() as patch:
        patch.setattr(parts, "merge", stop)
        assert cli("batch", book, "-o", out, "--resume").code == 130
    assert len(scored) == 1
    assert not out.exists()
    assert cli("batch", book, "-o", out, "--resume").code == 1
    assert len(scored) == 1
    assert out.read_bytes() == whole
    assert not Path(f"{out}.parts").exists()


TEXT = "case_id;fármaco;reacción;note\n1;amoxicilina;púrpura;niño\n2;x;y;z\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("named", [False, True])
def test_utf_16_is_read_and_named(tmp_path: Path, cli: Cli, encoding: str, named: bool) -> None:
    (tmp_path / "in.csv").write_bytes(TEXT.encode(encoding))
    asked = ["--encoding", encoding] if named else []
    run = cli("batch", tmp_path / "in.csv", "-o", tmp_path / "out.csv", *asked)
    assert run.code == 0, run.err
    assert cells(tmp_path / "out.csv")[1][:4] == ["1", "amoxicilina", "púrpura", "niño"]
    found = json.loads((tmp_path / "out.manifest.json").read_bytes())["input"]["encoding"]
    assert found.startswith(encoding[:6])
    assert f"encoding {found.upper()}" in run.err


@given(st.text(st.characters(codec="cp1252"), min_size=20), st.sampled_from(["utf-8", "cp1252"]))
def test_other_encodings_are_not_taken_for_utf_16(text: str, encoding: str) -> None:
    data = ("case_id,drug,reaction\n" + text).encode(encoding)
    assert wide_encoding(data, None) == (0, None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (False, "no"),
        (12.0, "12"),
        (0.5, "0.5"),
        (-3, "-3"),
        ("x ", "x "),
        ("", ""),
        (date(2020, 2, 1), "2020-02-01"),
        (datetime(2020, 2, 1), "2020-02-01"),
        (datetime(2020, 2, 1, 10, 30), "2020-02-01T10:30:00"),
        (time(10, 30), "10:30:00"),
        (timedelta(days=2), "2"),
    ],
)
def test_cells_of_a_sheet_as_text(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_vectors_go_only_where_the_name_says_how(tmp_path: Path, cli: Cli) -> None:
    for name in ("v.txt", "v", "v.yaml"):
        run = cli("algorithms", "vectors", "naranjo", "-o", tmp_path / name)
        assert_refused(run, 2, "E666", name)
    assert list(tmp_path.iterdir()) == []
    assert cli("algorithms", "vectors", "naranjo", "-o", tmp_path / "v", "-f", "json").code == 0


def test_one_column_of_categories_is_not_two_raters(tmp_path: Path, cli: Cli) -> None:
    table = io.StringIO()
    head = ["case_id", "drug", "reaction", "category"]
    csv.writer(table).writerows([head, ["1", "a", "b", "x"], ["2", "a", "b", "y"]])
    (tmp_path / "one.csv").write_text(table.getvalue(), encoding="utf-8", newline="")
    run = cli("agreement", tmp_path / "one.csv")
    assert_refused(run, 3, "E667", "'category'", "second file", "case_id, drug, reaction")
    (tmp_path / "two.csv").write_text(table.getvalue(), encoding="utf-8", newline="")
    assert cli("agreement", tmp_path / "one.csv", tmp_path / "two.csv").code == 0


@pytest.mark.parametrize("sign", [";", ",", "\t"])
@pytest.mark.parametrize("start", ["sep=", "SEP=", "\ufeffsep="])
def test_the_line_of_excel_above_the_header_names_the_delimiter(
    tmp_path: Path, cli: Cli, sign: str, start: str
) -> None:
    rows = [["case_id", "drug", "reaction", "alternative"], ["1", "amoxicillin", "purpura", "bad"]]
    lines = [f"{start}{sign}", *(sign.join(row) for row in rows), sign.join(rows[1])]
    table, out = tmp_path / "in.csv", tmp_path / "out.csv"
    table.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8", newline="")
    assert cli("batch", table, "-o", out).code == 1
    rejects = (tmp_path / "out.rejects.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split(",")[:3] for line in rejects] == [  # lines of the file itself
        ["3", "1", "alternative"],
        ["4", "1", "alternative"],
    ]
    assert out.read_text(encoding="utf-8").startswith("case_id,drug,reaction,alternative,")


TITLE = "Reports of 2024, all\nregions"


@pytest.mark.parametrize("sign", [";", ","])
def test_a_title_above_the_header_is_told(tmp_path: Path, cli: Cli, sign: str) -> None:
    rows = [[TITLE], [], HEAD, ["1", "amoxicillin", "purpura", "", "", ""]]
    title = f'"{TITLE}"'
    lines = [title, "", *(sign.join(map(str, row)) for row in rows[2:])]
    table = tmp_path / "in.csv"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    book = workbook(tmp_path / "in.xlsx", x=rows)
    for file, line in ((table, 4), (book, 3)):  # a sheet counts rows
        run = cli("batch", file, "-o", tmp_path / "out.csv", "--lang", "en")
        assert_refused(run, 3, "E638", f"line {line} looks like the header", "Remove the lines")
        assert_refused(cli("map", file, "--lang", "en"), 3, "E638", f"line {line} looks like")
    table.write_text("\n".join(lines[2:]) + "\n", encoding="utf-8", newline="")
    assert cli("batch", table, "-o", tmp_path / "out.csv").code == 0


def test_a_table_without_the_columns_of_a_pair_has_no_other_header(
    tmp_path: Path, cli: Cli
) -> None:
    (tmp_path / "in.csv").write_text("case_id,drug,x\n1,drug,reaction\n", encoding="utf-8")
    run = cli("batch", tmp_path / "in.csv", "-o", tmp_path / "out.csv")
    assert_refused(run, 3, "E620", "reaction")
