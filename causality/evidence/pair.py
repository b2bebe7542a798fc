"""All the facts about one drug and one reaction at a moment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from causality.case.model import Drug, Episode, Reaction
from causality.evidence.alternatives import (
    Finding,
    WorkupLine,
    alternative,
    workup_lines,
)
from causality.evidence.confirmation import event_confirmed
from causality.evidence.fact import Fact, not_reported, settled
from causality.evidence.lookups import DrugLookup, ReactionLookup
from causality.evidence.onset import onset
from causality.evidence.presence import concerning, findings, test_results
from causality.evidence.prior_knowledge import prior_knowledge
from causality.evidence.rechallenge import rechallenge
from causality.evidence.windows import persistence, washout
from causality.evidence.withdrawal import action, course, improvement_explained_by
from causality.knowledge.base import Knowledge
from causality.measures.dechallenge import withdrawal_measures
from causality.measures.latency import onset_measures
from causality.measures.re_exposure import rechallenge_measures
from causality.measures.scope import PairScope, index_episode
from causality.measures.values import OnsetMeasures, RechallengeMeasures, WithdrawalMeasures
from causality.terms.dates import OPEN
from causality.terms.facts import FACTS
from causality.timeline.snapshot import Snapshot


@dataclass(frozen=True, kw_only=True)
class PairEvidence:
    """The facts of a pair, with the measures and the alternatives they came from."""

    drug: Drug
    reaction: Reaction
    facts: Mapping[str, Fact]
    onset: OnsetMeasures
    withdrawal: WithdrawalMeasures
    rechallenge: RechallengeMeasures
    findings: tuple[Finding, ...]
    workup: tuple[WorkupLine, ...]
    index: Episode
    own_drugs: frozenset[str]  # ids of the drug entries of the same substance

    @property
    def key(self) -> tuple[str, str]:
        """Return the ids of the drug and the reaction."""
        return str(self.drug.id), str(self.reaction.id)


def pair_evidence(
    snapshot: Snapshot,
    drug: Drug,
    reaction: Reaction,
    knowledge: Knowledge,
    conventions: Mapping[str, str],
) -> PairEvidence | None:
    """Derive every fact of a pair; None when the reaction or the drug has not begun yet."""
    about_drug = DrugLookup(snapshot, drug, knowledge)
    about_reaction = ReactionLookup(snapshot.case, reaction, knowledge)
    scope = _scope(snapshot, about_drug, about_reaction)
    not_begun = not scope.courses and not snapshot.moment.whole
    if scope.index is None or not_begun:
        return None
    published = about_drug.published(about_reaction)
    windows = about_drug.windows(about_reaction, published, conventions)
    half_life = windows.half_life_days
    days = onset_measures(scope, about_drug.previously_exposed())
    taken = withdrawal_measures(scope)
    recovery = about_reaction.recovery(washout(half_life))
    again = rechallenge_measures(
        scope,
        original_latency=days.starts[-1].latency if days.starts else OPEN,
        persistence=persistence(half_life),
        recovery_days=recovery.days(taken.extent),
    )
    what_else = findings(scope, knowledge, about_reaction.relevant)
    tests = test_results(scope, knowledge)
    checklist = workup_lines(about_reaction.workup_items(), tests, snapshot.case.patient.age)
    action_fact = action(taken)
    course_fact = course(taken, action_fact, recovery)
    nondrug = alternative(what_else, checklist)
    derived = [
        _first_exposure_flag(onset(days, windows), days),
        action_fact,
        course_fact,
        improvement_explained_by(taken, action_fact, course_fact),
        rechallenge(again, washout(half_life)),
        about_drug.previous_reaction(scope, about_reaction),
        prior_knowledge(published),
        nondrug,
        replace(nondrug, name="alternative"),
        event_confirmed(concerning(scope, knowledge, about_reaction.same_ids, about_reaction.key)),
        _worsened(scope.index),
    ]
    facts = {name: not_reported(name) for name in FACTS}
    facts.update({fact.name: fact for fact in derived})
    return PairEvidence(
        drug=drug,
        reaction=reaction,
        facts={name: _assumed(snapshot, fact) for name, fact in facts.items()},
        onset=days,
        withdrawal=taken,
        rechallenge=again,
        findings=what_else,
        workup=checklist,
        index=scope.index,
        own_drugs=frozenset(str(drug.id) for drug in scope.own),
    )


def _scope(snapshot: Snapshot, drug: DrugLookup, reaction: ReactionLookup) -> PairScope:
    courses = snapshot.courses(drug.own)
    own_episodes = snapshot.episodes([reaction.reaction])
    return PairScope(
        snapshot=snapshot,
        drug=drug.drug,
        own=drug.own,
        courses=courses,
        episodes=tuple(snapshot.episodes(reaction.same)),
        index=index_episode(snapshot, courses, own_episodes),
        tags=drug.tags,
    )


def _first_exposure_flag(fact: Fact, days: OnsetMeasures) -> Fact:
    """Say that a first exposure was assumed where that decided the answer."""
    first_only = len(days.starts) == 1 and days.previously_exposed == "unknown"
    if fact.value == "not_coherent" and first_only:
        return fact.flagged("first_exposure_assumed")
    return fact


def _worsened(index: Episode) -> Fact:
    if index.worsening:
        return settled("worsened_preexisting", "yes", "worsened.stated").resting_on(
            [f"{index.id}.onset"]
        )
    return not_reported("worsened_preexisting")


def _assumed(snapshot: Snapshot, fact: Fact) -> Fact:
    """Mark a fact that rests on an order which the source does not give."""
    if fact.value != FACTS[fact.name][-1] and snapshot.assumed(fact.events):
        return replace(fact, origin="assumed")
    return fact


def decided(
    snapshot: Snapshot, evidence: PairEvidence, overrides: Mapping[str, str]
) -> PairEvidence:
    """Return the evidence with what a person decided laid over what was derived.

    A decision counts from its date on; ``overrides`` are what-if values. A decision that differs
    from what the timeline now says is flagged.
    """
    facts = dict(evidence.facts)
    for stated in _statements(snapshot, evidence):
        facts[stated.name] = _over(facts[stated.name], stated)
    for name, value in overrides.items():
        facts[name] = _over(facts[name], settled(name, value, "stated.what_if"))
    if facts["alternative"].origin == "stated" and facts["alternative_nondrug"].origin != "stated":
        facts["alternative_nondrug"] = _over(
            facts["alternative_nondrug"],
            replace(facts["alternative"], name="alternative_nondrug", derived=None, flags=()),
        )
    return replace(evidence, facts=facts)


def _statements(snapshot: Snapshot, evidence: PairEvidence) -> Iterator[Fact]:
    for number, decision in enumerate(snapshot.case.assessor):
        event = f"decision.{number + 1}"
        undated = decision.date is None
        if decision.pair != evidence.key or not (undated or snapshot.sees(event)):
            continue
        fact = settled(
            decision.fact,
            decision.value,
            "stated.by_person",
            reason=decision.reason,
            by=decision.by or "",
            date=decision.date.text if decision.date else "",
        )
        sources = (decision.source,) if decision.source else ()
        yield replace(fact, sources=sources, events=(event,))


def _over(derived: Fact, stated: Fact) -> Fact:
    machine = derived.derived or derived
    fact = replace(stated, origin="stated", derived=machine)
    contradicts = machine.value != stated.value and machine.value != FACTS[machine.name][-1]
    if contradicts and stated.rule == "stated.by_person":
        return fact.flagged("decision_contradicted", derived=machine.value, stated=stated.value)
    return fact
