"""What else could have caused the reaction, and whether a test confirms it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from causality.evidence.alternatives import (
    Finding,
    TestResult,
    WorkupLine,
    alternative,
    workup_lines,
)
from causality.evidence.confirmation import event_confirmed, only_stated
from causality.evidence.fact import Fact
from causality.evidence.lookups import ReactionLookup
from causality.evidence.presence import (
    NotConfirming,
    concerning,
    findings,
    in_time,
    not_confirming,
    test_results,
)
from causality.knowledge.base import Knowledge
from causality.measures.scope import PairScope, not_after
from causality.terms.codes import NOT_RESULTS
from causality.terms.facts import in_order


class Surroundings(NamedTuple):
    """What else could have caused the reaction, the work-up, and whether a test confirms it."""

    findings: tuple[Finding, ...]
    workup: tuple[WorkupLine, ...]
    nondrug: Fact
    confirmed: Fact
    only_stated: tuple[Fact, ...]  # with the tests on file that may settle them


def look_around(knowledge: Knowledge, reaction: ReactionLookup, scope: PairScope) -> Surroundings:
    """Return what the conditions, indications and tests of a case say about a pair."""
    days, chronic = knowledge.early_test_days, knowledge.tests_of_chronic_causes
    results = test_results(scope, knowledge)
    tests = in_time(scope, results, days, chronic)
    about_reaction = in_time(scope, concerning(scope, reaction), days, ())
    causes = partial(_alternatives, knowledge, reaction, scope)
    found, checklist = causes(tests.counted)
    nondrug = alternative(found, checklist)
    if tests.perhaps:
        nondrug = _left_open(nondrug, alternative(*causes(tests.certain)))
    confirmed = event_confirmed(about_reaction.counted)
    if about_reaction.perhaps:
        confirmed = _left_open(confirmed, event_confirmed(about_reaction.certain))
    confirmed = _noting_later_episode(confirmed, scope, about_reaction.counted)
    early = [t for t in tests.early if _bears_on_causes(knowledge, reaction, t.test)]
    return Surroundings(
        found,
        checklist,
        _noting_early(nondrug, days, early),
        _noting_others(
            _noting_early(confirmed, days, about_reaction.early), not_confirming(scope, reaction)
        ),
        tuple(_on_file(knowledge, name, role, results) for name, role in ONLY_STATED.items()),
    )


ONLY_STATED = {"drug_test": "mechanism", "drug_level": "level"}
"""Facts that tests of a role may settle, once a person says what they show of this drug."""


def _on_file(knowledge: Knowledge, name: str, role: str, results: Sequence[TestResult]) -> Fact:
    of_role = knowledge.tests_of_role(role)
    found = [r for r in reversed(results) if r.test in of_role and r.result not in NOT_RESULTS]
    return only_stated(name, found)


def _alternatives(
    knowledge: Knowledge,
    reaction: ReactionLookup,
    scope: PairScope,
    results: Sequence[TestResult],
) -> tuple[tuple[Finding, ...], tuple[WorkupLine, ...]]:
    age = scope.snapshot.case.patient.age
    confirming = knowledge.tests_of_role("event")
    found = findings(scope, knowledge, reaction.relevant, results)
    return found, workup_lines(reaction.workup_items(), results, age, confirming)


def _left_open(fact: Fact, otherwise: Fact) -> Fact:
    """Return a fact that leaves open what it would be without the tests of uncertain date."""
    possible = {*fact.possible, *otherwise.possible, otherwise.value}
    return replace(fact, possible=in_order(fact.name, possible))


def _bears_on_causes(knowledge: Knowledge, reaction: ReactionLookup, test: str) -> bool:
    """Tell whether a test is part of the work-up of the reaction, or bears on another cause."""
    return any(test in item.tests for item in reaction.workup_items()) or (
        knowledge.feeds_alternatives(test, reaction.relevant)
    )


def _noting_others(fact: Fact, others: NotConfirming) -> Fact:
    """Name the tests said to concern the reaction that do not confirm it, where none does."""
    if fact.value == "yes":
        return fact
    if others.of_causes:
        fact = fact.flagged("tests_count_for_causes", tests=others.of_causes)
    if others.of_others:
        fact = fact.flagged("tests_show_something_else", tests=others.of_others)
    return fact


def _noting_later_episode(fact: Fact, scope: PairScope, results: Sequence[TestResult]) -> Fact:
    """Say that the event is shown only by tests done once a later episode had begun."""
    snapshot = scope.snapshot
    later = [
        onset
        for episode in scope.episodes
        if snapshot.precedes(scope.onset_event, onset := f"{episode.id}.onset")
    ]
    found = [result for result in results if result.event in fact.events]
    of_later = all(
        any(not_after(snapshot.days(onset, result.event)) for onset in later) for result in found
    )
    if fact.value != "yes" or not of_later:
        return fact
    tests = tuple(dict.fromkeys(result.test for result in found))
    return fact.flagged("confirmed_in_later_episode", tests=tests)


def _noting_early(fact: Fact, days: int | None, early: Sequence[TestResult]) -> Fact:
    """Name the tests that were done too long before the onset to count."""
    if not early:
        return fact
    names = tuple(dict.fromkeys(result.test for result in early))
    return fact.flagged("tests_too_early", tests=names, days=days)
