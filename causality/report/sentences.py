"""The sentences of a result with dates and numbers as the reader's language writes them."""

import re
from collections.abc import Iterable

from causality.case.events import Event
from causality.evidence.alternatives import Ground
from causality.evidence.fact import Fact
from causality.ranking.entries import Statement
from causality.report.blocks import Link
from causality.wording.locale import event_date, number, signed, with_minus
from causality.wording.sentences import Sentences

_EVERY = re.compile(r"\bevery (\d+) (hour|day|week|month|year)s?\b")


class ReportSentences(Sentences):
    """Sentences as a document writes them; the terminal keeps to the notation of the case file."""

    def date(self, event: Event) -> str:
        """Return when an event was."""
        if event.position is None and event.text and event.text != "?":
            return event.text
        return event_date(event, self.words)

    def points(self, total: int | None) -> str:
        """Return points with a true minus sign."""
        return signed(total)

    def what(self, event: Event) -> str:
        """Return what an event is, its dose with the decimal sign of the language."""
        return number(super().what(event), self.words)

    def frequency(self, text: str | None) -> str:
        """Return how often a drug was given; what a report gives in codes, in words."""
        if not text or self.result.case.icsr is None:
            return text or ""
        return _EVERY.sub(lambda m: self.words(f"report.every.{m[2]}", count=int(m[1])), text)

    def links(self, events: Iterable[str]) -> tuple[Link, ...]:
        """Return ways to the rows of the table of events."""
        known = self.result.timeline.events
        return tuple(
            Link(f"event-{name}", f"{self.date(known[name])} · {self.what(known[name])}")
            for name in dict.fromkeys(events)
            if name in known
        )

    def code(self, kind: str, value: str | None) -> str:
        """Return the word for a code of a case; nothing where none is reported."""
        return self.words(f"report.{kind}.{value}") if value else ""

    def rule(self, fact: Fact) -> str:
        """Return why a fact has its value."""
        return with_minus(super().rule(fact))

    def flags(self, fact: Fact) -> list[str]:
        """Return the remarks on a fact."""
        return [with_minus(text) for text in super().flags(fact)]

    def statement(self, statement: Statement) -> str:
        """Return what speaks for or against a cause, or is not known of it."""
        return with_minus(super().statement(statement))

    def ground(self, ground: Ground) -> str:
        """Return a reason for or against an alternative."""
        return with_minus(super().ground(ground))
