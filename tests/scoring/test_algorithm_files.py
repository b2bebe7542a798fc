"""Every algorithm file of this installation: no fault, and every worked example as expected."""

import re
from pathlib import Path
from typing import Any

import pytest

from causality.document import read
from causality.resources import data_folder
from causality.scoring.checks import check_algorithm
from causality.scoring.engine import score
from causality.scoring.load import algorithm_ids, load_algorithm
from causality.scoring.proof import attainable, options_reached
from causality.terms.facts import FACTS, default

DEFAULTS = {name: default(name) for name in FACTS}


def algorithm_files(suffix: str) -> list[str]:
    names = sorted(entry.name for entry in data_folder("algorithms").iterdir())
    found = [name.removesuffix(suffix) for name in names if name.endswith(suffix)]
    return [name for name in found if not name.endswith(".examples")]


def examples() -> list[Any]:
    found = []
    for name in algorithm_files(".examples.yaml"):
        path = Path(str(data_folder("algorithms") / f"{name}.examples.yaml"))
        rows = read(path).value
        found += [
            pytest.param(rows["algorithm"], row, id=f"{name}: {row['name']}")
            for row in rows["examples"]
        ]
    return found


@pytest.mark.parametrize("name", algorithm_files(".yaml"))
def test_every_algorithm_has_examples_and_no_fault(name: str) -> None:
    assert name in algorithm_files(".examples.yaml")
    path = Path(str(data_folder("algorithms") / f"{name}.yaml"))
    assert check_algorithm(load_algorithm(name)[0], read(path)) == []


@pytest.mark.parametrize(("algorithm", "row"), examples())
def test_worked_example(algorithm: str, row: dict[str, Any]) -> None:
    facts = row.get("facts") or {}
    assert set(facts) <= set(FACTS)
    assert all(value in FACTS[name] for name, value in facts.items())
    loaded = load_algorithm(algorithm)[0]
    result = score(loaded, {**DEFAULTS, **facts}, row.get("conventions") or {})
    wanted = row["expect"]
    assert wanted, "an example expects something"
    if "total" in wanted:
        assert result.total == int(wanted["total"])
    if "category" in wanted:
        assert result.category == wanted["category"]
    codes = {item.question: str(item.code) for item in result.items}
    assert {question: codes[question] for question in wanted.get("codes", {})} == dict(
        wanted.get("codes", {})
    )
    if "flags" in wanted:
        assert sorted(result.flags) == sorted(wanted["flags"] or [])
    if "asked" in wanted:
        assert list(codes) == wanted["asked"]
    assert set(wanted) <= {"total", "category", "codes", "flags", "asked"}


@pytest.mark.parametrize("name", algorithm_ids())
def test_the_range_that_the_file_prints_is_the_attainable_one(name: str) -> None:
    algorithm = load_algorithm(name)[0]
    if algorithm.bands:
        assert attainable(algorithm) == algorithm.range
    else:
        assert algorithm.range is None


@pytest.mark.parametrize("name", algorithm_ids())
def test_every_option_is_reached_where_its_question_is_asked(name: str) -> None:
    algorithm = load_algorithm(name)[0]
    for question, entry in algorithm.questions.items():
        assert options_reached(algorithm, question) == frozenset(range(len(entry.options)))


@pytest.mark.parametrize("name", algorithm_ids())
def test_no_default_scores_a_point_and_an_empty_case_is_nowhere_possible(name: str) -> None:
    algorithm = load_algorithm(name)[0]
    result = score(algorithm, DEFAULTS, {})
    assert result.total in (0, None)
    assert all(not item.points for item in result.items)
    level = algorithm.level(result.category)
    assert level is None or level == 0


@pytest.mark.parametrize("name", algorithm_files(".yaml"))
def test_words_of_this_project_about_a_source_are_in_both_languages(name: str) -> None:
    for key, source in load_algorithm(name)[0].sources.items():
        prose = re.search(r"\b(?:this|the|from|not|seen|table) ", source.es)
        assert prose is None or prose[0] in {"the ", "from "}, key  # in the title of a publication
        if key in {"this-project", "form-remembered", "unconfirmed"}:
            assert source.es != source.en, key
