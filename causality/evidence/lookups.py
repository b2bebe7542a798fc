"""What the knowledge says about one drug and about one reaction of a case."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from causality.case.model import Case, Drug, PastDrug, Reaction
from causality.case.positions import resolve, resolve_anchors
from causality.evidence.fact import Fact, not_reported, settled
from causality.evidence.prior_knowledge import PublishedKnowledge, plain_doi, usable_reports
from causality.evidence.windows import SyndromeWindow, Windows, persistence, widened
from causality.evidence.withdrawal import RecoveryWindow
from causality.knowledge.base import Knowledge
from causality.knowledge.model import DrugRecord, ReportRecord, Syndrome, Window, WorkupItem
from causality.measures.scope import PairScope, not_after
from causality.measures.values import YesNoUnknown
from causality.terms.tables import holds
from causality.terms.text import contains, fold

if TYPE_CHECKING:  # rows of a table are looked up without
    from causality.timeline.snapshot import Snapshot


class ReactionLookup:
    """A reaction of a case: what kind it is, and which reactions are of the same kind."""

    def __init__(self, case: Case, reaction: Reaction, knowledge: Knowledge) -> None:
        self.reaction = reaction
        self.knowledge = knowledge
        self.key = knowledge.reaction_key(reaction.term)
        self.same = tuple(
            other
            for other in case.reactions
            if other.id == reaction.id
            or (self.key is not None and knowledge.reaction_key(other.term) == self.key)
        )
        self.same_ids = [str(other.id) for other in self.same]

    @cached_property
    def syndromes(self) -> dict[str, Syndrome]:
        """Return the syndromes that the reaction may be; those without a window only if alone."""
        keys = self.knowledge.reaction_syndromes(self.reaction.term)
        found = {key: self.knowledge.syndromes[key] for key in keys}
        with_window = {key: entry for key, entry in found.items() if entry.windows}
        return with_window or found

    @property
    def relevant(self) -> frozenset[str]:
        """Return every id under which the knowledge may speak about the reaction."""
        keys = self.knowledge.reaction_syndromes(self.reaction.term)
        return frozenset((*keys, self.key)) if self.key else frozenset()

    def is_same_kind(self, term: str | None) -> bool:
        """Tell whether a term of the history means a reaction of this kind."""
        if term is None:
            return False
        if self.key:
            return self.knowledge.reaction_key(term) == self.key
        return fold(term) == fold(self.reaction.term)

    def recovery(self, elimination: int) -> RecoveryWindow:
        """Return the recovery limits, the longest of the syndromes that the reaction may be."""
        known = [entry.recovery for entry in self.syndromes.values() if entry.recovery]
        if not known:
            return RecoveryWindow(elimination=elimination)
        longest = max(known, key=lambda r: r.skin_limited)
        return RecoveryWindow(
            skin_limited=longest.skin_limited,
            ulcerated=longest.ulcerated,
            visceral=longest.visceral,
            elimination=elimination,
            source=self.knowledge.citation(longest.source),
        )

    def window_of_later_exposures(self) -> int:
        """Return for how many days after a later start a reaction is put down to it."""
        rows = [row for entry in self.syndromes.values() for row in entry.windows]
        return max((row.days[1] for row in rows if row.exposure == "again"), default=0)

    def workup_items(self) -> tuple[WorkupItem, ...]:
        """Return the minimum work-up of the reaction: of the first syndrome that has one."""
        names = [entry.workup for entry in self.syndromes.values() if entry.workup]
        return self.knowledge.workups[names[0]].items if names else ()


_BEARING = frozenset({"corticosteroid", "masks", "treats", "immunosuppressant"})


class DrugLookup:
    """A drug of a case: its substance, classes, earlier exposures and publications."""

    def __init__(self, case: Case, drug: Drug, knowledge: Knowledge) -> None:
        self.case = case
        self.drug = drug
        self.knowledge = knowledge
        self.record = self._record(drug)
        self.own = tuple(other for other in case.drugs if self._same(other))
        own = {other.id for other in self.own}
        self.others = tuple(other for other in case.drugs if other.id not in own)
        self.steroids = tuple(
            other for other in self.others if "corticosteroid" in self.tags(other.name)
        )
        self.masking = tuple(other for other in self.others if "masks" in self.tags(other.name))
        self.cross_reacting = tuple(
            other for other in self.others if self._cross_reacts(other.substance or other.name)
        )
        self._bearing = own | {other.id for other in self.others if self._bears(other)}

    def matters(self, other: Drug) -> bool:
        """Tell whether a drug can bear on the facts of this one beyond coupling.

        It can mask or treat the reaction, or cross-react.
        """
        return other.id in self._bearing

    def _bears(self, other: Drug) -> bool:
        return bool(self.tags(other.name) & _BEARING) or other in self.cross_reacting

    def _record(self, drug: Drug) -> DrugRecord | None:
        return self.knowledge.drug(drug.substance, drug.name)

    def _same(self, other: Drug) -> bool:
        if other.id == self.drug.id:
            return True
        if other.role == "not_administered":
            return False
        record = self._record(other)
        if record is not None and self.record is not None:
            return record == self.record
        return fold(other.substance or other.name) == fold(self.drug.substance or self.drug.name)

    def tags(self, name: str) -> frozenset[str]:
        """Return what a drug's name stands for in the rules."""
        known: frozenset[str] = self.knowledge.remembered(
            "tags", name, lambda: self._find_tags(name)
        )
        return known

    def _find_tags(self, name: str) -> frozenset[str]:
        found: set[str] = set()
        for key in self.knowledge.classes_of(self.knowledge.drug(name), name):
            entry = self.knowledge.classes[key]
            found.add(key)
            found |= ({"masks"} if entry.masks else set()) | ({"treats"} if entry.treats else set())
        return frozenset(found)

    @property
    def half_life_days(self) -> float | None:
        """Return the half-life: of the case file, else of the knowledge."""
        if self.drug.half_life is not None:
            return self.drug.half_life[1]
        return self.record.half_life_days if self.record else None

    def is_own_name(self, name: str) -> bool:
        """Tell whether a name means this substance."""
        if self.record is not None:
            return self.knowledge.drug(name) == self.record
        return contains(fold(name), fold(self.drug.substance or self.drug.name))

    def _is_own(self, past: PastDrug) -> bool:
        return self.is_own_name(past.drug)

    def _seen_past(self, snapshot: "Snapshot") -> list[tuple[PastDrug, str]]:
        """Return earlier drugs: they lie before the case, only a date not past yet hides one."""
        return [
            (past, f"past.{n}")
            for n, past in enumerate(self.case.past_drugs, start=1)
            if past.date is None or not past.date.dated or snapshot.sees(f"past.{n}")
        ]

    def previously_exposed(self, snapshot: "Snapshot") -> YesNoUnknown:
        """Tell whether the patient had the substance before the case."""
        if any(self._is_own(past) for past, _ in self._seen_past(snapshot)):
            return "yes"
        return self.drug.previously_exposed or "unknown"

    def _published_reports(self, reaction: ReactionLookup) -> tuple[ReportRecord, ...]:
        if self.record is None:
            return ()
        return tuple(self.knowledge.reports_on(self.record, reaction.relevant))

    def published(self, reaction: ReactionLookup, day: int | None) -> PublishedKnowledge:
        """Return what was published about the pair by a day, for the fact ``prior_knowledge``."""
        return PublishedKnowledge(
            reports=self._published_reports(reaction),
            listed_source=self._listed(reaction, day),
            treats_source=self._treats(reaction),
            as_of=day,
            own=frozenset(
                text
                for citation in self.case.published_as
                for text in (plain_doi(citation.doi or ""), citation.citation or "")
                if text
            ),
        )

    def _listed(self, reaction: ReactionLookup, day: int | None) -> str:
        """Return the product information that lists the reaction by a day."""
        for listing in self.drug.product_information:
            same = listing.reaction in reaction.same_ids or (
                self.knowledge.reaction_key(listing.reaction) == reaction.key
                and (
                    reaction.key is not None
                    or fold(listing.reaction) == fold(reaction.reaction.term)
                )
            )
            where = resolve(listing.since, resolve_anchors(self.case.anchors))
            since = where.calendar.latest if where else None
            undated = listing.since is None or not listing.since.dated
            out = undated or day is None or (since is not None and since <= day)
            if same and out:
                return listing.source
        return ""

    def _treats(self, reaction: ReactionLookup) -> str:
        names = self.knowledge.classes_of(self.record, self.drug.name, self.drug.atc)
        for name in sorted(names):
            entry = self.knowledge.classes[name]
            if reaction.relevant.intersection(entry.treats):
                return self.knowledge.citation(entry.source or name)
        return ""

    def windows(
        self,
        reaction: ReactionLookup,
        published: PublishedKnowledge,
        conventions: Mapping[str, str],
    ) -> Windows:
        """Return the windows of onset, widened by what is published on the drug and its class."""
        half_life = self.half_life_days
        return Windows(
            syndromes=tuple(
                self._window(key, entry, published, conventions)
                for key, entry in reaction.syndromes.items()
            ),
            persistence=persistence(half_life),
            half_life_days=half_life,
        )

    def _window(
        self,
        key: str,
        entry: Syndrome,
        published: PublishedKnowledge,
        conventions: Mapping[str, str],
    ) -> SyndromeWindow:
        rows: dict[str, Window] = {}
        for row in entry.windows:
            if holds(row.when, conventions):
                rows.setdefault(row.exposure, row)
        first = rows["first"].days if "first" in rows else None
        sources = [self.knowledge.citation(row.source) for row in rows.values()]
        for name in sorted(self.knowledge.classes_of(self.record, self.drug.name, self.drug.atc)):
            for window in self.knowledge.classes[name].windows:
                if key in window.syndromes and window.exposure == "first":
                    first = widened(first, *window.days)
                    sources.append(self.knowledge.citation(window.source))
        usable, _, _ = usable_reports(published)
        for report in usable:
            if key in report.syndromes and report.latency_max_days is not None:
                first = widened(first, report.latency_min_days, report.latency_max_days)
                sources.append(report.citation)
        again = rows["again"].days if "again" in rows else None
        return SyndromeWindow(
            syndrome=key,
            first=first,
            again=again,
            impossible_below=entry.impossible_below,
            sources=tuple(dict.fromkeys(sources)),
        )

    def previous_reaction(self, scope: PairScope, reaction: ReactionLookup) -> Fact:
        """Return the fact ``previous_reaction``: episodes before the index episode, or history.

        A reaction to a drug that is not known to cross-react is only named.
        """
        name = "previous_reaction"
        others: list[str] = []
        for past, event in self._seen_past(scope.snapshot):
            if past.outcome != "reacted" or not reaction.is_same_kind(past.reaction):
                continue
            if self._is_own(past):
                return settled(name, "same_substance", "previous.history").resting_on([event])
            if self._cross_reacts(past.drug):
                fact = settled(name, "cross_reactive", "previous.history_cross", drug=past.drug)
                return fact.resting_on([event])
            others.append(past.drug)
        earlier = self._earlier_episode(scope)
        if earlier is not None:
            return earlier
        fact = self._without_earlier(scope)
        if others:
            return fact.flagged("reacted_to_other_drug", drugs=tuple(dict.fromkeys(others)))
        return fact

    def _without_earlier(self, scope: PairScope) -> Fact:
        """Return whether the drug was tolerated before, where no earlier reaction to it is told."""
        name = "previous_reaction"
        tolerated = [
            e
            for past, e in self._seen_past(scope.snapshot)
            if past.outcome == "tolerated" and self._is_own(past)
        ]
        if tolerated:
            return settled(name, "none", "previous.tolerated").resting_on(tolerated)
        return not_reported(name)

    def _earlier_episode(self, scope: PairScope) -> Fact | None:
        name = "previous_reaction"
        for episode in scope.episodes:
            onset = f"{episode.id}.onset"
            if not scope.snapshot.precedes(onset, scope.onset_event):
                continue
            if self._taken_before(scope, self.own, onset):
                fact = settled(name, "same_substance", "previous.episode")
                return fact.resting_on([onset])
            for other in self.cross_reacting:
                if self._taken_before(scope, (other,), onset):
                    fact = settled(
                        name, "cross_reactive", "previous.episode_cross", drug=other.name
                    )
                    return fact.resting_on([onset])
        return None

    def _taken_before(self, scope: PairScope, drugs: tuple[Drug, ...], onset: str) -> bool:
        return any(
            not_after(scope.snapshot.days(f"{e.id}.start", onset))
            for drug in drugs
            for e in drug.exposures
            if scope.snapshot.sees(f"{e.id}.start")
        )

    def _cross_reacts(self, name: str) -> bool:
        other = self.knowledge.drug(name)
        if other is None or self.record is None or other == self.record:
            return False
        return bool(set(other.cross_reactivity).intersection(self.record.cross_reactivity))


def unscored_culprits(snapshot: "Snapshot", reaction: ReactionLookup, onset: str) -> list[Drug]:
    """Return concomitant drugs that are known causes and were begun before an onset.

    They are not scored, because nobody suspects them; the reader should know.
    """
    found = []
    for drug in snapshot.case.drugs:
        record = reaction.knowledge.drug(drug.substance, drug.name)
        if drug.role != "concomitant" or record is None:
            continue
        begun = any(
            snapshot.sees(f"{e.id}.start") and not snapshot.precedes(onset, f"{e.id}.start")
            for e in drug.exposures
        )
        if begun and reaction.knowledge.reports_on(record, reaction.relevant):
            found.append(drug)
    return found


def not_recognised(case: Case, knowledge: Knowledge) -> list[str]:
    """Return conditions, indications and tests that the knowledge does not know."""
    found = [c.term for c in case.conditions if not knowledge.alternatives_named(c.term)]
    found += [
        drug.indication
        for drug in case.drugs
        if drug.indication and not knowledge.alternatives_named(drug.indication)
    ]
    found += [test.test for test in case.investigations if knowledge.test(test.test) is None]
    return list(dict.fromkeys(found))
