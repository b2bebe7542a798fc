"""Read YAML or JSON into plain text values and the place of each, safely.

Every scalar stays text (YAML 1.1 would read ``NO`` as False and ``1:30`` as 90). Aliases, doubled
keys, deep nesting, oversized, binary and wrongly encoded input are refused with a place.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from causality.errors import InputError, Problem

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 50
_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})

Step = str | int
Path_ = tuple[Step, ...]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: ``value`` of dicts, lists, text and None; ``places`` of values and of keys."""

    file: str
    value: Any
    places: Mapping[Path_, Place]
    keys: Mapping[Path_, Place]

    def place(self, path: Path_) -> Place | tuple[None, None]:
        """Return line and column of the value at a path, or of its nearest parent."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (None, None))

    def problem(self, code: str, path: Path_, **params: object) -> Problem:
        """Return a problem at the value of a path."""
        line, column = self.place(path)
        return Problem(
            code=code,
            file=self.file,
            line=line,
            column=column,
            path=".".join(str(step) for step in path),
            params=params,
        )

    def problem_at_key(self, code: str, path: Path_, **params: object) -> Problem:
        """Return a problem at the key of a value, for a key that is wrong itself."""
        line, column = self.keys.get(path) or self.place(path)
        return replace(self.problem(code, path, **params), line=line, column=column)

    def contradiction(self, code: str, path: Path_, other: Path_, **params: object) -> Problem:
        """Return a problem between the values of two paths, which names both places."""
        line, column = self.place(other)
        shown = f"{line}:{column}" if line else "-"
        problem = self.problem(code, path, **params, other=shown)
        return replace(problem, other_line=line, other_column=column)


def read_bytes(path: Path, *, max_bytes: int = MAX_BYTES) -> bytes:
    """Read a file, refusing an oversized one by its size before reading it.

    Raises
    ------
    InputError
        E001 not found, E002 not readable, E003 too large.
    """
    name = str(path)
    try:
        if path.is_file() and path.stat().st_size > max_bytes:
            code = "E003"
            raise _fatal(code, name, limit_mb=max_bytes // 2**20)
        with path.open("rb") as stream:
            data = stream.read(max_bytes + 1)
    except FileNotFoundError as error:
        code = "E001"
        raise _fatal(code, name) from error
    except OSError as error:
        code = "E002"
        raise _fatal(code, name, reason=error.strerror or type(error).__name__) from error
    if len(data) > max_bytes:
        code = "E003"
        raise _fatal(code, name, limit_mb=max_bytes // 2**20)
    return data


def decode(data: bytes, name: str) -> str:
    """Decode UTF-8 text with or without a byte-order mark.

    Raises
    ------
    InputError
        E004 binary, E005 not UTF-8 (with the place of the first wrong byte).
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        code = "E005"
        raise _fatal(code, name, line=1, column=1)
    if b"\x00" in data:
        code = "E004"
        raise _fatal(code, name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        code = "E005"
        start = before[before.rfind(b"\n") + 1 :]
        column = len(start.decode("utf-8", "replace").removeprefix("\ufeff")) + 1
        raise _fatal(code, name, line=line, column=column) from error


def parse(text: str, name: str) -> Document:
    """Parse YAML or JSON text.

    Raises
    ------
    InputError
        E006 not YAML, E007 empty, E008 an alias, E009 too deep, E010 doubled key, E011 a key that
        is not a word, E012 more than one document.
    """
    import yaml  # noqa: PLC0415 - a table is scored without

    builder = _Builder(name)
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml: about 5 times faster
    # Only JSON writes characters as pairs of escapes, and only JSON begins so.
    source = _yaml_escapes(text) if text.lstrip()[:1] in {"{", "[", '"'} else text
    try:
        for event in yaml.parse(source, Loader=loader):
            builder.add(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        code = "E006"
        raise _fatal(
            code,
            name,
            line=mark.line + 1 if mark else None,
            column=mark.column + 1 if mark else None,
            reason=error.problem or error.context or "",
        ) from error
    except UnicodeEncodeError as error:  # half a character: no text file can hold it
        code = "E005"
        raise _fatal(code, name) from error
    except yaml.reader.ReaderError as error:
        code = "E004"
        raise _fatal(code, name) from error
    if builder.problems:
        raise InputError(builder.problems)
    if not builder.documents or builder.root is None:
        code = "E007"
        raise _fatal(code, name)
    return Document(name, builder.root, builder.places, builder.keys)


def read(path: Path) -> Document:
    """Read a YAML or JSON file."""
    return parse(decode(read_bytes(path), str(path)), str(path))


def _fatal(code: str, file: str, **params: Any) -> InputError:
    line, column = params.pop("line", None), params.pop("column", None)
    return InputError([Problem(code=code, file=file, line=line, column=column, params=params)])


class _Builder:
    """Build the value from parser events without recursion, so that depth costs no stack."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Any = None
        self.documents = 0
        self.places: dict[Path_, Place] = {}
        self.keys: dict[Path_, Place] = {}
        self.problems: list[Problem] = []
        # One entry per open collection: the collection and the key that waits for its value.
        self._open: list[tuple[Any, list[Step | None]]] = []
        self._path: list[Step] = []

    def add(self, event: Any) -> None:
        match type(event).__name__:
            case "ScalarEvent":
                self._scalar(event)
            case "MappingStartEvent":
                self._start({}, event)
            case "SequenceStartEvent":
                self._start([], event)
            case "MappingEndEvent" | "SequenceEndEvent":
                self._open.pop()
                self._close_value()
            case "AliasEvent":
                raise InputError([self._problem("E008", event, found=event.anchor)])
            case "DocumentStartEvent":
                self.documents += 1
                if self.documents > 1:
                    raise InputError([self._problem("E012", event)])

    def _problem(self, code: str, event: Any, **params: object) -> Problem:
        mark = event.start_mark
        return Problem(
            code=code, file=self.name, line=mark.line + 1, column=mark.column + 1, params=params
        )

    def _scalar(self, event: Any) -> None:
        if self._waits_for_key():
            self._key(event)
            return
        plain = not event.style and event.implicit[0]
        null = (plain and event.value in _NULLS) or event.tag == "tag:yaml.org,2002:null"
        self._place(None if null else event.value, event)
        self._close_value()

    def _start(self, collection: Any, event: Any) -> None:
        if self._waits_for_key():
            raise InputError([self._problem("E011", event)])
        if len(self._open) >= MAX_DEPTH:
            raise InputError([self._problem("E009", event, limit=MAX_DEPTH)])
        self._place(collection, event)
        self._open.append((collection, [None]))

    def _waits_for_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1][0], dict) and self._pending() is None

    def _pending(self) -> Step | None:
        return self._open[-1][1][0]

    def _key(self, event: Any) -> None:
        key = event.value
        collection, pending = self._open[-1]
        pending[0] = key
        self._path.append(key)
        path = tuple(self._path)
        if key in collection:
            line, column = self.keys[path]
            first = self._problem("E010", event, key=key, other=f"{line}:{column}")
            self.problems.append(first)
        self.keys[path] = (event.start_mark.line + 1, event.start_mark.column + 1)

    def _place(self, value: Any, event: Any) -> None:
        if self._open and isinstance(self._open[-1][0], list):
            self._path.append(len(self._open[-1][0]))
        self.places[tuple(self._path)] = (event.start_mark.line + 1, event.start_mark.column + 1)
        if not self._open:
            self.root = value
            return
        collection, pending = self._open[-1]
        if isinstance(collection, list):
            collection.append(value)
        else:
            collection[pending[0]] = value

    def _close_value(self) -> None:
        if self._open:
            self._open[-1][1][0] = None
            self._path.pop()


def _yaml_escapes(text: str) -> str:
    r"""Write the surrogate pairs of JSON (``\ud83d\ude00``) as the one escape that YAML has."""

    def joined(match: re.Match[str]) -> str:
        high, low = int(match[1], 16), int(match[2], 16)
        return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"

    return _SURROGATES.sub(joined, text) if "\\u" in text else text
