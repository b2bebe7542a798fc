"""The code lists of E2B, read from the data beside this module."""

from functools import cache
from importlib.resources import files
from typing import Any

from causality.document import parse

_FILE = "codes.yaml"


@cache
def code_lists() -> dict[str, Any]:
    """Return the code lists by name; codes and words are text."""
    text = (files("causality") / "e2b" / _FILE).read_text(encoding="utf-8")
    lists: dict[str, Any] = parse(text, _FILE).value
    return lists


@cache
def unknown_words() -> frozenset[str]:
    """Return the words that stand where nothing is known."""
    return frozenset(code_lists()["unknown_words"])


def says_nothing(text: str | None) -> bool:
    """Tell whether a text only says that nothing is known."""
    return text is None or text.strip(" .-").casefold() in unknown_words()
