"""What ``causality batch`` says on standard error: what is read, how far it is, what came out."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from causality.assessment.method import Method
from causality.batch.job import Report
from causality.batch.records import find_records
from causality.batch.rejects import line_of, reject_lines
from causality.batch.run import Run
from causality.batch.selection import Selection
from causality.batch.work import Counts, Reject
from causality.batch.writing import csv_line
from causality.cli import faers
from causality.cli.output import write_data
from causality.cli.plain import plain
from causality.e2b.stream import Message
from causality.wording.method_names import method_name
from causality.words import Words

if TYPE_CHECKING:
    from causality.batch.icsr import IcsrRun

_MOST_MISSING = 5
_NAMED = 20
"""Columns that are named when they are not read."""
_SHOWN = 5  # rows and rejects of a preview


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

    def preview_messages(self, job: "IcsrRun") -> Counts:
        """Show what would become of the first reports; return the counts of what was seen."""
        part = job.preview()
        write_data(csv_line(job.header) + b"".join(part.scored).decode())
        for line in reject_lines(part.rejects, 0, self.message, len(job.carried)):
            print(plain(line.rstrip()), file=sys.stderr)
        self._preview_counts(part.counts, job.selection)
        return part.counts

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

    def preview(self, job: Run) -> Counts:
        """Show what would become of the first rows; return the counts of what was seen."""
        part = job.preview()
        lines = [csv_line(job.header)]
        if part is not None:
            data = b"".join(part.scored)
            ends = find_records(data, ",", final=True).ends[:_SHOWN].tolist()
            lines.append(data[: ends[-1] if ends else 0].decode())
        write_data("".join(lines))
        if part is None:
            nothing = Counts()
            self._counts(nothing, selected=False)
            return nothing
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
        self._preview_counts(part.counts, job.selection)
        return part.counts

    def _preview_counts(self, counts: Counts, selection: Selection | None) -> None:
        self.say(
            "view.batch_preview", rows=counts.rows, scored=counts.scored, rejected=counts.rejected
        )
        self._none_selected(counts, selection)

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

    def report(
        self, report: Report, out: str, method: Method | None, selection: Selection | None = None
    ) -> None:
        """Say what came out; categories by their labels where the method is at hand."""
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
        self._none_selected(counts, selection)
        labels = {a.id: a.categories for a in method.algorithms} if method else {}
        language = self.words.language
        for name, found in counts.categories.items():
            if found:
                own = labels.get(name)
                shown = {own[c].text(language) if own else c: n for c, n in found.items()}
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
