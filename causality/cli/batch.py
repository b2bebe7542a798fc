"""``causality batch``: score tables with one drug-reaction pair per row."""

from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from causality.assessment.method import Method, make_method, parse_conventions
from causality.batch.job import Job, Report, Watch
from causality.batch.manifests import method_manifest
from causality.batch.mapping import MappingFile, read_mapping
from causality.batch.memory import keep_freed_memory
from causality.batch.run import Options, Run
from causality.batch.selection import Selection
from causality.batch.source import Reading
from causality.batch.target import STDOUT, Names, is_stream
from causality.cli import parts
from causality.cli.batch_outputs import outputs_of, refuse_output
from causality.cli.batch_report import check_report, write_report
from causality.cli.batch_view import View
from causality.cli.inputs import is_folder, message_files, schema_in
from causality.cli.options import DEFAULT_ALGORITHM, BatchOptions
from causality.cli.output import standard_output
from causality.cli.overwriting import read_with
from causality.e2b.stream import Message, message_named
from causality.errors import InputError, Problem, UsageError
from causality.knowledge.load import load_knowledge
from causality.words import Words


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
        return parts.rejected(view.preview_messages(job))
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
    try:
        if pool is not None:
            return parts.score(job, out, options, pool, view, watch)
        return _run_alone(job, out, view, watch)
    except KeyboardInterrupt:
        record = Names.of(out).record.exists() if pool is None else parts.left(out, options)
        if record:
            view.say("view.batch_interrupted")
        raise


def _run_alone(job: Job, out: str, view: "View", watch: Watch | None) -> tuple[int, Report | None]:
    """Score an input in this process."""
    stream = _stream(out)
    try:
        report = job(
            out,
            message=view.message,
            stream=stream,
            watch=watch,
            anew=lambda: view.say("view.batch_anew"),
        )
    finally:
        view.wipe()
        if stream is not None and out != STDOUT:
            stream.close()
    view.report(report, out, job.method, job.selection)
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
        return parts.rejected(view.preview(job)), None
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
