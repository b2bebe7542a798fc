"""Print what is wrong: place, code, what was found, what is allowed, what to do."""

import sys
from collections.abc import Sequence

from causality.cli.plain import plain
from causality.errors import Problem
from causality.words import Words


def print_problems(problems: Sequence[Problem], words: Words) -> None:
    """Print problems to standard error, one per line, in the order of the file."""
    ordered = sorted(problems, key=lambda p: (p.file, p.line or 0, p.column or 0))
    for problem in ordered:
        print(problem_line(problem, words), file=sys.stderr)


def problem_line(problem: Problem, words: Words) -> str:
    """Return one line: ``case.yaml:8:11: drugs.0.stop: E311 …``."""
    params = dict(problem.params)
    if "kind" in params and words.has(f"kind_of.{params['kind']}"):
        params["kind"] = words(f"kind_of.{params['kind']}")
    parts = [problem.place, problem.path, f"{problem.code} {words(problem.code, **params)}"]
    return plain(": ".join(part for part in parts if part))


def print_bug(kind: str, where: str, words: Words) -> None:
    """Print that the fault is ours, without any of the user's data."""
    print(f"E901 {words('E901', kind=kind, where=where)}", file=sys.stderr)
