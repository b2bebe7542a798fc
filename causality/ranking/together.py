"""What is true of all the drugs that lead a ranking together, and what of one of them only."""

from collections.abc import Sequence

from causality.evidence.pair import PairEvidence
from causality.ranking.entries import NO_PARAMS, Params, Statement

_EACH = {
    "reason.onset": "reason.onset_each",
    "reason.onset_after": "reason.onset_after_each",
}
"""Reasons that each drug has with days of its own."""
_AGAIN = "reason.rechallenge"
_WITHDRAWN, _WITHDRAWN_TOO = "reason.others_withdrawn", "reason.others_withdrawn_too"


def reason_of_all(
    pairs: Sequence[PairEvidence], reasons: Sequence[Sequence[Statement]]
) -> Statement | None:
    """Return the strongest reason that all drugs share, else that of the first, with its drug.

    Parameters
    ----------
    pairs
        The drugs that lead, the strongest first.
    reasons
        Of each of them, the strongest first.
    """
    for statement in reasons[0]:
        same = [next((s for s in r if _kind(s) == _kind(statement)), None) for r in reasons]
        found = [s for s in same if s is not None]
        if len(found) == len(pairs):
            return _merged(found, pairs)
    return reasons[0][0]._replace(drug=str(pairs[0].drug.id)) if reasons[0] else None


def doubt_of_all(
    doubt: Statement | None, pair: PairEvidence, others: Sequence[Sequence[Statement]]
) -> Statement | None:
    """Return a doubt about the first of the drugs, with its drug where the others have it not."""
    if doubt is None or all(any(_same(doubt, d) for d in found) for found in others):
        return doubt
    return doubt._replace(drug=str(pair.drug.id))


def _kind(statement: Statement) -> str:
    return _AGAIN if statement.code.startswith(_AGAIN) else statement.code


def _same(one: Statement, other: Statement) -> bool:
    return (one.code, dict(one.params)) == (other.code, dict(other.params))


def _shared_remarks(found: Sequence[Statement]) -> tuple[tuple[str, Params], ...]:
    """Return the remarks on all of some reasons; of each other's withdrawal without names."""
    shared = []
    for code, params in found[0].remarks:
        others = [dict(statement.remarks).get(code) for statement in found]
        if all(other == params for other in others):
            shared.append((code, params))
        elif code == _WITHDRAWN and None not in others:
            shared.append((_WITHDRAWN_TOO, NO_PARAMS))
    return tuple(shared)


def _merged(found: Sequence[Statement], pairs: Sequence[PairEvidence]) -> Statement:
    first = found[0]
    events = tuple(dict.fromkeys(event for s in found for event in s.events))
    sources = tuple(dict.fromkeys(source for s in found for source in s.sources))
    first = first._replace(events=events, sources=sources, remarks=_shared_remarks(found))
    if all(_same(first, s) for s in found):
        return first
    if first.code in _EACH:
        each = tuple(f"{p.drug.name} {s.params['days']}" for p, s in zip(pairs, found, strict=True))
        return first._replace(code=_EACH[first.code], params={"each": each})
    return first._replace(code=_kind(first), params={})
