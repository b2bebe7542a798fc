"""All the facts about one drug and one reaction at a moment."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from causality.case.events import Event
from causality.case.model import Drug, Episode, Exposure, Reaction
from causality.evidence.alternatives import (
    Finding,
    Rival,
    TestResult,
    WorkupLine,
    alternative,
    workup_lines,
)
from causality.evidence.confirmation import event_confirmed
from causality.evidence.fact import Fact, not_reported, settled
from causality.evidence.lookups import DrugLookup, ReactionLookup
from causality.evidence.onset import noting_first_exposure, onset
from causality.evidence.presence import (
    concerning,
    findings,
    in_time,
    test_results,
)
from causality.evidence.prior_knowledge import prior_knowledge
from causality.evidence.rechallenge import rechallenge
from causality.evidence.windows import persistence, washout
from causality.evidence.withdrawal import action, course, improvement_explained_by
from causality.knowledge.base import Knowledge
from causality.measures.dechallenge import withdrawal_measures
from causality.measures.latency import onset_measures
from causality.measures.re_exposure import rechallenge_measures
from causality.measures.scope import PairScope, index_choices
from causality.measures.values import OnsetMeasures, RechallengeMeasures, WithdrawalMeasures
from causality.terms.dates import OPEN
from causality.terms.facts import FACTS, default, in_order, open_values
from causality.timeline.courses import Course
from causality.timeline.snapshot import Snapshot, Timeline


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
    choices: tuple[Mapping[str, Fact], ...] = ()  # the facts for each index episode left open
    alone: Fact | None = None  # the alternative causes before the other suspects were counted in
    rivals: tuple[Rival, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Return the ids of the drug and the reaction."""
        return str(self.drug.id), str(self.reaction.id)

    def values(self) -> dict[str, str]:
        """Return the value of every fact, as an algorithm reads them."""
        return {name: fact.value for name, fact in self.facts.items()}

    def possible(self) -> dict[str, tuple[str, ...]]:
        """Return the values still possible and the scored one, for every fact."""
        return {
            name: in_order(name, {*fact.possible, fact.value}) for name, fact in self.facts.items()
        }

    def worlds(self) -> tuple[Mapping[str, tuple[str, ...]], ...]:
        """Return the sets of values that are possible together.

        Where the dates leave the index episode open, what follows from one choice of it is not
        mixed with what follows from another; the values as scored are always among them.
        """
        if not self.choices:
            return (self.possible(),)
        scored: Mapping[str, tuple[str, ...]] = {n: (f.value,) for n, f in self.facts.items()}
        return (scored, *(self._world(choice) for choice in self.choices))

    def _world(self, choice: Mapping[str, Fact]) -> dict[str, tuple[str, ...]]:
        """Return what is possible under one choice; what others say of the pair holds in each."""
        found = {}
        for name, fact in self.facts.items():
            ours = fact.origin == "stated" or name == "alternative"  # decided, or coupled
            source = fact if ours else choice[name]
            found[name] = in_order(name, {*source.possible, source.value})
        return found


class PairDeriver:
    """Derives the facts of one pair, once for each distinct state of what bears on it.

    Over the moments of a case most events concern other pairs; what is known of this one is then
    the same as before.
    """

    def __init__(
        self,
        timeline: Timeline,
        drug: Drug,
        reaction: Reaction,
        knowledge: Knowledge,
        conventions: Mapping[str, str],
    ) -> None:
        self.timeline = timeline
        self.drug = DrugLookup(timeline.case, drug, knowledge)
        self.reaction = ReactionLookup(timeline.case, reaction, knowledge)
        self.knowledge = knowledge
        self.conventions = conventions
        # Of a drug given for a disease only its first dose matters; for an acute one every dose.
        self._given_for_something = [d for d in timeline.case.drugs if d.indication]
        self._given_for_acute = {
            drug.id
            for drug in self._given_for_something
            if any(
                knowledge.alternatives[key].onset_before_days is not None
                for key in knowledge.indications_named(drug.indication or "")
            )
        }
        self.relevant = frozenset(e.id for e in timeline.events.values() if self._bears(e))
        self._known: dict[tuple[object, ...], PairEvidence | None] = {}
        self._about_surroundings = frozenset(
            event.id
            for event in timeline.events.values()
            if event.id in self.relevant and (event.path[0] != "drugs" or self._is_acute(event))
        )
        self._surroundings: dict[tuple[object, ...], Surroundings] = {}

    def _bears(self, event: Event) -> bool:
        """Tell whether an event can bear on the facts of the pair."""
        kind, number = event.path[0], int(event.path[1])
        if kind == "drugs":
            return self._is_acute(event) or self.drug.matters(self.timeline.case.drugs[number])
        if kind == "reactions":
            return str(self.timeline.case.reactions[number].id) in self.reaction.same_ids
        return True

    def _is_acute(self, event: Event) -> bool:
        return self.timeline.case.drugs[int(event.path[1])].id in self._given_for_acute

    def at(self, snapshot: Snapshot) -> PairEvidence | None:
        """Return the facts at a moment; None when the reaction or the drug has not begun yet."""
        day = snapshot.knowledge_day
        if day is not None and not self.drug.drug.product_information:
            day = date.fromordinal(day + 1).year  # publications count by whole years
        first = tuple(_first_seen(drug, snapshot) for drug in self._given_for_something)
        key = (snapshot.visible & self.relevant, first, snapshot.moment.whole, day)
        if key not in self._known:
            self._known[key] = _derive(self, snapshot)
        return self._known[key]

    def surroundings(self, scope: PairScope) -> "Surroundings":
        """Return what the conditions and tests say; the steps of a course do not change that."""
        seen = scope.snapshot.visible
        key = (
            seen & self._about_surroundings,
            tuple(_first_seen(drug, scope.snapshot) for drug in self._given_for_something),
            tuple(course.start_event for course in scope.courses),
            scope.index.id if scope.index else None,
        )
        if key not in self._surroundings:
            self._surroundings[key] = _look_around(self, scope)
        return self._surroundings[key]


class Surroundings(NamedTuple):
    """What else could have caused the reaction, the work-up, and whether a test confirms it."""

    findings: tuple[Finding, ...]
    workup: tuple[WorkupLine, ...]
    nondrug: Fact
    confirmed: Fact


def _look_around(pair: PairDeriver, scope: PairScope) -> Surroundings:
    knowledge, reaction = pair.knowledge, pair.reaction
    days, chronic = knowledge.early_test_days, knowledge.tests_of_chronic_causes
    tests = in_time(scope, test_results(scope, knowledge), days, chronic)
    about_reaction = in_time(scope, concerning(scope, reaction), days, ())
    found, checklist = _alternatives(pair, scope, tests.counted)
    nondrug = alternative(found, checklist)
    if tests.perhaps:
        nondrug = _left_open(nondrug, alternative(*_alternatives(pair, scope, tests.certain)))
    confirmed = event_confirmed(about_reaction.counted)
    if about_reaction.perhaps:
        confirmed = _left_open(confirmed, event_confirmed(about_reaction.certain))
    return Surroundings(
        found,
        checklist,
        _noting_early(nondrug, days, [t for t in tests.early if _bears_on_causes(pair, t.test)]),
        _noting_early(confirmed, days, about_reaction.early),
    )


def _alternatives(
    pair: PairDeriver, scope: PairScope, results: Sequence[TestResult]
) -> tuple[tuple[Finding, ...], tuple[WorkupLine, ...]]:
    knowledge, reaction = pair.knowledge, pair.reaction
    age = scope.snapshot.case.patient.age
    confirming = knowledge.tests_of_role("event")
    found = findings(scope, knowledge, reaction.relevant, results)
    return found, workup_lines(reaction.workup_items(), results, age, confirming)


def _left_open(fact: Fact, otherwise: Fact) -> Fact:
    """Return a fact that leaves open what it would be without the tests of uncertain date."""
    possible = {*fact.possible, *otherwise.possible, otherwise.value}
    return replace(fact, possible=in_order(fact.name, possible))


def _bears_on_causes(pair: PairDeriver, test: str) -> bool:
    """Tell whether a test is part of the work-up of the reaction, or bears on another cause."""
    reaction = pair.reaction
    return any(test in item.tests for item in reaction.workup_items()) or (
        pair.knowledge.feeds_alternatives(test, reaction.relevant)
    )


def _noting_early(fact: Fact, days: int | None, early: Sequence[TestResult]) -> Fact:
    """Name the tests that were done too long before the onset to count."""
    if not early:
        return fact
    names = tuple(dict.fromkeys(result.test for result in early))
    return fact.flagged("tests_too_early", tests=names, days=days)


def _first_seen(drug: Drug, snapshot: Snapshot) -> str | None:
    starts = (f"{e.id}.start" for e in drug.exposures if snapshot.sees(f"{e.id}.start"))
    return min(starts, key=snapshot.timeline.rank.__getitem__, default=None)


def pair_evidence(
    snapshot: Snapshot,
    drug: Drug,
    reaction: Reaction,
    knowledge: Knowledge,
    conventions: Mapping[str, str],
) -> PairEvidence | None:
    """Derive every fact of a pair; None when the reaction or the drug has not begun yet."""
    return PairDeriver(snapshot.timeline, drug, reaction, knowledge, conventions).at(snapshot)


_MOST_CHOICES = 6
_BY_ORDER_OF_DOSES: tuple[str, ...] = (
    "onset",
    "action",
    "course",
    "improvement_explained_by",
    "rechallenge",
)


def _derive(pair: PairDeriver, snapshot: Snapshot) -> PairEvidence | None:
    """Derive the facts; where the dates leave the index episode open, for every choice of it."""
    courses = snapshot.courses(pair.drug.own)
    episodes = snapshot.episodes([pair.reaction.reaction])
    choices = index_choices(snapshot, courses, episodes)[:_MOST_CHOICES]
    if not choices or (not courses and not snapshot.moment.whole):
        return None
    found = [
        _derive_from(pair, _scope(snapshot, pair, courses, episode, number))
        for episode, number in choices
    ]
    evidence = found[0] if len(found) == 1 else _one_of(found)
    begun = courses[: 1 + max(number or 0 for _, number in choices)]
    early = {str(step.exposure.id) for course in begun for step in course.steps}
    return _with_order_open(evidence, list(snapshot.open_orders(pair.drug.own)), early)


def _one_of(found: Sequence[PairEvidence]) -> PairEvidence:
    """Return what holds whichever choice of the index episode is the true one."""
    facts = {name: _either([evidence.facts[name] for evidence in found]) for name in FACTS}
    return replace(found[0], facts=facts, choices=tuple(evidence.facts for evidence in found))


def _with_order_open(
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


def _derive_from(pair: PairDeriver, scope: PairScope) -> PairEvidence:
    about_drug, about_reaction = pair.drug, pair.reaction
    snapshot, index = scope.snapshot, scope.index
    assert index is not None  # noqa: S101 - a choice always has an episode
    published = about_drug.published(about_reaction, snapshot.knowledge_day)
    windows = about_drug.windows(about_reaction, published, pair.conventions)
    half_life = windows.half_life_days
    days = onset_measures(scope, about_drug.previously_exposed(snapshot))
    taken = withdrawal_measures(scope)
    recovery = about_reaction.recovery(washout(half_life))
    again = rechallenge_measures(
        scope,
        original_latency=days.starts[-1].latency if days.starts else OPEN,
        persistence=persistence(half_life),
        recovery_days=recovery.days(taken.extent),
    )
    surroundings = pair.surroundings(scope)
    action_fact = action(taken)
    course_fact = course(taken, action_fact, recovery)
    nondrug = surroundings.nondrug
    derived = [
        noting_first_exposure(onset(days, windows), days),
        action_fact,
        course_fact,
        improvement_explained_by(taken, action_fact, course_fact),
        rechallenge(again, washout(half_life)),
        about_drug.previous_reaction(scope, about_reaction),
        prior_knowledge(published),
        nondrug,
        replace(nondrug, name="alternative"),
        surroundings.confirmed,
        _worsened(index),
    ]
    facts = {name: not_reported(name) for name in FACTS}
    facts.update({fact.name: fact for fact in derived})
    return PairEvidence(
        drug=about_drug.drug,
        reaction=about_reaction.reaction,
        facts={name: _assumed(snapshot, fact) for name, fact in facts.items()},
        onset=days,
        withdrawal=taken,
        rechallenge=again,
        findings=surroundings.findings,
        workup=surroundings.workup,
        index=index,
        own_drugs=frozenset(str(drug.id) for drug in scope.own),
    )


def _scope(
    snapshot: Snapshot,
    pair: PairDeriver,
    courses: tuple[Course, ...],
    index: Episode,
    index_course: int | None,
) -> PairScope:
    drug, reaction = pair.drug, pair.reaction
    return PairScope(
        snapshot=snapshot,
        drug=drug.drug,
        own=drug.own,
        courses=courses,
        episodes=tuple(snapshot.episodes(reaction.same)),
        index=index,
        index_course=index_course,
        tags=drug.tags,
        steroids=drug.steroids,
        masking=drug.masking,
        is_own_name=drug.is_own_name,
        window_days=reaction.window_of_later_exposures(),
        relevant=pair.relevant,
    )


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
    for decision in _statements(snapshot, evidence):
        facts[decision.name] = _over(facts[decision.name], decision)
    for name, value in overrides.items():
        facts[name] = _over(facts[name], _stated(name, value, "stated.what_if"))
    if facts["alternative"].origin == "stated" and facts["alternative_nondrug"].origin != "stated":
        facts["alternative_nondrug"] = _over(
            facts["alternative_nondrug"],
            replace(facts["alternative"], name="alternative_nondrug", derived=None, flags=()),
        )
    return replace(evidence, facts=facts)


def _statements(snapshot: Snapshot, evidence: PairEvidence) -> Iterator[Fact]:
    numbered = enumerate(snapshot.case.assessor, start=1)
    rank = snapshot.timeline.rank
    in_time = sorted(numbered, key=lambda item: rank[f"decision.{item[0]}"])
    for number, decision in in_time:
        event = f"decision.{number}"
        undated = decision.date is None
        if decision.pair != evidence.key or not (undated or snapshot.sees(event)):
            continue
        fact = _stated(
            decision.fact,
            decision.value,
            "stated.by_person",
            reason=decision.reason,
            by=decision.by or "",
            date=decision.date.text if decision.date else "",
        )
        sources = (decision.source,) if decision.source else ()
        yield replace(fact, sources=sources, events=(event,))


def _stated(name: str, value: str, rule: str, **params: object) -> Fact:
    """Return a stated fact; one stated to be unknown is not derived, and stays open."""
    fact = settled(name, value, rule, **params)
    return replace(fact, possible=open_values(name)) if value == default(name) else fact


def _over(derived: Fact, decision: Fact) -> Fact:
    machine = derived.derived or derived
    fact = replace(decision, origin="stated", derived=machine)
    contradicts = machine.value not in (decision.value, default(machine.name))
    if contradicts and decision.rule == "stated.by_person":
        return fact.flagged("decision_contradicted", derived=machine.value, stated=decision.value)
    return fact
