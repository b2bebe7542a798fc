"""What the contrast of a drug with a condition needs, from the case and the knowledge."""

from collections.abc import Iterable, Mapping

from causality.case.model import Condition, Drug
from causality.evidence.lookups import DrugLookup, ReactionLookup
from causality.evidence.pair import PairEvidence
from causality.evidence.windows import Windows
from causality.ranking.contrast import contrast
from causality.ranking.entries import Cause, Comparison, GradedDrug
from causality.ranking.states import condition_chain, drug_chain
from causality.ranking.times import Sides, Times
from causality.timeline.courses import Course
from causality.timeline.snapshot import Snapshot


def comparison(
    snapshot: Snapshot,
    drug: GradedDrug,
    about: DrugLookup,
    reaction: ReactionLookup,
    cause: Cause,
    conventions: Mapping[str, str],
) -> Comparison | None:
    """Return a drug and a condition against each other; None where no period is told of either."""
    conditions = _conditions(snapshot, cause)
    if not conditions:
        return None
    pair = drug.pair
    courses = snapshot.courses(about.own)
    acute = cause.finding.entry.onset_before_days
    acts_for = acute[1] if acute else None
    windows = _windows(snapshot, about, reaction, conventions)
    found = contrast(
        snapshot,
        _side(snapshot, about, reaction, windows)._replace(
            conditions=tuple(condition_chain(snapshot, c, acts_for) for c in conditions),
            names=tuple(condition.term for condition in conditions),
            acute=acute is not None,
            treats_condition=_treats_condition(about, cause),
            treats_reaction=_treats_reaction(about),
            on_protocol=frozenset(c.start_event for c in courses if _on_protocol(c, about)),
            latency=pair.onset.starts[-1].latency.latest if pair.onset.starts else None,
            least=min((w.first[0] for w in windows.syndromes if w.first), default=None),
            suppressing=tuple(_suppressing(snapshot, about.masking)),
        ),
    )
    return Comparison(drug=pair.drug, cause=cause, contrast=found) if found else None


def began_without(
    snapshot: Snapshot,
    pair: PairEvidence,
    about: DrugLookup,
    reaction: ReactionLookup,
    conventions: Mapping[str, str],
) -> tuple[str, ...]:
    """Return the episodes that certainly began without the drug, but for the index episode.

    What the index episode says of the drug is said by its onset.
    """
    others = [e for e in snapshot.episodes(reaction.same) if e.id != pair.index.id]
    side = _side(snapshot, about, reaction, _windows(snapshot, about, reaction, conventions))
    if not others or not side.drug.cuts:
        return ()
    times = Times(snapshot, side)
    return tuple(str(e.id) for e in others if times.states_at(e)[0] == "off")


def _windows(
    snapshot: Snapshot,
    about: DrugLookup,
    reaction: ReactionLookup,
    conventions: Mapping[str, str],
) -> Windows:
    published = about.published(reaction, snapshot.knowledge_day)
    return about.windows(reaction, published, conventions)


def _side(
    snapshot: Snapshot, about: DrugLookup, reaction: ReactionLookup, windows: Windows
) -> Sides:
    """Return the side of the drug alone."""
    return Sides(
        drug=drug_chain(snapshot, about, windows),
        episodes=tuple(snapshot.episodes(reaction.same)),
        own_exposures=frozenset(str(e.id) for own in about.own for e in own.exposures),
    )


def _conditions(snapshot: Snapshot, cause: Cause) -> list[Condition]:
    """Return the conditions that name a cause and of which any period has begun, in their order."""
    by_id = {str(condition.id): condition for condition in snapshot.case.conditions}
    found = (by_id[name] for name in cause.condition_ids)
    return [c for c in found if any(snapshot.sees(f"{period.id}.start") for period in c.periods)]


def _treats_condition(about: DrugLookup, cause: Cause) -> bool:
    """Tell whether the drug is given for the condition."""
    return any(
        drug.indication and cause.id in about.knowledge.indications_named(drug.indication)
        for drug in about.own
    )


def _treats_reaction(about: DrugLookup) -> bool:
    return bool(about.tags(about.drug.name) & {"treats", "masks"})


def _on_protocol(course: Course, about: DrugLookup) -> bool:
    """Tell whether a course was given under desensitisation or cover, which can hide a reaction."""
    return any(
        step.exposure.purpose == "desensitisation"
        or any(not about.is_own_name(name) for name in step.exposure.cover or ())
        for step in course.steps
    )


def _suppressing(snapshot: Snapshot, drugs: Iterable[Drug]) -> Iterable[tuple[str, str]]:
    for drug in drugs:
        for exposure in drug.exposures:
            if snapshot.sees(f"{exposure.id}.start"):
                yield drug.name, str(exposure.id)
