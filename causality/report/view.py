"""The view of a case: everything that a report says, decided here and placed by a template."""

from dataclasses import dataclass

from causality.assessment.assess import CaseAssessment
from causality.report.answers import Answer, answers
from causality.report.blocks import Block, Line, Listing, Paragraph, Section, Table
from causality.report.cioms import cioms_section
from causality.report.comparison import matrix, methods_section, ranking_section
from causality.report.header import (
    anchors,
    header_lines,
    method_lines,
    method_section,
    sources_section,
)
from causality.report.history import history_section
from causality.report.narrative import narrative_section
from causality.report.open_points import questions_section, workup_section
from causality.report.records import Records
from causality.report.sentences import ReportSentences
from causality.report.source import source_section
from causality.report.suspects import suspects_section
from causality.report.timeline.figure import timeline_figures, undated_marks
from causality.wording.results import nothing_to_score
from causality.words import Language, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The words that stand around what a report says."""

    answer: str
    contents: str
    skip: str
    legend: str
    as_table: str
    details: str
    signature: str
    signed: tuple[str, ...]
    embedded: str
    made_by: str
    page: str
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A report as plain data."""

    language: Language
    title: str
    case_id: str
    subtitle: str
    head: tuple[Line, ...]
    made_with: tuple[Line, ...]
    nothing: str  # why there is no answer
    answers: tuple[Answer, ...]
    more_answers: str
    matrix: Table | None
    sections: tuple[Section, ...]
    safety: str
    labels: Labels


_MOST_ANSWERS = 4


def case_view(result: CaseAssessment, words: Words) -> CaseView:
    """Return what the report of an assessment says, in the language of the words."""
    say = ReportSentences(words, result)
    found = answers(say)
    more = len(found) - _MOST_ANSWERS
    sections = (
        _timeline(say),
        narrative_section(say),
        suspects_section(say),
        methods_section(say),
        ranking_section(say),
        questions_section(say),
        workup_section(say),
        history_section(say),
        Records(say).section(),
        cioms_section(say),
        source_section(say),
        sources_section(say),
        method_section(say),
    )
    return CaseView(
        language=words.language,
        title=words("report.title"),
        case_id=result.case.case_id,
        subtitle=result.case.title or "",
        head=header_lines(say),
        made_with=method_lines(say),
        nothing="" if result.pairs else nothing_to_score(result, words),
        answers=found[:_MOST_ANSWERS],
        more_answers=words("report.more_answers", count=more) if more > 0 else "",
        matrix=matrix(say) if result.pairs else None,
        sections=tuple(section for section in sections if not section.empty),
        safety=words("view.safety"),
        labels=_labels(words),
    )


def _labels(words: Words) -> Labels:
    return Labels(
        answer=words("view.answer"),
        contents=words("report.contents"),
        skip=words("report.skip"),
        legend=words("report.legend"),
        as_table=words("report.as_table"),
        details=words("report.lane_details"),
        signature=words("report.signature"),
        signed=(words("report.name"), words("report.position"), words("report.date_signed")),
        embedded=words("report.embedded"),
        made_by=words("report.made_by"),
        page=words("report.page"),
        of=words("report.of"),
    )


def _timeline(say: ReportSentences) -> Section:
    """Return the figure with what its days are counted from."""
    figures = timeline_figures(say)
    blocks: list[Block] = [*figures]
    undated = undated_marks(say) if figures else ""
    if undated:
        blocks.append(Paragraph(f"{undated}.", label=say.words("report.not_in_figure")))
    counted = anchors(say)
    if counted:
        blocks.append(Listing(title=say.words("report.anchors"), lines=counted))
    if not figures:
        blocks.append(Paragraph(say.words("report.no_events")))
    return Section(id="timeline", title=say.words("report.timeline"), blocks=tuple(blocks))
