"""All methods side by side, the ranking of causes, and what time tells of them."""

from collections.abc import Iterator, Sequence

from causality.assessment.assess import AssessedPair, Assessment
from causality.ranking.entries import Comparison, Statement
from causality.ranking.rank import Ranking
from causality.report.blocks import Block, Cell, Listing, Paragraph, Row, Section, Table, lines, row
from causality.report.sentences import ReportSentences
from causality.report.suspects import (
    answer_text,
    codes_text,
    open_range,
    pair_name,
    question_text,
    result_text,
)
from causality.scoring.engine import Item
from causality.terms.dates import span_text
from causality.wording.locale import signed
from causality.wording.method_names import method_name
from causality.wording.pair_words import PairWords
from causality.wording.ranking_words import RankingWords

_MOST_IN_FULL = 12
"""So many pairs show the answers of every method; of more only the first method's are shown."""
_SIDE_BY_SIDE = 4
COLUMNS = ("rank", "cause", "for", "against", "not_known")


def matrix(say: ReportSentences) -> Table:
    """Return what every method says of every pair."""
    words, result = say.words, say.result
    methods = [method_name(a.id, words) for a in result.method.algorithms]
    rows = [
        row(
            Cell(pair.evidence.drug.name, below=pair.evidence.reaction.term),
            *(_result(entry, say) for entry in pair.assessments),
        )
        for pair in result.pairs
    ]
    return Table(
        caption=words("report.matrix"),
        columns=(words("view.drug"), *methods),
        rows=tuple(rows),
    )


def _result(entry: Assessment, say: ReportSentences) -> Cell:
    """Return a result with what is left open and the codes that it is made of."""
    below = filter(None, (open_range(entry, say), codes_text(entry)))
    return Cell(result_text(entry, say), below="\n".join(below))


def methods_section(say: ReportSentences) -> Section:
    """Return why the methods differ, pair by pair."""
    words, about = say.words, PairWords(say)
    blocks: list[Block] = []
    for pair in say.result.pairs:
        told = lines(about.difference(found) for found in pair.differences)
        if told:
            blocks.append(Listing(title=pair_name(pair), lines=told))
        elif pair.assessments[1:]:
            blocks.append(Paragraph(words("report.no_difference"), label=f"{pair_name(pair)}: "))
    blocks += _other_methods(say)
    return Section(id="methods", title=words("view.differences"), blocks=tuple(blocks))


def _other_methods(say: ReportSentences) -> Iterator[Table]:
    """Yield the answers of every method but the first, the pairs side by side."""
    pairs = say.result.pairs
    if len(pairs) > _MOST_IN_FULL:
        return
    for number in range(1, len(say.result.method.algorithms)):
        for first in range(0, len(pairs), _SIDE_BY_SIDE):
            shown = pairs[first : first + _SIDE_BY_SIDE]
            yield _method(number, shown, say)


def _method(number: int, pairs: Sequence[AssessedPair], say: ReportSentences) -> Table:
    words = say.words
    entries = [pair.assessments[number] for pair in pairs]
    algorithm = entries[0].algorithm
    asked: dict[str, str] = {}
    answered: list[dict[str, str]] = []
    for entry in entries:
        asked |= {item.question: question_text(entry, item, say) for item in entry.score.items}
        answered.append({i.question: _answered(entry, i, say) for i in entry.score.items})
    rows = [
        row(asked[key], *(found.get(key, "–") for found in answered))
        for key in algorithm.questions
        if key in asked
    ]
    totals = (_result(entry, say) for entry in entries)
    rows.append(row(words("view.total"), *totals, strong=True))
    return Table(
        caption=f"{algorithm.label.text(words.language)}, {algorithm.version}",
        columns=(words("view.question"), *(pair_name(pair) for pair in pairs)),
        rows=tuple(rows),
        wide=frozenset({0}),
    )


def _answered(entry: Assessment, item: Item, say: ReportSentences) -> str:
    points = f" ({signed(item.points)})" if item.points is not None else ""
    return answer_text(entry, item, say) + points


def ranking_section(say: ReportSentences) -> Section:
    """Return every cause in order with its three columns, and the contrasts."""
    about = RankingWords(say)
    return Section(
        id="ranking",
        title=say.words("report.ranking"),
        parts=tuple(
            Section(
                id=f"ranking-{number}",
                title=ranking.reaction.term,
                blocks=tuple(_ranking(ranking, say, about)),
            )
            for number, ranking in enumerate(say.result.ranking, 1)
        ),
    )


def _ranking(ranking: Ranking, say: ReportSentences, about: RankingWords) -> Iterator[Block]:
    words = say.words
    columns = tuple(f"report.{name}" for name in COLUMNS)
    yield Table(
        caption=words("ranking.title", reaction=ranking.reaction.term),
        columns=tuple(words(column) for column in columns),
        rows=tuple(
            row(
                str(entry.rank),
                Cell(
                    about.name(entry),
                    below=" · ".join(filter(None, (about.kind(entry), about.grades(entry)))),
                ),
                *(_statements(column, say) for column in entry.columns),
            )
            for entry in ranking.entries
        ),
        wide=frozenset({2, 3, 4}),
    )
    if ranking.not_exposed:
        names = tuple(drug.name for drug in ranking.not_exposed)
        yield Paragraph(words("ranking.not_exposed", names=names), style="note")
    for comparison in ranking.comparisons:
        yield _contrast(comparison, say, about)
    if ranking.comparisons:
        yield Paragraph(words("report.contrast_note"), style="note")


def _statements(statements: Sequence[Statement], say: ReportSentences) -> Cell:
    return Cell("\n".join(f"– {say.statement(s)}" for s in statements))


def _contrast(comparison: Comparison, say: ReportSentences, about: RankingWords) -> Table:
    words = say.words
    rows: list[Row] = []
    for cell in comparison.contrast.cells:
        episodes = f"{len(cell.episodes)}"
        if cell.episodes:
            episodes += f" ({', '.join(cell.episodes)})"
        tells = words(f"tells.{cell.reading}")
        rows.append(row(about.cell_state(cell), span_text(cell.days), episodes, tells))
    columns = ("state", "days", "episodes", "tells")
    return Table(
        caption=about.contrast_title(comparison),
        columns=tuple(words(f"contrast.{name}") for name in columns),
        rows=tuple(rows),
        numbers=frozenset({1}),
        wide=frozenset({3}),
    )
