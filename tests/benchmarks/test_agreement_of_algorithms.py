"""The page about the agreement of the algorithms holds what the script gives."""

from collections import Counter

import pytest

from causality.agreement.statistics import cohen_kappa, observed_agreement
from causality.scoring.engine import score
from causality.scoring.model import LEVELS
from causality.terms.facts import FACTS
from tests.benchmarks.agreement_of_algorithms import (
    CONSTANT,
    DIMENSIONS,
    PAGE,
    Experiment,
    algorithms,
    facts_read,
    filled,
    pairs,
    run,
    table,
    tables,
    varied_facts,
)

if not PAGE.is_file():
    pytest.skip("no page here", allow_module_level=True)


@pytest.fixture(scope="module")
def found() -> Experiment:
    return run()


def test_page_holds_the_tables_of_the_present_algorithms(found: Experiment) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page, tables(found)) == page, "run: make agreement-table"


def test_cases_set_every_fact_once() -> None:
    varied = [fact for name in DIMENSIONS for fact in varied_facts(name)]
    assert sorted([*varied, *CONSTANT]) == sorted(FACTS)
    for values in DIMENSIONS.values():
        for facts in values.values():
            assert all(value in FACTS[fact] for fact, value in facts.items())


def test_facts_that_two_algorithms_read_are_varied() -> None:
    readers = Counter(fact for algorithm in algorithms() for fact in facts_read(algorithm))
    varied = {fact for name in DIMENSIONS for fact in varied_facts(name)}
    assert {fact for fact, count in readers.items() if count > 1} - varied == {"drug_level"}
    assert {fact for fact, count in readers.items() if count == 1} & varied == set()


def test_every_case_is_counted_once(found: Experiment) -> None:
    size = 1
    for values in DIMENSIONS.values():
        size *= len(values)
    assert found.over_all.total() == size
    for name, values in DIMENSIONS.items():
        parts = [found.by_value[name, value] for value in values]
        assert {part.total() for part in parts} == {size // len(values)}
        assert sum(parts, Counter()) == found.over_all


def test_degree_of_a_case_is_that_of_the_engine(found: Experiment) -> None:
    """Guard the scoring of distinct cases: the case with every first value, scored alone."""
    facts = dict(CONSTANT)
    for values in DIMENSIONS.values():
        facts |= next(iter(values.values()))
    levels = tuple(a.level(score(a, facts, {}).category) for a in algorithms())
    assert found.over_all[levels] > 0
    assert all(level is not None for level in levels)


def test_pairs_agree_less_than_wholly_and_more_than_never(found: Experiment) -> None:
    for pair in pairs():
        counts = table(found.over_all, *pair)
        assert 0 < (observed_agreement(counts).value or 0) < 1
        assert cohen_kappa(counts, "linear").value is not None
        assert len(counts) <= len(LEVELS)


def test_mark_that_is_missing_or_doubled_is_refused() -> None:
    assert filled("<!-- a -->\n<!-- end -->", {"a": "x"}) == "<!-- a -->\n\nx\n\n<!-- end -->"
    for page in ("", "<!-- a -->\n<!-- end --><!-- a -->\n<!-- end -->"):
        with pytest.raises(ValueError, match="one place"):
            filled(page, {"a": "x"})
