"""Every example that ships shows the behaviour that its publication and the rules expect."""

from typing import Any

import pytest

from causality.assessment.assess import AssessedPair, assess_case, make_method
from causality.case.reader import parse_case
from causality.cli.example import example_names, example_text
from causality.knowledge.load import load_knowledge
from tests.support import expected_examples

EXPECTED = expected_examples()


def assessed(name: str) -> dict[str, AssessedPair]:
    method = make_method(["sefv-h"], load_knowledge(), {})
    result = assess_case(parse_case(example_text(name), name), method)
    return {"/".join(pair.evidence.key): pair for pair in result.pairs}


def test_every_published_example_has_its_expected_behaviour() -> None:
    assert set(example_names()) - {"lenalidomide"} == set(EXPECTED)
    assert len(EXPECTED) >= 8


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_example_behaves_as_published(name: str) -> None:
    pairs, wanted = assessed(name), EXPECTED[name]
    differences = [*_facts(pairs, wanted), *_categories(pairs, wanted), *_rank(pairs, wanted)]
    assert differences == []


def _facts(pairs: dict[str, AssessedPair], wanted: dict[str, Any]) -> list[str]:
    found = []
    for key, facts in wanted.get("facts", {}).items():
        for fact, value in facts.items():
            got = pairs[key].evidence.facts[fact].value
            if got != value:
                found.append(f"{key} {fact}: {got}, not {value}")
    for key, facts in wanted.get("not_facts", {}).items():
        for fact, values in facts.items():
            got = pairs[key].evidence.facts[fact].value
            if got in values:
                found.append(f"{key} {fact}: must not be {got}")
    return found


def _categories(pairs: dict[str, AssessedPair], wanted: dict[str, Any]) -> list[str]:
    return [
        f"{key}: {pairs[key].assessments[0].score.category}, not one of {allowed}"
        for key, allowed in wanted.get("categories", {}).items()
        if pairs[key].assessments[0].score.category not in allowed
    ]


def _rank(pairs: dict[str, AssessedPair], wanted: dict[str, Any]) -> list[str]:
    totals = {key: pair.assessments[0].score.points for key, pair in pairs.items()}
    return [
        f"{first} ({totals[first]}) not above {second} ({totals[second]})"
        for first, second in wanted.get("rank", [])
        if totals[first] <= totals[second]
    ]
