"""A small set of rows in which every pair of values of two factors stands together."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

Cell = tuple[str, str]
Row = dict[str, str]


def covering_rows(factors: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """Yield rows, a value for every factor, until every pair of values has stood together.

    Greedy (as AETG: Cohen et al., IEEE Trans Softw Eng 1997;23:437-44) and without chance: the same
    factors give the same rows.
    """
    # Factors with many values first: they leave the later ones the least to choose.
    order = sorted(factors, key=lambda name: -len(factors[name]))
    waiting = _Pairs(factors, order)
    while waiting:
        row: Row = dict(waiting.first())
        for name in order:
            if name not in row:
                row[name] = waiting.best(name, factors[name], row)
        waiting.remove(row)
        yield {name: row[name] for name in factors}


class _Pairs:
    """The pairs of cells that have not yet stood together, in a fixed order."""

    def __init__(self, factors: Mapping[str, Sequence[str]], order: Sequence[str]) -> None:
        self._rank = {name: number for number, name in enumerate(order)}
        cells = [[(name, value) for value in factors[name]] for name in order]
        if len(cells) == 1:  # a lone factor is paired with nothing
            self._left = dict.fromkeys((cell, cell) for cell in cells[0])
        else:
            self._left = dict.fromkeys(
                (a, b) for left, right in combinations(cells, 2) for a in left for b in right
            )
        self._of: dict[Cell, int] = {}
        for pair in self._left:
            for cell in pair:
                self._of[cell] = self._of.get(cell, 0) + 1

    def __bool__(self) -> bool:
        return bool(self._left)

    def first(self) -> tuple[Cell, Cell]:
        return next(iter(self._left))

    def best(self, name: str, values: Sequence[str], row: Row) -> str:
        """Return the value that adds most pairs to a row, of equal ones that with most left."""

        def gain(value: str) -> tuple[int, int]:
            cell = (name, value)
            new = sum(self._pair(cell, other) in self._left for other in row.items())
            return new, self._of.get(cell, 0)

        return max(values, key=gain)

    def remove(self, row: Row) -> None:
        cells = list(row.items())
        for one, other in [*combinations(cells, 2), *((cell, cell) for cell in cells)]:
            pair = self._pair(one, other)
            if pair in self._left:
                del self._left[pair]
                for cell in pair:
                    self._of[cell] -= 1

    def _pair(self, one: Cell, other: Cell) -> tuple[Cell, Cell]:
        return (one, other) if self._rank[one[0]] <= self._rank[other[0]] else (other, one)
