"""Conformance vectors: facts with the answers, points and category that an algorithm must give.

For whoever implements the algorithm elsewhere. Nothing here depends on chance, clock or locale: the
same algorithm file gives the same bytes.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from causality.scoring.covering import covering_rows
from causality.scoring.engine import (
    band_number,
    conventions_in_force,
    facts_read,
    reads,
    score,
)
from causality.scoring.model import Algorithm
from causality.scoring.proof import convention_choices, domain, truth_table
from causality.scoring.witness import Facts, facts_for_totals, facts_for_ways
from causality.terms.facts import FACTS, default
from causality.terms.tables import When

FORMAT = "causality-vectors/1"
LICENCE = "MIT, as the project; the method and its points are of the publications under 'sources'."
ABOUT = (
    "Every question with each combination of what it reads, and the first option that holds. "
    "Then whole sets of facts with the answers expected: 'ways', each way through the table of "
    "results; 'edges', the totals on both sides of each band edge and the lowest and highest; "
    "'pairs', every pair of values of two facts or conventions. A fact that is not named is at its "
    "default, the last value of its list. A question without a code was not asked."
)


@dataclass(frozen=True, slots=True)
class Vector:
    """A set of facts under conventions; ``row`` counts the bands or rows of results from 1."""

    facts: Facts
    conventions: Mapping[str, str]
    codes: Mapping[str, int | str]
    points: Mapping[str, int]
    total: int | None
    category: str
    row: int
    flags: tuple[str, ...]


def pairs(algorithm: Algorithm) -> Iterator[Vector]:
    """Yield sets of facts that hold every pair of values of two facts or conventions."""
    conventions = {name: tuple(entry.choices) for name, entry in algorithm.conventions.items()}
    facts = {name: FACTS[name] for name in facts_read(algorithm)}
    for row in covering_rows({**facts, **conventions}):
        chosen = {name: row[name] for name in conventions}
        yield vector(algorithm, {name: row[name] for name in facts}, chosen)


def edges(algorithm: Algorithm) -> Iterator[Vector]:
    """Yield facts for both sides of each band edge, and for the lowest and highest total."""
    if not algorithm.bands:
        return
    found = facts_for_totals(algorithm, {})
    totals = list(found)
    wanted = {totals[0], totals[-1]}
    for first, second in pairwise(totals):
        if band_number(algorithm, first) != band_number(algorithm, second):
            wanted |= {first, second}
    for total in sorted(wanted):
        yield vector(algorithm, found[total], {})


def ways(algorithm: Algorithm) -> Iterator[Vector]:
    """Yield facts for every way through the table of results."""
    if not algorithm.results:
        return
    seen: set[tuple[object, ...]] = set()
    for conventions in convention_choices(algorithm):
        for answers, row, facts in facts_for_ways(algorithm, conventions):
            key = (*sorted(answers.items()), row)
            if key not in seen:
                seen.add(key)
                yield vector(algorithm, facts, conventions)


def vector(algorithm: Algorithm, facts: Facts, conventions: Mapping[str, str]) -> Vector:
    """Return facts with what the algorithm gives for them."""
    named = {name: facts.get(name, default(name)) for name in facts_read(algorithm)}
    everything = {**{name: default(name) for name in FACTS}, **named}
    chosen = conventions_in_force(algorithm, conventions)
    result = score(algorithm, everything, chosen)
    return Vector(
        facts=named,
        conventions=chosen,
        codes={item.question: item.code for item in result.items},
        points={item.question: item.points for item in result.items if item.points is not None},
        total=result.total,
        category=result.category,
        row=result.row + 1,
        flags=result.flags,
    )


def question_rows(algorithm: Algorithm, question: str) -> Iterator[tuple[dict[str, str], int]]:
    """Yield every combination of what a question reads, with the number of its option."""
    for values, number in truth_table(algorithm, question):
        yield dict(values), number


def vectors_json(algorithm: Algorithm, digest: str) -> str:
    """Return the conformance vectors as JSON: a line per row, the rest indented.

    Parameters
    ----------
    digest
        SHA-256 of the algorithm file.
    """
    document: dict[str, Any] = {
        "format": FORMAT,
        "about": ABOUT,
        "licence": LICENCE,
        "algorithm": {
            "id": algorithm.id,
            "version": algorithm.version,
            "parent": algorithm.parent,
            "sha256": digest,
        },
        "sources": algorithm.sources,
        "facts": {name: FACTS[name] for name in facts_read(algorithm)},
        "conventions": {
            name: {"default": entry.default, "choices": tuple(entry.choices)}
            for name, entry in algorithm.conventions.items()
        },
        "categories": tuple(algorithm.categories),
        "questions": {name: _question(algorithm, name) for name in algorithm.questions},
        "bands": [row.model_dump(include={"max", "category"}) for row in algorithm.bands],
        "results": [
            {"category": row.category, "when": _when(algorithm, row.when)}
            for row in algorithm.results
        ],
    }
    for name, found in (("ways", ways), ("edges", edges), ("pairs", pairs)):
        document[name] = [_shape(entry) for entry in found(algorithm)]
    return _lines(document, 0) + "\n"


def _question(algorithm: Algorithm, name: str) -> dict[str, Any]:
    question = algorithm.questions[name]
    columns = reads(algorithm, name)
    rows = []
    for values, number in question_rows(algorithm, name):
        option = question.options[number]
        points = [option.points or 0] if algorithm.bands else []
        rows.append([*(values[column] for column in columns), option.code, *points])
    return {
        "asked": _when(algorithm, question.asked),
        "columns": [*columns, "code", *(["points"] if algorithm.bands else [])],
        "rows": rows,
    }


def _when(algorithm: Algorithm, when: When) -> list[dict[str, list[str]]]:
    """Return a `when` with its values in the order of what they are values of."""
    return [
        {
            name: [value for value in _answers(algorithm, name) if value in values]
            for name, values in row.items()
        }
        for row in when
    ]


def _answers(algorithm: Algorithm, name: str) -> tuple[str, ...]:
    if name in algorithm.questions:
        return tuple(dict.fromkeys(str(o.code) for o in algorithm.questions[name].options))
    return domain(algorithm, name) or ()


def _shape(entry: Vector) -> dict[str, Any]:
    sums = {} if entry.total is None else {"points": entry.points, "total": entry.total}
    return {
        "facts": entry.facts,
        "conventions": entry.conventions,
        "codes": entry.codes,
        **sums,
        "category": entry.category,
        "row": entry.row,
        "flags": entry.flags,
    }


_ROWS = 2
"""Depth from which a list holds rows, one on a line."""


def _lines(value: Any, depth: int) -> str:
    """Return JSON with maps indented and the entries of lists on a line each."""
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict) and value and depth < _ROWS + 1:
        parts = [f"{inner}{_text(key)}: {_lines(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{outer}}}"
    if isinstance(value, list) and value and isinstance(value[0], list | dict):
        return "[\n" + ",\n".join(inner + _text(item) for item in value) + f"\n{outer}]"
    return _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def vectors_csv(algorithm: Algorithm, digest: str) -> str:
    """Return the conformance vectors as CSV: one table, its first column tells the part.

    ``about`` rows have a name and a value; ``question`` rows the inputs of one question and its
    answer; ``way``, ``edge`` and ``pair`` rows a whole set of facts and all that is expected.
    """
    inputs = dict.fromkeys(
        [
            *facts_read(algorithm),
            *algorithm.conventions,
            *(name for question in algorithm.questions for name in reads(algorithm, question)),
        ]
    )
    codes = [f"code.{name}" for name in algorithm.questions]
    points = [f"points.{name}" for name in algorithm.questions] if algorithm.bands else []
    total = ["total"] if algorithm.bands else []
    columns = ["part", "name", "value", *(f"in.{name}" for name in inputs)]
    columns += [*codes, *points, *total, "category", "row", "flags"]
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_records(algorithm, digest))
    return file.getvalue()


def _records(algorithm: Algorithm, digest: str) -> Iterator[dict[str, object]]:
    about = {
        "format": FORMAT,
        "algorithm": algorithm.id,
        "version": algorithm.version,
        "parent": algorithm.parent or "",
        "sha256": digest,
        "licence": LICENCE,
        "about": ABOUT,
    }
    for name, value in about.items():
        yield {"part": "about", "name": name, "value": value}
    for name, question in algorithm.questions.items():
        for values, number in question_rows(algorithm, name):
            option = question.options[number]
            row: dict[str, object] = {"part": "question", "name": name}
            row.update({f"in.{key}": value for key, value in values.items()})
            row[f"code.{name}"] = option.code
            if algorithm.bands:
                row[f"points.{name}"] = option.points or 0
            yield row
    for part, found in (("way", ways), ("edge", edges), ("pair", pairs)):
        for number, entry in enumerate(found(algorithm), 1):
            yield {"part": part, "name": number, **_record(entry)}


def _record(entry: Vector) -> dict[str, object]:
    sums = {} if entry.total is None else {"total": entry.total}
    return {
        **{f"in.{name}": value for name, value in {**entry.facts, **entry.conventions}.items()},
        **{f"code.{name}": code for name, code in entry.codes.items()},
        **{f"points.{name}": points for name, points in entry.points.items()},
        **sums,
        "category": entry.category,
        "row": entry.row,
        "flags": " ".join(entry.flags),
    }
