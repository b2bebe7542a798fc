"""Names as people write them: folded for comparison, and found as phrases inside longer names."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

_NOT_WORD = re.compile(r"[\W_]+")

Phrase = tuple[str, ...]


@lru_cache(1 << 13)
def fold(text: str) -> Phrase:
    """Return the words of a name without case, accents or punctuation."""
    plain = text
    if not plain.isascii():
        parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain).casefold())
        plain = "".join(c for c in parts if not unicodedata.combining(c))
    plain = plain.casefold()
    return tuple(word for word in _NOT_WORD.split(plain) if word)


def contains(words: Phrase, phrase: Phrase) -> bool:
    """Tell whether a phrase stands inside a name, word for word."""
    length = len(phrase)
    return bool(phrase) and any(
        words[start : start + length] == phrase for start in range(len(words) - length + 1)
    )


def phrase_index(names: Iterable[tuple[str, str]]) -> dict[Phrase, str]:
    """Return folded names with the id of what they name; the first of two equal names wins."""
    index: dict[Phrase, str] = {}
    for name, key in names:
        index.setdefault(fold(name), key)
    index.pop((), None)
    return index


def find_longest(words: Phrase, index: Mapping[Phrase, str]) -> tuple[str, Phrase] | None:
    """Return the id and the words of the longest phrase of an index that stands in a name."""
    if words in index:
        return index[words], words
    for length in range(len(words) - 1, 0, -1):
        for start in range(len(words) - length + 1):
            phrase = words[start : start + length]
            if phrase in index:
                return index[phrase], phrase
    return None


def slug(text: str) -> str:
    """Return a name as an id: folded words joined by hyphens."""
    words = fold(text)
    return "-".join(word for word in words if word.isascii()) or "-".join(words) or "x"
