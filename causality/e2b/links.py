"""Which drug and which reaction belong together, and when each began as far as that is known."""

from causality.e2b.draft import Draft
from causality.e2b.icsr import Amount, Icsr, IcsrDrug, Value
from causality.e2b.intervals import (
    CALENDAR,
    Interval,
    Moment,
    Moments,
    agree,
    first_days,
    interval_days,
)
from causality.errors import TermError
from causality.terms.dates import Span, parse_date


class Links:
    """The ids of a report's drugs and reactions, and their moments.

    ``computed`` holds the drugs and reactions whose date comes from an interval.
    """

    def __init__(self, report: Icsr, draft: Draft) -> None:
        self.report = report
        self._draft = draft
        self.recurrences: list[tuple[str, str, int]] = []  # reaction, exposure, line
        self._drugs: dict[int, str] = {}
        self._drug_keys: dict[str, str] = {}
        for number, drug in enumerate(report.drugs, 1):
            self._drugs[id(drug)] = f"d{number}"
            if drug.key in self._drug_keys:
                draft.remark("E824", "G.k", drug.key, self._drug_keys[drug.key], drug.line)
            self._drug_keys.setdefault(drug.key, f"d{number}")
        self._reactions: dict[str, str] = {}
        for number, reaction in enumerate(report.reactions, 1):
            if reaction.key in self._reactions:
                known = self._reactions[reaction.key]
                draft.remark("E824", "E.i", reaction.key, known, reaction.line)
            self._reactions.setdefault(reaction.key, f"r{number}")
        self.moments = Moments(
            first_days(
                {
                    n: Moment(CALENDAR, span)
                    for n, drug in enumerate(report.drugs)
                    if (span := first_dose(drug)) is not None
                }
            ),
            first_days(
                {
                    n: Moment(CALENDAR, span)
                    for n, reaction in enumerate(report.reactions)
                    if (span := day_of(reaction.start)) is not None
                }
            ),
        )
        self.reported = Moments(dict(self.moments.drugs), dict(self.moments.reactions))
        self._spread()

    @property
    def clocks(self) -> list[str]:
        """Return the anchors that reactions without a date are counted from."""
        return self.moments.clocks

    def drug_id(self, drug: IcsrDrug) -> str:
        """Return the id of a drug."""
        return self._drugs[id(drug)]

    def drug_of(self, key: str) -> str | None:
        """Return the id of the drug that a reference names."""
        return self._drug_keys.get(key)

    def reaction_id(self, key: str) -> str | None:
        """Return the id of the reaction that a reference names."""
        return self._reactions.get(key)

    def reaction_number(self, key: str) -> int | None:
        """Return the place of the reaction that a reference names."""
        name = self._reactions.get(key)
        return None if name is None else int(name[1:]) - 1

    def _spread(self) -> None:
        found: list[Interval] = []
        for number, drug in enumerate(self.report.drugs):
            for pair in drug.pairs:
                reaction = self.reaction_number(pair.reaction)
                days = self._days(pair.since_first)
                if reaction is None or days is None or pair.since_first is None:
                    continue
                interval = Interval(number, reaction, days)
                if not self._contradicts(interval, pair.since_first):
                    found.append(interval)
        self.moments.spread(found)
        self._drop_impossible()

    def _drop_impossible(self) -> None:
        for kind in (self.moments.drugs, self.moments.reactions):
            for number in [n for n, moment in kind.items() if not moment.possible]:
                del kind[number]

    def _days(self, amount: Amount | None) -> Span | None:
        if amount is None:
            return None
        days = interval_days(amount)
        if days is None:
            text = f"{amount.number} {amount.unit}".strip()
            self._draft.remark("E821", "G.k.9.i.3", text, line=amount.line)
        return days

    def _contradicts(self, interval: Interval, amount: Amount) -> bool:
        """Tell whether two reported dates say something else; the dates are used then."""
        start = self.moments.drugs.get(interval.drug)
        onset = self.moments.reactions.get(interval.reaction)
        if start is None or onset is None:
            return False
        between = onset.days.minus(start.days)
        if agree(between, interval.days):
            return False
        dates = f"G.k.4.r.4 {start.text()}, E.i.4 {onset.text()}"
        text = f"{amount.number} {amount.unit}"
        self._draft.remark("E814", "G.k.9.i.3.1", text, dates, amount.line)
        return True


def day_of(value: Value) -> Span | None:
    """Return the days that a reported date can mean; None where there is none."""
    if not value.text:
        return None
    try:
        return parse_date(value.text)
    except TermError:
        return None


def first_dose(drug: IcsrDrug) -> Span | None:
    """Return the days on which a drug can have begun, by its dosage blocks."""
    starts = [span for dose in drug.doses if (span := day_of(dose.start)) is not None]
    return min(starts, key=lambda s: (s.earliest or 0, s.latest or 0), default=None)
