"""What a person decided, laid over what was derived."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from causality.evidence.fact import Fact, settled
from causality.evidence.pair import PairEvidence
from causality.terms.facts import default, open_values
from causality.timeline.snapshot import Snapshot


def decided(
    snapshot: Snapshot, evidence: PairEvidence, overrides: Mapping[str, str]
) -> PairEvidence:
    """Return the evidence with what a person decided laid over what was derived.

    A decision counts from its date on; ``overrides`` are what-if values. A decision that differs
    from what the timeline now says is flagged.
    """
    statements = list(_statements(snapshot, evidence.key))
    others = list(_of_the_reaction(snapshot, evidence))
    if not statements and not overrides and not others:
        return evidence
    facts = dict(evidence.facts)
    for decision in statements:
        facts[decision.name] = _over(facts[decision.name], decision)
    for name, value in overrides.items():
        facts[name] = _over(facts[name], _stated(name, value, "stated.what_if"))
    if facts["alternative"].origin == "stated" and facts["alternative_nondrug"].origin != "stated":
        facts["alternative_nondrug"] = _over(
            facts["alternative_nondrug"],
            replace(facts["alternative"], name="alternative_nondrug", flags=()),
        )
    for drug, decision in others:
        fact = facts[decision.name]
        if fact.value != decision.value:
            facts[fact.name] = fact.flagged(
                "decided_for_other_drug",
                facts=(fact.name,),
                stated=decision.value,
                drugs=(drug,),
            )
    return replace(evidence, facts=facts)


def _of_the_reaction(snapshot: Snapshot, evidence: PairEvidence) -> Iterator[tuple[str, Fact]]:
    """Yield what was decided for another drug about a fact that belongs to the reaction.

    Such a decision is named and not copied: it was made for the other pair.
    """
    own, reaction = evidence.key
    for drug in snapshot.case.drugs:
        if drug.id == own:
            continue
        latest = {fact.name: fact for fact in _statements(snapshot, (str(drug.id), reaction))}
        yield from ((str(drug.id), latest[n]) for n in _OF_THE_REACTION if n in latest)


_OF_THE_REACTION = ("event_confirmed",)


def _statements(snapshot: Snapshot, pair: tuple[str, str]) -> Iterator[Fact]:
    numbered = enumerate(snapshot.case.assessor, start=1)
    rank = snapshot.timeline.rank
    in_time = sorted(numbered, key=lambda item: rank[f"decision.{item[0]}"])
    for number, decision in in_time:
        event = f"decision.{number}"
        undated = decision.date is None
        if decision.pair != pair or not (undated or snapshot.sees(event)):
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
