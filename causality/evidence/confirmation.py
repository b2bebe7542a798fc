"""Objective evidence of the event itself: a positive test that concerns the reaction (rule 5)."""

from collections.abc import Sequence

from causality.evidence.fact import Fact, not_reported, settled


def event_confirmed(concerning: Sequence[tuple[str, str, str]]) -> Fact:
    """Return the fact ``event_confirmed``.

    Parameters
    ----------
    concerning
        Tests that concern the reaction: name, result, event.
    """
    name = "event_confirmed"
    positive = [item for item in concerning if item[1] == "positive"]
    if positive:
        tests = ", ".join(dict.fromkeys(item[0] for item in positive))
        fact = settled(name, "yes", "confirmed.positive", tests=tests)
        return fact.resting_on([item[2] for item in positive])
    negative = [item for item in concerning if item[1] == "negative"]
    if negative:
        tests = ", ".join(dict.fromkeys(item[0] for item in negative))
        fact = settled(name, "no", "confirmed.negative", tests=tests)
        return fact.resting_on([item[2] for item in negative])
    return not_reported(name)
