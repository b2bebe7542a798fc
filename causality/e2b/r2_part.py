"""An element of E2B(R2), whose tags are flat: its children are asked for by tag."""

from causality.e2b.icsr import NOTHING, Amount, Value
from causality.e2b.xml import Element, meddra


class Part:
    """An element whose children are asked for by tag; they are looked through once."""

    __slots__ = ("_first", "element")

    def __init__(self, element: Element) -> None:
        self.element = element
        # From the last to the first, so that the first of a tag is the one that is kept.
        self._first: dict[str, Element] = (
            {} if element is None else {c.tag: c for c in element.iterchildren(reversed=True)}
        )

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the tags of the children, each once."""
        return tuple(self._first)

    def long(self, tag: str) -> Value:
        """Return the text of a child with its line breaks."""
        found = self._first.get(tag)
        if found is None:
            return NOTHING
        text = (found.text or "").strip()
        return Value(text, None, found.sourceline or 0) if text else NOTHING

    def word(self, tag: str) -> str:
        """Return the text of a child without its line, empty where there is none."""
        found = self._first.get(tag)
        return "" if found is None else " ".join((found.text or "").split())

    def text(self, tag: str) -> Value:
        """Return the text of a child."""
        found = self._first.get(tag)
        if found is None:
            return NOTHING
        text = found.text
        text = " ".join(text.split()) if text else ""
        return Value(text, None, found.sourceline or 0) if text else NOTHING

    def parts(self, tag: str) -> "list[Part]":
        """Return the children with a tag."""
        return [Part(c) for c in self.element.iterchildren(tag)] if tag in self._first else []

    def part(self, tag: str) -> "Part":
        """Return the first child with a tag, or one without anything."""
        found = self._first.get(tag)
        return _EMPTY if found is None else Part(found)

    def amount(self, tag: str, unit: str) -> Amount | None:
        """Return a number with its unit."""
        number = self.text(tag)
        return Amount(number.text, self.word(unit), number.line) if number.text else None

    def term(self, *tags: str) -> Value:
        """Return the first text of some children; a number is a code of MedDRA."""
        for tag in tags:
            found = self.text(tag)
            if found.text:
                return Value(_named(found.text), None, found.line)
        return NOTHING

    @property
    def line(self) -> int:
        """Return the line of the element."""
        return self.element.sourceline or 0


_EMPTY = Part(None)


def _named(text: str) -> str:
    return meddra(text) if text.isdigit() else text
