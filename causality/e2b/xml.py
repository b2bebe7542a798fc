"""Small steps through an HL7 message: children by tag, codes, values, dates and null flavours."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from causality.e2b.icsr import NOTHING, Amount, Remark, Value
from causality.e2b.parsing import HL7
from causality.e2b.times import iso_date
from causality.terms.codes import NullFlavour

Element = Any
_N = f"{{{HL7}}}"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
NULLS = frozenset(get_args(NullFlavour))
OIDS = "2.16.840.1.113883.3.989.2.1.1."
"""Beginning of the identifiers of the code lists of ICH."""
OBSERVATIONS = f"{OIDS}19"
_TRUTHS = {"true": "yes", "false": "no", "1": "yes", "0": "no"}


class Node:
    """An element whose children are asked for by tag; they are looked through once."""

    __slots__ = ("_children", "element", "get")

    def __init__(self, element: Element) -> None:
        self.element = element
        self.get = element.get
        self._children: dict[str, list[Node]] | None = None

    def children(self, tag: str) -> "Sequence[Node]":
        """Return the children with a tag of HL7."""
        found = self._children
        if found is None:
            found = self._children = {}
            for element in self.element:
                name = element.tag
                if name in found:
                    found[name].append(Node(element))
                else:
                    found[name] = [Node(element)]
        return found.get(_N + tag, ())

    @property
    def text(self) -> str:
        """Return all text inside, with single spaces."""
        element = self.element
        text = "".join(element.itertext()) if len(element) else element.text or ""
        return " ".join(text.split())


def child(element: Node | None, *path: str) -> Node | None:
    """Return the first element along a path of tags, None when there is none."""
    for tag in path:
        if element is None:
            return None
        found = element.children(tag)
        element = found[0] if found else None
    return element


def children(element: Node | None, *path: str) -> "Sequence[Node]":
    """Return the elements along a path of tags, all of the last one in every parent."""
    if element is None:
        return ()
    found = element.children(path[0])
    for tag in path[1:]:
        found = [part for parent in found for part in parent.children(tag)]
    return found


def code_of(element: Node | None, system: str = OBSERVATIONS) -> str | None:
    """Return the code of an element when it is of a code list, or of none that is named."""
    code = child(element, "code")
    if code is None or code.get("codeSystem", system) != system:
        return None
    found: str | None = code.get("code")
    return found


def line_of(element: Node | None) -> int:
    """Return the line of an element in its report."""
    return element.element.sourceline or 0 if element is not None else 0


def text_of(element: Node | None) -> Value:
    """Return the text of an element, or its null flavour."""
    if element is None:
        return NOTHING
    text = element.text
    return Value(text, None, element.element.sourceline or 0) if text else null_of(element)


def long_text(element: Node | None) -> Value:
    """Return the text of an element with its line breaks."""
    if element is None:
        return NOTHING
    text = (element.element.text or "").strip()
    return Value(text, None, line_of(element)) if text else null_of(element)


def null_of(element: Node | None) -> Value:
    """Return the null flavour of an element as a value."""
    if element is None:
        return NOTHING
    null = element.get("nullFlavor")
    return Value(None, null, line_of(element)) if null else NOTHING


def attribute(element: Node | None, name: str = "value") -> Value:
    """Return an attribute of an element, or its null flavour."""
    if element is None:
        return NOTHING
    text = element.get(name, "").strip()
    return Value(text, None, element.element.sourceline or 0) if text else null_of(element)


def boolean(element: Node | None) -> Value:
    """Return yes or no of a value element, or its null flavour."""
    found = attribute(element)
    return Value(_TRUTHS.get(found.text.lower()), None, found.line) if found.text else found


def amount(element: Node | None) -> Amount | None:
    """Return a physical quantity."""
    number = "" if element is None else element.get("value", "").strip()
    if element is None or not number:
        return None
    return Amount(number, element.get("unit", "").strip(), line_of(element))


def named(element: Node | None) -> Value:
    """Return what a coded element means: the original text, the name of the code, or the code."""
    if element is None:
        return NOTHING
    text = text_of(child(element, "originalText"))
    if text:
        return text
    found = coded(element)
    return found if found or found.null else text


def coded(element: Node | None) -> Value:
    """Return the name of a code, or the code itself where it has none."""
    if element is None:
        return NOTHING
    name, code = element.get("displayName", "").strip(), element.get("code", "").strip()
    if name:
        return Value(name, None, line_of(element))
    if code:
        return Value(meddra(code), None, line_of(element))
    return null_of(element)


def meddra(code: str) -> str:
    """Return a code as a name; the terms of MedDRA are not ours to ship."""
    return f"MedDRA {code}"


def name_of(element: Node) -> str:
    """Return a name for an element of another list, by its code."""
    code = child(element, "code")
    if code is None:
        return str(element.element.tag).rpartition("}")[2]
    name = code.get("displayName") or code.get("code") or code.get("nullFlavor") or "?"
    system = code.get("codeSystem", "")
    return name if system == OBSERVATIONS else f"{name} ({system})"


def key_of(element: Node | None) -> str:
    """Return the identifier of an element."""
    found = child(element, "id")
    if found is None:
        return ""
    parts = (found.get("root"), found.get("extension"))
    return "#".join(part for part in parts if part)


def related(element: Node | None) -> Iterator[tuple[str, Node | None]]:
    """Yield the values of the observations that hang on one, by code."""
    for tag in ("outboundRelationship2", "inboundRelationship"):
        for part in children(element, tag, "observation"):
            code = code_of(part)
            if code:
                yield code, child(part, "value")


class Notes:
    """What is found on the way: remarks, and elements that nobody reads."""

    def __init__(self) -> None:
        self.remarks: list[Remark] = []
        self.unused: dict[str, None] = {}

    def remark(self, code: str, element: str, value: Value, against: str = "") -> None:
        """Keep a remark about a value."""
        self.remarks.append(Remark(code, element, value.text or "", against, value.line))

    def skip(self, *elements: str) -> None:
        """Keep that elements were in the message and are not read."""
        self.unused.update(dict.fromkeys(elements))

    def date(self, element: Node | None, number: str) -> Value:
        """Return the date of an element; one that cannot be read is a remark."""
        found = attribute(element)
        if not found.text:
            return found
        date = iso_date(found.text)
        if date is None:
            self.remark("E811", number, found)
            return NOTHING
        return Value(date, None, found.line)

    def word(self, words: dict[str, str], value: Value, number: str) -> Value:
        """Return the word for a code; one that is not in its list is a remark."""
        if not value.text:
            return value
        word = words.get(value.text)
        if word is None:
            self.remark("E812", number, value)
            return NOTHING
        return Value(word, None, value.line)

    def skip_inside(self, element: Node | None, names: dict[str, str]) -> None:
        """Note the children of an element that hold something and are not read."""
        for tag, number in names.items():
            found = child(element, tag)
            if found is not None and found.get("nullFlavor") is None:
                self.skip(number)

    def period(
        self, time: Node | None, first: str, last: str
    ) -> tuple[Value, Value, Amount | None]:
        """Return start, end and length of an effective time."""
        if time is None:
            return NOTHING, NOTHING, None
        start, stop = child(time, "low"), child(time, "high")
        length = amount(child(time, "width"))
        begin, end = self.date(start, first), self.date(stop, last)
        if time.get("value") and start is None:
            begin = self.date(time, first)
        elif start is None and stop is None:
            begin = null_of(time)
        for comp in children(time, "comp"):
            low, high, width = self.period(comp, first, last)
            begin, end = begin or low or _known(begin, low), end or high or _known(end, high)
            length = length or width
        return begin, end, length


def _known(first: Value, second: Value) -> Value:
    return first if first.null else second
