"""The lanes of a panel: drugs, cover, reactions, treatments, conditions and investigations."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from causality.case.exposures import MISSED_DOSE_DAYS
from causality.case.model import Condition, Drug, Episode, Exposure, Period, Treatment
from causality.case.positions import CALENDAR
from causality.errors import TermError
from causality.report.sentences import ReportSentences
from causality.report.timeline.bars import Bar
from causality.report.timeline.bounds import Bounds
from causality.report.timeline.panels import Panel
from causality.terms.dates import OPEN, Span
from causality.terms.quantities import Dose, parse_dose
from causality.wording.locale import number

_ROLES = ("suspect", "interacting", "concomitant")
_AMOUNT = re.compile(r"(.*?)\s+(\d.*)", re.DOTALL)
_ACTIVITY = {"active": "active", "partial_remission": "part", "remission": "calm"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One line of a panel with its bars; ``id`` is that of the drug, reaction or condition."""

    kind: str  # drug, cover, reaction, treatment, condition
    id: str
    label: str
    below: str = ""
    bars: tuple[Bar, ...]


class Lanes:
    """Makes the lanes of the panels of one case."""

    def __init__(self, say: ReportSentences, bounds: Bounds) -> None:
        self.say = say
        self.words = say.words
        self.case = say.result.case
        self.bounds = bounds

    def of(self, panel: Panel) -> list[Lane]:
        """Return the lanes with anything in a panel."""
        drugs = [d for role in _ROLES for d in self.case.drugs if d.role == role]
        found = [self._drug(drug, panel) for drug in drugs]
        found += self._reactions(panel)
        if panel.detail:
            found += [lane for drug in drugs for lane in self._cover(drug, panel)]
            found += self._treatments(panel)
        found += [self._condition(condition, panel) for condition in self.case.conditions]
        return [lane for lane in found if lane.bars]

    def _visible(self, bar: Bar, panel: Panel) -> bool:
        return panel.shows(bar.first, bar.last)

    def _belongs(self, start: str, stop: str | None, panel: Panel) -> bool:
        """Tell whether something without a day of its own on a clock certainly was there then."""
        if panel.clock == CALENDAR or self.bounds.own(start, panel.clock) != OPEN:
            return True
        begun = self.bounds.of(start, panel.clock).latest
        if begun is None or begun >= panel.high:
            return False
        if stop is None:
            return True
        end = self.bounds.of(stop, panel.clock).earliest
        return end is not None and end >= panel.low

    def _at_home(self, event: str, panel: Panel) -> bool:
        """Tell whether an event belongs to the clock of a panel."""
        own = self.bounds.own(event, panel.clock) != OPEN
        return own or panel.clock in {CALENDAR, self.bounds.home(event)}

    def _exposures(self, drug: Drug, panel: Panel) -> list[Exposure]:
        found = []
        for exposure in drug.exposures:
            start = f"{exposure.id}.start"
            stop = None if exposure.ongoing else f"{exposure.id}.stop"
            if self.bounds.snapshot.sees(start) and self._belongs(start, stop, panel):
                found.append(exposure)
        rank = self.say.result.timeline.rank
        return sorted(found, key=lambda e: rank[f"{e.id}.start"])

    def _drug(self, drug: Drug, panel: Panel) -> Lane:
        exposures = self._exposures(drug, panel)
        amounts = [e.dose for e in drug.exposures if e.dose is not None]
        most = max((dose.amount for dose in amounts), default=0.0)
        one_unit = len({dose.unit for dose in amounts}) == 1 and most > 0
        if panel.detail:
            bars = [self._step(drug, e, panel, most if one_unit else 0) for e in exposures]
        else:
            bars = list(self._courses(drug, panel))
        units = {dose.text.split()[-1] for dose in amounts} if amounts else set()
        below = self.say.code("role", drug.role)
        if panel.detail and one_unit and len(units) == 1:
            below += f" · {units.pop()}"
        return Lane(
            kind="drug",
            id=str(drug.id),
            label=drug.name,
            below=below,
            bars=tuple(b for b in bars if self._visible(b, panel)),
        )

    def _courses(self, drug: Drug, panel: Panel) -> Iterator[Bar]:
        """Yield a bar per uninterrupted course, without the steps of its dose."""
        for course in self.bounds.snapshot.courses([drug]):
            stop = self.bounds.of(course.stop_event, panel.clock) if course.stop_event else OPEN
            if course.single and not course.ongoing and not course.stop_event:
                stop = self.bounds.of(course.start_event, panel.clock)
            parts = (self._when(step.exposure) for step in (course.steps[0], course.last))
            yield Bar(
                start=self.bounds.of(course.start_event, panel.clock),
                stop=None if course.ongoing else stop,
                css="drug",
                tip=" · ".join((drug.name, *dict.fromkeys(parts))),
                level=0.6,
            )

    def _step(self, drug: Drug, exposure: Exposure, panel: Panel, most: float) -> Bar:
        start, stop = f"{exposure.id}.start", f"{exposure.id}.stop"
        dose = exposure.dose
        shown = number(dose.text, self.words) if dose else self.words("report.dose_not_reported")
        level = dose.amount / most if dose and most else (1.0 if dose else 0.5)
        tip = [
            drug.name,
            " ".join(filter(None, (shown, self.say.frequency(exposure.frequency)))),
            self._when(exposure),
        ]
        if exposure.cover:
            covers = tuple(number(text, self.words) for text in exposure.cover)
            tip.append(self.words("report.with_cover", cover=covers))
        amount = re.match(r"[\d.,]+", shown)
        return Bar(
            start=self.bounds.of(start, panel.clock),
            stop=None if exposure.ongoing else self._stop(stop, start, panel, exposure),
            css="drug" if dose else "drug nodose",
            tip=" · ".join(tip),
            label=amount[0] if dose and amount else "",
            level=level,
        )

    def _stop(self, stop: str, start: str, panel: Panel, exposure: Exposure) -> Span:
        if self.bounds.snapshot.sees(stop):
            return self.bounds.of(stop, panel.clock)
        if exposure.administrations == 1:
            return self.bounds.of(start, panel.clock)
        return OPEN

    def _when(self, exposure: Exposure) -> str:
        events, sees = self.bounds.events, self.bounds.snapshot.sees
        start = self.say.date(events[f"{exposure.id}.start"])
        if exposure.ongoing:
            return f"{start} – {self.words('report.ongoing')}"
        stop = f"{exposure.id}.stop"
        shown = self.say.date(events[stop]) if sees(stop) else self.words("report.not_reported")
        return start if shown == start else f"{start} – {shown}"

    def _cover(self, drug: Drug, panel: Panel) -> Iterator[Lane]:
        """Yield a lane per drug that was given as cover, its steps joined where they are equal."""
        by_name: dict[str, list[Bar]] = {}
        for exposure in self._exposures(drug, panel):
            step = self._step(drug, exposure, panel, 0)
            for text in exposure.cover or ():
                shown = number(text, self.words)
                match = _AMOUNT.fullmatch(shown)
                name, dose = (match[1], match[2]) if match else (shown, "")
                css = "cover" if dose else "cover nodose"
                bar = Bar(start=step.start, stop=step.stop, css=css, tip=shown, label=dose)
                known = by_name.setdefault(name, [])
                if known and known[-1].label == dose and _follows(known[-1], bar):
                    last = known.pop()
                    bar = replace(last, stop=bar.stop)
                known.append(bar)
        for name, bars in by_name.items():
            scaled, unit = _scaled(bars)
            visible = tuple(b for b in scaled if self._visible(b, panel))
            below = self.words("report.cover_for", drug=drug.name)
            label = f"{name} ({unit})" if unit else name
            yield Lane(kind="cover", id=name, label=label, below=below, bars=visible)

    def _reactions(self, panel: Panel) -> Iterator[Lane]:
        for reaction in self.case.reactions:
            bars = tuple(
                bar
                for episode in reaction.episodes
                if self.bounds.snapshot.sees(f"{episode.id}.onset")
                and self._at_home(f"{episode.id}.onset", panel)
                for bar in [self._episode(reaction.term, episode, panel)]
                if self._visible(bar, panel)
            )
            yield Lane(kind="reaction", id=str(reaction.id), label=reaction.term, bars=bars)

    def _episode(self, term: str, episode: Episode, panel: Panel) -> Bar:
        sees, say = self.bounds.snapshot.sees, self.say
        ends = [f"{episode.id}.{name}" for name in ("died", "recovered")]
        end = next((name for name in ends if sees(name)), None)
        stop: Span | None = self.bounds.of(end, panel.clock) if end else OPEN
        ended = self.bounds.snapshot.outcome(episode)
        if end is None and ended == "not_recovered":
            stop = None
        onset = f"{episode.id}.onset"
        until = say.date(self.bounds.events[end]) if end else self.words("report.not_reported")
        outcome = say.code("outcome", ended)
        dates = f"{say.date(self.bounds.events[onset])} – {until}"
        return Bar(
            start=self.bounds.of(onset, panel.clock),
            stop=stop,
            css="reaction",
            tip=" · ".join(filter(None, (f"{term} ({episode.id})", dates, outcome))),
            label=str(episode.id),
        )

    def _treatments(self, panel: Panel) -> Iterator[Lane]:
        by_name: dict[str, list[Bar]] = {}
        for reaction in self.case.reactions:
            for episode in reaction.episodes:
                onset = f"{episode.id}.onset"
                if not self.bounds.snapshot.sees(onset) or not self._at_home(onset, panel):
                    continue
                for number_, treatment in enumerate(episode.treatment or (), 1):
                    bar = self._treatment(episode, treatment, number_, panel)
                    if bar and self._visible(bar, panel):
                        by_name.setdefault(treatment.drug, []).append(bar)
        for name, bars in by_name.items():
            below = self.words(
                "report.treatment_of", episodes=tuple(b.css.split()[1] for b in bars)
            )
            shown = tuple(
                Bar(start=b.start, stop=b.stop, css="treatment", tip=b.tip, label=b.label)
                for b in bars
            )
            yield Lane(kind="treatment", id=name, label=name, below=below, bars=shown)

    def _treatment(
        self, episode: Episode, treatment: Treatment, index: int, panel: Panel
    ) -> Bar | None:
        base = f"{episode.id}.treatment.{index}"
        if not self.bounds.snapshot.sees(f"{base}.start"):
            return None
        start = self.bounds.of(f"{base}.start", panel.clock)
        stop = self.bounds.of(f"{base}.stop", panel.clock)
        dose = number(treatment.dose.text, self.words) if treatment.dose else ""
        date = self.say.date(self.bounds.events[f"{base}.start"])
        tip = " · ".join(filter(None, (treatment.drug, dose, date)))
        return Bar(start=start, stop=stop, css=f"treatment {episode.id}", tip=tip, label=dose)

    def _condition(self, condition: Condition, panel: Panel) -> Lane:
        bars = []
        for period, stop in self._periods(condition):
            if self._belongs(f"{period.id}.start", stop, panel):
                bar = self._period(condition, period, stop, panel)
                if self._visible(bar, panel):
                    bars.append(bar)
        return Lane(kind="condition", id=str(condition.id), label=condition.term, bars=tuple(bars))

    def _until(self, start: str, end: str | None, panel: Panel) -> Span:
        """Return when a period ended: at its end, or somewhere before the next one began."""
        last = self.bounds.of(end, panel.clock)
        if end is None or self.bounds.events[end].kind == "condition_stop":
            return last
        return Span(self.bounds.of(start, panel.clock).latest, last.latest)

    def _periods(self, condition: Condition) -> Iterator[tuple[Period, str | None]]:
        """Yield the periods that have begun with the event that ends each, in order of time.

        One whose end is not reported lasts at most until the next begins.
        """
        rank, sees = self.say.result.timeline.rank, self.bounds.snapshot.sees
        begun = [p for p in condition.periods if sees(f"{p.id}.start")]
        begun.sort(key=lambda p: rank[f"{p.id}.start"])
        for period, following in zip_longest(begun, begun[1:]):
            stop = f"{period.id}.stop"
            if sees(stop):
                yield period, stop
            else:
                yield period, f"{following.id}.start" if following else None

    def _period(self, condition: Condition, period: Period, end: str | None, panel: Panel) -> Bar:
        events, sees = self.bounds.events, self.bounds.snapshot.sees
        start, stop = f"{period.id}.start", f"{period.id}.stop"
        activity = self.say.code("activity", period.activity)
        until = self.say.date(events[stop]) if sees(stop) else self.words("report.not_reported")
        if period.ongoing:
            until = self.words("report.ongoing")
        tip = (condition.term, activity, f"{self.say.date(events[start])} – {until}", period.note)
        state = _ACTIVITY.get(period.activity or "", "calm" if period.activity else "present")
        return Bar(
            start=self.bounds.of(start, panel.clock),
            stop=None if period.ongoing else self._until(start, end, panel),
            css=f"condition {state}",
            tip=" · ".join(filter(None, tip)),
            label=activity,
        )


def _follows(first: Bar, second: Bar) -> bool:
    """Tell whether one bar follows another without an interruption."""
    last, begin = first.last, second.first
    return last is not None and begin is not None and begin - last <= MISSED_DOSE_DAYS


def _scaled(bars: Sequence[Bar]) -> tuple[list[Bar], str]:
    """Return cover drawn to the scale of its doses, and their unit, where they share one."""
    doses = [dose for bar in bars if (dose := _dose(bar.label))]
    units = {dose.text.split(maxsplit=1)[-1] for dose in doses}
    most = max((dose.amount for dose in doses), default=0.0)
    if len(units) != 1 or not most:
        return list(bars), ""
    scaled = []
    for bar in bars:
        dose = _dose(bar.label)
        level = dose.amount / most if dose else 0.5
        scaled.append(
            replace(bar, level=level, label=bar.label.split(maxsplit=1)[0] if dose else "")
        )
    return scaled, units.pop()


def _dose(text: str) -> Dose | None:
    try:
        return parse_dose(text)
    except TermError:
        return None
