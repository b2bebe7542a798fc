"""The words that answers are written with, read from the data beside this module."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeVar

from causality.document import parse
from causality.terms.text import fold

T = TypeVar("T")
NonAnswer = Literal["not_known", "not_asked", "not_done"]
WordList = Literal["none", "yes", "no_drug_begins_with", "ongoing"]

_FILE = "answers.yaml"


@cache
def _lists() -> dict[str, Any]:
    text = (files("causality") / "inquiry" / _FILE).read_text(encoding="utf-8")
    lists: dict[str, Any] = parse(text, _FILE).value
    return lists


def non_answer(text: str) -> NonAnswer | None:
    """Return why there is no answer where the words say so."""
    return meant(text, _by_word("non_answers"))


def more_results() -> Mapping[str, str]:
    """Return further words for the results of tests."""
    return _by_word("results")


def shape(kind: str, language: str) -> str:
    """Return how an answer of a kind is written."""
    found: str = _lists()["shapes"][kind][language]
    return found


def has_shape(kind: str) -> bool:
    """Tell whether the answers of a kind have a shape of their own."""
    return kind in _lists()["shapes"]


def says(text: str, name: WordList) -> bool:
    """Tell whether a text is one of the words of a list."""
    return is_one_of(text, _lists()[name])


def names_no_drug(text: str) -> bool:
    """Tell whether a text cannot be the name of a drug."""
    words = fold(text)
    starts = (fold(start) for start in _lists()["no_drug_begins_with"])
    return not any(map(str.isalpha, text)) or any(words[: len(s)] == s for s in starts)


def meant(text: str, words: Mapping[str, T]) -> T | None:
    """Return what a word stands for, whatever its case and accents."""
    wanted = fold(text)
    return next((value for word, value in words.items() if fold(word) == wanted), None)


def is_one_of(text: str, words: Iterable[str]) -> bool:
    """Tell whether a text is one of some words, whatever its case and accents."""
    return fold(text) in {fold(word) for word in words}


@cache
def _by_word(name: str) -> dict[str, Any]:
    return {word: value for value, words in _lists()[name].items() for word in words}
