"""WHO-UMC against the rules of DESIGN section 6, written out here by hand."""

import random
from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest

from causality.scoring.engine import facts_behind, score
from causality.scoring.load import load_algorithm
from causality.terms.facts import FACTS, default

WHO_UMC = load_algorithm("who-umc")[0]
DEFAULTS = {name: default(name) for name in FACTS}
CHOICES = ("if_done", "required")
READ = (
    "onset",
    "action",
    "course",
    "alternative",
    "characteristic",
    "rechallenge",
    "follow_up",
)


# The oracle: DESIGN section 6, in its words


def category(f: Mapping[str, str], rechallenge_for_certain: str) -> str:
    onset, other, again = f["onset"], f["alternative"], f["rechallenge"]
    timely = onset in ("suggestive", "compatible", "on_withdrawal")
    reasonable = timely or onset in ("not_coherent", "after_unspecified")
    improved_off = f["action"] in ("withdrawn", "single_dose") and f["course"] == "improved"
    enough = ["positive"]
    if rechallenge_for_certain == "if_done":
        enough += ["not_done", "uninformative"]
    certain = timely and improved_off and other == "ruled_out" and f["characteristic"] == "yes"
    if certain and again in enough:
        return "certain"
    if onset in ("incompatible", "before_exposure"):
        return "unlikely"
    if onset == "not_coherent" and other == "more_likely":
        return "unlikely"
    if again == "negative" and other in ("possible", "more_likely"):
        return "unlikely"
    excluded = other == "ruled_out" or (other == "possible" and again == "positive")
    if reasonable and improved_off and excluded:
        return "probable"
    if reasonable:
        return "possible"
    waiting = onset == "unknown" and f["follow_up"] == "expected"
    return "conditional" if waiting else "unassessable"


def codes(f: Mapping[str, str]) -> dict[str, str]:
    time = {"incompatible": "improbable", "before_exposure": "improbable"}
    time |= dict.fromkeys(("suggestive", "compatible", "on_withdrawal"), "plausible")
    other = {"ruled_out": "excluded", "more_likely": "plausible", "not_assessed": "unknown"}
    again = {"not_done": "none", "uninformative": "none"}
    improved = f["action"] in ("withdrawn", "single_dose") and f["course"] == "improved"
    return {
        "time_relation": time.get(f["onset"], f["onset"]),
        "withdrawal_response": "improved" if improved else "other",
        "other_explanation": other.get(f["alternative"], f["alternative"]),
        "definitive_event": "yes" if f["characteristic"] == "yes" else "no",
        "rechallenge_response": again.get(f["rechallenge"], f["rechallenge"]),
        "more_data": "yes" if f["follow_up"] == "expected" else "no",
    }


def expected(facts: Mapping[str, str], conventions: Mapping[str, str]) -> dict[str, Any]:
    choice = conventions.get("rechallenge_for_certain", "if_done")
    return {"codes": codes(facts), "total": None, "category": category(facts, choice)}


def scored(facts: Mapping[str, str], conventions: Mapping[str, str]) -> dict[str, Any]:
    result = score(WHO_UMC, facts, conventions)
    return {
        "codes": {item.question: item.code for item in result.items},
        "total": result.total,
        "category": result.category,
    }


# The engine against the oracle


def test_it_reads_the_facts_of_the_rules_and_no_others() -> None:
    found = {name for q in WHO_UMC.questions for name in facts_behind(WHO_UMC, q)}
    assert found == set(READ)
    assert WHO_UMC.flags == {}
    assert [c.default for c in WHO_UMC.conventions.values()] == ["if_done"]
    assert list(WHO_UMC.conventions["rechallenge_for_certain"].choices) == list(CHOICES)


@pytest.mark.parametrize("choice", CHOICES)
def test_all_34560_combinations_of_the_facts_it_reads(choice: str) -> None:
    conventions = {"rechallenge_for_certain": choice}
    count = 0
    reached = set()
    for values in product(*(FACTS[name] for name in READ)):
        facts = {**DEFAULTS, **dict(zip(READ, values, strict=True))}
        found = scored(facts, conventions)
        assert found == expected(facts, conventions), values
        reached.add(found["category"])
        count += 1
    assert count == 34_560
    assert reached == set(WHO_UMC.categories)


def test_20000_random_rows_score_as_the_rules() -> None:
    choose = random.Random(2005)  # noqa: S311 - the same rows at every run
    for _ in range(20_000):
        facts = {name: choose.choice(values) for name, values in FACTS.items()}
        conventions = {"rechallenge_for_certain": choose.choice(CHOICES)}
        assert scored(facts, conventions) == expected(facts, conventions), facts


def test_convention_left_out_is_if_done() -> None:
    facts = {**DEFAULTS, "onset": "compatible", "action": "withdrawn", "course": "improved"}
    facts |= {"alternative": "ruled_out", "characteristic": "yes", "rechallenge": "not_done"}
    assert scored(facts, {}) == expected(facts, {"rechallenge_for_certain": "if_done"})
    assert score(WHO_UMC, facts, {}).category == "certain"
    assert score(WHO_UMC, facts, {"rechallenge_for_certain": "required"}).category == "probable"
