"""Numbers that say which rows a rule cannot tell apart, so that it runs once for each kind.

Every rule compares days with a few limits. Two rows that lie on the same side of all of them get
the same number; the rule itself then runs on one of them. A test scores rows both ways.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from causality.batch.arrays import ABSENT, Days, Packed, between
from causality.batch.contract import CHOICES, DATES
from causality.batch.names import Pair
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
    import numpy as np

    reported = [dates[name].high for name in DATES if dates[name].reported]
    last = np.maximum.reduce(reported or [dates["as_of"].high])
    found: Ints = np.where(dates["as_of"].known, dates["as_of"].high, last)
    return found


def publication_years(days: "Ints") -> "Ints":
    """Return the year in which the day after a day lies: publications count by whole years."""
    import numpy as np

    epoch = 719163  # of the proleptic Gregorian ordinal of 1970-01-01
    known = np.where(days == ABSENT, epoch, days) + 1 - epoch
    years = known.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return np.where(days == ABSENT, 0, years)


class Bands:
    """On which side of the limits of some windows a day lies, by table."""

    def __init__(self, windows: Sequence[Windows]) -> None:
        import numpy as np

        limits = [_limits(entry) for entry in windows]
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
        band: Ints = self.table[windows * self.width + place]
        return band


def _limits(windows: Windows) -> list[int]:
    found = {0, -1}
    for window in windows.syndromes:
        for again in (False, True):
            found.update(critical_days(window, again=again))
    return sorted(found)


def onset_keys(
    dates: Dates, stated: Days, exposed: "Ints", *, windows: "Ints", bands: Bands, lasting: "Ints"
) -> Packed:
    """Return what the rule of onset looks at.

    Parameters
    ----------
    stated
        Latency in days where a row states it.
    exposed
        Previous exposure, as a small number.
    windows
        The number of every row's windows among those of ``bands``.
    lasting
        Days after the last dose for which every row's drug counts as present.
    """
    import numpy as np

    by_dates = between(dates, "drug_start", "reaction_onset")
    late = _first_known(by_dates, stated)
    since = between(dates, "drug_stop", "reaction_onset")
    course = between(dates, "drug_start", "drug_stop")
    present = dates["drug_stop"].known & since.known & (since.high <= 0)
    joint = course.known & (course.low == course.high) & ~present
    # Where the length of the course is exact, one interval says how long ago the last dose was.
    gone_low = np.where(joint, late.low - course.low, since.low)
    gone_high = np.where(joint, late.high - course.low, since.high)
    known = np.where(joint, late.known, since.known)
    gone = np.where(known, 1 + (gone_low > lasting) + (gone_high > lasting), 0)
    gone = np.where(present, 4, gone)
    last = course.low + lasting
    straddles = joint & late.known & (gone == 2)  # noqa: PLR2004 - on both sides of the limit
    packed = Packed(len(exposed)).add(windows, int(windows.max(initial=0)) + 1)
    packed.add(exposed, len(CHOICES["previously_exposed"]) + 1).add(late.known, 2)
    for days in (late.low, late.high):
        packed.add(np.where(late.known, bands.of(windows, days), 0), bands.count)
    packed.add(gone, 5).add(joint, 2).add(since.known, 2)
    against = (stated.high < by_dates.low) | (stated.low > by_dates.high)
    packed.add(by_dates.known & stated.known & against, 2)
    for days in (last, last + 1):
        packed.add(np.where(straddles, bands.of(windows, days), 0), bands.count)
    return packed


def withdrawal_keys(dates: Dates, pair: "Ints", pairs: Sequence[Pair]) -> Packed:
    """Return what the rules of action, course and improvement look at."""
    import numpy as np

    rows = len(pair)
    limits = [p.recovery.days("skin_limited") for p in pairs]
    limit = np.asarray([ABSENT if n is None else n for n in limits], dtype=np.int64)[pair]
    stop = between(dates, "reaction_onset", "drug_stop")
    ended, improved = dates["reaction_end"].known, dates["improvement_date"].known
    better = {**dates, "better": _first_known(dates["improvement_date"], dates["reaction_end"])}
    days = between(better, "drug_stop", "better")
    packed = Packed(rows).add(dates["drug_stop"].known, 2).add(_side(stop, 0), 4)
    packed.add(ended, 2).add(improved, 2).add(_side(days, 0), 4)
    packed.add((limit != ABSENT) & days.known & (days.low > limit), 2)
    steroid = between(dates, "drug_stop", "steroid_start")
    at_least = between(dates, "drug_stop", "reaction_onset")
    low = np.where(steroid.known, steroid.low, at_least.low)
    packed.add(dates["steroid_start"].known, 2)
    packed.add(np.where(low == ABSENT, 0, 1 + (low >= -STEROID_LEAD_DAYS)), 3)
    packed.add(np.where(steroid.known, 1 + (steroid.high < -STEROID_LEAD_DAYS), 0), 3)
    return packed.add(_side(between(better, "steroid_start", "better"), 0), 4)


def _first_known(first: Days, second: Days) -> Days:
    import numpy as np

    if not (first.reported and second.reported):
        return second if second.reported else first
    low = np.where(first.known, first.low, second.low)
    high = np.where(first.known, first.high, second.high)
    return Days(low, high, first.known | second.known)


def _side(days: Days, limit: int) -> "Ints | Bools":
    """Return 0: not known, 1: all before a limit, 2: on both sides, 3: none before it."""
    import numpy as np

    if not days.reported:
        return days.known
    found = 1 + (days.low >= limit).astype(np.int64) + (days.high >= limit)
    return np.where(days.known, found, 0)


def rechallenge_keys(
    dates: Dates, stated: Days, *, kind: "Ints", recurred: "Ints", washout: "Ints"
) -> Packed:
    """Return what the rule of re-exposure looks at."""
    import numpy as np

    by_dates = between(dates, "drug_start", "reaction_onset")
    late = _first_known(by_dates, stated)
    gap = between(dates, "drug_stop", "rechallenge_start")
    resolved = between(dates, "reaction_end", "rechallenge_start")
    came, stopped = dates["recurrence_date"].known, dates["rechallenge_stop"].known
    packed = Packed(len(kind)).add(kind, len(CHOICES["rechallenge_kind"]) + 1)
    packed.add(recurred, len(CHOICES["recurred"]) + 1).add(came, 2).add(stopped, 2)
    packed.add(dates["rechallenge_start"].known, 2).add(_side(resolved, 0), 4)
    packed.add(washout > 0, 2)
    packed.add(np.where(gap.known, 1 + (gap.low >= washout) + (gap.high >= washout), 0), 4)
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
    ends = [between(dates, "rechallenge_start", name).low for name in DATES if name != "as_of"]
    latest = np.maximum(np.maximum.reduce(ends), 0)
    low = np.where(came, to_recurrence.low, np.where(stopped, to_stop.low, latest))
    high = np.where(came, to_recurrence.high, np.where(stopped, to_stop.high, ABSENT))
    return Days(low, high, low != ABSENT)
