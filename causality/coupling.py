"""The suspects of one case as alternatives to each other, whatever their order (rule 4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from causality.evidence.alternatives import Effect, Rival, RivalEffect, Standing, coupled
from causality.evidence.fact import Fact
from causality.evidence.pair import PairEvidence
from causality.knowledge.model import Coupling
from causality.scoring.engine import Scorer
from causality.scoring.ranges import Possible, RangeFinder

if TYPE_CHECKING:  # rows of a table are scored without
    from causality.timeline.snapshot import Snapshot

TOGETHER_DAYS = 3
"""Suspects stopped within so many days of each other share their dechallenge."""
RIVAL_ROLES = frozenset({"suspect", "interacting"})


@dataclass(frozen=True, slots=True)
class Weighing:
    """How suspects are weighed against each other: the rule and the algorithm that it names."""

    rule: Coupling
    scorer: Scorer
    ranges: RangeFinder

    def alternative(
        self,
        pair: PairEvidence,
        values: Mapping[str, str],
        worlds: Sequence[Possible],
        alone: Fact,
    ) -> Fact:
        """Return the alternative causes of a coupled pair, were its own facts these."""
        own = standing(values, worlds, self.scorer, self.ranges)
        return counted_in(alone, pair.rivals, own, self.rule)


def couple(
    pairs: Sequence[PairEvidence], rule: Coupling, scorer: Scorer, ranges: RangeFinder
) -> list[PairEvidence]:
    """Return the pairs with the other suspects counted among the alternative causes.

    Every suspect is scored without that item first, so the order of the drugs cannot matter. What
    is not known of either leaves more than one effect possible. A person's decision about the
    alternatives stays as it is.

    Parameters
    ----------
    scorer, ranges
        Of the algorithm that the rule names, without the item that the rule names.
    """
    standings = {pair.key: standing(pair.values(), pair.worlds(), scorer, ranges) for pair in pairs}
    result = []
    for pair in pairs:
        alone = pair.facts["alternative"]
        rivals = tuple(_rival(r, standings[r.key], rule) for r in _rivals(pair, pairs))
        fact = counted_in(alone, rivals, standings[pair.key], rule)
        facts = {**pair.facts, "alternative": fact}
        result.append(replace(pair, facts=facts, alone=alone, rivals=rivals))
    return result


def standing(
    values: Mapping[str, str], worlds: Sequence[Possible], scorer: Scorer, ranges: RangeFinder
) -> Standing:
    """Return the points of a pair without the item that suspects share."""
    return Standing(scorer(values).points, *ranges.over(worlds).points)


def counted_in(alone: Fact, rivals: Sequence[Rival], own: Standing, rule: Coupling) -> Fact:
    """Return the alternative causes with the rivals counted in; a decision stays as it is."""
    if alone.origin == "stated":
        return alone
    return coupled(alone, [_effect_of(rival, own, rule) for rival in rivals])


def _rivals(pair: PairEvidence, pairs: Iterable[PairEvidence]) -> Iterator[PairEvidence]:
    for other in pairs:
        if (
            other.reaction.id == pair.reaction.id
            and other.index.id == pair.index.id  # weighed for the same episode
            and other.drug.id not in pair.own_drugs
            and other.drug.role in RIVAL_ROLES
        ):
            yield other


def _rival(pair: PairEvidence, its: Standing, rule: Coupling) -> Rival:
    out = [(pair.facts[name], values) for name, values in rule.not_a_rival.items()]
    unknown = bool(rule.nothing_known) and all(
        pair.facts[name].value in values for name, values in rule.nothing_known.items()
    )
    return Rival(
        drug=str(pair.drug.id),
        standing=its,
        out=unknown or any(fact.value in values for fact, values in out),
        may_be_out=unknown
        or any(values.intersection((*fact.possible, fact.value)) for fact, values in out),
        is_out=any(values.issuperset(fact.possible) for fact, values in out),
    )


def _effect_of(rival: Rival, own: Standing, rule: Coupling) -> RivalEffect:
    """Return what a rival does to the alternative causes, and what it could still do."""
    theirs = rival.standing
    could: set[Effect | None] = {
        _effect(difference, rule)
        for difference in range(theirs.low - own.high, theirs.high - own.low + 1)
    }
    scored = None if rival.out else _effect(theirs.total - own.total, rule)
    if rival.may_be_out:
        could.add(None)
    if rival.is_out:
        could = {None}
    could.add(scored)
    return RivalEffect(rival.drug, scored, frozenset(could))


def _effect(difference: int, rule: Coupling) -> Effect | None:
    if difference >= rule.more_likely_from:
        return "more_likely"
    return "possible" if difference >= rule.possible_from else None


def flag_shared_withdrawal(
    pairs: Sequence[PairEvidence], snapshot: "Snapshot"
) -> list[PairEvidence]:
    """Return the pairs with a remark where suspects were stopped together.

    Such a dechallenge does not tell which of them it was.
    """
    return [_flagged(pair, pairs, snapshot) for pair in pairs]


def _flagged(
    pair: PairEvidence, pairs: Sequence[PairEvidence], snapshot: "Snapshot"
) -> PairEvidence:
    together = [
        other.drug.name
        for other in pairs
        if other.reaction.id == pair.reaction.id
        and other.drug.id not in pair.own_drugs
        and other.drug.role in RIVAL_ROLES
        and _stopped_together(pair, other, snapshot)
    ]
    if not together:
        return pair
    fact = pair.facts["action"].flagged(
        "dechallenge_does_not_discriminate", drugs=tuple(sorted(together))
    )
    return replace(pair, facts={**pair.facts, "action": fact})


def _stopped_together(pair: PairEvidence, other: PairEvidence, snapshot: "Snapshot") -> bool:
    actions = (pair.facts["action"], other.facts["action"])
    if any(action.value != "withdrawn" or not action.events for action in actions):
        return False
    days = snapshot.days(actions[0].events[0], actions[1].events[0])
    return (
        days.earliest is not None
        and days.latest is not None
        and max(abs(days.earliest), abs(days.latest)) <= TOGETHER_DAYS
    )
