"""The compiled form of the knowledge says what the tables say."""

from pathlib import Path

from causality.knowledge.compile import COMPILED, compiled
from causality.resources import data_folder


def test_compiled_tables_are_those_of_the_yaml_files() -> None:
    folder = data_folder("knowledge")
    assert isinstance(folder, Path)
    stored = (folder / COMPILED).read_text(encoding="utf-8")
    assert stored == compiled(folder), "run: make compile"
