"""Load the knowledge of this installation, and a user's own folder that wins over it."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from causality.document import Document, decode, parse, read_bytes
from causality.errors import DefinitionError, InputError, Problem, shown
from causality.knowledge.base import Knowledge
from causality.knowledge.checks import check_layer
from causality.knowledge.compile import COMPILED
from causality.knowledge.model import (
    Alternatives,
    Coupling,
    CrossReactivities,
    DrugClasses,
    DrugRecord,
    QuestionTexts,
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
    "questions.yaml": (QuestionTexts, "questions"),
}
NAMES = (*_TABLES, "coupling.yaml", "drugs.csv", "reports.csv")
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
    return _laid_over(packaged, _read_layer(_FolderFiles(folder, own=True)), str(folder))


def held_knowledge(folder: str, files: Mapping[str, str]) -> Knowledge:
    """Return the packaged knowledge with the files of a folder laid over it that are held as text.

    Parameters
    ----------
    folder
        The name of the folder that they came from.
    files
        Text by name of file, as `own_files` returns it.

    Raises
    ------
    DefinitionError
        With every fault of the files.
    """
    return _laid_over(_packaged(), _read_layer(_HeldFiles(folder, files)), folder)


def own_files(folder: Path) -> dict[str, str]:
    """Return the text of the files of a user's folder that count, by name.

    Raises
    ------
    InputError
        E001 to E005 when one cannot be read as text.
    """
    files = _FolderFiles(folder, own=True)
    texts: dict[str, str] = {}
    for name in NAMES:
        found = files.read(name)
        if found is not None:
            path, data = found
            decode(data, path)
            texts[name] = data.decode("utf-8")  # as it is, so that its hash stays that of the file
    return texts


def _laid_over(packaged: Knowledge, read: "_Layer", folder: str) -> Knowledge:
    if not read.tables:
        params = {"allowed": ", ".join(NAMES)}
        raise DefinitionError([Problem(code="E402", file=folder, params=params)])
    knowledge = packaged.with_layer(read.tables, folder)
    problems = check_layer(knowledge, read.tables, read.documents, read.lines)
    if problems:
        raise DefinitionError(problems)
    return knowledge


@cache
def _packaged() -> Knowledge:
    return Knowledge.from_layer(_read_layer(_FolderFiles(data_folder("knowledge"))).tables)


class _FolderFiles:
    """The files of a folder, in the package or a user's own."""

    def __init__(self, folder: Traversable | Path, *, own: bool = False) -> None:
        self.folder = folder
        self.own = own

    def read(self, name: str) -> tuple[str, bytes] | None:
        file = self.folder / name
        if self.own and isinstance(file, Path):
            return (str(file), read_bytes(file)) if _is_file(file) else None
        return (str(file), file.read_bytes()) if file.is_file() else None

    def compiled(self) -> dict[str, Any]:
        """Return the tables of the package in the form that loads fast."""
        file = self.folder / COMPILED
        if self.own or not file.is_file():
            return {}
        tables: dict[str, Any] = json.loads(file.read_bytes())
        return tables


class _HeldFiles:
    """The files of a user's folder that is not at hand, held as text."""

    def __init__(self, folder: str, files: Mapping[str, str]) -> None:
        self.folder = folder
        self.files = files

    def read(self, name: str) -> tuple[str, bytes] | None:
        if name not in self.files:
            return None
        return str(Path(self.folder) / name), self.files[name].encode("utf-8")

    def compiled(self) -> dict[str, Any]:
        return {}


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return True  # there, and not readable: reading it says why


@dataclass
class _Layer:
    """The tables of a folder by file name, with the places of what they say."""

    tables: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)


def _read_layer(files: _FolderFiles | _HeldFiles) -> _Layer:
    """Return the tables that a folder holds, each under its name, and the hashes of the files."""
    layer = _Layer()
    ready = files.compiled()
    hashes: dict[str, str] = {}
    problems: list[Problem] = []
    for name in NAMES:
        try:
            found = files.read(name)
            if found is None:
                continue
            path, data = found
            hashes[name] = hashlib.sha256(data).hexdigest()
            if name.endswith(".csv"):
                records = _records(name, path, data)
                layer.tables[name] = [record for _, record in records]
                layer.lines[name] = [line for line, _ in records]
            else:
                model = Coupling if name == "coupling.yaml" else _TABLES[name][0]
                known = ready.get(name, {})
                layer.documents[name] = (
                    Document(path, known["value"], {}, {})
                    if known.get("sha256") == hashes[name]
                    else parse(decode(data, path), path)
                )
                layer.tables[name] = validated(model, layer.documents[name])
        except InputError as error:
            problems += error.problems
    if problems:
        raise DefinitionError(problems)
    if layer.tables:
        layer.tables["hashes"] = hashes
    return layer


def _records(name: str, path: str, data: bytes) -> list[tuple[int, DrugRecord | ReportRecord]]:
    """Return the rows of a table, each with its line.

    Raises
    ------
    InputError
        With every fault: E102 neither yes nor no, E103 a cell that is needed, E403 a cell that is
        not accepted, E406 a table that cannot be read.
    """
    model = DrugRecord if name == "drugs.csv" else ReportRecord
    rows = csv.DictReader(io.StringIO(decode(data, path), newline=""), strict=True)
    found: list[tuple[int, DrugRecord | ReportRecord]] = []
    problems: list[Problem] = []
    try:
        for row in rows:
            try:
                values = {**_cells(row), "file": path}
                found.append((rows.line_num, model.model_validate(values)))
            except ValidationError as error:
                problems += [_cell_problem(path, rows.line_num, e) for e in error.errors()]
    except csv.Error as error:
        params = {"reason": str(error)}
        problems.append(Problem(code="E406", file=path, line=rows.line_num + 1, params=params))
    if problems:
        raise InputError(problems)
    return found


def _cell_problem(path: str, line: int, error: Any) -> Problem:
    where = str(error["loc"][0])
    if error["type"] == "missing":
        return Problem(code="E103", file=path, line=line, path=where, params={"key": where})
    if where in _FLAGS:
        params = {"found": shown(error["input"]), "allowed": "yes, no"}
        return Problem(code="E102", file=path, line=line, path=where, params=params)
    params = {"found": shown(error.get("input")), "reason": error["msg"]}
    return Problem(code="E403", file=path, line=line, path=where, params=params)


def _cells(row: Mapping[str | None, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, cell in row.items():
        text = cell.strip() if isinstance(cell, str) else ""
        if key is None:
            values["?"] = "more cells than columns"
        elif key in _LISTS:
            values[key] = tuple(part.strip() for part in text.split("|") if part.strip())
        elif key in _FLAGS:
            values[key] = text or False  # "yes" and "no" are read where the row is checked
        elif text:
            values[key] = text
    return values
