"""The score over time: a staircase per pair, and a table of every change."""

from collections.abc import Callable, Iterator, Sequence

from causality.assessment.assess import AssessedPair
from causality.assessment.moment import END
from causality.assessment.trajectory import Change, by_moment
from causality.report.blocks import Block, Cell, Figure, Paragraph, Section, Shape, Table, row
from causality.report.header import moment
from causality.report.sentences import ReportSentences
from causality.report.suspects import pair_name
from causality.wording.locale import signed
from causality.wording.method_names import method_name

_WIDTH, _LEFT, _TOP, _STEP = 880.0, 320.0, 38.0, 22.0
_MOST_STEPS = 40


def history_section(say: ReportSentences) -> Section:
    """Return what each moment changed in each pair."""
    parts = tuple(
        Section(id=f"history-{number}", title=pair_name(pair), blocks=tuple(_pair(pair, say)))
        for number, pair in enumerate(say.result.pairs, 1)
    )
    return Section(id="history", title=say.words("view.over_time"), parts=parts)


def _pair(pair: AssessedPair, say: ReportSentences) -> Iterator[Block]:
    moments = list(by_moment(say.result.trajectory, pair.evidence.key))
    lead = pair.assessments[0].algorithm.id
    steps = [(m[0], c) for m in moments for c in m if c.algorithm == lead and c.total is not None]
    if len(steps) > 1:
        yield _staircase(pair, [c for _, c in steps][:_MOST_STEPS], say)
    words, algorithms = say.words, say.result.method.algorithms
    rows = []
    for changes in moments:
        shown = {c.algorithm: _changed(c, say) for c in changes}
        cells = (shown.get(a.id, "") for a in algorithms)
        rows.append(row(moment_date(changes[0], say), moment_event(changes[0], say), *cells))
    yield Table(
        caption=words("report.changes"),
        columns=(
            words("view.moment"),
            words("view.event"),
            *(method_name(a.id, words) for a in algorithms),
        ),
        rows=tuple(rows),
        wide=frozenset({1}),
    )
    if any(len(changes) < len(algorithms) for changes in moments):
        yield Paragraph(words("report.changes_note"), style="note")


def moment_date(change: Change, say: ReportSentences) -> str:
    """Return when a score changed."""
    event = say.result.timeline.events.get(change.event)
    return say.date(event) if event else _at_the_end(change, say)[0]


def moment_event(change: Change, say: ReportSentences) -> Cell:
    """Return the event that changed a score."""
    event = say.result.timeline.events.get(change.event)
    return Cell(say.what(event) if event else _at_the_end(change, say)[1])


def _at_the_end(change: Change, say: ReportSentences) -> tuple[str, str]:
    """Return when and with what a score changed that no event changed: once all is known."""
    if change.as_of == END:
        return say.words("event.no_date"), say.words("view.end_of_case")
    return moment(say), say.words("view.moment_of_assessment")


def _changed(change: Change, say: ReportSentences) -> str:
    algorithm = next(a for a in say.result.method.algorithms if a.id == change.algorithm)
    label = algorithm.categories[change.category].text(say.words.language)
    return f"{signed(change.total)} {label}".strip()


def _staircase(pair: AssessedPair, steps: Sequence[Change], say: ReportSentences) -> Figure:
    """Return the totals of the first method as rows of bars from zero, in order of time."""
    words, algorithm = say.words, pair.assessments[0].algorithm
    low, high = algorithm.range or (0, 0)
    low = min(low, *(c.total or 0 for c in steps))
    high = max(high, *(c.total or 0 for c in steps))
    unit = (_WIDTH - _LEFT - 20) / max(high - low, 1)

    def x(total: float) -> float:
        return round(_LEFT + (total - low) * unit, 1)

    bottom = _TOP + _STEP * len(steps)
    shapes: list[Shape] = []
    floor = float(low)
    for number, band in enumerate(algorithm.bands):
        ceiling = float(high) if band.max is None else min(band.max + 0.5, high)
        label = algorithm.categories[band.category].text(words.language)
        left, width = x(floor), x(ceiling) - x(floor)
        css = f"band band-{number % 2}"
        shapes.append(Shape(kind="rect", css=css, x=left, y=_TOP, w=width, h=bottom - _TOP))
        y = _TOP - (8 if number % 2 else 22)  # in two rows: the names of narrow bands are long
        shapes.append(Shape(kind="text", css="small middle", x=left + width / 2, y=y, text=label))
        floor = ceiling
    shapes.append(Shape(kind="line", css="zero", x=x(0), y=_TOP, w=0, h=bottom - _TOP))
    for number, change in enumerate(steps):
        shapes += _stair(change, _TOP + number * _STEP, x, say)
    told = "; ".join(f"{moment_date(c, say)}: {_changed(c, say)}" for c in steps)
    title = words(
        "report.staircase", algorithm=method_name(algorithm.id, words), pair=pair_name(pair)
    )
    return Figure(
        css="staircase",
        name=f"staircase-{pair.evidence.key[0]}-{pair.evidence.key[1]}",
        title=title,
        description=told,
        width=_WIDTH,
        height=bottom + 8,
        shapes=tuple(shapes),
    )


def _stair(
    change: Change, y: float, x: Callable[[float], float], say: ReportSentences
) -> Iterator[Shape]:
    total = change.total or 0
    left, right = sorted((x(0), x(total)))
    tip = f"{moment_date(change, say)} · {moment_event(change, say).text}: {_changed(change, say)}"
    label = moment_event(change, say).text
    yield Shape(
        kind="text", css="small end", x=_LEFT - 8, y=y + 15, text=shortened(label, 42), tip=tip
    )
    yield Shape(
        kind="rect", css="stair", x=left, y=y + 5, w=max(right - left, 2), h=_STEP - 8, tip=tip
    )
    after = total >= 0
    yield Shape(
        kind="text",
        css="small strong" if after else "small strong end",
        x=(right + 5) if after else (left - 5),
        y=y + 15,
        text=signed(change.total),
    )


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many signs; what is cut shows in the tip of its mark."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
