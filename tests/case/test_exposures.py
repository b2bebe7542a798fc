"""Which stop a withdrawal means, and where an exposure ends that only tells its length."""

import pytest

from causality.case.events import case_events
from tests.support import case_of


def outcome_after(exposures: str, onset: str = "2018-03-05") -> tuple[str, ...]:
    case = case_of(f"""
case_id: w
drugs:
  - id: d
    name: zzz
    exposures: [{exposures}]
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes: [{{id: e, onset: {onset}, outcome: recovered, actions: {{d: withdrawn}}}}]
""")
    return case_events(case)["e.recovered"].implied_after


FIRST = "{id: x1, start: 2018-03-01, stop: 2018-03-10}"
NEXT_DAY = "{id: x2, start: 2018-03-11, stop: 2018-03-20}"
MUCH_LATER = "{id: x3, start: 2018-06-01, stop: 2018-06-10}"


@pytest.mark.parametrize(
    "exposures",
    [
        f"{FIRST}, {NEXT_DAY}, {MUCH_LATER}",
        f"{MUCH_LATER}, {NEXT_DAY}, {FIRST}",
        f"{NEXT_DAY}, {MUCH_LATER}, {FIRST}",
    ],
)
def test_a_withdrawal_is_the_last_stop_of_the_course_in_any_order_of_the_file(
    exposures: str,
) -> None:
    assert outcome_after(exposures) == ("e.onset", "x2.stop")


def test_a_course_that_ended_before_the_onset_is_not_the_one_withdrawn() -> None:
    assert outcome_after(f"{FIRST}, {MUCH_LATER}", "2018-05-01") == ("e.onset", "x3.stop")


def test_a_course_without_any_end_is_not_waited_for() -> None:
    assert outcome_after("{id: x1, start: 2018-03-01}") == ("e.onset",)


@pytest.mark.parametrize("end", ["duration: 10 days", "administrations: 1"])
def test_an_end_told_by_length_or_single_dose_counts(end: str) -> None:
    first = f"{{id: x1, start: 2018-03-05, {end}}}"
    assert outcome_after(first) == ("e.onset", "x1.stop")
