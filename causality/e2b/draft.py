"""A case file in the making: its values, and the line of the message that each comes from."""

from typing import Any

from causality.document import Document, Path_, Place, Step
from causality.e2b.icsr import Remark, Value

Tree = dict[str, Any]


class Draft:
    """The values of a case file with their lines, and the remarks about them."""

    def __init__(self, first_line: int) -> None:
        self.value: Tree = {}
        self.remarks: list[Remark] = []
        self.first = first_line
        self.places: dict[Path_, Place] = {(): (first_line, 1)}
        self._parents: dict[Path_, Any] = {(): self.value}  # those that have been put into

    def put(self, path: Path_, value: object, line: int = 0) -> None:
        """Set a value; what is None or empty is left out."""
        if not value:
            return
        last = path[-1]
        found = self._parent(path[:-1], last)
        if type(found) is list:
            found.append(value)
        else:
            found[last] = value
        if line:
            self.places[path] = (self.first + line - 1, 1)

    def _parent(self, path: Path_, step: Step) -> Any:
        """Return the list or mapping at a path, made where there is none for such a step."""
        found = self._parents.get(path)
        if found is None:
            last = path[-1]
            around = self._parent(path[:-1], last)
            if isinstance(around, list):
                assert isinstance(last, int)  # noqa: S101 - lists have numbers
                while len(around) <= last:
                    around.append({})
                found = around[last]
            else:
                found = around.setdefault(last, [] if isinstance(step, int) else {})
            self._parents[path] = found
        return found

    def mark(self, path: Path_, line: int) -> None:
        """Note the line of a part."""
        if line:
            self.places[path] = (self._line(line), 1)

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
