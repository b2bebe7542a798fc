"""The boxes of the CIOMS I form as a section, so that a form can be filled from it."""

from collections.abc import Iterator

from causality.assessment.cioms import (
    Box,
    Course,
    abated,
    concomitants,
    courses,
    history,
    reappeared,
    suspects,
)
from causality.case.model import Condition, Drug
from causality.report.blocks import Block, Cell, Paragraph, Row, Section, Table, row
from causality.report.sentences import ReportSentences
from causality.terms.dates import OPEN, span_text
from causality.wording.locale import number


def cioms_section(say: ReportSentences) -> Section:
    """Return the section; empty where the case has no suspect drug."""
    blocks = tuple(_blocks(say)) if suspects(say.result.case) else ()
    return Section(id="cioms", title=say.words("cioms.title"), blocks=blocks)


def _blocks(say: ReportSentences) -> Iterator[Block]:
    case = say.result.case
    yield Paragraph(say.words("cioms.note"), style="note")
    tables = (
        _boxes(say, "suspects", "14 15 16 17 18 19", _drugs(say, suspects(case))),
        _boxes(say, "challenge", "14 reaction 20 21", _pairs(say), 2, 3),
        _boxes(say, "concomitants", "drug 15 16 17 18 19", _drugs(say, concomitants(say.result))),
        _boxes(say, "history", "history 23_from 23_to", _history(say)),
    )
    yield from (table for table in tables if table.rows)


def _boxes(say: ReportSentences, name: str, columns: str, rows: Iterator[Row], *wide: int) -> Table:
    return Table(
        caption=say.words(f"cioms.table.{name}"),
        columns=tuple(say.words(f"cioms.box.{column}") for column in columns.split()),
        rows=tuple(rows),
        wide=frozenset(wide),
    )


def _drugs(say: ReportSentences, drugs: list[Drug]) -> Iterator[Row]:
    nothing = say.words("report.not_reported")
    for drug in drugs:
        name = Cell(drug.name, below=drug.substance or "")
        told = [_course(say, course) for course in courses(say.result, drug)]
        for dose, route, dates, length in told or [(nothing,) * 4]:
            yield row(name, dose, route, drug.indication or nothing, dates, length)


def _course(say: ReportSentences, course: Course) -> tuple[str, str, str, str]:
    nothing = say.words("report.not_reported")
    stop = say.words("report.ongoing") if course.ongoing else _date(say, course.stop)
    known = course.days != OPEN
    length = say.words("cioms.days", days=span_text(course.days)) if known else nothing
    return (
        "; ".join(say.frequency(number(dose, say.words)) for dose in course.doses) or nothing,
        "; ".join(course.routes) or nothing,
        f"{_date(say, course.start)} – {stop}",
        length,
    )


def _date(say: ReportSentences, event: str | None) -> str:
    known = say.result.timeline.events.get(event or "")
    if known is None or not say.result.snapshot.sees(event):
        return say.words("report.not_reported")
    return say.date(known)


def _pairs(say: ReportSentences) -> Iterator[Row]:
    for pair in say.result.pairs:
        evidence = pair.evidence
        yield row(
            evidence.drug.name,
            evidence.reaction.term,
            _box(say, abated(evidence)),
            _box(say, reappeared(evidence)),
        )


def _box(say: ReportSentences, box: Box) -> Cell:
    """Return the answer with its reason; a box that stays blank is said to be so."""
    answer = say.words(f"cioms.answer.{box.answer or 'blank'}")
    told = [say.words(f"cioms.reason.{box.reason}"), *(x.text for x in say.links(box.events))]
    return Cell(answer, below="\n".join(told))


def _history(say: ReportSentences) -> Iterator[Row]:
    case, words = say.result.case, say.words
    for condition in history(say.result):
        name = condition.term
        if condition.present != "yes":
            answer = say.code("yes_no", condition.present)
            name = words("cioms.present", term=name, answer=answer)
        yield from _periods(say, condition, name)
    for index, past in enumerate(case.past_drugs, 1):
        known = " · ".join(filter(None, (past.drug, past.reaction, say.code("past", past.outcome))))
        yield row(words("cioms.past_drug", text=known), _date(say, f"past.{index}"), "")


def _periods(say: ReportSentences, condition: Condition, name: str) -> Iterator[Row]:
    sees = say.result.snapshot.sees
    periods = [p for p in condition.periods if sees(f"{p.id}.start")]
    for period in periods:
        ongoing = say.words("report.ongoing")
        stop = ongoing if period.ongoing else _date(say, f"{period.id}.stop")
        yield row(name, _date(say, f"{period.id}.start"), stop)
    if not periods:
        nothing = say.words("report.not_reported")
        yield row(name, nothing, nothing)
