"""Conformance vectors as JSON or CSV: the same algorithm file gives the same bytes."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from causality.scoring.engine import facts_read, reads
from causality.scoring.model import Algorithm, Option
from causality.scoring.proof import answers_of, domain, truth_table
from causality.scoring.vectors import Vector, Way, columns_of_result, pairs, ways
from causality.terms.facts import FACTS
from causality.terms.tables import When

FORMAT = "causality-vectors/1"
LICENCE = "MIT, as the project; the method and its points are of the publications under 'sources'."
ABOUT = (
    "'questions': each combination of what a question reads, with the first option that holds. "
    "'result': each total that can be reached with its category, or each way through the table of "
    "results; an empty cell is not looked at on that way, 'row' counts the bands or rows from 1. "
    "Then whole sets of facts with all that is expected: 'ways', one for each row of 'result'; "
    "'pairs', a covering array: every value of a fact or convention together with every value of "
    "each other one. A fact that is not named is at its default, the last value of its list. A "
    "question without a code was not asked."
)


def vectors_json(algorithm: Algorithm, digest: str) -> str:
    """Return the conformance vectors as JSON: a line per row, the rest indented.

    Parameters
    ----------
    digest
        SHA-256 of the algorithm file.
    """
    found = tuple(ways(algorithm))
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
        "sources": {key: algorithm.cited(key, "en") for key in algorithm.sources},
        "facts": {name: FACTS[name] for name in facts_read(algorithm)},
        "conventions": {
            name: {"default": entry.default, "choices": tuple(entry.choices)}
            for name, entry in algorithm.conventions.items()
        },
        "categories": tuple(algorithm.categories),
        "questions": {name: _question(algorithm, name) for name in algorithm.questions},
        "flags": {name: _when(algorithm, flag.when) for name, flag in algorithm.flags.items()},
        "result": _result(algorithm, found),
        "ways": [_shape(way.vector) for way in found],
        "pairs": [_shape(entry) for entry in pairs(algorithm)],
    }
    return _lines(document, 0) + "\n"


def _question(algorithm: Algorithm, name: str) -> dict[str, Any]:
    question = algorithm.questions[name]
    columns = reads(algorithm, name)
    flagged = any(option.flag for option in question.options)
    rows = []
    for values, number in truth_table(algorithm, name):
        option = question.options[number]
        points = [option.points or 0] if algorithm.bands else []
        flag = [option.flag] if flagged else []
        rows.append([*(values[column] for column in columns), option.code, *points, *flag])
    gives = ["code", *(["points"] if algorithm.bands else []), *(["flag"] if flagged else [])]
    return {
        "asked": _when(algorithm, question.asked),
        "columns": [*columns, *gives],
        "rows": rows,
    }


def _result(algorithm: Algorithm, found: tuple[Way, ...]) -> dict[str, Any]:
    columns = columns_of_result(algorithm, found)
    rows = [[*(way.seen.get(name) for name in columns), way.row, way.category] for way in found]
    return {"columns": [*columns, "row", "category"], "rows": rows}


def _when(algorithm: Algorithm, when: When) -> list[dict[str, list[str]]]:
    """Return a `when` with its values in the order of what they are values of."""
    return [
        {
            name: [value for value in _values(algorithm, name) if value in values]
            for name, values in row.items()
        }
        for row in when
    ]


def _values(algorithm: Algorithm, name: str) -> tuple[str, ...]:
    """Return the values of a name in a `when` over answers, which come before facts there."""
    if name in algorithm.questions:
        return answers_of(algorithm, name)
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


_DEEP = 3
"""Depth from which a map stands on one line."""


def _lines(value: Any, depth: int) -> str:
    """Return JSON with maps indented and the entries of lists on a line each."""
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict) and value and depth < _DEEP:
        parts = [f"{inner}{_text(key)}: {_lines(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{outer}}}"
    if isinstance(value, list) and value and isinstance(value[0], list | dict):
        return "[\n" + ",\n".join(inner + _text(item) for item in value) + f"\n{outer}]"
    return _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def vectors_csv(algorithm: Algorithm, digest: str) -> str:
    """Return the conformance vectors as CSV: one table, its first column tells the part.

    ``about`` rows have a name and a value; ``question`` rows what one question reads and its
    answer; ``result`` rows what the result looks at; ``way`` and ``pair`` rows a whole set of facts
    and all that is expected.
    """
    read = (name for question in algorithm.questions for name in reads(algorithm, question))
    inputs = dict.fromkeys((*facts_read(algorithm), *algorithm.conventions, *read))
    codes = [f"code.{name}" for name in algorithm.questions]
    points = [f"points.{name}" for name in algorithm.questions] if algorithm.bands else []
    total = ["total"] if algorithm.bands else []
    columns = ["part", "name", "value", *(f"in.{name}" for name in inputs)]
    columns += [*codes, *points, *total, "row", "category", "flags"]
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
        **{f"source {key}": algorithm.cited(key, "en") for key in algorithm.sources},
    }
    for name, value in about.items():
        yield {"part": "about", "name": name, "value": value}
    for name, question in algorithm.questions.items():
        for values, number in truth_table(algorithm, name):
            option = question.options[number]
            yield {
                "part": "question",
                "name": name,
                **{f"in.{key}": value for key, value in values.items()},
                **_answer(algorithm, name, option),
            }
    found = tuple(ways(algorithm))
    for number, way in enumerate(found, 1):
        seen = {_column(algorithm, name): value for name, value in way.seen.items()}
        end = {"row": way.row, "category": way.category}
        yield {"part": "result", "name": number, **seen, **end}
    for number, way in enumerate(found, 1):
        yield {"part": "way", "name": number, **_record(way.vector)}
    for number, entry in enumerate(pairs(algorithm), 1):
        yield {"part": "pair", "name": number, **_record(entry)}


def _answer(algorithm: Algorithm, question: str, option: Option) -> dict[str, object]:
    points = {f"points.{question}": option.points or 0} if algorithm.bands else {}
    return {f"code.{question}": option.code, **points, "flags": option.flag or ""}


def _column(algorithm: Algorithm, name: str) -> str:
    """Return the column of a name that the result looks at."""
    if name in algorithm.questions:
        return f"code.{name}"
    return f"in.{name}" if name in algorithm.conventions else name


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
