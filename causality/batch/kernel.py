"""Columns of cells in, for every row the number of its set of answers out.

Cells are read once per distinct text, and every rule runs once for each kind of row that it can
tell apart (`causality.batch.keys`): the rules themselves are those of a single case.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, cast

from causality.assessment.method import Method
from causality.batch import answers as rules
from causality.batch.answers import DERIVED, Answer, answer_of, stated_answer
from causality.batch.arrays import (
    ABSENT,
    Days,
    Encoded,
    distinct,
)
from causality.batch.cells import CellReader
from causality.batch.columns import REMEMBERED, Cells, Fault
from causality.batch.contract import CHOICES, DATES, KEYS
from causality.batch.keys import (
    Bands,
    Dates,
    knowledge_days,
    onset_keys,
    publication_years,
    rechallenge_keys,
    seen_dates,
    withdrawal_keys,
)
from causality.batch.names import Names, Pair
from causality.batch.row import Row, seen
from causality.evidence.fact import Fact, not_reported
from causality.measures.values import YesNoUnknown
from causality.terms.facts import FACTS

if TYPE_CHECKING:
    from causality.batch.arrays import Bools, Ints


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
        self._read: dict[str, dict[str, object]] = {}
        self._pairs: dict[tuple[int, int, int], Pair] = {}
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
        cells = Cells(columns, rows, self.reader, self._read)
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
            return np.asarray([*self._stated[name], self._nothing[name]])[stated]
        size = len(values) + 1
        first, codes = distinct(derived * size + stated)
        numbers = []
        for row in first.tolist():
            value, base = int(stated[row]), int(derived[row])
            numbers.append(
                base
                if value == len(values)
                else self.number(name, stated_answer(name, values[value], self.answers[name][base]))
            )
        return np.asarray(numbers, dtype=np.int64)[codes]

    def _nondrug(self, found: dict[str, "Ints"], stated: Mapping[str, "Ints"]) -> None:
        """Let an empty ``alternative_nondrug`` take the value of ``alternative``."""
        import numpy as np

        name, other = "alternative_nondrug", "alternative"
        if other not in found:
            return
        same = [self.number(name, answer) for answer in self.answers[other]]
        taken = np.asarray(same, dtype=np.int64)[found[other]]
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
        pair, pairs = self._pairs_of(columns, raw)
        make = _Rows(raw, latency, choices)
        return {
            **self._onset(dates, make, pair, pairs),
            **self._withdrawal(dates, make, pair, pairs),
            **self._rechallenge(dates, make, pair, pairs),
            "prior_knowledge": self._each(
                "prior_knowledge", [rules.prior_knowledge_of(p) for p in pairs], pair
            ),
        }

    def _each(self, name: str, facts: Iterable[Fact], codes: "Ints") -> "Ints":
        import numpy as np

        numbers = [self.number(name, answer_of(fact)) for fact in facts]
        return np.asarray(numbers, dtype=np.int64)[codes]

    def _pairs_of(
        self, columns: Mapping[str, Encoded], dates: Dates
    ) -> tuple["Ints", Sequence[Pair]]:
        """Return the pairs of the rows: what the knowledge says about each as of its day."""
        drug = self._meanings(columns["drug"], "drug", self.names.drug)
        reaction = self._meanings(columns["reaction"], "reaction", self.names.reaction)
        days = knowledge_days(dates)
        years = publication_years(days)
        size = int(years.max(initial=0)) + 1
        key = (drug * (int(reaction.max(initial=0)) + 1) + reaction) * size + years
        first, codes = distinct(key)
        pairs = []
        for row in first.tolist():
            place = int(drug[row]), int(reaction[row]), int(years[row])
            day = None if days[row] == ABSENT else int(days[row])
            if place not in self._pairs:
                conventions = dict(self.method.conventions)
                self._pairs[place] = self.names.pair(place[0], place[1], day, conventions)
            pairs.append(self._pairs[place])
        return codes, pairs

    def _meanings(self, column: Encoded, name: str, find: Callable[[str], int]) -> "Ints":
        known = cast("dict[str, int]", self._read.setdefault(f"meaning of {name}", {}))
        values = []
        for text in column.texts:
            number = known.get(text)
            if number is None:
                if len(known) >= REMEMBERED:
                    known.clear()
                number = known[text] = find(text)
            values.append(number)
        return column.take(values, find(""))

    def _onset(
        self, dates: Dates, make: "_Rows", pair: "Ints", pairs: Sequence[Pair]
    ) -> dict[str, "Ints"]:
        import numpy as np

        distinct_windows = list(dict.fromkeys(p.windows for p in pairs))
        number = {windows: n for n, windows in enumerate(distinct_windows)}
        windows = np.asarray([number[p.windows] for p in pairs], dtype=np.int64)[pair]
        lasting = np.asarray([w.persistence for w in distinct_windows], dtype=np.int64)[windows]
        known = np.asarray([p.reaction.key is not None for p in pairs], dtype=np.int64)[pair]
        packed = onset_keys(
            dates,
            make.latency,
            make.choices["previously_exposed"],
            windows=windows,
            bands=Bands(distinct_windows),
            lasting=lasting,
        )
        first, codes = packed.add(known, 2).add(make.later(dates, "reaction_onset"), 2).distinct()
        facts = [rules.onset_of(make.seen(row), pairs[int(pair[row])]) for row in first.tolist()]
        return {"onset": self._each("onset", facts, codes)}

    def _withdrawal(
        self, dates: Dates, make: "_Rows", pair: "Ints", pairs: Sequence[Pair]
    ) -> dict[str, "Ints"]:
        first, codes = withdrawal_keys(dates, pair, pairs).distinct()
        found = [
            rules.withdrawal_of(make.seen(row), pairs[int(pair[row])]) for row in first.tolist()
        ]
        names = DERIVED[1:4]
        return {
            name: self._each(name, [facts[n] for facts in found], codes)
            for n, name in enumerate(names)
        }

    def _rechallenge(
        self, dates: Dates, make: "_Rows", pair: "Ints", pairs: Sequence[Pair]
    ) -> dict[str, "Ints"]:
        import numpy as np

        washout = np.asarray([p.washout for p in pairs], dtype=np.int64)[pair]
        packed = rechallenge_keys(
            dates,
            make.latency,
            kind=make.choices["rechallenge_kind"],
            recurred=make.choices["recurred"],
            washout=washout,
        )
        for name in ("reaction_onset", "rechallenge_start", "recurrence_date"):
            packed.add(make.later(dates, name), 2)
        first, codes = packed.distinct()
        facts = [
            rules.rechallenge_of(make.seen(row), pairs[int(pair[row])]) for row in first.tolist()
        ]
        return {"rechallenge": self._each("rechallenge", facts, codes)}


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
