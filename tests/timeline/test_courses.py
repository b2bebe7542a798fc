"""Exposures that follow each other without a gap are one course."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.assessment.moment import parse_moment
from causality.case.model import Exposure
from causality.timeline.courses import Course, is_single
from causality.timeline.snapshot import Timeline
from tests.support import case_of


def courses(exposures: str, as_of: str | None = None, *, more: str = "") -> tuple[Course, ...]:
    case = case_of(f"""
case_id: courses
drugs:
  - {{id: d, name: zzz, exposures: [{exposures}]}}
{more}
""")
    timeline = Timeline.of(case)
    return timeline.at(parse_moment(as_of, timeline)).courses(case.drugs)


def shape(found: tuple[Course, ...]) -> list[list[str]]:
    return [[str(step.exposure.id) for step in course.steps] for course in found]


FIRST = "{id: x, start: 2018-01-01, stop: 2018-01-10}"


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("2018-01-11", [["x", "y"]]),  # the next day
        ("2018-01-10", [["x", "y"]]),  # the same day
        ("2018-01-05", [["x", "y"]]),  # overlapping
        ("2018-01-12", [["x", "y"]]),  # one missed dose is no interruption
        ("2018-01-13", [["x"], ["y"]]),
        ("2018-06-01", [["x"], ["y"]]),
    ],
)
def test_adjacent_exposures_are_one_course(second: str, expected: list[list[str]]) -> None:
    found = courses(f"{FIRST}, {{id: y, start: {second}, stop: 2018-08-01}}")
    assert shape(found) == expected


def test_exposures_that_were_perhaps_interrupted_are_two_courses() -> None:
    found = courses(f"{FIRST}, {{id: y, start: 2018-01, stop: 2018-08-01}}")
    assert sorted(shape(found)) == [["x"], ["y"]]


def test_order_of_the_file_does_not_matter() -> None:
    parts = [
        FIRST,
        "{id: y, start: 2018-01-11, stop: 2018-01-20}",
        "{id: z, start: 2018-03-01, stop: 2018-03-20}",
    ]
    for order in permutations(parts):
        assert shape(courses(", ".join(order))) == [["x", "y"], ["z"]]


def test_a_course_reaches_from_its_first_to_its_last_dose() -> None:
    (course,) = courses(f"{FIRST}, {{id: y, start: 2018-01-05, stop: 2018-01-08}}")
    assert (course.start_event, course.stop_event) == ("x.start", "x.stop")
    assert course.last_dose() == (course.stop, "x.stop")


def test_a_step_without_a_reported_end_leaves_the_end_of_the_course_open() -> None:
    (course,) = courses(f"{FIRST}, {{id: y, start: 2018-01-11}}")
    assert (course.stop, course.stop_event, course.ongoing) == (None, None, False)


def test_a_course_that_goes_on_has_no_last_dose() -> None:
    (course,) = courses(f"{FIRST}, {{id: y, start: 2018-01-11, ongoing: true}}")
    assert course.ongoing
    assert course.last_dose() == (None, None)


def test_a_start_while_an_earlier_exposure_goes_on_is_no_new_course() -> None:
    found = courses(
        "{id: x, start: 2018-01-01, dose: 25 mg, ongoing: true},"
        " {id: y, start: 2018-03-01, dose: 50 mg, ongoing: true}"
    )
    assert shape(found) == [["x", "y"]]


def test_after_an_exposure_without_a_reported_end_a_new_start_is_another_course() -> None:
    found = courses("{id: x, start: 2018-01-01}, {id: y, start: 2018-03-01, stop: 2018-04-01}")
    assert shape(found) == [["x"], ["y"]]


@pytest.mark.parametrize(
    ("as_of", "expected", "stop"),
    [
        ("2017-12-31", [], None),
        ("2018-01-01", [["x"]], None),
        ("2018-01-09", [["x"]], None),
        ("2018-01-10", [["x"]], "x.stop"),
        ("2018-01-11", [["x", "y"]], None),
        ("2018-01-20", [["x", "y"]], "y.stop"),
    ],
)
def test_only_what_is_known_by_a_moment_makes_a_course(
    as_of: str, expected: list[list[str]], stop: str | None
) -> None:
    found = courses(f"{FIRST}, {{id: y, start: 2018-01-11, stop: 2018-01-20}}", as_of)
    assert shape(found) == expected
    assert (found[-1].stop_event if found else None) == stop


def test_what_is_seen_of_a_course_is_its_latest_event() -> None:
    (course,) = courses(f"{FIRST}, {{id: y, start: 2018-01-11, stop: 2018-01-20}}", "2018-01-15")
    assert course.seen_until == "y.start"


def test_relative_days_on_one_anchor_merge() -> None:
    found = courses(
        "{id: x, start: D0 day 1, stop: D0 day 4}, {id: y, start: D0 day 5, stop: D0 day 9},"
        " {id: z, start: D0 day 30, stop: D0 day 39}",
        more="anchors: {D0: {from: 2018-01, to: 2019-01}}",
    )
    assert shape(found) == [["x", "y"], ["z"]]


@pytest.mark.parametrize(
    ("values", "single"),
    [
        ({}, False),
        ({"administrations": 1}, True),
        ({"administrations": 2}, False),
        ({"frequency": "once"}, True),
        ({"frequency": "Single dose"}, True),
        ({"frequency": "dosis única"}, True),
        ({"frequency": "once daily"}, False),
        ({"frequency": "once", "administrations": 3}, False),
    ],
)
def test_one_administration_is_single(values: dict[str, object], single: bool) -> None:
    assert is_single(Exposure.model_validate(values)) is single


def test_a_single_dose_ends_on_its_day() -> None:
    for once in ("administrations: 1", "frequency: once"):
        (course,) = courses(f"{{id: x, start: 2018-01-01, {once}}}")
        assert course.single
        position, event = course.last_dose()
        assert position is not None
        assert position.span == course.steps[0].start.span  # type: ignore[union-attr]
        assert event in ("x.start", "x.stop")


def test_two_single_doses_on_following_days_are_no_single_dose() -> None:
    (course,) = courses(
        "{id: x, start: 2018-01-01, administrations: 1},"
        " {id: y, start: 2018-01-02, administrations: 1}"
    )
    assert not course.single


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 6)), min_size=1, max_size=6))
def test_courses_are_the_runs_without_an_interruption(parts: list[tuple[int, int]]) -> None:
    """Each part: how many days it lasts, and how many days after its stop the next one starts."""
    lines, runs, day = [], [[0]], 1
    for number, (length, gap) in enumerate(parts):
        lines.append(f"{{id: x{number}, start: D0 day {day}, stop: D0 day {day + length - 1}}}")
        if number + 1 < len(parts):
            if gap > 2:
                runs.append([])
            runs[-1].append(number + 1)
        day += length - 1 + gap
    found = courses(", ".join(lines), more="anchors: {D0: 2018-01-01}")
    expected = [[f"x{number}" for number in run] for run in runs]
    # Parts that start on the same day may stand in either order.
    assert [sorted(run) for run in shape(found)] == [sorted(run) for run in expected]
