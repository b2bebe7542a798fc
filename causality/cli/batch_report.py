"""``causality batch --report``: write the report of everything that a run has scored."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from causality.assessment.method import Method
from causality.batch.job import Report
from causality.batch.summary import Summary
from causality.batch.work import Counts
from causality.cli.output import STDOUT, write_data
from causality.cli.overwriting import refuse_same_file
from causality.cli.plain import plain
from causality.errors import Problem, UsageError
from causality.words import Words

_SUFFIXES = (".html", ".htm")
_NAMED = 3


def check_report(file: str, others: Iterable[str]) -> None:
    """Refuse a name that a report cannot have, before anything is scored.

    Raises
    ------
    UsageError
        E542 another kind of file, E625 a file that is read or written already.
    """
    if file == STDOUT or Path(file).suffix.lower() not in _SUFFIXES:
        params = {"found": file, "allowed": ", ".join(_SUFFIXES)}
        raise UsageError([Problem(code="E542", params=params)])
    refuse_same_file(others, file)


def write_report(file: str, reports: Sequence[Report], method: Method, words: Words) -> None:
    """Write the report and say where it is."""
    from causality.report.batch.data import BatchData  # noqa: PLC0415 - only a report needs it
    from causality.report.batch.view import batch_view  # noqa: PLC0415
    from causality.report.html import batch_page  # noqa: PLC0415

    counts, summary = Counts(), Summary()
    for report in reports:
        counts.add(report.counts)
        part = report.summary or Summary()
        summary.add(part.of_file(report.manifest["input"]["name"]) if len(reports) > 1 else part)
    data = BatchData(
        manifests=tuple(_told(report.manifest) for report in reports),
        counts=counts,
        summary=summary,
        method=method,
    )
    write_data(batch_page(batch_view(data, words)), file)
    print(plain(words("view.written", file=file)), file=sys.stderr)


def _told(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a manifest whose input is one, though it be many messages."""
    read = manifest["input"]
    if not isinstance(read, list):
        return manifest
    names = [entry["name"] for entry in read]
    more = f" … ({len(names)})" if len(names) > _NAMED else ""
    one = {
        "name": ", ".join(names[:_NAMED]) + more,
        "encoding": "–",
        "sha256": read[0]["sha256"] if len(read) == 1 else "–",
    }
    return {**manifest, "input": one}
