"""Naranjo against the table of DESIGN section 6, written out here by hand."""

import random
from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest

from causality.scoring.engine import band, reads, score
from causality.scoring.load import load_algorithm
from causality.scoring.proof import attainable
from causality.terms.facts import FACTS, default

NARANJO = load_algorithm("naranjo")[0]
DEFAULTS = {name: default(name) for name in FACTS}

# The oracle: DESIGN section 6 for the answers, reference/algorithms.md section 2 for the points

POINTS = {  # yes, no, unknown
    "q1": (1, 0, 0),
    "q2": (2, -1, 0),
    "q3": (1, 0, 0),
    "q4": (2, -1, 0),
    "q5": (-1, 2, 0),
    "q6": (-1, 1, 0),
    "q7": (1, 0, 0),
    "q8": (1, 0, 0),
    "q9": (1, 0, 0),
    "q10": (1, 0, 0),
}
ANSWERS = ("yes", "no", "unknown")


def withdrawal(f: Mapping[str, str]) -> str:
    if f["action"] in ("withdrawn", "single_dose"):
        return {"improved": "yes", "not_improved": "no"}.get(f["course"], "unknown")
    return "unknown"


def answers(f: Mapping[str, str]) -> dict[str, str]:
    def of(fact: str, yes: tuple[str, ...], no: tuple[str, ...]) -> str:
        return "yes" if f[fact] in yes else "no" if f[fact] in no else "unknown"

    after = {"before_exposure": "no", "unknown": "unknown"}
    return {
        "q1": of("prior_knowledge", ("well_known", "occasional"), ("none_found", "contradicted")),
        "q2": after.get(f["onset"], "yes"),
        "q3": withdrawal(f),
        "q4": of("rechallenge", ("positive",), ("negative",)),
        "q5": of("alternative", ("more_likely", "possible"), ("ruled_out",)),
        "q6": of("placebo", ("recurred",), ("not_recurred",)),
        "q7": of("drug_level", ("toxic",), ("not_toxic",)),
        "q8": f["dose_response"],
        "q9": of("previous_reaction", ("same_substance", "cross_reactive"), ("none",)),
        "q10": f["event_confirmed"],
    }


def category(total: int) -> str:
    if total >= 9:
        return "definite"
    if total >= 5:
        return "probable"
    return "possible" if total >= 1 else "doubtful"


def expected(facts: Mapping[str, str], conventions: Mapping[str, str]) -> dict[str, Any]:
    del conventions
    codes = answers(facts)
    points = {q: POINTS[q][ANSWERS.index(code)] for q, code in codes.items()}
    total = sum(points.values())
    return {"codes": codes, "points": points, "total": total, "category": category(total)}


def scored(facts: Mapping[str, str]) -> dict[str, Any]:
    result = score(NARANJO, facts, {})
    return {
        "codes": {item.question: item.code for item in result.items},
        "points": {item.question: item.points for item in result.items},
        "total": result.total,
        "category": result.category,
    }


READ_BY = {
    "q1": ["prior_knowledge"],
    "q2": ["onset"],
    "q3": ["action", "course"],
    "q4": ["rechallenge"],
    "q5": ["alternative"],
    "q6": ["placebo"],
    "q7": ["drug_level"],
    "q8": ["dose_response"],
    "q9": ["previous_reaction"],
    "q10": ["event_confirmed"],
}


# The engine against the oracle


def test_the_questions_are_the_ten_of_the_scale_in_order() -> None:
    assert list(NARANJO.questions) == list(POINTS)
    assert [q.letter for q in NARANJO.questions.values()] == [str(n) for n in range(1, 11)]
    assert NARANJO.conventions == {}


@pytest.mark.parametrize("question", POINTS)
def test_a_question_reads_the_facts_of_the_table_and_no_others(question: str) -> None:
    assert list(reads(NARANJO, question)) == READ_BY[question]


@pytest.mark.parametrize("question", POINTS)
def test_a_question_answers_as_the_table_for_all_of_its_facts(question: str) -> None:
    seen = set()
    for values in product(*(FACTS[name] for name in READ_BY[question])):
        facts = {**DEFAULTS, **dict(zip(READ_BY[question], values, strict=True))}
        item = score(NARANJO, facts, {}).item(question)
        wanted = expected(facts, {})
        assert (item.code, item.points) == (wanted["codes"][question], wanted["points"][question])
        seen.add(item.code)
    assert seen == set(ANSWERS)


def test_20000_random_rows_score_as_the_table() -> None:
    choose = random.Random(1981)  # noqa: S311 - the same rows at every run
    for _ in range(20_000):
        facts = {name: choose.choice(values) for name, values in FACTS.items()}
        assert scored(facts) == expected(facts, {}), facts


@pytest.mark.parametrize("total", range(-5, 15))
def test_category_of_every_total(total: int) -> None:
    assert band(NARANJO, total).category == category(total)


def test_attainable_range_is_exactly_minus_4_to_13() -> None:
    totals = {sum(points) for points in product(*POINTS.values())}
    assert (min(totals), max(totals)) == (-4, 13)
    assert attainable(NARANJO) == NARANJO.range == (-4, 13)


def test_without_re_exposure_placebo_and_level_the_highest_total_is_9() -> None:
    # reference/algorithms.md section 2
    open_ = [points for name, points in POINTS.items() if name not in ("q4", "q6", "q7")]
    assert max(map(sum, product(*open_))) == 9
    best = {"prior_knowledge": "well_known", "onset": "compatible", "action": "withdrawn"}
    best |= {"course": "improved", "alternative": "ruled_out", "dose_response": "yes"}
    best |= {"previous_reaction": "same_substance", "event_confirmed": "yes"}
    result = score(NARANJO, {**DEFAULTS, **best}, {})
    assert (result.total, result.category) == (9, "definite")


@pytest.mark.parametrize(
    ("facts", "question"),
    [({"placebo": "not_given"}, "q6"), ({"drug_level": "not_measured"}, "q7")]
    + [({"rechallenge": value}, "q4") for value in ("not_done", "uninformative", "unknown")]
    + [({"alternative": "not_assessed"}, "q5")],
)
def test_what_was_not_done_scores_nothing(facts: dict[str, str], question: str) -> None:
    item = score(NARANJO, {**DEFAULTS, **facts}, {}).item(question)
    assert (item.code, item.points) == ("unknown", 0)
