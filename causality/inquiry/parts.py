"""Which course of a drug, or which episode of a reaction, a field is about."""

from dataclasses import dataclass
from typing import Literal

from causality.case.events import case_events
from causality.case.model import Case
from causality.terms.dates import format_span

_OF_DATES = {"episode": "episode", "treatment": "episode", "exposure": "course"}
_OF_KINDS = {
    "action": "episode",
    "outcome": "episode",
    "treatment": "episode",
    "recurrence": "course",
    "dose": "course",
    "duration": "course",
    "cover": "course",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPart:
    """One of several courses or episodes, with its date on the calendar as far as it is known."""

    kind: Literal["course", "episode"]
    number: int
    total: int
    date: str = ""


def part_of(case: Case, key: str) -> FieldPart | None:
    """Return the part that a field is about; None when there is only one, or none."""
    kind, *names = key.split(" ")
    what = _OF_DATES.get(names[0]) if kind == "date" else _OF_KINDS.get(kind)
    wanted = names[1] if kind == "date" else names[0]
    if what == "course":
        groups = [[str(part.id) for part in drug.exposures] for drug in case.drugs]
    else:
        groups = [[str(part.id) for part in reaction.episodes] for reaction in case.reactions]
    for ids in groups if what else ():
        if wanted in ids and len(ids) > 1:
            event = case_events(case)[f"{wanted}.{'start' if what == 'course' else 'onset'}"]
            span = event.position.calendar if event.position else None
            return FieldPart(
                kind="course" if what == "course" else "episode",
                number=ids.index(wanted) + 1,
                total=len(ids),
                date=format_span(span) if span is not None and span.bounded else "",
            )
    return None
