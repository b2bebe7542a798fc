"""All the facts about one drug and one reaction at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass

from causality.case.model import Drug, Episode, Reaction
from causality.evidence.alternatives import Finding, Rival, WorkupLine
from causality.evidence.fact import Fact
from causality.measures.values import OnsetMeasures, RechallengeMeasures, WithdrawalMeasures
from causality.terms.facts import in_order


@dataclass(frozen=True, kw_only=True)
class PairEvidence:
    """The facts of a pair, with the measures and the alternatives they came from."""

    drug: Drug
    reaction: Reaction
    facts: Mapping[str, Fact]
    onset: OnsetMeasures
    withdrawal: WithdrawalMeasures
    rechallenge: RechallengeMeasures
    findings: tuple[Finding, ...]
    workup: tuple[WorkupLine, ...]
    index: Episode
    own_drugs: frozenset[str]  # ids of the drug entries of the same substance
    choices: tuple[Mapping[str, Fact], ...] = ()  # the facts for each index episode left open
    alone: Fact | None = None  # the alternative causes before the other suspects were counted in
    rivals: tuple[Rival, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Return the ids of the drug and the reaction."""
        return str(self.drug.id), str(self.reaction.id)

    def values(self) -> dict[str, str]:
        """Return the value of every fact, as an algorithm reads them."""
        return {name: fact.value for name, fact in self.facts.items()}

    def possible(self) -> dict[str, tuple[str, ...]]:
        """Return the values still possible and the scored one, for every fact."""
        return {
            name: in_order(name, {*fact.possible, fact.value}) for name, fact in self.facts.items()
        }

    def worlds(self) -> tuple[Mapping[str, tuple[str, ...]], ...]:
        """Return the sets of values that are possible together.

        Where the dates leave the index episode open, what follows from one choice of it is not
        mixed with what follows from another; the values as scored are always among them.
        """
        if not self.choices:
            return (self.possible(),)
        scored: Mapping[str, tuple[str, ...]] = {n: (f.value,) for n, f in self.facts.items()}
        return (scored, *(self._world(choice) for choice in self.choices))

    def _world(self, choice: Mapping[str, Fact]) -> dict[str, tuple[str, ...]]:
        """Return what is possible under one choice; what others say of the pair holds in each."""
        found = {}
        for name, fact in self.facts.items():
            ours = fact.origin == "stated" or name == "alternative"  # decided, or coupled
            source = fact if ours else choice[name]
            found[name] = in_order(name, {*source.possible, source.value})
        return found
