"""``causality convert``: turn cases and reports into rows of a batch or into case files."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from causality.assessment.assess import assess_case
from causality.assessment.method import make_method
from causality.batch.export import COLUMNS, case_rows
from causality.batch.writing import csv_line
from causality.cli.assess import parse_conventions
from causality.cli.inputs import ListedError, case_documents, case_files, read_cases
from causality.cli.output import STDOUT, write_data
from causality.cli.plain import plain
from causality.cli.problems import print_problems
from causality.errors import InputError, Problem, UsageError
from causality.knowledge.load import load_knowledge
from causality.words import Words

SOME_REJECTED, UNREADABLE = 1, 3


def to_case(paths: Sequence[str], out: str, words: Words) -> int:
    """Write every case as a case file; return the exit code."""
    found: list[tuple[str, str]] = []
    failed = 0
    for name, text in case_documents(case_files(paths)):
        if isinstance(text, InputError):
            print_problems(text.problems, words)
            failed += not isinstance(text, ListedError)
        else:
            found.append((name, text))
    if not found:
        return UNREADABLE if failed else 0
    if out != STDOUT and Path(out).is_dir():
        for name, text in found:
            write_data(text, str(Path(out) / f"{_file_name(name)}.yaml"))
    elif len(found) > 1:
        raise UsageError([Problem(code="E834", file=out, params={"count": len(found)})])
    else:
        write_data(found[0][1], out)
    return SOME_REJECTED if failed else 0


def _file_name(case_id: str) -> str:
    """Return the name of a case as a file can have it."""
    return re.sub(r"[^\w.-]+", "_", case_id).strip(".") or "case"


def to_rows(
    paths: Sequence[str],
    out: str,
    words: Words,
    *,
    as_of: str | None,
    conventions: Sequence[str],
    knowledge: Path | None,
) -> int:
    """Write the rows of the cases as CSV; return the exit code."""
    chosen = parse_conventions(conventions)
    method = make_method(["sefv-h"], load_knowledge(knowledge), chosen)
    done = failed = 0
    lines = [csv_line(COLUMNS)]
    for file, case in read_cases(case_files(paths)):
        if isinstance(case, InputError):
            print_problems(case.problems, words)
            failed += not isinstance(case, ListedError)
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
    write_data("".join(lines), out)
    return SOME_REJECTED if failed else 0
