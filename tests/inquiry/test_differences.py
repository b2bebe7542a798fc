"""Why methods differ: the fact that alone holds one back, told by scoring again."""

import random
from collections.abc import Mapping

import pytest

from causality.inquiry.differences import Difference, differences
from causality.scoring.engine import Scorer, facts_behind
from causality.scoring.load import default_algorithms, load_algorithm
from causality.terms.facts import FACTS, NEVER_PROPOSED, default

SCORERS = [Scorer(load_algorithm(name)[0], {}) for name in default_algorithms()]
BY_ID = {scorer.algorithm.id: scorer for scorer in SCORERS}
DEFAULTS = {name: default(name) for name in FACTS}
REFERENCE = {
    **DEFAULTS,
    "onset": "not_coherent",
    "prior_knowledge": "occasional",
    "action": "withdrawn",
    "course": "improved",
    "improvement_explained_by": "treatment",
    "rechallenge": "positive",
    "alternative": "possible",
    "alternative_nondrug": "possible",
    "event_confirmed": "yes",
}


def level(algorithm: str, values: Mapping[str, str]) -> int:
    scorer = BY_ID[algorithm]
    found = scorer.algorithm.level(scorer(values).category)
    return -1 if found is None else found


def of(values: Mapping[str, str], algorithm: str) -> Difference:
    return next(d for d in differences(values, SCORERS) if d.algorithm == algorithm)


def rows(count: int) -> list[dict[str, str]]:
    choose = random.Random(1986)  # noqa: S311 - the same rows at every run
    return [{n: choose.choice(v) for n, v in FACTS.items()} for _ in range(count)]


ROWS = [DEFAULTS, REFERENCE, *rows(300)]


def test_liverpool_stays_at_possible_because_the_disease_is_not_excluded() -> None:
    found = of(REFERENCE, "liverpool")
    assert (found.category, found.other, found.other_category) == ("possible", "sefv-h", "probable")
    first = found.held_by[0]
    assert (first.fact, first.value, first.questions) == (
        "alternative_nondrug",
        "possible",
        ("q6",),
    )
    assert [(c.value, c.category) for c in first.would_be] == [("ruled_out", "definite")]


def test_the_re_exposure_moves_nothing_where_the_chart_does_not_ask_for_it() -> None:
    assert "rechallenge" in of(REFERENCE, "liverpool").unmoved_by


def test_methods_that_say_the_same_are_not_explained() -> None:
    explained = {d.algorithm for d in differences(REFERENCE, SCORERS)}
    assert explained == {"liverpool", "french-2011"}
    assert differences(REFERENCE, SCORERS[:1]) == ()
    assert differences(REFERENCE, []) == ()


def test_every_method_below_the_highest_is_explained_and_no_other() -> None:
    for values in ROWS:
        levels = {name: level(name, values) for name in BY_ID}
        highest = max(levels.values())
        found = differences(values, SCORERS)
        assert [d.algorithm for d in found] == [n for n in levels if levels[n] < highest]
        assert all(levels[d.other] == highest for d in found)


def test_what_holds_a_method_back_would_give_what_is_said_when_it_is_changed() -> None:
    changes = 0
    for values in ROWS:
        for found in differences(values, SCORERS):
            for held in found.held_by:
                assert held.value == values[held.fact]
                for change in held.would_be:
                    changed = {**values, held.fact: change.value}
                    assert BY_ID[found.algorithm](changed).category == change.category
                    assert level(found.algorithm, changed) > level(found.algorithm, values)
                    changes += 1
    assert changes > 1000


def test_no_single_fact_would_bring_it_higher_than_those_named() -> None:
    for values in ROWS:
        for found in differences(values, SCORERS):
            ceiling = level(found.other, values)
            reached = {
                min(level(found.algorithm, {**values, fact: value}), ceiling)
                for fact in facts_read(found.algorithm)
                for value in FACTS[fact]
                if (fact, value) not in NEVER_PROPOSED
            }
            named = {
                min(level(found.algorithm, {**values, held.fact: change.value}), ceiling)
                for held in found.held_by
                for change in held.would_be
            }
            best = max(reached)
            assert named == ({best} if best > level(found.algorithm, values) else set())


def facts_read(algorithm: str) -> set[str]:
    entry = BY_ID[algorithm].algorithm
    return {fact for question in entry.questions for fact in facts_behind(entry, question)}


def test_giving_the_drug_again_is_never_what_would_raise_a_result() -> None:
    for values in ROWS:
        for found in differences(values, SCORERS):
            for held in found.held_by:
                assert ("rechallenge", "positive") not in {
                    (held.fact, change.value) for change in held.would_be
                }


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_what_does_not_move_a_method_changes_nothing_there(fact: str) -> None:
    for values in ROWS[:80]:
        for found in differences(values, SCORERS):
            if fact in found.unmoved_by:
                here = {BY_ID[found.algorithm]({**values, fact: v}).category for v in FACTS[fact]}
                assert here == {found.category}
                without = {**values, fact: default(fact)}
                assert level(found.other, without) < level(found.other, values)
