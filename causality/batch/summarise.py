"""Gather the aggregates of a batch report from scored rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from causality.batch.arrays import Days, between, encoded
from causality.batch.columns import Cells, Memory
from causality.batch.contract import KEYS
from causality.batch.influence import Influence, Influences
from causality.batch.results import RowResults
from causality.batch.summary import (
    MOST_DRUGS,
    MOST_NEAR,
    OTHER_DRUGS,
    AlgorithmSummary,
    DrugCounts,
    Example,
    FactCounts,
    Near,
    Reason,
    Summary,
    latency_class,
    pair_key,
    pairs_of,
)
from causality.knowledge.base import Knowledge
from causality.terms.text import fold

if TYPE_CHECKING:
    from causality.batch.arrays import Bools, Ints
    from causality.batch.outcomes import AlgorithmOutcomes, Scoring

_FAR = 1 << 40
_LATENCY = ("drug_start", "reaction_onset", "latency_days")


class Rejected(Protocol):
    """What a reject says of itself."""

    @property
    def line(self) -> int: ...  # noqa: D102
    @property
    def at(self) -> int | None: ...  # noqa: D102
    @property
    def case_id(self) -> str: ...  # noqa: D102
    @property
    def column(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> str: ...  # noqa: D102
    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def params(self) -> Mapping[str, object]: ...  # noqa: D102


class Summariser:
    """Makes the aggregates of chunks of rows; what it found out before, it remembers."""

    def __init__(self, scoring: "Scoring") -> None:
        self.scoring = scoring
        self._influences = [Influences(scorer) for scorer in scoring.method.scorers]
        self._names: dict[str, str] = {}
        self._lock = Lock()

    def __call__(
        self,
        columns: Mapping[str, Any],
        rows: RowResults,
        kept: "Bools",
        *,
        lines: "Ints",
        rejects: Sequence[Rejected],
    ) -> Summary:
        """Return the aggregates of some rows.

        Parameters
        ----------
        columns
            The contract columns of the rows, as Arrow arrays.
        kept
            Which rows were scored.
        lines
            The line of every row.
        """
        summary = Summary(reasons=_reasons(rejects))
        with self._lock:
            for influences in self._influences:
                numbers = influences.of(rows.block, self.scoring.kernel.answers)
                found = _open(influences.distinct, numbers, kept, columns, lines)
                summary.algorithms[influences.algorithm.id] = found
        categories = [
            _categories(entry, numbers)
            for entry, numbers in zip(self.scoring.algorithms, rows.numbers, strict=True)
        ]
        summary.joint = _joint(self.scoring.algorithms, categories, kept)
        summary.drugs = self._drugs(columns, kept, categories[0])
        return summary

    def _drugs(
        self, columns: Mapping[str, Any], kept: "Bools", categories: "Ints"
    ) -> dict[str, DrugCounts]:
        import numpy as np

        column = encoded(columns["drug"])
        names = [
            drug_key(self.scoring.method.knowledge, text, self._names) for text in column.texts
        ]
        numbers = {key: n for n, key in enumerate(dict.fromkeys(names))}
        spelt = dict(zip(reversed(names), reversed(column.texts), strict=True))
        drugs = column.take([numbers[name] for name in names], -1)[kept]
        totals = np.bincount(drugs, minlength=len(numbers))
        found = [DrugCounts(spelt[key].strip()) for key in numbers]
        days = self._latency(columns, len(kept))
        for n, count in enumerate(totals.tolist()):
            found[n].rows = count
        low, high, known = days.low[kept], days.high[kept], days.known[kept]
        exact = known & (low == high) & (low >= 0)
        before = known & (high < 0)
        for n, day, count in _counted(drugs[exact], low[exact]):
            found[n].latencies[latency_class(day)] += count
        for n, count in enumerate(np.bincount(drugs[before], minlength=len(numbers)).tolist()):
            found[n].before = count
        inexact = known & ~exact & ~before
        for n, count in enumerate(np.bincount(drugs[inexact], minlength=len(numbers)).tolist()):
            found[n].inexact = count
        names_of = list(self.scoring.algorithms[0].algorithm.categories)
        for n, category, count in _counted(drugs, categories[kept]):
            found[n].categories[names_of[category]] += count
        return _most_frequent(dict(zip(numbers, found, strict=True)))

    def _latency(self, columns: Mapping[str, Any], rows: int) -> Days:
        """Return the days from the start of the drug to the reaction: by dates, else as stated."""
        import numpy as np

        given = {name: encoded(columns[name]) for name in _LATENCY if name in columns}
        kernel = self.scoring.kernel
        cells = Cells(given, rows, kernel.reader, Memory())
        dates = {name: cells.dates(name) for name in _LATENCY}
        by_dates, stated = between(dates, *_LATENCY[:2]), dates["latency_days"]
        return Days(
            np.where(by_dates.known, by_dates.low, stated.low),
            np.where(by_dates.known, by_dates.high, stated.high),
            by_dates.known | stated.known,
        )


def drug_key(knowledge: Knowledge, name: str, known: dict[str, str]) -> str:
    """Return what the spellings of one drug have in common: its substance, else its words."""
    found = known.get(name)
    if found is None:
        if len(known) >= 10 * MOST_DRUGS:
            known.clear()
        record = knowledge.drug(name)
        found = known[name] = record.name_en if record else " ".join(fold(name)) or name.strip()
    return found


def _most_frequent(drugs: dict[str, DrugCounts]) -> dict[str, DrugCounts]:
    """Return as many drugs as are counted one by one, the others together."""
    kept = {key: counts for key, counts in drugs.items() if counts.rows}
    order = sorted(kept, key=lambda key: (-kept[key].rows, key))
    found = {key: kept[key] for key in order[:MOST_DRUGS]}
    for key in order[MOST_DRUGS:]:
        found.setdefault(OTHER_DRUGS, DrugCounts("")).add(kept[key])
    return found


def _counted(first: "Ints", second: "Ints") -> "list[tuple[int, int, int]]":
    """Return how often each two numbers stand in one row; the second are zero or more."""
    import numpy as np

    size = int(second.max(initial=0)) + 1
    key, count = np.unique(first.astype(np.int64) * size + second, return_counts=True)
    return list(zip((key // size).tolist(), (key % size).tolist(), count.tolist(), strict=True))


def _categories(entry: "AlgorithmOutcomes", numbers: "Ints") -> "Ints":
    import numpy as np

    ranks = [entry.algorithm.rank(outcome.category) for outcome in list(entry.outcomes)]
    found: Ints = np.asarray(ranks, dtype=np.int64)[numbers]
    return found


def _joint(
    entries: "Sequence[AlgorithmOutcomes]", categories: "Sequence[Ints]", kept: "Bools"
) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    by_id = {entry.algorithm.id: n for n, entry in enumerate(entries)}
    for one, other in pairs_of(list(by_id)):
        columns = [categories[by_id[name]][kept] for name in (one, other)]
        labels = [list(entries[by_id[name]].algorithm.categories) for name in (one, other)]
        found[pair_key(one, other)] = Counter(
            {pair_key(labels[0][a], labels[1][b]): n for a, b, n in _counted(*columns)}
        )
    return found


def _open(
    influences: Sequence[Influence],
    numbers: "Ints",
    kept: "Bools",
    columns: Mapping[str, Any],
    lines: "Ints",
) -> AlgorithmSummary:
    """Return how often each fact is open and could change the category, and the nearest pairs."""
    import numpy as np

    summary = AlgorithmSummary()
    counts = np.bincount(numbers[kept])
    for number in np.flatnonzero(counts).tolist():
        entry, count = influences[number], int(counts[number])
        for name in entry.open:
            summary.facts.setdefault(name, FactCounts()).open += count
        for change in entry.changes:
            facts = summary.facts[change.fact]
            facts.changes += count
            facts.up += count if change.up else 0
            facts.down += count if change.down else 0
        summary.changeable += count if entry.changes else 0
    ranks = np.asarray([_rank(entry) for entry in influences], dtype=np.int64)
    own = np.where(kept, ranks[numbers], _FAR) if len(ranks) else np.zeros(0, dtype=np.int64)
    order = np.argsort(own, kind="stable")[:MOST_NEAR]
    summary.near = [
        _near(influences[int(numbers[row])], row, columns, int(lines[row]))
        for row in order.tolist()
        if own[row] < _FAR
    ]
    return summary


def _rank(entry: Influence) -> int:
    return (entry.points or 0) * 1000 + len(entry.open) if entry.changes else _FAR


def _near(entry: Influence, row: int, columns: Mapping[str, Any], line: int) -> Near:
    case_id, drug, reaction = (str(columns[n][row].as_py() or "").strip() for n in KEYS)
    return Near(
        points=entry.points,
        open=len(entry.open),
        line=line,
        case_id=case_id,
        drug=drug,
        reaction=reaction,
        total=entry.total,
        category=entry.category,
        ask=tuple((change.fact, change.categories) for change in entry.changes),
    )


def _reasons(rejects: Sequence[Rejected]) -> dict[str, Reason]:
    found: dict[str, Reason] = {}
    for reject in rejects:
        file = "" if reject.at is None else str(reject.params.get("file", ""))
        line = reject.line if reject.at is None else reject.at
        example = Example(line, reject.case_id, reject.column, reject.value[:80], file)
        params = {name: str(value) for name, value in reject.params.items()}
        one = Reason(1, Counter([reject.column] if reject.column else ()), [example], params)
        found.setdefault(reject.code, Reason()).add(one)
    return found
