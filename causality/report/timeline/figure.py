"""The timeline figure: every panel from the top down, and what it shows in words."""

from collections.abc import Iterator

from causality.case.positions import CALENDAR, resolve_anchors
from causality.report.blocks import Figure, Line, Shape
from causality.report.history import shortened
from causality.report.sentences import ReportSentences
from causality.report.timeline.bounds import Bounds
from causality.report.timeline.details import lane_details, other_details
from causality.report.timeline.lanes import Lane, Lanes
from causality.report.timeline.marks import Arrow, Flag, Marks, Test
from causality.report.timeline.panels import LEFT, RIGHT, Panel, panels, ticks
from causality.terms.dates import OPEN
from causality.wording.locale import date_text

WIDTH = 880.0  # the smallest letters, 12 of these, are 7 points high across an A4 page
LEGEND = ("bars", "dose", "activity", "d", "r", "tests")
_CHAR, _SMALL_CHAR, _DOSE_CHAR = 8.0, 7.4, 6.5  # width of a sign of the labels, on the safe side
_HEIGHTS = {"drug": 36.0, "cover": 18.0, "reaction": 15.0, "treatment": 12.0, "condition": 13.0}
_MOST = {"drug": 14, "cover": 6, "reaction": 10, "treatment": 6, "condition": 10}
_MOST_TESTS, _MOST_ARROWS = 8, 6
_GAP = 6.0
_MOST_GUIDES = 12
_FAR = 90.0


def timeline_figures(say: ReportSentences) -> tuple[Figure, ...]:
    """Return a figure per stretch of time; none for a case in which nothing has a place in time.

    Each fits on a page, so that print need not make it smaller than its width asks.
    """
    bounds = Bounds(say.result.snapshot)
    shown = panels(bounds)
    drawn = [d for panel in shown if (d := Drawing(say, bounds, panel, shown)).draw()]
    caption = say.words("report.timeline_title", case=say.result.case.case_id)
    return tuple(
        Figure(
            name=f"timeline-{number}" if number else "timeline",
            css="timeline",
            title=drawing.title,
            description=drawing.told,
            width=WIDTH,
            height=round(drawing.y, 1),
            shapes=tuple(drawing.shapes),
            caption=f"{caption}: {say.words('report.as_table')}." if drawing is drawn[-1] else "",
            details=tuple(drawing.details),
            legend=_legend(say) if drawing is drawn[-1] else (),
        )
        for number, drawing in enumerate(drawn)
    )


def undated_marks(say: ReportSentences) -> str:
    """Return the dechallenges and rechallenges that no figure shows, since their day is unknown."""
    bounds = Bounds(say.result.snapshot)
    names = {str(drug.id): drug.name for drug in say.result.case.drugs}
    by_drug: dict[str, dict[str, None]] = {}
    for told in Marks(say, bounds).undated(panels(bounds)):
        by_drug.setdefault(names[told.drug], {})[told.text] = None
    return "; ".join(f"{drug}: {', '.join(marks)}" for drug, marks in by_drug.items())


def _legend(say: ReportSentences) -> tuple[Line, ...]:
    return tuple(Line(say.words(f"report.legend.{key}")) for key in LEGEND)


class Drawing:
    """Draws a panel: title, axis, lanes, arrows, investigations."""

    def __init__(
        self, say: ReportSentences, bounds: Bounds, panel: Panel, shown: tuple[Panel, ...]
    ) -> None:
        self.say = say
        self.shown = shown
        self.words = say.words
        self.bounds = bounds
        self.of = panel
        self.lanes = Lanes(say, bounds).of(panel)
        self.marks = Marks(say, bounds)
        self.tests = list(self.marks.tests(panel))
        self.arrows = list(self.marks.arrows(panel))[:_MOST_ARROWS]
        self.flags = list(self.marks.flags(panel, shown))
        self.title = self._title(panel)
        self.shapes: list[Shape] = []
        self.details: list[Line] = []
        self.y = 4.0

    @property
    def told(self) -> str:
        """Return what the panel shows in words."""
        return "; ".join(_told(self.lanes, self.tests)).rstrip(".") + "."

    def draw(self) -> bool:
        """Draw the panel, one of those shown; tell whether it holds anything."""
        if not self.lanes and not self.tests:
            return False
        panel = self.of
        self._text(0, self.y + 15, self.title, "title")
        self.y += 24
        top = self.y
        self.shapes.append(Shape(kind="rect", css="frame", x=LEFT, y=top, w=RIGHT - LEFT, h=0))
        frame = len(self.shapes) - 1
        self._axis(panel)
        guides = len(self.shapes)
        if not panel.detail:
            self._whereabouts(self.shown)
        left_out = self._all_lanes(panel) + self._tests(self.tests, panel)
        self.details += other_details(self.arrows, self.tests, self.words)
        if left_out:
            self._text(LEFT, self.y + 14, self.words("report.left_out", count=left_out), "small")
            self.y += 20
        self.shapes[frame] = Shape(
            kind="rect", css="frame", x=LEFT, y=top, w=RIGHT - LEFT, h=round(self.y - top, 1)
        )
        self._guides(panel, top, guides)
        self.y += 4
        return True

    def _all_lanes(self, panel: Panel) -> int:
        """Draw the lanes by kind; return how many are not drawn."""
        left_out = 0
        for kind in dict.fromkeys(lane.kind for lane in self.lanes):
            own = [lane for lane in self.lanes if lane.kind == kind]
            left_out += max(len(own) - _MOST[kind], 0)
            if kind == "reaction":
                self._arrows(panel)
            for lane in own[: _MOST[kind]]:
                self._lane(lane, panel)
        return left_out

    def _guides(self, panel: Panel, top: float, place: int) -> None:
        """Draw a line through all lanes at every onset, below what is drawn already."""
        onsets = self.marks.onsets(panel)
        if panel.detail and len(onsets) <= _MOST_GUIDES:
            self.shapes[place:place] = [
                Shape(kind="line", css="guide", x=panel.x(day), y=top, h=round(self.y - top, 1))
                for day in onsets
            ]

    def _title(self, panel: Panel) -> str:
        words = self.words
        if not panel.letter:
            return words("report.panel_whole")
        if panel.clock == CALENDAR:
            return words("report.panel_closer", letter=panel.letter)
        position = resolve_anchors(self.say.result.case.anchors).get(panel.clock)
        known = position is not None and position.calendar != OPEN
        date = date_text(position.calendar, words) if known and position else ""
        return words(
            "report.panel_days",
            letter=panel.letter,
            anchor=panel.clock,
            date=date or words("report.not_reported"),
        )

    def _text(self, x: float, y: float, text: str, css: str, tip: str = "") -> None:
        self.shapes.append(Shape(kind="text", css=css, x=x, y=round(y, 1), text=text, tip=tip))

    def _axis(self, panel: Panel) -> None:
        last = -1000.0
        unit = "" if panel.clock == CALENDAR else self.words("report.day")
        if unit:
            self._text(LEFT - 8, self.y + 14, unit, "small end")
        for day, label in ticks(panel, self.words):
            x = panel.x(day)
            self.shapes.append(Shape(kind="line", css="tick", x=x, y=self.y + 18, h=5))
            width = len(label) * _SMALL_CHAR
            if x - last > width / 2 + 4 and x + width / 2 < RIGHT + 14:
                self._text(x, self.y + 14, label, "small middle")
                last = x + width / 2
        self.y += 26

    def _whereabouts(self, shown: tuple[Panel, ...]) -> None:
        """Mark on the whole course where the closer panels lie."""
        whole = shown[0]
        anchors = resolve_anchors(self.say.result.case.anchors)
        for panel in shown[1:]:
            low, high = panel.low, panel.high
            if panel.clock != CALENDAR:
                span = anchors[panel.clock].calendar if panel.clock in anchors else OPEN
                if not span.bounded:
                    continue
                low, high = span.earliest or 0, (span.latest or 0) + high
            x0, x1 = whole.x(low), whole.x(high)
            d = f"M{x0} {self.y + 12}V{self.y + 6}H{x1}V{self.y + 12}"
            self.shapes.append(Shape(kind="path", css="bracket", d=d))
            self._text((x0 + x1) / 2, self.y + 3, panel.letter, "small middle strong")
        self.y += 16

    def _label(self, lane: Lane, y: float, height: float, *, brief: bool) -> float:
        """Write the name of a lane, in one line if brief; return the height it takes."""
        most = int((LEFT - 14) / _CHAR)
        lines = [shortened(lane.label, most)] if brief else _wrapped(lane.label, most)
        below = "" if brief else shortened(lane.below, int((LEFT - 14) / _SMALL_CHAR))
        needed = 16.0 * len(lines) + (14 if below else 0)
        start = y + max((height - needed) / 2, 0) + 12
        for number, line in enumerate(lines):
            self._text(LEFT - 8, start + 16 * number, line, "label end", lane.label)
        if below:
            self._text(LEFT - 8, start + 16 * len(lines) - 2, below, "small end", lane.below)
        return needed

    def _lane(self, lane: Lane, panel: Panel) -> None:
        flags = [f for f in self.flags if f.drug == lane.id and lane.kind == "drug"]
        self.details.append(lane_details(lane, flags))
        height = _HEIGHTS[lane.kind] if panel.detail or lane.kind != "drug" else 15.0
        above = 13.0 if panel.detail and any(bar.label for bar in lane.bars) else 0.0
        if flags:
            above += 19.0
        y = self.y + above
        needed = self._label(lane, self.y, above + height, brief=not panel.detail)
        for bar in lane.bars:
            self.shapes += bar.draw(panel, y, height)
        if lane.kind == "condition":
            self._inside(lane, panel, y + height)
        elif panel.detail:
            self._above(lane, panel, y, height)
        self._flags(flags, panel, height)
        self.y += max(above + height, needed) + _GAP

    def _above(self, lane: Lane, panel: Panel, y: float, height: float) -> None:
        """Write doses and episodes above their bars where there is room."""
        taken, last = -1000.0, ""
        for bar in lane.bars:
            x = panel.x(panel.low if bar.first is None else bar.first)
            top = y + height - max(bar.level * height, 2.5)
            doses = lane.kind in {"drug", "cover"}
            width = len(bar.label) * (_DOSE_CHAR if doses else _SMALL_CHAR)
            if bar.label and bar.label != last and x >= taken and x + width < WIDTH:
                self._text(x, top - 3, bar.label, "dose", bar.tip)
                taken = x + width
            last = bar.label if lane.kind == "drug" else ""

    def _inside(self, lane: Lane, panel: Panel, y: float) -> None:
        for bar in lane.bars:
            x0, x1 = bar.extent(panel)
            if bar.label and len(bar.label) * _SMALL_CHAR + 10 < x1 - x0:
                self._text((x0 + x1) / 2, y - 2.5, bar.label, "small middle halo", bar.tip)

    def _flags(self, flags: list[Flag], panel: Panel, height: float) -> None:
        taken, y = -1000.0, self.y
        for flag in sorted(flags, key=lambda f: (f.day, f.text)):
            x, width = panel.x(flag.day), len(flag.text) * 8.3 + 10
            left = min(max(x - 8, taken + 4), RIGHT - width)
            if left <= taken or left - x > _FAR:
                continue  # no room near its day: the tables hold it
            self.shapes.append(
                Shape(kind="rect", css="flag", x=left, y=y + 1, w=width, h=16, tip=flag.tip)
            )
            self._text(left + 4, y + 13.5, flag.text, "small strong", flag.tip)
            self.shapes.append(Shape(kind="line", css="pole", x=x, y=y + 17, h=height))
            taken = left + width

    def _arrows(self, panel: Panel) -> None:
        for arrow in self.arrows:
            self.shapes += self._arrow(arrow, panel)
            self.y += 19
        if self.arrows:
            self.y += 4

    def _arrow(self, arrow: Arrow, panel: Panel) -> Iterator[Shape]:
        x0, x1, y = panel.x(arrow.start), panel.x(arrow.end), self.y + 8
        css = "arrow" if arrow.sure else "arrow unsure"
        yield Shape(kind="line", css=css, x=x0, y=y, w=max(x1 - x0, 0.1), tip=arrow.text)
        head = f"M{x1 - 7} {y - 4}L{x1} {y}L{x1 - 7} {y + 4}"
        yield Shape(kind="path", css="arrow-head", d=head, tip=arrow.text)
        width = len(arrow.text) * _SMALL_CHAR
        if x1 + 8 + width < WIDTH:
            yield Shape(kind="text", css="small", x=x1 + 8, y=y + 4, text=arrow.text)
        elif x0 - 8 - width > LEFT:
            yield Shape(kind="text", css="small end", x=x0 - 8, y=y + 4, text=arrow.text)
        else:
            left = max(min(x0, WIDTH - width), LEFT + 4)
            yield Shape(kind="text", css="small halo", x=left, y=y + 17, text=arrow.text)
            self.y += 14

    def _tests(self, tests: list[Test], panel: Panel) -> int:
        """Draw the investigations in as many rows as their names need; return how many are not."""
        if not tests:
            return 0
        self._text(LEFT - 8, self.y + 13, self.words("report.tests"), "label end")
        rows: list[float] = []
        left_out = 0
        for test in tests:
            low = panel.low if test.span.earliest is None else test.span.earliest
            high = panel.high if test.span.latest is None else test.span.latest + 1
            x0, x1 = panel.x(low), panel.x(high)
            x = (x0 + x1) / 2
            width = len(test.text) * _SMALL_CHAR + 14
            right = x + width < WIDTH
            begin, end = (min(x0, x - 6), max(x1, x + width)) if right else (x - width, x1)
            number = next((n for n, taken in enumerate(rows) if taken < begin), len(rows))
            if number >= _MOST_TESTS:
                left_out += 1
                continue
            rows[number : number + 1] = [end + 6]
            y = self.y + 20 * number + 9
            if not test.span.exact:
                css = "test-span"
                yield_ = Shape(kind="line", css=css, x=x0, y=y, w=max(x1 - x0, 1), tip=test.tip)
                self.shapes.append(yield_)
            self.shapes.append(
                Shape(kind="path", css=f"test {test.sign}", d=_sign(test.sign, x, y), tip=test.tip)
            )
            if right:
                self._text(x + 10, y + 4, test.text, "small halo", test.tip)
            else:
                self._text(x - 10, y + 4, test.text, "small halo end", test.tip)
        self.y += 20 * len(rows) + 4
        return left_out


def _sign(sign: str, x: float, y: float) -> str:
    x, y = round(x, 1), round(y, 1)
    if sign == "up":
        return f"M{x - 6} {y + 5}L{x} {y - 6}L{x + 6} {y + 5}Z"
    if sign == "down":
        return f"M{x - 6} {y - 5}L{x} {y + 6}L{x + 6} {y - 5}Z"
    return f"M{x - 6} {y}L{x} {y - 6}L{x + 6} {y}L{x} {y + 6}Z"


def _wrapped(text: str, most: int) -> list[str]:
    """Return a name in at most two lines."""
    if len(text) <= most:
        return [text]
    cut = text[: most + 1].rfind(" ")
    if cut < most // 3:
        return [shortened(text, most)]
    return [text[:cut], shortened(text[cut + 1 :], most)]


def _told(lanes: list[Lane], tests: list[Test]) -> Iterator[str]:
    for lane in lanes[:40]:
        if lane.kind in {"drug", "reaction", "condition"}:
            yield " / ".join(bar.tip for bar in lane.bars[:12])
    for test in tests[:20]:
        yield test.tip
