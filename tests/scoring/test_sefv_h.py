"""SEFV-H against the table of DESIGN section 6, written out here by hand."""

import random
from collections import Counter
from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import Any

import pytest

from causality.scoring.engine import band, reads, score
from causality.scoring.load import load_algorithm
from causality.scoring.proof import attainable, truth_table
from causality.scoring.ranges import total_range
from causality.terms.facts import FACTS, default

SEFV_H = load_algorithm("sefv-h")[0]
DEFAULTS = {name: default(name) for name in FACTS}
CONVENTIONS = [
    {"explorations": explorations, "treated_dechallenge": treated}
    for explorations in ("broad", "narrow")
    for treated in ("credited", "discounted")
]
Answer = tuple[int, int]
"""Code and points."""


# The oracle: DESIGN section 6, line by line


def temporal_sequence(f: Mapping[str, str]) -> Answer:
    if f["onset"] in ("before_exposure", "incompatible"):
        return 4, -1
    if f["onset"] == "on_withdrawal":
        return 5, 2
    if f["onset"] in ("suggestive", "compatible"):
        return 1, 2
    if f["onset"] == "not_coherent":
        return 2, 1
    return 3, 0


def prior_knowledge(f: Mapping[str, str]) -> Answer:
    return {"well_known": (1, 2), "occasional": (2, 1), "contradicted": (4, -1)}.get(
        f["prior_knowledge"], (3, 0)
    )


def withdrawal_effect(f: Mapping[str, str]) -> Answer:
    off = f["action"] in ("withdrawn", "single_dose")
    on = f["action"] in ("continued", "dose_increased")
    why = f["improvement_explained_by"]
    if f["course"] == "irreversible":
        return 6, 0
    if off and f["course"] == "improved":
        if f["treated_dechallenge"] == "discounted" and why == "treatment":
            return 5, 0
        return 1, 2
    if off and f["course"] == "not_improved":
        return 2, -2
    if on and f["course"] == "improved":
        return {"tolerance": (7, 1), "treatment": (8, 1), "nothing_else": (4, -2)}.get(why, (5, 0))
    return (3, 1) if on and f["course"] == "not_improved" else (5, 0)


def rechallenge_effect(f: Mapping[str, str]) -> Answer:
    if f["rechallenge"] == "positive":
        return 1, 3
    if f["rechallenge"] == "negative":
        return 2, -1
    if f["previous_reaction"] == "same_substance":
        return 5, 1
    if f["previous_reaction"] == "cross_reactive":
        return 6, 1
    if f["course"] == "irreversible":
        return 4, 0
    return 3, 0


def alternative_causes(f: Mapping[str, str]) -> Answer:
    return {"more_likely": (1, -3), "possible": (2, -1), "ruled_out": (4, 1)}.get(
        f["alternative"], (3, 0)
    )


def contributing_factors(f: Mapping[str, str]) -> Answer:
    return (1, 1) if f["contributing_factor"] == "yes" else (2, 0)


def complementary_tests(f: Mapping[str, str]) -> Answer:
    biopsy = f["event_confirmed"] == "yes" and f["explorations"] == "broad"
    if f["drug_test"] == "positive" or f["drug_level"] == "toxic" or biopsy:
        return 1, 1
    return 2, 0


ORACLE = {
    function.__name__: function
    for function in (
        temporal_sequence,
        prior_knowledge,
        withdrawal_effect,
        rechallenge_effect,
        alternative_causes,
        contributing_factors,
        complementary_tests,
    )
}


def category(total: int) -> str:
    if total <= 0:
        return "improbable"
    if total <= 3:
        return "conditional"
    if total <= 5:
        return "possible"
    return "probable" if total <= 7 else "definite"


def insufficient(codes: Mapping[str, int]) -> bool:
    return (
        codes["temporal_sequence"] == 3
        and codes["withdrawal_effect"] == 5
        and codes["rechallenge_effect"] == 3
        and codes["alternative_causes"] == 3
    )


def scored(facts: Mapping[str, str], conventions: Mapping[str, str]) -> dict[str, Any]:
    result = score(SEFV_H, facts, conventions)
    return {
        "items": {item.question: (item.code, item.points) for item in result.items},
        "total": result.total,
        "category": result.category,
        "insufficient": "insufficient" in result.flags,
    }


def expected(facts: Mapping[str, str], conventions: Mapping[str, str]) -> dict[str, Any]:
    items = {name: answer({**facts, **conventions}) for name, answer in ORACLE.items()}
    total = sum(points for _, points in items.values())
    return {
        "items": items,
        "total": total,
        "category": category(total),
        "insufficient": insufficient({name: code for name, (code, _) in items.items()}),
    }


# The engine against the oracle

READ_BY = {
    "temporal_sequence": ["onset"],
    "prior_knowledge": ["prior_knowledge"],
    "withdrawal_effect": ["action", "course", "improvement_explained_by"],
    "rechallenge_effect": ["rechallenge", "previous_reaction", "course"],
    "alternative_causes": ["alternative"],
    "contributing_factors": ["contributing_factor"],
    "complementary_tests": ["drug_test", "drug_level", "event_confirmed"],
}


def test_the_questions_are_those_of_the_table_in_its_order() -> None:
    assert list(SEFV_H.questions) == list(ORACLE)
    assert "".join(q.letter or "" for q in SEFV_H.questions.values()) == "abcdefg"


@pytest.mark.parametrize("question", ORACLE)
def test_a_question_reads_the_facts_of_the_table_and_no_others(question: str) -> None:
    assert set(reads(SEFV_H, question)) - set(SEFV_H.conventions) == set(READ_BY[question])


@pytest.mark.parametrize("conventions", CONVENTIONS, ids=lambda c: "-".join(c.values()))
@pytest.mark.parametrize("question", ORACLE)
def test_a_question_answers_as_the_table_for_all_of_its_facts(
    question: str, conventions: dict[str, str]
) -> None:
    names = READ_BY[question]
    for values in product(*(FACTS[name] for name in names)):
        facts = {**DEFAULTS, **dict(zip(names, values, strict=True))}
        item = score(SEFV_H, facts, conventions).item(question)
        wanted = ORACLE[question]({**facts, **conventions})
        assert (item.code, item.points) == wanted, (values, conventions)


def test_20000_random_rows_score_as_the_table() -> None:
    # Not for secrets: the same rows at every run.
    choose = random.Random(1977)  # noqa: S311
    for _ in range(20_000):
        facts = {name: choose.choice(values) for name, values in FACTS.items()}
        conventions = choose.choice(CONVENTIONS)
        assert scored(facts, conventions) == expected(facts, conventions), (facts, conventions)


def test_conventions_left_out_take_their_default() -> None:
    choose = random.Random(2016)  # noqa: S311
    default_choice = {"explorations": "broad", "treated_dechallenge": "credited"}
    assert {n: c.default for n, c in SEFV_H.conventions.items()} == default_choice
    for _ in range(500):
        facts = {name: choose.choice(values) for name, values in FACTS.items()}
        assert scored(facts, {}) == expected(facts, default_choice)


def test_no_default_scores_a_point() -> None:
    for conventions in CONVENTIONS:
        result = score(SEFV_H, DEFAULTS, conventions)
        assert [item.points for item in result.items] == [0] * len(ORACLE)
        assert result.flags == ("insufficient",)


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_single_fact_at_its_default_scores_no_point(name: str) -> None:
    for value in FACTS[name]:
        if value == default(name):
            assert score(SEFV_H, {**DEFAULTS, name: value}, {}).total == 0


def test_a_withdrawal_reaction_is_flagged_as_disputed() -> None:
    assert "disputed_points" in score(SEFV_H, {**DEFAULTS, "onset": "on_withdrawal"}, {}).flags


def test_a_dose_reduction_has_no_option_and_says_so() -> None:
    facts = {**DEFAULTS, "action": "dose_reduced", "course": "improved"}
    result = score(SEFV_H, facts, {})
    assert result.item("withdrawal_effect").code == 5
    assert "dose_reduced_has_no_option" in result.flags


@pytest.mark.parametrize(
    ("known", "flagged"),
    [
        ({}, True),
        ({"prior_knowledge": "well_known"}, True),
        ({"contributing_factor": "yes", "drug_test": "positive"}, True),
        ({"onset": "unknown", "rechallenge": "uninformative"}, True),
        ({"onset": "after_unspecified"}, True),
        ({"onset": "not_coherent"}, False),
        ({"action": "withdrawn", "course": "improved"}, False),
        ({"course": "irreversible"}, False),
        ({"rechallenge": "negative"}, False),
        ({"previous_reaction": "cross_reactive"}, False),
        ({"alternative": "possible"}, False),
    ],
)
def test_without_sequence_course_re_exposure_and_alternatives_it_is_insufficient(
    known: dict[str, str], flagged: bool
) -> None:
    result = score(SEFV_H, {**DEFAULTS, **known}, {})
    assert ("insufficient" in result.flags) is flagged


# Range, options and bands


def test_attainable_range_is_exactly_minus_8_to_12() -> None:
    assert SEFV_H.range == (-8, 12)
    assert attainable(SEFV_H) == (-8, 12)


@pytest.mark.parametrize("conventions", CONVENTIONS, ids=lambda c: "-".join(c.values()))
def test_the_whole_range_is_attainable_under_every_convention(conventions: dict[str, str]) -> None:
    found = total_range(SEFV_H, dict(FACTS), conventions)
    assert (found.total_min, found.total_max) == (-8, 12)
    assert (found.category_min, found.category_max) == ("improbable", "definite")


@pytest.mark.parametrize("question", ORACLE)
def test_every_option_is_reached_by_some_facts(question: str) -> None:
    reached = {number for _, number in truth_table(SEFV_H, question)}
    assert reached == set(range(len(SEFV_H.questions[question].options)))


@pytest.mark.parametrize("total", range(-9, 14))
def test_category_of_every_total(total: int) -> None:
    assert band(SEFV_H, total).category == category(total)


@cache
def printed_options(question: str) -> frozenset[Answer]:
    options = SEFV_H.questions[question].options
    return frozenset((int(option.code), option.points or 0) for option in options)


def test_codes_and_points_are_those_of_the_form() -> None:
    assert {name: sorted(printed_options(name)) for name in ORACLE} == {
        "temporal_sequence": [(1, 2), (2, 1), (3, 0), (4, -1), (5, 2)],
        "prior_knowledge": [(1, 2), (2, 1), (3, 0), (4, -1)],
        "withdrawal_effect": [
            (1, 2),
            (2, -2),
            (3, 1),
            (4, -2),
            (5, 0),
            (6, 0),
            (7, 1),
            (8, 1),
        ],
        "rechallenge_effect": [(1, 3), (2, -1), (3, 0), (4, 0), (5, 1), (6, 1)],
        "alternative_causes": [(1, -3), (2, -1), (3, 0), (4, 1)],
        "contributing_factors": [(1, 1), (2, 0)],
        "complementary_tests": [(1, 1), (2, 0)],
    }


def test_combinations_of_answers_fall_in_the_categories_as_enumerated() -> None:
    # /reference/algorithms.md section 1.2: 5 x 4 x 8 x 6 x 4 x 2 x 2 combinations.
    counts: Counter[str] = Counter()
    for answers in product(*(printed_options(name) for name in ORACLE)):
        counts[band(SEFV_H, sum(points for _, points in answers)).category] += 1
    assert counts == {
        "improbable": 4103,
        "conditional": 5800,
        "possible": 3242,
        "probable": 1658,
        "definite": 557,
    }
    assert sum(counts.values()) == 15_360
