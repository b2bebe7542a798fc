"""Only the reactions that are asked for are scored; the other rows are counted and listed."""

import csv
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causality.assessment.method import Method, make_method
from causality.batch.job import Report
from causality.batch.run import Options, Run
from causality.batch.selection import Selection
from causality.errors import InputError
from causality.knowledge.load import load_knowledge

HEAD = "case_id,drug,reaction,alternative\n"
ROWS = [
    ("1", "amoxicillin", "Leukocytoclastic vasculitis", ""),
    ("2", "amoxicillin", "vasculitis leucocitoclástica", "possible"),
    ("3", "amoxicillin", "headache", ""),
    ("4", "", "headache", "nonsense"),
    ("5", "", "", ""),
    ("6", "amoxicillin", "no purpura", ""),
    ("7", "=x", "nausea, vomiting", ""),
    ("8", "x", "Púrpura de Schönlein-Henoch", "wrong"),
    ("9", "x", "thrombocytopenic purpura", ""),
]


@cache
def method() -> Method:
    return make_method(["sefv-h"], load_knowledge(), {})


def chosen(*names: str) -> Selection:
    return Selection(names, method().knowledge)


def message(code: str, params: Mapping[str, object]) -> str:
    return code


def table(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    lines = [HEAD.replace(",", delimiter)]
    for row in rows:
        cells = ('"' + cell + '"' if "," in cell else cell for cell in row)
        lines.append(delimiter.join(cells) + "\n")
    return "".join(lines)


def score(folder: Path, data: str, *names: str, **options: object) -> Report:
    (folder / "in.csv").write_text(data, encoding="utf-8")
    selection = chosen(*names) if names else None
    run = Run(str(folder / "in.csv"), method(), Options(selection=selection, **options))  # type: ignore[arg-type]
    return run(str(folder / "out.csv"), message=message)


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (["vasculitis"], {"1", "2", "5", "8"}),
        (["iga_vasculitis"], {"5", "8"}),
        (["headache"], {"3", "4", "5"}),
        (["HEADACHE", "iga_vasculitis"], {"3", "4", "5", "8"}),
        (["purpura"], {"5", "6", "8", "9"}),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_rows_asked_for_are_kept(
    tmp_path: Path, names: list[str], kept: set[str], delimiter: str
) -> None:
    report = score(tmp_path, table(ROWS, delimiter), *names)
    scored = {row[0] for row in read(tmp_path / "out.csv")[1:]}
    rejected = {row[1] for row in read(tmp_path / "out.rejects.csv")[1:]}
    others = read(tmp_path / "out.not-selected.csv")
    assert scored | rejected == kept
    assert not scored & rejected
    assert others[0] == ["line", "case_id", "drug", "reaction"]
    assert {row[1] for row in others[1:]} == {row[0] for row in ROWS} - kept
    assert all(ROWS[int(row[0]) - 2][0] == row[1] for row in others[1:])
    counts = report.counts
    assert counts.rows == counts.scored + counts.rejected + counts.not_selected == len(ROWS)
    manifest = json.loads((tmp_path / "out.manifest.json").read_bytes())
    assert manifest["counts"]["not_selected"] == len(others) - 1
    assert manifest["selection"]["reactions"] == names


def test_cells_of_rows_left_out_are_safe_for_spreadsheets(tmp_path: Path) -> None:
    score(tmp_path, table(ROWS), "vasculitis")
    (row,) = [row for row in read(tmp_path / "out.not-selected.csv") if row[1] == "7"]
    assert row == ["8", "7", "'=x", "nausea, vomiting"]


def test_own_list_of_terms(tmp_path: Path) -> None:
    terms = tmp_path / "terms.txt"
    terms.write_text("# ours\nNausea\n\n  dolor de cabeza \n", encoding="utf-8")
    asked = chosen(str(terms))
    assert [asked(t) for t in ("náusea", "mild nausea", "Dolor de cabeza", "fever", "")] == [
        True,
        True,
        True,
        False,
        True,
    ]
    assert list(asked.files) == ["terms.txt"]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("absent.txt", None, "E668"),
        ("empty.txt", b"# nothing\n\n", "E669"),
        ("latin.txt", b"p\xfarpura\n", "E005"),
    ],
)
def test_list_that_cannot_be_used_is_refused(
    tmp_path: Path, name: str, data: bytes | None, code: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError) as error:
        chosen(str(tmp_path / name))
    assert [problem.code for problem in error.value.problems] == [code]


def test_without_a_selection_there_is_no_such_file(tmp_path: Path) -> None:
    report = score(tmp_path, table(ROWS))
    assert report.counts.not_selected == 0
    assert not report.names.others.exists()
    assert "selection" not in report.manifest


@settings(max_examples=25)
@given(st.lists(st.sampled_from(ROWS), max_size=40), st.integers(60, 400))
def test_no_row_is_lost_or_scored_otherwise(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str, str]], chunk: int
) -> None:
    folder = tmp_path_factory.mktemp("selection")
    counts = score(folder, table(rows), "vasculitis", chunk=chunk).counts
    assert counts.rows == len(rows) == counts.scored + counts.rejected + counts.not_selected
    found = read(folder / "out.csv")
    asked = [row for row in rows if chosen("vasculitis")(row[2])]
    score(folder, table(asked))
    assert read(folder / "out.csv") == found
