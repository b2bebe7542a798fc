"""The suspects of one case as alternatives to each other, whatever their order (rule 4)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from causality.evidence.alternatives import Effect, RivalEffect, coupled
from causality.evidence.pair import PairEvidence
from causality.knowledge.model import Coupling
from causality.scoring.engine import Scorer
from causality.scoring.ranges import RangeFinder
from causality.timeline.snapshot import Snapshot

TOGETHER_DAYS = 3
"""Suspects stopped within so many days of each other share their dechallenge."""
RIVAL_ROLES = frozenset({"suspect", "interacting"})


@dataclass(frozen=True, slots=True)
class _Standing:
    """The points of a pair without the item that suspects share: scored, lowest, highest."""

    total: int
    low: int
    high: int


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
    standings = {pair.key: _standing(pair, scorer, ranges) for pair in pairs}
    result = []
    for pair in pairs:
        if pair.facts["alternative"].origin == "stated":
            result.append(pair)
            continue
        effects = [
            _effect_of(rival, standings[rival.key], standings[pair.key], rule)
            for rival in _rivals(pair, pairs)
        ]
        fact = coupled(pair.facts["alternative"], effects)
        result.append(replace(pair, facts={**pair.facts, "alternative": fact}))
    return result


def _standing(pair: PairEvidence, scorer: Scorer, ranges: RangeFinder) -> _Standing:
    found = ranges.over(pair.worlds())
    return _Standing(scorer(pair.values()).points, *found.points)


def _rivals(pair: PairEvidence, pairs: Iterable[PairEvidence]) -> Iterator[PairEvidence]:
    for other in pairs:
        if (
            other.reaction.id == pair.reaction.id
            and other.index.id == pair.index.id  # weighed for the same episode
            and other.drug.id not in pair.own_drugs
            and other.drug.role in RIVAL_ROLES
        ):
            yield other


def _effect_of(
    rival: PairEvidence, theirs: _Standing, own: _Standing, rule: Coupling
) -> RivalEffect:
    """Return what a rival does to the alternative causes, and what it could still do."""
    could: set[Effect | None] = {
        _effect(difference, rule)
        for difference in range(theirs.low - own.high, theirs.high - own.low + 1)
    }
    scored = _effect(theirs.total - own.total, rule)
    out = [(rival.facts[name], values) for name, values in rule.not_a_rival.items()]
    if any(fact.value in values for fact, values in out):
        scored = None
    if any(values.intersection((*fact.possible, fact.value)) for fact, values in out):
        could.add(None)
    if any(values.issuperset(fact.possible) for fact, values in out):
        could = {None}
    could.add(scored)
    return RivalEffect(str(rival.drug.id), scored, frozenset(could))


def _effect(difference: int, rule: Coupling) -> Effect | None:
    if difference >= rule.more_likely_from:
        return "more_likely"
    return "possible" if difference >= rule.possible_from else None


def flag_shared_withdrawal(pairs: Sequence[PairEvidence], snapshot: Snapshot) -> list[PairEvidence]:
    """Return the pairs with a remark where suspects were stopped together.

    Such a dechallenge does not tell which of them it was.
    """
    return [_flagged(pair, pairs, snapshot) for pair in pairs]


def _flagged(pair: PairEvidence, pairs: Sequence[PairEvidence], snapshot: Snapshot) -> PairEvidence:
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


def _stopped_together(pair: PairEvidence, other: PairEvidence, snapshot: Snapshot) -> bool:
    actions = (pair.facts["action"], other.facts["action"])
    if any(action.value != "withdrawn" or not action.events for action in actions):
        return False
    days = snapshot.days(actions[0].events[0], actions[1].events[0])
    return (
        days.earliest is not None
        and days.latest is not None
        and max(abs(days.earliest), abs(days.latest)) <= TOGETHER_DAYS
    )
