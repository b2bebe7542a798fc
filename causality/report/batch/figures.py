"""The drawings of a batch report: categories as bars, latencies as boxes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import log1p

from causality.batch.summary import DrugCounts
from causality.report.batch.data import Say
from causality.report.blocks import Figure, Line, Shape
from causality.wording.method_names import method_name

WIDTH = 960.0
_LEFT, _RIGHT = 250.0, 940.0
_LANE = 30.0
_TICKS = (0, 1, 3, 7, 14, 28, 90, 365, 1095, 3650)
_CHAR = 7.6  # width of a sign of the labels, on the safe side
_LABEL_SIGNS = 30
_DARK = 3
"""Shades from this one on take white letters."""
_SHADES = 6
_FEW = 5
"""Exact latencies below which no box is drawn but every one of them."""
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def category_figure(say: Say) -> Figure | None:
    """Return one bar per algorithm, cut into its categories; None where no row was scored."""
    scored = say.data.counts.scored
    if not scored:
        return None
    shapes: list[Shape] = []
    told: list[str] = []
    for lane, algorithm in enumerate(say.data.method.algorithms):
        found = say.data.counts.categories.get(algorithm.id, Counter())
        y = 6 + lane * (_LANE + 8)
        shapes.append(
            Shape(
                kind="text",
                css="end",
                x=_LEFT - 12,
                y=y + 20,
                text=method_name(algorithm.id, say.words),
            )
        )
        x, names = _LEFT, list(algorithm.categories)
        for place, name in enumerate(names):
            count = found.get(name, 0)
            if not count:
                continue
            width = (_RIGHT - _LEFT) * count / scored
            label = say.category(algorithm, name)
            share = say.share(count, scored)
            shade = round(place * (_SHADES - 1) / max(len(names) - 1, 1))
            told.append(f"{method_name(algorithm.id, say.words)}: {label} {share}.")
            shapes += _segment(x, y, width, shade, (label, share, say.count(count)))
            x += width
    return Figure(
        name="categories",
        css="bars",
        title=say.words("batch.categories_figure"),
        description=" ".join(told),
        width=WIDTH,
        height=12 + len(say.data.method.algorithms) * (_LANE + 8),
        shapes=tuple(shapes),
    )


def _segment(
    x: float, y: float, width: float, shade: int, texts: tuple[str, str, str]
) -> Iterator[Shape]:
    label, share, count = texts
    tip = f"{label}: {count} ({share})"
    css = f"shade-{shade}"
    yield Shape(
        kind="rect",
        css=f"segment {css}",
        x=round(x, 1),
        y=y,
        w=round(max(width, 0.5), 1),
        h=_LANE,
        tip=tip,
    )
    ink = "on-dark" if shade >= _DARK else "on-light"
    for text in (f"{label} {share}", label, share):
        if len(text) * _CHAR < width - 8:
            yield Shape(kind="text", css=ink, x=round(x + 6, 1), y=y + 20, text=text)
            return


def latency_figure(say: Say, drugs: Sequence[tuple[str, DrugCounts]]) -> Figure | None:
    """Return a box per drug on a scale of days; None where no latency is known to the day."""
    shown = [(name, counts) for name, counts in drugs if counts.known]
    if not shown:
        return None
    last = max(max(counts.latencies) for _, counts in shown)
    scale = _Scale(last)
    shapes = list(scale.axis(len(shown) * _LANE + 8))
    told = []
    for lane, (name, counts) in enumerate(shown):
        y = 8 + lane * _LANE
        values = [counts.quantile(share) or 0 for share in _QUANTILES]
        text = say.words(
            "batch.latency_told",
            drug=name,
            pairs=say.count(counts.known),
            median=say.days(values[2]),
            low=say.days(values[1]),
            high=say.days(values[3]),
        )
        told.append(text)
        label = name if len(name) <= _LABEL_SIGNS else f"{name[: _LABEL_SIGNS - 1]}…"
        shapes.append(Shape(kind="text", css="end", x=_LEFT - 12, y=y + 19, text=label))
        shapes += _box(scale, y, values, text) if counts.known >= _FEW else _dots(scale, y, counts)
    return Figure(
        name="latency",
        css="boxes",
        title=say.words("batch.latency_figure"),
        description=" ".join(told),
        width=WIDTH,
        height=8 + len(shown) * _LANE + 30,
        shapes=tuple(shapes),
        legend=tuple(Line(say.words(f"batch.legend.{key}")) for key in ("box", "dots", "scale")),
    )


class _Scale:
    """Days from left to right, the first of them far apart."""

    def __init__(self, last: int) -> None:
        self.ticks = [day for day in _TICKS if day <= last] or [0]
        self.end = log1p(max(last, 1))

    def x(self, day: float) -> float:
        """Return where a day lies."""
        return round(_LEFT + (_RIGHT - _LEFT) * log1p(day) / self.end, 1)

    def axis(self, bottom: float) -> Iterator[Shape]:
        """Yield the lines and numbers of the scale."""
        for day in self.ticks:
            x = self.x(day)
            yield Shape(kind="line", css="grid", x=x, y=4, w=0, h=bottom - 4)
            yield Shape(kind="text", css="small middle", x=x, y=bottom + 18, text=str(day))


def _box(scale: _Scale, y: float, values: Sequence[float], tip: str) -> Iterator[Shape]:
    p5, q1, median, q3, p95 = map(scale.x, values)
    middle = y + _LANE / 2
    yield Shape(kind="line", css="whisker", x=p5, y=middle, w=round(p95 - p5, 1), h=0, tip=tip)
    width = round(max(q3 - q1, 1.5), 1)
    yield Shape(kind="rect", css="box", x=q1, y=y + 6, w=width, h=_LANE - 12, tip=tip)
    yield Shape(kind="line", css="median", x=median, y=y + 4, w=0, h=_LANE - 8)


def _dots(scale: _Scale, y: float, counts: DrugCounts) -> Iterator[Shape]:
    for day, count in sorted(counts.latencies.items()):
        x = scale.x(day)
        yield Shape(
            kind="line", css="median", x=x, y=y + 8, w=0, h=_LANE - 16, tip=f"{day} ({count})"
        )
