"""Sentences about facts, events and answers, in the words of the run."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from causality.assessment.assess import CaseAssessment
from causality.case.events import Event
from causality.case.positions import CALENDAR
from causality.evidence.alternatives import Ground
from causality.evidence.fact import Fact
from causality.evidence.pair import PairEvidence
from causality.evidence.prior_knowledge import UNCONFIRMED
from causality.inquiry.questions import OpenQuestion, wording
from causality.ranking.entries import Statement
from causality.scoring.engine import Score
from causality.scoring.model import Algorithm
from causality.terms.dates import format_span
from causality.timeline.courses import Step
from causality.wording.locale import event_date, number
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
_MOST_EPISODES = 5
_BOTH_BEFORE = re.compile(r"(-\d+)–(-\d+)")
_OF_SEVERAL = {
    "doubt.active_condition": "doubt.active_conditions",
    "doubt.condition": "doubt.conditions",
    "doubt.condition_more_likely": "doubt.conditions_more_likely",
    "doubt.not_shown": "doubt.several_not_shown",
}
_STATED_IN = "G.k.9.i.4"
"""The element of a report that states a re-exposure without its date."""


def _change(before: Step, step: Step) -> str:
    old, new = before.exposure.dose, step.exposure.dose
    ratio = new.ratio_to(old) if old is not None and new is not None else None
    if ratio is None or ratio == 1:
        return "event.exposure_next"
    return "event.exposure_increase" if ratio > 1 else "event.exposure_reduction"


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
        if self.in_report(fact.rule, fact.sources):
            return self.words("rule.stated.in_report", element=_STATED_IN)
        return self.words(f"rule.{fact.rule}", **self._named(fact.params))

    def reason(self, fact: Fact) -> str:
        """Return why a fact has its value; one that somebody stated is named with its value."""
        if fact.rule != "action.stated" and fact.origin != "stated":
            return self.rule(fact)
        return self._stated(fact.name, fact.value, self.rule(fact))

    def origin(self, fact: Fact) -> str:
        """Return who says a fact: the timeline, a person or the report."""
        if self.in_report(fact.rule, fact.sources):
            return self.words("origin.report")
        return self.words(f"origin.{fact.origin}")

    def in_report(self, rule: str, sources: Iterable[str]) -> bool:
        """Tell whether the report that the case was read from states a value, and no person."""
        report = self.result.case.icsr
        if report is None or rule != "stated.by_person":
            return False
        return f"{report.form} {_STATED_IN}" in sources

    def _stated(self, fact: str, value: str, why: str) -> str:
        why = why[:1].lower() + why[1:].rstrip(".")
        text = f"{self.words(f'fact.{fact}')}: {self.words.value(fact, value)}"
        return f"{text[:1].upper()}{text[1:]} ({why})."

    def source(self, key: str) -> str:
        """Return a source as it is cited; one that nobody has seen is marked."""
        cited = self._cited(key)
        seen = cited == self.knowledge.citation(key, self.words.language)
        return cited if seen else f"{cited} [{self.words('report.not_seen')}]"

    def _cited(self, key: str) -> str:
        return self.knowledge.citation(key, self.words.language).removesuffix(UNCONFIRMED)

    def statement(self, statement: Statement) -> str:
        """Return what speaks for or against a cause, or is not known of it, with its remarks."""
        text = self._text(statement)
        remarks = []
        for code, params in statement.remarks:
            if code == "could_be_suppressed":
                remarks.append(self.words("ranking.suppressed", **params))
            elif code.startswith("reason."):
                remarks.append(self.words(code, **self._named(params)))
            elif code in _QUALIFYING:
                remarks.append(self._remark(code, params))
        if not remarks:
            return text
        return f"{text.rstrip('.')} ({'; '.join(remark.rstrip('.') for remark in remarks)})"

    def _text(self, statement: Statement) -> str:
        rule = statement.code.removeprefix("rule.")
        if self.in_report(rule, statement.sources):
            text = self.words("rule.stated.in_report", element=_STATED_IN)
        else:
            code = "ranking.not_coherent" if rule == "onset.not_coherent" else statement.code
            conditions = statement.params.get("conditions")
            if isinstance(conditions, tuple) and len(conditions) > 1:
                code = _OF_SEVERAL.get(code, code)
            text = self.words(code, **self._named(statement.params))
        value = statement.params.get("value")
        if statement.fact is None or value is None:
            return text
        return self._stated(statement.fact, str(value), text)

    def _remark(self, code: str, params: Mapping[str, object]) -> str:
        """Return a remark; that on a treated withdrawal says what the convention makes of it."""
        if code == "steroid_treated_dechallenge":
            choice = self.result.method.conventions.get("treated_dechallenge")
            if choice == "discounted":
                return self.words("flag.steroid_treated_dechallenge_discounted")
        return self.words(f"flag.{code}", **self._named(params))

    def _named(self, params: Mapping[str, object]) -> dict[str, object]:
        """Return parameters with names in place of ids."""
        unknown = self.words("view.unknown_number")
        named = {name: unknown if value == "?" else value for name, value in params.items()}
        before = _BOTH_BEFORE.fullmatch(str(named.get("days", "")))
        if before:
            named["days"] = self.words("view.days_before", first=before[1], last=before[2])
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
        if isinstance(onsets := named.get("onsets"), tuple):
            named["onsets"] = self._episodes(onsets)
        if isinstance(named.get("ratio"), str):
            named["ratio"] = number(str(named["ratio"]), self.words)
        if isinstance(named.get("start"), str):
            named["start"] = self.words(f"start.{named['start']}")
        if "kind" in named:
            named["kind"] = self.words(f"kind.{named['kind']}")
        if "test" in named:
            named["test"] = self.test(str(named["test"]))
            named["result"] = self.words(f"result.{named['result']}")
        return named

    def _condition(self, name: str) -> str:
        """Return a condition as reported; one that only tests brought in by its label."""
        return self.alternative(name) if name in self.knowledge.alternatives else name

    def _episodes(self, onsets: Sequence[str]) -> tuple[str, ...]:
        """Return the first of some episodes with the days on which they began."""
        events = self.result.timeline.events
        shown = onsets if len(onsets) <= _MOST_EPISODES else onsets[: _MOST_EPISODES - 1]
        told = (f"{name.removesuffix('.onset')} ({self.date(events[name])})" for name in shown)
        more = len(onsets) - len(shown)
        return (*told, *([self.words("view.and_more", count=more)] if more else []))

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
        if code == "decision_contradicted" and self.in_report(fact.rule, fact.sources):
            return self.words("flag.report_contradicted", element=_STATED_IN, **params)
        if code == "rests_on_unconfirmed_source":
            name = self.words(f"fact.{fact.name}")
            cited = "; ".join(self._cited(key) for key in fact.sources)
            text = self.words(f"flag.{code}").rstrip(".")
            return f"{name[:1].upper()}{name[1:]}: {text} ({cited})."
        return self._remark(code, params)

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
        """Return when an event was, as the file says it; a day of an anchor in words."""
        where = event.position
        if where is not None and where.clock != CALENDAR and self.words.language != "en":
            return event_date(event, self.words)
        if event.text and event.text != "?":
            return event.text
        if event.position is not None:
            return format_span(event.position.calendar)
        return self.words("event.no_date")

    def what(self, event: Event) -> str:
        """Return what an event is."""
        key = self._dose_changes.get(event.id, f"event.{event.kind}")
        return self.words(key, what=self._subject(event))

    @cached_property
    def _dose_changes(self) -> dict[str, str]:
        """Return what the starts within a course are: no first doses, but other ones."""
        return {
            step.start_event: _change(before, step)
            for drug in self.result.case.drugs
            for course in self.result.snapshot.courses([drug])
            for before, step in pairwise(course.steps)
        }

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
        value = self.words.value(decision.fact, str(decision.value))
        return f"{self.words(f'fact.{decision.fact}')} = {value}"
