"""One pair on a terminal: its answers, the other methods, why they differ, what is not known."""

from collections.abc import Iterable

from rich.padding import Padding

from causality.assessment.assess import AssessedPair, Assessment, CaseAssessment
from causality.cli.page import Page, category_text, outcome, points, range_text, text
from causality.cli.sentences import Sentences
from causality.cli.workup_view import checklist
from causality.evidence.alternatives import Finding, worth_mentioning
from causality.evidence.fact import Fact
from causality.evidence.lookups import ReactionLookup, unscored_culprits
from causality.inquiry.differences import Difference, HeldBy
from causality.inquiry.questions import Answer, OpenQuestion
from causality.scoring.engine import Item
from causality.scoring.model import Algorithm

_SHOWN_TESTS = 6
_SHOWN_QUESTIONS = 5
_SHOWN_REASONS = 3
_SHOWN_METHODS = 2


class PairView:
    """Prints the pairs of one case."""

    def __init__(self, page: Page, result: CaseAssessment, say: Sentences) -> None:
        self.page = page
        self.words = page.words
        self.result = result
        self.say = say

    def pair(self, pair: AssessedPair) -> None:
        """Print everything about one pair: the first algorithm in full, the others in a line."""
        evidence = pair.evidence
        self.page.heading(f"{evidence.drug.name} – {evidence.reaction.term}")
        for entry in pair.assessments[:1]:
            self._items(entry, pair)
        if pair.assessments[1:]:
            self._others(pair)
        for number, entry in enumerate(pair.assessments):
            self._conventions(entry, leads=number == 0)
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
        say = self.say
        facts = [pair.evidence.facts[name] for name in item.facts if name in pair.evidence.facts]
        told = [f for f in facts if f.rule != "not_reported" and _matters(f, item, entry)]
        parts = [say.rule(fact) for fact in told]
        silent = [self.words(f"fact.{f.name}") for f in facts if f.rule == "not_reported"]
        if silent:
            parts.append(self.words("view.not_reported", facts=tuple(silent)))
        parts += [possible for fact in told if (possible := say.possible(fact))]
        events = list(dict.fromkeys(e for fact in told for e in fact.events))
        if events:
            parts.append(f"[{', '.join(events)}]")
        return " ".join(dict.fromkeys(parts))

    def _others(self, pair: AssessedPair) -> None:
        """Print the other algorithms with the answers to the questions really asked."""
        table = self.page.table("algorithm", "total", "range", "category", "answers")
        for entry in pair.assessments[1:]:
            answers = (_short_answer(item, entry.algorithm) for item in entry.score.items)
            table.add_row(
                text(entry.algorithm.id),
                text(points(entry.score.total), justify="right"),
                text(range_text(entry, self.words.language)),
                category_text(entry, self.words),
                text(" · ".join(answers)),
            )
        self.page.emit(Padding(table, (1, 0, 1, 0)))

    def _conventions(self, entry: Assessment, *, leads: bool) -> None:
        """Print the conventions that could touch a result; those of the knowledge once."""
        words = self.words
        for name, choices in entry.otherwise.items():
            own = entry.algorithm.conventions.get(name)
            if own is None and not leads:
                continue
            convention = own or self.result.method.knowledge.conventions[name]
            others = "; ".join(
                f"{convention.choices[choice].text(words.language)}: "
                + outcome(entry.algorithm, score, words.language)
                for choice, score in choices.items()
            )
            self.page.line(
                words(
                    "view.convention_line",
                    label=convention.label.text(words.language),
                    choice=convention.choices[entry.conventions[name]].text(words.language),
                    others=f"{entry.algorithm.id} {others}",
                ),
                style="dim",
            )

    def _differences(self, pair: AssessedPair) -> None:
        if pair.differences:
            self.page.line(self.words("view.differences"), style="italic")
        for difference in pair.differences:
            self.page.line(f"– {self._difference(difference)}", 2)

    def _difference(self, found: Difference) -> str:
        words = self.words
        algorithms = {a.id: a for a in self.result.method.algorithms}
        lower, higher = algorithms[found.algorithm], algorithms[found.other]
        names = {
            "algorithm": lower.id,
            "category": lower.categories[found.category].text(words.language),
            "other": higher.id,
            "other_category": higher.categories[found.other_category].text(words.language),
        }
        parts = [words("difference.says", **names)]
        held = [self._held_by(entry, lower) for entry in found.held_by[:_SHOWN_REASONS]]
        parts.append(words("difference.held", held="; ".join(held)) if held else "")
        if not held:
            parts.append(words("difference.not_one"))
        if found.unmoved_by:
            facts = tuple(words(f"fact.{name}") for name in found.unmoved_by)
            parts.append(words("difference.unmoved", algorithm=lower.id, facts=facts))
        return " ".join(filter(None, parts))

    def _held_by(self, held: HeldBy, algorithm: Algorithm) -> str:
        words = self.words
        letters = (algorithm.questions[name].letter or name for name in held.questions[:1])
        would = dict.fromkeys(
            algorithm.categories[c.category].text(words.language) for c in held.would_be
        )
        return words(
            "difference.held_by",
            fact=words(f"fact.{held.fact}"),
            value=words.value(held.fact, held.value),
            question=", ".join(letters),
            values=" / ".join(words.value(held.fact, change.value) for change in held.would_be),
            category=" / ".join(would),
        )

    def _questions(self, pair: AssessedPair) -> None:
        words = self.words
        if pair.questions:
            self.page.line(words("view.open_questions"), style="italic")
        for number, question in enumerate(pair.questions[:_SHOWN_QUESTIONS], 1):
            self.page.line(f"{number}. {self.say.question(question, pair.evidence)}", 2)
            for line in self._answers(question):
                self.page.line(line, 5, style="dim")
        more = len(pair.questions) - _SHOWN_QUESTIONS
        if more > 0:
            self.page.line(words("view.more_questions", count=more), 2)

    def _answers(self, question: OpenQuestion) -> list[str]:
        """Return what each answer would give, in the methods whose result depends on it."""
        algorithms = self.result.method.algorithms
        shown = []
        for number, algorithm in enumerate(algorithms):
            by_effect: dict[str, list[str]] = {}
            for answer in question.answers:
                value = self.words.value(question.fact.name, answer.value)
                effect = _effect(answer, number, algorithm, self.words.language)
                by_effect.setdefault(effect, []).append(value)
            if len(by_effect) > 1:
                parts = (f"{' / '.join(values)}: {key}" for key, values in by_effect.items())
                shown.append(f"{algorithm.id} – {' · '.join(parts)}")
        return shown[:_SHOWN_METHODS] or [self.words("view.narrows_only")]

    def _remarks(self, pair: AssessedPair) -> None:
        words, evidence, result = self.words, pair.evidence, self.result
        read = {n for entry in pair.assessments for n in _facts_read(entry)}
        remarks = [
            remark
            for entry in pair.assessments
            for flag in entry.score.flags
            if (remark := self._flag(entry.algorithm, flag))
        ]
        told = [fact for name, fact in evidence.facts.items() if name in read]
        remarks += [remark for fact in told for remark in self.say.flags(fact)]
        for name, fact in evidence.facts.items():
            if fact.derived is not None:
                value, derived = (
                    words.value(name, fact.value),
                    words.value(name, fact.derived.value),
                )
                label = words(f"fact.{name}")
                who = "view.supposed" if fact.rule == "stated.what_if" else "view.person"
                remarks.append(f"{label}: {words(who, value=value, derived=derived)}")
        knowledge = result.method.knowledge
        about = ReactionLookup(result.case, evidence.reaction, knowledge)
        onset = f"{evidence.index.id}.onset"
        remarks += [
            words("view.unscored_culprit", drug=drug.name)
            for drug in unscored_culprits(result.snapshot, about, onset)
        ]
        if knowledge.reaction_key(evidence.reaction.term) is None:
            remarks.append(words("view.unknown_reaction", reaction=evidence.reaction.term))
        if knowledge.drug(evidence.drug.substance, evidence.drug.name) is None:
            remarks.append(words("view.unknown_drug", drug=evidence.drug.name))
        if remarks:
            self.page.line(words("view.remarks"), style="italic")
            for remark in dict.fromkeys(remarks):
                self.page.line(f"– {remark}", 2)

    def _flag(self, algorithm: Algorithm, flag: str) -> str:
        """Return what an algorithm remarks; that information is missing stands at the category."""
        if flag in algorithm.flags and flag != "insufficient":
            label = algorithm.flags[flag].label.text(self.words.language)
            return f"{algorithm.id}: {label}"
        return self.words(f"flag.{flag}") if self.words.has(f"flag.{flag}") else ""

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
        for number, line in enumerate(checklist(pair.evidence.workup, self.say)):
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


def _short_answer(item: Item, algorithm: Algorithm) -> str:
    """Return the letter of a question with the code and the points of its answer."""
    letter, code = algorithm.questions[item.question].letter or item.question, str(item.code)
    shown = code if code.startswith(letter) else f"{letter} {code}"
    return f"{shown} {points(item.points)}" if item.points else shown


def _effect(answer: Answer, number: int, algorithm: Algorithm, language: str) -> str:
    effect = answer.effects[number]
    label = algorithm.categories[effect.category].text(language)
    return f"{points(effect.total)} {label}".strip()


def _matters(fact: Fact, item: Item, entry: Assessment) -> bool:
    """Tell whether a fact says something about an answer: read first, or named with its value."""
    options = entry.algorithm.questions[item.question].options
    named = any(fact.value in row.get(fact.name, ()) for o in options for row in o.when)
    return named or item.facts[0] == fact.name


def _facts_read(entry: Assessment) -> Iterable[str]:
    for question in entry.algorithm.questions.values():
        for option in question.options:
            for row in option.when:
                yield from row
