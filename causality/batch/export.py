"""Turn an assessed case into rows of a batch that score the same.

A fact that the row's own dates give stays empty; every other one is stated, the coupled value of
the alternative causes among them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from causality.assessment.assess import CaseAssessment
from causality.batch.answers import Answer, row_answers, stated_answer
from causality.batch.contract import KEYS
from causality.batch.names import Names
from causality.batch.row import Row, knowledge_day, seen, turned_round
from causality.evidence.pair import PairEvidence
from causality.terms.dates import OPEN, Span, format_span
from causality.terms.facts import FACTS, default
from causality.timeline.snapshot import Snapshot

DATE_COLUMNS = (
    "drug_start",
    "drug_stop",
    "reaction_onset",
    "improvement_date",
    "reaction_end",
    "as_of",
)
COLUMNS: tuple[str, ...] = (*KEYS, *DATE_COLUMNS, *FACTS)
"""The columns of exported rows."""


@dataclass(frozen=True, slots=True)
class ExportedRow:
    """A row by column, and the facts of which it cannot say how far they are open."""

    cells: Mapping[str, str]
    narrowed: Sequence[str] = ()


def case_rows(result: CaseAssessment) -> Iterator[ExportedRow]:
    """Yield a row for every pair of a case, as it stands at the moment of the assessment."""
    names = Names(result.method.knowledge)
    for pair in result.pairs:
        yield _row(result, pair.evidence, names)


def _row(result: CaseAssessment, evidence: PairEvidence, names: Names) -> ExportedRow:
    row = pair_dates(result.snapshot, evidence)
    drug, term = evidence.drug.name, evidence.reaction.term
    conventions = dict(result.method.conventions)
    pair = names.pair(names.drug(drug), names.reaction(term), knowledge_day(row), conventions)
    cells = {"case_id": str(result.case.case_id), "drug": drug, "reaction": term}
    cells.update(
        {name: format_span(day) for name in DATE_COLUMNS if (day := row.date(name)) is not None}
    )
    stated: dict[str, str] = {}
    wanted = {name: _answer(evidence, name) for name in FACTS}
    for name in FACTS:
        derived = row_answers(seen(row), pair, stated)[name]
        if not _same(derived, wanted[name]):
            stated[name] = wanted[name].value
    final = row_answers(seen(row), pair, stated)
    narrowed = [name for name in FACTS if not _same(final[name], wanted[name])]
    return ExportedRow({**cells, **stated}, narrowed)


def _answer(evidence: PairEvidence, name: str) -> Answer:
    fact = evidence.facts[name]
    if fact.origin == "stated" and fact.value == default(name):
        return stated_answer(name, fact.value)
    return Answer(fact.value, fact.with_scored)


def _same(first: Answer, second: Answer) -> bool:
    return (first.value, first.possible) == (second.value, second.possible)


def pair_dates(snapshot: Snapshot, evidence: PairEvidence) -> Row:
    """Return the calendar dates of a pair; none where they contradict each other."""
    start = evidence.onset.starts[0].event if evidence.onset.starts else None
    index = evidence.index.id
    day = snapshot.knowledge_day
    as_of = None if day is None else Span(day, day)
    row = Row(
        drug_start=_day(snapshot, start),
        drug_stop=_day(snapshot, evidence.onset.last_dose_event)
        if evidence.onset.since_last_dose != OPEN and not evidence.withdrawal.ongoing
        else None,
        reaction_onset=_day(snapshot, f"{index}.onset"),
        improvement_date=_day(snapshot, f"{index}.improved"),
        reaction_end=_day(snapshot, f"{index}.recovered"),
        as_of=as_of,
    )
    return Row(as_of=as_of) if any(turned_round(row)) else row


def _day(snapshot: Snapshot, event: str | None) -> Span | None:
    position = snapshot.position(event)
    return position.calendar if position is not None and position.calendar.bounded else None
