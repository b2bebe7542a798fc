"""Sentences about one pair: why an answer was given, why methods differ, what would change it."""

from collections.abc import Iterable, Iterator

from causality.assessment.assess import AssessedPair, Assessment
from causality.evidence.fact import NOT_REPORTED, Fact
from causality.evidence.lookups import ReactionLookup, unscored_culprits
from causality.inquiry.differences import Difference, HeldBy
from causality.inquiry.questions import Answer, OpenQuestion
from causality.scoring.engine import Item
from causality.scoring.model import Algorithm
from causality.terms.facts import default
from causality.wording.method_names import method_name
from causality.wording.results import points
from causality.wording.sentences import Sentences

_SHOWN_REASONS = 3


class PairWords:
    """Turns what is known of the pairs of one result into sentences."""

    def __init__(self, say: Sentences) -> None:
        self.say = say
        self.words = say.words
        self.result = say.result

    def because(self, item: Item, entry: Assessment, pair: AssessedPair) -> str:
        """Return why an item has its answer: the rules behind it and what is not reported."""
        say, told = self.say, self.facts_told(item, entry, pair)
        parts = [self._reason(fact, pair) for fact in told]
        facts = (pair.evidence.facts[n] for n in item.facts if n in pair.evidence.facts)
        silent = [
            self.words(f"fact.{fact.name}")
            for fact in facts
            if fact.rule == NOT_REPORTED and _can_be_told(fact, pair)
        ]
        if silent:
            parts.append(self.words("view.not_reported", facts=tuple(silent)))
        parts += [possible for fact in told if (possible := say.possible(fact))]
        return " ".join(dict.fromkeys(parts))

    def _reason(self, fact: Fact, pair: AssessedPair) -> str:
        """Return why a fact has its value; beside other causes, the concomitants left out."""
        culprits = self.not_counted(pair) if fact.name == "alternative" else ""
        return " ".join(filter(None, (self.say.reason(fact), culprits)))

    def not_counted(self, pair: AssessedPair) -> str:
        """Return which concomitants are known causes and are not among the alternatives."""
        evidence, result = pair.evidence, self.result
        about = ReactionLookup(result.case, evidence.reaction, result.method.knowledge)
        found = unscored_culprits(result.snapshot, about, f"{evidence.index.id}.onset")
        names = tuple(d.name for d in found if str(d.id) not in evidence.own_drugs)
        return self.words("view.not_counted", drugs=names) if names else ""

    def facts_told(self, item: Item, entry: Assessment, pair: AssessedPair) -> list[Fact]:
        """Return the reported facts that decide an answer."""
        facts = [pair.evidence.facts[n] for n in item.facts if n in pair.evidence.facts]
        return [f for f in facts if f.rule != NOT_REPORTED and _matters(f, item, entry)]

    def conventions(self, pair: AssessedPair) -> Iterator[str]:
        """Yield the conventions that could touch a result; those of the knowledge once."""
        words = self.words
        for number, entry in enumerate(pair.assessments):
            for name, choices in entry.otherwise.items():
                own = entry.algorithm.conventions.get(name)
                if own is None and number:
                    continue
                convention = own or self.result.method.knowledge.conventions[name]
                others = "; ".join(
                    f"{convention.choices[choice].text(words.language)}: "
                    + self.say.outcome(entry.algorithm, score)
                    for choice, score in choices.items()
                )
                label = convention.label.text(words.language)
                yield words(
                    "view.convention_line",
                    label=label[:1].upper() + label[1:],
                    algorithm=method_name(entry.algorithm.id, words),
                    choice=convention.choices[entry.conventions[name]].text(words.language),
                    others=others,
                )

    def difference(self, found: Difference) -> str:
        """Return why one method says less than another."""
        words = self.words
        algorithms = {a.id: a for a in self.result.method.algorithms}
        lower, higher = algorithms[found.algorithm], algorithms[found.other]
        names = {
            "algorithm": method_name(lower.id, words),
            "category": lower.categories[found.category].text(words.language),
            "other": method_name(higher.id, words),
            "other_category": higher.categories[found.other_category].text(words.language),
        }
        parts = [words("difference.says", **names)]
        held = [self._held_by(entry, lower) for entry in found.held_by[:_SHOWN_REASONS]]
        parts.append(words("difference.held", held="; ".join(held)) if held else "")
        if not held:
            parts.append(words("difference.not_one"))
        if found.unmoved_by:
            facts = tuple(words(f"fact.{name}") for name in found.unmoved_by)
            parts.append(words("difference.unmoved", other=names["other"], facts=facts))
        return " ".join(filter(None, parts))

    def _held_by(self, held: HeldBy, algorithm: Algorithm) -> str:
        words = self.words
        letters = [algorithm.questions[name].letter or name for name in held.questions[:1]]
        would = dict.fromkeys(
            algorithm.categories[c.category].text(words.language) for c in held.would_be
        )
        return words(
            "difference.held_by" if letters else "difference.held_by_not_asked",
            fact=words(f"fact.{held.fact}"),
            value=words.value(held.fact, held.value),
            question=", ".join(letters),
            values=" / ".join(words.value(held.fact, change.value) for change in held.would_be),
            category=" / ".join(would),
        )

    def answers(self, question: OpenQuestion) -> list[str]:
        """Return what each answer would give, in the methods whose result depends on it."""
        algorithms = self.result.method.algorithms
        shown = []
        for number, algorithm in enumerate(algorithms):
            by_effect: dict[str, list[str]] = {}
            for answer in question.answers:
                value = self.words.value(question.fact.name, answer.value)
                effect = self._effect(answer, number, algorithm)
                by_effect.setdefault(effect, []).append(value)
            if len(by_effect) > 1:
                parts = (f"{' / '.join(values)}: {key}" for key, values in by_effect.items())
                shown.append(f"{method_name(algorithm.id, self.words)} – {' · '.join(parts)}")
        return shown or [self.words("view.narrows_only")]

    def remarks(self, pair: AssessedPair) -> list[str]:
        """Return what a reader must bear in mind about the answers of a pair."""
        read = {n for entry in pair.assessments for n in _facts_read(entry)}
        remarks = [
            remark
            for entry in pair.assessments
            for flag in entry.score.flags
            if (remark := self._flag(entry.algorithm, flag))
        ]
        told = [fact for name, fact in pair.evidence.facts.items() if name in read]
        remarks += [remark for fact in told for remark in self.say.flags(fact)]
        remarks += [
            self.decided(fact)
            for fact in pair.evidence.facts.values()
            if fact.derived and not self._contradicted_by_report(fact)
        ]
        remarks += self._not_held(pair)
        return list(dict.fromkeys(remarks))

    def _contradicted_by_report(self, fact: Fact) -> bool:
        """Tell whether a remark says already that the report states more than its dates."""
        contradicted = "decision_contradicted" in dict(fact.flags)
        return contradicted and self.say.in_report(fact.rule, fact.sources)

    def decided(self, fact: Fact) -> str:
        """Return what a person decided about a fact, and what the machine would have said."""
        words = self.words
        value = words.value(fact.name, fact.value)
        derived = words.value(fact.name, fact.derived.value) if fact.derived else ""
        key = "view.supposed" if fact.rule == "stated.what_if" else "view.person"
        if self.say.in_report(fact.rule, fact.sources):
            key = "view.in_report"
        who = words(key, value=value, derived=derived)
        return f"{words(f'fact.{fact.name}')}: {who}"

    def _not_held(self, pair: AssessedPair) -> Iterator[str]:
        """Yield what the scores leave out because it is not scored or not in the knowledge."""
        words, evidence, result = self.words, pair.evidence, self.result
        knowledge = result.method.knowledge
        about = ReactionLookup(result.case, evidence.reaction, knowledge)
        onset = f"{evidence.index.id}.onset"
        compared = self._compared(pair)
        for drug in unscored_culprits(result.snapshot, about, onset):
            key = "view.compared_culprit" if str(drug.id) in compared else "view.unscored_culprit"
            yield words(key, drug=drug.name)
        if knowledge.reaction_key(evidence.reaction.term) is None:
            yield words("view.unknown_reaction", reaction=evidence.reaction.term)
        if knowledge.drug(evidence.drug.substance, evidence.drug.name) is None:
            yield words("view.unknown_drug", drug=evidence.drug.name)

    def _compared(self, pair: AssessedPair) -> frozenset[str]:
        """Return the concomitants that the ranking of a reaction scores for comparison."""
        return frozenset(
            i
            for ranking in self.result.ranking
            if ranking.reaction.id == pair.evidence.reaction.id
            for entry in ranking.entries
            if entry.kind == "concomitant"
            for i in entry.ids
        )

    def _effect(self, answer: Answer, number: int, algorithm: Algorithm) -> str:
        effect = answer.effects[number]
        label = algorithm.categories[effect.category].text(self.words.language)
        return f"{self.say.points(effect.total)} {label}".strip()

    def _flag(self, algorithm: Algorithm, flag: str) -> str:
        """Return what an algorithm remarks; that information is missing stands at the category."""
        if flag in algorithm.flags and flag != "insufficient":
            label = algorithm.flags[flag].label.text(self.words.language)
            return f"{method_name(algorithm.id, self.words)}: {label}"
        return self.words(f"flag.{flag}") if self.words.has(f"flag.{flag}") else ""


def short_answer(item: Item, algorithm: Algorithm, language: str) -> str:
    """Return the letter of a question with its answer, in a word where the code is one."""
    question = algorithm.questions[item.question]
    letter, code = question.letter or item.question, str(item.code)
    if code == "unknown":
        code = "?"
    elif code.islower():
        code = question.options[item.option].label.text(language)
    shown = code if code.startswith(letter) else f"{letter} {code}"
    return f"{shown} {points(item.points)}" if item.points else shown


def _matters(fact: Fact, item: Item, entry: Assessment) -> bool:
    """Tell whether a fact says something about an answer.

    It is read first, an option names its value, or it is certain that nothing can be said.
    """
    options = entry.algorithm.questions[item.question].options
    named = any(fact.value in row.get(fact.name, ()) for o in options for row in o.when)
    return named or item.facts[0] == fact.name or fact.possible == (default(fact.name),)


def _can_be_told(fact: Fact, pair: AssessedPair) -> bool:
    """Tell whether a fact about which nothing is reported could be: no improvement has no why."""
    improved = pair.evidence.facts["course"].value == "improved"
    return improved or fact.name != "improvement_explained_by"


def _facts_read(entry: Assessment) -> Iterable[str]:
    for question in entry.algorithm.questions.values():
        for option in question.options:
            for row in option.when:
                yield from row
