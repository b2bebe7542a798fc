"""Sentences about facts, events and answers, in the words of the run."""

from collections.abc import Callable, Mapping

from causality.assessment.assess import CaseAssessment
from causality.case.events import Event
from causality.evidence.alternatives import Ground
from causality.evidence.fact import Fact
from causality.evidence.pair import PairEvidence
from causality.evidence.prior_knowledge import UNCONFIRMED
from causality.inquiry.questions import OpenQuestion, wording
from causality.ranking.entries import Statement
from causality.scoring.engine import Score
from causality.scoring.model import Algorithm
from causality.terms.dates import format_span
from causality.wording.results import points
from causality.words import Words

_QUALIFYING = frozenset(
    {
        "dechallenge_does_not_discriminate",
        "steroid_treated_dechallenge",
        "interval_to_improvement_not_reported",
        "late_improvement",
    }
)
"""Remarks that change what a statement is worth; the others stand with the pair."""


class Sentences:
    """Turn codes and parameters of one result into sentences."""

    def __init__(self, words: Words, result: CaseAssessment) -> None:
        self.words = words
        self.result = result
        self.knowledge = result.method.knowledge

    def points(self, total: int | None) -> str:
        """Return points with their sign."""
        return points(total)

    def outcome(self, algorithm: Algorithm, score: Score) -> str:
        """Return a total, or a category where no points are added."""
        if score.total is not None:
            return self.points(score.total)
        return algorithm.categories[score.category].text(self.words.language)

    def rule(self, fact: Fact) -> str:
        """Return why a fact has its value."""
        return self.words(f"rule.{fact.rule}", **self._named(fact.params))

    def source(self, key: str) -> str:
        """Return a source as it is cited; one that nobody has seen is marked."""
        text = self.knowledge.citation(key)
        seen = text.removesuffix(UNCONFIRMED)
        return text if seen == text else f"{seen} [{self.words('report.not_seen')}]"

    def statement(self, statement: Statement) -> str:
        """Return what speaks for or against a cause, or is not known of it, with its remarks."""
        text = self.words(statement.code, **self._named(statement.params))
        remarks = []
        for code, params in statement.remarks:
            if code == "could_be_suppressed":
                remarks.append(self.words("ranking.suppressed", **params))
            elif code in _QUALIFYING:
                remarks.append(self.words(f"flag.{code}", **self._named(params)))
        if not remarks:
            return text
        return f"{text.rstrip('.')} ({'; '.join(remark.rstrip('.') for remark in remarks)})"

    def _named(self, params: Mapping[str, object]) -> dict[str, object]:
        """Return parameters with names in place of ids."""
        unknown = self.words("view.unknown_number")
        named = {name: unknown if value == "?" else value for name, value in params.items()}
        translations: dict[str, Callable[[str], str]] = {
            "alternatives": self.alternative,
            "conditions": self._condition,
            "drugs": self._drug,
            "tests": self.test,
            "facts": lambda key: self.words(f"fact.{key}"),
        }
        for name, translate in translations.items():
            keys = named.get(name)
            if isinstance(keys, tuple):
                named[name] = tuple(translate(str(key)) for key in keys)
        if "kind" in named:
            named["kind"] = self.words(f"kind.{named['kind']}")
        if "test" in named:
            named["test"] = self.test(str(named["test"]))
            named["result"] = self.words(f"result.{named['result']}")
        return named

    def _condition(self, name: str) -> str:
        """Return a condition as reported; one that only tests brought in by its label."""
        return self.alternative(name) if name in self.knowledge.alternatives else name

    def _drug(self, key: str) -> str:
        """Return the name of a drug of the case; other names stay as they are."""
        return next((d.name for d in self.result.case.drugs if str(d.id) == key), key)

    def flags(self, fact: Fact) -> list[str]:
        """Return the remarks on a fact."""
        return [
            self._flag(fact, code, dict(params))
            for code, params in fact.flags
            if f"{fact.name}.{code}" != fact.rule  # the rule has said it
        ]

    def _flag(self, fact: Fact, code: str, params: dict[str, object]) -> str:
        for name in ("derived", "stated"):
            if name in params:
                params[name] = self.words.value(fact.name, str(params[name]))
        return self.words(f"flag.{code}", **self._named(params))

    def alternative(self, key: str) -> str:
        """Return the name of an alternative."""
        return self.knowledge.alternatives[key].label.text(self.words.language)

    def test(self, key: str) -> str:
        """Return the name of a test."""
        entry = self.knowledge.tests.get(key)
        return entry.label.text(self.words.language) if entry else key

    def question(self, question: OpenQuestion, pair: PairEvidence) -> str:
        """Return an open question, with the names of what it is about."""
        return wording(question, pair, self.result.case, self.knowledge, self.words.language)

    def ground(self, ground: Ground) -> str:
        """Return a reason for or against an alternative."""
        return self.words(ground.code, **self._named(ground.params))

    def possible(self, fact: Fact) -> str:
        """Return the values that are still possible, when there is more than one."""
        if fact.known:
            return ""
        values = " / ".join(self.words.value(fact.name, value) for value in fact.possible)
        return self.words("view.still_possible", values=values)

    def event(self, name: str) -> str:
        """Return an event with its date: ``D0 day 3: first sign: … (e1.onset)``."""
        event = self.result.timeline.events[name]
        text = f"{self.date(event)} · {self.what(event)} ({name})"
        return f"{text} [{self.words('event.assumed')}]" if event.assumed else text

    def date(self, event: Event) -> str:
        """Return when an event was, as the file says it."""
        if event.text and event.text != "?":
            return event.text
        if event.position is not None:
            return format_span(event.position.calendar)
        return self.words("event.no_date")

    def what(self, event: Event) -> str:
        """Return what an event is."""
        return self.words(f"event.{event.kind}", what=self._subject(event))

    def _subject(self, event: Event) -> str:
        case, path = self.result.case, event.path
        kind, number = str(path[0]), int(path[1])
        if kind == "drugs":
            drug = case.drugs[number]
            exposure = drug.exposures[int(path[3])]
            return " ".join(filter(None, (drug.name, exposure.dose.text if exposure.dose else "")))
        if kind == "reactions":
            reaction = case.reactions[number]
            if "treatment" in path:
                episode = reaction.episodes[int(path[3])]
                return (episode.treatment or ())[int(path[5])].drug
            return reaction.term
        if kind == "conditions":
            return case.conditions[number].term
        if kind == "investigations":
            test = case.investigations[number]
            result = self.words(f"result.{test.result}") if test.result else ""
            return ": ".join(filter(None, (test.test, result)))
        if kind == "past_drugs":
            return case.past_drugs[number].drug
        decision = case.assessor[number]
        return f"{decision.fact} = {decision.value}"
