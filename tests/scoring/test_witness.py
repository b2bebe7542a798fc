"""Facts that lead to a total or along a way: by scoring them, and against every set of facts."""

import pytest
from hypothesis import assume, given, settings

from causality.scoring.engine import score
from causality.scoring.load import algorithm_ids, load_algorithm
from causality.scoring.model import Algorithm
from causality.scoring.proof import attainable, convention_choices
from causality.scoring.witness import facts_for_totals, facts_for_ways
from causality.terms.facts import FACTS, default
from tests.scoring.test_drawn_algorithms import OPEN, algorithms, every_with

DEFAULTS = {name: default(name) for name in FACTS}
SUMS = [name for name in algorithm_ids() if load_algorithm(name)[0].bands]
TABLES = [name for name in algorithm_ids() if load_algorithm(name)[0].results]


@pytest.mark.parametrize("name", SUMS)
def test_facts_for_a_total_score_it(name: str) -> None:
    algorithm = load_algorithm(name)[0]
    for conventions in convention_choices(algorithm):
        found = facts_for_totals(algorithm, conventions)
        assert list(found) == sorted(found)
        for total, facts in found.items():
            assert score(algorithm, {**DEFAULTS, **facts}, conventions).total == total
    assert (min(found), max(found)) == attainable(algorithm)
    assert len(found) == max(found) - min(found) + 1


@given(algorithms())
@settings(max_examples=60, deadline=None)
def test_totals_found_are_all_that_some_facts_give(algorithm: Algorithm) -> None:
    assume(algorithm.bands)
    for conventions in convention_choices(algorithm):
        wanted = {found.total for found in every_with(algorithm, OPEN, conventions)}
        assert set(facts_for_totals(algorithm, conventions)) == wanted


@pytest.mark.parametrize("name", TABLES)
def test_facts_for_a_way_go_along_it(name: str) -> None:
    algorithm = load_algorithm(name)[0]
    for conventions in convention_choices(algorithm):
        for seen, row, facts in facts_for_ways(algorithm, conventions):
            result = score(algorithm, {**DEFAULTS, **facts}, conventions)
            codes = {item.question: str(item.code) for item in result.items}
            assert result.row == row
            assert seen.items() <= {**codes, **conventions}.items()


@given(algorithms())
@settings(max_examples=60, deadline=None)
def test_every_set_of_facts_goes_along_exactly_one_way(algorithm: Algorithm) -> None:
    assume(algorithm.results)
    for conventions in convention_choices(algorithm):
        ways = [(set(seen.items()), row) for seen, row, _ in facts_for_ways(algorithm, conventions)]
        used = set()
        for found in every_with(algorithm, OPEN, conventions):
            codes = {item.question: str(item.code) for item in found.items}
            given_ = set({**codes, **conventions}.items())
            fits = [number for number, (seen, _) in enumerate(ways) if seen <= given_]
            assert len(fits) == 1
            assert ways[fits[0]][1] == found.row
            used.add(fits[0])
        assert used == set(range(len(ways)))


def test_what_does_not_matter_stays_at_its_default() -> None:
    facts = facts_for_totals(load_algorithm("naranjo")[0], {})[13]
    assert facts["action"] == "withdrawn"  # the first that will do, not the default
    assert facts_for_totals(load_algorithm("naranjo")[0], {})[0].items() <= DEFAULTS.items()
    ways = facts_for_ways(load_algorithm("liverpool")[0], {})
    (first,) = [facts for seen, _, facts in ways if seen == {"q1": "no"}]
    assert {name for name, value in first.items() if value != default(name)} == {"suspected"}
