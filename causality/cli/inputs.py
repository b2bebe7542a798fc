"""Case files named on the command line: files, folders of them, or standard input."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from causality.case.model import Case
from causality.case.reader import parse_case
from causality.document import MAX_BYTES, decode, read_bytes
from causality.errors import InputError, Problem

SUFFIXES = frozenset({".yaml", ".yml", ".json"})
PAGES = (".html", ".htm")
STDIN = "-"


def case_files(paths: Sequence[str]) -> list[str]:
    """Return the files that the arguments name, those of a folder in order of name.

    Raises
    ------
    InputError
        E509 for a folder without case files.
    """
    found: list[str] = []
    for path in paths:
        folder = Path(path)
        if not is_folder(path):
            found.append(path)
            continue
        try:
            files = sorted(
                str(f) for f in folder.iterdir() if f.suffix.lower() in SUFFIXES and f.is_file()
            )
        except OSError as error:
            params = {"reason": error.strerror or type(error).__name__}
            raise InputError([Problem(code="E002", file=path, params=params)]) from error
        if not files:
            raise InputError([Problem(code="E509", file=path)])
        found += files
    return found


def is_folder(path: str) -> bool:
    """Tell whether an argument names a folder; a name that no file can have does not."""
    try:
        return path not in {STDIN, ""} and Path(path).is_dir()
    except OSError:
        return False


def read_cases(files: Sequence[str]) -> Iterator[tuple[str, Case | InputError]]:
    """Yield every file with its case, or with what is wrong with it; one does not stop the rest."""
    for file in files:
        try:
            yield file, _read(file)
        except InputError as error:
            yield file, error


def _read(file: str) -> Case:
    return parse_case(case_text(file), "stdin" if file == STDIN else file)


def case_text(file: str) -> str:
    """Return the text of a case: of its file, or of the report that holds it.

    Raises
    ------
    InputError
        E001 to E005 when it cannot be read as text, E014 for a page without a case.
    """
    text = read_text(file)
    if not is_report(file):
        return text
    from causality.cli.report_file import parse_report  # noqa: PLC0415 - a page is rare

    return parse_report(text, file).case


def is_report(file: str) -> bool:
    """Tell whether a name is that of a page."""
    return file.lower().endswith(PAGES)


def read_text(file: str) -> str:
    """Return the text of a file or of standard input.

    Raises
    ------
    InputError
        E001 to E005 when it cannot be read as text.
    """
    if not file:
        raise InputError([Problem(code="E001", file="''")])
    if file != STDIN:
        return decode(read_bytes(Path(file)), file)
    return decode(read_stdin(), "stdin")


def read_stdin() -> bytes:
    """Return what stands on standard input.

    Raises
    ------
    InputError
        E003 too large.
    """
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 2**20
        raise InputError([Problem(code="E003", file="stdin", params={"limit_mb": limit})])
    return data
