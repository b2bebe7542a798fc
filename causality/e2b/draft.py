"""A case file in the making: its values, and the line of the message that each comes from."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from causality.document import Document, Path_, Place
from causality.e2b.icsr import Remark, Value

Tree = dict[str, Any]


class DraftPart:
    """One mapping of a case file; it is there from its first value on.

    Parameters
    ----------
    around
        What it stands in; None for the case itself.
    key, number
        Its key there, and its place where the key has a list.
    """

    __slots__ = ("_around", "_key", "_number", "_values", "draft", "line", "lines", "path")

    def __init__(
        self, draft: "Draft", around: "DraftPart | None", key: str = "", number: int | None = None
    ) -> None:
        self.draft = draft
        self.path: Path_ = ()
        if around is not None:
            self.path = (*around.path, key) if number is None else (*around.path, key, number)
        self._around, self._key, self._number = around, key, number
        self._values: Tree | None = {} if around is None else None
        self.line = 0
        self.lines: dict[str, int] = {}
        draft.parts.append(self)

    @property
    def values(self) -> Tree:
        """Return its values, put in where they stand."""
        found = self._values
        if found is None:
            assert self._around is not None  # noqa: S101 - only the case itself is there at once
            around, key, number = self._around.values, self._key, self._number
            if number is None:
                found = around.setdefault(key, {})
            else:
                places = around.setdefault(key, [])
                while len(places) <= number:
                    places.append({})
                found = places[number]
            self._values = found
        return found

    def part(self, key: str, number: int | None = None) -> "DraftPart":
        """Return a part of this one: the value of a key, or one of its list."""
        return DraftPart(self.draft, self, key, number)

    def put(self, name: str, value: object, line: int = 0) -> None:
        """Set a value; what is None or empty is left out."""
        if not value:
            return
        (self.values if self._values is None else self._values)[name] = value
        if line:
            self.lines[name] = line

    def put_value(self, name: str, value: Value, number: str) -> None:
        """Set a reported text; a null flavour in its place is a remark."""
        if value.text:
            self.put(name, value.text, value.line)
        elif value.null:
            self.draft.remark("E813", number, value.null, line=value.line)


class Draft:
    """The parts of a case file, and the remarks about them."""

    def __init__(self, first_line: int) -> None:
        self.first = first_line
        self.remarks: list[Remark] = []
        self.parts: list[DraftPart] = []
        self.case = DraftPart(self, None)

    @property
    def value(self) -> Tree:
        """Return the case file as it stands."""
        return self.case.values

    def remark(
        self, code: str, element: str, found: str = "", against: str = "", line: int = 0
    ) -> None:
        """Keep a remark."""
        self.remarks.append(Remark(code, element, found, against, line))

    def line_of(self, line: int) -> int:
        """Return the line of the message for one of the report."""
        return self.first + line - 1

    def document(self, file: str) -> Document:
        """Return the case file with its remarks, as the reader of case files takes it."""
        value = self.value
        shown = [self._shown(remark) for remark in dict.fromkeys(self.remarks)]
        if shown:
            value = {**value, "icsr": {**value["icsr"], "remarks": shown}}
        return Document(file, value, _Places(self), {})

    def _shown(self, remark: Remark) -> dict[str, str]:
        found = {"code": remark.code, "element": remark.element}
        found.update({k: v for k in ("found", "against") if (v := getattr(remark, k))})
        if remark.line:
            found["line"] = str(self.line_of(remark.line))
        return found


class _Places(Mapping[Path_, Place]):
    """The places of the values; they are seldom asked for, and put together only then."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    @cached_property
    def _found(self) -> dict[Path_, Place]:
        draft = self._draft
        lines: dict[Path_, int] = {(): 1}
        for part in draft.parts:
            if part.line:
                lines[part.path] = part.line
            lines.update({(*part.path, name): line for name, line in part.lines.items()})
        return {path: (draft.line_of(line), 1) for path, line in lines.items()}

    def __getitem__(self, path: Path_) -> Place:
        return self._found[path]

    def __iter__(self) -> Iterator[Path_]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
