"""When did the reaction begin, counted from the drug (DESIGN section 5, rule 1)."""

from collections.abc import Iterable
from dataclasses import replace

from causality.evidence.fact import NOT_REPORTED, Fact, among, not_reported, settled
from causality.evidence.windows import SyndromeWindow, Windows
from causality.measures.values import OnsetMeasures, Start
from causality.terms.dates import Span, span_text
from causality.terms.facts import ONSET_ORDER, in_order

_FAR = 1_000_000  # days: later than anything
_AFTER = frozenset({"compatible", "not_coherent", "incompatible", "after_unspecified"})


def onset(measures: OnsetMeasures, windows: Windows) -> Fact:
    """Return the fact ``onset``.

    Parameters
    ----------
    measures
        Days from each start that could explain the onset, as intervals.
    windows
        Of the syndromes the reaction may be; none for a reaction that is not known.
    """
    first = measures.starts[0] if measures.starts else None
    if first is None or first.latency == Span(None, None):
        return not_reported("onset").resting_on(_events(measures))
    if all(
        start.latency.latest is not None and start.latency.latest < 0 for start in measures.starts
    ):
        fact = settled("onset", "before_exposure", "onset.before", days=span_text(first.latency))
        return fact.resting_on(_events(measures))
    if not windows.syndromes or all(w.first is None for w in windows.syndromes):
        return _without_window(first, measures.starts[-1]).resting_on(_events(measures))
    possible, chosen = _possible(measures, windows)
    fact = _fact(possible, chosen, measures, windows)
    return fact.resting_on(
        [chosen.event, measures.onset_event]
        if "not_coherent" not in possible and "incompatible" not in possible
        else [chosen.event, measures.onset_event, measures.last_dose_event]
    )


def noting_first_exposure(fact: Fact, measures: OnsetMeasures) -> Fact:
    """Say that a first exposure was assumed where that decided the answer."""
    first_only = len(measures.starts) == 1 and measures.previously_exposed == "unknown"
    if fact.value == "not_coherent" and first_only:
        return fact.flagged("first_exposure_assumed")
    return fact


def noting_worsening(fact: Fact, *, worsening: bool) -> Fact:
    """Say that the interval leads to a worsening of what was there, not to a first sign."""
    if worsening and fact.rule != NOT_REPORTED:
        return fact.flagged("dated_at_worsening")
    return fact


def _events(measures: OnsetMeasures) -> list[str | None]:
    first = measures.starts[0].event if measures.starts else None
    return [first, measures.onset_event]


def _without_window(first: Start, latest: Start) -> Fact:
    possible = set(_AFTER)
    if first.latency.earliest is None or first.latency.earliest < 0:
        return among(
            "onset", possible | {"before_exposure"}, "onset.spans", days=span_text(first.latency)
        )
    known = latest.latency.earliest is not None and latest.latency.earliest >= 0
    days = span_text(latest.latency if known else first.latency)
    fact = among("onset", possible, "onset.no_window", days=days)
    return replace(fact, value="after_unspecified")


def _possible(measures: OnsetMeasures, windows: Windows) -> tuple[set[str], Start]:
    """Return the values still possible and the start that explains the onset best."""
    best: set[str] | None = None
    chosen = measures.starts[0]
    for number, start in enumerate(measures.starts):
        if number and start.latency.latest is not None and start.latency.latest < 0:
            continue  # a later start after the onset explains nothing
        values = {
            value
            for window in windows.syndromes
            for value in _values(start, window, measures.since_last_dose, windows.persistence)
        }
        if best is None:
            best = values
            continue
        before = start.latency.earliest is not None and start.latency.earliest >= 0
        if before and min(map(_rank, values)) <= min(map(_rank, best)):
            chosen = start
        # On the days on which it came after the onset, any earlier start explains it better.
        best = {min(a, b, key=_rank) for a in best for b in values}
    return best or set(), chosen


def _rank(value: str) -> int:
    return ONSET_ORDER.index(value)


def _values(
    start: Start, window: SyndromeWindow, since_last_dose: Span | None, persistence: int
) -> set[str]:
    """Return the exact image of the intervals: every value that some day in them gives."""
    days = window.days(again=start.again)
    if days is None:
        return set(_AFTER)
    edges = critical_days(window, again=start.again)
    length = start.to_last_dose
    if since_last_dose is not None and length is not None and length.exact:
        # The last dose lies so many days after the start: one interval gives both.
        last = length.earliest or 0
        edges.append(last + persistence + 1)
        return {
            _value(day, days, window.impossible_below, gone=day - last > persistence)
            for day in _points(start.latency, edges)
        }
    return {
        _value(day, days, window.impossible_below, gone=gone)
        for day in _points(start.latency, edges)
        for gone in _gone(since_last_dose, persistence)
    }


def critical_days(window: SyndromeWindow, *, again: bool) -> list[int]:
    """Return the days on which the answer can change: until the next one it stays the same."""
    edges = [0]
    days = window.days(again=again)
    if days is not None:
        edges += [days[0], days[1] + 1]
    if window.impossible_below is not None:
        edges.append(window.impossible_below)
    return edges


def _gone(since_last_dose: Span | None, persistence: int) -> set[bool]:
    """Return whether the drug may, or may not, have left the body at the onset."""
    if since_last_dose is None:
        return {False}
    if since_last_dose == Span(None, None):
        return {False, True}
    return {day > persistence for day in _points(since_last_dose, [persistence + 1])}


def _points(span: Span, edges: Iterable[int]) -> set[int]:
    """Return a day of every stretch of an interval: its first one, and where another begins."""
    low = -_FAR if span.earliest is None else span.earliest
    high = _FAR if span.latest is None else span.latest
    return {low, *(edge for edge in edges if low < edge <= high)}


def _value(day: int, days: tuple[int, int], impossible_below: int | None, *, gone: bool) -> str:
    if day < 0:
        return "before_exposure"
    if impossible_below is not None and day < impossible_below:
        return "incompatible"
    if days[0] <= day <= days[1]:
        return "compatible"
    return "incompatible" if gone else "not_coherent"


def _fact(possible: set[str], chosen: Start, measures: OnsetMeasures, windows: Windows) -> Fact:
    unreported_end = measures.since_last_dose == Span(None, None)
    params = {
        "days": span_text(chosen.latency),
        "window": _window_text(chosen, windows),
        "start": chosen.kind,
        "last_dose": span_text(measures.since_last_dose),
        "persistence": windows.persistence,
    }
    ordered = in_order("onset", possible)
    if "before_exposure" in possible:
        fact = among("onset", possible, "onset.spans", **params)
    elif chosen.latency.latest is None:
        fact = among("onset", possible | {"after_unspecified"}, "onset.order_only", **params)
        fact = replace(fact, value="after_unspecified")
    elif len(ordered) == 1:
        fact = settled("onset", ordered[0], f"onset.{ordered[0]}", **params)
    elif unreported_end and ordered == ("not_coherent", "incompatible"):
        # The end of the exposure is not reported: the drug is taken to have been there.
        fact = among("onset", possible, "onset.not_coherent", **params)
        fact = replace(fact, value="not_coherent").flagged("end_of_exposure_not_reported")
    else:
        usable = [v for v in ordered if not (unreported_end and v == "incompatible")] or ordered
        fact = among("onset", possible, "onset.least_favourable", **params)
        fact = replace(fact, value=usable[-1])
    return _with_sources(fact, windows)


def _with_sources(fact: Fact, windows: Windows) -> Fact:
    sources = dict.fromkeys(s for window in windows.syndromes for s in window.sources)
    return replace(fact, sources=tuple(sources))


def _window_text(start: Start, windows: Windows) -> str:
    days = [w.days(again=start.again) for w in windows.syndromes]
    return ", ".join(dict.fromkeys(f"{d[0]}–{d[1]}" for d in days if d))
