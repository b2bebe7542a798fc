"""What speaks for a drug or a condition, what against it, and what is not known.

The sentences are those of the facts and of the differential, sorted by the direction in which a
value points. That a test confirms the reaction itself is left out: it names no cause.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from causality.evidence.alternatives import Finding, Ground
from causality.evidence.fact import NOT_REPORTED, Fact
from causality.evidence.pair import PairEvidence
from causality.ranking.contrast import Cell, Stretch
from causality.ranking.entries import (
    NO_PARAMS,
    Cause,
    Comparison,
    GradedDrug,
    Statement,
    Statements,
)
from causality.ranking.improvement import ENDED_BEFORE, ended_before
from causality.scoring.engine import facts_behind
from causality.scoring.model import Algorithm
from causality.terms.dates import Span, span_text

_FOR: Mapping[str, frozenset[str]] = {
    "onset": frozenset({"suggestive", "compatible", "not_coherent", "on_withdrawal"}),
    "rechallenge": frozenset({"positive"}),
    "previous_reaction": frozenset({"same_substance", "cross_reactive"}),
    "prior_knowledge": frozenset({"well_known", "occasional"}),
    "alternative": frozenset({"ruled_out"}),
    "contributing_factor": frozenset({"yes"}),
    "drug_test": frozenset({"positive"}),
    "drug_level": frozenset({"toxic"}),
    "dose_response": frozenset({"yes"}),
    "placebo": frozenset({"not_recurred"}),
    "characteristic": frozenset({"yes"}),
}
_AGAINST: Mapping[str, frozenset[str]] = {
    "onset": frozenset({"incompatible", "before_exposure"}),
    "rechallenge": frozenset({"negative"}),
    "prior_knowledge": frozenset({"contradicted"}),
    "alternative": frozenset({"more_likely", "possible"}),
    "drug_test": frozenset({"negative"}),
    "dose_response": frozenset({"no"}),
    "placebo": frozenset({"recurred"}),
}
_OPEN: Mapping[str, frozenset[str]] = {
    "onset": frozenset({"unknown", "after_unspecified"}),
    "action": frozenset({"unknown"}),
    "course": frozenset({"unknown"}),
    "rechallenge": frozenset({"unknown", "uninformative"}),
    "previous_reaction": frozenset({"unknown"}),
    "prior_knowledge": frozenset({"none_found", "not_searched"}),
    "alternative": frozenset({"not_assessed"}),
    "contributing_factor": frozenset({"unknown"}),
    "event_confirmed": frozenset({"unknown"}),
    "dose_response": frozenset({"unknown"}),
    "characteristic": frozenset({"unknown"}),
}
_REMARKS_AGAINST = frozenset({"tolerated_later_plain"})
"""Remarks on a fact that points the other way and speak against the drug on their own."""
FOR_DRUG = frozenset({"on_inactive_episode"})
AGAINST_DRUG = frozenset({"off_active_episode", "on_inactive_none"})
_OFF = frozenset({"withdrawn", "single_dose"})
_TREATED = "treated_dechallenge"
NO_CHOICES: Mapping[str, str] = MappingProxyType({})
_ON = frozenset({"continued", "dose_increased"})


def about_drug(
    graded: GradedDrug,
    algorithm: Algorithm,
    comparisons: Sequence[Comparison],
    conventions: Mapping[str, str] = NO_CHOICES,
) -> Statements:
    """Return the three columns of a drug, from the facts that its grade rests on."""
    pair = graded.pair
    credited = not discounted(facts=pair.facts, algorithm=algorithm, conventions=conventions)
    read = {name for question in algorithm.questions for name in facts_behind(algorithm, question)}
    facts = pair.facts
    told = [facts[name] for name in facts if name in read]
    drug = str(pair.drug.id)
    return Statements(
        for_=(
            *_pointing(told, _FOR, drug),
            *_dechallenge(pair, "for", credited=credited),
            *_readings(comparisons, FOR_DRUG),
        ),
        against=(
            *_pointing(told, _AGAINST, drug),
            *_remarked(told, drug),
            *_dechallenge(pair, "against", credited=credited),
            *(
                began_without("ranking.without", episodes, drug)
                for episodes in [graded.without]
                if episodes
            ),
            *_readings(comparisons, AGAINST_DRUG),
        ),
        not_known=(
            *(
                _beside(s, graded.not_counted)
                for s in _pointing(told, _OPEN, drug)
                if s.code != f"rule.{NOT_REPORTED}"
            ),
            *_dechallenge(pair, "not_known", credited=credited),
            *_silent(told, drug),
        ),
    )


def _pointing(
    facts: Iterable[Fact], values: Mapping[str, frozenset[str]], drug: str
) -> Iterable[Statement]:
    for fact in facts:
        if fact.value in values.get(fact.name, ()):
            yield _of_fact(fact, drug)


def _remarked(facts: Iterable[Fact], drug: str) -> Iterable[Statement]:
    for fact in facts:
        for code, params in fact.flags:
            if code in _REMARKS_AGAINST:
                events = fact.events
                yield Statement(f"flag.{code}", params, events=events, fact=fact.name, drug=drug)


def _beside(statement: Statement, culprits: tuple[str, ...]) -> Statement:
    """Return a statement; that no alternative is known, with the concomitants left out of it."""
    if statement.fact != "alternative" or not culprits:
        return statement
    remark = ("reason.not_counted", {"drugs": culprits})
    return statement._replace(remarks=(*statement.remarks, remark))


def _of_fact(fact: Fact, drug: str, more: Iterable[Fact] = ()) -> Statement:
    others = list(more)
    return Statement(
        code=f"rule.{fact.rule}",
        params=_params(fact),
        events=tuple(dict.fromkeys(e for f in (fact, *others) for e in f.events)),
        sources=fact.sources,
        remarks=tuple(flag for f in (fact, *others) for flag in f.flags),
        fact=fact.name,
        drug=drug,
    )


def _params(fact: Fact) -> Mapping[str, object]:
    """Return what fills a sentence in; where a person states a value, with the value."""
    return {**fact.params, "value": fact.value} if fact.origin == "stated" else fact.params


def _silent(facts: Iterable[Fact], drug: str) -> Iterable[Statement]:
    """Yield one statement for all the facts about which nothing is reported."""
    names = tuple(
        fact.name
        for fact in facts
        if fact.rule == NOT_REPORTED and fact.value in _OPEN.get(fact.name, ())
    )
    if names:
        yield Statement(code="ranking.not_reported", params={"facts": names}, drug=drug)


def discounted(
    facts: Mapping[str, Fact], algorithm: Algorithm, conventions: Mapping[str, str]
) -> bool:
    """Tell whether the convention in force gives no credit to an improvement under treatment."""
    choice = conventions.get(_TREATED) if _TREATED in algorithm.conventions else None
    return choice == "discounted" and facts["improvement_explained_by"].value == "treatment"


def _dechallenge(pair: PairEvidence, column: str, *, credited: bool) -> Iterable[Statement]:
    """Yield what the reaction did after the action taken, if it belongs in a column."""
    facts = pair.facts
    action, course = facts["action"], facts["course"]
    explained = facts["improvement_explained_by"]
    found = _direction(action.value, course.value, explained.value)
    if found == "for" and not credited:
        found = "not_known"
    if found == column:
        why = explained if found == "not_known" else course
        parts = (action, course, explained)
        others = [fact for fact in parts if fact is not why]
        statement = _of_fact(why, str(pair.drug.id), others)
        if found == "against" and course.value == "improved" and course.origin != "stated":
            statement = statement._replace(code="ranking.improved_on", params=NO_PARAMS)
        if found == "for" and ended_before(pair):
            statement = statement._replace(remarks=(*statement.remarks, ENDED_BEFORE))
        yield statement


def began_without(code: str, episodes: Sequence[str], drug: str | None = None) -> Statement:
    """Return that episodes of the reaction began without a drug."""
    onsets = tuple(f"{episode}.onset" for episode in episodes)
    params = {"count": len(onsets), "onsets": onsets}
    return Statement(code=code, params=params, events=onsets, drug=drug)


def _direction(action: str, course: str, explained_by: str) -> str | None:
    """Return which way a dechallenge points; None where there is nothing to say of one."""
    if action in _OFF:
        return {"improved": "for", "not_improved": "against"}.get(course)
    if action in _ON and course == "improved":
        if explained_by == "nothing_else":
            return "against"
        return "not_known" if explained_by in ("treatment", "tolerance") else None
    return None


def _readings(comparisons: Iterable[Comparison], codes: frozenset[str]) -> Iterable[Statement]:
    """Yield what stretches of time tell, as far as reported: those that tell the same in one."""
    for comparison in comparisons:
        alike: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Stretch]] = {}
        for stretch in comparison.contrast.stretches:
            if stretch.reading in codes:
                key = (stretch.reading, stretch.active, stretch.suppressing)
                alike.setdefault(key, []).append(stretch)
        for key, stretches in alike.items():
            whole = sum(reading == key[0] for reading, *_ in alike) == 1
            yield _of_stretches(stretches, comparison, whole=whole)


def _of_stretches(
    stretches: Sequence[Stretch], comparison: Comparison, *, whole: bool
) -> Statement:
    """Return what stretches tell together; ``whole``: they are all of their kind."""
    stretch = stretches[0]
    events = [
        event
        for s in stretches
        for event in (s.since, *(f"{episode}.onset" for episode in s.episodes), s.until)
    ]
    suppressing = {"drugs": stretch.suppressing}
    return Statement(
        code=f"reading.{stretch.reading}",
        params={
            "drug": comparison.drug.name,
            "condition": ", ".join(stretch.active) or comparison.condition,
            "days": span_text(_days(stretches, comparison.contrast.cells, whole=whole)),
        },
        events=tuple(dict.fromkeys(event for event in events if event)),
        remarks=(("could_be_suppressed", suppressing),) if stretch.suppressing else (),
        drug=str(comparison.drug.id),
    )


def _days(stretches: Sequence[Stretch], cells: Iterable[Cell], *, whole: bool) -> Span:
    """Return the days of stretches; of all that tell the same, those that the table gives."""
    first = stretches[0]
    cell = next(c for c in cells if (c.drug, c.condition) == (first.drug, first.condition))
    if whole and cell.reading == first.reading:
        return cell.days
    latest = [s.days.latest for s in stretches]
    return Span(
        sum(s.days.earliest or 0 for s in stretches),
        None if None in latest else sum(day or 0 for day in latest),
    )


def about_cause(
    cause: Cause, pairs: Sequence[PairEvidence], comparisons: Sequence[Comparison]
) -> Statements:
    """Return the three columns of a condition, from the differential and its comparisons."""
    found = [finding for p in pairs for finding in p.findings if finding.id == cause.id]
    told_better = {"ground.active_without_reaction"} if comparisons else set()
    decided_for, decided_against = _decided(pairs)
    return Statements(
        for_=(
            *decided_for,
            *_grounds([g for f in found for g in f.grounds_for], cause.finding, told_better),
            *_readings(comparisons, AGAINST_DRUG),
        ),
        against=(
            *decided_against,
            *_grounds([g for f in found for g in f.grounds_against], cause.finding, told_better),
            *_readings(comparisons, frozenset({"off_active_none"}) | FOR_DRUG),
        ),
        not_known=_not_on_file(cause),
    )


def _grounds(
    grounds: Iterable[Ground], finding: Finding, left_out: set[str]
) -> Iterable[Statement]:
    """Yield grounds in an order of their own; the source of the state stands behind tests."""
    known = {(g.code, g.events): g for g in grounds if g.code not in left_out}
    for key in sorted(known):
        ground = known[key]
        source = finding.source if ground.code == "ground.test" else ""
        yield Statement(
            code=ground.code,
            params=ground.params,
            events=ground.events,
            sources=(*ground.sources, *filter(None, (source,))),
        )


def _decided(pairs: Iterable[PairEvidence]) -> tuple[list[Statement], list[Statement]]:
    """Return what a person decided about the diseases of the case, for and against them."""
    decided = {
        (fact.rule, fact.value, str(fact.params)): fact
        for pair in pairs
        if (fact := pair.facts["alternative_nondrug"]).origin == "stated"
    }
    found: tuple[list[Statement], list[Statement]] = ([], [])
    for key in sorted(decided):
        fact = decided[key]
        statement = Statement(
            code=f"rule.{fact.rule}",
            params=_params(fact),
            events=fact.events,
            sources=fact.sources,
            fact=fact.name,
        )
        found[fact.value == "ruled_out"].append(statement)
    return found


def _not_on_file(cause: Cause) -> tuple[Statement, ...]:
    tests = cause.finding.not_known
    if not tests:
        return ()
    return (Statement(code="ranking.tests_not_on_file", params={"tests": tests}),)
