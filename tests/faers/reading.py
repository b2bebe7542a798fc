"""Read a folder as the product does, for tests."""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from causality.faers.aside import SetAside
from causality.faers.folder import find_tables
from causality.faers.quarters import Quarters
from causality.knowledge.base import Knowledge
from causality.knowledge.load import load_knowledge

SAMPLES = Path("/work/shared/data/faers")


@cache
def knowledge() -> Knowledge:
    return load_knowledge()


@dataclass(frozen=True)
class Found:
    """What came out of a folder."""

    rows: list[dict[str, str]]
    aside: list[SetAside]
    about: dict[str, Any]

    @property
    def codes(self) -> Counter[str]:
        return Counter(entry.code for entry in self.aside)

    @property
    def places(self) -> list[tuple[str, str, int]]:
        return [(entry.code, entry.file, entry.line) for entry in self.aside]


def read(folder: Path) -> Found:
    quarters = Quarters(find_tables(str(folder)), knowledge())
    rows: list[dict[str, str]] = []
    aside: list[SetAside] = []
    for found in quarters:
        if isinstance(found, SetAside):
            aside.append(found)
        else:
            rows += found.to_pylist()
    return Found(rows, aside, quarters.about())
