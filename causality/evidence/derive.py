"""Derive the facts of a pair from the timeline and the knowledge, once for each state of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from causality.case.events import Event
from causality.case.model import Drug, Episode, Reaction
from causality.evidence.fact import Fact, not_reported, settled
from causality.evidence.lookups import DrugLookup, ReactionLookup
from causality.evidence.onset import noting_first_exposure, noting_worsening, onset
from causality.evidence.pair import PairEvidence
from causality.evidence.prior_knowledge import prior_knowledge
from causality.evidence.readings import any_of, with_order_open
from causality.evidence.rechallenge import rechallenge
from causality.evidence.surroundings import Surroundings, look_around
from causality.evidence.windows import persistence, washout
from causality.evidence.withdrawal import action, course, improvement_explained_by
from causality.knowledge.base import Knowledge
from causality.measures.dechallenge import withdrawal_measures
from causality.measures.latency import onset_measures
from causality.measures.re_exposure import rechallenge_measures
from causality.measures.scope import PairScope, index_choices
from causality.terms.dates import OPEN
from causality.terms.facts import FACTS
from causality.timeline.courses import Course
from causality.timeline.snapshot import Snapshot, Timeline


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

    def surroundings(self, scope: PairScope) -> Surroundings:
        """Return what the conditions and tests say; the steps of a course do not change that."""
        seen = scope.snapshot.visible
        key = (
            seen & self._about_surroundings,
            tuple(_first_seen(drug, scope.snapshot) for drug in self._given_for_something),
            tuple(course.start_event for course in scope.courses),
            scope.index.id if scope.index else None,
        )
        if key not in self._surroundings:
            self._surroundings[key] = look_around(self.knowledge, self.reaction, scope)
        return self._surroundings[key]


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
    evidence = found[0] if len(found) == 1 else any_of(found)
    begun = courses[: 1 + max(number or 0 for _, number in choices)]
    early = {str(step.exposure.id) for course in begun for step in course.steps}
    return with_order_open(evidence, list(snapshot.open_orders(pair.drug.own)), early)


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
        noting_worsening(
            noting_first_exposure(onset(days, windows), days), worsening=bool(index.worsening)
        ),
        action_fact,
        course_fact,
        improvement_explained_by(taken, action_fact, course_fact),
        rechallenge(again, washout(half_life)),
        about_drug.previous_reaction(scope, about_reaction),
        prior_knowledge(published),
        nondrug,
        replace(nondrug, name="alternative"),
        surroundings.confirmed,
        *surroundings.only_stated,
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
