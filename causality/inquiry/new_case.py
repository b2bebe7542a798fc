"""The text of a case with the answers of a form in it, checked before anybody writes it."""

from collections.abc import Iterator

from causality.case.model import Case
from causality.case.reader import case_from
from causality.document import Document, Path_, parse
from causality.errors import InputError, Problem
from causality.inquiry.answers import Answer, FilledForm
from causality.inquiry.editing import applied, edited
from causality.inquiry.read_back import ReadBack
from causality.words import Words


def new_case(
    text: str, document: Document, form: FilledForm, answers: ReadBack, words: Words
) -> tuple[str, Case]:
    """Return the new text of a case file and the case that it holds.

    A YAML file ends with the list of the answers as comments, so that the file shows where its new
    values come from and what was asked in vain. Without answers the text is the one that came in.

    Raises
    ------
    InputError
        E648 when an answer makes the case contradict itself, with the place of both.
    """
    if not (answers.changes or answers.left_open):
        return text, case_from(document)
    edits = [change.edit for change in answers.changes]
    new = edited(text, edits)
    changed = parse(new, document.file)
    if changed.value != applied(document.value, edits):
        message = "the edited text does not say what the answers say"
        raise AssertionError(message)
    try:
        case = case_from(changed)
    except InputError as error:
        problems = [_problem(p, changed, document, form, answers, words) for p in error.problems]
        raise InputError(problems) from error
    if new.lstrip()[:1] in {"{", "["}:  # JSON, or YAML that may be read as JSON: no comments
        return new, case
    return _with_record(new, form, answers, words), case


def _with_record(text: str, form: FilledForm, answers: ReadBack, words: Words) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    if text.rstrip().endswith("..."):  # the end of a YAML document; what follows is no comment
        return text
    lines = [text.rstrip("\r\n"), "", *_record(form, answers, words), ""]
    return newline.join(lines)


def _record(form: FilledForm, answers: ReadBack, words: Words) -> Iterator[str]:
    who = ", ".join(filter(None, (form.by, form.on.text if form.on else "")))
    yield f"# {words('form.answered')}{f' ({_plain(who)})' if who else ''}"
    told = {a.mark: a for a in (*(c.answer for c in answers.changes), *answers.left_open)}
    for answer in told.values():
        yield f"#   {answer.mark} {_plain(answer.label)}: {_plain(answer.found)}"


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _problem(
    problem: Problem,
    changed: Document,
    document: Document,
    form: FilledForm,
    answers: ReadBack,
    words: Words,
) -> Problem:
    """Return a fault of the new case at the answer that brought it in, with its other place."""
    path = tuple(int(s) if s.isdigit() else s for s in problem.path.split("."))
    other = _path_at(changed, problem.other_line, problem.other_column)
    answer = _answer_of(path, answers) or _answer_of(other, answers)
    if answer is None:
        return problem
    ours = _answer_of(path, answers) is not None
    line, column = document.place(other if ours and other else path)
    place = f"{document.file}:{line}:{column}"
    params = {**problem.params, "other": place}
    why = words(problem.code, **params)
    return answer.problem("E648", form.file, why=why, other=place)


def _path_at(document: Document, line: int | None, column: int | None) -> Path_:
    wanted = (line, column)
    return next((path for path, place in document.places.items() if place == wanted), ())


def _answer_of(path: Path_, answers: ReadBack) -> Answer | None:
    for change in answers.changes:
        edit = change.edit.path
        if path and (edit[: len(path)] == path or path[: len(edit)] == edit):
            return change.answer
    return None
