"""Read a case file: all of its faults at once, each with file, line and column."""

import copy
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from causality.case.checks import check_case
from causality.case.identity import with_ids
from causality.case.model import Case
from causality.document import Document, decode, parse, read_bytes
from causality.errors import InputError, Problem, shown
from causality.validation import validated


def read_case(path: Path | str) -> Case:
    """Read one case from a YAML or JSON file.

    Returns
    -------
    Case
        Checked, with an id for every part.

    Raises
    ------
    InputError
        With every fault of the file: E0xx unreadable, E1xx shape, E2xx values, E3xx contradictions.
    """
    return parse_case(decode(read_bytes(Path(path)), str(path)), str(path))


def parse_case(text: str, name: str) -> Case:
    """Read one case from text; ``name`` stands for the file in messages."""
    return case_from(parse(text, name))


def case_from(document: Document) -> Case:
    """Check a parsed document and return its case."""
    if not isinstance(document.value, dict):
        raise InputError([document.problem("E106", (), found=shown(document.value))])
    try:
        case = with_ids(validated(Case, document))
    except InputError as error:
        raise InputError([*error.problems, *_problems_of_the_rest(document, error)]) from error
    problems = check_case(case, document)
    if problems:
        raise InputError(problems)
    return case


def _problems_of_the_rest(document: Document, error: InputError) -> list[Problem]:
    """Return the faults that only a whole case shows, found in what is left of it.

    Nothing when the wrong parts cannot be left out (a key that every case needs).
    """
    value = copy.deepcopy(document.value)
    for problem in error.problems:
        _drop(value, problem.path.split("."))
    try:
        case = with_ids(Case.model_validate(value))
    except ValidationError:
        return []
    return check_case(case, document)


def _drop(value: Any, path: list[str]) -> None:
    """Take an unknown key out, and leave any other value out as not reported.

    An anchor keeps its name, to which other moments refer.
    """
    for step in path[:-1]:
        value = value[int(step)] if isinstance(value, list) else value.get(step)
        if not isinstance(value, dict | list):
            return
    if isinstance(value, dict) and path[:-1] == ["anchors"]:
        value[path[-1]] = None
    elif isinstance(value, dict):
        value.pop(path[-1], None)
    elif path[-1].isdigit() and int(path[-1]) < len(value):
        value[int(path[-1])] = None
