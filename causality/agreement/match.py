"""Match the rows of two files by their key columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from causality.agreement.sheet import MOST_PROBLEMS, Record, Sheet, limited
from causality.errors import InputError, Problem

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of each file with the same key."""

    key: Key
    records: tuple[Record, Record]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The rows that both files have, in the order of the first, and the keys of only one."""

    pairs: tuple[Pair, ...]
    only_first: tuple[tuple[Key, int], ...] = ()
    only_second: tuple[tuple[Key, int], ...] = ()
    """With the line of each."""


def matched(first: Sheet, second: Sheet, keys: Sequence[str]) -> Match:
    """Match two files.

    Raises
    ------
    InputError
        E705 for a key on several lines, E706 for an empty one, E707 when no key is in both.
    """
    problems: list[Problem] = []
    ours, theirs = (_by_key(sheet, keys, problems) for sheet in (first, second))
    if problems:
        raise InputError(problems)
    pairs = tuple(Pair(key, (record, theirs[key])) for key, record in ours.items() if key in theirs)
    if not pairs and ours and theirs:
        params = {
            "keys": tuple(keys),
            "here": shown_key(next(iter(ours))),
            "there": shown_key(next(iter(theirs))),
        }
        raise InputError([Problem(code="E707", file=first.file, params=params)])
    return Match(
        pairs=pairs,
        only_first=tuple((key, r.line) for key, r in ours.items() if key not in theirs),
        only_second=tuple((key, r.line) for key, r in theirs.items() if key not in ours),
    )


def paired_with_itself(sheet: Sheet, keys: Sequence[str]) -> tuple[Pair, ...]:
    """Return every row of a file as a pair: both raters are columns of it."""
    places = [sheet.place(name) for name in keys]
    return tuple(
        Pair(tuple(record.cells[p] for p in places), (record, record)) for record in sheet.records
    )


def shown_key(key: Key) -> str:
    """Return a key as a message shows it."""
    return " / ".join(key)


def _by_key(sheet: Sheet, keys: Sequence[str], problems: list[Problem]) -> Mapping[Key, Record]:
    """Return the rows of a file by their key, and add what is wrong with the keys."""
    places = [sheet.place(name) for name in keys]
    found: dict[Key, list[Record]] = {}
    empty: list[Problem] = []
    for record in sheet.records:
        key = tuple(record.cells[place] for place in places)
        missing = tuple(name for name, cell in zip(keys, key, strict=True) if not cell)
        if missing:
            params = {"columns": missing}
            empty.append(Problem(code="E706", file=sheet.file, line=record.line, params=params))
        found.setdefault(key, []).append(record)
    doubled = [
        Problem(
            code="E705",
            file=sheet.file,
            line=records[1].line,
            params={"found": shown_key(key), "lines": _lines(records)},
        )
        for key, records in found.items()
        if len(records) > 1 and all(key)
    ]
    problems += [*limited(empty), *limited(doubled)]
    return {key: records[0] for key, records in found.items()}


def _lines(records: Sequence[Record]) -> tuple[str, ...]:
    """Return the lines of records, the first of them where there are many."""
    shown = tuple(str(record.line) for record in records[:MOST_PROBLEMS])
    return (*shown, "…") if len(records) > MOST_PROBLEMS else shown
