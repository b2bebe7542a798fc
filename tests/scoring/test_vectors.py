"""Conformance vectors: read as whoever implements an algorithm elsewhere would read them."""

import csv
import io
import json
import random
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations, product
from math import prod
from typing import Any

import pytest

from causality.scoring.engine import Score, score
from causality.scoring.load import algorithm_ids, load_algorithm, parse_algorithm
from causality.scoring.proof import attainable
from causality.scoring.vectors_text import vectors_csv, vectors_json
from causality.terms.facts import FACTS, default
from tests.scoring import (
    test_french,
    test_liverpool,
    test_naranjo,
    test_sefv_h_variants,
    test_who_umc,
)

IDS = algorithm_ids()
DEFAULTS = {name: default(name) for name in FACTS}


@cache
def document(name: str) -> Any:
    return json.loads(vectors_json(*load_algorithm(name)))


def oracle(name: str, facts: Mapping[str, str], conventions: Mapping[str, str]) -> dict[str, Any]:
    """Return what the oracle of an algorithm gives, none of which comes from its file."""
    if name.startswith("sefv-h"):
        found = test_sefv_h_variants.expected(name, facts, conventions)
        codes = {question: code for question, (code, _) in found["items"].items()}
        points = {question: points for question, (_, points) in found["items"].items()}
        return {**found, "codes": codes, "points": points}
    if name.startswith("french"):
        return test_french.expected(int(name.removeprefix("french-")), facts)
    tests = {"naranjo": test_naranjo, "who-umc": test_who_umc, "liverpool": test_liverpool}
    found = tests[name].expected(facts, conventions)
    return dict(found)


def flagged(result: Score) -> dict[str, Any]:
    sums = {} if result.total is None else {"total": result.total}
    points = {item.question: item.points for item in result.items if item.points is not None}
    return {
        "codes": {item.question: item.code for item in result.items},
        **({"points": points} if points else {}),
        **sums,
        "category": result.category,
        "row": result.row + 1,
        "flags": list(result.flags),
    }


def full(facts: Mapping[str, str]) -> dict[str, str]:
    return {**DEFAULTS, **facts}


# Every vector, by the engine and by the oracle


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("part", ["ways", "pairs"])
def test_a_vector_is_what_the_engine_and_the_oracle_give(name: str, part: str) -> None:
    algorithm = load_algorithm(name)[0]
    vectors = document(name)[part]
    assert vectors
    for entry in vectors:
        facts, conventions = full(entry["facts"]), entry["conventions"]
        expects = {k: v for k, v in entry.items() if k not in ("facts", "conventions")}
        assert expects == flagged(score(algorithm, facts, conventions))
        wanted = oracle(name, facts, conventions)
        for key in ("codes", "points", "total", "category"):
            assert entry.get(key) == wanted.get(key), (facts, conventions, key)


@pytest.mark.parametrize("name", IDS)
def test_vectors_name_every_fact_that_is_read_and_every_convention(name: str) -> None:
    found = document(name)
    for entry in (*found["ways"], *found["pairs"]):
        assert list(entry["facts"]) == list(found["facts"])
        assert list(entry["conventions"]) == list(found["conventions"])
    assert {fact: FACTS[fact] for fact in found["facts"]} == {
        fact: tuple(values) for fact, values in found["facts"].items()
    }


# The tables alone are enough to implement the algorithm


def implemented(found: Any, facts: Mapping[str, str], conventions: Mapping[str, str]) -> Any:
    """Score by the tables of a file and nothing else."""
    values, answers, codes, total = {**facts, **conventions}, dict(conventions), {}, 0
    for name, question in found["questions"].items():
        if question["asked"] and not any(
            all(answers.get(key) in allowed for key, allowed in row.items())
            for row in question["asked"]
        ):
            continue
        columns = question["columns"]
        reads = columns[: columns.index("code")]
        (row,) = [r for r in question["rows"] if r[: len(reads)] == [values[c] for c in reads]]
        answer = dict(zip(columns, row, strict=True))
        codes[name] = answer["code"]
        answers[name] = str(answer["code"])
        if name not in facts:
            values[name] = answers[name]
        total += answer.get("points", 0)
    seen = {**answers, "total": total}
    fits = [row for row in rows_of_result(found) if row[0].items() <= seen.items()]
    ((_, number, category),) = fits
    return codes, number, category


def rows_of_result(found: Any) -> Iterator[tuple[dict[str, Any], int, str]]:
    columns = found["result"]["columns"][:-2]
    for *cells, number, category in found["result"]["rows"]:
        seen = dict(zip(columns, cells, strict=True))
        yield {k: v for k, v in seen.items() if v is not None}, number, category


@pytest.mark.parametrize("name", IDS)
def test_whoever_follows_the_tables_gets_what_the_engine_gives(name: str) -> None:
    algorithm, found = load_algorithm(name)[0], document(name)
    choose = random.Random(7)  # noqa: S311 - the same rows at every run
    for _ in range(1_000):
        facts = {fact: choose.choice(values) for fact, values in FACTS.items()}
        conventions = {k: choose.choice(c["choices"]) for k, c in found["conventions"].items()}
        result = score(algorithm, facts, conventions)
        codes = {item.question: item.code for item in result.items}
        wanted = codes, result.row + 1, result.category
        assert implemented(found, facts, conventions) == wanted


@pytest.mark.parametrize("name", IDS)
def test_the_table_of_a_question_holds_every_combination_once(name: str) -> None:
    algorithm, found = load_algorithm(name)[0], document(name)
    assert list(found["questions"]) == list(algorithm.questions)
    for key, question in found["questions"].items():
        reads = question["columns"][: question["columns"].index("code")]
        sizes = [len(domain(found, column, key)) for column in reads]
        keys = [tuple(row[: len(reads)]) for row in question["rows"]]
        assert len(keys) == len(set(keys)) == prod(sizes)
        assert set(keys) == set(product(*(domain(found, column, key) for column in reads)))


def domain(found: Any, column: str, question: str) -> list[str]:
    if column in found["facts"]:
        return list(found["facts"][column])
    if column in found["conventions"]:
        return list(found["conventions"][column]["choices"])
    assert list(found["questions"]).index(column) < list(found["questions"]).index(question)
    earlier = found["questions"][column]
    place = earlier["columns"].index("code")
    return list(dict.fromkeys(str(row[place]) for row in earlier["rows"]))


@pytest.mark.parametrize("name", IDS)
def test_the_result_has_every_total_or_every_row_and_a_vector_for_each(name: str) -> None:
    algorithm, found = load_algorithm(name)[0], document(name)
    rows = list(rows_of_result(found))
    if algorithm.bands:
        low, high = attainable(algorithm)
        assert [seen["total"] for seen, _, _ in rows] == list(range(low, high + 1))
    assert {number for _, number, _ in rows} == set(
        range(1, len(algorithm.bands or algorithm.results) + 1)
    )
    assert len(found["ways"]) == len(rows)
    for (seen, number, category), entry in zip(rows, found["ways"], strict=True):
        answers = {q: str(code) for q, code in entry["codes"].items()}
        along = {**answers, **entry["conventions"], "total": entry.get("total")}
        assert seen.items() <= along.items()
        assert (entry["row"], entry["category"]) == (number, category)


@pytest.mark.parametrize("name", IDS)
def test_pairs_hold_every_two_values_together(name: str) -> None:
    found = document(name)
    values = {**found["facts"], **{k: c["choices"] for k, c in found["conventions"].items()}}
    rows = [{**entry["facts"], **entry["conventions"]} for entry in found["pairs"]]
    for one, two in combinations(values, 2):
        held = {(row[one], row[two]) for row in rows}
        assert held == set(product(values[one], values[two]))


@pytest.mark.parametrize("name", IDS)
def test_flags_are_met_and_missed(name: str) -> None:
    found = document(name)
    met = [set(entry["flags"]) for entry in (*found["ways"], *found["pairs"])]
    for flag in found["flags"]:
        assert {flag in flags for flags in met} == {True, False}


# The text


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("write", [vectors_json, vectors_csv])
def test_the_text_is_the_same_each_time_and_of_a_size_to_read(name: str, write: Any) -> None:
    text = write(*load_algorithm(name))
    assert text == write(*load_algorithm(name))
    assert 20_000 < len(text.encode()) < 100_000
    assert max(map(len, text.splitlines())) < 1_200


@pytest.mark.parametrize("name", IDS)
def test_csv_holds_what_json_holds(name: str) -> None:
    found = document(name)
    text = vectors_csv(*load_algorithm(name))
    records = list(csv.DictReader(io.StringIO(text, newline="")))
    about = {r["name"]: r["value"] for r in records if r["part"] == "about"}
    assert about["format"] == found["format"]
    assert about["algorithm"] == found["algorithm"]["id"]
    assert about["sha256"] == found["algorithm"]["sha256"]
    assert {k.removeprefix("source "): v for k, v in about.items() if k.startswith("source ")} == (
        found["sources"]
    )
    for question, table in found["questions"].items():
        rows = [r for r in records if (r["part"], r["name"]) == ("question", question)]
        heads = {"code": f"code.{question}", "points": f"points.{question}", "flag": "flags"}
        columns = [heads.get(column, f"in.{column}") for column in table["columns"]]
        assert [[r[c] for c in columns] for r in rows] == [
            [text_of(cell) for cell in row] for row in table["rows"]
        ]
    results = [r for r in records if r["part"] == "result"]
    assert [[r[head(found, c)] for c in found["result"]["columns"]] for r in results] == [
        [text_of(cell) for cell in row] for row in found["result"]["rows"]
    ]
    for part, plural in (("way", "ways"), ("pair", "pairs")):
        rows = [r for r in records if r["part"] == part]
        assert [filled(r) for r in rows] == [flat(entry) for entry in found[plural]]


def head(found: Any, column: str) -> str:
    if column in found["questions"]:
        return f"code.{column}"
    return f"in.{column}" if column in found["conventions"] else column


def text_of(cell: object) -> str:
    return "" if cell is None else str(cell)


def filled(record: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in record.items() if v and k not in ("part", "name")}


def flat(entry: Any) -> dict[str, str]:
    whole = {f"in.{k}": v for k, v in {**entry["facts"], **entry["conventions"]}.items()}
    whole |= {f"code.{k}": v for k, v in entry["codes"].items()}
    whole |= {f"points.{k}": v for k, v in entry.get("points", {}).items()}
    whole |= {k: entry[k] for k in ("total", "row", "category") if k in entry}
    whole["flags"] = " ".join(entry["flags"])
    return {k: str(v) for k, v in whole.items() if v != ""}


def test_a_file_of_one_question_has_vectors_too() -> None:
    algorithm = parse_algorithm(
        """
id: tiny
version: "1"
label: {en: Tiny, es: Mínimo}
sources: {s: a source}
questions:
  sure:
    label: {en: Sure, es: Seguro}
    options:
      - {code: 1, points: 1, when: [{placebo: recurred}], label: {en: a, es: a}, source: s}
      - {code: 2, label: {en: b, es: b}, source: s}
categories: {low: {en: Low, es: Bajo}, high: {en: High, es: Alto}}
bands: [{max: 0, category: low}, {category: high}]
flags:
  told: {when: [{course: [unknown, improved], sure: "1"}], label: {en: x, es: x}}
""",
        "tiny.yaml",
    )
    found = json.loads(vectors_json(algorithm, "0"))
    # a fact that only a flag reads is read too, its values in the order of the vocabulary
    assert found["flags"] == {"told": [{"course": ["improved", "unknown"], "sure": ["1"]}]}
    assert list(found["facts"]) == ["course", "placebo"]
    assert len(found["pairs"]) == len(FACTS["course"]) * len(FACTS["placebo"])
    assert {flag for entry in found["pairs"] for flag in entry["flags"]} == {"told"}
    assert found["result"]["rows"] == [[0, 1, "low"], [1, 2, "high"]]
    assert [entry["facts"]["placebo"] for entry in found["ways"]] == ["not_given", "recurred"]
