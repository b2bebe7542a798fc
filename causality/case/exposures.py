"""Where exposures begin and end, and the stop that a withdrawal means."""

from collections.abc import Iterable, Iterator, Mapping

from causality.case.model import Case, Drug, Episode, Exposure
from causality.case.positions import Position, days_between, resolve
from causality.terms.dates import Span
from causality.terms.quantities import whole_days

MISSED_DOSE_DAYS = 2
"""A gap of up to so many days between two doses is a missed dose, not an interruption."""


def exposure_ends(
    exposure: Exposure, anchors: Mapping[str, Position]
) -> tuple[Position | None, Position | None]:
    """Return where an exposure begins and ends, by its dates or by one of them and its length."""
    start, stop = resolve(exposure.start, anchors), resolve(exposure.stop, anchors)
    length = whole_days(exposure.duration) if exposure.duration else None
    single = exposure.administrations == 1
    if stop is None and start is not None and (length or single):
        stop = moved(start, Span(0, 0) if length is None else length.shift(-1))
    if start is None and stop is not None and length:
        start = moved(stop, Span(1 - (length.latest or 1), 1 - (length.earliest or 1)))
    return start, stop


def moved(position: Position, days: Span) -> Position:
    """Return a position so many days later, on its own clock and on the calendar."""
    return Position(position.clock, position.span.plus(days), position.calendar.plus(days))


def withdrawal_stops(
    case: Case, episode: Episode, onset: Position | None, anchors: Mapping[str, Position]
) -> Iterator[str]:
    """Yield the stops of the drugs withdrawn in an episode.

    Of each drug the last stop of the course that it was taken in: the first course, in order of
    time, that ends not before the onset.
    """
    for drug in case.drugs:
        if episode.actions.get(str(drug.id)) == "withdrawn":
            following = _from_onset_on(_ends_in_order(drug, anchors), onset)
            stop = _last_of_course(following)
            if stop is not None:
                yield stop


End = tuple[str, Position | None, Position]
"""An exposure that has an end: its id, where it begins and where it ends."""


def _ends_in_order(drug: Drug, anchors: Mapping[str, Position]) -> list[End]:
    found = []
    for exposure in drug.exposures:
        start, stop = exposure_ends(exposure, anchors)
        if stop is not None:
            found.append((str(exposure.id), start, stop))
    return sorted(found, key=lambda end: (*_first_day(end[2]), end[0]))


def _first_day(position: Position) -> tuple[int, int]:
    return position.calendar.earliest or 0, position.span.earliest or 0


def _from_onset_on(ends: Iterable[End], onset: Position | None) -> list[End]:
    """Return the exposures from the first that ends not certainly before an onset."""
    waiting = list(ends)
    while waiting:
        days = days_between(onset, waiting[0][2]).latest
        if days is None or days >= 0:
            break
        waiting.pop(0)
    return waiting


def _last_of_course(ends: Iterable[End]) -> str | None:
    """Return the stop of the last exposure that follows the first without an interruption."""
    last: Position | None = None
    found: str | None = None
    for name, start, stop in ends:
        gap = days_between(last, start).latest
        if found is not None and (gap is None or gap > MISSED_DOSE_DAYS):
            break
        found, last = f"{name}.stop", stop
    return found
