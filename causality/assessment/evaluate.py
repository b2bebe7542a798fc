"""The facts of all pairs of a case at any moment: derived, decided by a person, then coupled."""

from collections.abc import Mapping, Sequence

from causality.assessment.method import Method
from causality.coupling import couple, flag_shared_withdrawal
from causality.evidence.decisions import decided
from causality.evidence.derive import PairDeriver
from causality.evidence.pair import PairEvidence
from causality.timeline.snapshot import Snapshot, Timeline

SCORED_ROLES = frozenset({"suspect", "interacting"})
Overrides = Mapping[tuple[str, str], Mapping[str, str]]


class Evaluator:
    """Evaluates a case at one moment after another; what has not changed is not done again.

    Parameters
    ----------
    overrides
        What-if values: (drug id, reaction id) to fact to value.
    conventions
        Other choices than those of the method.
    """

    def __init__(
        self,
        timeline: Timeline,
        method: Method,
        overrides: Overrides,
        conventions: Mapping[str, str] | None = None,
    ) -> None:
        self.method = method
        self.overrides = overrides
        chosen = method.conventions if conventions is None else conventions
        self.reactions = [
            _ReactionPairs(
                [
                    PairDeriver(timeline, drug, reaction, method.knowledge, chosen)
                    for drug in timeline.case.drugs
                    if drug.role in SCORED_ROLES
                ]
            )
            for reaction in timeline.case.reactions
        ]

    def __call__(self, snapshot: Snapshot) -> list[PairEvidence]:
        """Return the facts of every pair that has begun, drug by drug."""
        found = [self._reaction(pairs, snapshot) for pairs in self.reactions]
        rank = {str(drug.id): number for number, drug in enumerate(snapshot.case.drugs)}
        return sorted((p for pairs in found for p in pairs), key=lambda p: rank[p.key[0]])

    def _reaction(self, pairs: "_ReactionPairs", snapshot: Snapshot) -> Sequence[PairEvidence]:
        derived = [evidence for pair in pairs.derivers if (evidence := pair.at(snapshot))]
        seen = frozenset(e for e in snapshot.visible if e.startswith("decision."))
        key = (tuple(id(evidence) for evidence in derived), seen)
        if pairs.last_key != key:
            stated = [
                decided(snapshot, evidence, self.overrides.get(evidence.key, {}))
                for evidence in derived
            ]
            weighing = self.method.weighing
            coupled = couple(stated, weighing.rule, weighing.scorer, weighing.ranges)
            pairs.last_key, pairs.last = key, flag_shared_withdrawal(coupled, snapshot)
        return pairs.last


class _ReactionPairs:
    """The pairs of one reaction, and what they were when last looked at."""

    def __init__(self, derivers: list[PairDeriver]) -> None:
        self.derivers = derivers
        self.last_key: tuple[tuple[int, ...], frozenset[str]] | None = None
        self.last: Sequence[PairEvidence] = ()
