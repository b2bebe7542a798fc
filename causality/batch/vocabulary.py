"""Distinct texts of columns, numbered across chunks, and what is known about each of them.

Names, dates and words come again in every chunk of a table. A vocabulary keeps the number of a text
once it has one, so that what the text means is looked up in an array instead of found anew.
"""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

from causality.batch.arrays import (
    Encoded,
    arrow_compute,
    either,
    encoded,
    ints,
    numbers,
    texts,
    valid,
)

if TYPE_CHECKING:
    from causality.batch.arrays import Values

MOST = 20_000
"""Texts of a vocabulary; further ones are numbered for their chunk only."""


class Vocabulary:
    """Texts in the order in which they were met; one that has a number keeps it."""

    def __init__(self) -> None:
        self._texts: Any = texts([])
        self._lock = Lock()

    def encode(self, column: Any) -> Encoded:
        """Return an Arrow column of text (or a dictionary of it) as distinct texts and codes."""
        import numpy as np
        import pyarrow as pa

        if isinstance(column, pa.ChunkedArray):
            column = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
        if pa.types.is_dictionary(column.type):
            found = self.encode(column.dictionary)
            codes = np.append(found.codes, -1)[encoded(column).codes]
            return Encoded(found.dictionary, codes, self, found.shared)
        known = self._texts
        places = arrow_compute().index_in(column, value_set=known)
        codes = numbers(places)
        if not places.null_count:
            return Encoded(known, codes, self, len(known))
        present = valid(places)
        codes = either(present, codes, -1)
        if places.null_count == column.null_count:
            return Encoded(known, codes, self, len(known))
        missing = ~present
        new = encoded(column.take(ints(np.flatnonzero(missing))))
        codes[missing] = np.where(new.codes < 0, -1, new.codes + len(known))
        dictionary = pa.concat_arrays([known, new.dictionary])
        return Encoded(dictionary, codes, self, self._learn(known, dictionary))

    def _learn(self, known: Any, dictionary: Any) -> int:
        """Take up more texts; return how many of them are the vocabulary's."""
        with self._lock:
            if self._texts is not known or len(dictionary) > MOST:
                return len(known)
            self._texts = dictionary
            return len(dictionary)


class TextTables:
    """Values of distinct texts in arrays, found once for each text of a vocabulary."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, str], Values] = {}

    def of(
        self, column: Encoded, purpose: str, make: Callable[[Sequence[str]], "Values"]
    ) -> "Values":
        """Return the values of the distinct texts of a column, or of more, in their order.

        Parameters
        ----------
        purpose
            What the values are, where a vocabulary serves for several things.
        make
            Gives the values of some texts, shape (texts, ...).
        """
        import numpy as np

        if column.vocabulary is None:
            return make(column.texts)
        key = (column.vocabulary, purpose)
        known = self._known.get(key)
        if known is None:
            known = make([])
        if len(known) < column.shared:
            known = np.concatenate((known, make(column.some(len(known), column.shared))))
            self._known[key] = known
        size = len(column.dictionary)
        if column.shared == size:
            return known
        return np.concatenate((known[: column.shared], make(column.some(column.shared, size))))
