"""Measures of agreement between two raters, from a table of counts.

Raw agreement with the interval of Wilson (1927). Cohen's kappa, plain or weighted, with the
large-sample variance of Fleiss, Cohen and Everitt (Psychol Bull 1969;72:323-7). AC1 and AC2 of
Gwet (Br J Math Stat Psychol 2008;61:29-48; Handbook of Inter-Rater Reliability, 4th ed. 2014).
A measure that a table leaves undefined has a reason in place of a value. Values and variances
are exact fractions until the end, so that a zero is a zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import NormalDist
from typing import Literal, get_args

Counts = Sequence[Sequence[int]]
"""Square: rows are the categories of the first rater, columns those of the second."""

Name = Literal["observed", "kappa", "gwet"]
Weights = Literal["none", "linear", "quadratic"]
Method = Literal["wilson", "large_sample"]
Reason = Literal[
    "no_rows", "one_row", "one_category", "constant_rater", "no_disagreement", "no_spread"
]
WEIGHTS: tuple[Weights, ...] = get_args(Weights)
CONFIDENCE = 0.95
FEW = 30
"""Rows below which large-sample intervals come with a warning: a rule of this project."""
_Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """A measure over ``n`` rows; ``reason`` says why it, or only its interval, is undefined."""

    name: Name
    weights: Weights = "none"
    n: int
    value: float | None = None
    standard_error: float | None = None
    low: float | None = None
    high: float | None = None
    method: Method | None = None
    reason: Reason | None = None


def observed_agreement(counts: Counts) -> Statistic:
    """Return the share of rows with the same category."""
    n = _total(counts)
    if n == 0:
        return Statistic(name="observed", n=0, reason="no_rows")
    share = sum(row[i] for i, row in enumerate(counts)) / n
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return Statistic(
        name="observed",
        n=n,
        value=share,
        standard_error=sqrt(share * (1 - share) / n),
        low=max(0.0, min(share, centre - half)),
        high=min(1.0, max(share, centre + half)),
        method="wilson",
    )


def cohen_kappa(counts: Counts, weights: Weights = "none") -> Statistic:
    """Return Cohen's kappa; undefined where both raters use one and the same category only."""
    n, size = _total(counts), len(counts)
    if n == 0:
        return Statistic(name="kappa", weights=weights, n=0, reason="no_rows")
    rows, columns = _margins(counts)
    cells = [(i, j) for i in range(size) for j in range(size)]
    distance = {(i, j): _distance(i, j, weights) for i, j in cells}
    seen = sum(distance[i, j] * counts[i][j] for i, j in cells)
    expected = sum(distance[i, j] * rows[i] * columns[j] for i, j in cells)
    if expected == 0:
        return Statistic(name="kappa", weights=weights, n=n, reason="one_category")
    kappa = 1 - Fraction(n * seen, expected)
    farthest = max(distance.values())
    weight = {cell: 1 - Fraction(d, farthest) for cell, d in distance.items()}
    chance = 1 - Fraction(expected, farthest * n**2)
    by_row = [_sum(weight[i, j] * columns[j] for j in range(size)) / n for i in range(size)]
    by_column = [_sum(weight[i, j] * rows[i] for i in range(size)) / n for j in range(size)]
    spread = _sum(
        counts[i][j] * _square(weight[i, j] - (by_row[i] + by_column[j]) * (1 - kappa))
        for i, j in cells
    )
    variance = (spread / n - _square(kappa - chance * (1 - kappa))) / (n * _square(1 - chance))
    found = Statistic(name="kappa", weights=weights, n=n, value=float(kappa))
    return _with_interval(found, variance, counts)


def gwet_ac(counts: Counts, weights: Weights = "none") -> Statistic:
    """Return Gwet's AC1, or AC2 with weights; undefined with fewer than two categories.

    The number of categories counts here: those that nobody used belong in the table too.
    """
    n, size = _total(counts), len(counts)
    if n == 0 or size < 2:  # noqa: PLR2004
        reason: Reason = "no_rows" if n == 0 else "one_category"
        return Statistic(name="gwet", weights=weights, n=n, reason=reason)
    rows, columns = _margins(counts)
    cells = [(i, j) for i in range(size) for j in range(size)]
    farthest = _distance(0, size - 1, weights)
    weight = {(i, j): 1 - Fraction(_distance(i, j, weights), farthest) for i, j in cells}
    used = [Fraction(rows[k] + columns[k], 2 * n) for k in range(size)]
    scale = _sum(weight.values()) / (size * (size - 1))
    chance = scale * _sum(share * (1 - share) for share in used)
    agreed = _sum(weight[i, j] * counts[i][j] for i, j in cells) / n
    value = (agreed - chance) / (1 - chance)
    own = {(i, j): scale * (2 - used[i] - used[j]) / 2 for i, j in cells}
    parts = {c: weight[c] - chance - 2 * (1 - value) * (own[c] - chance) for c in cells}
    squares = _sum(counts[i][j] * _square(parts[i, j] / (1 - chance) - value) for i, j in cells)
    variance = squares / (n * max(n - 1, 1))
    found = Statistic(name="gwet", weights=weights, n=n, value=float(value))
    return _with_interval(found, variance, counts)


def _with_interval(found: Statistic, variance: Fraction, counts: Counts) -> Statistic:
    """Return a measure with its large-sample interval, or with the reason why it has none."""
    value, error = found.value or 0.0, sqrt(variance)
    low: float | None = None
    high: float | None = None
    reason = _reason_without_interval(found, variance, counts)
    if reason is None:
        low, high = max(-1.0, value - _Z * error), min(1.0, value + _Z * error)
    return Statistic(
        name=found.name,
        weights=found.weights,
        n=found.n,
        value=value,
        standard_error=None if reason else error,
        low=low,
        high=high,
        method=None if reason else "large_sample",
        reason=reason,
    )


def _reason_without_interval(found: Statistic, variance: Fraction, counts: Counts) -> Reason | None:
    if found.n == 1:
        return "one_row"
    if all(count == 0 for i, row in enumerate(counts) for j, count in enumerate(row) if i != j):
        return "no_disagreement"
    if found.name == "kappa" and any(sum(map(bool, margin)) == 1 for margin in _margins(counts)):
        return "constant_rater"
    return "no_spread" if variance == 0 else None


def _sum(numbers: Iterable[Fraction]) -> Fraction:
    return sum(numbers, Fraction(0))


def _square(number: Fraction) -> Fraction:
    return number * number


def _distance(i: int, j: int, weights: Weights) -> int:
    """Return how far two categories lie apart, in whole steps of the weighting."""
    if weights == "none":
        return int(i != j)
    return abs(i - j) if weights == "linear" else (i - j) ** 2


def _margins(counts: Counts) -> tuple[list[int], list[int]]:
    return [sum(row) for row in counts], [sum(column) for column in zip(*counts, strict=True)]


def _total(counts: Counts) -> int:
    return sum(map(sum, counts))
