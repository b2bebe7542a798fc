"""A column of text as numbers into its distinct values."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from causality.faers.arrow import compute

if TYPE_CHECKING:
    from causality.faers.arrow import Bools, Ints

T = TypeVar("T")
_ALIKE = 8


@dataclass(frozen=True, slots=True)
class Texts:
    """``values[codes]``: the text of every row."""

    codes: "Ints"
    values: list[str]

    @classmethod
    def of(cls, table: Any, name: str) -> "Texts":
        """Return a column of a table without blanks around; empty where the table has none."""
        if name not in table.column_names:
            return cls.same("", table.num_rows)
        column = table[name].combine_chunks()
        column = compute().dictionary_encode(compute().utf8_trim_whitespace(column))
        return cls(column.indices.to_numpy(zero_copy_only=False), column.dictionary.to_pylist())

    @classmethod
    def same(cls, text: str, rows: int) -> "Texts":
        """Return one text for every row."""
        import numpy as np

        return cls(np.zeros(rows, np.int32), [text])

    @classmethod
    def made(cls, texts: Iterable[str]) -> "Texts":
        """Return a text for every row from the texts themselves."""
        import numpy as np

        known: dict[str, int] = {}
        codes = [known.setdefault(text, len(known)) for text in texts]
        return cls(np.asarray(codes, dtype=np.int32), list(known) or [""])

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)

    def at(self, row: int) -> str:
        """Return the text of a row."""
        return self.values[int(self.codes[row])]

    def take(self, rows: "Ints") -> "Texts":
        """Return the texts of some rows."""
        return Texts(self.codes[rows], self.values)

    def each(self, find: Callable[[str], T]) -> list[T]:
        """Return what each distinct value means."""
        return [find(value) for value in self.values]

    def mapped(self, find: Callable[[str], str]) -> "Texts":
        """Return other texts in their place."""
        return Texts(self.codes, self.each(find))

    def listed(self) -> list[str]:
        """Return the text of every row."""
        values = self.values
        return [values[code] for code in self.codes.tolist()]

    def where(self, mask: "Bools", other: "Texts") -> "Texts":
        """Return these texts where the mask is true, and others elsewhere."""
        import numpy as np

        codes = np.where(mask, self.codes, other.codes + len(self.values))
        return Texts(codes, [*self.values, *other.values])

    def replaced(self, changes: Mapping[int, str]) -> "Texts":
        """Return the texts with those of some rows changed."""
        if not changes:
            return self
        codes = self.codes.copy()
        codes[list(changes)] = range(len(self.values), len(self.values) + len(changes))
        return Texts(codes, [*self.values, *changes.values()])

    def filled(self) -> "Bools":
        """Tell of which rows the text is not empty."""
        import numpy as np

        found: Bools = np.asarray([bool(value) for value in self.values], dtype=bool)[self.codes]
        return found

    def arrow(self) -> Any:
        """Return the column as an Arrow dictionary, or as text where few rows are alike."""
        import numpy as np
        import pyarrow as pa

        codes, values = pa.array(self.codes.astype(np.int32)), pa.array(self.values, pa.string())
        if len(self.values) * _ALIKE > len(self.codes):
            return values.take(codes)
        return pa.DictionaryArray.from_arrays(codes, values)

    def text(self) -> Any:
        """Return the column as Arrow text."""
        import numpy as np
        import pyarrow as pa

        return pa.array(self.values, pa.string()).take(pa.array(self.codes.astype(np.int32)))


def grouped(places: "Ints", texts: Texts, groups: int, sign: str) -> Texts:
    """Return for each group its distinct texts, in order, with a sign between them."""
    found: list[dict[str, None]] = [{} for _ in range(groups)]
    values = texts.values
    for place, code in zip(places.tolist(), texts.codes.tolist(), strict=True):
        if values[code]:
            found[place][values[code]] = None
    return Texts.made(sign.join(each) for each in found)
