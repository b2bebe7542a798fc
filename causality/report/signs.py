"""Signs of a case as a page may show them: none that steers it or turns its writing round."""

import unicodedata
from collections.abc import Iterable

_KEPT = frozenset("\n\t")
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_NO_MEANING = frozenset({"Co", "Cn"})  # for private use, or not assigned
REPLACED = "\ufffd"


def printable(text: str) -> str:
    """Return text with a mark in place of every sign that steers a page or turns its writing."""
    if text.isprintable():
        return text
    return replaced(text, {sign for sign in set(text) if _steers(sign)})


def settable(text: str) -> str:
    """Return text with a mark also for signs without a meaning, which paper cannot show.

    PDF/A-2a refuses them, and XML some of them.
    """
    shown = printable(text)
    return replaced(shown, {s for s in set(shown) if unicodedata.category(s) in _NO_MEANING})


def replaced(text: str, signs: Iterable[str]) -> str:
    """Return text with a mark in place of each of some signs."""
    marks = {ord(sign): REPLACED for sign in signs}
    return text.translate(marks) if marks else text


def _steers(sign: str) -> bool:
    """Tell whether a sign is a control sign, or one that turns the direction of what follows."""
    control = unicodedata.category(sign) in {"Cc", "Cs"} and sign not in _KEPT
    return control or unicodedata.bidirectional(sign) in _TURNING
