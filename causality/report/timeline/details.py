"""What a panel shows of each lane, as text: for who reads by keyboard or touch, without a mouse."""

from collections.abc import Iterator, Sequence

from causality.report.blocks import Line
from causality.report.timeline.lanes import Lane
from causality.report.timeline.marks import Arrow, Flag, Test
from causality.words import Words


def lane_details(lane: Lane, flags: Sequence[Flag]) -> Line:
    """Return the bars of a lane and its marks, each text once."""
    told = [lane.below, *(bar.tip for bar in lane.bars)]
    told += [f"{flag.text}: {flag.tip}" for flag in flags]
    return Line("", _single(told), label=lane.label)


def other_details(arrows: Sequence[Arrow], tests: Sequence[Test], words: Words) -> Iterator[Line]:
    """Yield the latencies and the investigations of a panel."""
    if arrows:
        told = _single(arrow.text for arrow in arrows)
        yield Line("", told, label=words("report.latencies"))
    if tests:
        yield Line("", _single(test.tip for test in tests), label=words("report.tests"))


def _single(texts: Sequence[str] | Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
