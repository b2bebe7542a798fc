"""Things that several tests use."""

from pathlib import Path
from typing import Any

from causality.case.model import Case
from causality.case.reader import parse_case
from causality.document import read

HERE = Path(__file__).parent


def expected_examples() -> dict[str, Any]:
    """Return the expected behaviour of the published examples."""
    cases: dict[str, Any] = read(HERE / "expected_examples.yaml").value["cases"]
    return cases


def case_of(text: str) -> Case:
    """Return the case that a text describes."""
    return parse_case(text, "test.yaml")
