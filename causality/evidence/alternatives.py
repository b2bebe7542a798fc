"""What else could have caused the reaction: conditions, infections and what tests say (rule 4)."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from causality.evidence.fact import Fact, not_reported, settled
from causality.knowledge.model import Alternative, WorkupItem
from causality.terms.codes import NOT_RESULTS
from causality.terms.facts import in_order
from causality.terms.tables import matching_row

State = Literal["more_likely", "possible", "ruled_out", "not_assessed"]
NORMAL = frozenset({"negative", "normal"})


class TestResult(NamedTuple):
    """A result on file: the test, what it showed and the event it is."""

    test: str
    result: str
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A reason for or against an alternative: a sentence with its parameters and events."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    events: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Presence(NamedTuple):
    """A condition or indication of the case that names an alternative."""

    name: str
    events: tuple[str, ...] = ()
    reason: Literal["condition", "indication"] = "condition"
    certain: bool = True  # False: the dates leave open whether it was there by the onset
    grounds_for: tuple[Ground, ...] = ()
    grounds_against: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One alternative with its state and what it rests on."""

    id: str
    entry: Alternative
    state: State
    presences: tuple[Presence, ...] = ()
    grounds_for: tuple[Ground, ...] = ()
    grounds_against: tuple[Ground, ...] = ()
    not_known: tuple[str, ...] = ()
    by_tests: bool = False
    certain: bool = True
    events: tuple[str, ...] = ()
    source: str = ""


class WorkupLine(NamedTuple):
    """One member of the minimum work-up, and whether it is done."""

    item: WorkupItem
    state: Literal["done", "abnormal", "pending", "not_done", "not_reported", "not_needed"]
    results: tuple[TestResult, ...] = ()


def untouched(key: str, entry: Alternative) -> Finding:
    """Return an alternative about which the case says nothing at all."""
    return Finding(id=key, entry=entry, state="not_assessed", not_known=tests_in(entry))


def worth_mentioning(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the alternatives that the case brings up, and those to be mentioned beside them.

    Mimics come last: they question the diagnosis and cause nothing.
    """
    present = {f.id for f in findings if f.presences or f.state in ("more_likely", "possible")}
    told = [
        f
        for f in findings
        if f.id in present or f.state == "ruled_out" or present.intersection(f.entry.mention_with)
    ]
    return tuple(sorted(told, key=lambda f: f.entry.kind == "mimic"))


def tests_in(entry: Alternative) -> tuple[str, ...]:
    """Return the tests that the decision table of an alternative reads."""
    return tuple(dict.fromkeys(t for state in entry.states for row in state.when for t in row))


def finding(
    key: str,
    entry: Alternative,
    present: Sequence[Presence],
    results: Sequence[TestResult],
    settled: Container[str] = (),
) -> Finding:
    """Return the state of one alternative.

    A known condition of the same phenotype, and an indication that is itself an alternative, stay
    ``possible`` until their own tests are filed. What is ``settled`` by the result of another test
    is not asked for.
    """
    values = {r.test: r.result for r in results if r.result not in NOT_RESULTS}
    tests = tests_in(entry)
    not_known = tuple(t for t in tests if t not in values and t not in settled)
    for state in entry.states:
        row = matching_row(state.when, values)
        if row is None:
            continue
        used = [r for r in results if r.test in row]
        return Finding(
            id=key,
            entry=entry,
            state=state.state,
            presences=tuple(present),
            grounds_for=_grounds(present, "grounds_for")
            + (_by_test(used) if state.state != "ruled_out" else ()),
            grounds_against=_grounds(present, "grounds_against")
            + (_by_test(used) if state.state == "ruled_out" else ()),
            not_known=not_known,
            by_tests=True,
            events=_events(present, used),
            source=state.source,
        )
    keeps = any(p.reason == "indication" or entry.same_phenotype for p in present)
    contrary = [r for r in results if r.test in tests and r.result in NORMAL]
    return Finding(
        id=key,
        entry=entry,
        state="possible" if keeps else "not_assessed",
        certain=any(p.certain for p in present),
        presences=tuple(present),
        grounds_for=_grounds(present, "grounds_for"),
        grounds_against=_grounds(present, "grounds_against") + _by_test(contrary),
        not_known=not_known,
        events=_events(present, contrary),
    )


def _grounds(present: Sequence[Presence], side: str) -> tuple[Ground, ...]:
    return tuple(ground for presence in present for ground in getattr(presence, side))


def _by_test(results: Sequence[TestResult]) -> tuple[Ground, ...]:
    return tuple(
        Ground(code="ground.test", params={"test": r.test, "result": r.result}, events=(r.event,))
        for r in results
    )


def _events(present: Sequence[Presence], results: Sequence[TestResult]) -> tuple[str, ...]:
    events = [e for p in present for e in p.events] + [r.event for r in results]
    return tuple(dict.fromkeys(events))


def workup_lines(
    items: Sequence[WorkupItem],
    results: Sequence[TestResult],
    age: tuple[float, float] | None,
    confirming: frozenset[str] = frozenset(),
) -> tuple[WorkupLine, ...]:
    """Return the minimum work-up as a checklist.

    ``confirming`` are tests that show the event itself: a positive one is no abnormal result here.
    """
    return tuple(_line(item, results, age, confirming) for item in items)


def _line(
    item: WorkupItem,
    results: Sequence[TestResult],
    age: tuple[float, float] | None,
    confirming: frozenset[str],
) -> WorkupLine:
    own = tuple(r for r in results if r.test in item.tests)
    if item.age_from is not None and age is not None and age[1] < item.age_from:
        return WorkupLine(item=item, state="not_needed", results=own)
    if item.if_finding is not None and any(
        r.test == item.if_finding and r.result == "negative" for r in results
    ):
        return WorkupLine(item=item, state="not_needed", results=own)
    done = {r.test for r in own if r.result not in NOT_RESULTS}
    complete = bool(done) if item.need == "any" else done == set(item.tests)
    if complete:
        abnormal = item.closes and any(
            r.result not in NORMAL
            for r in own
            if r.result not in NOT_RESULTS and r.test not in confirming
        )
        return WorkupLine(item=item, state="abnormal" if abnormal else "done", results=own)
    stated = {r.result for r in own if r.result in NOT_RESULTS}
    if "pending" in stated:
        return WorkupLine(item=item, state="pending", results=own)
    if "not_done" in stated:
        return WorkupLine(item=item, state="not_done", results=own)
    return WorkupLine(item=item, state="not_reported", results=own)


def alternative(
    findings: Sequence[Finding], workup: Sequence[WorkupLine], name: str = "alternative_nondrug"
) -> Fact:
    """Return the fact about diseases, infections and exposures as the cause."""
    causes = [f for f in findings if f.entry.kind != "mimic"]
    for state in ("more_likely", "possible"):
        deciding = [f for f in causes if f.state == state]
        if deciding:
            return _decided(name, state, deciding)
    required = [line for line in workup if not line.item.wanted]
    if required and all(line.state in ("done", "not_needed") for line in required):
        events = [r.event for line in required for r in line.results]
        return settled(name, "ruled_out", "alternative.workup_negative").resting_on(events)
    missing, of = open_workup(workup)
    if not required:
        return replace(not_reported(name), rule="alternative.no_workup")
    if not missing:  # a result that no known cause takes up
        tests = tuple(r.test for line in required if line.state == "abnormal" for r in line.results)
        fact = replace(not_reported(name), rule="alternative.workup_abnormal")
        return replace(fact, params={"tests": tuple(dict.fromkeys(tests))})
    fact = replace(not_reported(name), rule="alternative.workup_incomplete")
    return replace(fact, params={"missing": missing, "of": of})


def open_workup(workup: Sequence[WorkupLine]) -> tuple[int, int]:
    """Return how many members of the minimum work-up are not on file, and how many are asked for.

    What is only desirable, or not needed here (electrophoresis below 50 years), is asked of nobody.
    """
    asked = [line for line in workup if not line.item.wanted and line.state != "not_needed"]
    return sum(line.state not in ("done", "abnormal") for line in asked), len(asked)


def _decided(name: str, state: str, deciding: Sequence[Finding]) -> Fact:
    open_to = {"more_likely", "possible", "ruled_out"}
    if state == "more_likely":
        open_to = {"more_likely"}
    elif any(f.by_tests for f in deciding):
        open_to = {"more_likely", "possible"}
    elif not any(f.certain for f in deciding):
        open_to |= {"not_assessed"}
    fact = Fact(
        name=name,
        value=state,
        possible=in_order(name, open_to),
        rule=f"alternative.{state}",
        params={"alternatives": tuple(f.id for f in deciding)},
        sources=tuple(
            dict.fromkeys(s for f in deciding for s in (f.source, *f.entry.sources) if s)
        ),
    )
    return fact.resting_on([event for f in deciding for event in f.events])


Effect = Literal["more_likely", "possible"]


class Standing(NamedTuple):
    """The points of a pair without the item that suspects share: scored, lowest, highest."""

    total: int
    low: int
    high: int


class Rival(NamedTuple):
    """Another suspect for the same episode, and whether it is, may be or cannot be out."""

    drug: str
    standing: Standing
    out: bool
    may_be_out: bool
    is_out: bool


class RivalEffect(NamedTuple):
    """What another suspect does to the alternative causes: as scored, and as is still possible."""

    drug: str
    scored: Effect | None
    possible: frozenset[Effect | None]


def coupled(own: Fact, rivals: Sequence[RivalEffect]) -> Fact:
    """Return the alternatives with the other suspects counted in.

    Parameters
    ----------
    own
        The fact from diseases alone.
    rivals
        The other suspects of the case.
    """
    strongest: set[Effect | None] = {None}
    scored: Effect | None = None
    for rival in rivals:
        strongest = {_strongest(a, b) for a in strongest for b in rival.possible}
        scored = _strongest(scored, rival.scored)
    possible = {_stronger(value, effect) for value in own.possible for effect in strongest}
    value = _stronger(own.value, scored)
    fact = replace(own, value=value, possible=in_order(own.name, possible | {value}))
    if scored is None:
        return fact
    names = tuple(sorted(rival.drug for rival in rivals if rival.scored == scored))
    if value != own.value:
        # It rests on the rival now, and no longer on what told of the diseases.
        fact = replace(fact, rule=f"alternative.rival_{scored}", params={"drugs": names})
        fact = replace(fact, events=(), sources=())
    return fact.flagged(f"rival_{scored}", drugs=names)


def _strongest(first: Effect | None, second: Effect | None) -> Effect | None:
    both = {first, second}
    if "more_likely" in both:
        return "more_likely"
    return "possible" if "possible" in both else None


_ORDER = ("more_likely", "possible", "not_assessed", "ruled_out")


def _stronger(value: str, effect: Effect | None) -> str:
    return value if effect is None else min(value, effect, key=_ORDER.index)
