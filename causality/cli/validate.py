"""``causality validate``: check case files and tables and report all of their faults."""

import sys
from collections.abc import Sequence
from pathlib import Path

from causality.case.events import case_events
from causality.case.model import Case
from causality.cli.inputs import ListedError, case_files, read_cases
from causality.cli.plain import plain
from causality.cli.problems import print_problems
from causality.errors import InputError
from causality.words import Words

SOME_REJECTED, UNREADABLE = 1, 3
_TABLES = frozenset({".csv", ".tsv", ".txt", ".parquet", ".ndjson", ".jsonl"})
_PACKED = frozenset({".gz", ".zst"})


def run(paths: Sequence[str], words: Words, schema: Path | None = None) -> int:
    """Check the files; return 0 when none has a fault, 1 when only rows of tables have, else 3."""
    tables = [path for path in paths if _is_table(path)]
    codes = [_table(path, words) for path in tables]
    cases = [path for path in paths if path not in tables]
    if cases:
        codes.append(_cases(cases, words, schema))
    return max(codes)


def _is_table(path: str) -> bool:
    from causality.batch.tables import format_of  # noqa: PLC0415 - imports what a case does without

    name = Path(path)
    if format_of(path) != "csv":
        return True
    suffix = Path(name.stem).suffix if name.suffix.lower() in _PACKED else name.suffix
    return suffix.lower() in _TABLES


def _table(path: str, words: Words) -> int:
    from causality.assessment.method import make_method  # noqa: PLC0415 - cases do without tables
    from causality.batch.run import Options, Run  # noqa: PLC0415
    from causality.knowledge.load import load_knowledge  # noqa: PLC0415

    try:
        check = Run(path, make_method(["sefv-h"], load_knowledge(), {}), Options())
        for line, reject in check.faults():
            parts = [
                f"{path}:{line}",
                reject.column,
                f"{reject.code} {words(reject.code, **reject.params)}",
            ]
            print(plain(": ".join(part for part in parts if part)), file=sys.stderr)
    except InputError as error:
        print_problems(error.problems, words)
        return UNREADABLE
    counts = check.counted
    text = words("view.valid_table", file=path, rows=counts.rows, faulty=counts.rejected)
    print(plain(text))
    return SOME_REJECTED if counts.rejected else 0


def _cases(paths: Sequence[str], words: Words, schema: Path | None) -> int:
    faults = 0
    for file, case in read_cases(case_files(paths), schema):
        if isinstance(case, InputError):
            print_problems(case.problems, words)
            faults += 0 if isinstance(case, ListedError) else len(case.problems)
            continue
        found = words(
            "view.valid",
            file=file,
            drugs=len(case.drugs),
            reactions=len(case.reactions),
            events=len(case_events(case)),
        )
        print(plain(found))
        _print_remarks(case, words)
    return UNREADABLE if faults else 0


def _print_remarks(case: Case, words: Words) -> None:
    """Print what was not used of the report that a case was read from."""
    if case.icsr is None:
        return
    from causality.wording.source_words import remark_text  # noqa: PLC0415 - only then

    for remark in case.icsr.remarks:
        print(plain(f"  {remark_text(remark, words)}"))
    if case.icsr.not_read:
        print(plain(f"  {words('icsr.not_read', elements=', '.join(case.icsr.not_read))}"))
