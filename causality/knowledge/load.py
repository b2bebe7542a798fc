"""Load the knowledge of this installation, and a user's own folder that wins over it."""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from causality.document import decode, parse
from causality.errors import DefinitionError, InputError, Problem
from causality.knowledge.base import Knowledge
from causality.knowledge.model import (
    Alternatives,
    Coupling,
    CrossReactivities,
    DrugClasses,
    DrugRecord,
    ReportRecord,
    Sources,
    Syndromes,
    Tests,
    Workups,
)
from causality.resources import data_folder
from causality.validation import validated

Model = TypeVar("Model", bound=BaseModel)

_TABLES: dict[str, tuple[type[BaseModel], str]] = {
    "sources.yaml": (Sources, "sources"),
    "syndromes.yaml": (Syndromes, "syndromes"),
    "tests.yaml": (Tests, "tests"),
    "alternatives.yaml": (Alternatives, "alternatives"),
    "workup.yaml": (Workups, "workups"),
    "cross_reactivity.yaml": (CrossReactivities, "groups"),
    "classes.yaml": (DrugClasses, "classes"),
}
_LISTS = frozenset({"synonyms", "cross_reactivity", "syndromes"})
_FLAGS = frozenset({"confirmed", "half_life_confirmed"})


def load_knowledge(folder: Path | None = None) -> Knowledge:
    """Return the packaged knowledge, with a user's folder laid over it.

    Parameters
    ----------
    folder
        With files named and shaped as the packaged ones. An entry with the same id (a drug with the
        same name; reports of the same drug and reactions) replaces the packaged one.

    Raises
    ------
    DefinitionError
        With every fault of the user's files.
    """
    packaged = _packaged()
    if folder is None:
        return packaged
    if not folder.is_dir():
        raise DefinitionError([Problem(code="E401", file=str(folder))])
    layer = _read_layer(_FolderFiles(folder))
    if not layer:
        raise DefinitionError(
            [
                Problem(
                    code="E402",
                    file=str(folder),
                    params={"allowed": ", ".join((*_TABLES, "drugs.csv", "reports.csv"))},
                )
            ]
        )
    return packaged.with_layer(layer, str(folder))


@cache
def _packaged() -> Knowledge:
    return Knowledge.from_layer(_read_layer(_FolderFiles(data_folder("knowledge"))))


class _FolderFiles:
    """The files of a folder, in the package or a user's own."""

    def __init__(self, folder: Traversable | Path) -> None:
        self.folder = folder
        self.own = isinstance(folder, Path)

    def read(self, name: str) -> tuple[str, bytes] | None:
        file = self.folder / name
        if not file.is_file():
            return None
        return str(file), file.read_bytes()


def _read_layer(files: _FolderFiles) -> dict[str, Any]:
    """Return the tables that a folder holds, each under its name, and the hashes of the files."""
    layer: dict[str, Any] = {}
    hashes: dict[str, str] = {}
    problems: list[Problem] = []
    for name in (*_TABLES, "coupling.yaml", "drugs.csv", "reports.csv"):
        found = files.read(name)
        if found is None:
            continue
        path, data = found
        hashes[name] = hashlib.sha256(data).hexdigest()
        try:
            if name.endswith(".csv"):
                layer[name] = list(_records(name, path, data))
            elif name == "coupling.yaml":
                layer[name] = validated(Coupling, parse(decode(data, path), path))
            else:
                model, _ = _TABLES[name]
                layer[name] = validated(model, parse(decode(data, path), path))
        except InputError as error:
            problems += error.problems
    if problems:
        raise DefinitionError(problems)
    if layer:
        layer["hashes"] = hashes
    return layer


def _records(name: str, path: str, data: bytes) -> Iterator[DrugRecord | ReportRecord]:
    model = DrugRecord if name == "drugs.csv" else ReportRecord
    rows = csv.DictReader(decode(data, path).splitlines())
    problems: list[Problem] = []
    for row in rows:
        values = _cells(row)
        try:
            yield model.model_validate({**values, "file": path})
        except ValidationError as error:
            problems += [
                Problem(
                    code="E403",
                    file=path,
                    line=rows.line_num,
                    path=".".join(map(str, e["loc"])),
                    params={"found": str(e.get("input"))[:60], "reason": e["msg"]},
                )
                for e in error.errors()
            ]
    if problems:
        raise InputError(problems)


def _cells(row: Mapping[str | None, str | None]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, cell in row.items():
        text = (cell or "").strip()
        if key is None:
            values["?"] = text
        elif key in _LISTS:
            values[key] = tuple(part.strip() for part in text.split("|") if part.strip())
        elif key in _FLAGS:
            values[key] = text.lower() == "yes"
        elif text:
            values[key] = text
    return values
