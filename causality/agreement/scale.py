"""What is compared: the column of each rater, its algorithm, the categories and their order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from causality.agreement.same_words import by_word, from_several_methods, same_words
from causality.agreement.sheet import Sheet
from causality.errors import InputError, Problem, UsageError
from causality.scoring.load import algorithm_ids, load_algorithm
from causality.scoring.model import LEVELS, Algorithm, column_prefix
from causality.terms.text import fold

SUFFIX = "_category"
_NAMED_SO = {("category",), ("categoria",)}
Order = Literal["algorithm", "levels", "given", "none"]
_TWO = 2


@dataclass(frozen=True, slots=True)
class Rater:
    """One side of the comparison: a column of a file, and the algorithm that it answers."""

    sheet: Sheet
    column: str
    algorithm: Algorithm | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The categories in the order of the table, and how the words of each rater are read.

    Attributes
    ----------
    ungraded
        Categories that judge nothing (unassessable): they count in the plain measures and not in
        the weighted ones, for they lie nowhere on the scale.
    readings
        Per rater: a word in small letters and the category it means; None for one that stands
        for no degree. Without an order there are no readings: every word is a category.
    same
        Without an order: groups of words that are read as the first of each, because the packaged
        methods call one category so.
    several_methods
        Without an order: the words are of packaged methods, and no single one has them all.
    """

    categories: tuple[str, ...]
    order: Order
    ungraded: frozenset[str] = frozenset()
    readings: tuple[Mapping[str, str | None], Mapping[str, str | None]] | None = None
    same: tuple[tuple[str, ...], ...] = ()
    several_methods: bool = False

    def read(self, side: int, word: str) -> str | None:
        """Return the category that a word of a rater means; None for one that means none."""
        if self.readings is not None:
            return self.readings[side].get(word.casefold())
        return next((group[0] for group in self.same if word in group), word) or None

    @property
    def graded(self) -> tuple[str, ...]:
        """Return the categories that the weighted measures compare; none without an order."""
        if self.order == "none":
            return ()
        return tuple(c for c in self.categories if c not in self.ungraded)


def raters_of(
    sheets: Sequence[Sheet], columns: Sequence[str], algorithms: Sequence[str]
) -> tuple[Rater, Rater]:
    """Return both sides.

    Parameters
    ----------
    sheets
        One or two files.
    columns
        None, one for both files, or one per side; without any, the columns that end in
        ``_category`` must leave no doubt.
    algorithms
        None (the names of the columns say it), one for both sides, or one per side.

    Raises
    ------
    UsageError
        E501, E711.
    InputError
        E701, E708.
    """
    for option, values in (("--category", columns), ("--algorithm", algorithms)):
        if len(values) > _TWO:
            raise UsageError([Problem(code="E711", params={"option": option})])
    first, second = sheets[0], sheets[-1]
    names = _named(columns, single=len(sheets) == 1) if columns else _guessed(sheets)
    loaded = [load_algorithm(name)[0] for name in algorithms]
    known = {column_prefix(name) + "category": name for name in algorithm_ids()}
    found: list[Rater] = []
    for side, (sheet, name) in enumerate(zip((first, second), names, strict=True)):
        sheet.place(name)
        algorithm = loaded[min(side, len(loaded) - 1)] if loaded else None
        if algorithm is None and name in known:
            algorithm = load_algorithm(known[name])[0]
        found.append(Rater(sheet, name, algorithm))
    return found[0], found[1]


def _named(columns: Sequence[str], *, single: bool) -> tuple[str, str]:
    if single and len(set(columns)) < _TWO:
        raise UsageError([Problem(code="E716")])
    return columns[0], columns[-1]


def _guessed(sheets: Sequence[Sheet]) -> tuple[str, str]:
    """Return the columns of categories where the files leave no doubt about them."""
    ending = [[c for c in sheet.columns if _is_category(c)] for sheet in sheets]
    if len(sheets) == 1 and len(ending[0]) == _TWO:
        return ending[0][0], ending[0][1]
    if len(sheets) == _TWO:
        shared = [c for c in ending[0] if c in ending[1]]
        if len(shared) == 1:
            return shared[0], shared[0]
        if not shared and len(ending[0]) == len(ending[1]) == 1:
            return ending[0][0], ending[1][0]
    if len(sheets) == 1 and len(ending[0]) == 1:
        params: dict[str, object] = {"found": ending[0][0], "columns": sheets[0].columns}
        raise InputError([Problem(code="E667", file=sheets[0].file, line=1, params=params)])
    raise InputError(
        [
            Problem(
                code="E708",
                file=sheet.file,
                line=1,
                params={"allowed": found or "–", "columns": sheet.columns},
            )
            for sheet, found in zip(sheets, ending, strict=True)
        ]
    )


def _is_category(column: str) -> bool:
    """Tell whether a column seems to hold categories: a result of a batch, or named so."""
    return column.endswith(SUFFIX) or fold(column) in _NAMED_SO


def scale_of(
    raters: tuple[Rater, Rater], order: Sequence[str], words: Iterable[str], *, by_level: bool
) -> Scale:
    """Return the categories to compare.

    Parameters
    ----------
    order
        Categories from the least to the most likely, as the user gives them.
    words
        Every word found in both columns, those of the first rater first: the categories where
        nothing says their order.
    by_level
        Compare the degrees that categories of two algorithms stand for.

    Raises
    ------
    UsageError
        E710, E712, E714.
    InputError
        E709.
    """
    if order and by_level:
        raise UsageError([Problem(code="E714")])
    if order:
        return _given(order)
    algorithms = tuple(rater.algorithm for rater in raters)
    if by_level:
        return _levels(raters)
    first, second = algorithms
    if first is None and second is None:
        return _unordered(tuple(words))
    if first is None or second is None:  # a person's column beside that of an algorithm
        first = second = first or second
    if first is None or second is None or tuple(first.categories) != tuple(second.categories):
        raise InputError([_different(raters)])
    return Scale(
        categories=tuple(first.categories),
        order="algorithm",
        ungraded=frozenset(c for c in first.categories if first.level(c) is None),
        readings=(by_word(first), by_word(second)),
    )


def _unordered(words: Sequence[str]) -> Scale:
    same = same_words(words)
    read = {word: group[0] for group in same for word in group}
    return Scale(
        categories=tuple(sorted({read.get(word, word) for word in words})),
        order="none",
        same=same,
        several_methods=from_several_methods(words),
    )


def _given(order: Sequence[str]) -> Scale:
    names = tuple(name.strip() for name in order)
    if len({name.casefold() for name in names}) < len(names) or not all(names):
        raise UsageError([Problem(code="E712", params={"found": ",".join(order)})])
    readings = {name.casefold(): name for name in names}
    return Scale(categories=names, order="given", readings=(readings, readings))


def _levels(raters: tuple[Rater, Rater]) -> Scale:
    unknown = [
        Problem(code="E710", file=r.sheet.file, line=1, params={"found": r.column})
        for r in raters
        if r.algorithm is None
    ]
    if unknown:
        raise UsageError(unknown)
    first, second = (level_map(r.algorithm) for r in raters if r.algorithm)
    used = {*first.values(), *second.values()}
    words = [by_word(r.algorithm) for r in raters if r.algorithm]
    readings = tuple(
        {word: levels[category] for word, category in by_word.items()}
        for by_word, levels in zip(words, (first, second), strict=True)
    )
    return Scale(
        categories=tuple(level for level in LEVELS if level in used),
        order="levels",
        readings=(readings[0], readings[1]),
    )


def level_map(algorithm: Algorithm) -> dict[str, str | None]:
    """Return the degree that every category of an algorithm stands for, or None."""
    levels = {category: algorithm.level(category) for category in algorithm.categories}
    return {name: None if level is None else LEVELS[level] for name, level in levels.items()}


def _different(raters: tuple[Rater, Rater]) -> Problem:
    params = {
        f"{which}{part}": value
        for which, rater in zip(("first", "second"), raters, strict=True)
        for part, value in (
            ("", rater.column),
            ("_categories", tuple(rater.algorithm.categories) if rater.algorithm else ()),
        )
    }
    return Problem(code="E709", file=raters[1].sheet.file, line=1, params=params)
