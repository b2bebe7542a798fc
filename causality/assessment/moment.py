"""Read ``--as-of``: a date, a case day, or the events that have just happened."""

from causality.case.events import event_name
from causality.case.positions import resolve, resolve_anchors
from causality.case.when import parse_when
from causality.errors import Problem, TermError, UsageError
from causality.terms.dates import format_span
from causality.timeline.order import Moment
from causality.timeline.snapshot import Timeline

END = "end"


def end_of_case(timeline: Timeline) -> Moment:
    """Return the default moment: the last date in the case; everything in the file is past."""
    last = timeline.last_date()
    label = format_span(last.calendar) if last else END
    return Moment(label=label, whole=True)


def parse_moment(text: str | None, timeline: Timeline) -> Moment:
    """Return the moment that a text means.

    Parameters
    ----------
    text
        ``2018-10-05``, ``D0 day 4``, ``@e1.recovered`` (or several, with commas), ``end`` or None.

    Raises
    ------
    UsageError
        E503 for an event that the case does not have, E504 for an unknown anchor, E2xx for a date.
    """
    if text is None or text.strip() == END:
        return end_of_case(timeline)
    if text.strip().startswith("@"):
        return _at_events(text, timeline)
    try:
        when = parse_when(text)
    except TermError as error:
        problem = Problem(code=error.code, path="--as-of", params=error.params)
        raise UsageError([problem]) from error
    position = resolve(when, resolve_anchors(timeline.case.anchors))
    if position is None:
        allowed = ", ".join(timeline.case.anchors) or "-"
        raise UsageError(
            [Problem(code="E504", path="--as-of", params={"found": text, "allowed": allowed})]
        )
    return Moment(label=text.strip(), position=position)


def _at_events(text: str, timeline: Timeline) -> Moment:
    names = [part.strip().removeprefix("@") for part in text.split(",")]
    found = [event_name(name, timeline.events) for name in names]
    missing = [name for name, event in zip(names, found, strict=True) if event is None]
    if missing:
        allowed = ", ".join(timeline.sequence)
        raise UsageError(
            [
                Problem(code="E503", path="--as-of", params={"found": name, "allowed": allowed})
                for name in missing
            ]
        )
    events = tuple(event for event in found if event is not None)
    return Moment(label=",".join(f"@{event}" for event in events), events=events)
