"""Which pairs of a table are scored: those with a reaction that was asked for.

A reaction is asked for by the name of the pack (``vasculitis``: every kind that the knowledge
holds, by its terms in Spanish and English), by the id of one kind, by a file of terms, or by a
term. Terms match as the knowledge matches them: without case, accents or punctuation, as words of
the name. The rows left out are counted and listed; none is lost.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from causality.batch.arrays import arrow_compute, encoded
from causality.batch.contract import KEYS
from causality.batch.writing import safe_column
from causality.errors import InputError, Problem
from causality.knowledge.base import Knowledge
from causality.terms.text import Phrase, find_longest, fold

if TYPE_CHECKING:
    from causality.batch.arrays import Bools, Ints

PACK = "vasculitis"
"""Every kind of reaction that the knowledge holds."""
_LISTS = frozenset({".txt", ".csv", ".tsv", ".lst"})
_REMEMBERED = 200_000
_COMPARED = 2_000
"""Reactions of the table that are looked at for one written nearly so."""
_NEAR, _ALIKE = 3, 0.8
HEADER = ("line", *KEYS)
"""The columns of the rows not selected."""


@dataclass(frozen=True, slots=True)
class Others:
    """Rows that were not selected: their lines, and their cells as CSV text that ends a line."""

    lines: "Ints"
    texts: Any

    def csv(self, first: int) -> bytes:
        """Return them as CSV.

        Parameters
        ----------
        first
            The line that line 0 is.
        """
        import pyarrow as pa

        lines = pa.array(self.lines + first).cast(pa.string())
        rows = arrow_compute().binary_join_element_wise(lines, self.texts, ",")
        return "".join(rows.to_pylist()).encode()


class Selection:
    """The reactions that are asked for.

    Raises
    ------
    InputError
        E668 a file of terms that is not there, E669 one without any term or in another encoding.
    """

    def __init__(self, names: Sequence[str], knowledge: Knowledge) -> None:
        self.names = tuple(names)
        self.files: dict[str, str] = {}
        self._knowledge = knowledge
        self._kinds: set[str] = set()
        self._terms: dict[Phrase, str] = {}
        self._known: dict[str, bool] = {}
        for name in names:
            self._add(name)

    def _add(self, name: str) -> None:
        if name == PACK:
            self._kinds.update(self._knowledge.syndromes)
        elif name in self._knowledge.syndromes:
            self._kinds.add(name)
        elif Path(name).suffix.lower() in _LISTS or Path(name).is_file():
            self._read(Path(name))
        else:
            self._terms[fold(name)] = name
        self._terms.pop((), None)

    def _read(self, path: Path) -> None:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise InputError([Problem(code="E668", file=str(path))]) from error
        try:
            lines = data.decode("utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            raise InputError([Problem(code="E005", file=str(path))]) from error
        terms = {fold(line): line for line in lines if not line.lstrip().startswith("#")}
        terms.pop((), None)
        if not terms:
            raise InputError([Problem(code="E669", file=str(path))])
        self._terms.update(terms)
        self.files[path.name] = hashlib.sha256(data).hexdigest()

    def __call__(self, term: str) -> bool:
        """Tell whether a reaction is asked for; an empty one is, so that its row is rejected."""
        found = self._known.get(term)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            words = fold(term)
            found = (
                not words
                or self._knowledge.reaction_key(term) in self._kinds
                or find_longest(words, self._terms) is not None
            )
            self._known[term] = found
        return found

    def mask(self, reactions: Any) -> "Bools":
        """Return which cells of a column of reactions are asked for."""
        column = encoded(reactions)
        values = [int(self(text)) for text in column.texts]
        return column.take(values, empty=1).astype(bool)

    def near(self) -> list[str]:
        """Return reactions of the knowledge and of the table that are written nearly as asked."""
        kinds = self._knowledge.syndromes
        known = [PACK, *kinds, *(term for kind in kinds.values() for term in kind.terms)]
        seen = islice(self._known, _COMPARED)
        names = {" ".join(fold(name)): name for name in (*seen, *reversed(known))}
        found = [
            names[close]
            for term in self._terms
            for close in get_close_matches(" ".join(term), names, n=_NEAR, cutoff=_ALIKE)
        ]
        return list(dict.fromkeys(found))[:_NEAR]

    def as_json(self) -> Mapping[str, Any]:
        """Return what is asked for, as the manifest tells it."""
        return {"reactions": list(self.names), "files": dict(self.files)}


def others(columns: Mapping[str, Any], lines: "Ints", left: "Bools") -> Others:
    """Return the rows that are left out.

    Parameters
    ----------
    columns
        The contract columns of all rows.
    left
        Which rows are left out.
    """
    import pyarrow as pa

    pc, mask = arrow_compute(), pa.array(left)
    cells = []
    for name in KEYS:
        column = columns[name]
        if isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks()
        cells.append(safe_column(column.filter(mask)))
    joined = pc.binary_join_element_wise(*cells, ",")
    return Others(lines[left], pc.binary_join_element_wise(joined, "\n", ""))
