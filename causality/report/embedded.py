"""The data inside a report: the case, what was asked of it, and the result."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from causality.assessment.assess import CaseAssessment
from causality.assessment.result import as_json

FORMAT = "causality-report/1"


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
        files = {name: {"sha256": sha256(text), "text": text} for name, text in self.files.items()}
        return {"folder": self.folder, "files": files}

    @classmethod
    def from_json(cls, held: object) -> "HeldKnowledge":
        """Read what a report holds.

        Raises
        ------
        ValueError
            When it is not of this form, or a text is not the one that its hash is of.
        """
        files = held.get("files") if isinstance(held, dict) else None
        if not isinstance(held, dict) or not isinstance(files, dict):
            name = "?"
            raise ValueError(name)
        for name, file in files.items():
            if not isinstance(file, dict) or sha256(str(file.get("text"))) != file.get("sha256"):
                raise ValueError(name)
        return cls(str(held.get("folder")), {n: f["text"] for n, f in files.items()})


def sha256(text: str) -> str:
    """Return the hash of a text as UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
