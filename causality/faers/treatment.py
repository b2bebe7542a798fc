"""When a drug was given: the therapy rows of one drug of one report as the dates of one row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

from causality.faers.codes import code_lists
from causality.faers.dates import Day, between, day_of, parse_date

_HOURS = 24
_MOST_DAYS = 36_525


class Therapy(NamedTuple):
    """A row of THER as it stands in the file."""

    start: str = ""
    end: str = ""
    dur: str = ""
    dur_cod: str = ""


class Treatment(NamedTuple):
    """The dates of a drug as a batch has them, and what there is to remark; empty: not known."""

    start: str = ""
    stop: str = ""
    again_start: str = ""
    again_stop: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class _Course:
    """Rows that follow each other without a certain gap; ``end`` is None where one has none."""

    starts: list[Day]
    end: Day | None

    def follows(self, start: Day) -> bool:
        """Tell whether a later start goes on with it, as far as is known."""
        return self.end is None or start.low <= self.end.high + 1

    def add(self, start: Day, end: Day | None) -> None:
        self.starts.append(start)
        if self.end is not None:
            self.end = None if end is None else max(self.end, end, key=_reach)


def _reach(day: Day) -> tuple[int, int]:
    return day.high, day.low


def treatment(rows: Sequence[Therapy], onset: Day | None) -> Treatment:
    """Return when a drug was given.

    Of several starts by the onset any may be the one that explains it: the start is then the
    interval from the first to the last of them, and what it leaves open stays open. The end is the
    last one, unless a row has none. A start after the onset behind a certain gap is a re-exposure.
    A row that has only an end began before it: nobody knows when, and what follows it without a
    certain gap goes on with it.

    Parameters
    ----------
    rows
        The therapy rows of the drug, in any order.
    onset
        The date of the event.
    """
    remarks: dict[str, None] = {}
    periods = list(dict.fromkeys(_period(row, remarks) for row in rows))
    started = sorted(((s, e) for s, e in periods if s is not None), key=lambda p: (p[0], _end(p)))
    ends = [end for start, end in periods if start is None and end is not None]
    courses = list(_courses(started))
    if not courses:
        stop = max(ends, key=_reach).text if ends else ""
        return Treatment(stop=stop, remarks=tuple(remarks))
    before = [c for c in courses if onset is None or c.starts[0].low <= onset.high]
    over = _over(ends, courses, onset)
    later = courses[len(before) :] if before or over else []
    # What has no start may be the first course, or the only one before the event.
    hidden = bool(ends) and not (over and before)
    start = "" if hidden else _start(before, courses, onset, remarks)
    if later:
        remarks["given_again"] = None
    return Treatment(
        start=start,
        stop=_stop(before or (() if over else courses), () if later and before else ends),
        again_start=later[0].starts[0].text if later else "",
        again_stop=_stop(later, ()) if later else "",
        remarks=tuple(remarks),
    )


def _over(ends: Sequence[Day], courses: Sequence[_Course], onset: Day | None) -> bool:
    """Tell whether what has no start was certainly over, before the event and before any start."""
    last = max((end.high for end in ends), default=None)
    in_time = onset is None or last is None or last <= onset.low
    return last is not None and in_time and last + 1 < courses[0].starts[0].low


def _start(
    before: Sequence[_Course],
    courses: Sequence[_Course],
    onset: Day | None,
    remarks: dict[str, None],
) -> str:
    """Return the interval from the first to the last start that may explain the event.

    The drug that was certainly taken by the event is not begun after it: only a start before it
    explains it then.
    """
    if not before:
        return courses[0].starts[0].text
    starts = [s for course in before for s in course.starts if onset is None or s.low <= onset.high]
    first, last = starts[0], max(starts, key=_reach)
    if onset is not None and any(s.high <= onset.low < last.high for s in starts):
        last = day_of(onset.low)
    if first != last:
        remarks["several_starts"] = None
    return between(first, last).text


def _end(period: tuple[Day, Day | None]) -> tuple[int, int]:
    return (0, 0) if period[1] is None else _reach(period[1])


def _stop(courses: Sequence[_Course], others: Sequence[Day]) -> str:
    """Return the last end, empty where one is missing."""
    ends = [course.end for course in courses]
    known = [end for end in ends if end is not None]
    return max([*known, *others], key=_reach).text if len(known) == len(ends) else ""


def _courses(started: Sequence[tuple[Day, Day | None]]) -> Iterator[_Course]:
    course: _Course | None = None
    for start, end in started:
        if course is not None and course.follows(start):
            course.add(start, end)
            continue
        if course is not None:
            yield course
        course = _Course([start], end)
    if course is not None:
        yield course


def _period(row: Therapy, remarks: dict[str, None]) -> tuple[Day | None, Day | None]:
    """Return the first and the last day of a row; what cannot be is left out, and remarked."""
    start, end = parse_date(row.start), parse_date(row.end)
    if (start is None and row.start.strip()) or (end is None and row.end.strip()):
        remarks["therapy_date_unreadable"] = None
    elif (start is None) != (end is None):
        start, end = _completed(row, start, end)
    if start is not None and end is not None and end.high < start.low:
        remarks["end_before_start"] = None
        end = None
    return start, end


def _completed(row: Therapy, start: Day | None, end: Day | None) -> tuple[Day | None, Day | None]:
    """Return both ends of a treatment of which one and the number of days are known."""
    days = _days(row)
    if days is None:
        return start, end
    if start is not None and start.exact:
        return start, day_of(start.low + days - 1)
    if end is not None and end.exact:
        return day_of(end.low - days + 1), end
    return start, end


def _days(row: Therapy) -> int | None:
    """Return the number of days that a treatment lasted; None where it is not told exactly."""
    unit = code_lists()["days_of"].get(row.dur_cod.strip().upper())
    try:
        count = float(row.dur)
    except ValueError:
        return None
    if unit is None or not 0 < count <= _MOST_DAYS:
        return None
    if int(unit):
        days = ceil(count * int(unit))
        return days if days <= _MOST_DAYS else None
    return 1 if row.dur_cod.strip().upper() != "HR" or count <= _HOURS else None
