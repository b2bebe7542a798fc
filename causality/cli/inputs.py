"""Case files named on the command line: files, folders of them, or standard input."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from causality.case.model import Case
from causality.case.reader import parse_case
from causality.document import MAX_BYTES, decode, read_bytes
from causality.e2b.stream import Message, is_xml, looks_like_xml, message_named
from causality.errors import InputError, Problem

if TYPE_CHECKING:
    from causality.e2b.read import SetAside
    from causality.e2b.schema import Schema

SUFFIXES = (".yaml", ".yml", ".json", ".xml", ".xml.gz")
MANIFEST = ".manifest.json"
"""How the name of a file ends that a batch leaves beside its results; it holds no case."""
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
                str(f)
                for f in folder.iterdir()
                if f.name.lower().endswith(SUFFIXES)
                and not f.name.endswith(MANIFEST)
                and f.is_file()
            )
        except OSError as error:
            params = {"reason": error.strerror or type(error).__name__}
            raise InputError([Problem(code="E002", file=path, params=params)]) from error
        if not files:
            raise InputError([Problem(code="E509", file=path)])
        found += files
    return found


def message_files(folder: Path) -> list[str]:
    """Return the message files of a folder in order of name."""
    return sorted(str(f) for f in folder.iterdir() if is_xml(f.name) and f.is_file())


def is_folder(path: str) -> bool:
    """Tell whether an argument names a folder; a name that no file can have does not."""
    try:
        return path not in {STDIN, ""} and Path(path).is_dir()
    except OSError:
        return False


class ListedError(InputError):
    """A report that is not assessed although nothing is wrong with it: a later version counts."""


def read_cases(
    files: Sequence[str], schema: Path | None = None
) -> Iterator[tuple[str, Case | InputError]]:
    """Yield every file with its case, or with what is wrong with it; one does not stop the rest.

    The reports of message files come last; the latest version of each counts, wherever it stands.
    """
    messages: list[Message] = []
    for file in files:
        try:
            found = _loaded(file)
            if isinstance(found, Message):
                messages.append(found)
            else:
                yield file, parse_case(found, "stdin" if file == STDIN else file)
        except InputError as error:
            yield file, error
    if messages:
        yield from _reports(messages, schema)


def _loaded(file: str) -> Message | str:
    """Return a message of a safety database as such, and anything else as the text of a case."""
    message = message_named(file)
    if message is not None:
        return message
    if file == STDIN:
        data = read_stdin()
        return Message("stdin", data) if looks_like_xml(data) else decode(data, "stdin")
    text = read_text(file)
    if not is_report(file):
        return text
    from causality.report.embedded import parse_report  # noqa: PLC0415 - a page is rare

    return parse_report(text, file).case


def _reports(
    messages: Sequence[Message], schema: Path | None
) -> Iterator[tuple[str, Case | InputError]]:
    from causality.e2b.read import SetAside, read_reports  # noqa: PLC0415 - messages are rare

    for report in read_reports(messages, schema_in(schema)):
        name = f"{report.file}#{report.number}" if report.number else report.file
        yield name, _set_aside(report) if isinstance(report, SetAside) else report.case


def schema_in(folder: Path | None) -> "Schema | None":
    """Return the XSD set of a folder; None when there is none to check against."""
    if folder is None:
        return None
    from causality.e2b.schema import Schema  # noqa: PLC0415 - only when asked for

    return Schema(folder)


def _set_aside(report: "SetAside") -> InputError:
    return ListedError(report.problems) if report.listed else InputError(report.problems)


def case_documents(
    files: Sequence[str], schema: Path | None = None
) -> Iterator[tuple[str, str | InputError]]:
    """Yield every case as the text of a case file, by its number; or what is wrong with it."""
    from causality.e2b.as_text import case_yaml  # noqa: PLC0415 - messages are rare
    from causality.e2b.read import SetAside, read_reports  # noqa: PLC0415

    messages: list[Message] = []
    for file in files:
        try:
            found = _loaded(file)
            if isinstance(found, Message):
                messages.append(found)
            else:
                yield parse_case(found, "stdin" if file == STDIN else file).case_id, found
        except InputError as error:
            yield file, error
    for report in read_reports(messages, schema_in(schema)) if messages else ():
        if not isinstance(report, SetAside):
            yield report.case.case_id, case_yaml(report.document)
        else:
            yield report.case_id, _set_aside(report)


def case_text(file: str) -> str:
    """Return the text of a case: of its file, or of the report or message that holds it.

    Raises
    ------
    InputError
        E001 to E005 when it cannot be read as text, E014 for a page without a case, E8xx for a
        message that does not hold one case.
    """
    found = _loaded(file)
    return _one_report(found) if isinstance(found, Message) else found


def _one_report(message: Message) -> str:
    """Return the one report of a message that counts, as the text of a case file."""
    from causality.e2b.as_text import case_yaml  # noqa: PLC0415 - messages are rare
    from causality.e2b.read import SetAside, read_reports  # noqa: PLC0415

    texts: list[str] = []
    problems: list[Problem] = []
    for report in read_reports([message]):
        if isinstance(report, SetAside):
            problems += report.problems
        else:
            texts.append(case_yaml(report.document))
    if len(texts) == 1:
        return texts[0]
    if not texts:
        raise InputError(problems)
    raise InputError([Problem(code="E833", file=message.name, params={"count": len(texts)})])


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
    if looks_like_xml(data):
        return data + sys.stdin.buffer.read()
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 2**20
        raise InputError([Problem(code="E003", file="stdin", params={"limit_mb": limit})])
    return data
