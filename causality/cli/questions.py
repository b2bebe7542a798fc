"""``causality questions``: the form for the reporter, and its answers back in the case."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from causality.assessment.assess import AssessedPair, CaseAssessment, Method, assess_case
from causality.assessment.method import make_method, parse_conventions
from causality.case.reader import case_from
from causality.cli.inputs import STDIN, case_text, is_report, read_stdin, read_text
from causality.cli.output import write_data
from causality.cli.overwriting import read_with, same_file
from causality.cli.plain import plain
from causality.document import parse, read_bytes
from causality.errors import Problem, UsageError
from causality.inquiry.answers import decode_form, read_form
from causality.inquiry.form import Audience, case_digest, make_form
from causality.inquiry.form_text import form_text
from causality.inquiry.new_case import new_case
from causality.inquiry.read_back import ReadBack, read_back
from causality.knowledge.load import load_knowledge
from causality.scoring.load import default_algorithms
from causality.words import Words

_AUDIENCES: dict[str, tuple[Audience, ...]] = {
    "reporter": ("reporter",),
    "assessor": ("assessor",),
    "all": ("reporter", "assessor"),
}


@dataclass(frozen=True, kw_only=True)
class QuestionOptions:
    """What the user asked for."""

    output: str = STDIN
    answers: str | None = None
    audience: Literal["reporter", "assessor", "all"] = "reporter"
    algorithms: tuple[str, ...] = ()
    as_of: str | None = None
    pairs: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()
    knowledge: Path | None = None


def run(file: str, options: QuestionOptions, words: Words) -> int:
    """Write the form of a case, or the case with the answers of a form.

    Raises
    ------
    UsageError
        E649 for an output that is read.
    """
    forms = [] if options.answers is None else [options.answers]
    read = [file, *forms, *read_with(options.algorithms, options.knowledge)]
    found = same_file(read, options.output)
    if found is not None:
        raise UsageError([Problem(code="E649", file=options.output, params={"found": found})])
    method = make_method(
        options.algorithms or default_algorithms(),
        load_knowledge(options.knowledge),
        parse_conventions(options.conventions),
    )
    text = read_text(file) if is_report(file) else case_text(file)
    if options.answers is None:
        _write_form(file, text, method, options, words)
    else:
        _read_answers(file, text, method, options, words)
    return 0


def _write_form(
    file: str, text: str, method: Method, options: QuestionOptions, words: Words
) -> None:
    case = case_from(parse(text, file))
    result = assess_case(case, method, as_of=options.as_of)
    asked = [(p.evidence, q) for p in _wanted(result, options.pairs) for q in p.questions]
    audiences = _AUDIENCES[options.audience]
    form = make_form(case, case_digest(text), asked, method.knowledge, audiences)
    if not form.questions:
        _say(words("form.no_questions"))
    write_data(form_text(form, method.knowledge, words), options.output)
    if options.output != STDIN:
        _say(words("form.written", file=options.output, count=len(form.questions)))


def _wanted(result: CaseAssessment, pairs: Sequence[str]) -> list[AssessedPair]:
    """Return the pairs asked for, or all of them.

    Raises
    ------
    UsageError
        E650 for a pair that the case does not have.
    """
    by_name = {"/".join(pair.evidence.key): pair for pair in result.pairs}
    unknown = [name for name in pairs if name not in by_name]
    if unknown:
        allowed = ", ".join(by_name)
        raise UsageError(
            [Problem(code="E650", params={"found": n, "allowed": allowed}) for n in unknown]
        )
    return [by_name[name] for name in dict.fromkeys(pairs)] or list(result.pairs)


def _read_answers(
    file: str, text: str, method: Method, options: QuestionOptions, words: Words
) -> None:
    source = options.answers or ""
    data = read_stdin() if source == STDIN else read_bytes(Path(source))
    form = read_form(decode_form(data), source)
    spoken = Words(form.language)
    document = parse(text, file)
    case = case_from(document)
    answers = read_back(form, case, document, method.knowledge, spoken)
    new_text, new = new_case(text, document, form, answers, spoken)
    before = assess_case(case, method, as_of=options.as_of)
    after = assess_case(new, method, as_of=options.as_of)
    if form.digest != case_digest(text):
        _say(words("form.other_version"))
    write_data(new_text, options.output)
    for line in _summary(answers, before, after, words):
        _say(line)


def _summary(
    answers: ReadBack, before: CaseAssessment, after: CaseAssessment, words: Words
) -> Iterator[str]:
    if not answers.changes:
        yield words("form.nothing")
    told: set[str] = set()
    for change in answers.changes:
        answer = change.answer
        if answer.mark in told or answer.non_answer:
            continue
        told.add(answer.mark)
        before_it = f" ({words('form.before', before=change.before)})" if change.before else ""
        yield f"{answer.mark} {answer.label}: {answer.found}{before_it}"
    for answer in answers.left_open:
        said = words(f"form.non_answer.{answer.non_answer}")
        yield words("form.unknown_remains", label=f"{answer.mark} {answer.label}", answer=said)
    if answers.changes:
        yield from list(_effects(before, after, words)) or [words("form.no_effect")]
    counts = {"before": _open(before), "after": _open(after)}
    yield words("form.open_before_after", **counts)


def _effects(before: CaseAssessment, after: CaseAssessment, words: Words) -> Iterator[str]:
    """Yield every result that is another one now: its total, range or category."""
    old = dict(_results(before, words))
    for (pair, algorithm), now in _results(after, words):
        was = old.get((pair, algorithm), "–")
        if was != now:
            yield f"{pair}, {algorithm}: {was} → {now}"


def _results(result: CaseAssessment, words: Words) -> Iterator[tuple[tuple[str, str], str]]:
    for pair in result.pairs:
        name = f"{pair.evidence.drug.name} – {pair.evidence.reaction.term}"
        for entry in pair.assessments:
            algorithm, spread = entry.algorithm, entry.range
            shown = algorithm.categories[entry.score.category].text(words.language)
            if entry.score.total is not None:
                limits = f"{spread.total_min:+d} … {spread.total_max:+d}"
                shown = f"{entry.score.total:+d} {shown} ({limits})"
            elif spread.category_min != spread.category_max:
                ends = (spread.category_min, spread.category_max)
                names = (algorithm.categories[c].text(words.language) for c in ends)
                shown = f"{shown} ({' … '.join(names)})"
            yield (name, algorithm.id), shown


def _open(result: CaseAssessment) -> int:
    return sum(len(pair.questions) for pair in result.pairs)


def _say(text: str) -> None:
    print(plain(text), file=sys.stderr)
