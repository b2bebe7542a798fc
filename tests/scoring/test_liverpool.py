"""Liverpool against the chart of DESIGN section 6, written out here by hand."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest

from causality.scoring.engine import facts_behind, score
from causality.scoring.load import load_algorithm
from causality.scoring.proof import result_table
from causality.terms.facts import FACTS, default

LIVERPOOL = load_algorithm("liverpool")[0]
DEFAULTS = {name: default(name) for name in FACTS}


# The oracle: DESIGN section 6, walked as the chart is drawn


def walk(f: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Return the answers to the questions asked, and where they end."""
    told: dict[str, str] = {"q1": f["suspected"]}
    if told["q1"] == "no":
        return told, "unlikely"
    told["q2"] = {"before_exposure": "no", "unknown": "unknown"}.get(f["onset"], "yes")
    if told["q2"] == "unknown":
        return told, "unassessable"
    if told["q2"] == "no":
        told["q3"] = "yes" if f["worsened_preexisting"] == "yes" else "no"
        if told["q3"] == "no":
            return told, "unlikely"
    told["q4"] = improved(f)
    if told["q4"] == "no":
        told["q5"] = "yes" if f["course"] == "irreversible" else "no"
        if told["q5"] == "no":
            return told, "possible"
    told["q6"] = {"ruled_out": "low", "more_likely": "high"}.get(f["alternative_nondrug"], "unsure")
    return from_the_disease(f, told)


def improved(f: Mapping[str, str]) -> str:
    less = f["action"] in ("withdrawn", "dose_reduced")
    if less and f["course"] == "improved":
        return "yes"
    if (less and f["course"] == "not_improved") or f["course"] == "irreversible":
        return "no"
    return "unassessable"


def from_the_disease(f: Mapping[str, str], told: dict[str, str]) -> tuple[dict[str, str], str]:
    if told["q6"] == "low":
        told["q8"] = "yes" if f["rechallenge"] == "positive" else "no"
        if told["q8"] == "yes":
            return told, "definite"
    else:
        mechanism = f["drug_test"] == "positive" or f["drug_level"] == "toxic"
        told["q7"] = "yes" if mechanism or f["dose_response"] == "yes" else "no"
        if told["q7"] == "no":
            return told, "possible"
    told["q9"] = "yes" if f["previous_reaction"] == "same_substance" else "no"
    if told["q9"] == "yes":
        return told, "definite"
    told["q10"] = "yes" if f["prior_knowledge"] in ("well_known", "occasional") else "no"
    return told, "probable" if told["q10"] == "yes" else "possible"


def expected(facts: Mapping[str, str], conventions: Mapping[str, str]) -> dict[str, Any]:
    del conventions
    codes, category = walk(facts)
    return {"codes": codes, "total": None, "category": category}


def scored(facts: Mapping[str, str]) -> dict[str, Any]:
    result = score(LIVERPOOL, facts, {})
    return {
        "codes": {item.question: item.code for item in result.items},
        "total": result.total,
        "category": result.category,
    }


KINDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "suspected": (("yes",), ("no",)),
    "onset": (
        ("before_exposure",),
        ("unknown",),
        (
            "suggestive",
            "compatible",
            "not_coherent",
            "after_unspecified",
            "incompatible",
            "on_withdrawal",
        ),
    ),
    "worsened_preexisting": (("yes",), ("no", "unknown")),
    "action": (
        ("withdrawn", "dose_reduced"),
        ("single_dose", "dose_increased", "continued", "unknown"),
    ),
    "course": (("improved",), ("not_improved",), ("irreversible",), ("unknown",)),
    "alternative_nondrug": (("ruled_out",), ("more_likely",), ("possible", "not_assessed")),
    "drug_test": (("positive",), ("negative", "not_done")),
    "drug_level": (("toxic",), ("not_toxic", "not_measured")),
    "dose_response": (("yes",), ("no", "unknown")),
    "rechallenge": (("positive",), ("negative", "uninformative", "not_done", "unknown")),
    "previous_reaction": (("same_substance",), ("cross_reactive", "none", "unknown")),
    "prior_knowledge": (
        ("well_known", "occasional"),
        ("none_found", "contradicted", "not_searched"),
    ),
}
"""The values of each fact, those together that no question tells apart."""


# The engine against the oracle


def test_it_reads_the_facts_of_the_chart_and_no_others() -> None:
    found = {name for q in LIVERPOOL.questions for name in facts_behind(LIVERPOOL, q)}
    assert found == set(KINDS)
    assert LIVERPOOL.conventions == {}


@pytest.mark.parametrize("fact", KINDS)
def test_values_of_one_kind_are_not_told_apart_and_those_of_two_are(fact: str) -> None:
    assert sorted(v for kind in KINDS[fact] for v in kind) == sorted(FACTS[fact])
    named = [
        row[fact]
        for question in LIVERPOOL.questions.values()
        for option in question.options
        for row in option.when
        if fact in row
    ]
    seen = {kind: {tuple(v in values for values in named) for v in kind} for kind in KINDS[fact]}
    assert all(len(patterns) == 1 for patterns in seen.values())
    assert len({pattern for patterns in seen.values() for pattern in patterns}) == len(seen)


def representatives() -> Iterator[dict[str, str]]:
    for kinds in product(*KINDS.values()):
        yield {**DEFAULTS, **{name: kind[0] for name, kind in zip(KINDS, kinds, strict=True)}}


def test_every_combination_of_one_value_of_each_kind() -> None:
    count = 0
    for facts in representatives():
        assert scored(facts) == expected(facts, {}), facts
        count += 1
    assert count == 18_432


def test_20000_random_rows_score_as_the_chart() -> None:
    choose = random.Random(2011)  # noqa: S311 - the same rows at every run
    for _ in range(20_000):
        facts = {name: choose.choice(values) for name, values in FACTS.items()}
        assert scored(facts) == expected(facts, {}), facts


EDGES = {("q4", "unassessable"): "yes", ("q6", "unsure"): "high"}
"""Answers that leave a question by the same edge: "yes or unassessable", "high or unsure"."""


def merged(codes: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((q, EDGES.get((q, code), code)) for q, code in codes.items())


def test_the_36_paths_of_the_chart_end_as_published_and_one_is_ours() -> None:
    # reference/algorithms.md section 4
    results = (scored(facts) for facts in representatives())
    paths = {(merged(result["codes"]), result["category"]) for result in results}
    counts = Counter(category for _, category in paths)
    assert counts.pop("unassessable") == 1
    assert counts == {"unlikely": 2, "possible": 14, "probable": 8, "definite": 12}
    assert sum(counts.values()) == 36


def test_the_proof_follows_the_same_paths() -> None:
    walked = {(tuple(walk(f)[0].items()), walk(f)[1]) for f in representatives()}
    proved = {
        (tuple((q, answers[q]) for q in LIVERPOOL.questions if q in answers), category)
        for answers, row in result_table(LIVERPOOL)
        for category in [LIVERPOOL.results[row].category]
    }
    assert proved == walked
    assert len(walked) == 77  # 36 and ours, where each answer is a way of its own


def test_unlikely_needs_that_nobody_suspects_it_or_that_it_came_before() -> None:
    for facts in representatives():
        if scored(facts)["category"] == "unlikely":
            assert facts["suspected"] == "no" or facts["onset"] == "before_exposure"
