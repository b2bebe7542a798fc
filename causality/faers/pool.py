"""A drug that a report lists several times is one drug: its rows put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from causality.faers.arrow import compute
from causality.faers.challenge import SIGN, one_letter
from causality.faers.codes import code_lists
from causality.faers.joined import Part
from causality.faers.texts import Texts
from causality.terms.text import fold

if TYPE_CHECKING:
    from causality.faers.arrow import Ints


def _listed(texts: Sequence[str]) -> str:
    return SIGN.join(dict.fromkeys(filter(None, texts)))


def _strongest(codes: Sequence[str]) -> str:
    order = list(code_lists()["roles"])
    return min(codes, key=lambda code: order.index(code.upper()))


_TOGETHER: Mapping[str, Callable[[Sequence[str]], str]] = {
    "role_cod": _strongest,
    "dechal": one_letter,
    "rechal": one_letter,
}


@dataclass(frozen=True, slots=True)
class Pool:
    """The drugs of some reports: ``rows`` the first row of each, ``more`` all where it has more."""

    rows: "Ints"
    more: Mapping[int, list[int]]

    @classmethod
    def of(cls, drug: Part, rows: "Ints") -> "Pool":
        """Return the distinct drugs of some rows: equal in the words of their names."""
        import numpy as np

        names = drug.texts("name")
        numbers: dict[tuple[str, ...], int] = {}
        words = names.each(lambda text: numbers.setdefault(fold(text) or (text,), len(numbers)))
        keys = drug.report[rows].astype(np.int64) * max(len(numbers), 1)
        keys += np.asarray(words, dtype=np.int64)[names.codes[rows]]
        _, first, inverse, counts = np.unique(
            keys, return_index=True, return_inverse=True, return_counts=True
        )
        rank = np.argsort(np.argsort(first))
        more: dict[int, list[int]] = {}
        for n in np.flatnonzero(counts[inverse] > 1).tolist():
            more.setdefault(int(rank[inverse[n]]), []).append(int(rows[n]))
        return cls(rows[np.sort(first)], more)

    def entries(self, number: int) -> list[int]:
        """Return the rows of a drug."""
        return self.more.get(number) or [int(self.rows[number])]

    def column(self, drug: Part, name: str) -> Texts:
        """Return a column of the drugs, what several rows say of one put together."""
        texts = drug.texts(name)
        together = _TOGETHER.get(name, _listed)
        changes = {
            number: together([texts.values[texts.codes[row]] for row in rows])
            for number, rows in self.more.items()
        }
        return texts.take(self.rows).replaced(changes)

    def lines(self, drug: Part, places: Texts) -> Texts:
        """Return the places of the drugs in the quarter: that of the report, then of their rows."""
        found = with_lines(places, "DRUG", drug, self.rows)
        numbers = drug.table["line"].to_numpy()
        changes = {
            number: found.values[found.codes[number]]
            + "".join(f"+{numbers[row]}" for row in rows[1:])
            for number, rows in self.more.items()
        }
        return found.replaced(changes)


def with_lines(texts: Texts, kind: str, part: Part, rows: "Ints") -> Texts:
    """Return places with that of a row of another table behind them."""
    import pyarrow as pa

    lines = part.table["line"].combine_chunks().take(pa.array(rows))
    before = texts.text()
    found = compute().binary_join_element_wise(before, lines.cast(pa.string()), f" {kind}:")
    column = compute().dictionary_encode(found)
    return Texts(column.indices.to_numpy(zero_copy_only=False), column.dictionary.to_pylist())
