"""``causality batch``: score tables with one drug-reaction pair per row."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from causality.assessment.method import Method, make_method
from causality.batch.engines import Engine
from causality.batch.job import Job, Report, Watch
from causality.batch.manifests import method_manifest
from causality.batch.mapping import MappingFile, read_mapping
from causality.batch.memory import keep_freed_memory
from causality.batch.records import find_records
from causality.batch.rejects import line_of, reject_lines
from causality.batch.run import Options, Run
from causality.batch.selection import Selection
from causality.batch.source import Reading
from causality.batch.tables import Format
from causality.batch.target import STDOUT, is_stream
from causality.batch.work import Counts, Reject
from causality.batch.writing import csv_line
from causality.cli import faers, parts
from causality.cli.assess import parse_conventions
from causality.cli.batch_outputs import outputs_of, refuse_output
from causality.cli.batch_report import check_report, write_report
from causality.cli.inputs import is_folder, message_files, schema_in
from causality.cli.output import standard_output, write_data
from causality.cli.overwriting import read_with
from causality.cli.plain import plain
from causality.e2b.stream import Message, message_named
from causality.errors import InputError, Problem, UsageError
from causality.knowledge.load import load_knowledge
from causality.wording.results import method_name
from causality.words import Words

if TYPE_CHECKING:
    from causality.batch.icsr import IcsrRun

DEFAULT_ALGORITHM = "sefv-h"
_MOST_MISSING = 5
_NAMED = 20
"""Columns that are named when they are not read."""
_SHOWN = 5  # rows and rejects of a preview


@dataclass(frozen=True, kw_only=True)
class BatchOptions:
    """What the user asked for."""

    out: str
    algorithms: tuple[str, ...] = ()
    trace: bool = False
    strict: bool = False
    resume: bool = False
    dry_run: bool = False
    report: str | None = None
    mapping: Path | None = None
    reactions: tuple[str, ...] = ()
    engine: Engine = "threads"
    scheduler: str | None = None
    workers: int | None = None
    shard: str | None = None
    table_format: Format | None = None
    sheet: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    conventions: tuple[str, ...] = ()
    knowledge: Path | None = None
    schema: Path | None = None


def run(tables: Sequence[str], options: BatchOptions, words: Words) -> int:
    """Score the tables; return the exit code."""
    keep_freed_memory()
    method = make_method(
        options.algorithms or (DEFAULT_ALGORITHM,),
        load_knowledge(options.knowledge),
        parse_conventions(options.conventions),
    )
    view = View(words)
    messages = [] if options.table_format == "faers" else messages_in(tables)
    if messages:
        return _score_reports(messages, method, options, view)
    read = _read(tables, options)
    pairs = outputs_of(tables, options.out)
    told = _told(options, method)
    for name, out in pairs:
        refuse_output(read, out, inputs=[name], method=told)
    if options.report is not None:
        check_report(options.report, [*read, *(out for _, out in pairs)])
    with parts.pool(options) as pool:
        ends = [_one(name, out, method, options, view, pool) for name, out in pairs]
    done = [report for _, report in ends if report is not None]
    if options.report is not None and len(done) == len(ends):
        write_report(options.report, done, method, words)
    return max(code for code, _ in ends)


def _read(names: Sequence[str], options: BatchOptions) -> list[str]:
    """Return every file that a run reads."""
    mapping = [] if options.mapping is None else [str(options.mapping)]
    own = read_with(options.algorithms, options.knowledge, options.schema)
    return [*names, *mapping, *own]


def _told(options: BatchOptions, method: Method) -> dict[str, Any]:
    """Return what the manifest of a run tells of its method."""
    asked = _selection(options, method)
    told = method_manifest(method, trace=options.trace)
    return {**told, "selection": asked.as_json()} if asked else told


def messages_in(names: Sequence[str]) -> list[Message]:
    """Return the message files that the arguments name, alone or in folders; none for tables.

    Raises
    ------
    UsageError
        E829 for messages and tables in one run.
    """
    found: list[Message] = []
    others: list[str] = []
    for name in dict.fromkeys(names):
        message = message_named(name)
        if message is not None:
            found.append(message)
            continue
        inside = message_files(Path(name)) if is_folder(name) else []
        found += [Message(file) for file in inside]
        if not inside:
            others.append(name)
    if found and others:
        raise UsageError([Problem(code="E829", file=others[0])])
    return found


def _score_reports(
    messages: Sequence[Message], method: Method, options: BatchOptions, view: "View"
) -> int:
    """Score the reports of messages into one output."""
    _no_table_options(options, "ICSR")
    from causality.batch.icsr import IcsrOptions, IcsrRun  # noqa: PLC0415 - messages are rare

    names = [message.name for message in messages]
    read = _read(names, options)
    refuse_output(read, options.out, inputs=names, method=_told(options, method))
    if options.report is not None:
        check_report(options.report, [*read, options.out])
    chosen = IcsrOptions(
        trace=options.trace,
        strict=options.strict,
        resume=options.resume,
        summary=options.report is not None or options.shard is not None,
        selection=_selection(options, method),
        language=view.words.language,
        schema=schema_in(options.schema),
    )
    job = IcsrRun(messages, method, chosen)
    view.reading_messages(messages)
    if options.dry_run:
        return view.preview_messages(job)
    with parts.pool(options) as pool:
        code, report = _run(job, options.out, options, view, pool, view.watch_messages())
    if options.report is not None and report is not None:
        write_report(options.report, [report], method, view.words)
    return code


def _no_table_options(options: BatchOptions, other: str) -> None:
    """Refuse what says how a table of text is written: messages and quarters have one way.

    Raises
    ------
    UsageError
        E678.
    """
    given = {
        "--map": options.mapping,
        "--format": None if options.table_format == "faers" else options.table_format,
        "--sheet": options.sheet,
        "--delimiter": options.delimiter,
        "--encoding": options.encoding,
        "--decimal": options.decimal,
    }
    wrong = [name for name, value in given.items() if value is not None]
    if wrong:
        raise UsageError([Problem(code="E678", params={"found": wrong[0], "other": other})])


def _selection(options: BatchOptions, method: Method) -> Selection | None:
    return Selection(options.reactions, method.knowledge) if options.reactions else None


def _run(
    job: Job,
    out: str,
    options: BatchOptions,
    view: "View",
    pool: "parts.Pool | None",
    watch: Watch | None,
) -> tuple[int, Report | None]:
    """Score an input; return the exit code, and what came out unless the run has stopped."""
    if pool is not None:
        return parts.score(job, out, options, pool, view, watch)
    stream = _stream(out)
    try:
        report = job(out, message=view.message, stream=stream, watch=watch)
    finally:
        view.wipe()
        if stream is not None and out != STDOUT:
            stream.close()
    view.report(report, out, job)
    return parts.exit_code(report), None if report.stopped else report


def _one(
    name: str,
    out: str,
    method: Method,
    options: BatchOptions,
    view: "View",
    pool: "parts.Pool | None",
) -> tuple[int, Report | None]:
    """Score one table; return the exit code, and what came out unless the run has stopped."""
    reading = Reading(
        format=options.table_format,
        sheet=options.sheet,
        delimiter=delimiter_of(options.delimiter),
        encoding=options.encoding,
        decimal=options.decimal,  # type: ignore[arg-type]
        knowledge=method.knowledge,
    )
    mapping = MappingFile() if options.mapping is None else read_mapping(options.mapping)
    chosen = Options(
        trace=options.trace,
        strict=options.strict,
        resume=options.resume,
        summary=options.report is not None or options.shard is not None,
        selection=_selection(options, method),
        reading=reading,
        headers=mapping.headers,
        words=mapping.words,
        orders=mapping.dates,
        language=view.words.language,
    )
    if options.table_format == "faers":
        _no_table_options(options, "--format faers")
        view.say("view.faers_reading", file=name)
    job = Run(name, method, chosen)
    if options.table_format != "faers":
        view.reading(job)
    if options.dry_run:
        return view.preview(job), None
    return _run(job, out, options, view, pool, view.watch(job))


def delimiter_of(text: str | None) -> str | None:
    """Return a delimiter as the user names it.

    Raises
    ------
    UsageError
        E506.
    """
    if text is None:
        return None
    sign = {"tab": "\t", "\\t": "\t"}.get(text.lower(), text)
    if len(sign) != 1 or not sign.isascii() or sign in '"\r\n':
        params = {"found": text, "allowed": ", ; | tab"}
        raise UsageError([Problem(code="E506", path="--delimiter", params=params)])
    return sign


def _stream(out: str) -> IO[bytes] | None:
    if out == STDOUT:
        return standard_output()
    if not is_stream(out):
        return None
    try:
        return Path(out).open("wb", buffering=0)
    except OSError as error:
        params = {
            "reason": error.strerror or type(error).__name__,
        }
        raise InputError([Problem(code="E624", file=out, params=params)]) from error


class View:
    """Says on standard error what is read, what came out and where it is."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._shown = 0  # signs of progress on the terminal

    def message(self, code: str, params: Mapping[str, object]) -> str:
        """Return the sentence of a fault."""
        return self.words(code, **params)

    def reading(self, job: Run) -> None:
        """Say how the table is written and which columns are read."""
        source, dialect = job.source, job.source.dialect
        columns = ", ".join(
            name if name == header else f"{header} = {name}"
            for header, name in zip(dialect.header, job.columns, strict=True)
            if name
        )
        if source.table is not None:
            key = "view.batch_reading_table"
            self.say(key, file=source.name, kind=source.table, columns=columns)
        else:
            signs = {"\t": "tab"}
            self.say(
                "view.batch_reading",
                file=source.name,
                delimiter=signs.get(dialect.delimiter, f"'{dialect.delimiter}'"),
                encoding=source.written_as.upper(),
                decimal=f"'{dialect.decimal}'",
                columns=columns,
            )
        pairs = zip(dialect.header, job.columns, strict=True)
        unread = [header for header, name in pairs if not name]
        if unread:
            names = ", ".join(unread[:_NAMED]) + (" …" if len(unread) > _NAMED else "")
            self.say("view.batch_carried", columns=names)

    def reading_messages(self, messages: Sequence[Message]) -> None:
        """Say which messages are read."""
        names = [message.name for message in messages]
        shown = ", ".join(names[:_MOST_MISSING]) + (" …" if len(names) > _MOST_MISSING else "")
        self.say("view.icsr_reading", files=shown)

    def preview_messages(self, job: "IcsrRun") -> int:
        """Show what would become of the first reports; return the exit code of what was seen."""
        part = job.preview()
        write_data(csv_line(job.header) + b"".join(part.scored).decode())
        for line in reject_lines(part.rejects, 0, self.message, len(job.carried)):
            print(plain(line.rstrip()), file=sys.stderr)
        return self._preview_counts(part.counts, job.selection)

    def watch_messages(self) -> Callable[[Counts, int], None] | None:
        """Return what shows progress on a terminal; None where there is none."""
        if not sys.stderr.isatty():
            return None
        start = time.monotonic()

        def show(counts: Counts, end: int) -> None:
            seconds = max(time.monotonic() - start, 1e-3)
            text = self.words(
                "view.batch_progress",
                rows=f"{counts.rows:,}",
                rate=f"{end / seconds:,.0f}",
                rejected=f"{counts.rejected:,}",
                left="?",
            )
            self._shown = len(text)
            print(f"\r{text}", end="", file=sys.stderr, flush=True)

        return show

    def preview(self, job: Run) -> int:
        """Show what would become of the first rows; return the exit code of what was seen."""
        part = job.preview()
        lines = [csv_line(job.header)]
        if part is not None:
            data = b"".join(part.scored)
            ends = find_records(data, ",", final=True).ends[:_SHOWN].tolist()
            lines.append(data[: ends[-1] if ends else 0].decode())
        write_data("".join(lines))
        if part is None:
            self._counts(Counts(), selected=False)
            return 0
        first = job.source.dialect.header_lines + 1
        rows: dict[str, Reject] = {}
        for reject in part.rejects:
            file = reject.params.get("file", job.source.name)
            rows.setdefault(f"{file}:{line_of(reject, first)}", reject)
        shown = list(rows.items())[:_SHOWN]
        for place, reject in shown:
            text = self.message(reject.code, reject.params)
            print(plain(f"{place}: {reject.column}: {reject.code} {text}"), file=sys.stderr)
        if len(part.rejects) > len(shown):
            self.say("view.batch_more_errors", count=len(part.rejects) - len(shown))
        return self._preview_counts(part.counts, job.selection)

    def _preview_counts(self, counts: Counts, selection: Selection | None) -> int:
        self.say(
            "view.batch_preview", rows=counts.rows, scored=counts.scored, rejected=counts.rejected
        )
        self._none_selected(counts, selection)
        return parts.rejected(counts)

    def watch(self, job: Run) -> Callable[[Counts, int], None] | None:
        """Return what shows progress on a terminal; None where there is none."""
        if not sys.stderr.isatty():
            return None
        start, size = time.monotonic(), job.source.size

        def show(counts: Counts, end: int) -> None:
            seconds = max(time.monotonic() - start, 1e-3)
            left = "?" if size is None else f"{max(size - end, 0) * seconds / max(end, 1):.0f} s"
            text = self.words(
                "view.batch_progress",
                rows=f"{counts.rows:,}",
                rate=f"{counts.rows / seconds:,.0f}",
                rejected=f"{counts.rejected:,}",
                left=left,
            )
            self._shown = len(text)
            print(f"\r{text}", end="", file=sys.stderr, flush=True)

        return show

    def wipe(self) -> None:
        """Take the progress off the terminal."""
        if self._shown:
            print("\r" + " " * self._shown + "\r", end="", file=sys.stderr, flush=True)
            self._shown = 0

    def report(self, report: Report, out: str, job: Job | None = None) -> None:
        """Say what came out; categories by their labels where the run is given."""
        counts = report.counts
        if report.stopped is not None:
            reject, line = report.stopped
            self.say(
                "view.batch_stopped", line=line, message=self.message(reject.code, reject.params)
            )
            return
        if report.taken_up:
            self.say("view.batch_taken_up", rows=report.taken_up)
        self._reports(report.manifest.get("counts", {}).get("reports", {}))
        for key, params in faers.told(report.manifest, self.words):
            self.say(key, **params)
        self._counts(counts, selected="selection" in report.manifest)
        self._none_selected(counts, job.selection if job else None)
        algorithms = job.method.algorithms if job else ()
        for name, found in counts.categories.items():
            if found:
                labels = {c: v for a in algorithms if a.id == name for c, v in a.categories.items()}
                language = self.words.language
                shown = {labels[c].text(language) if labels else c: n for c, n in found.items()}
                named = method_name(name, self.words)
                self.say("view.batch_categories", algorithm=named, found=_listed(shown))
        if counts.insufficient:
            self.say("view.batch_insufficient", rows=counts.insufficient)
        if counts.warned:
            self.say("view.batch_warned", rows=counts.warned)
        if report.repeats.rows:
            lines = ", ".join(f"{line} = {first}" for line, first in report.repeats.examples)
            self.say("view.batch_repeated", rows=report.repeats.rows, lines=lines)
        if counts.codes:
            self.say("view.batch_codes", found=_listed(counts.codes))
        missing = {
            self.words(f"fact.{name}"): count
            for name, count in counts.missing.most_common(_MOST_MISSING)
            if count
        }
        if missing:
            self.say("view.batch_missing", found=_listed(missing))
        self.say(
            "view.batch_files",
            out=out,
            rejects=report.names.rejects,
            manifest=report.names.manifest,
        )
        if "selection" in report.manifest:
            self.say("view.batch_not_selected", file=report.names.others)

    def _reports(self, reports: Mapping[str, int]) -> None:
        if reports:
            self.say("view.icsr_counts", **reports)
        if reports.get("not_selected"):
            self.say("view.icsr_not_selected", reports=reports["not_selected"])

    def _none_selected(self, counts: Counts, selection: Selection | None) -> None:
        """Say where no row has a reaction that was asked for, and what is written nearly so."""
        if selection is None or not counts.not_selected or counts.scored + counts.rejected:
            return
        self.say("view.batch_none_selected", found=", ".join(selection.names))
        near = selection.near()
        if near:
            self.say("view.batch_near", near=", ".join(near))

    def _counts(self, counts: Counts, *, selected: bool) -> None:
        self.say(
            "view.batch_counts_selected" if selected else "view.batch_counts",
            rows=counts.rows,
            scored=counts.scored,
            rejected=counts.rejected,
            **({"others": counts.not_selected} if selected else {}),
        )

    def say(self, key: str, **params: object) -> None:
        """Say a sentence on standard error."""
        print(plain(self.words(key, **params)), file=sys.stderr)


def _listed(found: Mapping[str, int]) -> str:
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {count}" for name, count in ordered)
