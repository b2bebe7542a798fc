"""The columns and codes of the files, read from the data beside this module."""

from functools import cache
from importlib.resources import files
from typing import Any

from causality.document import parse

_FILE = "codes.yaml"


@cache
def code_lists() -> dict[str, Any]:
    """Return the lists by name; codes and names are text."""
    text = (files("causality") / "faers" / _FILE).read_text(encoding="utf-8")
    lists: dict[str, Any] = parse(text, _FILE).value
    return lists


def tables() -> tuple[str, ...]:
    """Return the names of the tables of a quarter."""
    return tuple(code_lists()["columns"])
