"""A fact about a pair: its value, what is still possible, the rule and what it rests on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from causality.terms.facts import default, in_order, open_values

Origin = Literal["derived", "stated", "assumed"]
Params = Mapping[str, object]
NOT_REPORTED = "not_reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One answer of the closed vocabulary.

    ``possible`` are the values that the unknown leaves open, in the order of the vocabulary;
    ``rule`` names the sentence that says why, ``params`` fill it; ``flags`` are remarks of the same
    kind; ``derived`` is what the machine would have said where a person decided.
    """

    name: str
    value: str
    possible: tuple[str, ...]
    rule: str
    origin: Origin = "derived"
    events: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    params: Params = field(default_factory=dict)
    flags: tuple[tuple[str, Params], ...] = ()
    derived: "Fact | None" = None

    @property
    def known(self) -> bool:
        """Tell whether only one value is possible."""
        return len(self.possible) == 1

    @property
    def with_scored(self) -> tuple[str, ...]:
        """Return the values still possible and the scored one, in the order of the vocabulary."""
        if self.value in self.possible:
            return self.possible
        return in_order(self.name, {*self.possible, self.value})

    def flagged(self, code: str, **params: object) -> "Fact":
        """Return the fact with one more remark."""
        return replace(self, flags=(*self.flags, (code, params)))

    def resting_on(self, events: Iterable[str | None]) -> "Fact":
        """Return the fact with more events that it rests on."""
        more = [event for event in events if event and event not in self.events]
        if not more:
            return self
        return replace(self, events=(*self.events, *dict.fromkeys(more)))


@cache
def not_reported(name: str) -> Fact:
    """Return the fact about which nothing is stated and nothing can be derived."""
    return Fact(name=name, value=default(name), possible=open_values(name), rule=NOT_REPORTED)


def settled(name: str, value: str, rule: str, **params: object) -> Fact:
    """Return a fact with one possible value."""
    return Fact(name=name, value=value, possible=(value,), rule=rule, params=params)


def among(name: str, values: Iterable[str], rule: str, **params: object) -> Fact:
    """Return a fact from the set of values still possible.

    With more than one value left it scores as its default (DESIGN section 5, rule 1).
    """
    possible = in_order(name, set(values))
    value = possible[0] if len(possible) == 1 else default(name)
    return Fact(name=name, value=value, possible=possible, rule=rule, params=params)
