"""The work on some reports of safety databases: read them, score their pairs, set bad ones aside.

A report becomes a case, and the facts of its pairs are derived by the rules of a single case. From
there on its pairs are rows as those of a table are: facts that no algorithm can tell apart are
scored once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from causality.assessment.evaluate import SCORED_ROLES, Evaluator
from causality.assessment.moment import parse_moment
from causality.batch.answers import answer_of
from causality.batch.arrays import texts
from causality.batch.contract import KEYS
from causality.batch.export import DATE_COLUMNS, pair_dates
from causality.batch.kernel import Block
from causality.batch.manifests import LISTED
from causality.batch.results import Results, RowResults
from causality.batch.selection import Others, Selection
from causality.batch.summarise import Summariser
from causality.batch.summary import Summary
from causality.batch.work import Part, Reject, counts_of
from causality.batch.writing import csv_line, joined, with_results
from causality.e2b.read import Found, ReadReport, SetAside, read_found
from causality.e2b.schema import Schema
from causality.errors import Problem
from causality.evidence.fact import Fact
from causality.evidence.pair import PairEvidence
from causality.terms.dates import format_span
from causality.terms.facts import FACTS
from causality.timeline.snapshot import Timeline

if TYPE_CHECKING:
    from causality.batch.arrays import Bools

INPUT_COLUMNS = (*KEYS, "report", "drug_role", *DATE_COLUMNS)
"""What a row says of its pair."""
_REPORT = len(KEYS)
"""Where the name of the report stands in it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some reports as they were found, and how many are done with them."""

    found: Sequence[Found | SetAside]
    end: int


class _Row(NamedTuple):
    """A pair of a report.

    ``answers`` are the numbers of its facts; ``outcomes`` those of what each algorithm makes of
    them, where they cannot be scored one by one.
    """

    cells: Sequence[str]
    answers: Sequence[int]
    outcomes: Sequence[int]
    remarks: Sequence[str]
    line: int
    place: int  # among the pairs of its report, from 1


@dataclass
class _Taken:
    """What reports have become."""

    rows: list[_Row] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    rejected: int = 0
    not_selected: int = 0  # reports
    others: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class IcsrWork:
    """How reports become scored rows.

    Parameters
    ----------
    as_table
        Give scored rows as an Arrow table rather than as bytes of CSV.
    selection
        The reactions that are asked for, where not all are.
    summarise
        Gathers the aggregates of a report, where one is wanted.
    schema
        What the messages have to conform to, where that is checked.
    known
        The numbers of the answers met so far.
    """

    results: Results
    as_table: bool = False
    selection: Selection | None = None
    summarise: Summariser | None = None
    schema: Schema | None = None
    known: dict[tuple[object, ...], int] = field(default_factory=dict)

    def __call__(self, batch: Batch) -> Part:
        """Return what becomes of some reports."""
        import numpy as np

        taken = _Taken()
        for found in batch.found:
            self._take(read_found(found, self.schema), taken)
        rows = _with_remarks(self._scored(taken.rows), [row.remarks for row in taken.rows])
        kept = np.ones(len(taken.rows), dtype=bool)
        columns = {
            name: texts([row.cells[n] for row in taken.rows])
            for n, name in enumerate(INPUT_COLUMNS)
        }
        left = self._others(taken.others)
        counts = counts_of(rows, kept, taken.rejects, taken.rejected, left)
        counts.reports, counts.reports_not_selected = len(batch.found), taken.not_selected
        return Part(
            end=batch.end,
            lines=0,
            encoding="utf-8",
            scored=self._written(columns, rows, kept),
            rejects=taken.rejects,
            counts=counts,
            summary=self._summary(columns, rows, kept, taken),
            others=left,
        )

    def _take(self, report: ReadReport | SetAside, taken: _Taken) -> None:
        """Put in what becomes of a report."""
        if isinstance(report, ReadReport):
            rows, others = list(self._rows(report)), list(self._not_asked_for(report))
            if rows or others:
                taken.rows += rows
                taken.others += others
                taken.not_selected += not rows
                return
            problem = report.fragment.problem("E836", found=report.case.case_id)
            report = SetAside(
                file=report.file,
                number=report.number,
                case_id=report.case.case_id,
                problems=(problem,),
            )
        taken.rejects += [_reject(report, problem) for problem in report.problems]
        taken.rejected += 1

    def _asked_for(self, term: str) -> bool:
        return self.selection is None or self.selection(term)

    def _rows(self, report: ReadReport) -> Iterator[_Row]:
        reactions = [r for r in report.case.reactions if self._asked_for(r.term)]
        if not reactions:
            return
        timeline = Timeline.of(report.case)
        snapshot = timeline.at(parse_moment(None, timeline))
        remarks = _remarks(report)
        evaluate = Evaluator(timeline, self.results.scoring.method, {}, reactions=reactions)
        for place, evidence in enumerate(evaluate(snapshot), 1):
            dates = pair_dates(snapshot, evidence)
            days = [dates.date(name) for name in DATE_COLUMNS]
            cells = [
                report.case.case_id,
                evidence.drug.name,
                evidence.reaction.term,
                _name(report),
                evidence.drug.role,
                *("" if day is None else format_span(day) for day in days),
            ]
            answers = [self._number(evidence.facts[name]) for name in FACTS]
            outcomes = list(self._outcomes(evidence)) if evidence.choices else []
            yield _Row(cells, answers, outcomes, remarks, report.fragment.line, place)

    def _not_asked_for(self, report: ReadReport) -> Iterator[tuple[int, str]]:
        """Yield the pairs that are not asked for: their line, and their cells as CSV."""
        case = report.case
        drugs = [drug.name for drug in case.drugs if drug.role in SCORED_ROLES]
        for reaction in () if self.selection is None else case.reactions:
            if not self._asked_for(reaction.term):
                for name in drugs:
                    cells = (case.case_id, name, reaction.term)
                    yield report.fragment.line, csv_line(cells)

    def _others(self, found: Sequence[tuple[int, str]]) -> Others | None:
        import numpy as np

        if self.selection is None:
            return None
        lines = np.asarray([line for line, _ in found], dtype=np.int64)
        return Others(lines, texts([text for _, text in found]))

    # Scores.

    def _scored(self, pairs: Sequence[_Row]) -> RowResults:
        """Return the results of pairs, each distinct set of facts scored once."""
        import numpy as np

        columns = np.asarray([pair.answers for pair in pairs], np.int64).reshape(-1, len(FACTS)).T
        block = Block(
            dict(zip(FACTS, columns, strict=True)), {}, (), np.zeros(len(pairs), dtype=bool)
        )
        rows = self.results.score(block)
        for row, pair in enumerate(pairs):
            for numbers, outcome in zip(rows.numbers, pair.outcomes, strict=False):
                numbers[row] = outcome
        return rows

    def _outcomes(self, pair: PairEvidence) -> Iterator[int]:
        """Yield what each algorithm makes of a pair whose index episode is open.

        What follows from one choice of it is not mixed with what follows from another.
        """
        values, worlds = pair.values(), pair.worlds()
        for entry in self.results.scoring.algorithms:
            yield entry.number_of(values, worlds)

    def _number(self, fact: Fact) -> int:
        """Return the number of the answer that a fact is."""
        key = (fact.name, fact.value, fact.possible, tuple(code for code, _ in fact.flags))
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self.results.scoring.kernel.number(fact.name, answer_of(fact))
        return found

    def _written(self, columns: dict[str, Any], rows: RowResults, kept: "Bools") -> list[Any]:
        """Return the scored rows as `Part` has them."""
        if self.as_table:
            import pyarrow as pa

            found = {**columns, **rows.arrow()}
            return [pa.table(list(found.values()), names=list(found))]
        return with_results([joined(list(columns.values())), *rows.texts()], kept)

    def _summary(
        self, columns: dict[str, Any], rows: RowResults, kept: "Bools", taken: _Taken
    ) -> Summary | None:
        import numpy as np

        if self.summarise is None:
            return None
        numbers = np.arange(len(taken.rows))
        found = self.summarise(columns, rows, kept, lines=numbers, rejects=taken.rejects)
        for entry in found.algorithms.values():
            entry.near = [
                replace(near, line=row.line, file=row.cells[_REPORT], place=row.place)
                for near in entry.near
                for row in (taken.rows[near.line],)
            ]
        for code, reason in found.reasons.items():  # the examples are the first ones of each
            first = (reject for reject in taken.rejects if reject.code == code)
            reason.examples = [
                replace(example, file=reject.cells[_REPORT])
                for example, reject in zip(reason.examples, first, strict=False)
            ]
        return found


def _with_remarks(rows: RowResults, remarks: Sequence[Sequence[str]]) -> RowResults:
    """Return results with what is remarked about the reports among the warnings of their rows."""
    import numpy as np

    known: dict[tuple[bool, tuple[str, ...]], int] = {}
    numbers = []
    for code, more in zip(rows.remarks.tolist(), remarks, strict=True):
        insufficient, warnings = rows.distinct_remarks[code]
        said = (insufficient, tuple(dict.fromkeys((*warnings, *more))))
        numbers.append(known.setdefault(said, len(known)))
    return replace(rows, remarks=np.asarray(numbers, dtype=np.int64), distinct_remarks=list(known))


def _remarks(report: ReadReport) -> Sequence[str]:
    """Return the remarks about a report as codes with the element that each is about."""
    source = report.case.icsr
    if source is None:
        return ()
    return list(dict.fromkeys(f"{remark.code}:{remark.element}" for remark in source.remarks))


def _name(report: ReadReport | SetAside) -> str:
    return f"{Path(report.file).name}#{report.number}"


def _reject(report: SetAside, problem: Problem) -> Reject:
    cells = [""] * len(INPUT_COLUMNS)
    cells[0] = report.case_id
    cells[_REPORT] = _name(report)
    return Reject(
        line=problem.line or 0,
        case_id=report.case_id,
        column="",
        value=str(problem.params.get("found", "")),
        code=problem.code,
        params=problem.params,
        cells=cells,
        listed=problem.code in LISTED,
    )
