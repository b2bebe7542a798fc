"""Read the drugs of an answer: ``prednisone, 2024-03-09; ebastine``."""

import re

from causality.case.when import When, parse_when
from causality.errors import TermError
from causality.inquiry.answer_words import names_no_drug, non_answer, says

Given = tuple[str, When | None]

_DATE = re.compile(
    r"\b\d{1,2}([/.-])\d{1,2}\1(?:\d\d)?\d\d\b|\b(?:19|20)\d\d[/-]\d{1,2}\b", re.ASCII
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b(?!\s*[^\W\d_])")  # and not 2000 mg
_COMMA = re.compile(r"(?<!\d),|,(?!\d)")  # not the comma of a number: 1,5 mg
_YES = re.compile(r"([^\W\d_]+)[\s,.:-]+(.+)")


def given_drugs(text: str, *, dated: bool) -> tuple[Given, ...]:
    """Return the drugs of an answer, each with the date behind its comma; none for "none".

    Parameters
    ----------
    dated
        Whether a drug may have a date here.

    Raises
    ------
    TermError
        E652 when the answer says that something was given and not what; E642 when a part is
        neither a drug nor a drug and a date.
    """
    if says(text, "none"):
        return ()
    _ask_which(text)
    match = _YES.fullmatch(text.strip())
    if match and says(match[1], "yes"):
        text = match[2]
        _ask_which(text)
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if not parts:
        raise _not_understood()
    return tuple(_given(part, dated=dated) for part in parts)


def _given(part: str, *, dated: bool) -> Given:
    name, comma, last = part.rpartition(",")
    when = perhaps_when(last) if comma and dated else None
    if when is not None or (comma and dated and non_answer(last) == "not_known"):
        part = name.strip()
    if names_no_drug(part) or holds_a_date(part) or _YEAR.search(part) or _COMMA.search(part):
        raise _not_understood()
    return part, when


def perhaps_when(text: str) -> When | None:
    """Return a moment, or None where the text is none."""
    try:
        return parse_when(text.strip())
    except TermError:
        return None


def holds_a_date(text: str) -> bool:
    """Tell whether a text holds what looks like a date, written in any order."""
    return _DATE.search(text) is not None


def _ask_which(text: str) -> None:
    if says(text, "yes"):
        code = "E652"
        raise TermError(code)


def _not_understood() -> TermError:
    code = "E642"
    return TermError(code)
