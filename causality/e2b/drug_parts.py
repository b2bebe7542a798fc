"""The drugs of a report in a case file: exposures, re-exposures, and what was said about them."""

from causality.e2b.codes import code_lists, says_nothing
from causality.e2b.draft import Draft, DraftPart
from causality.e2b.icsr import Amount, Icsr, IcsrDose, IcsrDrug, IcsrPair, Value
from causality.e2b.intervals import CALENDAR, Moment, agree, interval_days, length_text
from causality.e2b.links import Links, day_of
from causality.errors import TermError
from causality.terms.dates import Span
from causality.terms.quantities import parse_dose

_RECURRED = {"yes-yes": "yes", "yes-no": "no", "yes-unknown": "unknown"}
_GAP_DAYS = 3
"""Days without the drug from which on a later dosage block is a new exposure."""


def put_drugs(draft: Draft, report: Icsr, links: Links) -> None:
    """Put the drugs of a report into a case file."""
    for number, drug in enumerate(report.drugs):
        _DrugPart(draft, report, links, number, drug).put()


class _DrugPart:
    """One drug on its way into a case file."""

    def __init__(
        self, draft: Draft, report: Icsr, links: Links, number: int, drug: IcsrDrug
    ) -> None:
        self.draft, self.report, self.links = draft, report, links
        self.number, self.drug = number, drug
        self.part = draft.case.part("drugs", number)
        self.id = links.drug_id(drug)
        self.doses: list[IcsrDose] = []

    def put(self) -> None:
        """Put the drug in."""
        draft, drug, part = self.draft, self.drug, self.part
        part.line = drug.line
        self.part.put("id", self.id, drug.line)
        self._names()
        if drug.role.text:
            self.part.put("role", drug.role.text, drug.role.line)
        else:
            draft.remark("E825", "G.k.1", self.id, line=drug.line)
        self.part.put("e2b_id", drug.key, drug.line)
        self._indication()
        self._exposures()
        self._recurrences()
        said = "; ".join(value.text for value in drug.additional if value.text)
        self.part.put("note", said, drug.line)

    def _names(self) -> None:
        drug = self.drug
        substances = [s.text for s in drug.substances if s.text and not says_nothing(s.text)]
        name = drug.name.text or " / ".join(substances)
        if not name:
            self.draft.remark("E826", "G.k.2.2", self.id, line=drug.line)
        self.part.put("name", name or f"? ({self.id})", drug.name.line or drug.line)
        if substances and " / ".join(substances) != name:
            line = drug.substances[0].line
            self.part.put("substance", " / ".join(substances), line)

    def _indication(self) -> None:
        known = [v for v in self.drug.indications if v.text and not says_nothing(v.text)]
        text = "; ".join(value.text or "" for value in known)
        if known:
            self.part.put("indication", text, known[0].line)
        for value in self.drug.indications:
            if value.null:
                self.draft.remark("E813", "G.k.7.r.1", value.null, line=value.line)

    # Exposures.

    def _exposures(self) -> None:
        dated = [d for d in self.drug.doses if d.start.text or d.stop.text]
        self.doses = dated or list(self.drug.doses[:1])
        for dose in self.drug.doses:
            if not any(dose is kept for kept in self.doses):
                shown = dose.text.text or _amount_text(dose.dose) or "-"
                self.draft.remark("E827", "G.k.4.r", f"{self.id}: {shown}", line=dose.line)
        if not self.doses and (self._start() is not None or self._last_dose() is not None):
            self.doses = [IcsrDose(line=self.drug.line)]
        for number, dose in enumerate(self.doses):
            self._exposure(number, dose)

    def _exposure(self, number: int, dose: IcsrDose) -> None:
        draft, part = self.draft, self.part.part("exposures", number)
        start, stop = _when(dose.start), _when(dose.stop)
        computed = self._start()
        if number == 0 and not dose.start.text and computed is not None:
            start = _joined(computed.text(), dose.start)
            draft.remark("E815", "G.k.4.r.4", "G.k.9.i.3.1", computed.text(), dose.line)
        last = None if any(d.stop.text or d.duration for d in self.doses) else self._last_dose()
        if number == len(self.doses) - 1 and last is not None:
            stop = {**last, "null_flavour": dose.stop.null} if dose.stop.null else last
            shown = "/".join(last.values())
            draft.remark("E815", "G.k.4.r.5", "G.k.9.i.3.2", shown, dose.line)
        part.put("start", start, dose.start.line)
        part.put("stop", stop, dose.stop.line)
        self._length(part, dose)
        self._dose(part, dose)
        if dose.every is not None:
            part.put("frequency", _frequency(dose.every), dose.every.line)
        if dose.administrations.text:
            times = dose.administrations
            part.put("administrations", times.text, times.line)
        self._texts(part, dose)

    def _texts(self, part: DraftPart, dose: IcsrDose) -> None:
        draft = self.draft
        part.put("note", dose.text.text, dose.text.line)
        for name, value, element in (
            ("route", dose.route, "G.k.4.r.10"),
            ("batch", dose.batch, "G.k.4.r.7"),
        ):
            if value.text and says_nothing(value.text):
                draft.remark("E828", element, value.text, line=value.line)
            else:
                part.put_value(name, value, element)

    def _length(self, part: DraftPart, dose: IcsrDose) -> None:
        """Put the duration in where there are not two dates; where there are, they are used."""
        if dose.duration is None:
            return
        text = length_text(dose.duration)
        shown = _amount_text(dose.duration)
        line = dose.duration.line
        if text is None:
            self.draft.remark("E821", "G.k.4.r.6", shown, line=line)
            return
        first, last = day_of(dose.start), day_of(dose.stop)
        if first is None or last is None:
            part.put("duration", text, line)
            return
        stated, between = interval_days(dose.duration), last.minus(first)
        # Both ways of counting are met: with the first day and without it.
        if stated is not None and not agree(between, stated):
            dates = f"G.k.4.r.4 {dose.start.text}, G.k.4.r.5 {dose.stop.text}"
            self.draft.remark("E814", "G.k.4.r.6", shown, dates, line)

    def _dose(self, part: DraftPart, dose: IcsrDose) -> None:
        if dose.dose is None:
            return
        unit = code_lists()["dose_units"].get(dose.dose.unit, dose.dose.unit)
        text = f"{dose.dose.number} {unit}".strip()
        try:
            parse_dose(text)
        except TermError:
            self.draft.remark("E821", "G.k.4.r.1", _amount_text(dose.dose), line=dose.dose.line)
            return
        part.put("dose", text, dose.dose.line)

    def _start(self) -> Moment | None:
        """Return the first dose where only an interval tells it."""
        if self.number in self.links.reported.drugs:
            return None
        return self.links.moments.drugs.get(self.number)

    def _last_dose(self) -> dict[str, str] | None:
        """Return the last dose as the interval to the reaction tells it.

        It is the last one before the reaction. Only a treatment that was over has ended with it
        (action not applicable); one that was withdrawn may have gone on to some day after it; one
        that was not stopped says nothing of its end.
        """
        action = self.drug.action.text
        if action not in ("not_applicable", "withdrawn"):
            return None
        for pair in self.drug.pairs:
            number = self.links.reaction_number(pair.reaction)
            onset = None if number is None else self.links.moments.reactions.get(number)
            days = None if pair.since_last is None else interval_days(pair.since_last)
            if onset is None or days is None:
                continue
            last = onset.moved(days, back=True)
            if action == "not_applicable":
                return {"date": last.text()}
            first = Moment(last.clock, Span(last.days.earliest, last.days.earliest))
            return {"from": first.text()}
        return None

    # Re-exposure.

    def _recurrences(self) -> None:
        """Put in what is said of re-administration: on a later exposure, or on one of its own."""
        undated: dict[str, str] = {}
        for pair in self.drug.pairs:
            reaction = self.links.reaction_id(pair.reaction)
            if reaction is None or not pair.recurrence.text:
                continue
            later = self._later_exposure(pair)
            word = _RECURRED.get(pair.recurrence.text)
            if word is None:
                if pair.recurrence.text == "not-done" and later is not None:
                    line = pair.recurrence.line
                    start = self.doses[later].start.text or ""
                    self.draft.remark("E820", "G.k.9.i.4", "4", f"G.k.4.r.4 {start}", line)
                continue
            if later is None:
                undated[reaction] = word
                self._state(pair.recurrence, reaction, word)
            elif word == "yes":
                # It came back on that dosage: an episode of its own, whose date is not given.
                name = f"{self.id}.{later + 1}"
                self.links.recurrences.append((reaction, name, pair.recurrence.line))
            else:
                exposure = self.part.part("exposures", later)
                exposure.part("recurrence").put(reaction, word, pair.recurrence.line)
        if undated:
            self._re_exposure(undated)

    def _state(self, value: Value, reaction: str, word: str) -> None:
        """State a positive re-exposure that the report gives no date for."""
        if word != "yes":
            return
        decision = {
            "pair": [self.id, reaction],
            "fact": "rechallenge",
            "value": "positive",
            "reason": "rechallenge was done, reaction recurred (as reported, without a date)",
            "source": f"{self.report.form} G.k.9.i.4",
        }
        number = len(self.draft.value.get("assessor", ()))
        said = self.draft.case.part("assessor", number)
        said.line = value.line
        said.values.update(decision)

    def _re_exposure(self, recurred: dict[str, str]) -> None:
        number = len(self.part.values.get("exposures", ()))
        if not number:  # it was given before, though nothing is said of when
            first = self.part.part("exposures", 0)
            first.put("start", {"null_flavour": "NI"}, self.drug.line)
            number = 1
        after = [*(f"{reaction}.1.onset" for reaction in recurred), f"{self.id}.1.start"]
        exposure = {
            "purpose": "rechallenge",
            "start": {"after": after, "assumed": "true"},
            "recurrence": dict(recurred),
        }
        part = self.part.part("exposures", number)
        for name, value in exposure.items():
            part.put(name, value, self.drug.line)

    def _later_exposure(self, pair: IcsrPair) -> int | None:
        """Return the last dosage block that certainly began anew after the reaction."""
        number = self.links.reaction_number(pair.reaction)
        onset = None if number is None else self.links.moments.reactions.get(number)
        if onset is None or onset.clock != CALENDAR:
            return None
        found = None
        for place, dose in enumerate(self.doses):
            start = day_of(dose.start)
            after = start is not None and _certainly_after(start, onset.days, 1)
            if start is not None and after and self._stopped_before(start):
                found = place
        return found

    def _stopped_before(self, start: Span) -> bool:
        """Tell whether every block that began before had ended some days earlier."""
        stops = [
            day_of(dose.stop)
            for dose in self.doses
            if (begun := day_of(dose.start)) is not None and _certainly_after(start, begun, 1)
        ]
        return bool(stops) and all(
            stop is not None and _certainly_after(start, stop, _GAP_DAYS) for stop in stops
        )


def _certainly_after(second: Span, first: Span, days: int) -> bool:
    return (
        second.earliest is not None
        and first.latest is not None
        and second.earliest - first.latest >= days
    )


def _when(value: Value) -> object:
    if value.text:
        return value.text
    return {"null_flavour": value.null} if value.null else None


def _joined(text: str, value: Value) -> object:
    return {"date": text, "null_flavour": value.null} if value.null else text


def _amount_text(amount: Amount | None) -> str:
    return "" if amount is None else f"{amount.number} {amount.unit}".strip()


def _frequency(every: Amount) -> str:
    words = code_lists()["dosing_words"].get(every.unit)
    if words:
        return str(words)
    unit = code_lists()["time_units"].get(every.unit, every.unit)
    return f"every {every.number} {unit}"
