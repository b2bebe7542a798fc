"""More than one process: units on an engine, shards of a job array, and what puts them together."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path
from typing import Any

from causality.assessment.method import Method, make_method, parse_conventions
from causality.batch.engines import MakeExecutor, dask, processes
from causality.batch.held import hold
from causality.batch.job import WORKERS, Job, Report, Watch
from causality.batch.manifests import LISTED, report_counts
from causality.batch.merge import merge, outputs, whole
from causality.batch.target import Names, is_stream, kind_of
from causality.batch.units import parse_shard, parts_folder
from causality.batch.work import Counts
from causality.cli.batch_report import check_report, write_report
from causality.cli.batch_view import View
from causality.cli.options import DEFAULT_ALGORITHM, BatchOptions
from causality.errors import CausalityError, Problem, UsageError
from causality.faers.aside import LISTED as QUARTERS_LISTED
from causality.knowledge.load import load_knowledge
from causality.words import Words

SOME_REJECTED, UNREADABLE = 1, 3


@dataclass(frozen=True)
class Pool:
    """What makes the executor of a run, and how many units are under way at a time."""

    make: MakeExecutor
    ahead: int


@contextmanager
def pool(options: BatchOptions) -> Iterator[Pool | None]:
    """Give the pool of a run; None where one process does everything.

    Raises
    ------
    UsageError
        E670, E676, E678 for options that make no sense together.
    """
    _check(options)
    if options.engine == "dask":
        with dask(options.scheduler or "") as (make, workers):
            yield Pool(make, 2 * (options.workers or workers))
    elif options.engine == "processes":
        count = options.workers or cpu_count() or WORKERS
        yield Pool(processes(count), 2 * count)
    elif options.shard is not None or _resumed_by_parts(options):
        count = options.workers or WORKERS
        yield Pool(lambda: ThreadPoolExecutor(count), count + 1)
    else:
        yield None


def _resumed_by_parts(options: BatchOptions) -> bool:
    """Tell whether only part files let an interrupted run be taken up: its output is no text."""
    if not options.resume or options.strict or options.dry_run or Path(options.out).is_dir():
        return False
    return kind_of(options.out) != "csv"


def _check(options: BatchOptions) -> None:
    if options.shard is not None:
        parse_shard(options.shard)
    if (options.engine == "dask") != (options.scheduler is not None):
        raise UsageError([Problem(code="E676", path="--scheduler")])
    used = "--shard" if options.shard is not None else f"--engine {options.engine}"
    if options.shard is None and options.engine == "threads":
        return
    others: dict[str, object] = {"--strict": options.strict, "--dry-run": options.dry_run}
    if options.shard is not None:
        others["--report"] = options.report  # `merge` writes it
    wrong = [name for name, given in others.items() if given]
    if is_stream(options.out):
        raise UsageError([Problem(code="E671", path="--out", params={"option": used})])
    if wrong:
        params = {"found": wrong[0], "other": used}
        raise UsageError([Problem(code="E678", params=params)])


def score(
    job: Job, out: str, options: BatchOptions, pool: Pool, view: View, watch: Watch | None
) -> tuple[int, Report | None]:
    """Score an input in units; return the exit code, and what came out unless it is a shard."""
    from causality.batch.spread import ALL, spread  # noqa: PLC0415 - one process seldom needs it

    held = None
    try:
        if options.shard is None:  # shards run side by side
            held = hold(Names.of(out).pairs, out)
        counts = spread(
            job,
            out,
            pool.make,
            ahead=pool.ahead,
            shard=parse_shard(options.shard) if options.shard else ALL,
            keep=options.resume or options.shard is not None,
            watch=watch,
            recorded=_recorded(options),
        )
        view.wipe()
        if options.shard is not None:
            view.say("view.batch_shard", shard=options.shard, rows=counts.rows, out=out)
            return rejected(counts), None
        report = merge(out, held=held)
    except BaseException:
        if held is not None:
            held.release(remove=True)
        raise
    finally:
        job.close()
        view.wipe()
    view.report(report, out, job.method, job.selection)
    return exit_code(report), report


def left(out: str, options: "BatchOptions") -> bool:
    """Tell whether parts are left that ``--resume`` takes up; a shard does so without it."""
    return options.shard is None and any(parts_folder(out).glob("[0-9]*.json"))


def exit_code(report: Report) -> int:
    """Return the exit code of what came out, also where nothing of the messages can be read."""
    counts = report.counts
    if counts.reports and report_counts(counts, selected=False)["unreadable"] == counts.reports:
        return UNREADABLE
    return SOME_REJECTED if report.stopped else rejected(report.counts)


def rejected(counts: Counts) -> int:
    """Return the exit code of some counts; reports in whose place another counts do not matter."""
    listed = sum(counts.codes[code] for code in (*LISTED, *QUARTERS_LISTED))
    return SOME_REJECTED if counts.rejected > listed else 0


def _recorded(options: BatchOptions) -> dict[str, object]:
    """Return the options from which the method can be made again."""
    return {
        "algorithms": list(options.algorithms),
        "conventions": list(options.conventions),
        "knowledge": None if options.knowledge is None else str(options.knowledge),
    }


def _method(options: Mapping[str, Any]) -> Method:
    """Return the method of the options that a run has noted beside its parts."""
    knowledge = options["knowledge"]
    return make_method(
        options["algorithms"] or (DEFAULT_ALGORITHM,),
        load_knowledge(None if knowledge is None else Path(knowledge)),
        parse_conventions(tuple(options["conventions"])),
    )


def merge_parts(names: Sequence[str], words: Words, *, report: str | None, keep: bool) -> int:
    """Put the parts of outputs together; return the exit code."""
    outs = outputs(list(names))
    if not outs:
        raise UsageError([Problem(code="E673", file=", ".join(names), params={"parts": 0})])
    noted = [whole(out) for out in outs]  # nothing is merged where anything is missing
    if report is not None:
        check_report(report, outs)
    view = View(words)
    done = []
    for out, note in zip(outs, noted, strict=True):
        done.append(merge(out, keep=keep))
        method = None
        with suppress(CausalityError):  # the user's own files may be on another machine
            method = _method(note["options"])
        view.report(done[-1], out, method)
    if report is not None:
        write_report(report, done, _method(noted[0]["options"]), words)
    return max(map(exit_code, done))
