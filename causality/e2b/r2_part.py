"""An element of E2B(R2), whose tags are flat: its children are asked for by tag."""

from collections.abc import Iterator, Set

from causality.e2b.icsr import NOTHING, Amount, Value
from causality.e2b.xml import Element, line_of, meddra


class Part:
    """An element whose children are asked for by tag; they are looked through once."""

    __slots__ = ("_children", "element")

    def __init__(self, element: Element) -> None:
        self.element = element
        self._children: dict[str, list[Element]] = {}
        for child in () if element is None else element:
            self._children.setdefault(child.tag, []).append(child)

    @property
    def tags(self) -> Set[str]:
        """Return the tags of the children."""
        return self._children.keys()

    def long(self, tag: str) -> Value:
        """Return the text of a child with its line breaks."""
        found = self._children.get(tag)
        text = (found[0].text or "").strip() if found else ""
        return Value(text, None, line_of(found[0])) if found and text else NOTHING

    def text(self, tag: str) -> Value:
        """Return the text of a child."""
        found = self._children.get(tag)
        if found is None:
            return NOTHING
        text = found[0].text
        text = " ".join(text.split()) if text else ""
        return Value(text, None, found[0].sourceline or 0) if text else NOTHING

    def parts(self, tag: str) -> Iterator["Part"]:
        """Yield the children with a tag."""
        yield from map(Part, self._children.get(tag, ()))

    def part(self, tag: str) -> "Part":
        """Return the first child with a tag, or one without anything."""
        return next(self.parts(tag), _EMPTY)

    def amount(self, tag: str, unit: str) -> Amount | None:
        """Return a number with its unit."""
        number = self.text(tag)
        return Amount(number.text, self.text(unit).text or "", number.line) if number.text else None

    def term(self, *tags: str) -> Value:
        """Return the first text of some children; a number is a code of MedDRA."""
        for tag in tags:
            found = self.text(tag)
            if found.text:
                return found._replace(text=_named(found.text))
        return NOTHING

    @property
    def line(self) -> int:
        """Return the line of the element."""
        return line_of(self.element)


_EMPTY = Part(None)


def _named(text: str) -> str:
    return meddra(text) if text.isdigit() else text
