"""Numbers that say which rows a rule cannot tell apart, so that it runs once for each kind.

Every rule compares days with a few limits. Two rows that lie on the same side of all of them get
the same number; the rule itself then runs on one of them. A test scores rows both ways.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from causality.batch.arrays import ABSENT, Days, Packed, between, either, lookup
from causality.batch.contract import CHOICES, DATES
from causality.batch.row import SEEN_WITH
from causality.evidence.onset import critical_days
from causality.evidence.windows import Windows
from causality.evidence.withdrawal import STEROID_LEAD_DAYS

if TYPE_CHECKING:
    from causality.batch.arrays import Bools, Ints

Dates = Mapping[str, Days]


def seen_dates(dates: Dates) -> Dates:
    """Return the dates without those not certainly past, as `causality.batch.row.seen` does."""
    import numpy as np

    as_of = dates["as_of"]
    if not as_of.reported:
        return dates
    at_end = ~as_of.known
    past = {name: at_end | (day.high <= as_of.high) for name, day in dates.items()}
    for name, others in SEEN_WITH.items():
        past[name] = np.logical_or.reduce([past[name], *(past[o] & dates[o].known for o in others)])
    return {name: day.where(past[name]) for name, day in dates.items()}


def knowledge_days(dates: Dates) -> "Ints":
    """Return the last day whose publications count, ``ABSENT`` where none is dated."""
    as_of = dates["as_of"]
    last = _greatest(as_of.high, [dates[name].high for name in DATES if dates[name].reported])
    return either(as_of.known, as_of.high, last)


def _greatest(start: "Ints", others: Sequence["Ints"]) -> "Ints":
    """Return the greatest number of every row."""
    import numpy as np

    found: Ints = start
    for other in others:
        found = np.maximum(found, other)
    return found


def publication_years(days: "Ints") -> "Ints":
    """Return the year in which the day after a day lies: publications count by whole years."""
    import numpy as np

    known = days != ABSENT
    if not known.any():
        return np.zeros(len(days), dtype=np.int64)
    given = days[known]
    first, last = int(given.min()), int(given.max())
    if last - first > len(days):
        found: Ints = _following_years(either(known, days, first)) * known
        return found
    table = _following_years(np.arange(first, last + 1))  # most days come again and again
    years: Ints = lookup(table, (days - first) * known) * known
    return years


def _following_years(days: "Ints") -> "Ints":
    import numpy as np

    epoch = 719163  # of the proleptic Gregorian ordinal of 1970-01-01
    years = (days + 1 - epoch).astype("datetime64[D]").astype("datetime64[Y]")
    return years.astype(np.int64) + 1970


class Bands:
    """On which side of the limits of some windows a day lies, by table.

    Windows keep their number; those met later are added.
    """

    def __init__(self) -> None:
        self._numbers: dict[Windows, int] = {}
        self._limits: list[list[int]] = []
        self._table: _Table | None = None
        self._lock = Lock()

    def number(self, windows: Windows) -> int:
        """Return the number of some windows."""
        with self._lock:
            if windows not in self._numbers:
                self._limits.append(_limits(windows))
                self._numbers[windows] = len(self._numbers)
            return self._numbers[windows]

    def table(self) -> "_Table":
        """Return the bands of all windows met so far."""
        with self._lock:
            if self._table is None or self._table.windows < len(self._limits):
                self._table = _Table(self._limits)
            return self._table


class _Table:
    def __init__(self, limits: Sequence[Sequence[int]]) -> None:
        import numpy as np

        self.windows = len(limits)
        self.first = min((min(found) for found in limits), default=0) - 1
        last = max((max(found) for found in limits), default=0) + 1
        self.width = last - self.first + 1
        days = np.arange(self.first, last + 1)
        table = [
            np.searchsorted(found, days, side="left") + np.searchsorted(found, days, side="right")
            for found in limits
        ]
        self.table = np.concatenate(table) if table else np.zeros(0, dtype=np.int64)
        self.count = int(self.table.max(initial=0)) + 1

    def of(self, windows: "Ints", days: "Ints") -> "Ints":
        """Return the band of every row's day among the limits of its own windows."""
        import numpy as np

        place = np.clip(days - self.first, 0, self.width - 1)
        band: Ints = lookup(self.table, windows * self.width + place)
        return band


def _limits(windows: Windows) -> list[int]:
    found = {0}
    for window in windows.syndromes:
        for again in (False, True):
            found.update(critical_days(window, again=again))
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Starts:
    """When the reactions of all rows began, counted from the drug.

    ``lasting`` are the days after the last dose for which every row's drug counts as present.
    """

    late: Days  # from the start of the drug
    since: Days  # from its last dose
    course: Days  # from its start to its last dose
    present: "Bools"  # the reaction certainly began under the drug
    taken: "Bools"  # the last dose was certainly not after the reaction
    contradicted: "Bools"  # the latency that is stated is none that the dates allow
    lasting: "Ints"

    @classmethod
    def of(cls, dates: Dates, stated: Days, lasting: "Ints") -> "Starts":
        """Return them from dates and stated latencies."""
        by_dates = between(dates, "drug_start", "reaction_onset")
        since = between(dates, "drug_stop", "reaction_onset")
        against = (stated.high < by_dates.low) | (stated.low > by_dates.high)
        return cls(
            late=_first_known(by_dates, stated),
            since=since,
            course=between(dates, "drug_start", "drug_stop"),
            present=dates["drug_stop"].known & since.known & (since.high <= 0),
            taken=since.known & (since.low >= 0),
            contradicted=by_dates.known & stated.known & against,
            lasting=lasting,
        )

    @property
    def joint(self) -> "Bools":
        """Return where one interval says both: the length of the course is exact."""
        found: Bools = self.course.known & (self.course.low == self.course.high) & ~self.present
        return found

    def gone(self, joint: "Bools") -> "Ints":
        """Return 0: not known, 1: not gone, 2: perhaps, 3: gone at the onset, 4: present."""
        import numpy as np

        low = either(joint, self.late.low - self.course.low, self.since.low)
        high = either(joint, self.late.high - self.course.low, self.since.high)
        known = (joint & self.late.known) | (~joint & self.since.known)
        gone = _sides(low > self.lasting, high > self.lasting, known)
        return either(self.present, np.uint8(4), gone)


def onset_keys(starts: Starts, windows: "Ints", bands: Bands) -> Packed:
    """Return what the rule of onset looks at.

    Parameters
    ----------
    windows
        The number of every row's windows in ``bands``.
    """
    table, late, joint = bands.table(), starts.late, starts.joint
    gone = starts.gone(joint)
    packed = Packed(len(windows)).add(windows, table.windows).add(late.known, 2)
    for days in (late.low, late.high):
        packed.add(table.of(windows, days) * late.known, table.count)
    packed.add(gone, 5).add(joint, 2).add(starts.since.known, 2).add(starts.contradicted, 2)
    packed.add(starts.taken & ~late.known, 2)
    last = starts.course.low + starts.lasting
    straddles = joint & late.known & (gone == 2)  # noqa: PLR2004 - on both sides of the limit
    for days in (last, last + 1):
        packed.add(table.of(windows, days) * straddles, table.count)
    return packed


def withdrawal_keys(dates: Dates, since: Days, limit: "Ints") -> Packed:
    """Return what the rules of action, course and improvement look at.

    Parameters
    ----------
    since
        When every row's reaction began, counted from the last dose.
    limit
        Days within which every row's reaction is expected to recover, ``ABSENT`` for no limit.
    """
    stop = between(dates, "reaction_onset", "drug_stop")
    ended, improved = dates["reaction_end"].known, dates["improvement_date"].known
    better = {**dates, "better": _first_known(dates["improvement_date"], dates["reaction_end"])}
    days = between(better, "drug_stop", "better")
    packed = Packed(len(limit)).add(dates["drug_stop"].known, 2).add(_side(stop, 0), 4)
    packed.add(ended, 2).add(improved, 2).add(_side(days, 0), 4)
    begun = between(better, "drug_start", "better")
    packed.add(begun.known & (begun.high < 0), 2)
    packed.add((limit != ABSENT) & days.known & (days.low > limit), 2)
    steroid = between(dates, "drug_stop", "steroid_start")
    low = either(steroid.known, steroid.low, since.low)
    packed.add(dates["steroid_start"].known, 2)
    packed.add(low != ABSENT, 2).add(low >= -STEROID_LEAD_DAYS, 2)
    packed.add(steroid.known & (steroid.high < -STEROID_LEAD_DAYS), 2).add(steroid.known, 2)
    return packed.add(_side(between(better, "steroid_start", "better"), 0), 4)


def _first_known(first: Days, second: Days) -> Days:

    if not (first.reported and second.reported):
        return second if second.reported else first
    low = either(first.known, first.low, second.low)
    high = either(first.known, first.high, second.high)
    return Days(low, high, first.known | second.known)


def _side(days: Days, limit: int) -> "Ints | Bools":
    """Return 0: not known, 1: all before a limit, 2: on both sides, 3: none before it."""
    if not days.reported:
        return days.known
    return _sides(days.low >= limit, days.high >= limit, days.known)


def _sides(first: "Bools", last: "Bools", known: "Bools") -> "Ints":
    """Return 0: not known, 1: neither day beyond a limit, 2: only the last, 3: both."""
    import numpy as np

    found = first.astype(np.uint8)
    found += last.view(np.uint8)
    found += np.uint8(1)
    found *= known.view(np.uint8)
    return found


def rechallenge_keys(
    dates: Dates, late: Days, choices: Mapping[str, "Ints"], washout: "Ints"
) -> Packed:
    """Return what the rule of re-exposure looks at.

    Parameters
    ----------
    late
        When every row's reaction began, counted from the start of the drug.
    """
    gap = between(dates, "drug_stop", "rechallenge_start")
    resolved = between(dates, "reaction_end", "rechallenge_start")
    came, stopped = dates["recurrence_date"].known, dates["rechallenge_stop"].known
    packed = Packed(len(washout)).add(came, 2).add(stopped, 2)
    for name in ("rechallenge_kind", "recurred"):
        packed.add(choices[name], len(CHOICES[name]) + 1)
    packed.add(dates["rechallenge_start"].known, 2).add(_side(resolved, 0), 4)
    packed.add(washout > 0, 2)
    packed.add(_sides(gap.low >= washout, gap.high >= washout, gap.known), 4)
    observed = _observed(dates, came, stopped)
    packed.add(late.known, 2)
    short = late.known & (observed.high != ABSENT) & (observed.high < late.low)
    enough = late.known & (observed.low != ABSENT) & (observed.low >= late.high)
    return packed.add(short, 2).add(enough, 2)


def _observed(dates: Dates, came: "Bools", stopped: "Bools") -> Days:
    """Return the days observed on re-exposure; no last day where only the latest date bounds it."""
    import numpy as np

    to_recurrence = between(dates, "rechallenge_start", "recurrence_date")
    to_stop = between(dates, "rechallenge_start", "rechallenge_stop")
    ends = [between(dates, "rechallenge_start", name) for name in DATES if name != "as_of"]
    start = np.broadcast_to(np.int32(0), len(came))
    latest = _greatest(start, [days.low for days in ends if days.reported])
    low = either(came, to_recurrence.low, either(stopped, to_stop.low, latest))
    high = either(came, to_recurrence.high, either(stopped, to_stop.high, ABSENT))
    return Days(low, high, low != ABSENT)
