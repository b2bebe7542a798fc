"""A case file in the making: its values, and the line of the message that each comes from."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from causality.document import Document, Path_, Place
from causality.e2b.icsr import Remark, Value

Tree = dict[str, Any]


class Draft:
    """The values of a case file with their lines, and the remarks about them."""

    def __init__(self, first_line: int) -> None:
        self.value: Tree = {}
        self.remarks: list[Remark] = []
        self._places: dict[Path_, Place] = {}
        self.first = first_line

    def put(self, path: Path_, value: object, line: int = 0) -> None:
        """Set a value; what is None or empty is left out."""
        if value is None or value in ("", [], {}):
            return
        current: Any = self.value
        for step, following in pairwise(path):
            current = self._inside(current, step, following)
        last = path[-1]
        if isinstance(current, list):
            current.append(value)
        else:
            current[last] = value
        if line:
            self._places[path] = (self._line(line), 1)

    def _inside(self, current: Any, step: str | int, following: str | int) -> Any:
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(current, list):
            assert isinstance(step, int)  # noqa: S101 - lists have numbers
            while len(current) <= step:
                current.append({})
            return current[step]
        return current.setdefault(step, empty)

    def mark(self, path: Path_, line: int) -> None:
        """Note the line of a part."""
        if line:
            self._places[path] = (self._line(line), 1)

    def put_value(self, path: Path_, value: Value, number: str) -> None:
        """Set a reported text; a null flavour in its place is a remark."""
        if value.text:
            self.put(path, value.text, value.line)
        elif value.null:
            self.remark("E813", number, value.null, line=value.line)

    def remark(
        self, code: str, element: str, found: str = "", against: str = "", line: int = 0
    ) -> None:
        """Keep a remark."""
        self.remarks.append(Remark(code, element, found, against, line))

    def _line(self, line: int) -> int:
        return self.first + line - 1

    def document(self, file: str) -> Document:
        """Return the case file with its remarks, as the reader of case files takes it."""
        value = self.value
        shown = [self._shown(remark) for remark in dict.fromkeys(self.remarks)]
        if shown:
            value = {**value, "icsr": {**value["icsr"], "remarks": shown}}
        return Document(file, value, self.places, {})

    def _shown(self, remark: Remark) -> dict[str, str]:
        found = {"code": remark.code, "element": remark.element}
        found.update({k: v for k in ("found", "against") if (v := getattr(remark, k))})
        if remark.line:
            found["line"] = str(self._line(remark.line))
        return found

    @property
    def places(self) -> Mapping[Path_, Place]:
        """Return the places of the values."""
        return {(): (self.first, 1), **self._places}
