"""Columns of cells in, for every row the number of its set of answers out.

Cells are read once per distinct text, and every rule runs once for each kind of row that it can
tell apart (`causality.batch.keys`): the rules themselves are those of a single case.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, cast

from causality.assessment.method import Method
from causality.batch import answers as rules
from causality.batch.answers import GIVES, Answer, Rule, answer_of, stated_answer
from causality.batch.arrays import ABSENT, Days, Encoded, Packed, lookup
from causality.batch.cells import CellReader
from causality.batch.columns import REMEMBERED, Cells, Fault, Memory
from causality.batch.contract import CHOICES, DATES, KEYS
from causality.batch.keys import (
    Bands,
    Dates,
    Starts,
    knowledge_days,
    onset_keys,
    publication_years,
    rechallenge_keys,
    seen_dates,
    withdrawal_keys,
)
from causality.batch.names import Names, Pair
from causality.batch.row import Row, seen
from causality.evidence.fact import not_reported
from causality.measures.values import YesNoUnknown
from causality.terms.facts import FACTS

if TYPE_CHECKING:
    from causality.batch.arrays import Bools, Ints


LATER = ("reaction_onset", "rechallenge_start", "recurrence_date")
"""Dates that take other cells with them when they are not past: see `causality.batch.row.seen`."""


@dataclass(frozen=True, slots=True)
class Block:
    """What the kernel says about some rows.

    ``answers`` are numbers into the kernel's list for each fact, ``same`` those facts that have one
    answer in all rows; ``faults`` are in order of rows.
    """

    answers: Mapping[str, "Ints"]
    same: Mapping[str, int]
    faults: Sequence[Fault]
    rejected: "Bools"

    @property
    def rows(self) -> int:
        """Return the number of rows."""
        return len(self.rejected)

    def column(self, name: str) -> "Ints":
        """Return the numbers of the answers to a fact."""
        import numpy as np

        if name in self.answers:
            return self.answers[name]
        return np.full(self.rows, self.same[name], dtype=np.int64)


class Kernel:
    """Derives the facts of rows; what it found before, it remembers."""

    def __init__(self, method: Method, reader: CellReader | None = None) -> None:
        self.method = method
        self.reader = reader or CellReader()
        self.names = Names(method.knowledge)
        self.answers: dict[str, list[Answer]] = {name: [] for name in FACTS}
        self._numbers: dict[str, dict[Answer, int]] = {name: {} for name in FACTS}
        self._memory = Memory()
        self._pairs: dict[bytes, _Known] = {}
        self._bands = Bands()
        self._kinds: dict[Rule, dict[bytes, tuple[int, ...]]] = {}
        self._laid: dict[tuple[str, int, int], int] = {}
        self._lock = Lock()
        self._stated = {
            name: [self.number(name, stated_answer(name, value)) for value in FACTS[name]]
            for name in FACTS
        }
        self._nothing = {name: self.number(name, answer_of(not_reported(name))) for name in FACTS}

    def number(self, name: str, answer: Answer) -> int:
        """Return the number of an answer to a fact."""
        with self._lock:
            known = self._numbers[name]
            if answer not in known:
                self.answers[name].append(answer)
                known[answer] = len(known)
            return known[answer]

    def __call__(self, columns: Mapping[str, Encoded], rows: int) -> Block:
        """Return the answers to all facts of some rows, and the faults of their cells."""
        cells = Cells(columns, rows, self.reader, self._memory)
        dates: dict[str, Days] = {name: cells.dates(name) for name in DATES}
        latency = cells.dates("latency_days")
        choices = {name: cells.words(name) for name in CHOICES}
        stated = {name: cells.words(name) for name in FACTS if name in columns}
        for name in KEYS:
            cells.required(name)
        cells.check_order(dates)
        derived = self._derived(columns, dates, latency, choices)
        found = dict(derived)
        for name, values in stated.items():
            found[name] = self._with_stated(name, values, derived.get(name))
        self._nondrug(found, stated)
        same = {name: self._nothing[name] for name in FACTS if name not in found}
        return Block(found, same, cells.sorted_faults(), cells.rejected)

    def _with_stated(self, name: str, stated: "Ints", derived: "Ints | None") -> "Ints":
        """Lay stated values over derived answers; contradictions become remarks."""
        import numpy as np

        values = FACTS[name]
        if derived is None:
            return lookup(np.asarray([*self._stated[name], self._nothing[name]]), stated)
        none, bases = len(values), len(self.answers[name])
        first, codes = Packed(len(stated)).add(derived, bases).add(stated, none + 1).distinct()
        numbers = []
        for base, value in zip(derived[first].tolist(), stated[first].tolist(), strict=True):
            number = base if value == none else self._laid.get((name, base, value))
            if number is None:
                answer = stated_answer(name, values[value], self.answers[name][base])
                number = self._laid[name, base, value] = self.number(name, answer)
            numbers.append(number)
        return lookup(np.asarray(numbers, dtype=np.int64), codes)

    def _nondrug(self, found: dict[str, "Ints"], stated: Mapping[str, "Ints"]) -> None:
        """Let an empty ``alternative_nondrug`` take the value of ``alternative``."""
        import numpy as np

        name, other = "alternative_nondrug", "alternative"
        if other not in found:
            return
        same = [self.number(name, answer) for answer in self.answers[other]]
        taken = lookup(np.asarray(same, dtype=np.int64), found[other])
        if name in stated:
            taken = np.where(stated[name] == len(FACTS[name]), taken, found[name])
        found[name] = taken

    def _derived(
        self,
        columns: Mapping[str, Encoded],
        raw: Dates,
        latency: Days,
        choices: Mapping[str, "Ints"],
    ) -> dict[str, "Ints"]:
        """Return the answers that dates and knowledge give."""
        dates = seen_dates(raw)
        pairs = self._pairs_of(columns, raw)
        rows = _Rows(raw, latency, choices)
        later = {name: rows.later(dates, name) for name in LATER}
        lasting = pairs.each(known.pair.windows.persistence for known in pairs.found)
        starts = Starts.of(dates, latency, lasting)
        onset = onset_keys(starts, pairs.each(known.windows for known in pairs.found), self._bands)
        onset.add(choices["previously_exposed"], len(CHOICES["previously_exposed"]) + 1)
        onset.add(pairs.each(known.pair.reaction.key is not None for known in pairs.found), 2)
        onset.add(later["reaction_onset"], 2)
        recovery = pairs.each(_recovery(known.pair) for known in pairs.found)
        better = withdrawal_keys(dates, starts.since, recovery)
        washout = pairs.each(known.pair.washout for known in pairs.found)
        again = rechallenge_keys(dates, starts.late, choices, washout)
        for name in LATER:
            again.add(later[name], 2)

        def one(row: int) -> tuple[Row, Pair]:
            return rows.seen(row), pairs.of(row)

        return {
            **self._answers(onset, rules.onset_of, one),
            **self._answers(better, rules.withdrawal_of, one),
            **self._answers(again, rules.rechallenge_of, one),
            "prior_knowledge": pairs.each(known.prior for known in pairs.found),
        }

    def _answers(
        self, packed: Packed, rule: Rule, one: Callable[[int], tuple[Row, Pair]]
    ) -> dict[str, "Ints"]:
        """Return what a rule says about all rows; it runs once for each kind of row.

        Parameters
        ----------
        packed
            All that the rule looks at.
        one
            Gives a row and its pair.
        """
        import numpy as np

        known = self._kinds.setdefault(rule, {})
        first, codes = packed.distinct()
        kinds = packed.keys(first)
        found = list(map(known.get, kinds))
        for n in [n for n, numbers in enumerate(found) if numbers is None]:
            facts = rule(*one(int(first[n])))
            if len(known) >= REMEMBERED:
                known.clear()
            numbers = tuple(self.number(fact.name, answer_of(fact)) for fact in facts)
            found[n] = known[kinds[n]] = numbers
        names = GIVES[rule]
        table = np.asarray(found, dtype=np.int64).reshape(-1, len(names))
        return {name: lookup(table[:, n], codes) for n, name in enumerate(names)}

    def _pairs_of(self, columns: Mapping[str, Encoded], dates: Dates) -> "_Pairs":
        """Return the pairs of the rows: what the knowledge says about each as of its day."""
        drug = self._meanings(columns["drug"], "drug", self.names.drug)
        reaction = self._meanings(columns["reaction"], "reaction", self.names.reaction)
        days = knowledge_days(dates)
        years = publication_years(days)
        packed = Packed(len(days))
        for column in (drug, reaction, years):
            packed.add(column, int(column.max(initial=0)) + 1)
        first, codes = packed.distinct()
        places = packed.keys(first)
        found = []
        for row, place in zip(first.tolist(), places, strict=True):
            if place not in self._pairs:
                day = None if days[row] == ABSENT else int(days[row])
                self._pairs[place] = self._known_of(int(drug[row]), int(reaction[row]), day)
            found.append(self._pairs[place])
        return _Pairs(codes, found)

    def _known_of(self, drug: int, reaction: int, day: int | None) -> "_Known":
        pair = self.names.pair(drug, reaction, day, dict(self.method.conventions))
        prior = self.number("prior_knowledge", answer_of(rules.prior_knowledge_of(pair)))
        return _Known(pair, self._bands.number(pair.windows), prior)

    def _meanings(self, column: Encoded, name: str, find: Callable[[str], int]) -> "Ints":
        """Return for every row the number of what its text means."""
        import numpy as np

        kind = f"meaning of {name}"
        known = self._memory.known(kind)

        def look_up(texts: Sequence[str]) -> "Ints":
            values = list(map(known.get, texts))
            for number in [n for n, value in enumerate(values) if value is None]:
                values[number] = known[texts[number]] = find(texts[number])
            return np.asarray(values, dtype=np.int64)

        meanings = np.append(self._memory.tables.of(column, kind, look_up), find(""))
        return lookup(meanings, column.codes)


class _Known(NamedTuple):
    """What is known about a pair, with the numbers of its windows and of its prior knowledge."""

    pair: Pair
    windows: int
    prior: int


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The distinct pairs of some rows, and for every row which of them it has."""

    codes: "Ints"
    found: Sequence[_Known]

    def of(self, row: int) -> Pair:
        """Return the pair of a row."""
        return self.found[int(self.codes[row])].pair

    def each(self, values: Iterable[int]) -> "Ints":
        """Return for every row the value of its pair."""
        import numpy as np

        found: Ints = lookup(np.fromiter(values, np.int64, len(self.found)), self.codes)
        return found


def _recovery(pair: Pair) -> int:
    days = pair.recovery.days("skin_limited")
    return ABSENT if days is None else days


@dataclass(frozen=True, slots=True)
class _Rows:
    """Single rows out of the arrays, for the rules."""

    dates: Dates
    latency: Days
    choices: Mapping[str, "Ints"]

    def later(self, seen_by_then: Dates, name: str) -> "Bools":
        """Return where a date is given and not past at the moment of the row."""
        return self.dates[name].known & ~seen_by_then[name].known

    def seen(self, row: int) -> Row:
        """Return a row as it is seen at its moment."""
        made = Row(
            **{name: days.span(row) for name, days in self.dates.items()},
            latency_days=self.latency.span(row),
            previously_exposed=self._yes_no("previously_exposed", row),
            rechallenge_kind=self._choice("rechallenge_kind", row),
            recurred=self._yes_no("recurred", row),
        )
        return seen(made)

    def _choice(self, name: str, row: int) -> str | None:
        number, values = int(self.choices[name][row]), CHOICES[name]
        return values[number] if number < len(values) else None

    def _yes_no(self, name: str, row: int) -> YesNoUnknown:
        return cast("YesNoUnknown", self._choice(name, row) or "unknown")
