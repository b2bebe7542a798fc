"""What the case holds, as tables: exposures, intervals, reactions, conditions, tests, events."""

from collections.abc import Iterator

from causality.case.model import Drug, Episode, Exposure, Reaction
from causality.report.blocks import Cell, Row, Section, Table, row
from causality.report.known import actions_by_then, treatments_by_then
from causality.report.sentences import ReportSentences
from causality.terms.dates import OPEN, Span, span_text
from causality.wording.locale import number, with_minus


class Records:
    """Makes the tables of one case; what was not known at the moment is left out."""

    def __init__(self, say: ReportSentences) -> None:
        self.say = say
        self.words = say.words
        self.result = say.result
        self.case = say.result.case
        self.snapshot = say.result.snapshot

    def section(self) -> Section:
        """Return all tables that have rows."""
        tables = (
            self._exposures(),
            self._intervals(),
            self._reactions(),
            self._treatments(),
            self._conditions(),
            self._tests(),
            self._past_drugs(),
            self._decisions(),
            self._events(),
        )
        return Section(
            id="records",
            title=self.words("report.records"),
            blocks=tuple(table for table in tables if table.rows),
        )

    def _table(self, name: str, columns: str, rows: Iterator[Row], *wide: int) -> Table:
        return Table(
            caption=self.words(f"report.table.{name}"),
            columns=tuple(self.words(f"report.{column}") for column in columns.split()),
            rows=tuple(rows),
            wide=frozenset(wide),
        )

    def _exposures(self) -> Table:
        columns = "drug role dose start stop conditions_of_use recurrence"
        return self._table("exposures", columns, self._exposure_rows(), 5)

    def _exposure_rows(self) -> Iterator[Row]:
        for drug in self.case.drugs:
            name = Cell(drug.name, below=self._about(drug))
            for exposure in drug.exposures:
                if self.snapshot.sees(f"{exposure.id}.start"):
                    yield self._exposure(drug, exposure, name)
                    name = Cell(drug.name)
            if not drug.exposures:
                role = self.say.code("role", drug.role)
                yield row(name, role, "", self._nothing, self._nothing, drug.note or "", "")

    def _about(self, drug: Drug) -> str:
        words = self.words
        parts = [drug.substance, drug.atc]
        if drug.indication:
            parts.append(words("report.indicated", indication=drug.indication))
        if drug.previously_exposed:
            answer = self.say.code("yes_no", drug.previously_exposed)
            parts.append(words("report.exposed_before", answer=answer))
        return " · ".join(filter(None, parts))

    @property
    def _nothing(self) -> str:
        return self.words("report.not_reported")

    def _exposure(self, drug: Drug, exposure: Exposure, name: Cell) -> Row:
        say = self.say
        dose = number(exposure.dose.text, self.words) if exposure.dose else ""
        taken = (dose, self.say.frequency(exposure.frequency), exposure.route)
        cover = [number(text, self.words) for text in exposure.cover or ()]
        use = [say.code("purpose", exposure.purpose), exposure.product, exposure.batch]
        if cover:
            use.append(self.words("report.with_cover", cover=tuple(cover)))
        elif exposure.cover is not None:
            use.append(self.words("report.no_cover"))
        use.append(exposure.note)
        terms = {str(reaction.id): reaction.term for reaction in self.case.reactions}
        recurred = (
            f"{terms.get(name, '')}: {say.code('yes_no', answer)}".removeprefix(": ")
            for name, answer in exposure.recurrence.items()
            if self.snapshot.moment.whole or self.snapshot.sees(f"{exposure.id}.stop")
        )
        return row(
            name,
            say.code("role", drug.role),
            " · ".join(filter(None, taken)),
            self._date(f"{exposure.id}.start"),
            self._stop(exposure),
            " · ".join(filter(None, use)),
            "; ".join(recurred),
        )

    def _stop(self, exposure: Exposure) -> str:
        if exposure.ongoing:
            return self.words("report.ongoing")
        return self._date(f"{exposure.id}.stop")

    def _date(self, event: str) -> str:
        """Return when an event was; one that is not there, or not known yet, is not reported."""
        known = self.result.timeline.events.get(event)
        if known is None or not self.snapshot.sees(event):
            return self._nothing
        shown = self.say.date(known)
        if known.position is None and known.after:
            shown += f" ({self.words('report.after', events=known.after)})"
        return f"{shown} [{self.words('event.assumed')}]" if known.assumed else shown

    def _intervals(self) -> Table:
        columns = "drug reaction from_first_dose from_last_dose action re_exposures"
        return self._table("intervals", columns, self._interval_rows(), 5)

    def _interval_rows(self) -> Iterator[Row]:
        for pair in self.result.pairs:
            evidence, words = pair.evidence, self.words
            onset = evidence.onset
            first = self._days(onset.starts[0].latency if onset.starts else OPEN)
            still = onset.since_last_dose is None
            last = words("report.still_taken") if still else self._days(onset.since_last_dose)
            again = "; ".join(
                words(
                    "report.re_exposure",
                    kind=words(f"kind.{r.kind}"),
                    recurred=self.say.code("yes_no", r.recurred),
                    gap=self._days(r.gap),
                )
                for r in evidence.rechallenge.re_exposures
            )
            action = words.value("action", evidence.facts["action"].value)
            reaction = Cell(evidence.reaction.term, below=str(evidence.index.id))
            yield row(evidence.drug.name, reaction, first, last, action, again)

    def _days(self, span: Span | None) -> str:
        """Return an interval in days, in words where nothing is known of it."""
        return self.words("view.unknown_number") if span == OPEN else with_minus(span_text(span))

    def _seen_episodes(self) -> Iterator[tuple[Reaction, Episode]]:
        for reaction in self.case.reactions:
            for episode in reaction.episodes:
                if self.snapshot.sees(f"{episode.id}.onset"):
                    yield reaction, episode

    def _reactions(self) -> Table:
        columns = "reaction episode first_sign_column end outcome extent actions note"
        return self._table("reactions", columns, self._reaction_rows(), 7)

    def _reaction_rows(self) -> Iterator[Row]:
        say = self.say
        for reaction, episode in self._seen_episodes():
            serious = ", ".join(say.code("seriousness", s) for s in reaction.seriousness or ())
            place = (say.code("extent", episode.extent), episode.site, episode.phenotype)
            actions = (
                f"{drug}: {self._action(action)}" for drug, action in actions_by_then(say, episode)
            )
            yield row(
                Cell(reaction.term, below=serious),
                str(episode.id),
                self._date(f"{episode.id}.onset"),
                self._end(episode),
                say.code("outcome", self.snapshot.outcome(episode)),
                " · ".join(filter(None, place)),
                "; ".join(actions),
                " ".join(filter(None, (episode.note, reaction.note))),
            )

    def _action(self, action: str) -> str:
        if action == "not_applicable":
            return self.words("report.not_applicable")
        return self.words.value("action", action)

    def _end(self, episode: Episode) -> str:
        for name in ("died", "recovered", "improved"):
            if self.snapshot.sees(f"{episode.id}.{name}"):
                return self._date(f"{episode.id}.{name}")
        return self._nothing

    def _treatments(self) -> Table:
        columns = "episode treatment dose start stop note"
        return self._table("treatments", columns, self._treatment_rows(), 5)

    def _treatment_rows(self) -> Iterator[Row]:
        for _, episode in self._seen_episodes():
            for base, treatment in treatments_by_then(self.say, episode):
                dose = number(treatment.dose.text, self.words) if treatment.dose else ""
                yield row(
                    str(episode.id),
                    treatment.drug,
                    " · ".join(filter(None, (dose, treatment.route))),
                    self._date(f"{base}.start"),
                    self._date(f"{base}.stop"),
                    treatment.note or "",
                )

    def _conditions(self) -> Table:
        columns = "condition present start stop activity note"
        return self._table("conditions", columns, self._condition_rows(), 5)

    def _condition_rows(self) -> Iterator[Row]:
        for condition in self.case.conditions:
            present = self.say.code("yes_no", condition.present)
            for period in condition.periods:
                if self.snapshot.sees(f"{period.id}.start"):
                    stop = self.words("report.ongoing")
                    yield row(
                        condition.term,
                        present,
                        self._date(f"{period.id}.start"),
                        stop if period.ongoing else self._date(f"{period.id}.stop"),
                        self.say.code("activity", period.activity),
                        " ".join(filter(None, (period.note, condition.note))),
                    )
            if not condition.periods:  # history without dates
                nothing = self._nothing
                yield row(condition.term, present, nothing, nothing, "", condition.note or "")

    def _tests(self) -> Table:
        columns = "date test result value concerns note"
        terms = {str(reaction.id): reaction.term for reaction in self.case.reactions}
        rows = (
            row(
                self._date(str(test.id)),
                test.test,
                self.words(f"result.{test.result}") if test.result else self._nothing,
                test.value or "",
                ", ".join(terms.get(name, name) for name in test.concerns),
                test.note or "",
            )
            for test in self.case.investigations
            if self.snapshot.sees(str(test.id))
        )
        return self._table("tests", columns, rows, 3, 5)

    def _past_drugs(self) -> Table:
        rows = (
            row(
                past.drug,
                self._date(f"past.{index}"),
                self.say.code("past", past.outcome),
                past.reaction or "",
                past.note or "",
            )
            for index, past in enumerate(self.case.past_drugs, 1)
        )
        return self._table("past_drugs", "drug date outcome reaction note", rows, 4)

    def _decisions(self) -> Table:
        words = self.words
        rows = (
            row(
                Cell(words(f"fact.{d.fact}"), below=" – ".join(d.pair)),
                words.value(d.fact, d.value),
                d.reason,
                d.source or "",
                " · ".join(filter(None, (d.by, self._decided_on(index)))),
            )
            for index, d in enumerate(self.case.assessor, 1)
        )
        return self._table("decisions", "fact value reason source decided", rows, 2)

    def _decided_on(self, index: int) -> str:
        decision = self.case.assessor[index - 1]
        return self._date(f"decision.{index}") if decision.date else ""

    def _events(self) -> Table:
        known = self.result.timeline
        rows = (
            row(
                self._date(name),
                self.say.what(event),
                Cell(name),
                Cell(".".join(str(step) for step in event.path)),
                key=f"event-{name}",
            )
            for name in known.sequence
            if self.snapshot.sees(name)
            for event in [known.events[name]]
        )
        return self._table("events", "date event event_id in_file", rows, 1)
