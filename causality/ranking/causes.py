"""The conditions that can cause a reaction, with the state they have next to each drug."""

from collections.abc import Iterable, Mapping, Sequence

from causality.case.model import Condition
from causality.evidence.alternatives import Finding, State
from causality.evidence.pair import PairEvidence
from causality.evidence.presence import first_seen_period_event
from causality.knowledge.base import Knowledge
from causality.ranking.entries import Cause
from causality.timeline.snapshot import Snapshot

STATES: tuple[State, ...] = ("more_likely", "possible", "not_assessed", "ruled_out")
"""From the most likely on."""


def causes(
    snapshot: Snapshot, pairs: Sequence[PairEvidence], knowledge: Knowledge
) -> tuple[Cause, ...]:
    """Return the conditions worth a place: present in the case, or judged by a test.

    A mimic is none: it questions the diagnosis and causes nothing.
    """
    in_order = sorted(pairs, key=lambda pair: pair.key)
    states = {pair.key: states_beside(pair) for pair in in_order}
    found: dict[str, list[tuple[PairEvidence, Finding]]] = {}
    for pair in in_order:
        for finding in pair.findings:
            if finding.id in states[pair.key]:
                found.setdefault(finding.id, []).append((pair, finding))
    return tuple(
        _cause(snapshot, found[key], {p.key: states[p.key][key] for p, _ in found[key]}, knowledge)
        for key in sorted(found)
    )


def states_beside(pair: PairEvidence) -> dict[str, State]:
    """Return the state of every condition next to one drug.

    What a person decided about the diseases of the case wins: nothing is more likely than that,
    and what stands first in the differential is as likely.
    """
    worth = [f for f in pair.findings if f.entry.kind != "mimic" and _worth_telling(f)]
    derived: dict[str, State] = {finding.id: finding.state for finding in worth}
    fact = pair.facts["alternative_nondrug"]
    if fact.origin != "stated" or not derived:
        return derived
    decided = STATES[[str(state) for state in STATES].index(fact.value)]  # the values are the same
    leading = min(derived.values(), key=STATES.index)
    return {
        key: decided if state == leading else _later(state, decided)
        for key, state in derived.items()
    }


def _later(one: State, other: State) -> State:
    return STATES[max(STATES.index(one), STATES.index(other))]


def _worth_telling(finding: Finding) -> bool:
    return finding.state != "not_assessed" or bool(finding.presences)


def _cause(
    snapshot: Snapshot,
    found: Sequence[tuple[PairEvidence, Finding]],
    states: Mapping[tuple[str, str], State],
    knowledge: Knowledge,
) -> Cause:
    pair, finding = min(found, key=lambda item: STATES.index(states[item[0].key]))
    named = {p.name for _, f in found for p in f.presences}
    conditions = _conditions(snapshot, finding.id, named, knowledge)
    indications = sorted(named - {condition.term for condition in conditions})
    return Cause(
        finding=finding,
        state=states[pair.key],
        explains_better=tuple(p.key[0] for p, _ in found if states[p.key] == "more_likely"),
        names=(*indications, *(condition.term for condition in conditions)),
        condition_ids=tuple(str(condition.id) for condition in conditions),
    )


def _conditions(
    snapshot: Snapshot, key: str, named: Iterable[str], knowledge: Knowledge
) -> list[Condition]:
    """Return the conditions of the case that name a cause, the latest begun last."""
    rank, names = snapshot.timeline.rank, set(named)
    begun = [
        (rank[begin], condition)
        for condition in snapshot.case.conditions
        if condition.term in names
        and condition.present != "no"
        and (begin := first_seen_period_event(snapshot, condition))
        and key in knowledge.alternatives_named(condition.term)
    ]
    return [condition for _, condition in sorted(begun, key=lambda item: item[0])]
