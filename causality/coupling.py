"""The suspects of one case as alternatives to each other, whatever their order (rule 4)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from causality.evidence.alternatives import coupled
from causality.evidence.pair import PairEvidence
from causality.knowledge.model import Coupling
from causality.scoring.engine import Scorer
from causality.timeline.snapshot import Snapshot

TOGETHER_DAYS = 3
"""Suspects stopped within so many days of each other share their dechallenge."""
RIVAL_ROLES = frozenset({"suspect", "interacting"})


def couple(
    pairs: Sequence[PairEvidence],
    rule: Coupling,
    scorer: Scorer,
) -> list[PairEvidence]:
    """Return the pairs with the other suspects counted among the alternative causes.

    Every suspect is scored without that item first, so the order of the drugs cannot matter. A
    person's decision about the alternatives stays as it is.

    Parameters
    ----------
    scorer
        Of the algorithm that the rule names, without the item that the rule names.
    """
    own = {pair.key: _own_points(pair, scorer) for pair in pairs}
    result = []
    for pair in pairs:
        if pair.facts["alternative"].origin == "stated":
            result.append(pair)
            continue
        effects = {
            str(rival.drug.id): effect
            for rival in _rivals(pair, pairs, rule)
            if (effect := _effect(own[rival.key] - own[pair.key], rule))
        }
        fact = coupled(pair.facts["alternative"], effects)
        result.append(replace(pair, facts={**pair.facts, "alternative": fact}))
    return result


def _own_points(pair: PairEvidence, scorer: Scorer) -> int:
    return scorer({name: fact.value for name, fact in pair.facts.items()}).total


def _rivals(
    pair: PairEvidence, pairs: Iterable[PairEvidence], rule: Coupling
) -> Iterable[PairEvidence]:
    for other in pairs:
        if (
            other.reaction.id == pair.reaction.id
            and other.index.id == pair.index.id  # weighed for the same episode
            and other.drug.id not in pair.own_drugs
            and other.drug.role in RIVAL_ROLES
            and not any(
                other.facts[name].value in values for name, values in rule.not_a_rival.items()
            )
        ):
            yield other


def _effect(difference: int, rule: Coupling) -> str | None:
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
