"""Did the reaction come back on re-exposure, and does its absence mean anything (rule 3)."""

from collections.abc import Sequence

from causality.evidence.fact import Fact, not_reported, settled
from causality.measures.values import RechallengeMeasures, ReExposure
from causality.terms.dates import Span
from causality.terms.facts import in_order

_Answer = tuple[ReExposure, frozenset[str], str]
"""A re-exposure with the values that it leaves possible, and why."""
_STRONGEST = ("positive", "negative", "unknown", "uninformative")


def rechallenge(m: RechallengeMeasures, washout_days: int) -> Fact:
    """Return the fact ``rechallenge``.

    Once positive it stays positive; a negative one counts only at the dose and for the time that
    reacted, without cover and without desensitisation. Silence about recurrence is unknown.
    """
    if not m.re_exposures:
        if not m.reported:
            return not_reported("rechallenge")
        return settled("rechallenge", "not_done", "rechallenge.none")
    answers = [
        (re_exposure, *_answers(re_exposure, m.original_latency, washout_days))
        for re_exposure in m.re_exposures
    ]
    combined = _combine([values for _, values, _ in answers])
    possible = in_order("rechallenge", combined)
    value = possible[0] if len(possible) == 1 else "unknown"
    deciding, _, reason = min(answers, key=lambda a: _rank(a[1]))
    params = {
        "kind": deciding.kind,
        "ratio": "?" if deciding.dose_ratio is None else f"{deciding.dose_ratio:.2g}",
        "count": len(m.re_exposures),
    }
    fact = Fact(
        name="rechallenge",
        value=value,
        possible=possible,
        rule=f"rechallenge.{reason}",
        params=params,
    )
    fact = _with_remarks(fact, answers)
    if washout_days and deciding.gap.latest is None and value in ("positive", "negative"):
        fact = fact.flagged("gap_not_reported", days=washout_days)
    return fact.resting_on([deciding.event, deciding.recurrence_event])


_SILENT = frozenset({"positive", "negative", "uninformative", "unknown"})


def _answers(r: ReExposure, latency: Span, washout_days: int) -> tuple[frozenset[str], str]:
    """Return the values one re-exposure leaves possible, and why."""
    separate, why = _separate(r, washout_days)
    if separate == {False}:
        return frozenset({"uninformative"}), why
    if r.recurred == "yes":
        values, reason = frozenset({"positive"}), "positive"
    elif r.recurred == "unknown":
        values, reason = _SILENT, "silent"
    else:
        values, reason = _without_recurrence(r, latency)
    if separate == {True, False} and values != {"uninformative"}:
        return values | {"uninformative"}, why
    return values, reason


def _separate(r: ReExposure, washout_days: int) -> tuple[set[bool], str]:
    """Tell whether it is a re-exposure at all: resolved before, and the drug gone."""
    possible = {"yes": {True}, "no": {False}, "unknown": {True, False}}[r.resolved_before]
    why = "not_resolved_before"
    if r.gap.latest is not None and r.gap.latest < washout_days:
        return {False}, "before_washout"
    if r.gap.latest is None and r.resolved_before == "yes":
        return possible, why  # the gap is not reported, but the reaction had time to resolve
    if washout_days and (r.gap.earliest is None or r.gap.earliest < washout_days):
        possible = possible | {False}
        why = "before_washout" if r.resolved_before == "yes" else why
    return possible, why


def _without_recurrence(r: ReExposure, latency: Span) -> tuple[frozenset[str], str]:
    """Apply the quality gate to a re-exposure without recurrence."""
    if r.desensitisation:
        return frozenset({"uninformative"}), "tolerated_under_desensitisation"
    if r.covered == "yes":
        return frozenset({"uninformative"}), "tolerated_under_cover"
    if r.dose_ratio is not None and r.dose_ratio < 1:
        return frozenset({"uninformative"}), "tolerated_lower_dose"
    needed, observed = latency.latest, r.duration
    if (
        observed.latest is not None
        and latency.earliest is not None
        and observed.latest < latency.earliest
    ):
        return frozenset({"uninformative"}), "tolerated_too_short"
    long_enough = (
        needed is not None and observed.earliest is not None and observed.earliest >= needed
    )
    if r.dose_ratio is None or not long_enough or r.covered == "unknown":
        return frozenset({"negative", "uninformative"}), "tolerated_conditions_unknown"
    return frozenset({"negative"}), "negative"


def _combine(sets: list[frozenset[str]]) -> set[str]:
    """Return every value that some choice from the sets gives: the strongest one counts."""
    result: set[str] = {"uninformative"}
    for values in sets:
        result = {min(a, b, key=_STRONGEST.index) for a in result for b in values}
    return result


def _rank(values: frozenset[str]) -> tuple[int, int]:
    return min(map(_STRONGEST.index, values)), len(values)


def _with_remarks(fact: Fact, answers: Sequence[_Answer]) -> Fact:
    """Name the conditions of a positive one, and what later tolerance does or does not mean."""
    positive = next((n for n, (r, _, _) in enumerate(answers) if r.recurred == "yes"), None)
    if fact.value != "positive" or positive is None:
        return fact
    first = answers[positive][0]
    if first.kind != "plain":
        fact = fact.flagged(f"recurred_despite_{first.kind}", ratio=fact.params["ratio"])
    return _with_later_tolerance(fact, answers[positive + 1 :])


_CHANGED_PROTOCOL = frozenset(
    {"tolerated_under_desensitisation", "tolerated_under_cover", "tolerated_lower_dose"}
)


def _with_later_tolerance(fact: Fact, later: Sequence[_Answer]) -> Fact:
    """Say of re-exposures without recurrence whether they speak against the drug."""
    for re_exposure, values, reason in later:
        if re_exposure.recurred != "no":
            continue
        if values == {"negative"}:
            told = fact.flagged("tolerated_later_plain")
        elif "negative" in values:
            told = fact.flagged("tolerated_later_conditions_unknown")
        elif reason in _CHANGED_PROTOCOL:
            told = fact.flagged("tolerated_later")
        else:
            told = fact.flagged("tolerated_later_too_short")
        fact = told if told.flags[-1] not in fact.flags else fact
    return fact
