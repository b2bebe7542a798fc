"""Which events are certainly past at a moment (DESIGN section 5, rule 6)."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from causality.assessment.moment import parse_moment
from causality.case.events import Event, EventKind
from causality.case.positions import CALENDAR, Position
from causality.terms.dates import OPEN, Span, parse_date
from causality.timeline.order import Moment, Order
from causality.timeline.snapshot import Timeline
from tests.support import case_of


def on(text: str) -> Position:
    """A calendar date of any precision."""
    span = parse_date(text)
    return Position(CALENDAR, span, span)


def case_day(clock: str, day: int, anchor: str) -> Position:
    """A day counted from day 1 on a vague anchor."""
    offset = Span(day - 1, day - 1)
    return Position(clock, offset, parse_date(anchor).plus(offset))


def event(
    name: str,
    position: Position | None = None,
    *,
    after: tuple[str, ...] = (),
    before: tuple[str, ...] = (),
    kind: EventKind = "test",
) -> Event:
    return Event(id=name, kind=kind, path=(name,), position=position, after=after, before=before)


def order_of(*events: Event) -> Order:
    return Order({e.id: e for e in events})


def seen(order: Order, moment: Position) -> set[str]:
    return set(order.visible(Moment("now", position=moment)))


# By date


@pytest.mark.parametrize(
    ("when", "moment", "past"),
    [
        ("2018-10-05", "2018-10-04", False),
        ("2018-10-05", "2018-10-05", True),
        ("2018-10-05", "2018-10-06", True),
        # A partial date is past when its last day is.
        ("2018-10", "2018-10-30", False),
        ("2018-10", "2018-10-31", True),
        ("2018", "2018-12-30", False),
        ("2018", "2018-12-31", True),
        ("2018-10-01/2018-10-09", "2018-10-08", False),
        ("2018-10-01/2018-10-09", "2018-10-09", True),
        # So is a partial moment.
        ("2018-10-05", "2018-10", True),
        ("2018-10-31", "2018-10", True),
        ("2018-11-01", "2018-10", False),
        ("2018-10", "2018-10", True),
        ("2018-10", "2018", True),
        ("2018", "2018-10", False),
    ],
)
def test_a_dated_event_is_seen_when_it_is_certainly_past(
    when: str, moment: str, past: bool
) -> None:
    assert ("x" in seen(order_of(event("x", on(when))), on(moment))) is past


def test_an_event_without_a_date_or_an_order_is_never_seen_before_the_end() -> None:
    order = order_of(event("x"), event("y", on("2018-01-01")))
    assert seen(order, on("2200")) == {"y"}
    assert order.visible(Moment("end", whole=True)) == {"x", "y"}


@pytest.mark.parametrize(("day", "past"), [(1, True), (3, True), (4, False)])
def test_days_on_the_clock_of_a_vague_anchor_are_exact_among_each_other(
    day: int, past: bool
) -> None:
    order = order_of(event("x", case_day("D0", day, "2018")))
    assert ("x" in seen(order, case_day("D0", 3, "2018"))) is past


@pytest.mark.parametrize(
    ("moment", "past"),
    [("2018-12-31", False), ("2019-01-02", False), ("2019-01-03", True), ("2019-06-01", True)],
)
def test_a_day_on_a_vague_anchor_is_past_on_its_last_meaning(moment: str, past: bool) -> None:
    # Day 4 of an anchor somewhere in 2018: at the latest 2019-01-03.
    order = order_of(event("x", case_day("D0", 4, "2018")))
    assert ("x" in seen(order, on(moment))) is past


@pytest.mark.parametrize(
    ("when", "past"),
    [("2017-12-31", True), ("2018-01-03", True), ("2018-01-04", True), ("2018-01-05", False)],
)
def test_at_a_case_day_only_what_is_past_on_its_first_meaning_is_seen(
    when: str, past: bool
) -> None:
    # Day 4 of an anchor somewhere in 2018: at the earliest 2018-01-04.
    order = order_of(event("x", on(when)))
    assert ("x" in seen(order, case_day("D0", 4, "2018"))) is past


def test_days_on_two_vague_anchors_compare_by_calendar() -> None:
    order = order_of(
        event("x", case_day("D0", 4, "2018")), event("y", case_day("D1", 1, "2019-06"))
    )
    assert seen(order, case_day("D1", 1, "2019-06")) == {"x", "y"}
    assert seen(order, case_day("D0", 300, "2018")) == {"x"}


def test_an_anchor_without_any_date_says_nothing_about_the_calendar() -> None:
    undated = Position("D0", Span(3, 3), OPEN)
    order = order_of(event("x", undated), event("y", on("1990")))
    assert seen(order, on("2200")) == {"y"}
    assert seen(order, undated) == {"x"}


# By stated order


def test_an_undated_event_is_past_when_something_after_it_is() -> None:
    order = order_of(event("x", before=("y",)), event("y", on("2018-05-01")))
    assert seen(order, on("2018-04-30")) == set()
    assert seen(order, on("2018-05-01")) == {"x", "y"}


def test_an_undated_event_after_another_is_past_as_soon_as_a_later_dated_one_is() -> None:
    order = order_of(
        event("x", on("2018-05-01")),
        event("u", after=("x",)),
        event("y", on("2018-05-20")),
    )
    assert seen(order, on("2018-05-01")) == {"x"}
    assert seen(order, on("2018-05-19")) == {"x"}
    assert seen(order, on("2018-05-20")) == {"x", "u", "y"}


def test_an_undated_event_stays_before_what_it_is_said_to_precede() -> None:
    order = order_of(
        event("x", on("2018-05-01")),
        event("u", after=("x",), before=("z",)),
        event("y", on("2018-05-20")),
        event("z", on("2018-06-20")),
    )
    assert order.at_or_before("u", "z")
    assert "u" in seen(order, on("2018-06-20"))


def test_a_dated_event_is_seen_with_what_it_came_after() -> None:
    # The source says that u came before x, whose date is known.
    order = order_of(event("u"), event("x", on("2018-05-01"), after=("u",)))
    assert seen(order, on("2018-05-01")) == {"u", "x"}


@pytest.mark.parametrize("by", ["after", "before"])
def test_a_vague_event_is_past_when_what_comes_after_it_is(by: str) -> None:
    """Its month goes on, and yet nothing of the rest of it is known before."""
    order = order_of(
        event("start", on("2022-04"), before=("stop",) if by == "before" else ()),
        event("stop", on("2022-04-12"), after=("start",) if by == "after" else ()),
        event("onset", on("2022-04-16")),
    )
    assert seen(order, on("2022-04-11")) == set()
    assert seen(order, on("2022-04-13")) == {"start", "stop"}
    assert order.visible(Moment("start", events=("start",))) == {"start", "stop"}
    assert order.visible(Moment("stop", events=("stop",))) == {"start", "stop"}


@pytest.mark.parametrize(
    ("start", "moment"), [("2022-04", "2022-04-13"), ("2022", "@a1.stop"), ("2022-04", "@a1.stop")]
)
def test_a_reaction_that_comes_later_in_the_month_of_a_dose_is_not_scored(
    start: str, moment: str
) -> None:
    case = case_of(
        f"""\
case_id: M
drugs: [{{id: amx, name: amoxicillin, exposures: [{{id: a1, start: {start}, stop: 2022-04-12}}]}}]
reactions: [{{id: p, term: vasculitis, episodes: [{{id: e1, onset: 2022-04-16}}]}}]
"""
    )
    timeline = Timeline.of(case)
    visible = timeline.order.visible(parse_moment(moment, timeline))
    assert visible == {"a1.start", "a1.stop"}


def test_order_is_transitive_over_dates_and_statements() -> None:
    order = order_of(
        event("a", on("2018-01-01")),
        event("b", on("2018-02-01"), after=("u",)),
        event("u", after=("v",)),
        event("v"),
    )
    assert order.at_or_before("v", "b")
    assert order.at_or_before("a", "b")
    assert not order.at_or_before("b", "v")


def test_a_moment_of_events_sees_them_and_what_is_certainly_past_by_then() -> None:
    order = order_of(
        event("a", on("2018-01-01")),
        event("u", after=("a",)),
        event("v", after=("u",)),
        event("b", on("2018-02-01")),
    )
    assert order.visible(Moment("@u", events=("u",))) == {"a", "u"}
    assert order.visible(Moment("@v", events=("v",))) == {"a", "u", "v"}
    assert order.visible(Moment("@b", events=("b",))) >= {"a", "b"}
    assert order.visible(Moment("@a", events=("a",))) == {"a"}


def test_several_events_of_a_moment_are_seen_together() -> None:
    order = order_of(event("a", on("2018-01-01")), event("b", on("2018-02-01")), event("u"))
    assert order.visible(Moment("@a,@u", events=("a", "u"))) == {"a", "u"}


# What is certain about intervals is less than what is known at a moment


@pytest.mark.parametrize(
    ("first", "second", "certain"),
    [
        ("2018-10-05", "2018-10-06", True),
        ("2018-10-05", "2018-10-05", True),
        ("2018-10-06", "2018-10-05", False),
        ("2018-10-20", "2018-10", False),  # the second may have been on the 1st
        ("2018-10", "2018-10", False),
        ("2018-10", "2018-10-20", False),
        ("2018-10", "2018-10-31", True),
        ("2018-09", "2018-10", True),
        ("2018", "2019", True),
    ],
)
def test_not_after_needs_the_last_day_before_the_first(
    first: str, second: str, certain: bool
) -> None:
    order = order_of(event("x", on(first)), event("y", on(second)))
    assert order.not_after("x", "y") is certain


def test_stated_order_is_certain() -> None:
    order = order_of(event("x"), event("y", after=("x",)), event("z", after=("y",)))
    assert order.not_after("x", "z")
    assert not order.not_after("z", "x")


def test_an_undated_event_is_not_certainly_before_a_dated_one_because_of_its_place() -> None:
    order = order_of(
        event("x", on("2018-05-01")), event("u", after=("x",)), event("y", on("2018-05-20"))
    )
    assert order.at_or_before("u", "y")
    assert not order.not_after("u", "y")


# Sequence


def test_sequence_is_by_date_with_undated_events_right_behind_what_they_follow() -> None:
    order = order_of(
        event("c", on("2018-03-01")),
        event("a", on("2018-01-01")),
        event("u", after=("a",)),
        event("b", on("2018-02-01")),
        event("unplaced"),
    )
    assert order.in_sequence() == ["a", "u", "b", "c", "unplaced"]


def test_sequence_does_not_depend_on_the_order_of_the_file() -> None:
    events = [
        event("a", on("2018")),
        event("b", on("2018")),
        event("c", on("2018-05-01")),
        event("u", after=("c",)),
    ]
    forwards, backwards = order_of(*events), order_of(*reversed(events))
    assert forwards.in_sequence() == backwards.in_sequence()


# Any small order

NAMES = "abcdef"


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Draw up to six events: exact, partial or undated, after or before earlier letters."""
    count = draw(st.integers(1, len(NAMES)))
    events = []
    for number, name in enumerate(NAMES[:count]):
        low = draw(st.integers(0, 40))
        span = Span(low, low + draw(st.sampled_from([0, 0, 5, 30])))
        clock = draw(st.sampled_from(["calendar", "calendar", "D0", "none"]))
        position = None
        if clock == "calendar":
            position = Position(CALENDAR, span.shift(737_000), span.shift(737_000))
        elif clock == "D0":
            exact = Span(low, low)
            position = Position("D0", exact, exact.plus(Span(737_000, 737_020)))
        # Stated orders lead from later letters to earlier ones, so that there is no circle.
        earlier = st.sets(st.sampled_from(NAMES[:number]), max_size=2) if number else st.just(set())
        events.append(event(name, position, after=tuple(sorted(draw(earlier)))))
    return order_of(*events)


moments = st.one_of(
    st.integers(736_990, 737_080).map(
        lambda day: Moment("day", position=Position(CALENDAR, Span(day, day), Span(day, day)))
    ),
    st.integers(0, 60).map(
        lambda day: Moment(
            "case day",
            position=Position("D0", Span(day, day), Span(737_000 + day, 737_020 + day)),
        )
    ),
    st.sets(st.sampled_from(NAMES), min_size=1, max_size=2).map(
        lambda names: Moment("events", events=tuple(sorted(names)))
    ),
)


@given(orders(), moments)
def test_what_is_seen_is_seen_with_all_that_came_before_it(order: Order, moment: Moment) -> None:
    if not set(moment.events) <= set(order.names):
        return
    visible = order.visible(moment)
    for name in visible:
        for other in order.names:
            if order.at_or_before(other, name):
                assert other in visible, (other, name)


@given(orders())
def test_both_relations_are_reflexive_and_transitive(order: Order) -> None:
    for relation in (order.at_or_before, order.not_after):
        for a in order.names:
            assert relation(a, a)
            for b in order.names:
                for c in order.names:
                    if relation(a, b) and relation(b, c):
                        assert relation(a, c)


@given(orders())
def test_what_certainly_happened_before_is_known_too(order: Order) -> None:
    for a in order.names:
        for b in order.names:
            if order.not_after(a, b):
                assert order.at_or_before(a, b)


@given(orders(), st.integers(736_990, 737_060), st.integers(0, 30))
def test_later_moments_see_no_less(order: Order, day: int, more: int) -> None:
    def at(number: int) -> frozenset[str]:
        span = Span(number, number)
        return order.visible(Moment("day", position=Position(CALENDAR, span, span)))

    assert at(day) <= at(day + more)


@given(orders(), st.integers(736_990, 737_060))
def test_nothing_that_certainly_comes_later_is_seen(order: Order, day: int) -> None:
    """Unless the file contradicts itself: an order that its dates do not allow."""
    first: dict[str, int] = {}  # the earliest day of each, by its date and what comes before it
    for name in order.names:  # in the stated order
        found = order.events[name]
        own = found.position.calendar if found.position is not None else OPEN
        days = [own.earliest, *(first.get(other) for other in found.after)]
        first[name] = max((day for day in days if day is not None), default=0)
        assume(own.latest is None or first[name] <= own.latest)
    assume(all(e.position is None or e.position.clock == CALENDAR for e in order.events.values()))
    span = Span(day, day)
    visible = order.visible(Moment("day", position=Position(CALENDAR, span, span)))
    assert [name for name in visible if first[name] > day] == []


@given(orders())
def test_sequence_has_each_event_once_and_none_before_what_is_strictly_earlier(
    order: Order,
) -> None:
    sequence = order.in_sequence()
    assert sorted(sequence) == order.names
    for place, name in enumerate(sequence):
        for later in sequence[place + 1 :]:
            strictly = order.at_or_before(later, name) and not order.at_or_before(name, later)
            assert not strictly, (later, name)


@given(orders())
def test_end_of_the_case_sees_everything(order: Order) -> None:
    assert order.visible(Moment("end", whole=True)) == set(order.names)


# From a case

CASE = """
case_id: order
anchors: {D0: {from: 2018-03, to: 2018-04}}
drugs:
  - {id: d, name: zzz, exposures: [{id: x, start: D0 day 1, stop: D0 day 9}]}
reactions:
  - id: r
    term: purpura
    episodes: [{id: e, onset: D0 day 8, recovered: {after: [x.stop]}}]
conditions: [{id: c, term: hepatitis C, periods: [{id: p, start: 2016}]}]
investigations:
  - {id: t, test: ANCA, date: 2018-06-01, result: negative}
  - {id: b, test: skin biopsy, after: [e.recovered], assumed: true, result: positive}
"""


@pytest.mark.parametrize(
    ("moment", "visible"),
    [
        ("2016-12-30", set()),
        ("2016-12-31", {"p.start"}),
        ("D0 day 1", {"p.start", "x.start"}),
        ("D0 day 8", {"p.start", "x.start", "e.onset"}),
        ("D0 day 9", {"p.start", "x.start", "e.onset", "x.stop"}),
        ("2018-04-30", {"p.start", "x.start"}),
        ("2018-05-08", {"p.start", "x.start", "e.onset", "x.stop"}),
        ("@e.recovered", {"p.start", "x.start", "e.onset", "x.stop", "e.recovered"}),
        ("@e", {"p.start", "x.start", "e.onset"}),
        (
            "2018-06-01",
            {"p.start", "x.start", "e.onset", "x.stop", "e.recovered", "b", "t"},
        ),
        ("end", {"p.start", "x.start", "e.onset", "x.stop", "e.recovered", "b", "t"}),
    ],
)
def test_what_a_case_shows_at_a_moment(moment: str, visible: set[str]) -> None:
    timeline = Timeline.of(case_of(CASE))
    assert timeline.at(parse_moment(moment, timeline)).visible == visible


def test_days_between_events_are_those_of_the_dates_and_the_stated_order() -> None:
    timeline = Timeline.of(case_of(CASE))
    end = timeline.at(parse_moment(None, timeline))
    assert end.days("x.start", "e.onset") == Span(7, 7)
    assert end.days("e.onset", "x.start") == Span(-7, -7)
    assert end.days("x.stop", "e.recovered") == Span(0, None)
    assert end.days("e.recovered", "x.stop") == Span(None, 0)
    assert end.days("x.start", "nothing") == OPEN
    assert end.days(None, "x.start") == OPEN
    first, last = date(2018, 3, 1), date(2018, 4, 30)
    june = date(2018, 6, 1)
    assert end.days("x.start", "t") == Span((june - last).days, (june - first).days)


def test_days_to_an_event_that_is_not_past_yet_are_not_known() -> None:
    timeline = Timeline.of(case_of(CASE))
    early = timeline.at(parse_moment("D0 day 5", timeline))
    assert early.days("x.start", "e.onset") == OPEN


DATED = """
case_id: precedes
drugs:
  - {id: d, name: zzz, exposures: [{id: x, start: %s}]}
reactions:
  - {id: r, term: purpura, episodes: [{id: e, onset: %s}]}
"""


@pytest.mark.parametrize(
    ("start", "onset", "onset_first"),
    [
        ("2018-06-02", "2018-06-01", True),
        ("2018-06-02", "2018-06-02", False),
        ("2018-06-02", "2018-06-03", False),
        ("2018-06-02", "2018-05", True),
        ("2018-06-02", "2018-06-01/2018-06-02", False),  # perhaps on the same day
        ("2018-06-02/2018-06-05", "2018-06-02", False),
        ("2018-06-02", "2018-06", False),
        ("2018-06", "2018-06", False),
        ("2018-06-02", "{before: [x.start]}", True),
    ],
)
def test_one_event_precedes_another_only_if_certainly_on_an_earlier_day_or_stated_so(
    start: str, onset: str, onset_first: bool
) -> None:
    timeline = Timeline.of(case_of(DATED % (start, onset)))
    end = timeline.at(parse_moment(None, timeline))
    assert end.precedes("e.onset", "x.start") is onset_first


@pytest.mark.parametrize(
    ("start", "onset", "days"),
    [
        ("2018-10-20", "2018-10", Span(-19, 11)),
        ("2018-10", "2018-10", Span(-30, 30)),
        ("2018-10", "2018-10-20", Span(-11, 19)),
        ("2018-10", "{after: [x.start], to: 2018-10}", Span(0, 30)),
        ("2018-10", "{before: [x.start], from: 2018-10}", Span(None, 0)),
    ],
)
def test_partial_dates_keep_every_interval_unless_the_order_is_stated(
    start: str, onset: str, days: Span
) -> None:
    timeline = Timeline.of(case_of(DATED % (start, onset)))
    end = timeline.at(parse_moment(None, timeline))
    found = end.days("x.start", "e.onset")
    if days.earliest is None:
        assert found.latest == days.latest
    else:
        assert found == days
