"""The windows that judge an onset: of the syndrome, of the drug's class and of the drug itself."""

from typing import NamedTuple

EXPOSED_DAYS = 7
"""Days after the last dose within which the drug still counts as present.

Case definition of the Spanish series: García-Porrúa 1999, Ortiz-Sanjuán 2014.
"""
HALF_LIVES = 5


class SyndromeWindow(NamedTuple):
    """What one syndrome says about an onset, for one drug, in days.

    ``first`` and ``again`` are None where nothing is published.
    """

    syndrome: str
    first: tuple[int, int] | None
    again: tuple[int, int] | None
    impossible_below: int | None = None
    sources: tuple[str, ...] = ()

    def days(self, *, again: bool) -> tuple[int, int] | None:
        """Return the compatible interval for a first or a later exposure."""
        return self.again if again and self.again is not None else self.first


class Windows(NamedTuple):
    """The windows of all the syndromes that a reaction may be, and how long the drug lasts."""

    syndromes: tuple[SyndromeWindow, ...] = ()
    persistence: int = EXPOSED_DAYS
    half_life_days: float | None = None


def persistence(half_life_days: float | None) -> int:
    """Return for how many days after the last dose the drug counts as present."""
    if half_life_days is None:
        return EXPOSED_DAYS
    return max(EXPOSED_DAYS, -int(-(HALF_LIVES * half_life_days) // 1))


def washout(half_life_days: float | None) -> int:
    """Return after how many days without the drug a new start is a re-exposure."""
    return 0 if half_life_days is None else -int(-(HALF_LIVES * half_life_days) // 1)


def widened(
    window: tuple[int, int] | None, low: int | None, high: int | None
) -> tuple[int, int] | None:
    """Return a window widened by the published latencies of one drug."""
    if window is None:
        return None if low is None or high is None else (low, high)
    return (
        window[0] if low is None else min(window[0], low),
        window[1] if high is None else max(window[1], high),
    )
