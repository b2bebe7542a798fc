"""A folder of FAERS quarters as the bytes of a CSV, so that there is one way to read a table.

What is not scored stands among the rows as a record of two cells, the second in JSON, which
`causality.batch.set_aside` reads back as a reject with its place in the quarter.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from causality.batch.tables import TableStream
from causality.batch.writing import csv_line, csv_text, safe_column
from causality.faers.aside import SetAside
from causality.faers.folder import find_tables
from causality.faers.quarters import Quarters
from causality.faers.suspects import COLUMNS
from causality.knowledge.base import Knowledge
from causality.knowledge.load import load_knowledge


class FaersStream(TableStream):
    """The rows of a folder of quarters, joined when the first of them is asked for."""

    def __init__(self, path: str, knowledge: Knowledge | None) -> None:
        folder = find_tables(path)
        self.quarters = Quarters(folder, knowledge or load_knowledge())
        super().__init__(path, "faers", name=path, parts=_bytes(self.quarters))

    def close(self) -> None:
        """Let go of the files, and remove the temporary ones."""
        super().close()
        self.quarters.close()

    @property
    def sha256(self) -> str:
        """Return a hash of all that has been read."""
        return self.quarters.sha256

    def stamp(self) -> list[Any]:
        """Return what changes when any of the files does."""
        folder = self.quarters.folder
        paths = dict.fromkeys(entry.path for entry in (*folder.tables, *folder.deleted))
        return [[str(path), *_state(path)] for path in paths]

    def about(self) -> dict[str, Any]:
        """Return what has been read, for the manifest."""
        return {"faers": self.quarters.about()}


def _state(path: Path) -> list[int]:
    state = path.stat()
    return [state.st_size, state.st_mtime_ns]


def _bytes(quarters: Quarters) -> Iterator[bytes]:
    yield csv_line(COLUMNS).encode()
    for found in quarters:
        if isinstance(found, SetAside):
            yield _aside(found).encode()
        elif found.num_rows:
            yield bytes(csv_text(found.columns, change=safe_column))


def _aside(found: SetAside) -> str:
    return csv_line([found.case_id, json.dumps(asdict(found), ensure_ascii=False)])
