"""Which alternatives the conditions, indications and tests of a case bring into play."""

from collections.abc import Iterator
from functools import partial

from causality.case.events import period_events
from causality.case.model import Condition, Drug, Period
from causality.evidence.alternatives import (
    NORMAL,
    Finding,
    Ground,
    Presence,
    TestResult,
    finding,
    untouched,
)
from causality.evidence.lookups import ReactionLookup
from causality.knowledge.base import Knowledge
from causality.knowledge.model import Alternative
from causality.measures.scope import PairScope, not_after
from causality.terms.dates import OPEN
from causality.timeline.snapshot import Snapshot


def findings(
    scope: PairScope, knowledge: Knowledge, syndromes: frozenset[str]
) -> tuple[Finding, ...]:
    """Return every alternative that the knowledge holds for the reaction, with its state."""
    results = test_results(scope, knowledge)
    tested = {result.test for result in results}
    named = _named(scope, knowledge)
    found = []
    for key, entry in knowledge.alternatives.items():
        if not syndromes.intersection(entry.syndromes):
            continue
        if key in named or not tested.isdisjoint(knowledge.tests_of(key)):
            present = tuple(_presences(scope, knowledge, key, entry))
            found.append(finding(key, entry, present, results))
        else:
            found.append(knowledge.remembered("untouched", key, partial(untouched, key, entry)))
    return tuple(found)


def _named(scope: PairScope, knowledge: Knowledge) -> frozenset[str]:
    """Return the alternatives that any condition or indication of the case names."""
    case = scope.snapshot.case
    conditions = (knowledge.alternatives_named(c.term) for c in case.conditions)
    indications = (knowledge.indications_named(d.indication) for d in case.drugs if d.indication)
    return frozenset().union(*conditions, *indications)


def test_results(scope: PairScope, knowledge: Knowledge) -> tuple[TestResult, ...]:
    """Return the investigations on file by the id of their test.

    Of several results of one test the abnormal ones come last, and so count: a single normal
    result does not take back an abnormal one.
    """
    found = []
    for test in scope.snapshot.case.investigations:
        key = knowledge.test(test.test)
        if key and test.result and scope.snapshot.sees(str(test.id)):
            found.append(TestResult(test=key, result=test.result, event=str(test.id)))
    rank = scope.snapshot.timeline.rank
    return tuple(sorted(found, key=lambda r: (r.result not in NORMAL, rank[r.event])))


def _presences(
    scope: PairScope, knowledge: Knowledge, key: str, entry: Alternative
) -> Iterator[Presence]:
    found = False
    for condition in scope.snapshot.case.conditions:
        named = key in knowledge.alternatives_named(condition.term)
        begin = first_seen_period_event(scope.snapshot, condition) if named else None
        chronic = entry.onset_before_days is None
        if begin and condition.present != "no" and _present(scope, condition, entry):
            found = True
            yield Presence(
                certain=not_after(scope.snapshot.days(begin, scope.onset_event))
                or scope.snapshot.position(begin) is None,
                name=condition.term,
                events=(begin,),
                grounds_for=tuple(_for(scope, condition)),
                grounds_against=tuple(_against(scope, condition)) if chronic else (),
            )
    for drug in scope.snapshot.case.drugs if not found else ():
        if not drug.indication or key not in knowledge.indications_named(drug.indication):
            continue
        start = _first_start(scope, drug)
        if start is None or not _not_after(scope, start, scope.onset_event):
            continue
        if entry.onset_before_days is None or _given_lately(scope, drug, entry.onset_before_days):
            yield Presence(
                name=drug.indication,
                events=(start,),
                reason="indication",
                certain=not_after(scope.snapshot.days(start, scope.onset_event)),
            )


def _given_lately(scope: PairScope, drug: Drug, limit: tuple[int, int]) -> bool:
    """Tell whether a drug was, or may have been, given in the days that an acute cause counts."""
    for exposure in drug.exposures:
        start, stop = f"{exposure.id}.start", f"{exposure.id}.stop"
        if not scope.snapshot.sees(start) or not _not_after(scope, start, scope.onset_event):
            continue
        end = stop if scope.snapshot.sees(stop) else start
        since = scope.snapshot.days(end, scope.onset_event)
        if exposure.ongoing or since.earliest is None or since.earliest <= limit[1]:
            return True
    return False


def _first_start(scope: PairScope, drug: Drug) -> str | None:
    starts = [f"{e.id}.start" for e in drug.exposures if scope.snapshot.sees(f"{e.id}.start")]
    return min(starts, key=scope.snapshot.timeline.rank.__getitem__, default=None)


def _not_after(scope: PairScope, first: str, second: str) -> bool:
    days = scope.snapshot.days(first, second)
    return days.latest is None or days.latest >= 0


def _present(scope: PairScope, condition: Condition, entry: Alternative) -> bool:
    """Tell whether a condition may have been there at the onset, or shortly before if acute."""
    if not condition.periods:
        return True
    acute = entry.onset_before_days
    limit = acute[1] if acute else None
    return any(_period_present(scope, period, limit) for period in condition.periods)


def _period_present(scope: PairScope, period: Period, limit: int | None) -> bool:
    start, stop = f"{period.id}.start", f"{period.id}.stop"
    if not scope.snapshot.sees(start) or not _not_after(scope, start, scope.onset_event):
        return False
    if limit is None:
        return period.activity != "resolved"
    end = stop if scope.snapshot.sees(stop) else start
    if period.ongoing:
        return True
    since = scope.snapshot.days(end, scope.onset_event)
    return since.earliest is None or since.earliest <= limit


def first_seen_period_event(snapshot: Snapshot, condition: Condition) -> str | None:
    """Return the event with which a condition began as far as is known, wherever it is listed."""
    starts = [event for event in period_events(condition) if snapshot.sees(event)]
    return min(starts, key=snapshot.timeline.rank.__getitem__, default=None)


def _for(scope: PairScope, condition: Condition) -> Iterator[Ground]:
    """Yield that the condition was active when an episode began."""
    for episode in scope.episodes:
        onset = f"{episode.id}.onset"
        for period in _active(scope, condition):
            if _during(scope, period, onset):
                yield Ground(
                    code="ground.active_at_episode",
                    params={"episode": episode.id, "condition": condition.term},
                    events=(f"{period.id}.start", onset),
                )
                break


def _against(scope: PairScope, condition: Condition) -> Iterator[Ground]:
    """Yield that the condition was active without the drug and the reaction did not come."""
    onsets = [f"{episode.id}.onset" for episode in scope.episodes]
    for period in _active(scope, condition):
        start = f"{period.id}.start"
        restarts = [
            course.start_event
            for course in scope.courses
            if (scope.snapshot.days(start, course.start_event).earliest or 0) > 0
        ]
        if not restarts or any(_between(scope, start, onset, restarts[0]) for onset in onsets):
            continue
        yield Ground(
            code="ground.active_without_reaction",
            params={
                "condition": condition.term,
                "count": scope.snapshot.days(start, restarts[0]).earliest,
                "drug": scope.drug.name,
            },
            events=(start, restarts[0]),
        )


def _active(scope: PairScope, condition: Condition) -> Iterator[Period]:
    for period in condition.periods:
        if period.activity == "active" and scope.snapshot.sees(f"{period.id}.start"):
            yield period


def _during(scope: PairScope, period: Period, event: str) -> bool:
    """Tell whether an event lies in a period as far as is known: begun before, not ended before."""
    start, stop = f"{period.id}.start", f"{period.id}.stop"
    begun = scope.snapshot.days(start, event)
    ended = scope.snapshot.days(stop, event) if scope.snapshot.sees(stop) else OPEN
    still = ended.earliest is None or ended.earliest <= 0
    return begun.latest is not None and begun.earliest is not None and begun.earliest >= 0 and still


def _between(scope: PairScope, start: str, event: str, end: str) -> bool:
    after, before = scope.snapshot.days(start, event), scope.snapshot.days(event, end)
    return (after.latest is None or after.latest >= 0) and (
        before.latest is None or before.latest > 0
    )


def concerning(scope: PairScope, reaction: ReactionLookup) -> list[tuple[str, str, str]]:
    """Return the tests that concern the reaction: named so, or known to confirm its kind.

    A test that feeds the alternative causes of the reaction never counts here as well: IgA deposits
    confirm an IgA vasculitis, and are an alternative to any other.
    """
    knowledge, key, reaction_ids = reaction.knowledge, reaction.key, reaction.same_ids
    same_kind = [
        reaction.id
        for reaction in scope.snapshot.case.reactions
        if key is not None and knowledge.reaction_key(reaction.term) == key
    ]
    found: list[tuple[str, str, str]] = []
    for test in scope.snapshot.case.investigations:
        if not scope.snapshot.sees(str(test.id)) or test.result is None:
            continue
        test_key = knowledge.test(test.test) or ""
        entry = knowledge.tests.get(test_key)
        if entry is not None and (
            entry.role != "event" or knowledge.feeds_alternatives(test_key, reaction.relevant)
        ):
            continue
        confirms = entry is not None and key in entry.confirms and bool(same_kind)
        if set(test.concerns).intersection(reaction_ids) or (not test.concerns and confirms):
            found.append((test.test, test.result, str(test.id)))
    return found
