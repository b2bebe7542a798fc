"""``causality agreement``: what is printed, in both languages, and the exit codes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

ONE = """\
case_id,drug,reaction,sefv_h_category,sefv_h_alternative_causes
1,amx,lcv,probable,4
2,amx,lcv,possible,2
3,amx,lcv,possible,2
4,amx,lcv,conditional,3
5,amx,lcv,,3
6,amx,lcv,perhaps,3
7,amx,lcv,definite,4
"""
TWO = ONE.replace("3,amx,lcv,possible,2", "3,amx,lcv,conditional,1").replace("7,", "8,")
METHODS = """\
case_id;sefv_h_category;who_umc_category;fact_onset
1;possible;possible;compatible
2;probable;possible;unknown
3;improbable;unlikely;compatible
4;possible;unassessable;compatible
5;conditional;certain;unknown
"""
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "tool_version",
        "raters",
        "key",
        "matched",
        "compared",
        "only_in_first",
        "only_in_second",
        "categories",
        "order",
        "same_words",
        "not_weighted",
        "levels",
        "table",
        "confidence",
        "statistics",
        "items",
        "values",
        "disagreements",
    ],
    "properties": {
        "tool_version": {"type": "string"},
        "raters": {"type": "array", "minItems": 2, "maxItems": 2},
        "key": {"type": "array", "items": {"type": "string"}},
        "matched": {"type": "integer"},
        "compared": {"type": "integer"},
        "only_in_first": {"type": "array"},
        "only_in_second": {"type": "array"},
        "categories": {"type": "array", "items": {"type": "string"}},
        "order": {"enum": ["algorithm", "levels", "given", "none"]},
        "same_words": {
            "type": "array",
            "items": {"type": "array", "items": {"type": "string"}, "minItems": 2},
        },
        "not_weighted": {"type": "array", "items": {"type": "string"}},
        "levels": {"type": "array", "items": {"type": ["object", "null"]}},
        "table": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
        "confidence": {"const": 0.95},
        "statistics": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "name": {"enum": ["observed", "kappa", "gwet"]},
                    "weights": {"enum": ["none", "linear", "quadratic"]},
                    "n": {"type": "integer"},
                    "value": {"type": ["number", "null"]},
                    "standard_error": {"type": ["number", "null"]},
                    "low": {"type": ["number", "null"]},
                    "high": {"type": ["number", "null"]},
                    "interval": {"enum": ["wilson", "large_sample", None]},
                    "reason": {"type": ["string", "null"]},
                },
            },
        },
        "items": {"type": "array"},
        "values": {"type": "array"},
        "disagreements": {"type": "array"},
    },
}


def run(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from causality.cli import main; main()", "agreement", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        timeout=60,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in (("a.csv", ONE), ("b.csv", TWO), ("methods.csv", METHODS)):
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def found(folder: Path, *arguments: str, stdin: str = "") -> Any:
    done = run(folder, *arguments, "--format", "json", stdin=stdin)
    assert (done.returncode, done.stderr) == (0, "")
    shape = json.loads(done.stdout, parse_constant=pytest.fail)  # no NaN, no Infinity
    Draft202012Validator(SCHEMA).validate(shape)
    return shape


def test_json_holds_the_whole_comparison(folder: Path) -> None:
    shape = found(folder, "a.csv", "b.csv")
    assert [(r["file"], r["rows"], r["missing"], r["unknown"]) for r in shape["raters"]] == [
        ("a.csv", 7, 1, {"perhaps": 1}),
        ("b.csv", 7, 1, {"perhaps": 1}),
    ]
    assert (shape["matched"], shape["compared"]) == (6, 4)
    assert shape["only_in_first"] == [{"key": ["7", "amx", "lcv"], "line": 8}]
    assert shape["only_in_second"] == [{"key": ["8", "amx", "lcv"], "line": 8}]
    assert shape["disagreements"] == [
        {
            "key": ["3", "amx", "lcv"],
            "lines": [4, 4],
            "categories": ["possible", "conditional"],
            "items": ["sefv_h_alternative_causes"],
        }
    ]
    observed, kappa = shape["statistics"][:2]
    assert (observed["value"], observed["n"]) == (0.75, 4)
    # 3 of 4 agree; by chance (1*2 + 2*1 + 1*1) / 16
    assert kappa["value"] == round((0.75 - 5 / 16) / (1 - 5 / 16), 6)


def test_same_input_gives_the_same_bytes(folder: Path) -> None:
    arguments = ("a.csv", "b.csv", "--format", "json")
    assert run(folder, *arguments).stdout == run(folder, *arguments).stdout


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "6 rows are in both files (key: case_id, drug, reaction).",
                "Only in A, not compared: 1 row",
                "line 8: 7 / amx / lcv",
                "A gives no category in 1 row.",
                "'perhaps' 1",
                "4 rows compared.",
                "the algorithm sefv-h",
                "Cohen's kappa, linear weights",
                "0.75",
                "1/1 (100 %)",
                "line 4/4: 3 / amx / lcv: Possible | Conditional (sefv_h_alternative_causes)",
                "Péré 1986",
            ],
        ),
        (
            "es",
            [
                "6 filas están en ambos ficheros",
                "Solo en A, sin comparar: 1 fila",
                "A no da categoría en 1 fila.",
                "'perhaps' 1",
                "4 filas comparadas.",
                "Kappa de Cohen, pesos lineales",
                "0,75",
                "línea 4/4: 3 / amx / lcv: Posible | Condicional (sefv_h_alternative_causes)",
            ],
        ),
    ],
)
def test_text_says_what_was_compared_and_what_not(
    folder: Path, language: str, expected: list[str]
) -> None:
    done = run(folder, "a.csv", "b.csv", "--lang", language)
    assert (done.returncode, done.stderr) == (0, "")
    for part in expected:
        assert part in done.stdout


def test_methods_of_one_file_show_the_mapping_and_the_facts(folder: Path) -> None:
    done = run(folder, "methods.csv", "--by-level")
    assert done.returncode == 0
    for part in (
        "B (who-umc): Unassessable / unclassifiable → –",
        "Certain → definite",
        "the category of B stands for no degree: 'unassessable' 1",
        "4 rows compared.",
        "more disagreement than over all (2/4 (50 %))",
    ):
        assert part in done.stdout
    assert re.search(r"fact_onset[ │]+unknown[ │]+2/2 \(100 %\)", done.stdout)
    assert "compatible" not in done.stdout


def test_undefined_measure_says_why(folder: Path) -> None:
    (folder / "one.csv").write_text("case_id,x,y\n1,a,a\n2,a,a\n", encoding="utf-8")
    options = ("one.csv", "-c", "x", "-c", "y", "--order", "a,b")
    done = run(folder, *options)
    assert "nan" not in done.stdout.lower()
    assert "undefined" in done.stdout
    assert "only one category occurs" in done.stdout
    statistics = found(folder, *options)["statistics"]
    kappa = next(s for s in statistics if s["name"] == "kappa")
    assert (kappa["value"], kappa["low"], kappa["reason"]) == (None, None, "one_category")


@pytest.mark.parametrize(("times", "warned"), [(14, True), (15, False)])
def test_intervals_over_few_rows_come_with_a_warning(
    folder: Path, times: int, warned: bool
) -> None:
    text = "case_id,x,y\n" + "1,a,a\n2,a,b\n" * times
    (folder / "few.csv").write_text(text, encoding="utf-8")
    done = run(folder, "few.csv", "-c", "x", "-c", "y", "--order", "a,b")
    assert ("fewer than 30 rows" in done.stdout) == warned


def test_unordered_categories_are_said_to_be_so(folder: Path) -> None:
    done = run(folder, "a.csv", "b.csv", "-c", "sefv_h_alternative_causes")
    assert "No order of the categories is known" in done.stdout
    assert "weights" not in done.stdout


def test_standard_input_is_a_file(folder: Path) -> None:
    assert found(folder, "-", "b.csv", stdin=ONE)["raters"][0]["file"] == "stdin"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("a.csv", "nowhere.csv"), 3, "nowhere.csv: E001"),
        (("a.csv", ""), 3, "'': E001"),
        (("a.csv", "."), 3, ".: E002"),
        (("a.csv", "b.csv", "--key", "drug"), 3, "a.csv:3: E705 The key 'amx' is on several"),
        (("a.csv", "b.csv", "--key", "no"), 3, "b.csv:1: E701 There is no column 'no'"),
        (("methods.csv",), 3, "methods.csv:1: E709"),
        (("a.csv", "b.csv", "--order", "x,x"), 2, "E712"),
        (("a.csv", "b.csv", "-a", "no"), 2, "E501"),
        (("-", "-"), 2, "E717"),
        ((), 2, "Missing argument"),
    ],
)
def test_fault_of_the_user_is_a_message_and_a_code(
    folder: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    done = run(folder, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_read_as_the_same_is_said(folder: Path) -> None:
    (folder / "c.csv").write_text(
        "case_id,drug,reaction,category\n1,a,b,definite\n2,a,b,certain\n", encoding="utf-8"
    )
    (folder / "d.csv").write_text(
        "caso;medicamento;reacción;categoría\n1;a;b;Definida\n2;a;b;Cierta\n", encoding="utf-8"
    )
    said = " ".join(run(folder, "c.csv", "d.csv").stdout.split())
    assert "B: columns read as the key: caso = case_id, medicamento = drug" in said
    assert "Read as one category, as a packaged method calls it: 'definite', 'Definida'" in said
    assert "The words are of more than one method" in said
