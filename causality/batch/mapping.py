"""A mapping file: which column is which, which words mean what, how dates are ordered.

``propose`` writes one from the texts of a table; a person checks it; ``read_mapping`` takes it.
Nothing ambiguous is decided: what could be two things is left for the person, with a remark.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from causality.batch.cells import DateOrder
from causality.batch.contract import DATES, KEYS, KINDS, allowed_values, column_named
from causality.document import Document, parse, read
from causality.errors import DefinitionError, InputError, Problem, shown
from causality.terms.facts import FACTS, default
from causality.terms.text import fold
from causality.validation import validated
from causality.words import LANGUAGES, Words

_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}(?:\s.*)?", re.ASCII)
_CLOSE = 0.8
_MOST_WORDS = 40
_MONTHS = 12
_YES = frozenset({"si", "s", "yes", "y", "true", "verdadero", "1", "x"})
_NO = frozenset({"no", "n", "false", "falso", "0"})
_NOTHING = frozenset({"na", "n a", "nd", "sin datos", "no consta", "not reported", "ns nc"})
_UNKNOWN = frozenset({"desconocido", "desconocida", "unknown", "no se sabe", "unk", "d"})

_FILE = "words.yaml"


@cache
def usual_words() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return words of tables that no view of ours uses, by column and by the value they mean."""
    text = (files("causality") / "batch" / _FILE).read_text(encoding="utf-8")
    return TypeAdapter(dict[str, dict[str, tuple[str, ...]]]).validate_python(
        parse(text, _FILE).value
    )


class MappingFile(BaseModel):
    """The shape of a mapping file; an empty text as a value says nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[str, str | None] = Field(default_factory=dict)
    values: dict[str, dict[str, str | None]] = Field(default_factory=dict)
    dates: dict[str, DateOrder] = Field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        """Return the contract column of each header, an empty text for none."""
        return {header: name or "" for header, name in self.columns.items()}

    @property
    def words(self) -> dict[str, dict[str, str]]:
        """Return the values that words mean, in lower case; an empty text for nothing."""
        return {
            name: {word.casefold(): value or "" for word, value in words.items()}
            for name, words in self.values.items()
        }


def read_mapping(path: Path) -> MappingFile:
    """Return a mapping file.

    Raises
    ------
    DefinitionError
        With every fault of the file.
    """
    try:
        document = read(path)
        mapping = validated(MappingFile, document)
    except InputError as error:
        raise DefinitionError(error.problems) from error
    problems = list(_faults(mapping, document))
    if problems:
        raise DefinitionError(problems)
    return mapping


def _faults(mapping: MappingFile, document: Document) -> Iterator[Problem]:
    for header, name in mapping.headers.items():
        if name and name not in KINDS:
            allowed = ", ".join(KINDS)
            yield document.problem("E506", ("columns", header), found=name, allowed=allowed)
    for name, words in mapping.values.items():
        if KINDS.get(name) not in ("fact", "choice"):
            allowed = ", ".join(n for n, kind in KINDS.items() if kind in ("fact", "choice"))
            yield document.problem_at_key("E506", ("values", name), found=name, allowed=allowed)
            continue
        for word, value in words.items():
            path, allowed = ("values", name, word), ", ".join(allowed_values(name))
            if value is None:  # a cell with this word would be read as if nothing stood in it
                allowed = f'{allowed}, ""'
                yield document.problem("E102", path, found=shown(None), allowed=allowed)
            elif value and value not in allowed_values(name):
                yield document.problem("E506", path, found=value, allowed=allowed)
    for name in mapping.dates:
        if name not in DATES:
            allowed = ", ".join(DATES)
            yield document.problem_at_key("E506", ("dates", name), found=name, allowed=allowed)


def propose(header: Sequence[str], texts: Mapping[int, Sequence[str]], words: Words) -> str:
    """Return a mapping file for a table.

    Parameters
    ----------
    texts
        The different texts of its columns, by their place: see `causality.batch.distinct`.
    """
    named = [column_named(name) for name in header]
    lines = [f"# {words('map.intro')}", "columns:"]
    for name, column in zip(header, named, strict=True):
        twice = column is not None and named.count(column) > 1
        remark = "" if column else _guess(name, named)
        if twice:
            remark = words("map.twice", column=column)
        elif remark:
            remark = words("map.perhaps", column=remark)
        value = "" if twice or column is None else column
        lines.append(f"  {_text(name)}: {value}".rstrip() + (f"  # {remark}" if remark else ""))
    missing = [key for key in KEYS if named.count(key) != 1]
    if missing:
        lines.append(f"  # {words('map.missing', columns=missing)}")
    cells = {
        column: texts[n]
        for n, column in enumerate(named)
        if column is not None and named.count(column) == 1 and n in texts
    }
    lines += _values(cells, words)
    lines += _dates(cells, words)
    return "\n".join(lines) + "\n"


def _guess(header: str, named: Sequence[str | None]) -> str:
    """Return the column that an unknown header resembles, if none has that name already."""
    folded = " ".join(fold(header)).replace(" ", "_")
    near = difflib.get_close_matches(folded, KINDS, n=2, cutoff=_CLOSE)
    return near[0] if len(near) == 1 and near[0] not in named else ""


def _values(cells: Mapping[str, Sequence[str]], words: Words) -> list[str]:
    lines = ["values:"]
    for column, texts in cells.items():
        if KINDS[column] not in ("fact", "choice"):
            continue
        foreign = [text for text in texts if text.lower() not in allowed_values(column)]
        if not foreign:
            continue
        lines.append(f"  {column}:")
        for text in foreign[:_MOST_WORDS]:
            value = _meaning(column, text)
            choice = words("map.choose", values=allowed_values(column))
            remark = f"  # {choice}" if value is None else ""
            chosen = '""' if value == "" else value or ""
            lines.append(f"    {_text(text)}: {chosen}".rstrip() + remark)
        if len(foreign) > _MOST_WORDS:
            lines.append(f"    # {words('map.more', count=len(foreign) - _MOST_WORDS)}")
    return lines if len(lines) > 1 else []


def _meaning(column: str, text: str) -> str | None:
    """Return what a word means; an empty text for nothing, None where it is not clear."""
    folded = " ".join(fold(text))
    allowed = allowed_values(column)
    if folded in _NOTHING:
        return ""
    if folded in _UNKNOWN:
        return default(column) if column in FACTS else ""
    if {"yes", "no"} <= set(allowed):
        return "yes" if folded in _YES else "no" if folded in _NO else None
    found = {
        value
        for value in allowed
        for name in (value, *_labels(column, value))
        if folded == " ".join(fold(name.replace("_", " ")))
    }
    return found.pop() if len(found) == 1 else None


def _labels(column: str, value: str) -> Iterator[str]:
    for language in LANGUAGES:
        if column in FACTS:
            yield Words(language).value(column, value)
    yield from usual_words().get(column, {}).get(value, ())


def _dates(cells: Mapping[str, Sequence[str]], words: Words) -> list[str]:
    lines = ["dates:"]
    for column, texts in cells.items():
        found = [m for text in texts if (m := _SLASHED.fullmatch(text))] if column in DATES else []
        if not found:
            continue
        order: Literal["day-first", "month-first", ""] = ""
        if any(int(m[1]) > _MONTHS for m in found) and all(int(m[2]) <= _MONTHS for m in found):
            order = "day-first"
        elif any(int(m[2]) > _MONTHS for m in found) and all(int(m[1]) <= _MONTHS for m in found):
            order = "month-first"
        remark = "" if order else f"  # {words('map.order', found=found[0][0])}"
        lines.append(f"  {column}: {order}".rstrip() + remark)
    return lines if len(lines) > 1 else []


def _text(value: str) -> str:
    """Return a text as YAML writes it in double quotes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
