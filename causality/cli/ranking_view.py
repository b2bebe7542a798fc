"""Who could have caused each reaction, on a terminal: conclusion, ranking, contrast over time."""

from collections.abc import Sequence

from rich.padding import Padding

from causality.assessment.assess import CaseAssessment
from causality.cli.page import Page, text
from causality.ranking.entries import Comparison, Entry, Statement
from causality.ranking.rank import Ranking
from causality.terms.dates import span_text
from causality.wording.ranking_words import RankingWords
from causality.wording.sentences import Sentences

_SHOWN = 4
_SIGNS = ("+", "−", "?")


class RankingView:
    """Prints the rankings of one case."""

    def __init__(self, page: Page, result: CaseAssessment, say: Sentences) -> None:
        self.page = page
        self.words = page.words
        self.result = result
        self.say = say
        self.ranking_words = RankingWords(say)

    def ranking(self, ranking: Ranking) -> None:
        """Print the conclusion first, then every cause in order, then what time tells."""
        self.page.heading(self.words("ranking.title", reaction=ranking.reaction.term))
        if ranking.conclusion is not None:
            self.page.line(self.ranking_words.conclusion(ranking.conclusion))
        for entry in ranking.entries:
            self._entry(entry)
        if ranking.not_exposed:
            names = tuple(drug.name for drug in ranking.not_exposed)
            self.page.line(self.words("ranking.not_exposed", names=names), style="dim")
        leading = {i for entry in ranking.entries if entry.rank == 1 for i in entry.ids}
        for comparison in ranking.comparisons:
            if str(comparison.drug.id) in leading:
                self._contrast(comparison)

    def _entry(self, entry: Entry) -> None:
        about = self.ranking_words
        kind = about.kind(entry)
        shown = f"{about.name(entry)}{f' [{kind}]' if kind else ''}: {about.grades(entry)}"
        self.page.line(f"{entry.rank}. {shown}", style="bold" if entry.rank == 1 else "")
        for sign, statements in zip(_SIGNS, entry.columns, strict=True):
            self._statements(sign, statements)

    def _statements(self, sign: str, statements: Sequence[Statement]) -> None:
        for statement in statements[:_SHOWN]:
            self.page.line(f"{sign} {self.say.statement(statement)}", 3)
        more = len(statements) - _SHOWN
        if more > 0:
            self.page.line(f"{sign} {self.words('view.and_more', count=more)}", 3)

    def _contrast(self, comparison: Comparison) -> None:
        words, about = self.words, self.ranking_words
        self.page.line(about.contrast_title(comparison), style="italic")
        columns = ("contrast.state", "contrast.days", "contrast.episodes", "contrast.tells")
        table = self.page.titled_table(words(column) for column in columns)
        for cell in comparison.contrast.cells:
            table.add_row(
                text(about.cell_state(cell)),
                text(span_text(cell.days), justify="right"),
                text(", ".join(cell.episodes) or "0", justify="right"),
                text(words(f"tells.{cell.reading}")),
            )
        self.page.emit(Padding(table, (0, 0, 0, 2)))
