"""Folders and messages of ICSRs as a batch: every report is scored or rejected."""

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from causality.assessment.assess import assess_case, make_method
from causality.assessment.method import Method
from causality.batch.engines import processes
from causality.batch.icsr import IcsrOptions, IcsrRun
from causality.batch.merge import merge
from causality.batch.results import CATEGORIES, TOTALS
from causality.batch.selection import Selection
from causality.batch.spread import spread
from causality.e2b.icsr import NOTHING, Icsr
from causality.e2b.read import ReadReport, read_reports
from causality.e2b.stream import Message
from causality.knowledge.load import load_knowledge
from causality.scoring.model import column_prefix
from causality.words import Words
from tests.e2b.reports import key, reports, value, vasculitis
from tests.e2b.writer import message, report

ALGORITHMS = ("sefv-h", "naranjo", "liverpool")


@pytest.fixture(scope="module")
def method() -> Method:
    return make_method(ALGORITHMS, load_knowledge(), {})


def named(case_id: str, **changes: Any) -> str:
    return report(vasculitis(case_id=value(case_id), **changes))


def run(
    method: Method, out: Path, *paths: Path, **options: Any
) -> tuple[list[dict[str, str]], list[dict[str, str]], dict[str, Any]]:
    """Return rows, rejects and the manifest of a run."""
    messages = [Message(str(path)) for path in paths]
    job = IcsrRun(messages, method, IcsrOptions(**options))
    job(str(out), message=lambda code, params: f"{code} {params.get('found', '')}")
    base = out.with_suffix("")
    manifest = json.loads(Path(f"{base}.manifest.json").read_text(encoding="utf-8"))
    return table(out), table(Path(f"{base}.rejects.csv")), manifest


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def file(folder: Path, name: str, *reports: Any) -> Path:
    path = folder / name
    path.write_bytes(message(reports))
    return path


def test_rows_score_as_the_case_does(method: Method, tmp_path: Path) -> None:
    path = file(tmp_path, "a.xml", named("A"))
    rows, rejects, _ = run(method, tmp_path / "out.csv", path)
    (found,) = read_reports([Message(str(path))])
    assert isinstance(found, ReadReport)
    (pair,) = assess_case(found.case, method).pairs
    (row,) = rows
    assert rejects == []
    for entry in pair.assessments:
        start = column_prefix(entry.algorithm.id)
        values = (
            entry.score.total,
            entry.range.total_min,
            entry.range.total_max,
            entry.score.category,
            entry.range.category_min,
            entry.range.category_max,
        )
        shown = [row[start + name] for name in (*TOTALS, *CATEGORIES)]
        assert shown == ["" if v is None else str(v) for v in values]
    assert (row["case_id"], row["drug"], row["report"]) == ("A", "AMOXIL", "a.xml#1")
    assert (row["drug_start"], row["reaction_onset"]) == ("2024-03-04", "2024-03-10")


def test_every_report_is_scored_or_rejected_with_a_reason(method: Method, tmp_path: Path) -> None:
    old = replace(vasculitis(case_id=value("B")), latest=value("2024-01-01"))
    new = replace(vasculitis(case_id=value("B")), latest=value("2024-02-01"))
    gone = replace(vasculitis(case_id=value("C")), status="nullification", reason=value("x"))
    bare = replace(vasculitis(case_id=value("D")), reactions=(), assessments=())
    first = file(tmp_path, "1.xml", named("A"), old, "<PORR_IN049016UV><x></PORR_IN049016UV>", gone)
    second = file(tmp_path, "2.xml", new, bare)
    other = tmp_path / "3.xml"
    other.write_text("<html/>")
    rows, rejects, manifest = run(method, tmp_path / "out.csv", first, second, other)
    assert [(row["case_id"], row["report"]) for row in rows] == [("A", "1.xml#1"), ("B", "2.xml#1")]
    assert [(r["row.report"], r["code"]) for r in rejects] == [
        ("1.xml#2", "E831"),
        ("1.xml#3", "E806"),
        ("1.xml#4", "E832"),
        ("2.xml#2", "E836"),
        ("3.xml#0", "E802"),
    ]
    counts = manifest["counts"]
    assert counts["reports"] == {
        "read": 7,
        "assessed": 2,
        "superseded": 1,
        "nullified": 1,
        "without_pairs": 1,
        "unreadable": 2,
    }
    assert counts["rows"] == counts["scored"] + counts["rejected"] == 7


def test_remarks_about_a_report_are_warnings_of_its_rows(method: Method, tmp_path: Path) -> None:
    wrong = replace(vasculitis().reactions[0], stop=value("2024-01-01"))
    rows, _, _ = run(
        method, tmp_path / "o.csv", file(tmp_path, "a.xml", vasculitis(reactions=(wrong,)))
    )
    assert "E820:E.i.5" in rows[0]["warnings"]


def test_trace_adds_answers_and_facts(method: Method, tmp_path: Path) -> None:
    rows, _, _ = run(method, tmp_path / "o.csv", file(tmp_path, "a.xml", named("A")), trace=True)
    assert rows[0]["sefv_h_withdrawal_effect"] == "1"
    assert rows[0]["fact_action"] == "withdrawn"


def test_same_input_gives_the_same_bytes(method: Method, tmp_path: Path) -> None:
    path = file(tmp_path, "a.xml", named("A"), named("B"))
    run(method, tmp_path / "1.csv", path)
    run(method, tmp_path / "2.csv", path)
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "2.csv").read_bytes()
    assert (tmp_path / "1.manifest.json").read_bytes() == (
        tmp_path / "2.manifest.json"
    ).read_bytes()


def test_strict_run_stops_at_the_first_bad_report(method: Method, tmp_path: Path) -> None:
    path = file(tmp_path, "a.xml", named("A"), "<PORR_IN049016UV><x></PORR_IN049016UV>", named("C"))
    job = IcsrRun([Message(str(path))], method, IcsrOptions(strict=True))
    done = job(str(tmp_path / "o.csv"), message=lambda code, _: code)
    assert done.stopped is not None
    assert done.stopped[0].code == "E806"
    assert not (tmp_path / "o.csv").exists()
    assert [r["code"] for r in table(tmp_path / "o.rejects.csv")] == ["E806"]


def test_interrupted_run_is_taken_up(
    method: Method, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("causality.batch.icsr._REPORTS", 2)
    path = file(tmp_path, "a.xml", *(named(name) for name in "ABCDE"))
    whole = tmp_path / "whole.csv"
    run(method, whole, path)

    class StoppedError(RuntimeError):
        pass

    def interrupt(counts: Any, end: int) -> None:
        if end == 4:
            raise StoppedError

    out = tmp_path / "o.csv"
    job = IcsrRun([Message(str(path))], method, IcsrOptions())
    with pytest.raises(StoppedError):
        job(str(out), message=lambda code, _: code, watch=interrupt)
    assert not out.exists()
    job = IcsrRun([Message(str(path))], method, IcsrOptions(resume=True))
    done = job(str(out), message=lambda code, _: code)
    assert done.taken_up == 4
    assert out.read_bytes() == whole.read_bytes()
    assert (
        done.manifest["counts"]
        == json.loads((tmp_path / "whole.manifest.json").read_text())["counts"]
    )


def test_drug_without_a_name_or_role_is_still_assessed(method: Method, tmp_path: Path) -> None:
    drug = replace(vasculitis().drugs[0], name=NOTHING, substances=(), role=NOTHING)
    bare = vasculitis(drugs=(drug,), assessments=())
    rows, rejects, _ = run(method, tmp_path / "o.csv", file(tmp_path, "a.xml", bare))
    assert rejects == []
    assert rows[0]["drug"] == "? (d1)"
    assert {"E825:G.k.1", "E826:G.k.2.2"} <= set(rows[0]["warnings"].split("; "))


EVERY = ("sefv-h", "naranjo", "who-umc", "liverpool", "french-1985", "french-2011")


@pytest.fixture(scope="module")
def every() -> Method:
    return make_method(EVERY, load_knowledge(), {})


def as_shown(*cells: object) -> list[str]:
    return ["" if cell is None else str(cell) for cell in cells]


@given(drawn=st.lists(reports(), min_size=1, max_size=3))
@settings(
    max_examples=25,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
def test_every_row_scores_as_its_case_does(every: Method, drawn: list[Icsr]) -> None:
    numbered = [replace(one, case_id=value(f"N-{n}")) for n, one in enumerate(drawn)]
    messages = [Message("m.xml", message(numbered))]
    part = IcsrRun(messages, every, IcsrOptions(trace=True)).preview()
    job = IcsrRun(messages, every, IcsrOptions(trace=True))
    text = ",".join(job.header) + "\n" + b"".join(part.scored).decode()
    rows = iter(csv.DictReader(io.StringIO(text)))
    for found in read_reports(messages):
        assert isinstance(found, ReadReport)
        for pair in assess_case(found.case, every).pairs:
            row = next(rows)
            assert row["case_id"] == found.case.case_id
            for entry in pair.assessments:
                start, limits = column_prefix(entry.algorithm.id), entry.range
                totals = (entry.score.total, limits.total_min, limits.total_max)
                categories = (entry.score.category, limits.category_min, limits.category_max)
                shown = [row[start + name] for name in (*TOTALS, *CATEGORIES)]
                assert shown == as_shown(*totals, *categories)
                codes = {item.question: item.code for item in entry.score.items}
                for question in entry.algorithm.questions:
                    assert [row[start + question]] == as_shown(codes.get(question))
            facts = {name.removeprefix("fact_"): v for name, v in row.items() if "fact_" in name}
            assert facts.items() <= pair.evidence.values().items()
    assert next(rows, None) is None


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of messages: versions, broken ones, other reactions, no pairs."""
    folder = tmp_path_factory.mktemp("many")
    other = replace(vasculitis().reactions[0], term=value("nausea"), key=key(1))
    both = (vasculitis().reactions[0], other)
    old = replace(vasculitis(case_id=value("B")), latest=value("2024-01-01"))
    bare = replace(vasculitis(case_id=value("C")), reactions=(), assessments=())
    file(folder, "1.xml", named("A", reactions=both), old, "<PORR_IN049016UV><x></PORR_IN049016UV>")
    file(folder, "2.xml", named("B"), bare, named("D", reactions=(other,), assessments=()))
    return folder


def everything(folder: Path, name: str) -> list[bytes]:
    """Return the files of a run, those of its parts left out."""
    kinds = ("csv", "rejects.csv", "not-selected.csv", "manifest.json")
    paths = [folder / f"{name}.{kind}" for kind in kinds]
    return [path.read_bytes() if path.exists() else b"" for path in paths]


@pytest.mark.parametrize("reactions", [(), ("vasculitis",)], ids=["all", "vasculitis"])
def test_units_on_any_engine_give_the_same_bytes(
    method: Method,
    many: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    reactions: tuple[str, ...],
) -> None:
    monkeypatch.setattr("causality.batch.icsr._REPORTS", 2)
    messages = [Message(str(path)) for path in sorted(many.iterdir())]
    asked = Selection(reactions, method.knowledge) if reactions else None
    options = IcsrOptions(trace=True, summary=True, selection=asked)
    words = Words("en")
    one = IcsrRun(messages, method, options)(
        str(tmp_path / "one.csv"), message=lambda code, params: words(code, **params)
    )
    for which in ((1, 2), (2, 2)):
        spread(
            IcsrRun(messages, method, options),
            str(tmp_path / "two.csv"),
            lambda: ThreadPoolExecutor(2),
            ahead=3,
            shard=which,
        )
    two = merge(str(tmp_path / "two.csv"))
    assert everything(tmp_path, "one") == everything(tmp_path, "two")
    assert one.summary == two.summary
    assert one.counts == two.counts


@pytest.mark.slow
def test_processes_give_the_same_bytes(method: Method, many: Path, tmp_path: Path) -> None:
    messages = [Message(str(path)) for path in sorted(many.iterdir())]
    words = Words("en")
    IcsrRun(messages, method, IcsrOptions())(
        str(tmp_path / "one.csv"), message=lambda code, params: words(code, **params)
    )
    spread(
        IcsrRun(messages, method, IcsrOptions()), str(tmp_path / "two.csv"), processes(1), ahead=2
    )
    merge(str(tmp_path / "two.csv"))
    assert everything(tmp_path, "one") == everything(tmp_path, "two")


def test_only_pairs_with_a_reaction_that_is_asked_for_are_scored(
    method: Method, many: Path, tmp_path: Path
) -> None:
    asked = Selection(("vasculitis",), method.knowledge)
    paths = sorted(many.iterdir())
    rows, rejects, manifest = run(method, tmp_path / "o.csv", *paths, selection=asked)
    whole, others, _ = run(method, tmp_path / "all.csv", *paths)
    assert rows == [row for row in whole if row["reaction"] == "leukocytoclastic vasculitis"]
    assert {row["case_id"] for row in rows} == {"A", "B"}
    assert rejects == others
    left = [tuple(row.values())[1:] for row in table(tmp_path / "o.not-selected.csv")]
    assert left == [("A", "AMOXIL", "nausea"), ("D", "AMOXIL", "nausea")]
    counts = manifest["counts"]
    assert counts["rows"] == counts["scored"] + counts["rejected"] + counts["not_selected"]
    assert counts["reports"]["not_selected"] == 1  # D; of A one pair is scored
    assert counts["reports"]["assessed"] == 2
    assert sum(counts["reports"].values()) == 2 * counts["reports"]["read"]


def test_parquet_and_excel_hold_what_the_csv_holds(
    method: Method, many: Path, tmp_path: Path
) -> None:
    calamine = pytest.importorskip("python_calamine")
    paths = sorted(many.iterdir())
    rows, _, _ = run(method, tmp_path / "o.csv", *paths)
    for name in ("o.parquet", "o.xlsx"):
        messages = [Message(str(path)) for path in paths]
        IcsrRun(messages, method, IcsrOptions())(str(tmp_path / name), message=lambda code, _: code)
    stored = pq.read_table(tmp_path / "o.parquet")
    assert stored.column_names == list(rows[0])
    shown = [{name: as_cell(cell) for name, cell in row.items()} for row in stored.to_pylist()]
    assert shown == rows
    header, *cells = calamine.load_workbook(tmp_path / "o.xlsx").get_sheet_by_index(0).to_python()
    assert header == list(rows[0])
    assert [row[0] for row in cells] == [row["case_id"] for row in rows]


def as_cell(cell: object) -> str:
    if isinstance(cell, bool):  # 1 equals True
        return str(cell).lower()
    return "" if cell is None else str(cell)


def test_named_report_does_not_hide_the_later_version_of_another_file(
    method: Method, many: Path, tmp_path: Path
) -> None:
    first, second = sorted(many.iterdir())
    alone = file(tmp_path, "alone.xml", named("Z"))
    messages = [Message(str(alone), wanted="Z"), Message(str(first)), Message(str(second))]
    done = IcsrRun(messages, method, IcsrOptions())(
        str(tmp_path / "o.csv"), message=lambda code, _: code
    )
    assert done.manifest["counts"]["reports"]["superseded"] == 1
    assert [row["case_id"] for row in table(tmp_path / "o.csv")] == ["Z", "A", "A", "B", "D"]
