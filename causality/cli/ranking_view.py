"""Who could have caused each reaction, on a terminal: conclusion, ranking, contrast over time."""

from collections.abc import Sequence

from rich.padding import Padding

from causality.assessment.assess import CaseAssessment
from causality.cli.page import Page, points, text
from causality.cli.sentences import Sentences
from causality.ranking.conclusion import Conclusion
from causality.ranking.entries import Comparison, Entry, GradedDrug, Statement
from causality.ranking.rank import Ranking
from causality.terms.dates import span_text

_SHOWN = 4
_SIGNS = ("+", "−", "?")


class RankingView:
    """Prints the rankings of one case."""

    def __init__(self, page: Page, result: CaseAssessment, say: Sentences) -> None:
        self.page = page
        self.words = page.words
        self.result = result
        self.say = say

    def ranking(self, ranking: Ranking) -> None:
        """Print the conclusion first, then every cause in order, then what time tells."""
        self.page.heading(self.words("ranking.title", reaction=ranking.reaction.term))
        if ranking.conclusion is not None:
            self.page.line(self.conclusion(ranking.conclusion))
        for entry in ranking.entries:
            self._entry(entry)
        if ranking.not_exposed:
            names = tuple(drug.name for drug in ranking.not_exposed)
            self.page.line(self.words("ranking.not_exposed", names=names), style="dim")
        leading = {i for entry in ranking.entries if entry.rank == 1 for i in entry.ids}
        for comparison in ranking.comparisons:
            if str(comparison.drug.id) in leading:
                self._contrast(comparison)

    def conclusion(self, found: Conclusion) -> str:
        """Return the conclusion: who leads, at what level, the main reason and the main doubt."""
        names = tuple(name for entry in found.leading for name in self._names(entry))
        best = found.best
        told: dict[str, Statement | None] = {
            "conclusion.reason": found.reason,
            "conclusion.doubt": found.doubt,
        }
        parts = []
        for code in found.text:
            statement = told.get(code)
            if statement is not None:
                parts.append(self.words(code, text=self.say.statement(statement)))
            elif best is None:
                parts.append(self.words("conclusion.condition_alone", names=names))
            elif found.led_by is None and best in (e.drugs[0] for e in found.leading if e.drugs):
                parts += self._levels(code, found.leading)
            else:
                level = self._grade(best)
                parts.append(self.words(code, names=names, best=best.name, level=level))
        return " ".join(parts)

    def _levels(self, code: str, leading: Sequence[Entry]) -> list[str]:
        """Return a sentence per grade of those that lead together."""
        by_grade: dict[str, tuple[str, ...]] = {}
        for entry in leading:
            if entry.drugs:
                grade = self._grade(entry.drugs[0])
                by_grade[grade] = (*by_grade.get(grade, ()), " + ".join(entry.names))
        return [
            self.words(code, names=names, best=names, level=grade)
            for grade, names in by_grade.items()
        ]

    def _names(self, entry: Entry) -> tuple[str, ...]:
        return entry.names or ((self.say.alternative(entry.cause.id),) if entry.cause else ())

    def _grade(self, drug: GradedDrug) -> str:
        algorithm = self.result.method.algorithms[0]
        category = algorithm.categories[drug.score.category].text(self.words.language)
        return " ".join(filter(None, (algorithm.id, points(drug.score.total), category)))

    def _entry(self, entry: Entry) -> None:
        if entry.cause is not None:
            label = self.say.alternative(entry.cause.id)
            known_as = entry.names[0] if entry.names else label
            name = known_as if known_as == label else f"{known_as} ({label})"
            grade = self.words(f"state.{entry.cause.state}")
        else:
            name = " + ".join(entry.names)
            grade = " / ".join(self._grade(drug) for drug in entry.drugs)
        kind = f" [{self.words(f'ranking.kind.{entry.kind}')}]" if entry.kind != "drug" else ""
        self.page.line(
            f"{entry.rank}. {name}{kind}: {grade}", style="bold" if entry.rank == 1 else ""
        )
        for sign, statements in zip(_SIGNS, entry.columns, strict=True):
            self._statements(sign, statements)

    def _statements(self, sign: str, statements: Sequence[Statement]) -> None:
        for statement in statements[:_SHOWN]:
            self.page.line(f"{sign} {self.say.statement(statement)}", 3)
        more = len(statements) - _SHOWN
        if more > 0:
            self.page.line(f"{sign} {self.words('view.and_more', count=more)}", 3)

    def _contrast(self, comparison: Comparison) -> None:
        words, found = self.words, comparison.contrast
        observed = span_text(found.observed)
        title = words(
            "contrast.title",
            drug=comparison.drug.name,
            condition=comparison.condition,
            days=observed,
        )
        self.page.line(title, style="italic")
        columns = ("contrast.state", "contrast.days", "contrast.episodes", "contrast.tells")
        table = self.page.titled_table(words(column) for column in columns)
        for cell in found.cells:
            drug = words(f"contrast.drug.{cell.drug}")
            condition = words(f"contrast.condition.{cell.condition}")
            table.add_row(
                text(f"{drug}, {condition}"),
                text(span_text(cell.days), justify="right"),
                text(", ".join(cell.episodes) or "0", justify="right"),
                text(words(f"tells.{cell.reading}")),
            )
        self.page.emit(Padding(table, (0, 0, 0, 2)))
