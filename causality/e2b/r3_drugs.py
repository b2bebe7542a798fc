"""Read the drugs of a report of E2B(R3)."""

from collections.abc import Iterator
from typing import Any

from causality.e2b.codes import code_lists
from causality.e2b.icsr import NOTHING, Amount, IcsrDose, IcsrDrug, IcsrPair, Value
from causality.e2b.xml import (
    OIDS,
    TYPE,
    Node,
    Notes,
    amount,
    attribute,
    child,
    children,
    code_of,
    coded,
    key_of,
    line_of,
    name_of,
    named,
    text_of,
)

_ACTIONS = f"{OIDS}15"
_PRODUCT = {"code": "G.k.2.1", "asManufacturedProduct": "G.k.3", "part": "G.k.2 (parts)"}


def read_drug(element: Node, notes: Notes, number: int) -> IcsrDrug:
    """Return a drug (G.k) without its role, which stands elsewhere.

    Parameters
    ----------
    number
        Its place among the drugs, for one without an identifier.
    """
    return _Reader(notes).drug(element, number)


class _Reader:
    """Goes once through a drug."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.codes: dict[str, dict[str, str]] = code_lists()["r3"]

    def drug(self, element: Node, number: int) -> IcsrDrug:
        """Return the drug."""
        product = child(element, "consumable", "instanceOfKind", "kindOfProduct")
        substances = (
            text_of(child(entry, "ingredientSubstance", "name"))
            for entry in children(product, "ingredient")
        )
        self.notes.skip_inside(product, _PRODUCT)
        additional: list[Value] = []
        doses: list[IcsrDose] = []
        for part in children(element, "outboundRelationship2"):
            dose, about = child(part, "substanceAdministration"), child(part, "observation")
            if dose is not None and part.get("typeCode") != "FLFS":
                doses.append(self._dose(dose))
            elif about is not None:
                self._about_drug(about, additional)
        return IcsrDrug(
            key=key_of(element) or f"#{number}",
            name=text_of(child(product, "name")),
            substances=tuple(s for s in substances if s),
            indications=tuple(_indications(element)),
            doses=tuple(doses),
            action=self._action(element),
            pairs=tuple(self._pairs(element)),
            additional=tuple(additional),
            line=line_of(element),
        )

    def _about_drug(self, element: Node, additional: list[Value]) -> None:
        code, value = code_of(element), child(element, "value")
        if code == "9":
            additional.append(coded(value))
        elif code == "2":
            additional.append(text_of(value))
        elif code in ("6", "14", "16"):
            self.notes.skip({"6": "G.k.2.5", "14": "G.k.5", "16": "G.k.6"}[code])
        elif code != "31":
            self.notes.skip(name_of(element))

    def _action(self, element: Node) -> Value:
        for act in children(element, "inboundRelationship", "act"):
            code = attribute(child(act, "code"), "code")
            if code_of(act, _ACTIONS) is not None or code.null:
                return self.notes.word(self.codes["action"], code, "G.k.8")
        return NOTHING

    def _pairs(self, element: Node) -> Iterator[IcsrPair]:
        """Yield what is said about each reaction: intervals and recurrence, in order."""
        found: dict[str, dict[str, Any]] = {}
        for part in children(element, "outboundRelationship1"):
            names = {"SAS": "since_first", "SAE": "since_last"}
            name, key = names.get(part.get("typeCode", "")), key_of(child(part, "actReference"))
            length = amount(child(part, "pauseQuantity"))
            if name and key and length:
                found.setdefault(key, {})[name] = length
        for part in children(element, "outboundRelationship2", "observation"):
            if code_of(part) != "31":
                continue
            key = key_of(child(part, "outboundRelationship1", "actReference"))
            value = attribute(child(part, "value"), "code")
            word = self.notes.word(self.codes["recurrence"], value, "G.k.9.i.4")
            if key:
                found.setdefault(key, {})["recurrence"] = word
        for key, values in found.items():
            yield IcsrPair(reaction=key, **values)

    def _dose(self, element: Node) -> IcsrDose:
        time = child(element, "effectiveTime")
        start, stop, duration = self.notes.period(time, "G.k.4.r.4", "G.k.4.r.5")
        route = child(element, "routeCode")
        kind = child(element, "consumable", "instanceOfKind")
        lot = child(kind, "productInstanceInstance", "lotNumberText")
        self.notes.skip_inside(child(kind, "kindOfProduct"), {"formCode": "G.k.4.r.9"})
        self.notes.skip_inside(element, {"inboundRelationship": "G.k.4.r.11"})
        return IcsrDose(
            start=start,
            stop=stop,
            duration=duration,
            dose=amount(child(element, "doseQuantity")),
            every=_interval(time),
            text=text_of(child(element, "text")),
            route=_route(route),
            batch=text_of(lot),
            line=line_of(element),
        )


def _indications(element: Node) -> Iterator[Value]:
    for part in children(element, "inboundRelationship", "observation"):
        if code_of(part) == "19":
            yield named(child(part, "value"))


def _interval(time: Node | None) -> Amount | None:
    if time is None:
        return None
    for part in (time, *children(time, "comp")):
        if part.get(TYPE, "").endswith("PIVL_TS"):
            return amount(child(part, "period"))
    return None


def _route(element: Node | None) -> Value:
    if element is None:
        return NOTHING
    code = attribute(element, "code")
    name = code_lists()["routes"].get(code.text or "")
    text = text_of(child(element, "originalText"))
    if text or not name:
        return text or coded_route(element)
    return code._replace(text=name)


def coded_route(element: Node | None) -> Value:
    """Return the name of a route, or its code."""
    name, code = attribute(element, "displayName"), attribute(element, "code")
    return name or code
