"""What a run loads: one case needs no table library or template engine, and help needs little."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from causality.cli.example import example_text

HEAVY = frozenset({"pandas", "pyarrow", "numpy", "jinja2"})
PROGRAM = """\
import json, sys
from causality.cli import main
try:
    main()
except SystemExit as left:
    code = left.code
sys.stderr.write(json.dumps([code, sorted(sys.modules)]))
"""


def loaded(*arguments: str, code: int = 0) -> set[str]:
    """Return the names of the modules that a run of the command has loaded."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        timeout=60,
        check=True,
    )
    assert run.stdout or code
    left, modules = json.loads(run.stderr.splitlines()[-1])
    assert (left or 0) == code
    return set(modules)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cases") / "lenalidomide.yaml"
    path.write_text(example_text("lenalidomide"), encoding="utf-8")
    return path


@pytest.mark.parametrize("output", ["text", "json"])
def test_one_case_loads_no_table_library_and_no_template_engine(
    reference: Path, output: str
) -> None:
    modules = loaded("assess", str(reference), "--format", output)
    assert modules & HEAVY == set()
    assert {"causality.assessment.assess", "pydantic", "yaml"} <= modules
    assert not [name for name in modules if name.startswith("causality.batch")]


def test_json_output_loads_no_terminal_library(reference: Path) -> None:
    assert "rich.table" not in loaded("assess", str(reference), "--format", "json")


def test_a_small_table_is_scored_without_pandas(tmp_path: Path) -> None:
    """Importing pandas takes longer than scoring ten thousand rows of CSV."""
    source = tmp_path / "in.csv"
    source.write_text("case_id,drug,reaction,note\n1,amoxicillin,purpura,\n2,x,,-\n", "utf-8")
    out = str(tmp_path / "out.csv")
    modules = loaded("batch", str(source), "-o", out, "-a", "naranjo", "--trace", code=1)
    assert modules & {"pandas", "numpy.ma", "yaml", "multiprocessing"} == set()
    assert modules & {"causality.assessment.assess", "causality.timeline.snapshot"} == set()
    assert {"pyarrow", "causality.batch.kernel"} <= modules


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_loads_neither_pydantic_nor_yaml(arguments: list[str]) -> None:
    modules = loaded(*arguments)
    assert modules & (HEAVY | {"pydantic", "pydantic_core", "yaml"}) == set()
    assert "causality.cli.app" in modules


@pytest.mark.parametrize("arguments", [["assess", "--help"], ["nonsense"]])
def test_help_of_a_command_loads_nothing_that_assesses(arguments: list[str]) -> None:
    # Typer itself loads pydantic for the arguments of a command.
    modules = loaded(*arguments, code=0 if "--help" in arguments else 2)
    assert modules & (HEAVY | {"yaml", "causality.case.model", "causality.assessment"}) == set()


def test_no_module_of_the_package_loads_a_heavy_library_when_imported() -> None:
    names = """\
import importlib, json, pkgutil, sys
import causality
for module in pkgutil.walk_packages(causality.__path__, "causality."):
    importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""
    run = subprocess.run(
        [sys.executable, "-c", names], capture_output=True, text=True, timeout=60, check=True
    )
    modules = set(json.loads(run.stdout))
    assert modules & HEAVY == set()
    assert len([name for name in modules if name.startswith("causality.")]) > 40
