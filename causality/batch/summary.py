"""What the report of a batch tells, gathered chunk by chunk: aggregates of a bounded size."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import accumulate, combinations
from math import ceil, floor
from typing import Any

from pydantic import TypeAdapter

MOST_DRUGS = 1000
"""Names of drugs that are counted one by one; the others are counted together."""
OTHER_DRUGS = ""
MOST_NEAR = 20
"""Pairs near a border that are named, per algorithm."""
MOST_EXAMPLES = 5
"""Rejects that are named, per reason."""
_EXACT_DAYS = 64
_SEPARATOR = "|"


@dataclass(slots=True)
class DrugCounts:
    """The pairs of one drug that were scored, by latency and by category of the first algorithm.

    ``latencies`` counts exact latencies by `latency_class`; ``inexact`` those of which only a
    range is known, ``before`` reactions that began before the drug. The others are not known.
    """

    name: str
    rows: int = 0
    latencies: Counter[int] = field(default_factory=Counter)
    before: int = 0
    inexact: int = 0
    categories: Counter[str] = field(default_factory=Counter)

    def add(self, other: "DrugCounts") -> None:
        """Count the pairs of another part as well."""
        self.rows += other.rows
        self.before += other.before
        self.inexact += other.inexact
        self.latencies.update(other.latencies)
        self.categories.update(other.categories)

    @property
    def known(self) -> int:
        """Return how many latencies are known to the day and not before the drug."""
        return self.latencies.total()

    def quantile(self, share: float) -> float | None:
        """Return the days below which a share of the exact latencies lies; None without any.

        Between two latencies it lies in proportion, as a median of two is their mean.
        """
        if not self.known:
            return None
        place = share * (self.known - 1)
        low, high = self._latency(floor(place)), self._latency(ceil(place))
        return low + (high - low) * (place - floor(place))

    def _latency(self, place: int) -> int:
        """Return the latency at a place among all of them in order, from 0."""
        days = sorted(self.latencies)
        upto = accumulate(self.latencies[day] for day in days)
        return next(day for day, seen in zip(days, upto, strict=True) if seen > place)


def latency_class(days: int) -> int:
    """Return the days that stand for a latency: exact below 64, within 3 % above."""
    if days < _EXACT_DAYS:
        return days
    step = 1 << (days.bit_length() - _EXACT_DAYS.bit_length() + 1)
    return days // step * step


@dataclass(slots=True)
class FactCounts:
    """Rows in which a fact is open, and in which its answer alone could change the category."""

    open: int = 0
    changes: int = 0
    up: int = 0
    down: int = 0

    def add(self, other: "FactCounts") -> None:
        """Count the rows of another part as well."""
        self.open += other.open
        self.changes += other.changes
        self.up += other.up
        self.down += other.down


@dataclass(frozen=True, slots=True)
class Near:
    """A pair near the border of a category: how near, who, and what to ask.

    ``ask`` holds facts with the categories that their answers could give.
    """

    points: int | None
    open: int
    line: int
    case_id: str
    drug: str
    reaction: str
    total: int | None
    category: str
    ask: tuple[tuple[str, tuple[str, ...]], ...]
    file: str = ""  # where several were scored
    place: int = 0  # among the pairs of one line, where there can be several

    @property
    def rank(self) -> tuple[int, int]:
        """Return what puts the nearest first: points to the border, facts open."""
        return self.points or 0, self.open


@dataclass(frozen=True, slots=True)
class Example:
    """A reject that is named."""

    line: int
    case_id: str
    column: str
    value: str
    file: str = ""


@dataclass(slots=True)
class AlgorithmSummary:
    """What is open under one algorithm."""

    changeable: int = 0  # rows that one answer could move
    facts: dict[str, FactCounts] = field(default_factory=dict)
    near: list[Near] = field(default_factory=list)

    def add(self, other: "AlgorithmSummary") -> None:
        """Add what another part found."""
        self.changeable += other.changeable
        for name, counts in other.facts.items():
            self.facts.setdefault(name, FactCounts()).add(counts)
        self.near = sorted([*self.near, *other.near], key=lambda n: n.rank)[:MOST_NEAR]


@dataclass(slots=True)
class Reason:
    """Rejects for one reason: how many, in which columns, the first of them.

    ``params`` are those of the first, for its message.
    """

    count: int = 0
    columns: Counter[str] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)
    params: dict[str, str] = field(default_factory=dict)

    def add(self, other: "Reason") -> None:
        """Add the rejects of another part."""
        self.count += other.count
        self.columns.update(other.columns)
        self.params = self.params or other.params
        self.examples = [*self.examples, *other.examples][:MOST_EXAMPLES]


@dataclass(slots=True)
class Summary:
    """The aggregates of some rows."""

    algorithms: dict[str, AlgorithmSummary] = field(default_factory=dict)
    joint: dict[str, Counter[str]] = field(default_factory=dict)
    """Two algorithms, and how often each two categories met: see `joint_counts`."""
    drugs: dict[str, DrugCounts] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)

    def add(self, other: "Summary") -> None:
        """Add the aggregates of the rows that follow."""
        for name, entry in other.algorithms.items():
            self.algorithms.setdefault(name, AlgorithmSummary()).add(entry)
        for pair, counts in other.joint.items():
            self.joint.setdefault(pair, Counter()).update(counts)
        for key, drug in other.drugs.items():
            room = key in self.drugs or len(self.drugs) < MOST_DRUGS
            kept = key if room else OTHER_DRUGS
            self.drugs.setdefault(kept, DrugCounts(drug.name if room else "")).add(drug)
        for code, reason in other.reasons.items():
            self.reasons.setdefault(code, Reason()).add(reason)

    def behind(self, lines: int) -> "Summary":
        """Return the aggregates with lines counted from another place."""
        for entry in self.algorithms.values():
            entry.near = [replace(n, line=n.line + lines) for n in entry.near]
        for reason in self.reasons.values():
            reason.examples = [
                e if e.file else replace(e, line=e.line + lines) for e in reason.examples
            ]
        return self

    def of_file(self, file: str) -> "Summary":
        """Return the aggregates with the rows that are named told to be of a file."""
        for entry in self.algorithms.values():
            entry.near = [replace(n, file=file) for n in entry.near]
        for reason in self.reasons.values():
            reason.examples = [replace(e, file=e.file or file) for e in reason.examples]
        return self

    def as_json(self) -> Any:
        """Return the aggregates as plain values."""
        return _adapter().dump_python(self, mode="json")

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Summary":
        """Return the aggregates that `as_json` has made plain values of."""
        found: Summary = _adapter().validate_python(values)
        return found


@cache
def _adapter() -> TypeAdapter[Summary]:
    return TypeAdapter(Summary)


def pair_key(first: str, second: str) -> str:
    """Return how two algorithms, or two of their categories, are named together."""
    return f"{first}{_SEPARATOR}{second}"


def joint_counts(summary: Summary, first: str, second: str) -> dict[tuple[str, str], int]:
    """Return how often each category of one algorithm met each one of another."""
    counts = summary.joint.get(pair_key(first, second), Counter())
    found = {}
    for key, count in counts.items():
        one, _, other = key.partition(_SEPARATOR)
        found[one, other] = count
    return found


def pairs_of(algorithms: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield every two algorithms in their order."""
    yield from combinations(algorithms, 2)
