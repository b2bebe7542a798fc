"""The windows of onset: how long a drug lasts, and what its own publications add."""

import pytest

from causality.evidence.windows import SyndromeWindow, persistence, washout, widened


@pytest.mark.parametrize(
    ("window", "low", "high", "expected"),
    [
        ((7, 21), None, None, (7, 21)),
        ((7, 21), 5, None, (5, 21)),
        ((7, 21), None, 30, (7, 30)),
        ((7, 21), 8, 20, (7, 21)),
        ((7, 21), 3, 42, (3, 42)),
        ((7, 21), 0, 0, (0, 21)),
        (None, 3, 42, (3, 42)),
        (None, 0, 0, (0, 0)),
        (None, None, 42, None),
        (None, 3, None, None),
        (None, None, None, None),
    ],
)
def test_publications_widen_a_window_and_never_narrow_it(
    window: tuple[int, int] | None,
    low: int | None,
    high: int | None,
    expected: tuple[int, int] | None,
) -> None:
    assert widened(window, low, high) == expected


@pytest.mark.parametrize(
    ("half_life", "present", "gone"),
    [(None, 7, 0), (0.1, 7, 1), (1.4, 7, 7), (1.41, 8, 8), (2.0, 10, 10), (14.0, 70, 70)],
)
def test_a_drug_is_gone_after_5_half_lives(
    half_life: float | None, present: int, gone: int
) -> None:
    assert (persistence(half_life), washout(half_life)) == (present, gone)


def test_without_a_window_of_later_exposures_that_of_the_first_holds() -> None:
    both = SyndromeWindow("x", (7, 21), (0, 3))
    assert (both.days(again=False), both.days(again=True)) == ((7, 21), (0, 3))
    assert SyndromeWindow("x", (7, 21), None).days(again=True) == (7, 21)
