"""What is not known: open questions in order of what they could change, and the work-up."""

from collections.abc import Iterator

from causality.assessment.assess import AssessedPair
from causality.evidence.alternatives import WorkupLine, open_workup
from causality.report.blocks import Block, Cell, Line, Listing, Paragraph, Row, Section, Table, row
from causality.report.sentences import ReportSentences
from causality.report.suspects import pair_name
from causality.wording.pair_words import PairWords

_MOST = 12


def questions_section(say: ReportSentences) -> Section:
    """Return the open questions of every pair with what each answer would give."""
    words, about = say.words, PairWords(say)
    blocks: list[Block] = [Paragraph(words("report.questions_lead"))] if say.result.pairs else []
    for pair in say.result.pairs:
        if pair.questions:
            blocks.append(
                Listing(
                    title=pair_name(pair),
                    ordered=True,
                    lines=tuple(
                        Line(say.question(q, pair.evidence), tuple(about.answers(q)))
                        for q in pair.questions[:_MOST]
                    ),
                )
            )
    return Section(id="questions", title=words("view.open_questions"), blocks=tuple(blocks))


def workup_section(say: ReportSentences) -> Section:
    """Return the minimum work-up of every reaction: state, results, and what each line closes."""
    blocks = [block for pair in _one_per_reaction(say) for block in _workup(pair, say)]
    return Section(id="workup", title=say.words("report.workup"), blocks=tuple(blocks))


def _one_per_reaction(say: ReportSentences) -> Iterator[AssessedPair]:
    """Yield a pair per reaction: the work-up is the same for all of its suspects."""
    seen: set[str] = set()
    for pair in say.result.pairs:
        key = pair.evidence.key[1]
        if key not in seen and pair.evidence.workup:
            seen.add(key)
            yield pair


def _workup(pair: AssessedPair, say: ReportSentences) -> Iterator[Block]:
    words = say.words
    columns = ("report.workup_item", "report.workup_state", "report.results", "report.closes")
    yield Table(
        caption=words("report.workup_of", reaction=pair.evidence.reaction.term),
        columns=tuple(words(column) for column in columns),
        rows=tuple(_line(line, say) for line in pair.evidence.workup),
        wide=frozenset({3}),
    )
    missing, of = open_workup(pair.evidence.workup)
    yield Paragraph(words("report.workup_count", done=of - missing, of=of), style="note")


def _line(line: WorkupLine, say: ReportSentences) -> Row:
    words = say.words
    item = line.item
    note = item.note.text(words.language) if item.note else ""
    wanted = words("workup.wanted") if item.wanted else ""
    return row(
        Cell(item.label.text(words.language), below="; ".join(filter(None, (wanted, note)))),
        words(f"workup.{line.state}"),
        Cell(
            "; ".join(f"{say.test(r.test)}: {words(f'result.{r.result}')}" for r in line.results),
            links=say.links(r.event for r in line.results),
        ),
        ", ".join(say.alternative(key) for key in item.closes),
    )
