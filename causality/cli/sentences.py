"""Sentences about facts, events and answers, in the words of the run."""

from causality.assessment.assess import CaseAssessment
from causality.case.events import Event
from causality.evidence.alternatives import Ground
from causality.evidence.fact import Fact
from causality.evidence.pair import PairEvidence
from causality.inquiry.questions import OpenQuestion, wording
from causality.terms.dates import format_span
from causality.words import Words


class Sentences:
    """Turn codes and parameters of one result into sentences."""

    def __init__(self, words: Words, result: CaseAssessment) -> None:
        self.words = words
        self.result = result
        self.knowledge = result.method.knowledge

    def rule(self, fact: Fact) -> str:
        """Return why a fact has its value."""
        params = dict(fact.params)
        if "alternatives" in params:
            keys = params["alternatives"]
            assert isinstance(keys, tuple)  # noqa: S101
            params["alternatives"] = tuple(self.alternative(key) for key in keys)
        if "drugs" in params:
            params["drugs"] = self._drug_names(params["drugs"])
        if "kind" in params:
            params["kind"] = self.words(f"kind.{params['kind']}")
        return self.words(f"rule.{fact.rule}", **params)

    def _drug_names(self, ids: object) -> tuple[str, ...]:
        names = {str(drug.id): drug.name for drug in self.result.case.drugs}
        return tuple(names.get(str(key), str(key)) for key in ids) if isinstance(ids, tuple) else ()

    def flags(self, fact: Fact) -> list[str]:
        """Return the remarks on a fact."""
        return [self._flag(fact, code, dict(params)) for code, params in fact.flags]

    def _flag(self, fact: Fact, code: str, params: dict[str, object]) -> str:
        if "drugs" in params:
            params["drugs"] = self._drug_names(params["drugs"])
        for name in ("derived", "stated"):
            if name in params:
                params[name] = self.words.value(fact.name, str(params[name]))
        return self.words(f"flag.{code}", **params)

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
        params = dict(ground.params)
        if "test" in params:
            params["test"] = self.test(str(params["test"]))
            params["result"] = self.words(f"result.{params['result']}")
        return self.words(ground.code, **params)

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
