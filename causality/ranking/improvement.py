"""What an improvement is worth as a reason: how the drug had gone, and what else there was."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from causality.evidence.fact import Fact
from causality.evidence.pair import PairEvidence
from causality.ranking.entries import NO_PARAMS, Params, Statement

Remark = tuple[str, Params]
_SHARED = "dechallenge_does_not_discriminate"
_LATE = "late_improvement"
_CODES: Mapping[str, str] = {
    "action.single_dose": "reason.dechallenge_single",
    "action.completed": "reason.dechallenge_ended",
    "action.ended": "reason.dechallenge_perhaps_ended",
    "action.ended_before_improvement": "reason.dechallenge_perhaps_ended",
}
"""How the drug had gone, by the rule of the action; else it was withdrawn from the reaction."""
_OPEN_REMARKS = frozenset({"reason.treatment_not_reported", "reason.no_other_withdrawn"})
ENDED_BEFORE: Remark = ("reason.ended_before", NO_PARAMS)


class Improvement(NamedTuple):
    """An improvement as a reason; ``clean`` where nothing takes from it."""

    statement: Statement
    clean: bool


def improvement(pair: PairEvidence, others: Iterable[PairEvidence]) -> Improvement | None:
    """Return what an improvement without the drug says; None where it says nothing.

    A reaction that began before the drug did not improve because the drug had gone.

    Parameters
    ----------
    others
        The other drugs of the reaction.
    """
    action, course = pair.facts["action"], pair.facts["course"]
    off = action.value in ("withdrawn", "single_dose") and course.value == "improved"
    if not off or pair.facts["onset"].value == "before_exposure":
        return None
    code = _code(pair, action)
    remarks = (*_treatment(pair), *_other_withdrawals(pair, others), *_delay(course))
    statement = Statement(code=code, events=course.events, sources=course.sources, remarks=remarks)
    clean = code == "reason.dechallenge" and all(
        name in _OPEN_REMARKS or name == "reason.untreated" for name, _ in remarks
    )
    return Improvement(statement, clean)


def _code(pair: PairEvidence, action: Fact) -> str:
    if ended_before(pair):
        return "reason.dechallenge_ended"
    rule = "action.single_dose" if action.value == "single_dose" else action.rule
    return _CODES.get(rule, "reason.dechallenge")


def ended_before(pair: PairEvidence) -> bool:
    """Tell whether a course of several doses had certainly ended before the reaction began."""
    stop = pair.withdrawal.stop_after_onset
    ended = stop is not None and stop.latest is not None and stop.latest < 0
    return ended and pair.facts["action"].value == "withdrawn"


def _treatment(pair: PairEvidence) -> Iterator[Remark]:
    explained, measured = pair.facts["improvement_explained_by"], pair.withdrawal
    flags = dict(explained.flags)
    if "steroid_treated_dechallenge" in flags:
        yield "steroid_treated_dechallenge", flags["steroid_treated_dechallenge"]
    elif explained.value == "nothing_else":
        yield "reason.untreated", NO_PARAMS
    elif explained.value == "tolerance":
        yield "reason.tolerance", NO_PARAMS
    elif explained.value == "treatment" or (
        measured.treated or measured.other_treatment or measured.steroid is not None
    ):
        yield "reason.treated", NO_PARAMS
    else:
        yield "reason.treatment_not_reported", NO_PARAMS


def _other_withdrawals(pair: PairEvidence, others: Iterable[PairEvidence]) -> Iterator[Remark]:
    """Yield which other suspects went in the same episode; nothing where there is no other."""
    suspects = [
        other
        for other in others
        if other.drug.role != "concomitant" and pair.own_drugs.isdisjoint(other.own_drugs)
    ]
    shared = dict(pair.facts["action"].flags).get(_SHARED, NO_PARAMS).get("drugs", ())
    gone = {other.drug.name for other in suspects if _withdrawn(other, pair)}
    gone.update(shared if isinstance(shared, tuple) else ())
    if gone:
        yield "reason.others_withdrawn", {"drugs": tuple(sorted(gone))}
    elif suspects:
        yield "reason.no_other_withdrawn", NO_PARAMS


def _withdrawn(other: PairEvidence, pair: PairEvidence) -> bool:
    """Tell whether another drug may have been withdrawn from the same episode."""
    action = other.facts["action"]
    return (
        other.index.id == pair.index.id and action.value == "withdrawn" and not ended_before(other)
    )


def _delay(course: Fact) -> Iterator[Remark]:
    late = dict(course.flags).get(_LATE)
    if late is not None:
        yield "reason.late", late
