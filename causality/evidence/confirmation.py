"""Objective evidence of the event itself: a positive test that concerns the reaction (rule 5)."""

from collections.abc import Sequence

from causality.evidence.alternatives import TestResult
from causality.evidence.fact import Fact, not_reported, settled


def event_confirmed(concerning: Sequence[TestResult]) -> Fact:
    """Return the fact ``event_confirmed``.

    Parameters
    ----------
    concerning
        Tests that concern the reaction, of its time.
    """
    name = "event_confirmed"
    positive = [item for item in concerning if item.result == "positive"]
    if positive:
        tests = ", ".join(dict.fromkeys(item.test for item in positive))
        fact = settled(name, "yes", "confirmed.positive", tests=tests)
        return fact.resting_on([item.event for item in positive])
    negative = [item for item in concerning if item.result == "negative"]
    if negative:
        tests = ", ".join(dict.fromkeys(item.test for item in negative))
        fact = settled(name, "no", "confirmed.negative", tests=tests)
        return fact.resting_on([item.event for item in negative])
    return not_reported(name)
