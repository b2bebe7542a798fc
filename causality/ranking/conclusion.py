"""One sentence per reaction: who leads, at what level, for what reason, with what doubt.

The order of reasons and doubts is ours: first what tells one cause from another (re-exposure,
tests of the mechanism), then what only fits.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from causality.evidence.fact import Fact
from causality.evidence.pair import PairEvidence
from causality.ranking.entries import Cause, Entry, GradedDrug, Statement
from causality.ranking.improvement import improvement
from causality.ranking.order import above_lowest
from causality.ranking.statements import NO_CHOICES, began_without, discounted
from causality.ranking.together import doubt_of_all, reason_of_all
from causality.scoring.model import Algorithm


class Conclusion(NamedTuple):
    """Who leads a ranking, the main reason and the main doubt.

    ``best`` is the strongest drug: its grade is the level, unless a condition leads. ``text`` are
    the codes of the sentences, in order. Where several drugs lead, a reason or a doubt that is not
    true of all of them names its drug.
    """

    leading: tuple[Entry, ...]
    best: GradedDrug | None
    reason: Statement | None
    doubt: Statement | None
    text: tuple[str, ...]
    led_by: Cause | None = None  # a condition that explains the reaction better


def conclusion(
    entries: Sequence[Entry], algorithm: Algorithm, conventions: Mapping[str, str] = NO_CHOICES
) -> Conclusion | None:
    """Return the conclusion of a ranking; None for an empty one."""
    leading = tuple(entry for entry in entries if entry.rank == 1)
    if not leading:
        return None
    graded = [entry for entry in entries if entry.drugs]
    cause = next((entry.cause for entry in leading if entry.cause is not None), None)
    if cause is not None and cause.state == "more_likely":
        return _led_by_condition(leading, cause, graded)
    if not graded:
        return None
    best = graded[0].drugs[0]
    if not above_lowest(algorithm, best.score.category):
        return _no_drug(leading, entries, best)
    pairs = _pairs_of(leading, best)
    reason = reason_of_all(
        pairs,
        [
            list(_reasons(p, entries, credited=not discounted(p.facts, algorithm, conventions)))
            for p in pairs
        ],
    )
    doubt = _doubt(pairs, leading, entries)
    return Conclusion(
        leading=leading,
        best=best,
        reason=reason,
        doubt=doubt,
        text=_text(level_sentence(best, "conclusion.level"), reason, doubt),
    )


def _pairs_of(leading: Sequence[Entry], best: GradedDrug) -> list[PairEvidence]:
    """Return the drugs that a conclusion is about: the strongest, then those that equal it."""
    others = [e.drugs[0].pair for e in leading if e.drugs and e.drugs[0] is not best]
    return [best.pair, *others]


def _text(first: str, reason: Statement | None, doubt: Statement | None) -> tuple[str, ...]:
    """Return the sentences: the level, then the main reason and the main doubt if there are any."""
    more = (("conclusion.reason", reason), ("conclusion.doubt", doubt))
    return (first, *(code for code, statement in more if statement is not None))


def level_sentence(best: GradedDrug, otherwise: str) -> str:
    """Return the code of the sentence that says how a drug is graded."""
    return "conclusion.insufficient" if "insufficient" in best.score.flags else otherwise


def _no_drug(leading: tuple[Entry, ...], entries: Sequence[Entry], best: GradedDrug) -> Conclusion:
    """Return that no drug is above the lowest category, and what stays possible."""
    possible = [e for e in entries if e.cause is not None and e.cause.state == "possible"]
    names = {"conditions": _names(e.cause for e in possible if e.cause)}
    leading, best = _asked_about(leading, entries, best)
    tied = {drug for entry in leading for drug in entry.ids}
    found = [d for d in _doubts(best.pair, (), entries) if not _among(d, tied)]
    others = [list(_doubts(p, (), entries)) for p in _pairs_of(leading, best)[1:]]
    reason = next((d for d in found if d.code not in _NOT_KNOWN), None)
    reason = doubt_of_all(reason, best.pair, others)
    missing = next((d for d in found if d.code in _NOT_KNOWN), None)
    missing = doubt_of_all(missing, best.pair, others)
    doubt = Statement(code="doubt.not_shown", params=names) if possible else missing
    return Conclusion(
        leading=leading,
        best=best,
        reason=reason,
        doubt=doubt,
        text=_text(level_sentence(best, "conclusion.no_drug"), reason, doubt),
    )


def _asked_about(
    leading: tuple[Entry, ...], entries: Sequence[Entry], best: GradedDrug
) -> tuple[tuple[Entry, ...], GradedDrug]:
    """Return the strongest of those that somebody suspects; of a concomitant it says nothing.

    That a drug which nobody suspects stands as low as the suspects, or less low, is no finding.
    """
    suspected = [entry for entry in entries if entry.drugs and entry.kind != "concomitant"]
    if not suspected:
        return leading, best
    first = suspected[0]
    causes = tuple(entry for entry in leading if not entry.drugs)
    equals = tuple(entry for entry in suspected if entry.rank == first.rank)
    return (*causes, *equals), first.drugs[0]


_ONSET_OPEN = {
    "onset.spans": "doubt.order_unknown",
    "onset.order_only": "doubt.interval_unknown",
    "onset.no_window": "doubt.no_window",
}
"""What is not known of an onset, by its rule; else nothing is."""
_NOT_KNOWN = frozenset({"doubt.not_assessed", "doubt.onset_unknown", *_ONSET_OPEN.values()})
"""What is only missing is a doubt, and no reason for a low score."""


def _among(doubt: Statement, tied: Collection[str]) -> bool:
    """Tell whether a doubt only names drugs that do no better: then it is no reason."""
    return doubt.code == "doubt.rival_possible" and set(_ids(doubt)) <= set(tied)


def _ids(doubt: Statement) -> tuple[str, ...]:
    ids = doubt.params["drugs"]
    return ids if isinstance(ids, tuple) else ()


def _led_by_condition(
    leading: tuple[Entry, ...], cause: Cause, graded: Sequence[Entry]
) -> Conclusion:
    columns = next(entry.columns for entry in leading if entry.cause is cause)
    tests = [s for s in columns.for_ if s.code == "ground.test"]
    decided = [s for s in columns.for_ if s.code.startswith("rule.stated.")]
    reason = Statement(code="reason.present")
    if decided and decided[0].code == "rule.stated.what_if":
        reason = Statement(code="reason.supposed")
    elif decided:
        reason = Statement(code="reason.decided", params=decided[0].params)
    elif tests:
        named = tuple(str(s.params["test"]) for s in tests)
        events = tuple(event for s in tests for event in s.events)
        reason = Statement(code="reason.tests", params={"tests": named}, events=events)
    doubt = _doubt_of_condition(columns.against, graded)
    return Conclusion(
        leading=leading,
        best=graded[0].drugs[0] if graded else None,
        reason=reason,
        doubt=doubt,
        text=_text("conclusion.condition", reason, doubt),
        led_by=cause,
    )


def _doubt_of_condition(against: Sequence[Statement], graded: Sequence[Entry]) -> Statement | None:
    for entry in graded:
        for drug in entry.drugs:
            fact = drug.pair.facts["rechallenge"]
            if fact.value == "positive":
                return _from(fact, "doubt.drug_rechallenge", drugs=(drug.name,))
    for statement in against:
        if statement.code == "reading.off_active_none":
            params = {"conditions": (statement.params["condition"],)}
            return Statement(code="doubt.active_without", params=params, events=statement.events)
    return None


def _reasons(
    pair: PairEvidence, entries: Sequence[Entry], *, credited: bool
) -> Iterator[Statement]:
    """Yield what speaks for a drug, the strongest first."""
    facts = pair.facts
    again, onset, known = facts["rechallenge"], facts["onset"], facts["prior_knowledge"]
    if again.value == "positive":
        kind = again.params.get("kind", "")
        plain = kind in ("", "plain")
        code = "reason.rechallenge" if plain else "reason.rechallenge_despite"
        yield _from(again, code, **({} if plain else {"kind": kind}))
    for name, value in TELLING:
        if facts[name].value == value:
            yield _from(facts[name], f"reason.{value}" if name == _PAST else f"reason.{name}")
    others = [d.pair for entry in entries for d in entry.drugs if d.pair is not pair]
    improved = improvement(pair, others) if credited else None
    if improved is not None and improved.clean:
        yield improved.statement
    if onset.value in ("suggestive", "compatible", "on_withdrawal"):
        yield _from(onset, "reason.onset", **_interval(onset))
    if known.value == "well_known":
        yield _from(known, "reason.well_known")
    if improved is not None and not improved.clean:
        yield improved.statement
    if known.value == "occasional":
        yield _from(known, "reason.occasional")
    if onset.value == "not_coherent":
        yield _from(onset, "reason.onset_after", **_interval(onset))


def _interval(onset: Fact) -> Mapping[str, object]:
    """Return the days of an onset and what they count from."""
    return {name: onset.params.get(name, other) for name, other in _OF_ONSET.items()}


_OF_ONSET = {"days": "?", "start": "first"}


_PAST = "previous_reaction"
TELLING = (
    (_PAST, "same_substance"),
    ("drug_test", "positive"),
    ("drug_level", "toxic"),
    ("dose_response", "yes"),
    ("placebo", "not_recurred"),
    (_PAST, "cross_reactive"),
)


def _doubt(
    pairs: Sequence[PairEvidence], leading: Sequence[Entry], entries: Sequence[Entry]
) -> Statement | None:
    """Return the strongest thing that speaks against a drug, or is not known of it."""
    first, *others = [list(_doubts(pair, leading, entries)) for pair in pairs]
    return doubt_of_all(first[0] if first else None, pairs[0], others)


def _doubts(
    pair: PairEvidence, leading: Sequence[Entry], entries: Sequence[Entry]
) -> Iterator[Statement]:
    facts = pair.facts
    onset, alone = facts["onset"], facts["alternative_nondrug"]
    causes = [e.cause for e in entries if e.cause is not None]
    if alone.value == "more_likely":
        likely = [c for c in causes if c.state == "more_likely"]
        yield _from(alone, "doubt.condition_more_likely", conditions=_names(likely))
    yield from _rivals(facts["alternative"], "rival_more_likely")
    if onset.value in ("incompatible", "before_exposure"):
        yield _from(onset, f"doubt.{onset.value}")
    if facts["rechallenge"].value == "negative":
        yield _from(facts["rechallenge"], "doubt.rechallenge")
    if facts["course"].value == "not_improved" and facts["action"].value in _OFF:
        yield _from(facts["course"], "doubt.not_improved")
    if facts["prior_knowledge"].value == "contradicted":
        yield _from(facts["prior_knowledge"], "doubt.contradicted")
    yield from _without(pair, leading, entries)
    if alone.value == "possible":
        yield from _possible(alone, entries)
    tied = [name for entry in leading for name in entry.names]
    if len(leading) > 1 and facts["rechallenge"].value != "positive":
        yield Statement(code="doubt.tied", params={"names": tuple(tied)})
    if facts["rechallenge"].value != "positive":
        yield from _rivals(facts["alternative"], "rival_possible")
        yield from _shared(facts["action"])
    open_onset = _onset_open(onset)
    if open_onset is not None and open_onset.code != "doubt.no_window":
        yield open_onset
    if alone.value == "not_assessed":
        yield _from(alone, "doubt.not_assessed")
    if open_onset is not None and open_onset.code == "doubt.no_window":
        yield open_onset
    if "steroid_treated_dechallenge" in dict(facts["improvement_explained_by"].flags):
        yield _from(facts["improvement_explained_by"], "doubt.steroid")


def _without(
    pair: PairEvidence, leading: Sequence[Entry], entries: Sequence[Entry]
) -> Iterator[Statement]:
    """Yield that the reaction began without the drug as well.

    Of a drug on which it came back, only what began without the others that lead with it: that
    each of them brings the reaction is no doubt about one.
    """
    graded = [d for entry in entries for d in entry.drugs]
    episodes = next((d.without for d in graded if d.pair is pair), ())
    if pair.facts["rechallenge"].value == "positive":
        tied = [d.without for entry in leading for d in entry.drugs if d.pair is not pair]
        episodes = tuple(e for e in episodes if all(e in others for others in tied))
    if episodes:
        yield began_without("doubt.without", episodes)


def _onset_open(onset: Fact) -> Statement | None:
    """Return what is not known of an onset: the dates, their order, or only what to expect."""
    if onset.value not in ("unknown", "after_unspecified"):
        return None
    return _from(onset, _ONSET_OPEN.get(onset.rule, "doubt.onset_unknown"))


_OFF = frozenset({"withdrawn", "single_dose"})


def _rivals(fact: Fact, flag: str) -> Iterator[Statement]:
    params = dict(fact.flags).get(flag)
    if params is not None:
        yield Statement(code=f"doubt.{flag}", params={"drugs": params["drugs"]})


def _shared(action: Fact) -> Iterator[Statement]:
    params = dict(action.flags).get("dechallenge_does_not_discriminate")
    if params is not None:
        yield _from(action, "doubt.shared_withdrawal", drugs=params["drugs"])


def _possible(alone: Fact, entries: Sequence[Entry]) -> Iterator[Statement]:
    """Yield that a possible condition cannot be excluded; active ones are named before others."""
    found = [e for e in entries if e.cause is not None and e.cause.state == "possible"]
    active = [e for e in found if any(s.code == "ground.active_at_episode" for s in e.columns.for_)]
    if active:
        names = _names(e.cause for e in active if e.cause)
        yield _from(alone, "doubt.active_condition", conditions=names)
    elif found:
        names = _names(e.cause for e in found if e.cause)
        yield _from(alone, "doubt.condition", conditions=names)


def _names(causes: Iterable[Cause]) -> tuple[str, ...]:
    """Return the names of conditions; ids of the knowledge where the case names none."""
    return tuple(cause.names[-1] if cause.names else cause.id for cause in causes)


def _from(fact: Fact, code: str, **params: object) -> Statement:
    return Statement(code=code, params=params, events=fact.events, sources=fact.sources)
