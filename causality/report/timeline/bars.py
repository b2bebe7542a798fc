"""Bars: solid where something certainly was, fading where the dates leave it open."""

from collections.abc import Iterator
from dataclasses import dataclass

from causality.report.blocks import Shape
from causality.report.timeline.panels import RIGHT, Panel
from causality.terms.dates import Span

_UNKNOWN_END = 0.1  # of the panel: how far a bar fades whose end is not reported
_SMALL = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Something that lasted: when it began and ended as far as known, and how it looks.

    ``stop`` is None for what goes on, open for an end that is not reported.
    """

    start: Span
    stop: Span | None
    css: str
    tip: str
    label: str = ""
    level: float = 1.0  # share of the height of the lane

    @property
    def first(self) -> float | None:
        """Return the first day on which it may have been there."""
        return self.start.earliest

    @property
    def last(self) -> float | None:
        """Return the last day on which it may have been there."""
        return None if self.stop is None else self.stop.latest

    def extent(self, panel: Panel) -> tuple[float, float]:
        """Return from where to where the bar is drawn."""
        shapes = [s for s in self.draw(panel, 0, 10) if s.kind == "rect"]
        return min(s.x for s in shapes), max(s.x + s.w for s in shapes)

    def draw(self, panel: Panel, y: float, height: float) -> Iterator[Shape]:
        """Yield the bar at the foot of a lane whose top is ``y``."""
        tall = max(self.level * height, 2.5)
        return self._parts(panel, y + height - tall, tall)

    def _parts(self, panel: Panel, y: float, h: float) -> Iterator[Shape]:
        low, high = panel.low, panel.high
        a0 = low if self.start.earliest is None else self.start.earliest
        a1 = self._surely_begun(high)
        b0, b1 = self._end(a1, high)
        if a1 > b0:
            yield self._rect(panel, a0, b1, "vague", y, h)
        else:
            if a0 < a1:
                yield self._rect(panel, a0, a1, "fade-in", y, h)
            yield self._rect(panel, a1, b0, "core", y, h)
            if b1 > b0:
                yield self._rect(panel, b0, b1, "fade-out", y, h)
        yield from self._ends(panel, b0, b1, y + h / 2)

    def _surely_begun(self, high: float) -> float:
        if self.start.latest is not None:
            return self.start.latest
        return high

    def _end(self, begun: float, high: float) -> tuple[float, float]:
        """Return until when it was certainly there, and until when it may have been."""
        if self.stop is None:
            return high, high
        last = None if self.stop.latest is None else self.stop.latest + 1.0
        sure = self.stop.earliest
        until = max(begun, sure + 1.0) if sure is not None else begun + 1.0
        if self.start.latest is None:
            until = begun - 1.0 if last is None else min(begun, last) - 1.0
        if last is None:
            last = max(until, begun) + _UNKNOWN_END * (high - begun) + 1.0
            last = high if sure is None and self.start.latest is None else min(last, high)
        if self.stop.latest is not None and sure is not None and begun > sure:
            until = begun - 1.0  # the beginning and the end overlap: somewhere in between
        return until, max(last, until)

    def _rect(
        self, panel: Panel, left: float, right: float, part: str, y: float, h: float
    ) -> Shape:
        x0, x1 = panel.x(left), panel.x(right)
        return Shape(
            kind="rect",
            css=f"{self.css} {part}",
            x=x0,
            y=round(y, 1),
            w=round(max(x1 - x0, 2.0), 1),
            h=round(h, 1),
            tip=self.tip,
        )

    def _ends(self, panel: Panel, sure: float, last: float, y: float) -> Iterator[Shape]:
        x = panel.x(min(last, panel.high))
        if self.stop is None or sure >= panel.high:
            d = f"M{x - 7} {y - 5:.1f}L{x} {y:.1f}L{x - 7} {y + 5:.1f}"
            yield Shape(kind="path", css="goes-on", d=d, tip=self.tip)
        elif self.stop.latest is None:
            yield Shape(
                kind="text", css="small", x=min(x + 3, RIGHT + 8), y=round(y + 4, 1), text="?"
            )
        if self.start.earliest is not None and self.start.earliest < panel.low - _SMALL:
            x = panel.x(panel.low)
            d = f"M{x + 7} {y - 5:.1f}L{x} {y:.1f}L{x + 7} {y + 5:.1f}"
            yield Shape(kind="path", css="goes-on", d=d, tip=self.tip)
