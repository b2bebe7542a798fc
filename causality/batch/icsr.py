"""Score the reports of safety databases: every pair of every report that counts, streamed.

A report becomes a case, and the pairs of the case are scored by the rules of a single case. Rows
have the columns of the batch; what is set aside goes to the rejects with its place in the message.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from itertools import islice
from pathlib import Path
from typing import IO, Any

from causality.assessment.evaluate import Evaluator
from causality.assessment.method import Method
from causality.assessment.moment import parse_moment
from causality.batch.export import DATE_COLUMNS, pair_dates
from causality.batch.outcomes import INSUFFICIENT
from causality.batch.results import CATEGORIES, SEPARATOR, TOTALS
from causality.batch.run import Message as Wording
from causality.batch.run import Report, method_manifest, reject_line, rejects_header
from causality.batch.target import Names, Target, kind_of
from causality.batch.work import Counts, Reject
from causality.batch.writing import csv_line
from causality.e2b.read import ReadReport, SetAside, read_reports
from causality.e2b.schema import Schema
from causality.e2b.stream import Message
from causality.errors import InputError, Problem, UsageError
from causality.evidence.pair import PairEvidence
from causality.scoring.engine import Score, facts_read
from causality.scoring.model import column_prefix
from causality.scoring.ranges import Range
from causality.terms.dates import format_span
from causality.terms.facts import FACTS, default
from causality.timeline.snapshot import Timeline

INPUT_COLUMNS = ("case_id", "drug", "reaction", "report", "drug_role", *DATE_COLUMNS)
"""What a row says of its pair."""
_NOTED = 200
"""Reports after which the record of progress is brought up to date."""
_SHOWN = 5
_LISTED = {"E831": "superseded", "E832": "nullified", "E836": "without_pairs"}


@dataclass(frozen=True, kw_only=True)
class IcsrOptions:
    """How reports are scored."""

    trace: bool = False
    strict: bool = False
    resume: bool = False
    language: str = "en"
    schema: Schema | None = None


@dataclass
class _Chunk:
    """Rows and rejects that wait to be written."""

    rows: list[str] = field(default_factory=list)
    rejects: list[str] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)


class IcsrRun:
    """The scoring of the reports of some message files."""

    def __init__(self, messages: Sequence[Message], method: Method, options: IcsrOptions) -> None:
        self.messages = messages
        self.method = method
        self.options = options
        read = {fact for algorithm in method.algorithms for fact in facts_read(algorithm)}
        self.facts = tuple(name for name in FACTS if name in read) if options.trace else ()

    @property
    def header(self) -> list[str]:
        """Return the header of the results."""
        found = list(INPUT_COLUMNS)
        for algorithm in self.method.algorithms:
            start = column_prefix(algorithm.id)
            found += [start + name for name in (*TOTALS, *CATEGORIES)]
            if self.options.trace:
                found += [start + name for name in algorithm.questions]
        return [*found, *(f"fact_{name}" for name in self.facts), INSUFFICIENT, "warnings"]

    def __call__(
        self,
        out: str,
        *,
        message: Wording,
        stream: IO[bytes] | None = None,
        watch: Callable[[Counts, int], None] | None = None,
    ) -> Report:
        """Score the reports into an output.

        Raises
        ------
        UsageError
            E830 for an output in Parquet or Excel.
        """
        if kind_of(out) != "csv":
            raise UsageError([Problem(code="E830", file=out)])
        names = Names.of(out)
        target = Target(names, stream, self._key(out))
        try:
            target.open(
                resume=self.options.resume,
                scored=csv_line(self.header).encode(),
                rejects=csv_line(rejects_header(INPUT_COLUMNS)).encode(),
                lines=0,
            )
            taken_up = target.progress.counts.rows
            stopped = self._write(target, message, watch)
            if stopped is not None:
                target.finish_rejects()
                return Report(
                    counts=target.progress.counts, manifest={}, names=names, stopped=stopped
                )
            manifest = self._manifest(target.progress.counts, target.progress.end)
            target.finish(manifest)
        except BaseException:
            target.give_up()
            raise
        counts = target.progress.counts
        return Report(counts=counts, manifest=manifest, names=names, taken_up=taken_up)

    def preview(self, message: Wording) -> tuple[str, list[str], Counts]:
        """Return what would become of the first reports: rows, rejects and counts."""
        chunk = _Chunk()
        for report in islice(read_reports(self.messages, self.options.schema), _SHOWN):
            self._take(report, chunk, message)
        return csv_line(self.header) + "".join(chunk.rows), chunk.rejects, chunk.counts

    def _write(
        self,
        target: Target,
        message: Wording,
        watch: Callable[[Counts, int], None] | None,
    ) -> tuple[Reject, int] | None:
        """Write the reports one after the other; return where a strict run stopped."""
        done = target.progress.end
        reports = islice(read_reports(self.messages, self.options.schema), done, None)
        chunk = _Chunk()
        for number, report in enumerate(reports, done + 1):
            rejected = self._take(report, chunk, message)
            stop = self.options.strict and rejected is not None
            if stop or number % _NOTED == 0:
                self._flush(target, chunk, number)
                chunk = _Chunk()
                if watch is not None:
                    watch(target.progress.counts, number)
            if stop and rejected is not None:
                return rejected, rejected.line
            done = number
        self._flush(target, chunk, done)
        return None

    def _flush(self, target: Target, chunk: _Chunk, number: int) -> None:
        target.write("".join(chunk.rows).encode(), "".join(chunk.rejects).encode())
        target.progress.counts.add(chunk.counts)
        target.note(end=number, encoding="utf-8")

    def _take(
        self, report: ReadReport | SetAside, chunk: _Chunk, message: Wording
    ) -> Reject | None:
        """Put what becomes of a report into a chunk; return why it was rejected, if it was."""
        if isinstance(report, ReadReport):
            rows = list(self._rows(report, chunk))
            if rows:
                chunk.rows += rows
                return None
            problem = report.fragment.problem("E836", found=report.case.case_id)
            report = SetAside(
                file=report.file,
                number=report.number,
                case_id=report.case.case_id,
                problems=(problem,),
            )
        found = [_reject(report, problem) for problem in report.problems]
        width = len(INPUT_COLUMNS)
        chunk.rejects += [reject_line(r, r.line, message(r.code, r.params), width) for r in found]
        counts = chunk.counts
        counts.rows, counts.rejected = counts.rows + 1, counts.rejected + 1
        counts.errors += len(found)
        counts.codes.update(r.code for r in found)
        return None if report.listed else found[0]

    # Rows.

    def _rows(self, report: ReadReport, chunk: _Chunk) -> Iterator[str]:
        timeline = Timeline.of(report.case)
        snapshot = timeline.at(parse_moment(None, timeline))
        remarks = _remarks(report)
        for evidence in Evaluator(timeline, self.method, {})(snapshot):
            dates = pair_dates(snapshot, evidence)
            days = [dates.date(name) for name in DATE_COLUMNS]
            cells = [
                report.case.case_id,
                evidence.drug.name,
                evidence.reaction.term,
                f"{Path(report.file).name}#{report.number}",
                evidence.drug.role,
                *("" if day is None else format_span(day) for day in days),
                *self._results(evidence, remarks, chunk.counts),
            ]
            yield csv_line(cells)

    def _results(self, evidence: PairEvidence, remarks: Sequence[str], counts: Counts) -> list[str]:
        """Return the result cells of a pair, and count what they say."""
        values, worlds = evidence.values(), evidence.worlds()
        cells: list[str] = []
        flags: list[str] = []
        insufficient = False
        for scorer, ranges in self.method.finders:
            algorithm, found = scorer.algorithm, scorer(values)
            cells += _outcome(found, ranges.over(worlds))
            if self.options.trace:
                codes = {item.question: str(item.code) for item in found.items}
                cells += [codes.get(question, "") for question in algorithm.questions]
            insufficient |= INSUFFICIENT in found.flags
            flags += [f"{algorithm.id}:{flag}" for flag in found.flags if flag != INSUFFICIENT]
            counts.categories.setdefault(algorithm.id, Counter())[found.category] += 1
        cells += [values[name] for name in self.facts]
        own = [code for name, fact in evidence.facts.items() for code, _ in fact.flags]
        warnings = list(dict.fromkeys([*own, *flags, *remarks]))
        counts.rows, counts.scored = counts.rows + 1, counts.scored + 1
        counts.insufficient += insufficient
        counts.warned += bool(warnings)
        counts.missing.update(name for name in FACTS if values[name] == default(name))
        return [*cells, "true" if insufficient else "false", SEPARATOR.join(warnings)]

    # The manifest.

    def _key(self, out: str) -> Mapping[str, Any]:
        """Return what has to be the same for an interrupted run to be taken up."""
        return {
            "out": out,
            "input": [_stamp(entry) for entry in self.messages],
            "method": method_manifest(self.method, trace=self.options.trace),
            "language": self.options.language,
        }

    def _manifest(self, counts: Counts, read: int) -> dict[str, Any]:
        return {
            "input": [
                {"name": Path(entry.name).name, "sha256": _digest(entry)} for entry in self.messages
            ],
            **method_manifest(self.method, trace=self.options.trace),
            "counts": {
                "reports": report_counts(counts, read),
                "rows": counts.rows,
                "scored": counts.scored,
                "rejected": counts.rejected,
                "errors": counts.errors,
                "errors_by_code": dict(sorted(counts.codes.items())),
                "categories": {
                    name: dict(sorted(found.items())) for name, found in counts.categories.items()
                },
                "insufficient": counts.insufficient,
                "rows_with_warnings": counts.warned,
            },
        }


def report_counts(counts: Counts, read: int) -> dict[str, int]:
    """Return how many reports became what."""
    listed = {name: counts.codes[code] for code, name in _LISTED.items()}
    return {
        "read": read,
        "assessed": read - counts.rejected,
        **listed,
        "unreadable": counts.rejected - sum(listed.values()),
    }


def _outcome(score: Score, found: Range) -> list[str]:
    values = (
        score.total,
        found.total_min,
        found.total_max,
        score.category,
        found.category_min,
        found.category_max,
    )
    return ["" if value is None else str(value) for value in values]


def _remarks(report: ReadReport) -> list[str]:
    """Return the remarks about a report as codes with the element that each is about."""
    source = report.case.icsr
    if source is None:
        return []
    return list(dict.fromkeys(f"{remark.code}:{remark.element}" for remark in source.remarks))


def _reject(report: SetAside, problem: Problem) -> Reject:
    cells = [""] * len(INPUT_COLUMNS)
    cells[0] = report.case_id
    cells[INPUT_COLUMNS.index("report")] = f"{Path(report.file).name}#{report.number}"
    return Reject(
        line=problem.line or 0,
        case_id=report.case_id,
        column="",
        value=str(problem.params.get("found", "")),
        code=problem.code,
        params=problem.params,
        cells=cells,
    )


def _stamp(message: Message) -> list[object]:
    try:
        state = Path(message.name).stat()
    except OSError:
        return [message.name]
    return [message.name, state.st_size, state.st_mtime_ns]


def _digest(message: Message) -> str:
    if message.data is not None:
        return sha256(message.data).hexdigest()
    try:
        with Path(message.name).open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        params = {"reason": error.strerror or type(error).__name__}
        raise InputError([Problem(code="E002", file=message.name, params=params)]) from error
