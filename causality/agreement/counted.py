"""The agreement of two algorithms where only the counts of their categories are kept."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from causality.agreement.compare import statistics_of
from causality.agreement.scale import Scale, level_map
from causality.agreement.statistics import Counts, Statistic
from causality.scoring.model import LEVELS, Algorithm


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelAgreement:
    """Two algorithms compared by the degrees that their categories stand for.

    ``table[i][j]``: the first gave ``levels[i]``, the second ``levels[j]``; ``left_out`` are rows
    in which a category stands for no degree.
    """

    levels: tuple[str, ...]
    table: Counts
    statistics: tuple[Statistic, ...]
    left_out: int

    def statistic(self, name: str, weights: str = "none") -> Statistic | None:
        """Return one measure, if it was taken."""
        found = (s for s in self.statistics if (s.name, s.weights) == (name, weights))
        return next(found, None)


def level_agreement(
    first: Algorithm, second: Algorithm, counts: Mapping[tuple[str, str], int]
) -> LevelAgreement:
    """Return the agreement of two algorithms from how often each two categories met."""
    one, other = level_map(first), level_map(second)
    used = {*one.values(), *other.values()}
    levels = tuple(level for level in LEVELS if level in used)
    met: Counter[tuple[str | None, str | None]] = Counter()
    for (a, b), count in counts.items():
        met[one[a], other[b]] += count
    table = tuple(tuple(met[a, b] for b in levels) for a in levels)
    scale = Scale(categories=levels, order="levels")
    return LevelAgreement(
        levels=levels,
        table=table,
        statistics=tuple(statistics_of(scale, table)),
        left_out=met.total() - sum(map(sum, table)),
    )
