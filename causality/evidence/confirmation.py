"""What tests on file say of the event itself, and of the mechanism or the level (rule 5)."""

from collections.abc import Sequence
from dataclasses import replace

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


def only_stated(name: str, results: Sequence[TestResult]) -> Fact:
    """Return a fact that only a person states; it names the tests on file that may settle it.

    Parameters
    ----------
    results
        The tests of its kind, the most telling first.
    """
    fact = not_reported(name)
    told = list(dict.fromkeys((item.test, item.result) for item in results))
    for number, (test, result) in enumerate(told):
        if number:
            fact = fact.flagged(f"on_file_{name}", test=test, result=result)
        else:
            params = {"test": test, "result": result}
            fact = replace(fact, rule=f"on_file.{name}", params=params)
    return fact.resting_on([item.event for item in results])
