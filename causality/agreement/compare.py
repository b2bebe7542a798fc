"""Compare two columns of categories row by row: matched rows, table, measures, items."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from causality.agreement.items import ItemCount, ValueCount, item_columns, item_counts, value_counts
from causality.agreement.match import Match, Pair, matched, paired_with_itself
from causality.agreement.scale import Rater, Scale, raters_of, scale_of
from causality.agreement.sheet import Sheet
from causality.agreement.statistics import (
    WEIGHTS,
    Counts,
    Statistic,
    cohen_kappa,
    gwet_ac,
    observed_agreement,
)
from causality.errors import InputError, Problem, UsageError

KEYS = ("case_id", "drug", "reaction")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a user may say about the comparison; empty: the default."""

    keys: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    by_level: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Matched rows in which one rater gave no category that can be compared."""

    missing: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)
    ungraded: Mapping[str, int] = field(default_factory=dict)
    """Categories that stand for no degree, when degrees are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A matched row with the category of each rater."""

    pair: Pair
    categories: tuple[str, str]
    differing: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Tell whether both raters gave the same category."""
        return self.categories[0] == self.categories[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The agreement of two raters; ``table[i][j]``: the first gave ``i``, the second ``j``."""

    raters: tuple[Rater, Rater]
    keys: tuple[str, ...]
    match: Match
    scale: Scale
    left_out: tuple[LeftOut, LeftOut]
    rated: tuple[Rated, ...]
    table: Counts
    statistics: tuple[Statistic, ...]
    items: tuple[ItemCount, ...]
    values: tuple[ValueCount, ...]

    @property
    def disagreements(self) -> tuple[Rated, ...]:
        """Return the rows with different categories, in the order of the first file."""
        return tuple(row for row in self.rated if not row.agrees)

    @property
    def share_disagreeing(self) -> float:
        """Return the share of the rows with different categories; 0 without rows."""
        return len(self.disagreements) / max(len(self.rated), 1)


def compare(sheets: Sequence[Sheet], options: Options) -> Comparison:
    """Compare two files, or two columns of one.

    Raises
    ------
    UsageError, InputError
        E501 and E701 to E716.
    """
    if not options.keys:
        sheets = [sheet.with_keys(KEYS) for sheet in sheets]
    raters = raters_of(sheets, options.columns, options.algorithms)
    keys = _keys(sheets, options.keys)
    match = matched(sheets[0], sheets[1], keys) if len(sheets) > 1 else _itself(sheets[0], keys)
    words = [_words(rater, side, match.pairs) for side, rater in enumerate(raters)]
    scale = scale_of(raters, options.order, filter(None, chain(*words)), by_level=options.by_level)
    read = [[scale.read(side, word) for word in words[side]] for side in (0, 1)]
    columns = item_columns(raters, options.items)
    rated = tuple(
        Rated(pair=pair, categories=(one, other), differing=columns.differing(pair))
        for pair, one, other in zip(match.pairs, *read, strict=True)
        if one and other
    )
    table = _table(scale, rated)
    return Comparison(
        raters=raters,
        keys=keys,
        match=match,
        scale=scale,
        left_out=(_left_out(scale, 0, words[0]), _left_out(scale, 1, words[1])),
        rated=rated,
        table=table,
        statistics=tuple(statistics_of(scale, table)),
        items=item_counts(columns, [(row.pair, row.agrees) for row in rated]),
        values=value_counts(columns, [(row.pair, row.agrees) for row in rated]),
    )


def _keys(sheets: Sequence[Sheet], keys: Sequence[str]) -> tuple[str, ...]:
    """Return the key columns; those of one file are for showing only."""
    if len(set(keys)) < len(keys):
        raise UsageError([Problem(code="E711", params={"option": "--key"})])
    wanted = tuple(keys or KEYS)
    if not keys and len(sheets) == 1:
        return tuple(name for name in wanted if name in sheets[0].columns)
    problems: list[Problem] = []
    for sheet, name in ((sheet, name) for sheet in sheets for name in wanted):
        try:
            sheet.place(name)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return wanted


def _itself(sheet: Sheet, keys: tuple[str, ...]) -> Match:
    return Match(pairs=paired_with_itself(sheet, keys))


def _words(rater: Rater, side: int, pairs: Sequence[Pair]) -> list[str]:
    place = rater.sheet.place(rater.column)
    return [pair.records[side].cells[place] for pair in pairs]


def _left_out(scale: Scale, side: int, words: Sequence[str]) -> LeftOut:
    known = scale.readings[side] if scale.readings else None
    filled = [word for word in words if word]
    unknown = Counter(w for w in filled if known is not None and w.casefold() not in known)
    ungraded = Counter(
        w for w in filled if known is not None and known.get(w.casefold(), w) is None
    )
    return LeftOut(
        missing=len(words) - len(filled),
        unknown=dict(unknown.most_common()),
        ungraded=dict(ungraded.most_common()),
    )


def _table(scale: Scale, rated: Sequence[Rated]) -> Counts:
    counted = Counter(row.categories for row in rated)
    return tuple(tuple(counted[a, b] for b in scale.categories) for a in scale.categories)


def statistics_of(scale: Scale, table: Counts) -> Iterator[Statistic]:
    """Yield the plain measures, then the weighted ones over the graded categories."""
    yield observed_agreement(table)
    yield cohen_kappa(table)
    yield gwet_ac(table)
    if not scale.graded:
        return
    places = [scale.categories.index(category) for category in scale.graded]
    graded = [[table[i][j] for j in places] for i in places]
    for weights in WEIGHTS[1:]:
        yield cohen_kappa(graded, weights)
        yield gwet_ac(graded, weights)
