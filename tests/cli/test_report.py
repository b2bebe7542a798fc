"""``causality report``: files of every kind, options, faults, and a report read back."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from causality.cli.example import example_text
from tests.cli.running import Cli


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    path = tmp_path / "lenalidomide.yaml"
    path.write_text(example_text("lenalidomide"), encoding="utf-8")
    return path


def test_report_is_written_and_named(cli: Cli, reference: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    run = cli("report", reference, "-o", out)
    assert (run.code, run.out) == (0, "")
    assert run.err == f"Written: {out}\n"
    assert "lenalidomide: SEFV-H +7 Probable." in out.read_text("utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["lenalidomide.yaml", "report.html"]


def test_report_speaks_spanish(cli: Cli, reference: Path, tmp_path: Path) -> None:
    out = tmp_path / "informe.md"
    assert cli("report", reference, "-o", out, "--lang", "es").code == 0
    assert out.read_text("utf-8").startswith("# Informe de evaluación de causalidad")


def test_report_reads_standard_input_and_writes_standard_output(cli: Cli) -> None:
    run = cli("report", "-", "-o", "-", stdin=example_text("lenalidomide").encode())
    assert run.code == 0
    assert run.out.startswith("<!doctype html>")
    assert run.err == ""


def test_json_is_that_of_assess(cli: Cli, reference: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    assert cli("report", reference, "-o", out, "--as-of", "@e1.recovered").code == 0
    shown = cli("assess", reference, "--as-of", "@e1.recovered", "--format", "json").out
    assert out.read_text("utf-8") == shown


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--as-of", "@e1.recovered"),
        ("--algorithm", "naranjo", "--algorithm", "sefv-h"),
        ("--convention", "explorations=narrow"),
        ("--set", "len/lcv:drug_test=positive"),
    ],
)
def test_assessing_a_report_gives_its_result_again(
    cli: Cli, reference: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    page = tmp_path / "report.html"
    assert cli("report", reference, "-o", page, *options).code == 0
    first: Any = json.loads(cli("assess", reference, "--format", "json", *options).out)
    assert json.loads(cli("assess", page, "--format", "json").out) == first


def test_report_of_a_report_is_the_same(cli: Cli, reference: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.html", tmp_path / "second.html"
    assert cli("report", reference, "-o", first, "--as-of", "@e1.recovered").code == 0
    assert cli("report", first, "-o", second).code == 0
    assert second.read_bytes() == first.read_bytes()


def test_options_of_the_run_win_over_those_of_the_report(
    cli: Cli, reference: Path, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    assert cli("report", reference, "-o", page, "--as-of", "@e1.recovered").code == 0
    found = json.loads(cli("assess", page, "--as-of", "end", "--format", "json").out)
    assert found["pairs"][0]["assessments"][0]["total"] == 7


@pytest.mark.parametrize("page", ["<html></html>", '<script id="causality-report">{}</script>', ""])
def test_page_without_a_case_is_refused(cli: Cli, tmp_path: Path, page: str) -> None:
    path = tmp_path / "other.html"
    path.write_text(page, encoding="utf-8")
    run = cli("assess", path)
    assert run.code == 3
    assert "E014" in run.err


def test_unknown_kind_of_report_is_refused(cli: Cli, reference: Path, tmp_path: Path) -> None:
    run = cli("report", reference, "-o", tmp_path / "report.odt")
    assert run.code == 2
    assert "E542" in run.err
    assert ".html" in run.err


def test_folder_that_is_not_there_is_said(cli: Cli, reference: Path, tmp_path: Path) -> None:
    run = cli("report", reference, "-o", tmp_path / "none" / "report.html")
    assert run.code == 3
    assert "E013" in run.err


def test_templates_of_a_centre_are_used(cli: Cli, reference: Path, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "report.css").write_text("h1 { color: teal; }", encoding="utf-8")
    out = tmp_path / "report.html"
    assert cli("report", reference, "-o", out, "--template", folder).code == 0
    assert "h1 { color: teal; }" in out.read_text("utf-8")


def test_faulty_template_is_said_with_its_place(cli: Cli, reference: Path, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "report.html.j2").write_text("\n{% for %}", encoding="utf-8")
    run = cli("report", reference, "-o", tmp_path / "report.html", "--template", folder)
    assert run.code == 2
    assert "E541" in run.err
    assert "report.html.j2:2" in run.err
    assert not (tmp_path / "report.html").exists()


def test_missing_folder_of_templates_is_said(cli: Cli, reference: Path, tmp_path: Path) -> None:
    run = cli("report", reference, "-o", tmp_path / "r.html", "--template", tmp_path / "none")
    assert run.code == 2
    assert "E541" in run.err
    assert "no file or folder" in run.err


def test_template_that_is_no_folder_is_said_to_be_a_file(
    cli: Cli, reference: Path, tmp_path: Path
) -> None:
    run = cli("report", reference, "-o", tmp_path / "r.html", "--template", reference)
    assert run.code == 2
    assert "E541 The template cannot be used: This is a file" in run.err


def test_faulty_case_is_said_and_nothing_is_written(cli: Cli, tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text("case_id: X\ndrugz: []\n", encoding="utf-8")
    run = cli("report", case, "-o", tmp_path / "report.html")
    assert run.code == 3
    assert "case.yaml:2" in run.err
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize("language", ["en", "es"])
def test_pdf_is_written_by_the_suffix(
    cli: Cli, reference: Path, tmp_path: Path, language: str
) -> None:
    out = tmp_path / "report.pdf"
    run = cli("report", reference, "-o", out, "--lang", language)
    assert (run.code, run.out) == (0, "")
    assert out.read_bytes().startswith(b"%PDF-1.7")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["lenalidomide.yaml", "report.pdf"]


def test_pdf_without_its_library_names_what_to_install(
    cli: Cli, reference: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("causality.report.pdf.find_spec", lambda _: None)
    run = cli("report", reference, "-o", tmp_path / "report.pdf")
    assert run.code == 2
    assert "E551" in run.err
    assert "pip install 'vasculitis-causality[pdf]'" in run.err
    assert not (tmp_path / "report.pdf").exists()


@pytest.mark.parametrize("language", ["en", "es"])
def test_word_document_is_written_by_the_suffix(
    cli: Cli, reference: Path, tmp_path: Path, language: str
) -> None:
    first, second = tmp_path / "report.docx", tmp_path / "again.docx"
    for out in (first, second):
        run = cli("report", reference, "-o", out, "--lang", language)
        assert (run.code, run.out) == (0, "")
    assert first.read_bytes().startswith(b"PK")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("missing", ["docx", "typst"])
def test_word_document_without_its_libraries_names_what_to_install(
    cli: Cli, reference: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setattr(
        "causality.report.word.find_spec", lambda name: None if name == missing else name
    )
    run = cli("report", reference, "-o", tmp_path / "report.docx")
    assert run.code == 2
    assert "E555" in run.err
    assert "pip install 'vasculitis-causality[docx]'" in run.err
    assert not (tmp_path / "report.docx").exists()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a folder with a report that makes the reaction well known for lenalidomide."""
    folder = tmp_path / "own"
    folder.mkdir()
    packaged = Path(__file__).resolve().parents[2] / "causality" / "knowledge"
    header, *rows = (packaged / "reports.csv").read_text("utf-8").splitlines()
    row = next(row for row in rows if row.startswith("lenalidomide,"))
    changed = row.replace(",occasional,", ",well_known,", 1)
    assert changed != row
    (folder / "reports.csv").write_bytes(f"\ufeff{header}\r\n{changed}\r\n".encode())
    return folder


def test_report_with_own_knowledge_gives_its_result_again_without_the_folder(
    cli: Cli, reference: Path, own: Path, tmp_path: Path
) -> None:
    page, again = tmp_path / "report.html", tmp_path / "again.html"
    assert cli("report", reference, "-o", page, "--knowledge", own).code == 0
    first = cli("assess", reference, "--format", "json", "--knowledge", own).out
    plain = cli("assess", reference, "--format", "json").out
    assert json.loads(first)["pairs"] != json.loads(plain)["pairs"]
    (own / "reports.csv").unlink()
    own.rmdir()
    assert cli("assess", page, "--format", "json").out == first
    assert cli("report", page, "-o", again).code == 0
    assert again.read_bytes() == page.read_bytes()


def test_changed_knowledge_in_a_report_is_refused(
    cli: Cli, reference: Path, own: Path, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    assert cli("report", reference, "-o", page, "--knowledge", own).code == 0
    text = page.read_text("utf-8")
    held = text.index('"knowledge":{"folder"')
    page.write_text(text[:held] + text[held:].replace("well_known", "occasional", 1), "utf-8")
    run = cli("assess", page)
    assert run.code == 3
    assert "E553" in run.err
    assert "reports.csv" in run.err
    assert cli("assess", page, "--knowledge", own).code == 0


@pytest.fixture
def own_algorithm(tmp_path: Path) -> Path:
    """Return a variant of SEFV-H of a centre's own, in which a possible alternative costs more."""
    packaged = Path(__file__).resolve().parents[2] / "algorithms" / "sefv-h.yaml"
    path = tmp_path / "our-own.yaml"
    text = packaged.read_text("utf-8").replace("id: sefv-h\n", "id: our-own\n", 1)
    changed = text.replace("max: 7", "max: 6", 1)
    assert changed not in (text, packaged.read_text("utf-8"))
    path.write_bytes(f"\ufeff# año\r\n{changed}".encode())
    return path


def mangled(page: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Write a page again with other data inside, as a hand that means harm could."""
    text = page.read_text("utf-8")
    start = text.index(">", text.index('id="causality-report"')) + 1
    end = text.index("</script>", start)
    data = json.loads(text[start:end])
    change(data)
    page.write_text(text[:start] + json.dumps(data).replace("<", "\\u003c") + text[end:], "utf-8")


def test_report_with_an_own_algorithm_gives_its_result_again_without_the_file(
    cli: Cli, reference: Path, own_algorithm: Path, tmp_path: Path
) -> None:
    page, again = tmp_path / "report.html", tmp_path / "again.html"
    asked = ("--algorithm", own_algorithm, "--algorithm", "naranjo")
    assert cli("report", reference, "-o", page, *asked).code == 0
    first = cli("assess", reference, "--format", "json", *asked).out
    assert json.loads(first)["pairs"][0]["assessments"][0]["category"] == "definite"
    own_algorithm.unlink()
    run = cli("assess", page, "--format", "json")
    assert (run.code, run.out) == (0, first)
    assert cli("report", page, "-o", again).code == 0
    assert again.read_bytes() == page.read_bytes()
    assert cli("assess", page, "--algorithm", "naranjo").code == 0
    assert "your own file" in page.read_text("utf-8")


def test_own_variant_in_a_report_needs_no_file(cli: Cli, reference: Path, tmp_path: Path) -> None:
    packaged = Path(__file__).resolve().parents[2] / "algorithms" / "sefv-h-2023.yaml"
    variant = tmp_path / "variant.yaml"
    text = packaged.read_text("utf-8").replace("id: sefv-h-2023", "id: own-variant", 1)
    variant.write_text(text, "utf-8")
    page = tmp_path / "report.html"
    assert cli("report", reference, "-o", page, "--algorithm", variant).code == 0
    variant.unlink()
    found = json.loads(cli("assess", page, "--format", "json").out)
    assert found["pairs"][0]["assessments"][0]["algorithm"] == "own-variant"


def changed_text(data: dict[str, Any]) -> None:
    (file,) = data["options"]["algorithm_files"].values()
    file["text"] = file["text"].replace("points: 3", "points: 9", 1)


def half_a_sign(data: dict[str, Any]) -> None:
    (file,) = data["options"]["algorithm_files"].values()
    file["text"] += "\ud800"


def no_hash(data: dict[str, Any]) -> None:
    (file,) = data["options"]["algorithm_files"].values()
    del file["sha256"]


def no_text(data: dict[str, Any]) -> None:
    name = data["options"]["algorithms"][0]
    data["options"]["algorithm_files"][name] = ["text"]


def no_files(data: dict[str, Any]) -> None:
    data["options"]["algorithm_files"] = "files"


def in_the_place_of_ours(data: dict[str, Any]) -> None:
    (file,) = data["options"]["algorithm_files"].values()
    data["options"]["algorithms"].append("naranjo")
    data["options"]["algorithm_files"]["naranjo"] = file


def not_named(data: dict[str, Any]) -> None:
    (file,) = data["options"]["algorithm_files"].values()
    data["options"]["algorithm_files"]["other.yaml"] = file


@pytest.mark.parametrize(
    "change",
    [changed_text, half_a_sign, no_hash, no_text, no_files, in_the_place_of_ours, not_named],
)
def test_changed_algorithm_in_a_report_is_refused(
    cli: Cli,
    reference: Path,
    own_algorithm: Path,
    tmp_path: Path,
    change: Callable[[dict[str, Any]], None],
) -> None:
    page = tmp_path / "report.html"
    assert cli("report", reference, "-o", page, "--algorithm", own_algorithm).code == 0
    mangled(page, change)
    for command in (("assess", page), ("report", page, "-o", tmp_path / "again.html")):
        run = cli(*command)
        assert run.code == 3
        assert "E557" in run.err
        assert "--algorithm" in run.err
    assert cli("assess", page, "--algorithm", own_algorithm).code == 0


def test_report_reads_no_file_that_only_its_page_names(
    cli: Cli, reference: Path, own_algorithm: Path, tmp_path: Path
) -> None:
    """A page from elsewhere cannot make the tool open a file of the reader's machine."""
    page = tmp_path / "report.html"
    assert cli("report", reference, "-o", page).code == 0

    def name_a_file(data: dict[str, Any]) -> None:
        data["options"]["algorithms"] = [str(own_algorithm)]

    mangled(page, name_a_file)
    run = cli("assess", page)
    assert run.code == 3
    assert "E558" in run.err
    assert "sefv-h" in run.err


def test_faulty_algorithm_in_a_report_is_said_as_that_of_a_file(
    cli: Cli, reference: Path, own_algorithm: Path, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    assert cli("report", reference, "-o", page, "--algorithm", own_algorithm).code == 0
    text = "id: bad\nversion: 1\n<script>alert(1)</script>\n"

    def write_another(data: dict[str, Any]) -> None:
        files = data["options"]["algorithm_files"]
        files[str(own_algorithm)] = {
            "text": text,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        }

    mangled(page, write_another)
    run = cli("assess", page)
    assert run.code == 3
    assert f"{own_algorithm}:" in run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize(
    "data", ["[" * 100_000, '{"format":"causality-report/1","case":' + "[" * 60]
)
def test_page_with_data_that_nobody_can_read_is_refused(
    cli: Cli, tmp_path: Path, data: str
) -> None:
    path = tmp_path / "other.html"
    element = f'<script type="application/json" id="causality-report">{data}</script>'
    path.write_text(element, encoding="utf-8")
    run = cli("assess", path)
    assert run.code == 3
    assert "E014" in run.err
