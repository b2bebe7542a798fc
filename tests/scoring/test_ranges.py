"""The lowest and highest total still possible, against every combination one by one."""

from collections.abc import Mapping
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causality.scoring import ranges
from causality.scoring.engine import Score, result_number, score
from causality.scoring.load import algorithm_ids, load_algorithm, parse_algorithm
from causality.scoring.model import Algorithm
from causality.scoring.ranges import Range, RangeFinder, groups, total_range
from causality.terms.facts import FACTS, default, in_order

SEFV_H = load_algorithm("sefv-h")[0]
DEFAULTS = {name: (default(name),) for name in FACTS}


def summing(text: str, *, prove: bool = True) -> Algorithm:
    """Return an algorithm of two categories from its questions and bands."""
    head = (
        'id: made\nversion: "1"\nlabel: {en: x, es: x}\nsources: {s: a source}\n'
        "categories: {low: {en: x, es: x}, high: {en: x, es: x}}"
    )
    whole = head + text.replace("...", "label: {en: x, es: x}, source: s")
    return parse_algorithm(whole, "made.yaml", prove=prove)


# Questions that share facts, and one that reads the answers of two others.
CHAINED = parse_algorithm(
    """
id: chained
version: "1"
label: {en: x, es: x}
sources: {s: a source}
conventions:
  kind:
    label: {en: x, es: x}
    default: plain
    choices: {plain: {en: x, es: x}, other: {en: x, es: x}}
questions:
  first:
    label: {en: x, es: x}
    options:
      - {code: 1, points: 3, when: [{onset: [suggestive, compatible]}], ...}
      - {code: 2, points: -2, when: [{onset: [before_exposure, incompatible]}], ...}
      - {code: 3, points: 0, ...}
  second:
    label: {en: x, es: x}
    options:
      - {code: 1, points: -3, when: [{onset: [suggestive, compatible], course: improved}], ...}
      - {code: 2, points: 2, when: [{course: not_improved, kind: other}], ...}
      - {code: 3, points: 1, ...}
  third:
    label: {en: x, es: x}
    options:
      - {code: 1, points: 5, when: [{first: "1", second: "3"}], ...}
      - {code: 2, points: -4, when: [{second: "2"}, {placebo: recurred}], ...}
      - {code: 3, points: 0, ...}
  fourth:
    label: {en: x, es: x}
    options:
      - {code: 1, points: 1, when: [{suspected: "yes"}], ...}
      - {code: 2, points: 0, ...}
categories: {low: {en: x, es: x}, middle: {en: x, es: x}, high: {en: x, es: x}}
bands:
  - {max: -1, category: low}
  - {max: 3, category: middle}
  - {category: high}
""".replace("...", "label: {en: x, es: x}, source: s"),
    "chained.yaml",
)

# A flowchart: later questions are asked only after some answers; two share a fact.
BRANCHING = parse_algorithm(
    """
id: branching
version: "1"
label: {en: x, es: x}
sources: {s: a source}
questions:
  after:
    label: {en: x, es: x}
    options:
      - {code: "no", when: [{onset: [before_exposure, incompatible]}], ...}
      - {code: maybe, when: [{onset: unknown}], ...}
      - {code: "yes", ...}
  better:
    label: {en: x, es: x}
    asked: [{after: "yes"}]
    options:
      - {code: "yes", when: [{course: improved}], ...}
      - {code: "no", ...}
  lasting:
    label: {en: x, es: x}
    asked: [{better: "no"}]
    options:
      - {code: "yes", when: [{course: irreversible}, {drug_level: toxic}], ...}
      - {code: "no", ...}
  again:
    label: {en: x, es: x}
    asked: [{better: "yes"}, {lasting: "yes"}]
    options:
      - {code: "yes", when: [{rechallenge: positive}], ...}
      - {code: "no", ...}
categories:
  none: {en: x, es: x}
  low: {en: x, es: x}
  middle: {en: x, es: x}
  high: {en: x, es: x}
results:
  - {category: none, when: [{after: maybe}]}
  - {category: low, when: [{after: "no"}]}
  - {category: high, when: [{again: "yes", better: "yes"}]}
  - {category: middle, when: [{again: ["yes", "no"]}]}
  - {category: low}
""".replace("...", "label: {en: x, es: x}, source: s"),
    "branching.yaml",
)
ALGORITHMS = {
    "chained": CHAINED,
    "branching": BRANCHING,
    **{name: load_algorithm(name)[0] for name in algorithm_ids()},
}


def brute_force(
    algorithm: Algorithm,
    possible: Mapping[str, tuple[str, ...]],
    conventions: Mapping[str, str],
) -> Range:
    names = list(possible)
    scores = [
        score(algorithm, dict(zip(names, values, strict=True)), conventions)
        for values in product(*(possible[name] for name in names))
    ]
    categories = sorted((found.category for found in scores), key=algorithm.rank)
    if not algorithm.bands:
        return Range(None, None, categories[0], categories[-1])
    totals = [found.points for found in scores]
    return Range(min(totals), max(totals), categories[0], categories[-1])


def exact(found: Score) -> Range:
    return Range(found.total, found.total, found.category, found.category)


def inside(algorithm: Algorithm, narrow: Range, wide: Range) -> bool:
    """Tell whether a range lies within another."""
    ranks = [
        algorithm.rank(category)
        for category in (
            wide.category_min,
            narrow.category_min,
            narrow.category_max,
            wide.category_max,
        )
    ]
    if not algorithm.bands:
        return ranks == sorted(ranks)
    totals = [wide.points[0], *narrow.points, wide.points[1]]
    return ranks == sorted(ranks) and totals == sorted(totals)


@st.composite
def possible_sets(draw: st.DrawFn, limit: int = 250) -> dict[str, tuple[str, ...]]:
    """Draw what is still possible for every fact, with few enough combinations to try them all."""
    possible: dict[str, tuple[str, ...]] = {}
    combinations = 1
    for name in draw(st.permutations(sorted(FACTS))):
        values = FACTS[name]
        most = min(len(values), max(1, limit // combinations))
        chosen = draw(st.sets(st.sampled_from(values), min_size=1, max_size=most))
        possible[name] = in_order(name, chosen)
        combinations *= len(possible[name])
    return {name: possible[name] for name in FACTS}


@pytest.mark.parametrize("name", ALGORITHMS)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_range_is_that_of_every_combination(name: str, data: st.DataObject) -> None:
    algorithm = ALGORITHMS[name]
    possible = data.draw(possible_sets())
    conventions = {
        convention: data.draw(st.sampled_from(sorted(entry.choices)))
        for convention, entry in algorithm.conventions.items()
    }
    found = total_range(algorithm, possible, conventions)
    assert found == brute_force(algorithm, possible, conventions)


@pytest.mark.parametrize("name", ALGORITHMS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_total_of_any_possible_facts_lies_inside_the_range(name: str, data: st.DataObject) -> None:
    algorithm = ALGORITHMS[name]
    possible = data.draw(possible_sets(limit=10_000_000))
    facts = {key: data.draw(st.sampled_from(values)) for key, values in possible.items()}
    assert inside(
        algorithm, exact(score(algorithm, facts, {})), total_range(algorithm, possible, {})
    )


@pytest.mark.parametrize("name", ALGORITHMS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_learning_a_fact_never_widens_the_range(name: str, data: st.DataObject) -> None:
    algorithm = ALGORITHMS[name]
    possible = data.draw(possible_sets(limit=10_000_000))
    fact = data.draw(st.sampled_from(sorted(possible)))
    learnt = {**possible, fact: (data.draw(st.sampled_from(possible[fact])),)}
    before, after = total_range(algorithm, possible, {}), total_range(algorithm, learnt, {})
    assert inside(algorithm, after, before)


def test_with_every_fact_known_the_range_is_the_total() -> None:
    found = total_range(SEFV_H, DEFAULTS, {})
    assert found == Range(0, 0, "improbable", "improbable")


def test_a_shared_fact_cannot_be_two_things_at_once() -> None:
    # Apart, `first` could give 3 and `second` 1; for one and the same onset they give 0 or 1.
    possible = {**DEFAULTS, "onset": ("compatible", "unknown"), "course": ("improved",)}
    possible["suspected"] = ("no",)
    assert total_range(CHAINED, possible, {}) == Range(0, 1, "middle", "middle")


def test_one_finder_for_many_facts_finds_for_each_what_a_new_one_does() -> None:
    # The second set opens a fact that two questions share, which the first did not.
    sets: list[Mapping[str, tuple[str, ...]]] = [
        {**DEFAULTS, "onset": ("compatible",), "course": FACTS["course"]},
        {**DEFAULTS, "onset": ("compatible", "unknown"), "course": ("improved",)},
        {**DEFAULTS, "onset": FACTS["onset"], "course": ("improved", "not_improved")},
        DEFAULTS,
        {**DEFAULTS, "course": ("improved", "not_improved"), "rechallenge": FACTS["rechallenge"]},
    ]
    for algorithm in ALGORITHMS.values():
        wanted = [total_range(algorithm, possible, {}) for possible in sets]
        for order in permutations(range(len(sets)), 2):
            finder = RangeFinder(algorithm, {})
            assert [finder(sets[n]) for n in (*order, *order)] == [wanted[n] for n in order] * 2


EITHER = summing(
    """
questions:
  better:
    label: {en: x, es: x}
    options:
      - {code: 1, points: 1, when: [{course: improved}], ...}
      - {code: 0, points: 0, ...}
  not_better:
    label: {en: x, es: x}
    options:
      - {code: 1, points: 1, when: [{course: not_improved}], ...}
      - {code: 0, points: 0, ...}
bands: [{max: 1, category: low}, {category: high}]
""",
    prove=False,
)
"""Two questions that share a fact: together they give a point, whatever it is."""


@pytest.mark.parametrize(
    "before",
    [DEFAULTS, {**DEFAULTS, "placebo": FACTS["placebo"]}, {**DEFAULTS, "course": ("unknown",)}],
)
def test_what_shares_a_fact_is_followed_together_whatever_came_before(
    before: Mapping[str, tuple[str, ...]],
) -> None:
    finder = RangeFinder(EITHER, {})
    assert finder(before).points == (0, 0)
    assert finder({**DEFAULTS, "course": ("improved", "not_improved")}).points == (1, 1)
    assert finder({**DEFAULTS, "course": FACTS["course"]}).points == (0, 1)


def test_a_finder_follows_again_only_what_reads_something_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    followed: list[tuple[str, ...]] = []
    combinations = RangeFinder.combinations

    def counted(self: RangeFinder, questions: tuple[str, ...], *more: Any) -> Any:
        followed.append(questions)
        return combinations(self, questions, *more)

    looked: list[str] = []

    def looked_up(algorithm: Algorithm, answers: Mapping[str, str]) -> int:
        looked.append(algorithm.id)
        return result_number(algorithm, answers)

    monkeypatch.setattr(RangeFinder, "combinations", counted)
    monkeypatch.setattr(ranges, "result_number", looked_up)
    for algorithm, group in ((CHAINED, ("fourth",)), (BRANCHING, ("again",))):
        finder = RangeFinder(algorithm, {})
        first = finder(DEFAULTS)
        followed.clear()
        looked.clear()
        assert finder(DEFAULTS) is first
        assert finder({**DEFAULTS, "characteristic": FACTS["characteristic"]}) is first
        assert followed == []
        finder({**DEFAULTS, "suspected": ("no",), "rechallenge": ("positive",)})
        assert followed == [group]
        assert looked == []  # what the tables say to the same answers is known


def test_points_left_out_are_in_no_range() -> None:
    possible = {**DEFAULTS, "suspected": ("yes", "no"), "onset": ("compatible", "unknown")}
    for question, limits in ((None, (1, 10)), ("fourth", (1, 9)), ("third", (1, 5))):
        assert total_range(CHAINED, possible, {}, without=question).points == limits


GATED = summing(
    """
questions:
  better:
    label: {en: x, es: x}
    options:
      - {code: "yes", points: 1, when: [{course: improved}], ...}
      - {code: "no", points: 0, ...}
  lasting:
    label: {en: x, es: x}
    asked: [{better: "no"}]
    options:
      - {code: "yes", points: -4, when: [{course: [irreversible, improved]}], ...}
      - {code: "no", points: 2, ...}
  steady:
    label: {en: x, es: x}
    options:
      - {code: "yes", points: 16, when: [{course: improved}], ...}
      - {code: "no", points: 0, ...}
  again:
    label: {en: x, es: x}
    options:
      - {code: "yes", points: 8, when: [{rechallenge: positive}], ...}
      - {code: "no", points: 0, ...}
bands:
  - {max: 2, category: low}
  - {category: high}
"""
)
"""A sum with a question that is asked only after an answer to another one."""


@pytest.mark.parametrize(
    ("course", "rechallenge", "limits"),
    [
        (("improved",), ("positive",), (25, 25)),
        (("irreversible",), ("positive",), (4, 4)),
        (("not_improved",), ("positive",), (10, 10)),
        (("improved", "irreversible"), ("positive",), (4, 25)),
        (("improved", "not_improved"), ("positive", "unknown"), (2, 25)),
        (FACTS["course"], FACTS["rechallenge"], (-4, 25)),
    ],
)
def test_a_question_that_is_not_asked_gives_no_points(
    course: tuple[str, ...], rechallenge: tuple[str, ...], limits: tuple[int, int]
) -> None:
    possible = {**DEFAULTS, "course": course, "rechallenge": rechallenge}
    assert total_range(GATED, possible, {}).points == limits
    assert total_range(GATED, possible, {}) == brute_force(GATED, possible, {})
    assert ("better", "lasting") in groups(GATED, DEFAULTS)


def test_convention_in_force_decides_and_the_default_stands_in_for_it() -> None:
    possible = {**DEFAULTS, "event_confirmed": ("yes", "no")}
    assert total_range(SEFV_H, possible, {}).total_max == 1
    assert total_range(SEFV_H, possible, {"explorations": "broad"}).total_max == 1
    assert total_range(SEFV_H, possible, {"explorations": "narrow"}).total_max == 0


def test_questions_are_grouped_by_open_facts_only() -> None:
    closed = groups(SEFV_H, DEFAULTS)
    assert closed == [(name,) for name in SEFV_H.questions]
    course = groups(SEFV_H, {**DEFAULTS, "course": FACTS["course"]})
    assert ("withdrawal_effect", "rechallenge_effect") in course
    assert len(course) == len(SEFV_H.questions) - 1
    two = groups(SEFV_H, {**DEFAULTS, "course": ("improved", "not_improved")})
    assert two == course
    assert groups(CHAINED, DEFAULTS) == [("first", "second", "third"), ("fourth",)]


def test_a_convention_does_not_join_the_questions_that_read_it() -> None:
    text = """
conventions:
  kind:
    label: {en: x, es: x}
    default: plain
    choices: {plain: {en: x, es: x}, other: {en: x, es: x}}
questions:
  one:
    label: {en: x, es: x}
    options:
      - {code: 1, points: 1, when: [{course: improved, kind: other}], ...}
      - {code: 0, points: 0, ...}
  two:
    label: {en: x, es: x}
    options:
      - {code: 1, points: 1, when: [{placebo: recurred, kind: other}], ...}
      - {code: 0, points: 0, ...}
bands: [{max: 1, category: low}, {category: high}]
"""
    assert groups(summing(text, prove=False), FACTS) == [("one",), ("two",)]


# Signatures: what a batch scores once


def fingerprint(
    name: str, facts: Mapping[str, str], possible: Mapping[str, tuple[str, ...]], *, codes: bool
) -> tuple[object, ...]:
    """Return the sums and the rests of the signatures of all groups of questions."""
    algorithm = ALGORITHMS[name]
    finder = RangeFinder(algorithm, {})
    parts = [
        finder.signature(frozenset(group), facts, possible, codes=codes)
        for group in groups(algorithm, FACTS)
    ]
    sums = tuple(sum(numbers) for numbers in zip(*(part[:3] for part in parts), strict=True))
    return (*sums, tuple(part.rest for part in parts))


@pytest.mark.parametrize("codes", [False, True])
@pytest.mark.parametrize("name", ALGORITHMS)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_equal_signatures_are_equal_results(name: str, codes: bool, data: st.DataObject) -> None:
    algorithm = ALGORITHMS[name]
    known: dict[tuple[object, ...], tuple[object, ...]] = {}
    facts = {key: data.draw(st.sampled_from(values)) for key, values in FACTS.items()}
    for changed in FACTS:
        for value in FACTS[changed]:
            one = {**facts, changed: value}
            possible: dict[str, tuple[str, ...]] = {key: (each,) for key, each in one.items()}
            if data.draw(st.booleans()):
                possible[changed] = FACTS[changed]
            scored, limits = score(algorithm, one, {}), total_range(algorithm, possible, {})
            answers = [(item.question, item.code) for item in scored.items]
            told = (scored.total, scored.category, scored.flags, limits, codes and answers)
            found = fingerprint(name, one, possible, codes=codes)
            assert known.setdefault(found, told) == told
            if algorithm.bands:
                assert found[:3] == (scored.points, limits.total_min, limits.total_max)
            else:
                assert found[:3] == (0, 0, 0)


@pytest.mark.parametrize("name", algorithm_ids())
def test_facts_that_no_question_tells_apart_share_a_signature(name: str) -> None:
    plain = {key: default(key) for key in FACTS}
    found = {
        fingerprint(name, {**plain, "onset": v}, {**DEFAULTS, "onset": (v,)}, codes=False)
        for v in FACTS["onset"]
    }
    told = set()
    for value in FACTS["onset"]:
        scored = score(ALGORITHMS[name], {**plain, "onset": value}, {})
        limits = total_range(ALGORITHMS[name], {**DEFAULTS, "onset": (value,)}, {})
        told.add((scored.total, scored.category, scored.flags, limits))
    assert len(told) <= len(found) < len(FACTS["onset"])


def test_over_one_world_it_is_the_range_of_that_world() -> None:
    for algorithm in (CHAINED, BRANCHING):
        possible = {**DEFAULTS, "course": FACTS["course"], "onset": ("compatible",)}
        wanted = total_range(algorithm, possible, {})
        finder = RangeFinder(algorithm, {})
        assert finder.over([possible]) == finder.over((possible, possible)) == wanted


def test_over_several_worlds_totals_reach_from_the_lowest_to_the_highest() -> None:
    worlds = [{**DEFAULTS, "onset": (onset,)} for onset in ("compatible", "incompatible")]
    finder = RangeFinder(CHAINED, {})
    low, high = sorted(finder(world).points for world in worlds)
    assert low < high
    assert finder.over(worlds) == finder.over(worlds[::-1])
    assert finder.over(worlds).points == (low[0], high[1])


def test_every_way_through_a_table_comes_once() -> None:
    for algorithm in ALGORITHMS.values():
        if algorithm.results:
            paths = list(RangeFinder(algorithm, {}).answer_paths(FACTS))
            ways = [tuple(seen.items()) for seen, _ in paths]
            assert len(set(ways)) == len(ways) > 1


def test_over_several_worlds_categories_are_ordered_by_rank() -> None:
    worlds = [
        {**DEFAULTS, "onset": ("compatible",), "course": (course,), "rechallenge": ("positive",)}
        for course in ("improved", "not_improved", "irreversible")
    ]
    finder = RangeFinder(BRANCHING, {})
    found = [finder(world) for world in worlds]
    assert [limits.category_min for limits in found] == ["high", "low", "middle"]
    for order in permutations(worlds):
        assert RangeFinder(BRANCHING, {}).over(order) == Range(None, None, "low", "high")
