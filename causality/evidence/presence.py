"""Which alternatives the conditions, indications and tests of a case bring into play."""

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple, TypeVar

from causality.case.events import period_events
from causality.case.model import Condition, Exposure, Period
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
from causality.terms.codes import NOT_RESULTS
from causality.timeline.snapshot import Snapshot

_Part = TypeVar("_Part", Exposure, Period)


def findings(
    scope: PairScope,
    knowledge: Knowledge,
    syndromes: frozenset[str],
    results: Sequence[TestResult],
) -> tuple[Finding, ...]:
    """Return every alternative that the knowledge holds for the reaction, with its state.

    Parameters
    ----------
    results
        The investigations that count, as `test_results` gives them.
    """
    tested = {result.test for result in results}
    settled = _settled(knowledge, results)
    named = _named(scope, knowledge)
    found = []
    for key, entry in knowledge.alternatives.items():
        if not syndromes.intersection(entry.syndromes):
            continue
        if key in named or not tested.isdisjoint(knowledge.tests_of(key)):
            present = tuple(_presences(scope, knowledge, key, entry))
            found.append(finding(key, entry, present, results, settled))
        else:
            found.append(knowledge.remembered("untouched", key, partial(untouched, key, entry)))
    return tuple(found)


def _settled(knowledge: Knowledge, results: Iterable[TestResult]) -> frozenset[str]:
    """Return the tests of which the results on file leave nothing to ask."""
    values = {r.test: r.result for r in results if r.result not in NOT_RESULTS}
    settled = (knowledge.tests[test].settles.get(result, ()) for test, result in values.items())
    return frozenset(test for tests in settled for test in tests)


def _named(scope: PairScope, knowledge: Knowledge) -> frozenset[str]:
    """Return the alternatives that any condition or indication of the case names."""
    case = scope.snapshot.case
    conditions = (knowledge.alternatives_named(c.term) for c in case.conditions)
    indications = (knowledge.indications_named(d.indication) for d in case.drugs if d.indication)
    return frozenset().union(*conditions, *indications)


def test_results(scope: PairScope, knowledge: Knowledge) -> tuple[TestResult, ...]:
    """Return the investigations on file by the id of their test, of any date.

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


class InTime(NamedTuple):
    """Which results are of the time of the reaction: certainly, perhaps, and certainly not."""

    certain: tuple[TestResult, ...]
    perhaps: tuple[TestResult, ...]
    early: tuple[TestResult, ...]

    @property
    def counted(self) -> tuple[TestResult, ...]:
        """Return the results that are scored: all that may be of the time of the reaction."""
        return self.certain + self.perhaps


def in_time(
    scope: PairScope, results: Iterable[TestResult], days: int | None, chronic: Container[str]
) -> InTime:
    """Sort results by whether they are of the time of the reaction.

    A result that is too old cannot show the reaction, nor that the patient was free of a disease
    when it began; an abnormal one still tells of a chronic disease.

    Parameters
    ----------
    days
        Before the onset, beyond which a result is too old; None where none is.
    chronic
        Tests whose abnormal results count whenever they were found.
    """
    sorted_by: dict[bool | None, list[TestResult]] = {False: [], None: [], True: []}
    for result in results:
        lasting = result.test in chronic and result.result not in (*NORMAL, *NOT_RESULTS)
        sorted_by[False if lasting else _early(scope, result.event, days)].append(result)
    return InTime(*(tuple(sorted_by[key]) for key in (False, None, True)))


def _early(scope: PairScope, event: str, days: int | None) -> bool | None:
    """Tell whether a test was done too long before the onset; None where the dates do not say."""
    if days is None:
        return False
    since = scope.snapshot.days(event, scope.onset_event)
    if since.earliest is not None and since.earliest > days:
        return True
    return None if since.latest is not None and since.latest > days else False


def _presences(
    scope: PairScope, knowledge: Knowledge, key: str, entry: Alternative
) -> Iterator[Presence]:
    found = False
    limit = entry.onset_before_days[1] if entry.onset_before_days else None
    for condition in scope.snapshot.case.conditions:
        if condition.present == "no" or key not in knowledge.alternatives_named(condition.term):
            continue
        acting = _acting_condition(scope, condition, limit)
        if acting is not None:
            found = True
            yield Presence(
                certain=acting.certain,
                name=condition.term,
                events=(acting.event,),
                grounds_for=tuple(_for(scope, condition)),
                grounds_against=tuple(_against(scope, condition)) if limit is None else (),
            )
    for drug in scope.snapshot.case.drugs if not found else ():
        if drug.indication and key in knowledge.indications_named(drug.indication):
            acting = _first_acting(
                _acting(scope, f"{e.id}.start", f"{e.id}.stop", limit, ongoing=bool(e.ongoing))
                for e in _in_order(scope.snapshot, drug.exposures)
            )
            if acting is not None:
                yield Presence(
                    name=drug.indication,
                    events=(acting.event,),
                    reason="indication",
                    certain=acting.certain,
                )


class _Acting(NamedTuple):
    """The event by which something was there at the onset; not certain: it may have been."""

    event: str
    certain: bool


def _acting(
    scope: PairScope, start: str, stop: str, limit: int | None, *, ongoing: bool
) -> _Acting | None:
    """Return whether something was there at the onset, or lately where it acts for some days.

    Parameters
    ----------
    limit
        Days after its end up to which it counts; None for what is chronic.
    """
    snapshot, onset = scope.snapshot, scope.onset_event
    if not snapshot.sees(start):
        return None
    begun = snapshot.days(start, onset)
    if begun.latest is not None and begun.latest < 0:
        return None
    certain = not_after(begun)
    if limit is not None and not ongoing:
        since = snapshot.days(stop if snapshot.sees(stop) else start, onset)
        if since.earliest is not None and since.earliest > limit:
            return None
        certain = certain and since.latest is not None and since.latest <= limit
    return _Acting(start, certain)


def _acting_condition(scope: PairScope, condition: Condition, limit: int | None) -> _Acting | None:
    """Return by which period a condition was there; one without a date is taken to have been."""
    snapshot = scope.snapshot
    if not condition.periods:
        begin = first_seen_period_event(snapshot, condition)
        return _Acting(begin, certain=True) if begin else None
    found = _first_acting(
        _acting(scope, f"{p.id}.start", f"{p.id}.stop", limit, ongoing=bool(p.ongoing))
        for p in _in_order(snapshot, condition.periods)
        if limit is not None or p.activity != "resolved"
    )
    undated = found is not None and snapshot.position(found.event) is None
    return found._replace(certain=True) if found is not None and undated else found


def _first_acting(found: Iterable[_Acting | None]) -> _Acting | None:
    """Return the first that is certain, or else the first that may be."""
    acting = [each for each in found if each is not None]
    return next((each for each in acting if each.certain), acting[0] if acting else None)


def _in_order(snapshot: Snapshot, parts: Iterable[_Part]) -> list[_Part]:
    """Return the parts of a drug or a condition that have begun, in order of time."""
    begun = [part for part in parts if snapshot.sees(f"{part.id}.start")]
    return sorted(begun, key=lambda part: snapshot.timeline.rank[f"{part.id}.start"])


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
    ended = scope.snapshot.days(stop, event)
    still = ended.earliest is None or ended.earliest <= 0
    return begun.latest is not None and begun.earliest is not None and begun.earliest >= 0 and still


def _between(scope: PairScope, start: str, event: str, end: str) -> bool:
    after, before = scope.snapshot.days(start, event), scope.snapshot.days(event, end)
    return (after.latest is None or after.latest >= 0) and (
        before.latest is None or before.latest > 0
    )


def concerning(scope: PairScope, reaction: ReactionLookup) -> list[TestResult]:
    """Return the tests that concern the reaction: named so, or known to confirm its kind.

    A test that feeds the alternative causes of the reaction never counts here as well: IgA deposits
    confirm an IgA vasculitis, and are an alternative to any other. The name is that of the file.
    """
    knowledge, reaction_ids = reaction.knowledge, reaction.same_ids
    found: list[TestResult] = []
    for test in scope.snapshot.case.investigations:
        if not scope.snapshot.sees(str(test.id)) or test.result is None:
            continue
        test_key = knowledge.test(test.test) or ""
        entry = knowledge.tests.get(test_key)
        if _counts_elsewhere(test_key, reaction):
            continue
        confirms = entry is not None and reaction.key in entry.confirms
        if set(test.concerns).intersection(reaction_ids) or (not test.concerns and confirms):
            found.append(TestResult(test=test.test, result=test.result, event=str(test.id)))
    return found


def _counts_elsewhere(test: str, reaction: ReactionLookup) -> bool:
    """Tell whether a test is known as none of the event, or feeds the alternative causes."""
    entry = reaction.knowledge.tests.get(test)
    return entry is not None and (
        entry.role != "event" or reaction.knowledge.feeds_alternatives(test, reaction.relevant)
    )


class NotConfirming(NamedTuple):
    """Names of tests said to concern the reaction that never confirm it, by the reason why."""

    of_causes: tuple[str, ...]  # they feed the alternative causes
    of_others: tuple[str, ...]  # they show something else: the mechanism, a finding


def not_confirming(scope: PairScope, reaction: ReactionLookup) -> NotConfirming:
    """Return the tests that the file names for the reaction and that `concerning` leaves out."""
    of_causes: list[str] = []
    of_others: list[str] = []
    for test in scope.snapshot.case.investigations:
        key = reaction.knowledge.test(test.test) or ""
        named = scope.snapshot.sees(str(test.id)) and set(test.concerns) & set(reaction.same_ids)
        if not named or test.result in (None, *NOT_RESULTS) or not _counts_elsewhere(key, reaction):
            continue
        feeds = reaction.knowledge.feeds_alternatives(key, reaction.relevant)
        (of_causes if feeds else of_others).append(test.test)
    return NotConfirming(tuple(dict.fromkeys(of_causes)), tuple(dict.fromkeys(of_others)))
