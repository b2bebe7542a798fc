"""Small steps through an HL7 message: children by tag, codes, values, dates and null flavours."""

from collections.abc import Iterator
from typing import Any, get_args

from causality.e2b.icsr import NOTHING, Amount, Remark, Value
from causality.e2b.messages import HL7
from causality.e2b.times import iso_date
from causality.terms.codes import NullFlavour

Element = Any
_N = f"{{{HL7}}}"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
NULLS = frozenset(get_args(NullFlavour))
OIDS = "2.16.840.1.113883.3.989.2.1.1."
"""Beginning of the identifiers of the code lists of ICH."""
OBSERVATIONS = f"{OIDS}19"


def child(element: Element, *path: str) -> Element:
    """Return the first element along a path of tags, None when there is none."""
    for tag in path:
        if element is None:
            return None
        element = next(element.iterchildren(_N + tag), None)  # faster than `find`
    return element


def children(element: Element, *path: str) -> Iterator[Element]:
    """Yield the elements along a path of tags, all of the last one in every parent."""
    if element is None:
        return
    first, *rest = path
    for found in element.iterchildren(_N + first):
        if rest:
            yield from children(found, *rest)
        else:
            yield found


def code_of(element: Element, system: str = OBSERVATIONS) -> str | None:
    """Return the code of an element when it is of a code list, or of none that is named."""
    code = child(element, "code")
    if code is None or code.get("codeSystem", system) != system:
        return None
    found: str | None = code.get("code")
    return found


def line_of(element: Element) -> int:
    """Return the line of an element in its report."""
    return element.sourceline or 0 if element is not None else 0


def text_of(element: Element) -> Value:
    """Return the text of an element, or its null flavour."""
    if element is None:
        return NOTHING
    text = " ".join("".join(element.itertext()).split())
    return Value(text, None, line_of(element)) if text else null_of(element)


def long_text(element: Element) -> Value:
    """Return the text of an element with its line breaks."""
    if element is None:
        return NOTHING
    text = (element.text or "").strip()
    return Value(text, None, line_of(element)) if text else null_of(element)


def null_of(element: Element) -> Value:
    """Return the null flavour of an element as a value."""
    if element is None:
        return NOTHING
    null = element.get("nullFlavor")
    return Value(None, null, line_of(element)) if null else NOTHING


def attribute(element: Element, name: str = "value") -> Value:
    """Return an attribute of an element, or its null flavour."""
    if element is None:
        return NOTHING
    text = (element.get(name) or "").strip()
    return Value(text, None, line_of(element)) if text else null_of(element)


def boolean(element: Element) -> Value:
    """Return yes or no of a value element, or its null flavour."""
    found = attribute(element)
    words = {"true": "yes", "false": "no", "1": "yes", "0": "no"}
    return found._replace(text=words.get(found.text.lower())) if found.text else found


def amount(element: Element) -> Amount | None:
    """Return a physical quantity."""
    if element is None or not (element.get("value") or "").strip():
        return None
    return Amount(element.get("value").strip(), element.get("unit", "").strip(), line_of(element))


def named(element: Element) -> Value:
    """Return what a coded element means: the original text, the name of the code, or the code."""
    if element is None:
        return NOTHING
    text = text_of(child(element, "originalText"))
    if text:
        return text
    found = coded(element)
    return found if found or found.null else text


def coded(element: Element) -> Value:
    """Return the name of a code, or the code itself where it has none."""
    if element is None:
        return NOTHING
    name, code = (element.get("displayName") or "").strip(), (element.get("code") or "").strip()
    if name:
        return Value(name, None, line_of(element))
    if code:
        return Value(meddra(code), None, line_of(element))
    return null_of(element)


def meddra(code: str) -> str:
    """Return a code as a name; the terms of MedDRA are not ours to ship."""
    return f"MedDRA {code}"


def name_of(element: Element) -> str:
    """Return a name for an element of another list, by its code."""
    code = child(element, "code")
    if code is None:
        return str(element.tag).rpartition("}")[2]
    name = code.get("displayName") or code.get("code") or code.get("nullFlavor") or "?"
    system = code.get("codeSystem", "")
    return name if system == OBSERVATIONS else f"{name} ({system})"


def key_of(element: Element) -> str:
    """Return the identifier of an element."""
    found = child(element, "id")
    if found is None:
        return ""
    parts = (found.get("root"), found.get("extension"))
    return "#".join(part for part in parts if part)


def related(element: Element) -> Iterator[tuple[str, Element]]:
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

    def date(self, element: Element, number: str) -> Value:
        """Return the date of an element; one that cannot be read is a remark."""
        found = attribute(element)
        if not found.text:
            return found
        date = iso_date(found.text)
        if date is None:
            self.remark("E811", number, found)
            return NOTHING
        return found._replace(text=date)

    def word(self, words: dict[str, str], value: Value, number: str) -> Value:
        """Return the word for a code; one that is not in its list is a remark."""
        if not value.text:
            return value
        word = words.get(value.text.strip())
        if word is None:
            self.remark("E812", number, value)
            return NOTHING
        return value._replace(text=word)

    def skip_inside(self, element: Element, names: dict[str, str]) -> None:
        """Note the children of an element that hold something and are not read."""
        for tag, number in names.items():
            found = child(element, tag)
            if found is not None and found.get("nullFlavor") is None:
                self.skip(number)

    def period(self, time: Element, first: str, last: str) -> tuple[Value, Value, Amount | None]:
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
