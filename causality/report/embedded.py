"""The data inside a report: the case, what was asked of it, and the result."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from causality.assessment.assess import CaseAssessment
from causality.assessment.result import as_json
from causality.errors import InputError, Problem

FORMAT = "causality-report/1"
_DATA = re.compile(
    r'<script type="application/json" id="causality-report">(.*?)</script>', re.DOTALL
)


def embedded_data(
    result: CaseAssessment, document: object, options: dict[str, Any]
) -> dict[str, Any]:
    """Return what a report holds for other programs.

    Parameters
    ----------
    document
        The case file as plain values, from which the case can be read again.
    options
        What the user asked for, beyond the case; of the user's own knowledge also its files, so
        that the result can be had again where they are not.
    """
    return {"format": FORMAT, "options": options, "case": document, "result": as_json(result)}


@dataclass(frozen=True, slots=True)
class HeldKnowledge:
    """A user's own knowledge as a report holds it: the folder's name and the text of its files."""

    folder: str
    files: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """Return the files with their hashes, as a report holds them."""
        return {"folder": self.folder, "files": files_as_json(self.files)}

    @classmethod
    def from_json(cls, held: object) -> "HeldKnowledge":
        """Read what a report holds.

        Raises
        ------
        ValueError
            When it is not of this form, or a text is not the one that its hash is of.
        """
        files = files_from_json(held.get("files") if isinstance(held, dict) else None)
        return cls(str(held.get("folder")) if isinstance(held, dict) else "", files)


def files_as_json(files: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the text of files with their hashes, by name."""
    return {name: {"sha256": _sha256(text), "text": text} for name, text in files.items()}


def files_from_json(held: object) -> dict[str, str]:
    """Return the text of the files that a report holds, by name.

    Raises
    ------
    ValueError
        When they are not of this form, or a text is not the one that its hash is of: the name.
    """
    if not isinstance(held, dict):
        name = "?"
        raise ValueError(name)
    found = {}
    for name, file in held.items():
        text = file.get("text") if isinstance(file, dict) else None
        if not isinstance(text, str) or not _of(text, file.get("sha256")):
            raise ValueError(name)
        found[str(name)] = text
    return found


def _of(text: str, digest: object) -> bool:
    try:
        return _sha256(text) == digest
    except UnicodeEncodeError:  # half of a sign, which JSON may hold and no file
        return False


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class ReportFile:
    """What a report holds: the case as JSON, and the options that it was made with."""

    case: str
    options: dict[str, Any]


def parse_report(page: str, file: str) -> ReportFile:
    """Return what a page holds.

    Raises
    ------
    InputError
        E014 when it is not a report of this tool, or one without its data.
    """
    found = _DATA.search(page)
    try:
        data = json.loads(found[1]) if found else {}
    except (ValueError, RecursionError):
        data = {}
    if not isinstance(data, dict) or data.get("format") != FORMAT or "case" not in data:
        raise InputError([Problem(code="E014", file=file)])
    options = data.get("options")
    case = json.dumps(data["case"], ensure_ascii=False)
    return ReportFile(case, options if isinstance(options, dict) else {})
