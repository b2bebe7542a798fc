"""``causality report``: write the report of a case."""

import gc
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from causality.assessment.assess import (
    CaseAssessment,
    assess_case,
    make_method,
    parse_overrides,
)
from causality.assessment.method import parse_conventions
from causality.assessment.result import as_json
from causality.case.reader import case_from
from causality.cli.inputs import STDIN, case_text
from causality.cli.options import ReportOptions
from causality.cli.output import STDOUT, write_data
from causality.cli.overwriting import read_with, refuse_same_file
from causality.cli.plain import plain
from causality.cli.report_file import algorithms_of, as_reported, knowledge_of
from causality.document import parse
from causality.errors import Problem, UsageError
from causality.report.embedded import HeldKnowledge, embedded_data, files_as_json
from causality.report.html import html_page
from causality.report.markdown import markdown_page
from causality.report.pdf import check_installed, pdf_document
from causality.report.view import case_view
from causality.report.word import check_installed as check_word_installed
from causality.report.word import word_document
from causality.scoring.load import default_algorithms
from causality.words import Words


@dataclass(frozen=True, kw_only=True)
class _Made:
    """An assessment with what it was made from."""

    result: CaseAssessment
    document: object
    options: ReportOptions
    own: HeldKnowledge | None
    algorithms: Mapping[str, str]  # the text of the user's own files, by name
    words: Words


def run(path: str, output: str, options: ReportOptions, words: Words) -> None:
    """Assess a case and write its report; say where it is."""
    write = _writer(output)
    refuse_same_file([path, *read_with(options.algorithms, options.knowledge)], output)
    algorithms = algorithms_of(options, [path])
    options = as_reported(options, [path])
    if options.templates is not None and not options.templates.is_dir():
        reason = words("E015" if options.templates.exists() else "E001")
        params = {"reason": reason}
        raise UsageError([Problem(code="E541", file=str(options.templates), params=params)])
    known = knowledge_of(options, [path])
    method = make_method(
        options.algorithms or default_algorithms(),
        known.knowledge,
        parse_conventions(options.conventions),
        algorithms,
    )
    document = parse(case_text(path), "stdin" if path == STDIN else path)
    case = case_from(document)
    overrides = parse_overrides(options.what_if, case)
    result = assess_case(case, method, as_of=options.as_of, overrides=overrides)
    made = _Made(
        result=result,
        document=document.value,
        options=options,
        own=known.own,
        algorithms=algorithms,
        words=words,
    )
    write_data(_without_collection(write, made), output)
    if output == STDOUT:
        return
    print(plain(words("view.written", file=output)), file=sys.stderr)


def _without_collection(write: Callable[[_Made], str | bytes], made: _Made) -> str | bytes:
    """Return a report; nothing in it refers to itself, so looking for garbage would find none."""
    gc.disable()
    try:
        return write(made)
    finally:
        gc.enable()


def _writer(output: str) -> Callable[[_Made], str | bytes]:
    """Return what makes a report, by the suffix of its file.

    Raises
    ------
    UsageError
        E542 for another suffix; E551 and E555 for a PDF or a Word document without the libraries
        that make it.
    """
    makers: dict[str, Callable[[_Made], str | bytes]] = {
        ".html": _html,
        ".htm": _html,
        ".pdf": _pdf,
        ".docx": _docx,
        ".md": _markdown,
        ".json": _json,
    }
    if output == STDOUT:
        return _html
    suffix = Path(output).suffix.lower()
    if suffix not in makers:
        params = {"found": output, "allowed": ", ".join(makers)}
        raise UsageError([Problem(code="E542", params=params)])
    installed = {".pdf": check_installed, ".docx": check_word_installed}
    if suffix in installed:
        installed[suffix]()
    return makers[suffix]


def _html(made: _Made) -> str:
    asked: dict[str, Any] = {
        "algorithms": list(made.options.algorithms),
        "as_of": made.options.as_of,
        "set": list(made.options.what_if),
        "conventions": list(made.options.conventions),
    }
    if made.algorithms:
        asked["algorithm_files"] = files_as_json(made.algorithms)
    if made.own is not None:
        asked["knowledge"] = made.own.as_json()
    data = embedded_data(made.result, made.document, asked)
    return html_page(case_view(made.result, made.words), data, made.options.templates)


def _pdf(made: _Made) -> bytes:
    return pdf_document(case_view(made.result, made.words), made.options.templates)


def _docx(made: _Made) -> bytes:
    return word_document(case_view(made.result, made.words), made.options.templates)


def _markdown(made: _Made) -> str:
    return markdown_page(case_view(made.result, made.words))


def _json(made: _Made) -> str:
    return json.dumps(as_json(made.result), indent=2, ensure_ascii=False) + "\n"
