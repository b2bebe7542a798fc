"""Read the tests of a report of E2B(R3)."""

from causality.e2b.codes import code_lists
from causality.e2b.icsr import NOTHING, IcsrTest, Value
from causality.e2b.xml import (
    Node,
    Notes,
    attribute,
    child,
    children,
    line_of,
    named,
    null_of,
    related,
    text_of,
)


def read_test(element: Node, notes: Notes) -> IcsrTest:
    """Return a test or procedure (F.r)."""
    value = child(element, "value")
    text, number, unit = _result(value)
    low, high = _ranges(element, unit)
    parts = dict(related(element))
    result = attribute(child(element, "interpretationCode"), "code")
    return IcsrTest(
        name=named(child(element, "code")),
        date=notes.date(child(element, "effectiveTime"), "F.r.1"),
        result=notes.word(code_lists()["r3"]["test_result"], result, "F.r.3.1"),
        value=text,
        number=number,
        low=low,
        high=high,
        comment=text_of(parts.get("10")),
        line=line_of(element),
    )


def _result(value: Node | None) -> tuple[Value, float | None, str]:
    """Return a test result as text, and as a number with its unit where it is one."""
    if value is None:
        return NOTHING, None, ""
    centre, low, high = (child(value, tag) for tag in ("center", "low", "high"))
    if centre is None and low is None and high is None:
        if value.get("value"):
            centre = value
        else:
            return text_of(value), None, ""
    if centre is not None and centre.get("value"):
        number, unit = centre.get("value", ""), centre.get("unit", "")
        return Value(_with_unit(number, unit), None, line_of(value)), _number(number), unit
    signs = []
    for bound, open_sign, closed_sign in ((low, ">", ">="), (high, "<", "<=")):
        if bound is not None and bound.get("value"):
            sign = closed_sign if bound.get("inclusive", "true") != "false" else open_sign
            signs.append(f"{sign} {_with_unit(bound.get('value'), bound.get('unit', ''))}")
    return (Value(" ".join(signs), None, line_of(value)) if signs else null_of(value)), None, ""


def _with_unit(number: str, unit: str) -> str:
    return f"{number} {unit}" if unit not in ("", "1") else number


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _ranges(element: Node, unit: str) -> tuple[float | None, float | None]:
    """Return the normal low and high value, where they are in the unit of the result."""
    found: dict[str, float | None] = {}
    for part in children(element, "referenceRange", "observationRange"):
        value = child(part, "value")
        side = attribute(child(part, "interpretationCode"), "code").text
        if side and value is not None and value.get("unit", "") == unit:
            found[side] = _number(value.get("value", ""))
    return found.get("L"), found.get("H")
