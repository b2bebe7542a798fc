"""The moment of an assessment: a date, a case day or events (DESIGN section 5, rule 6)."""

import pytest

from causality.assessment.moment import END, end_of_case, parse_moment
from causality.case.positions import CALENDAR
from causality.errors import UsageError
from causality.terms.dates import Span, parse_date
from causality.timeline.snapshot import Timeline
from tests.support import case_of

CASE = """
case_id: moment
anchors: {D0: {from: 2018-03, to: 2018-04}, S0: 2018-05-01}
drugs:
  - {id: d, name: zzz, exposures: [{id: x, start: D0 day 1, stop: D0 day 9}, {start: 2019-01-01}]}
reactions:
  - {id: r, term: purpura, episodes: [{id: e, onset: D0 day 8, recovered: 2019-02}]}
investigations:
  - {id: t, test: ANCA, date: 2018-06-01, result: negative}
"""
TIMELINE = Timeline.of(case_of(CASE))


def codes(text: str) -> list[str]:
    with pytest.raises(UsageError) as caught:
        parse_moment(text, TIMELINE)
    assert {problem.path for problem in caught.value.problems} == {"--as-of"}
    return [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize("text", [None, END, " end "])
def test_the_default_is_the_end_of_the_case(text: str | None) -> None:
    moment = parse_moment(text, TIMELINE)
    assert moment == end_of_case(TIMELINE)
    assert moment.whole
    assert TIMELINE.at(moment).visible == set(TIMELINE.events)


def test_the_end_is_called_by_the_last_date() -> None:
    assert end_of_case(TIMELINE).label == "2019-02"


def test_the_end_of_a_case_without_dates_is_the_end() -> None:
    timeline = Timeline.of(case_of("case_id: undated\nconditions: [{id: c, term: lupus}]"))
    moment = parse_moment(None, timeline)
    assert (moment.label, moment.whole) == (END, True)
    assert timeline.at(moment).knowledge_day is None


@pytest.mark.parametrize("text", ["2018-06-01", "2018-06", "2018", "2018-06-01/2018-07-01"])
def test_a_date_of_any_precision(text: str) -> None:
    moment = parse_moment(text, TIMELINE)
    assert moment.position is not None
    assert (moment.position.clock, moment.position.span) == (CALENDAR, parse_date(text))
    assert (moment.label, moment.events, moment.whole) == (text, (), False)


def test_a_case_day_on_a_vague_anchor_keeps_its_clock() -> None:
    moment = parse_moment("D0 day 8", TIMELINE)
    assert moment.position is not None
    assert (moment.position.clock, moment.position.span) == ("D0", Span(7, 7))
    assert moment.label == "D0 day 8"


def test_a_case_day_on_a_dated_anchor_is_a_date() -> None:
    moment = parse_moment("S0 day 3", TIMELINE)
    assert moment.position is not None
    assert (moment.position.clock, moment.position.span) == (CALENDAR, parse_date("2018-05-03"))


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("@e.onset", ("e.onset",)),
        ("@e", ("e.onset",)),
        ("@x", ("x.start",)),
        ("@x.stop", ("x.stop",)),
        ("@t", ("t",)),
        ("@e,@t", ("e.onset", "t")),
        (" @e , t ", ("e.onset", "t")),
    ],
)
def test_events_by_their_full_or_short_names(text: str, events: tuple[str, ...]) -> None:
    moment = parse_moment(text, TIMELINE)
    assert moment.events == events
    assert moment.label == ",".join(f"@{name}" for name in events)
    assert set(events) <= TIMELINE.at(moment).visible


def test_the_label_of_a_moment_means_the_same_moment() -> None:
    for text in ("@e", "@e,@t", "D0 day 8", "2018-06-01", "2018-06"):
        moment = parse_moment(text, TIMELINE)
        assert parse_moment(moment.label, TIMELINE) == moment


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@nothing", ["E503"]),
        ("@e.died", ["E503"]),
        ("@e,@nothing,@neither", ["E503", "E503"]),
        ("@", ["E503"]),
        ("D9 day 3", ["E504"]),
        ("D0 day 0", ["E206"]),
        ("D0 day 9..3", ["E204"]),
        ("yesterday", ["E201"]),
        ("", ["E201"]),
        ("2018-02-30", ["E202"]),
        ("0018-02-03", ["E203"]),
        ("03/02/2018", ["E205"]),
    ],
)
def test_a_moment_that_cannot_be_is_refused(text: str, found: list[str]) -> None:
    assert codes(text) == found


def test_an_unknown_event_names_those_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        parse_moment("@nothing", TIMELINE)
    (problem,) = caught.value.problems
    assert problem.params["found"] == "nothing"
    assert set(str(problem.params["allowed"]).split(", ")) == set(TIMELINE.events)


def test_an_unknown_anchor_names_those_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        parse_moment("D9 day 3", TIMELINE)
    assert caught.value.problems[0].params["allowed"] == "D0, S0"


# Publications that count at a moment


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2018-06-01", "2018-06-01"),
        ("2018-06", "2018-06-30"),
        ("2030-01-01", "2030-01-01"),
        ("D0 day 8", "2018-03-08"),  # the earliest meaning
        ("@e", "2018-03-08"),
        ("@t", "2018-06-01"),
        ("end", "2019-02-28"),
    ],
)
def test_publications_count_up_to_the_earliest_meaning_of_a_moment(text: str, day: str) -> None:
    known = TIMELINE.at(parse_moment(text, TIMELINE)).knowledge_day
    assert known == parse_date(day).earliest
