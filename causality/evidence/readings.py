"""What holds in every reading of dates that leave the index episode or the order of doses open."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from causality.case.model import Exposure
from causality.evidence.fact import Fact
from causality.evidence.pair import PairEvidence
from causality.terms.facts import FACTS, default, in_order, open_values

_BY_ORDER_OF_DOSES: tuple[str, ...] = (
    "onset",
    "action",
    "course",
    "improvement_explained_by",
    "rechallenge",
)


def any_of(found: Sequence[PairEvidence]) -> PairEvidence:
    """Return what holds whichever choice of the index episode is the true one."""
    facts = {name: _either([evidence.facts[name] for evidence in found]) for name in FACTS}
    return replace(found[0], facts=facts, choices=tuple(evidence.facts for evidence in found))


def with_order_open(
    evidence: PairEvidence, open_pairs: Sequence[tuple[Exposure, Exposure]], early: Collection[str]
) -> PairEvidence:
    """Return evidence that leaves open what the order of the doses bears on, where it is open.

    What is scored is the order in which the file is read; any other order may be the true one.
    Doses later than the course of the index episode say nothing about the onset and the
    withdrawal, and a re-exposure that was positive stays so in any order of the others.

    Parameters
    ----------
    early
        Ids of the exposures up to the course of the index episode.
    """
    if any(exposure.id in early for pair in open_pairs for exposure in pair):
        names = _BY_ORDER_OF_DOSES
    elif open_pairs and evidence.facts["rechallenge"].possible != ("positive",):
        names = ("rechallenge",)
    else:
        return evidence
    widened = {
        name: replace(fact, possible=in_order(name, {*fact.possible, *open_values(name)}))
        for name, fact in evidence.facts.items()
        if name in names
    }
    widened["rechallenge"] = widened["rechallenge"].flagged("order_of_doses_open")
    return replace(evidence, facts={**evidence.facts, **widened}, choices=())


def _either(choices: Sequence[Fact]) -> Fact:
    """Return a fact that leaves open all that any choice of the index episode does."""
    first = choices[0]
    possible = in_order(first.name, {value for fact in choices for value in fact.possible})
    if possible == first.possible:
        return first
    if first.name == "onset":
        value = default("onset") if "before_exposure" in possible else possible[-1]
    else:
        value = possible[0] if len(possible) == 1 else default(first.name)
    return replace(first, value=value, possible=possible)
