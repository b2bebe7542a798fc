"""One pair on a terminal: its answers, the other methods, why they differ, what is not known."""

from rich.padding import Padding

from causality.assessment.assess import AssessedPair, Assessment, CaseAssessment
from causality.cli.page import Page, category_text, text
from causality.cli.workup_view import checklist
from causality.evidence.alternatives import Finding, worth_mentioning
from causality.scoring.engine import Item
from causality.wording.method_names import method_name
from causality.wording.pair_words import PairWords, short_answer
from causality.wording.results import points, range_text
from causality.wording.sentences import Sentences

_SHOWN_TESTS = 6
_SHOWN_QUESTIONS = 5
_SHOWN_METHODS = 2


class PairView:
    """Prints the pairs of one case."""

    def __init__(self, page: Page, result: CaseAssessment, say: Sentences) -> None:
        self.page = page
        self.words = page.words
        self.result = result
        self.say = say
        self._told: set[tuple[str, ...]] = set()  # checklists that stand above already
        self.pair_words = PairWords(say)

    def pair(self, pair: AssessedPair) -> None:
        """Print everything about one pair: the first algorithm in full, the others in a line."""
        evidence = pair.evidence
        self.page.heading(f"{evidence.drug.name} – {evidence.reaction.term}")
        for entry in pair.assessments[:1]:
            self._items(entry, pair)
        if pair.assessments[1:]:
            self._others(pair)
        for line in self.pair_words.conventions(pair):
            self.page.line(line, style="dim")
        self._differences(pair)
        self._questions(pair)
        self._remarks(pair)
        self._alternatives(pair)

    def _items(self, entry: Assessment, pair: AssessedPair) -> None:
        words = self.words
        table = self.page.table("question", "answer", "points", "because")
        for item in entry.score.items:
            question = entry.algorithm.questions[item.question]
            letter = f"{question.letter}) " if question.letter else ""
            answer = question.options[item.option].label.text(words.language)
            table.add_row(
                text(letter + question.label.text(words.language)),
                text(f"{item.code} {answer}" if entry.algorithm.bands else answer),
                text(points(item.points), justify="right"),
                text(self._because(item, entry, pair)),
            )
        self.page.emit(table)

    def _because(self, item: Item, entry: Assessment, pair: AssessedPair) -> str:
        told = self.pair_words.facts_told(item, entry, pair)
        events = list(dict.fromkeys(e for fact in told for e in fact.events))
        reasons = self.pair_words.because(item, entry, pair)
        return " ".join(filter(None, (reasons, f"[{', '.join(events)}]" if events else "")))

    def _others(self, pair: AssessedPair) -> None:
        """Print the other algorithms with the answers to the questions really asked."""
        table = self.page.table("algorithm", "total", "range", "category", "answers")
        for entry in pair.assessments[1:]:
            items = entry.score.items
            answers = (short_answer(i, entry.algorithm, self.words.language) for i in items)
            table.add_row(
                text(method_name(entry.algorithm.id, self.words)),
                text(points(entry.score.total), justify="right"),
                text(range_text(entry, self.words.language)),
                category_text(entry, self.words),
                text(" · ".join(answers)),
            )
        self.page.emit(Padding(table, (1, 0, 1, 0)))

    def _differences(self, pair: AssessedPair) -> None:
        if pair.differences:
            self.page.line(self.words("view.differences"), style="italic")
        for difference in pair.differences:
            self.page.line(f"– {self.pair_words.difference(difference)}", 2)

    def _questions(self, pair: AssessedPair) -> None:
        words = self.words
        if pair.questions:
            self.page.line(words("view.open_questions"), style="italic")
        for number, question in enumerate(pair.questions[:_SHOWN_QUESTIONS], 1):
            self.page.line(f"{number}. {self.say.question(question, pair.evidence)}", 2)
            for line in self.pair_words.answers(question)[:_SHOWN_METHODS]:
                self.page.line(line, 5, style="dim")
        more = len(pair.questions) - _SHOWN_QUESTIONS
        if more > 0:
            self.page.line(words("view.more_questions", count=more), 2)

    def _remarks(self, pair: AssessedPair) -> None:
        remarks = self.pair_words.remarks(pair)
        if remarks:
            self.page.line(self.words("view.remarks"), style="italic")
            for remark in remarks:
                self.page.line(f"– {remark}", 2)

    def _alternatives(self, pair: AssessedPair) -> None:
        words = self.words
        told = [
            f
            for f in worth_mentioning(pair.evidence.findings)
            if f.presences or f.state != "ruled_out"
        ]
        if told:
            self.page.line(words("view.alternatives"), style="italic")
        for finding in told:
            self._finding(finding)
        lines = tuple(checklist(pair.evidence.workup, self.say))
        if lines in self._told:  # the same for another suspect of the reaction
            lines = (words("view.workup_as_above"),) if lines else ()
        else:
            self._told.add(lines)
        for number, line in enumerate(lines):
            self.page.line(line, 2 if number else 0)

    def _finding(self, finding: Finding) -> None:
        words, say = self.words, self.say
        mimic = finding.entry.kind == "mimic" and finding.state != "ruled_out"
        state = words("state.mimic" if mimic else f"state.{finding.state}")
        self.page.line(f"– {say.alternative(finding.id)}: {state}", 2)
        for key, grounds in (("for", finding.grounds_for), ("against", finding.grounds_against)):
            for ground in grounds:
                self.page.line(f"{words(f'view.{key}')}: {say.ground(ground)}", 6)
        if finding.not_known:
            names = [say.test(key) for key in finding.not_known]
            more = len(names) - _SHOWN_TESTS
            text = ", ".join(names[:_SHOWN_TESTS])
            if more > 0:
                text += f" {words('view.and_more', count=more)}"
            self.page.line(f"{words('view.not_known')}: {text}", 6)
