"""Sentences about the ranking of causes and about what time tells of them."""

from collections.abc import Iterator, Sequence

from causality.ranking.conclusion import Conclusion
from causality.ranking.contrast import Cell
from causality.ranking.entries import Comparison, Entry, GradedDrug, Statement
from causality.terms.dates import span_text
from causality.wording.method_names import method_name
from causality.wording.sentences import Sentences


class RankingWords:
    """Turns the rankings of one result into sentences."""

    def __init__(self, say: Sentences) -> None:
        self.say = say
        self.words = say.words
        self.result = say.result

    def conclusion(self, found: Conclusion) -> str:
        """Return the conclusion: who leads, at what level, the main reason and the main doubt."""
        return " ".join(text for _, text in self.parts(found))

    def parts(self, found: Conclusion) -> Iterator[tuple[str, str]]:
        """Yield the sentences of a conclusion, each with its code."""
        names = tuple(name for entry in found.leading for name in self.names(entry))
        best = found.best
        told: dict[str, Statement | None] = {
            "conclusion.reason": found.reason,
            "conclusion.doubt": found.doubt,
        }
        for code in found.text:
            statement = told.get(code)
            if statement is not None:
                yield code, self.words(code, text=self.told(statement))
            elif best is None:
                yield code, self.words("conclusion.condition_alone", names=names)
            elif found.led_by is None and best in (e.drugs[0] for e in found.leading if e.drugs):
                yield code, " ".join(self._levels(code, found.leading))
            else:
                level = self.grade(best)
                yield code, self.words(code, names=names, best=best.name, level=level)

    def told(self, statement: Statement) -> str:
        """Return a reason or a doubt, with the name of its drug where it is not true of all."""
        text = self.say.statement(statement)
        drugs = self.result.case.drugs
        name = next((d.name for d in drugs if str(d.id) == statement.drug), "")
        return f"{name}: {text}" if name else text

    def _levels(self, code: str, leading: Sequence[Entry]) -> Iterator[str]:
        """Yield a sentence per grade of those that lead together."""
        by_grade: dict[str, tuple[str, ...]] = {}
        for entry in leading:
            if entry.drugs:
                grade = self.grade(entry.drugs[0])
                by_grade[grade] = (*by_grade.get(grade, ()), self._leader(entry))
        for grade, names in by_grade.items():
            yield self.words(code, names=names, best=names, level=grade)

    def _leader(self, entry: Entry) -> str:
        """Return the name of a drug that leads; a concomitant with the word that it is one."""
        name = " + ".join(entry.names)
        concomitant = entry.kind == "concomitant"
        return self.words("conclusion.not_suspected", name=name) if concomitant else name

    def names(self, entry: Entry) -> tuple[str, ...]:
        """Return the names of an entry; of a condition that only tests brought in its label."""
        return entry.names or ((self.say.alternative(entry.cause.id),) if entry.cause else ())

    def grade(self, drug: GradedDrug) -> str:
        """Return how a drug is graded: algorithm, total and category."""
        algorithm = self.result.method.algorithms[0]
        category = algorithm.categories[drug.score.category].text(self.words.language)
        name = method_name(algorithm.id, self.words)
        return " ".join(filter(None, (name, self.say.points(drug.score.total), category)))

    def name(self, entry: Entry) -> str:
        """Return the name of an entry as reported, with what it is known as."""
        if entry.cause is None:
            return " + ".join(entry.names)
        label = self.say.alternative(entry.cause.id)
        known_as = entry.names[0] if entry.names else label
        return known_as if known_as == label else f"{known_as} ({label})"

    def grades(self, entry: Entry) -> str:
        """Return the grade of a drug or the state of a condition."""
        if entry.cause is not None:
            return self.words(f"state.{entry.cause.state}")
        return " / ".join(self.grade(drug) for drug in entry.drugs)

    def kind(self, entry: Entry) -> str:
        """Return what an entry is, when it is not simply a suspect."""
        return "" if entry.kind == "drug" else self.words(f"ranking.kind.{entry.kind}")

    def cell_state(self, cell: Cell) -> str:
        """Return in which state drug and condition were."""
        drug = self.words(f"contrast.drug.{cell.drug}")
        return f"{drug}, {self.words(f'contrast.condition.{cell.condition}')}"

    def contrast_title(self, comparison: Comparison) -> str:
        """Return what a contrast compares and for how long it was observed."""
        return self.words(
            "contrast.title",
            drug=comparison.drug.name,
            condition=comparison.condition,
            days=span_text(comparison.contrast.observed),
        )
