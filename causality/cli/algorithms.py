"""``causality algorithms``: list, show and check algorithm files, and print their vectors."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from causality.cli.inputs import STDIN, read_stdin
from causality.cli.output import STDOUT, write_data
from causality.cli.overwriting import read_with, refuse_same_file
from causality.cli.plain import plain
from causality.cli.problems import print_problems
from causality.document import decode
from causality.errors import CausalityError, Problem, UsageError
from causality.scoring.load import (
    algorithm_file,
    algorithm_ids,
    algorithm_of,
    differing_parts,
    load_algorithm,
    parse_algorithm,
)
from causality.scoring.model import Algorithm
from causality.words import Words

Format = Literal["text", "json"]
VectorFormat = Literal["json", "csv"]


def list_algorithms(output: Format, words: Words) -> None:
    """Print the algorithms of this installation, variants under their parent."""
    found = tuple(load_algorithm(name)[0] for name in algorithm_ids())
    ordered = tuple(_family(found, None))
    if output == "json":
        shapes = [_shape(algorithm) for _, algorithm in ordered]
        write_data(json.dumps(shapes, indent=2, ensure_ascii=False) + "\n")
        return
    from causality.cli.algorithm_view import AlgorithmView  # noqa: PLC0415 - JSON does without

    AlgorithmView(words).list(ordered)


def _family(
    found: Sequence[Algorithm], parent: str | None, depth: int = 0
) -> Iterator[tuple[int, Algorithm]]:
    """Yield algorithms with their depth, each followed by its variants."""
    for algorithm in found:
        if algorithm.parent == parent:
            yield depth, algorithm
            yield from _family(found, algorithm.id, depth + 1)


def _shape(algorithm: Algorithm) -> dict[str, Any]:
    return {
        "id": algorithm.id,
        "version": algorithm.version,
        "name": algorithm.label.model_dump(),
        "kind": algorithm.kind,
        "range": algorithm.range,
        "parent": algorithm.parent,
        "questions": len(algorithm.questions),
        "categories": tuple(algorithm.categories),
        "conventions": {
            name: {"default": entry.default, "choices": tuple(entry.choices)}
            for name, entry in algorithm.conventions.items()
        },
    }


def show(name: str, words: Words) -> None:
    """Print one algorithm for a person."""
    from causality.cli.algorithm_view import AlgorithmView  # noqa: PLC0415 - JSON does without

    algorithm = _loaded(name)[0]
    parent = load_algorithm(algorithm.parent)[0] if algorithm.parent else None
    AlgorithmView(words).show(algorithm, parent)


def check(names: Sequence[str], words: Words) -> int:
    """Check algorithm files and print what their enumeration found; return the exit code."""
    from causality.scoring.proof import proof  # noqa: PLC0415 - needed only here

    failed: list[CausalityError] = []
    for name in names or algorithm_ids():
        try:
            text, shown = _text(name)
            algorithm = parse_algorithm(text, shown)
        except CausalityError as error:
            print_problems(error.problems, words)
            failed.append(error)
            continue
        found = proof(algorithm)
        print(plain(words("method.sound", file=shown, id=algorithm.id, version=algorithm.version)))
        print(
            "  "
            + words(
                "method.proof_questions",
                combinations=found.combinations,
                unanswered=found.unanswered,
                reached=found.reached,
                options=found.options,
            )
        )
        if found.totals is not None:
            low, high = found.totals
            key, params = "method.proof_sum", {"low": f"{low:+d}", "high": f"{high:+d}"}
        else:
            key, params = "method.proof_ways", {"ways": str(found.ways)}
        print("  " + words(key, **params, reached=found.ends_reached, ends=found.ends))
        parts = differing_parts(algorithm)
        if parts:
            print(plain("  " + words("method.same_id", id=algorithm.id, parts=parts)))
    return max((error.exit_code for error in failed), default=0)


def vectors(name: str, file: str, output: VectorFormat | None, words: Words) -> None:
    """Print the conformance vectors of an algorithm, or write them to a file."""
    from causality.scoring.vectors_text import vectors_csv, vectors_json  # noqa: PLC0415

    chosen = _vector_format(file, output)
    refuse_same_file(read_with([name]), file)
    write = vectors_csv if chosen == "csv" else vectors_json
    write_data(write(*_loaded(name)), file)
    if file != STDOUT:
        print(plain(words("method.written", file=file)), file=sys.stderr)


def _vector_format(file: str, asked: VectorFormat | None) -> VectorFormat:
    """Return how vectors are written: as asked, else as the name of their file says.

    Raises
    ------
    UsageError
        E666 where it does not.
    """
    path = Path(file)
    if asked or file == STDOUT or (path.exists() and not path.is_file()):
        return asked or "json"
    named: dict[str, VectorFormat] = {".json": "json", ".csv": "csv"}
    found = named.get(path.suffix.lower())
    if found is None:
        raise UsageError([Problem(code="E666", path="--output", params={"found": file})])
    return found


def _loaded(name: str) -> tuple[Algorithm, str]:
    """Return an algorithm by id, by file or from standard input, and the hash of its file."""
    if name != STDIN:
        return load_algorithm(name)
    return algorithm_of(read_stdin(), "stdin")


def _text(name: str) -> tuple[str, str]:
    """Return the text of an algorithm file and the name that messages give it."""
    data, shown = (read_stdin(), "stdin") if name == STDIN else algorithm_file(name)
    return decode(data, shown), shown
