"""``causality convert``: turn cases and reports into rows, case files or messages."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from causality.assessment.assess import assess_case
from causality.assessment.method import make_method, parse_conventions
from causality.batch.export import COLUMNS, case_rows
from causality.batch.writing import csv_line
from causality.cli.inputs import ListedError, case_documents, case_files, read_cases
from causality.cli.output import STDOUT, write_data
from causality.cli.overwriting import read_with, refuse_one_place, refuse_same_file
from causality.cli.plain import plain
from causality.cli.problems import print_problems
from causality.errors import InputError, Kind, Problem, UsageError
from causality.knowledge.load import load_knowledge
from causality.scoring.load import default_algorithms
from causality.words import Words

SOME_REJECTED, UNREADABLE = 1, 3


@dataclass(frozen=True, kw_only=True)
class ConvertOptions:
    """What the user asked for."""

    to: Literal["rows", "case", "e2b"]
    out: str = STDOUT
    algorithms: tuple[str, ...] = ()
    as_of: str | None = None
    conventions: tuple[str, ...] = ()
    knowledge: Path | None = None
    schema: Path | None = None


def run(paths: Sequence[str], options: ConvertOptions, words: Words) -> int:
    """Convert cases and reports; return the exit code."""
    own = read_with(options.algorithms, options.knowledge, options.schema)
    read = [*case_files(paths), *own]
    refuse_same_file(read, options.out)
    if options.to == "case":
        return _to_case(paths, options, words, read)
    if options.to == "rows":
        return _to_rows(paths, options, words)
    from causality.cli.write_back import write  # noqa: PLC0415 - only when asked for

    if len(paths) != 1:
        params = {"found": Kind("kind_of.several_files")}
        raise UsageError([Problem(code="E838", file=", ".join(paths), params=params)])
    method = make_method(
        options.algorithms or default_algorithms(),
        load_knowledge(options.knowledge),
        parse_conventions(options.conventions),
    )
    return write(paths[0], options.out, method, words, as_of=options.as_of, schema=options.schema)


def _to_case(
    paths: Sequence[str], options: ConvertOptions, words: Words, read: Sequence[str]
) -> int:
    """Write every case as a case file."""
    found: list[tuple[str, str]] = []
    failed = 0
    for name, text in case_documents(case_files(paths), options.schema):
        if isinstance(text, InputError):
            print_problems(text.problems, words)
            failed += not isinstance(text, ListedError)
        else:
            found.append((name, text))
    if not found:
        return UNREADABLE if failed else 0
    if options.out != STDOUT and Path(options.out).is_dir():
        outs = [str(Path(options.out) / f"{_file_name(name)}.yaml") for name, _ in found]
        refuse_one_place([(name, out) for (name, _), out in zip(found, outs, strict=True)])
        for out in outs:
            refuse_same_file(read, out)
        for (_, text), out in zip(found, outs, strict=True):
            write_data(text, out)
    elif len(found) > 1:
        params = {"count": len(found)}
        raise UsageError([Problem(code="E834", file=options.out, params=params)])
    else:
        write_data(found[0][1], options.out)
    return SOME_REJECTED if failed else 0


def _file_name(case_id: str) -> str:
    """Return the name of a case as a file can have it."""
    return re.sub(r"[^\w.-]+", "_", case_id).strip(".") or "case"


def _to_rows(paths: Sequence[str], options: ConvertOptions, words: Words) -> int:
    """Write the rows of the cases as CSV."""
    chosen = parse_conventions(options.conventions)
    method = make_method(["sefv-h"], load_knowledge(options.knowledge), chosen)
    done = failed = 0
    lines = [csv_line(COLUMNS)]
    for file, case in read_cases(case_files(paths), options.schema):
        if isinstance(case, InputError):
            print_problems(case.problems, words)
            failed += not isinstance(case, ListedError)
            continue
        done += 1
        for row in case_rows(assess_case(case, method, as_of=options.as_of)):
            lines.append(csv_line([row.cells.get(name, "") for name in COLUMNS]))
            if row.narrowed:
                pair = f"{file}: {row.cells['drug']}, {row.cells['reaction']}"
                text = words("view.rows_narrowed", pair=pair, facts=", ".join(row.narrowed))
                print(plain(text), file=sys.stderr)
    if not done and failed:
        return UNREADABLE
    write_data("".join(lines), options.out)
    return SOME_REJECTED if failed else 0
