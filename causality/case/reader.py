"""Read a case file: all of its faults at once, each with file, line and column."""

from pathlib import Path

from causality.case.checks import check_case
from causality.case.identity import with_ids
from causality.case.model import Case
from causality.document import Document, decode, parse, read_bytes
from causality.errors import InputError
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
        raise InputError([document.problem("E106", (), found=str(document.value)[:60])])
    case = with_ids(validated(Case, document))
    problems = check_case(case, document)
    if problems:
        raise InputError(problems)
    return case
