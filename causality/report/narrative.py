"""The narrative in the order of individual case reports: what is reported, what is inferred."""

from collections.abc import Iterator

from causality.assessment.assess import AssessedPair
from causality.case.events import Event
from causality.case.model import Condition, Drug, Episode, Reaction
from causality.evidence.fact import NOT_REPORTED
from causality.report.blocks import Block, Line, Listing, Paragraph, Section
from causality.report.header import patient
from causality.report.known import actions_by_then, has_begun, treatments_by_then
from causality.report.sentences import ReportSentences
from causality.report.suspects import open_range, pair_name, result_text
from causality.timeline.courses import Course
from causality.wording.locale import number
from causality.wording.method_names import method_name
from causality.wording.pair_words import PairWords
from causality.wording.ranking_words import RankingWords

_MOST_DOSES = 4
_MOST_PAIRS = 12
_MOST_EPISODES = 24
_INFERRED = (
    "onset",
    "action",
    "course",
    "improvement_explained_by",
    "rechallenge",
    "previous_reaction",
    "prior_knowledge",
    "alternative",
    "event_confirmed",
)


def narrative_section(say: ReportSentences) -> Section:
    """Return the narrative of a case with its conclusion and what follows for the records."""
    told, words = Narrative(say), say.words
    parts = (
        Section(id="narrative-facts", title=words("report.facts"), blocks=tuple(told.facts())),
        Section(
            id="narrative-inferences",
            title=words("report.inferences"),
            blocks=tuple(told.inferences()),
        ),
        Section(id="conclusion", title=words("report.conclusion"), blocks=tuple(told.conclusion())),
    )
    return Section(
        id="narrative", title=words("report.narrative"), parts=tuple(p for p in parts if p.blocks)
    )


class Narrative:
    """Writes the paragraphs of one case."""

    def __init__(self, say: ReportSentences) -> None:
        self.say = say
        self.words = say.words
        self.result = say.result
        self.case = say.result.case
        self.snapshot = say.result.snapshot

    def facts(self) -> Iterator[Block]:
        """Yield what the case reports, in order."""
        case, words = self.case, self.words
        if not (case.drugs or case.reactions or case.conditions or case.investigations):
            return
        yield self._paragraph("patient", f"{self._sentence(patient(self.say))}{self._history()}")
        for drug in case.drugs:
            if drug.role in {"suspect", "interacting"} and has_begun(self.say, drug):
                yield self._paragraph("exposure", self._drug(drug))
        episodes = [
            (reaction, episode)
            for reaction in case.reactions
            for episode in self.snapshot.episodes([reaction])
        ]
        rank = self.result.timeline.rank
        episodes.sort(key=lambda e: rank[f"{e[1].id}.onset"])
        told = self._told_of([str(episode.id) for _, episode in episodes])
        for reaction, episode in episodes:
            if str(episode.id) in told:
                yield self._paragraph("event", self._episode(reaction, episode))
        if len(told) < len(episodes):
            more = words("report.more_episodes", count=len(episodes) - len(told))
            yield Paragraph(more, style="note")
        tests = [self._test(str(t.id)) for t in case.investigations if self._sees(str(t.id))]
        yield self._paragraph("tests", "; ".join(tests) or words("report.none_reported"))
        others = [d.name for d in case.drugs if d.role == "concomitant" and has_begun(self.say, d)]
        given = ", ".join(others) or words("report.no_concomitants")
        yield self._paragraph("concomitants", given)
        if case.note:
            yield self._paragraph("note", case.note)

    def _told_of(self, episodes: list[str]) -> set[str]:
        """Return the episodes to tell of: all, or the first ones and those that answers rest on."""
        if len(episodes) <= _MOST_EPISODES:
            return set(episodes)
        told = set(episodes[: _MOST_EPISODES // 2])
        for pair in self.result.pairs:
            evidence = pair.evidence
            told.add(str(evidence.index.id))
            for again in evidence.rechallenge.re_exposures:
                told.add((again.recurrence_event or "").removesuffix(".onset"))
        return told.intersection(episodes)

    def _paragraph(self, name: str, text: str) -> Paragraph:
        return Paragraph(self._sentence(text), label=self.words(f"report.told.{name}"))

    def _sentence(self, text: str) -> str:
        """Return a text with a capital and a full stop."""
        text = text.strip()
        if not text:
            return ""
        return text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")

    def _sees(self, event: str) -> bool:
        return self.snapshot.sees(event)

    def _date(self, event: str) -> str:
        known = self.result.timeline.events.get(event)
        if known is None or not self._sees(event):
            return self.words("report.not_reported")
        return self.say.date(known)

    def _history(self) -> str:
        begun = [c for c in self.case.conditions if has_begun(self.say, c)]
        told = [self._condition(c) for c in begun if c.present == "yes"]
        absent = [c.term for c in self.case.conditions if c.present == "no"]
        past = [
            f"{p.drug}: {self.say.code('past', p.outcome)} {p.reaction or ''}".strip()
            for p in self.case.past_drugs
        ]
        text = "".join(
            f" {self.words(key, conditions='; '.join(names))}"
            for key, names in (("report.history", told), ("report.history_absent", absent))
            if names
        )
        return text + (f" {self.words('report.past_drugs', drugs='; '.join(past))}" if past else "")

    def _condition(self, condition: Condition) -> str:
        periods = [
            ", ".join(
                filter(
                    None,
                    (
                        self._date(f"{p.id}.start"),
                        self.say.code("activity", p.activity),
                    ),
                )
            )
            for p in condition.periods
            if self._sees(f"{p.id}.start")
        ]
        return f"{condition.term} ({'; '.join(periods)})" if periods else condition.term

    def _drug(self, drug: Drug) -> str:
        words = self.words
        role = self.say.code("role", drug.role)
        name = f"{drug.name} ({role})"
        if drug.indication:
            name = words("report.given_for", drug=name, indication=drug.indication)
        courses = self.snapshot.courses([drug])
        told = [self._course(course, number_) for number_, course in enumerate(courses, 1)]
        if drug.previously_exposed:
            answer = self.say.code("yes_no", drug.previously_exposed)
            told.append(words("report.exposed_before", answer=answer))
        return f"{name}: {'; '.join(told) or words('report.dates_not_reported')}"

    def _course(self, course: Course, number_: int) -> str:
        words = self.words
        purposes = dict.fromkeys(
            self.say.code("purpose", s.exposure.purpose)
            for s in course.steps
            if s.exposure.purpose and s.exposure.purpose != "treatment"
        )
        covers = dict.fromkeys(
            number(c, words) for s in course.steps for c in s.exposure.cover or ()
        )
        cover = words("report.with_cover", cover=tuple(covers)) if covers else ""
        parts = filter(None, (self._doses(course), *purposes, cover))
        start = self._began(course.start_event)
        if course.ongoing:
            text = words("report.course_ongoing", number=number_, start=start)
        else:
            stop = self._date(course.stop_event or "")
            once = course.single or stop == start or not course.stop_event
            key = "report.course_once" if once else "report.course"
            text = words(key, number=number_, start=start, stop=stop)
        details = ", ".join(parts)
        return f"{text} ({details})" if details else text

    def _doses(self, course: Course) -> str:
        """Return the doses of a course: each with its date, or the lowest and the highest."""
        words, steps = self.words, self._steps(course)
        dated = all(date for _, date in steps) and all(s.exposure.dose for s in course.steps)
        if 1 < len(steps) <= _MOST_DOSES and dated:
            return "; ".join(f"{date}: {dose}" for dose, date in steps)
        doses = [s.exposure.dose for s in course.steps if s.exposure.dose]
        shown = [number(text, words) for text in dict.fromkeys(d.text for d in doses)]
        if len(shown) > _MOST_DOSES:
            low, high = (f(doses, key=lambda d: d.amount) for f in (min, max))
            ends = {"low": number(low.text, words), "high": number(high.text, words)}
            dose = words("report.doses", **ends)
        else:
            dose = ", ".join(shown)
        often = dict.fromkeys(
            self.say.frequency(s.exposure.frequency) for s in course.steps if s.exposure.frequency
        )
        return " ".join((dose, *often)).strip()

    def _steps(self, course: Course) -> list[tuple[str, str]]:
        """Return the doses of a course, each with the date from which it was given, if known."""
        steps: list[tuple[str, str]] = []
        for step in course.steps:
            given = step.exposure
            dose = number(given.dose.text, self.words) if given.dose else ""
            text = f"{dose} {self.say.frequency(given.frequency)}".strip()
            if not steps or steps[-1][0] != text:
                steps.append((text, self._date(step.start_event) if step.start else ""))
        return steps

    def _began(self, event: str) -> str:
        """Return when a course began; without a date, what it came after."""
        known = self.result.timeline.events[event]
        if known.position is not None or not known.after:
            return self._date(event)
        events = self.result.timeline.events
        told = (events[name] for name in known.after if name in events)
        before = "; ".join(self._named_event(event) for event in told)
        return self.words("report.began_after", events=before)

    def _named_event(self, event: Event) -> str:
        """Return what an event is, with its date where it has one."""
        dated = event.position is not None
        quoted = self.words("report.quoted", text=self.say.what(event))
        return f"{quoted} ({self.say.date(event)})" if dated else quoted

    def _episode(self, reaction: Reaction, episode: Episode) -> str:
        say, words = self.say, self.words
        where = (say.code("extent", episode.extent), episode.site, episode.phenotype)
        place = ", ".join(filter(None, where))
        first = words(
            "report.first_sign",
            reaction=reaction.term,
            episode=episode.id,
            date=self._date(f"{episode.id}.onset"),
        )
        parts = [f"{first} ({place})" if place else first]
        for drug, action in actions_by_then(say, episode):
            if action not in {"unknown", "not_applicable"}:
                parts.append(f"{drug}: {words.value('action', action)}")
        given = tuple(
            " ".join(filter(None, (t.drug, number(t.dose.text, words) if t.dose else "")))
            for _, t in treatments_by_then(say, episode)
        )
        if given:
            parts.append(words("report.treated_with", treatments=given))
        elif episode.treatment == ():
            parts.append(words("report.not_treated"))
        parts.append(self._outcome(episode))
        if episode.note:
            parts.append(episode.note)
        return " ".join(self._sentence(part) for part in parts if part)

    def _outcome(self, episode: Episode) -> str:
        words = self.words
        outcome = self.snapshot.outcome(episode)
        if outcome is None:
            return words("report.outcome_unknown")
        shown = self.say.code("outcome", outcome)
        for end in ("died", "recovered", "improved", "outcome"):
            event = f"{episode.id}.{end}"
            if self._sees(event):
                known = self.result.timeline.events[event]
                date = self.say.date(known) if known.position else words("report.day_not_reported")
                return words("report.outcome_told", outcome=shown, date=date)
        return words("report.outcome_told", outcome=shown, date=words("report.day_not_reported"))

    def _test(self, event: str) -> str:
        test = next(t for t in self.case.investigations if str(t.id) == event)
        result = self.words(f"result.{test.result}") if test.result else ""
        text = ": ".join(filter(None, (test.test, result)))
        known = self.result.timeline.events[event]
        notes = [test.value, self._date(event), (test.note or "").rstrip(".")]
        if known.assumed:
            notes.append(self.words("event.assumed"))
        return f"{text} ({', '.join(filter(None, notes))})"

    def inferences(self) -> Iterator[Block]:
        """Yield what the method derives for each pair, with what it remarks."""
        for pair in self.result.pairs[:_MOST_PAIRS]:
            yield Listing(title=pair_name(pair), lines=tuple(self._inferred(pair)))
        more = len(self.result.pairs) - _MOST_PAIRS
        if more > 0:
            yield Paragraph(self.words("view.and_more", count=more), style="note")

    def _inferred(self, pair: AssessedPair) -> Iterator[Line]:
        """Yield what each fact of a pair was taken to be, why, and what is remarked."""
        say, words = self.say, self.words
        for name in _INFERRED:
            fact = pair.evidence.facts[name]
            if fact.rule != NOT_REPORTED:
                left_out = PairWords(say).not_counted(pair) if name == "alternative" else ""
                told = (say.rule(fact), left_out, say.possible(fact), *say.flags(fact))
                sentences = " ".join(self._sentence(text) for text in told if text)
                value = words.value(name, fact.value)
                origin = "" if fact.origin == "derived" else f" [{say.origin(fact)}]"
                label = words(f"fact.{name}")
                yield Line(f"{value}{origin}. {sentences}", label=label[:1].upper() + label[1:])

    def conclusion(self) -> Iterator[Block]:
        """Yield the conclusion in words, and what follows for records and reporting."""
        words, about = self.words, RankingWords(self.say)
        for ranking in self.result.ranking:
            if ranking.conclusion is not None:
                text = about.conclusion(ranking.conclusion)
                yield Paragraph(text, label=f"{ranking.reaction.term}:")
        if not self.result.pairs:
            return
        lines = [self._level(pair) for pair in self.result.pairs[:_MOST_PAIRS]]
        yield Paragraph("; ".join(lines) + ".", label=words("report.levels"))
        yield Paragraph(words("report.advice_record"), label=words("report.advice"))
        yield Paragraph(words("report.advice_report"))

    def _level(self, pair: AssessedPair) -> str:
        entry = pair.assessments[0]
        left = open_range(entry, self.say)
        method = method_name(entry.algorithm.id, self.words)
        shown = f"{pair_name(pair)}: {method} {result_text(entry, self.say)}"
        return f"{shown} [{left}]" if left else shown
