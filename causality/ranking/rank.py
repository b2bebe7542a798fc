"""The ranking of every reaction of a case: suspects, concomitants and conditions in one list."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from causality.case.model import Drug, Episode, Reaction
from causality.coupling import Weighing, couple
from causality.evidence.decisions import decided
from causality.evidence.derive import PairDeriver
from causality.evidence.lookups import DrugLookup, ReactionLookup, unscored_culprits
from causality.evidence.pair import PairEvidence
from causality.knowledge.base import Knowledge
from causality.ranking.causes import causes
from causality.ranking.compare import began_without, comparison
from causality.ranking.conclusion import Conclusion, conclusion
from causality.ranking.entries import Cause, Comparison, Entry, GradedDrug, Kind, Statements
from causality.ranking.order import ranked
from causality.ranking.statements import about_cause, about_drug
from causality.scoring.engine import Scorer
from causality.timeline.snapshot import Snapshot

_OUT_OF_WINDOW = frozenset({"before_exposure", "incompatible"})


class Grading(NamedTuple):
    """How a ranking is made: the grading algorithm, how rivals are weighed, the knowledge."""

    scorer: Scorer
    weighing: Weighing
    knowledge: Knowledge
    conventions: Mapping[str, str]


class Ranking(NamedTuple):
    """All that could have caused one reaction, in order.

    ``not_exposed`` are the concomitant drugs that were not given in the window.
    """

    reaction: Reaction
    entries: tuple[Entry, ...]
    conclusion: Conclusion | None
    comparisons: tuple[Comparison, ...]
    not_exposed: tuple[Drug, ...]


def rankings(
    snapshot: Snapshot, pairs: Sequence[PairEvidence], grading: Grading
) -> tuple[Ranking, ...]:
    """Return a ranking per reaction that has begun with any suspect.

    Parameters
    ----------
    pairs
        Of the suspects, with each other counted in.
    """
    found = []
    for reaction in snapshot.case.reactions:
        suspects = [pair for pair in pairs if pair.reaction.id == reaction.id]
        if suspects:
            found.append(_ranking(snapshot, reaction, suspects, grading))
    return tuple(found)


def _ranking(
    snapshot: Snapshot, reaction: Reaction, suspects: Sequence[PairEvidence], grading: Grading
) -> Ranking:
    about = ReactionLookup(snapshot.case, reaction, grading.knowledge)
    concomitants, not_exposed = _concomitants(snapshot, reaction, suspects, grading)
    suspected = _graded(snapshot, about, suspects, grading)
    beside = _graded(snapshot, about, concomitants, grading)
    found = causes(snapshot, [*suspects, *concomitants], grading.knowledge)
    comparisons = _comparisons(snapshot, about, suspected, found, grading)
    strongest = _strongest(suspected, grading)
    leading = [c for c in comparisons if str(c.drug.id) in strongest]
    entries = [
        *_drug_entries(suspected, comparisons, grading),
        *(_drug_entry("concomitant", [drug], (), grading) for drug in beside),
        *(_cause_entry(cause, [*suspects, *concomitants], leading) for cause in found),
    ]
    algorithm = grading.scorer.algorithm
    in_order = ranked(entries, algorithm)
    return Ranking(
        reaction=reaction,
        entries=in_order,
        conclusion=conclusion(in_order, algorithm, grading.conventions),
        comparisons=comparisons,
        not_exposed=not_exposed,
    )


def _concomitants(
    snapshot: Snapshot, reaction: Reaction, suspects: Sequence[PairEvidence], grading: Grading
) -> tuple[list[PairEvidence], tuple[Drug, ...]]:
    """Return the concomitant drugs given in the window, scored as suspects are, and the others.

    The suspects are their rivals; they are nobody's, so that the suspects' scores stay as they are.
    The window is that of the episodes for which the suspects are weighed.
    """
    suspected = {drug for pair in suspects for drug in pair.own_drugs}
    episodes = {str(pair.index.id): pair.index for pair in suspects}
    found, not_exposed = [], []
    for drug in snapshot.case.drugs:
        if drug.role != "concomitant" or str(drug.id) in suspected:
            continue
        pair = _in_window(snapshot, drug, reaction, episodes, grading)
        if pair is None:
            not_exposed.append(drug)
        else:
            found.append(decided(snapshot, pair, {}))
    if not found:
        return [], tuple(not_exposed)
    weighing = grading.weighing
    coupled = couple([*suspects, *found], weighing.rule, weighing.scorer, weighing.ranges)
    return coupled[len(suspects) :], tuple(not_exposed)


def _in_window(
    snapshot: Snapshot,
    drug: Drug,
    reaction: Reaction,
    episodes: Mapping[str, Episode],
    grading: Grading,
) -> PairEvidence | None:
    """Return the facts of a drug that may have been given in the window, else None."""
    starts = [f"{e.id}.start" for e in drug.exposures if snapshot.sees(f"{e.id}.start")]
    onsets = [f"{episode}.onset" for episode in episodes]
    if all(snapshot.precedes(onset, start) for start in starts for onset in onsets):
        return None
    pair = PairDeriver(
        snapshot.timeline, drug, reaction, grading.knowledge, grading.conventions
    ).at(snapshot)
    if pair is None or str(pair.index.id) not in episodes:
        return None
    return None if _OUT_OF_WINDOW.issuperset(pair.facts["onset"].possible) else pair


def _graded(
    snapshot: Snapshot, about: ReactionLookup, pairs: Iterable[PairEvidence], grading: Grading
) -> list[GradedDrug]:
    """Return the drugs with their grade; entries of one substance are one drug, the strongest."""
    by_substance: dict[frozenset[str], list[PairEvidence]] = {}
    for pair in sorted(pairs, key=lambda p: p.key):
        by_substance.setdefault(pair.own_drugs, []).append(pair)
    found = []
    for same in by_substance.values():
        ids = tuple(pair.key[0] for pair in same)
        graded = [
            GradedDrug(pair=pair, score=grading.scorer(pair.values()), ids=ids) for pair in same
        ]
        best = max(graded, key=lambda drug: drug.strength(grading.scorer.algorithm))
        lookup = DrugLookup(snapshot.case, best.pair.drug, grading.knowledge)
        alone = began_without(snapshot, best.pair, lookup, about, grading.conventions)
        culprits = unscored_culprits(snapshot, about, f"{best.pair.index.id}.onset")
        names = tuple(str(d.id) for d in culprits if str(d.id) not in best.pair.own_drugs)
        found.append(best._replace(without=alone, not_counted=names))
    return found


def _strongest(drugs: Sequence[GradedDrug], grading: Grading) -> frozenset[str]:
    """Return the ids of the drugs that a condition is weighed against: the strongest suspects."""
    algorithm = grading.scorer.algorithm
    most = max(drug.strength(algorithm) for drug in drugs)
    return frozenset(i for drug in drugs if drug.strength(algorithm) == most for i in drug.ids)


def _comparisons(
    snapshot: Snapshot,
    about: ReactionLookup,
    drugs: Sequence[GradedDrug],
    found: Sequence[Cause],
    grading: Grading,
) -> tuple[Comparison, ...]:
    told = [cause for cause in found if cause.condition_ids]
    return tuple(
        compared
        for drug in drugs
        for lookup in [DrugLookup(snapshot.case, drug.pair.drug, grading.knowledge)]
        for cause in told
        if (compared := comparison(snapshot, drug, lookup, about, cause, grading.conventions))
    )


def _drug_entries(
    drugs: Sequence[GradedDrug], comparisons: Sequence[Comparison], grading: Grading
) -> Iterator[Entry]:
    """Yield the suspects; drugs said to interact in this reaction stand as one."""
    together = [drug for drug in drugs if drug.pair.drug.role == "interacting"]
    if len(together) > 1:
        algorithm = grading.scorer.algorithm
        together.sort(key=lambda drug: drug.strength(algorithm), reverse=True)
        yield _drug_entry("interaction", together, comparisons, grading)
    for drug in drugs:
        if len(together) <= 1 or drug.pair.drug.role != "interacting":
            yield _drug_entry("drug", [drug], comparisons, grading)


def _drug_entry(
    kind: Kind, drugs: Sequence[GradedDrug], comparisons: Sequence[Comparison], grading: Grading
) -> Entry:
    columns = Statements()
    for drug in drugs:
        own = [c for c in comparisons if str(c.drug.id) in drug.ids]
        columns = columns.plus(about_drug(drug, grading.scorer.algorithm, own, grading.conventions))
    return Entry(kind=kind, drugs=tuple(drugs), columns=columns)


def _cause_entry(
    cause: Cause, pairs: Sequence[PairEvidence], comparisons: Sequence[Comparison]
) -> Entry:
    own = [c for c in comparisons if c.cause.id == cause.id]
    return Entry(kind="condition", cause=cause, columns=about_cause(cause, pairs, own))
