"""The order of a ranking (a rule of this project; DESIGN section 7 gives what stands in it).

Drugs follow their category and total. Conditions are graded by their state in the differential,
which is read next to each drug: one that is more likely stands before the drugs that it explains
better; a possible one is equally or less likely (SEFV-H, alternative causes, answer 2), so it
stands behind the drugs above the lowest category and before those in it; one that was not studied
comes after all of these, as not known; one that is ruled out comes last. Equals share a rank, and
so do drugs on each of which the reaction came back, where none explains it better than another
(rule 4: within 2 points): all of them are culprits (Kim 2010: rifampicin and pyrazinamide).
"""

from collections.abc import Mapping, Sequence

from causality.ranking.entries import Entry, GradedDrug
from causality.scoring.model import Algorithm

Place = tuple[int, int, int, int]
_ABOVE_LOWEST, _POSSIBLE, _LOWEST, _NOT_ASSESSED, _RULED_OUT = range(5)
_GROUPS: Mapping[str, int] = {
    "possible": _POSSIBLE,
    "not_assessed": _NOT_ASSESSED,
    "ruled_out": _RULED_OUT,
}


def ranked(entries: Sequence[Entry], algorithm: Algorithm) -> tuple[Entry, ...]:
    """Return the entries in order, each with its rank; those in the same place share it."""
    own = {entry.key: _place(entry, entries, algorithm) for entry in entries}
    places = {**own, **_shared(entries, own)}
    ordered = sorted(
        entries, key=lambda e: (places[e.key], own[e.key], e.kind == "concomitant", e.names, e.key)
    )
    return tuple(
        entry._replace(rank=1 + sum(place < places[entry.key] for place in places.values()))
        for entry in ordered
    )


def _shared(entries: Sequence[Entry], places: Mapping[str, Place]) -> dict[str, Place]:
    """Return the one place of the drugs on each of which the reaction came back."""
    culprits = [entry.key for entry in entries if any(map(_came_back, entry.drugs))]
    return dict.fromkeys(culprits, min((places[key] for key in culprits), default=(0, 0, 0, 0)))


def _came_back(drug: GradedDrug) -> bool:
    facts = drug.pair.facts
    return facts["rechallenge"].value == "positive" and facts["alternative"].value != "more_likely"


def _place(entry: Entry, entries: Sequence[Entry], algorithm: Algorithm) -> Place:
    if entry.cause is None:
        return _place_of_drug(entry, algorithm)
    if entry.cause.state != "more_likely":
        return (_GROUPS[entry.cause.state], 0, 0, 0)
    better = set(entry.cause.explains_better)
    explained = [
        _place_of_drug(other, algorithm)
        for other in entries
        if other.cause is None and better.intersection(other.ids)
    ]
    return min([*((*place[:3], -1) for place in explained), (_POSSIBLE, 0, 0, -1)])


def _place_of_drug(entry: Entry, algorithm: Algorithm) -> Place:
    category, total = max(drug.strength(algorithm) for drug in entry.drugs)
    above = any(above_lowest(algorithm, drug.score.category) for drug in entry.drugs)
    return (_ABOVE_LOWEST if above else _LOWEST, -category, -total, 0)


def above_lowest(algorithm: Algorithm, category: str) -> bool:
    """Tell whether a category is above the lowest one; one that judges nothing is not."""
    levels = [algorithm.level(name) for name in algorithm.categories]
    if all(level is None for level in levels):
        return algorithm.rank(category) > 0
    level = algorithm.level(category)
    return level is not None and level > min(n for n in levels if n is not None)
