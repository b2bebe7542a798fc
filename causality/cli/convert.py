"""``causality convert``: turn case files into rows of a batch."""

import sys
from collections.abc import Sequence
from pathlib import Path

from causality.assessment.assess import assess_case
from causality.assessment.method import make_method
from causality.batch.export import COLUMNS, case_rows
from causality.batch.writing import csv_line
from causality.cli.assess import parse_conventions
from causality.cli.inputs import case_files, read_cases
from causality.cli.output import write_data
from causality.cli.plain import plain
from causality.cli.problems import print_problems
from causality.errors import InputError
from causality.knowledge.load import load_knowledge
from causality.words import Words

SOME_REJECTED, UNREADABLE = 1, 3


def run(
    paths: Sequence[str],
    words: Words,
    *,
    as_of: str | None,
    conventions: Sequence[str],
    knowledge: Path | None,
) -> int:
    """Print the rows of the cases as CSV; return the exit code."""
    chosen = parse_conventions(conventions)
    method = make_method(["sefv-h"], load_knowledge(knowledge), chosen)
    done = failed = 0
    lines = [csv_line(COLUMNS)]
    for file, case in read_cases(case_files(paths)):
        if isinstance(case, InputError):
            print_problems(case.problems, words)
            failed += 1
            continue
        done += 1
        for row in case_rows(assess_case(case, method, as_of=as_of)):
            lines.append(csv_line([row.cells.get(name, "") for name in COLUMNS]))
            if row.narrowed:
                pair = f"{file}: {row.cells['drug']}, {row.cells['reaction']}"
                text = words("view.rows_narrowed", pair=pair, facts=", ".join(row.narrowed))
                print(plain(text), file=sys.stderr)
    if not done and failed:
        return UNREADABLE
    write_data("".join(lines))
    return SOME_REJECTED if failed else 0
