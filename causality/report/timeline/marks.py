"""Marks on a panel: dechallenge, rechallenge, latency arrows and investigations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from causality.assessment.assess import AssessedPair
from causality.case.positions import CALENDAR
from causality.evidence.pair import PairEvidence
from causality.measures.values import Start
from causality.ranking.improvement import ended_before
from causality.report.sentences import ReportSentences
from causality.report.timeline.bounds import Bounds
from causality.report.timeline.panels import Panel
from causality.terms.dates import OPEN, Span, span_text
from causality.wording.locale import with_minus

_RESULTS = {"positive": "up", "raised": "up", "negative": "down", "normal": "down", "low": "up"}
_DECHALLENGES = {"withdrawn": "D", "dose_reduced": "DR"}
_SHARP_DAYS, _SHARP_SHARE = 3, 0.03
"""A mark needs a day; one known within so many days, or so much of its panel, has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A dechallenge or rechallenge with its result, ``D+ e1``, and the event that it stands at."""

    drug: str
    event: str | None
    text: str
    tip: str
    after: float = 0.0  # of a day: at its end where it is a last dose


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A dechallenge or rechallenge on its day."""

    drug: str
    day: float
    text: str
    tip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A latency: from a dose to a first sign."""

    start: float
    end: float
    text: str
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """An investigation: where it lies as far as known, and which way its result points."""

    span: Span
    text: str
    tip: str
    sign: str


class Marks:
    """Finds the marks of the panels of one case."""

    def __init__(self, say: ReportSentences, bounds: Bounds) -> None:
        self.say = say
        self.words = say.words
        self.bounds = bounds

    def flags(self, panel: Panel, shown: Sequence[Panel]) -> Iterator[Flag]:
        """Yield dechallenges and rechallenges of every pair; on the whole what no closer look has.

        Parameters
        ----------
        shown
            All the panels of the case.
        """
        closer = [other for other in shown if other.detail and not panel.detail]
        for told in self._all_told():
            day = self._sharp_day(told.event, panel)
            elsewhere = any(self._sharp_day(told.event, other) is not None for other in closer)
            if day is not None and not elsewhere:
                day += told.after
                yield Flag(drug=told.drug, day=day, text=told.text, tip=told.tip)

    def undated(self, shown: Sequence[Panel]) -> list[Told]:
        """Return what stands on none of the panels, because its day is not known."""
        return [
            told
            for told in self._all_told()
            if all(self._sharp_day(told.event, panel) is None for panel in shown)
        ]

    def _all_told(self) -> Iterator[Told]:
        for pair in self.say.result.pairs:
            yield from self._dechallenge(pair)
            yield from self._rechallenges(pair)

    def _dechallenge(self, pair: AssessedPair) -> Iterator[Told]:
        evidence = pair.evidence
        action, course = evidence.facts["action"], evidence.facts["course"]
        event = evidence.withdrawal.action_event
        if action.value not in _DECHALLENGES or ended_before(evidence):
            return  # nothing was taken away from the reaction
        sign = {"improved": "+", "not_improved": "−"}.get(course.value, "?")
        tip = self.words(
            "report.dechallenge_tip",
            action=self.words.value("action", action.value),
            course=self.words.value("course", course.value),
            reaction=evidence.reaction.term,
        )
        last = 1.0 if str(event).endswith(".stop") else 0.0
        text = f"{_DECHALLENGES[action.value]}{sign} {evidence.index.id}"
        yield Told(drug=evidence.key[0], event=event, text=text, tip=tip, after=last)

    def _rechallenges(self, pair: AssessedPair) -> Iterator[Told]:
        evidence = pair.evidence
        negative = evidence.facts["rechallenge"].value == "negative"
        for again in evidence.rechallenge.re_exposures:
            sign = {"yes": "+", "no": "−" if negative else "?"}.get(again.recurred, "?")
            episode = (again.recurrence_event or "").removesuffix(".onset")
            about = episode or str(evidence.reaction.id)
            tip = self.words(
                "report.rechallenge_tip",
                kind=self.words(f"kind.{again.kind}"),
                recurred=self.say.code("yes_no", again.recurred),
                reaction=evidence.reaction.term,
            )
            text = f"R{sign} {about}"
            yield Told(drug=evidence.key[0], event=again.event, text=text, tip=tip)

    def _sharp_day(self, event: str | None, panel: Panel) -> float | None:
        """Return the day of an event on a panel; None where the date says too little of it."""
        day = self._day(event, panel)
        if event is None or day is None:
            return None
        own = self.bounds.own(event, panel.clock)
        open_days = (own.latest or 0) - (own.earliest or 0)
        return (
            day if open_days <= max(_SHARP_DAYS, _SHARP_SHARE * (panel.high - panel.low)) else None
        )

    def _day(self, event: str | None, panel: Panel) -> float | None:
        """Return the day of an event that has one of its own on the clock of the panel."""
        if event is None or not self.bounds.snapshot.sees(event):
            return None
        own = self.bounds.own(event, panel.clock)
        if not own.bounded or not panel.shows(own.earliest, own.latest):
            return None
        return ((own.earliest or 0) + (own.latest or 0)) / 2

    def arrows(self, panel: Panel) -> Iterator[Arrow]:
        """Yield the intervals from first and last dose to the first sign, and of recurrences."""
        for pair in self.say.result.pairs if panel.detail else ():
            evidence = pair.evidence
            onset, drug = evidence.onset, evidence.drug.name
            start, key = self._counted_from(evidence)
            if start is not None and start.event:
                days = span_text(start.latency)
                kind = self.words(f"start.{start.kind}")
                yield from self._arrow(
                    panel,
                    (start.event, onset.onset_event),
                    self.words(key, drug=drug, episode=evidence.index.id, days=days, start=kind),
                )
            since = onset.since_last_dose
            alone = bool(onset.starts) and since == onset.starts[0].latency  # it was one dose
            if since is not None and onset.last_dose_event and not alone:
                days = span_text(since)
                yield from self._arrow(
                    panel,
                    (onset.last_dose_event, onset.onset_event),
                    self.words(
                        "report.arrow_last", drug=drug, episode=evidence.index.id, days=days
                    ),
                )
            for again in evidence.rechallenge.re_exposures:
                if again.recurrence_event and again.event:
                    span = self.say.result.timeline.days(again.event, again.recurrence_event)
                    episode = again.recurrence_event.removesuffix(".onset")
                    text = self.words(
                        "report.arrow_again", drug=drug, episode=episode, days=span_text(span)
                    )
                    yield from self._arrow(panel, (again.event, again.recurrence_event), text)

    def _counted_from(self, evidence: PairEvidence) -> tuple[Start | None, str]:
        """Return the change of dose or product that explains an onset, or else the first dose."""
        onset, told = evidence.onset, evidence.facts["onset"].events
        changes = [s for s in onset.starts if s.kind in ("dose_increase", "product_change")]
        change = next((s for s in changes if s.event in told), None)
        if change is not None:
            return change, "report.arrow_change"
        still = onset.since_last_dose is None
        first = onset.starts[0] if onset.starts else None
        return first, "report.arrow_still" if still else "report.arrow"

    def _arrow(self, panel: Panel, ends: tuple[str, str | None], text: str) -> Iterator[Arrow]:
        start, end = (self._day(event, panel) for event in ends)
        sure = all(self.bounds.own(event, panel.clock).exact for event in ends if event)
        if start is None or end is None or start > end or (start == end and not sure):
            return
        yield Arrow(start=start, end=end, text=with_minus(text), sure=sure)

    def tests(self, panel: Panel) -> Iterator[Test]:
        """Yield the investigations of a panel; one without a date belongs to what it follows."""
        for test in self.say.result.case.investigations:
            name = str(test.id)
            if not self.bounds.snapshot.sees(name):
                continue
            span = self.bounds.of(name, panel.clock)
            own = self.bounds.own(name, panel.clock) != OPEN
            at_home = own or panel.clock == CALENDAR or self.bounds.home(name) == panel.clock
            if not at_home or span == OPEN or not panel.shows(span.earliest, span.latest):
                continue
            result = self.words(f"result.{test.result}") if test.result else ""
            text = ": ".join(filter(None, (test.test, result)))
            date = self.say.date(self.bounds.events[name])
            tip = " · ".join(filter(None, (text, date, test.value, test.note)))
            sign = _RESULTS.get(test.result or "", "other")
            yield Test(span=span, text=text, tip=tip, sign=sign)

    def onsets(self, panel: Panel) -> list[float]:
        """Return the days on which episodes began, exactly known."""
        return [
            float(own.earliest or 0)
            for reaction in self.say.result.case.reactions
            for episode in reaction.episodes
            if self.bounds.snapshot.sees(f"{episode.id}.onset")
            for own in [self.bounds.own(f"{episode.id}.onset", panel.clock)]
            if own.exact and panel.shows(own.earliest, own.latest)
        ]
