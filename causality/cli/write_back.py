"""Write the assessments of a message back into it."""

import sys
from collections.abc import Iterator
from pathlib import Path

from causality import __version__
from causality.assessment.evaluate import Evaluator
from causality.assessment.method import Method
from causality.assessment.moment import parse_moment
from causality.cli.inputs import STDIN
from causality.cli.output import STDOUT, standard_output, written_file
from causality.cli.plain import plain
from causality.cli.problems import print_problems
from causality.e2b.messages import fragments
from causality.e2b.read import LISTED, ReadReport
from causality.e2b.schema import Schema
from causality.e2b.stream import Message, message_named, open_message
from causality.e2b.write_back import Entry, write_back
from causality.errors import Kind, Problem, UsageError
from causality.scoring.engine import Score
from causality.scoring.model import Algorithm
from causality.timeline.snapshot import Timeline
from causality.wording.results import points
from causality.words import LANGUAGES, Words

SOURCE = f"vasculitis-causality {__version__}"
SOME_REJECTED = 1


def write(
    path: str,
    out: str,
    method: Method,
    words: Words,
    *,
    as_of: str | None,
    schema: Path | None = None,
) -> int:
    """Copy a message with the assessments of the run in it; return the exit code.

    Parameters
    ----------
    schema
        Folder of the XSD set that the new message is checked against.

    Raises
    ------
    UsageError
        E838 for an input that is no E2B(R3) message file.
    """
    message = message_named(path)
    if message is None or message.wanted or path == STDIN:
        what = "kind_of.stdin" if path == STDIN else "kind_of.no_message"
        params = {"found": Kind("kind_of.one_report" if message else what)}
        raise UsageError([Problem(code="E838", file=path, params=params)])

    def entries(report: ReadReport) -> Iterator[Entry]:
        return entries_of(report, method, words, as_of)

    if out == STDOUT:
        done = write_back(message, entries, standard_output())
    else:
        with written_file(out) as stream:
            done = write_back(message, entries, stream)
    text = words("view.written_back", file=out, reports=done.reports, entries=done.entries)
    print(plain(text), file=sys.stderr)
    faults = [] if schema is None or out == STDOUT else _faults(out, Schema(schema))
    problems = [*done.problems, *faults]
    print_problems(problems, words)
    return SOME_REJECTED if any(p.code not in LISTED for p in problems) else 0


def _faults(file: str, schema: Schema) -> list[Problem]:
    """Return where the reports of a file do not conform to the schema."""
    with open_message(Message(file)) as opened:
        return [
            problem
            for fragment in fragments(opened, file)
            if fragment.fault is None
            for problem in schema.problems(fragment)
        ]


def entries_of(
    report: ReadReport, method: Method, words: Words, as_of: str | None
) -> Iterator[Entry]:
    """Yield what every method says of every pair of a report, in the elements of a message."""
    timeline = Timeline.of(report.case)
    snapshot = timeline.at(parse_moment(as_of, timeline))
    languages = [words, *(Words(name) for name in LANGUAGES if name != words.language)]
    first: dict[str | None, str] = {}
    for drug in report.case.drugs:
        first.setdefault(drug.e2b_id, str(drug.id))
    for evidence in Evaluator(timeline, method, {})(snapshot):
        own = first.get(evidence.drug.e2b_id) == evidence.drug.id
        for scorer in method.scorers:
            score, algorithm = scorer(evidence.values()), scorer.algorithm
            result, *others = (_result(score, algorithm, own_words) for own_words in languages)
            yield Entry(
                drug=(evidence.drug.e2b_id if own else None) or f"#{evidence.drug.id}",
                reaction=evidence.reaction.e2b_id or f"#{evidence.reaction.id}",
                source=SOURCE,
                method=f"{algorithm.id} {algorithm.version}",
                result=result,
                others=tuple(others),
            )


def _result(score: Score, algorithm: Algorithm, words: Words) -> str:
    label = algorithm.categories[score.category].text(words.language)
    total = "" if score.total is None else f" ({points(score.total)})"
    little = words("view.insufficient") if "insufficient" in score.flags else ""
    return f"{label}{total}" + (f": {little}" if little else "")
