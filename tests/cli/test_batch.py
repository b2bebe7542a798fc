"""``causality batch``: what it says, what it leaves, and the exit codes."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

DONE, SOME_REJECTED, USAGE, UNREADABLE = 0, 1, 2, 3
GOOD = "case_id,drug,reaction,onset\n1,amoxicillin,purpura,compatible\n2,x,y,unknown\n"
DIRTY = GOOD + "3,,y,late\n"


def causality(
    *arguments: object, stdin: bytes = b"", folder: Path, lang: str = "en"
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from causality.cli import main; main()",
            *map(str, arguments),
            "--lang",
            lang,
        ],
        input=stdin,
        capture_output=True,
        cwd=folder,
        timeout=120,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.csv").write_text(GOOD, encoding="utf-8")
    (tmp_path / "dirty.csv").write_text(DIRTY, encoding="utf-8")
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_all_scored_is_done(folder: Path) -> None:
    run = causality("batch", "good.csv", "-o", "scored.csv", folder=folder)
    assert (run.returncode, run.stdout) == (DONE, b"")
    assert b"2 rows in = 2 scored + 0 rejected" in run.stderr
    assert names(folder) == [
        "dirty.csv",
        "good.csv",
        "scored.csv",
        "scored.manifest.json",
        "scored.rejects.csv",
    ]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["3 rows in = 2 scored + 1 rejected", "Errors by reason: E601 1, E602 1"]),
        ("es", ["Filas leídas: 3 (puntuadas: 2; rechazadas: 1)", "Errores por motivo"]),
    ],
)
def test_some_rejected(folder: Path, lang: str, words: Sequence[str]) -> None:
    run = causality("batch", "dirty.csv", "-o", "scored.csv", folder=folder, lang=lang)
    assert run.returncode == SOME_REJECTED
    assert all(text in run.stderr.decode() for text in words)
    with (folder / "scored.rejects.csv").open(encoding="utf-8", newline="") as file:
        rejects = list(csv.DictReader(file))
    assert [row["code"] for row in rejects] == ["E601", "E602"]
    assert ("vacía" in rejects[0]["message"]) == (lang == "es")


def test_standard_input_and_output(folder: Path) -> None:
    run = causality("batch", "-", "-o", "-", stdin=GOOD.encode(), folder=folder)
    assert run.returncode == DONE
    assert run.stdout.decode().splitlines()[1].startswith("1,amoxicillin,purpura,compatible,4,")
    assert "batch.rejects.csv" in names(folder)


def test_several_algorithms_conventions_and_a_trace(folder: Path) -> None:
    arguments = ["-a", "naranjo", "-a", "sefv-h", "--trace", "--convention", "explorations=narrow"]
    run = causality("batch", "good.csv", "-o", "scored.csv", *arguments, folder=folder)
    assert run.returncode == DONE
    header = (folder / "scored.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert header[4] == "naranjo_total"
    assert {"naranjo_q10", "sefv_h_total_min", "sefv_h_complementary_tests"} <= set(header)
    assert header[-2:] == ["insufficient", "warnings"]
    assert '"explorations": "narrow"' in (folder / "scored.manifest.json").read_text("utf-8")


def test_strict(folder: Path) -> None:
    run = causality("batch", "dirty.csv", "-o", "scored.csv", "--strict", folder=folder)
    assert run.returncode == SOME_REJECTED
    assert b"line 4" in run.stderr
    assert "scored.csv" not in names(folder)


def test_several_tables_go_into_a_folder(folder: Path) -> None:
    assert causality("batch", "good.csv", "dirty.csv", "-o", "x.csv", folder=folder).returncode == 2
    (folder / "out").mkdir()
    run = causality("batch", "good.csv", "dirty.csv", "-o", "out", folder=folder)
    assert run.returncode == SOME_REJECTED
    assert {"good.csv", "dirty.csv", "dirty.rejects.csv"} <= set(names(folder / "out"))


@pytest.mark.parametrize(
    ("arguments", "code", "exit_code"),
    [
        (["good.csv", "-o", "good.csv"], b"E625", USAGE),
        (["good.csv", "-o", "s.csv", "-a", "nonsense"], b"E501", USAGE),
        (["good.csv", "-o", "s.csv", "--convention", "x=y"], b"E502", USAGE),
        (["good.csv", "-o", "s.csv", "--delimiter", "ab"], b"E506", USAGE),
        (["nowhere.csv", "-o", "s.csv"], b"E001", UNREADABLE),
        (["good.csv", "-o", "s.csv", "--encoding", "nonsense"], b"E637", USAGE),
        (["good.csv", "-o", "good.csv/s.csv"], b"E624", UNREADABLE),
        (["good.csv"], b"-o", USAGE),
    ],
)
def test_mistakes_end_clearly(
    folder: Path, arguments: Sequence[str], code: bytes, exit_code: int
) -> None:
    before = names(folder)
    run = causality("batch", *arguments, folder=folder)
    assert run.returncode == exit_code
    assert code in run.stderr
    assert b"Traceback" not in run.stderr
    assert names(folder) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_disk_ends_clearly(folder: Path) -> None:
    before = names(folder)
    run = causality("batch", "good.csv", "-o", "/dev/full", folder=folder)
    assert run.returncode == UNREADABLE
    assert b"E624" in run.stderr
    assert names(folder) == before


@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid"), reason="limits of files are of Unix"
)
def test_a_disk_that_fills_up_leaves_no_half_results(folder: Path) -> None:
    rows = "".join(f"{n},amoxicillin,purpura,compatible\n" for n in range(50_000))
    (folder / "big.csv").write_text("case_id,drug,reaction,onset\n" + rows, encoding="utf-8")
    program = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000));"
        "from causality.cli import main; main()"
    )
    command = [sys.executable, "-c", program, "batch", "big.csv", "-o", "scored.csv"]
    run = subprocess.run(command, capture_output=True, cwd=folder, check=False)
    assert run.returncode == UNREADABLE
    assert b"E624" in run.stderr or b"E631" in run.stderr
    assert not {"scored.csv", "scored.rejects.csv", "scored.manifest.json"} & set(names(folder))
    again = causality("batch", "big.csv", "-o", "scored.csv", "--resume", folder=folder)
    assert again.returncode == DONE
    assert (folder / "scored.csv").read_bytes().count(b"\n") == 50_001


# The commands around it


def test_a_dry_run_shows_and_writes_nothing(folder: Path) -> None:
    before = names(folder)
    run = causality("batch", "dirty.csv", "-o", "scored.csv", "--dry-run", folder=folder)
    assert run.returncode == SOME_REJECTED
    assert run.stdout.decode().splitlines()[1].startswith("1,amoxicillin,purpura,compatible,4,")
    assert b"dirty.csv:4: drug: E601" in run.stderr
    assert b"Of the first 3 rows 2 would be scored and 1 rejected" in run.stderr
    assert names(folder) == before


def test_a_table_is_validated(folder: Path) -> None:
    run = causality("validate", "good.csv", "dirty.csv", folder=folder)
    assert run.returncode == SOME_REJECTED
    assert run.stdout.decode().splitlines() == [
        "good.csv: 2 rows, 0 with faults",
        "dirty.csv: 3 rows, 1 with faults",
    ]
    assert b"dirty.csv:4: onset: E602" in run.stderr
    assert causality("validate", "good.csv", folder=folder).returncode == DONE
    assert causality("validate", "nowhere.csv", folder=folder).returncode == UNREADABLE


def test_the_template_is_a_table_that_scores(folder: Path) -> None:
    template = causality("template", "csv", folder=folder).stdout
    run = causality("batch", "-", "-o", "-", stdin=template, folder=folder)
    assert run.returncode == DONE
    assert len(run.stdout.splitlines()) == 2


def test_the_schema_of_a_row_knows_every_column(folder: Path) -> None:
    schema = json.loads(causality("schema", "batch", folder=folder).stdout)
    row = next(
        csv.DictReader(causality("template", "csv", folder=folder).stdout.decode().splitlines())
    )
    assert list(schema["properties"]) == list(row)
    Draft202012Validator(schema).validate(row)
    assert not Draft202012Validator(schema).is_valid({**row, "onset": "late"})
    assert not Draft202012Validator(schema).is_valid({**row, "drug_start": "1/2/2020"})


def test_a_case_becomes_rows_that_score(folder: Path) -> None:
    case = causality("example", "lenalidomide", folder=folder).stdout
    (folder / "case.yaml").write_bytes(case)
    run = causality("convert", "case.yaml", "--to", "rows", folder=folder)
    assert run.returncode == DONE
    scored = causality("batch", "-", "-o", "-", stdin=run.stdout, folder=folder)
    rows = list(csv.DictReader(scored.stdout.decode().splitlines()))
    assert rows[0]["sefv_h_total"] == "7"
    assert causality("convert", "nowhere.yaml", "--to", "rows", folder=folder).returncode == 3


def test_a_mapping_is_proposed_and_taken(folder: Path) -> None:
    (folder / "es.csv").write_text("Nº;Fármaco;Reacción;Acción\n1;x;y;retirado\n", encoding="utf-8")
    run = causality("map", "es.csv", folder=folder)
    assert run.returncode == DONE
    mapping = run.stdout.decode().replace('"Nº":', '"Nº": case_id')
    (folder / "map.yaml").write_text(mapping, encoding="utf-8")
    arguments = ["es.csv", "-o", "-", "--map", "map.yaml", "--trace"]
    scored = causality("batch", *arguments, folder=folder)
    (row,) = csv.DictReader(scored.stdout.decode().splitlines())
    assert row["fact_action"] == "withdrawn"
    assert causality("batch", "es.csv", "-o", "-", folder=folder).returncode == UNREADABLE


def test_the_summary_names_method_and_categories_in_the_language_of_the_reader(
    folder: Path,
) -> None:
    run = causality("batch", "dirty.csv", "-o", "scored.csv", folder=folder, lang="es")
    said = run.stderr.decode()
    assert "SEFV-H → Condicional" in said or "SEFV-H → Improbable" in said
    assert "contributing_factor" not in said
