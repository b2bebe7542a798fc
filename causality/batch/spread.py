"""Score a table in units on any executor; `causality.batch.merge` puts the parts together."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from causality.batch.engines import MakeExecutor, in_any_order
from causality.batch.run import Run
from causality.batch.target import kind_of
from causality.batch.units import (
    Files,
    Recipe,
    Scan,
    parts_folder,
    prepare,
    score_unit,
    write_end,
)
from causality.batch.work import Counts

ALL = (1, 1)
"""The only shard of one."""


def spread(
    run: Run,
    out: str,
    make: MakeExecutor,
    *,
    ahead: int,
    shard: tuple[int, int] = ALL,
    keep: bool = True,
    watch: Callable[[Counts, int], None] | None = None,
    recorded: Mapping[str, Any] | None = None,
) -> Counts:
    """Score the units of a table, or of a shard of it, that are not done; return their counts.

    Parameters
    ----------
    out
        The output to be; its parts are left in a folder beside it, which every worker must see.
    make
        Makes an executor of `concurrent.futures`, again where one breaks.
    ahead
        Units under way at a time.
    keep
        Take up the parts that are there; else they are removed first.
    watch
        Told after each unit: the counts, and the bytes done.
    recorded
        Options to note beside the parts.

    Raises
    ------
    UsageError
        E672 where the parts that are there are of something else.
    InputError
        E675 when workers end again and again, E624 when a part cannot be written.
    """
    folder = parts_folder(out)
    counts, size = Counts(), 0
    try:
        prepare(folder, run.key(out), keep=keep)
        recipe = Recipe.of(run, folder, as_table=kind_of(out) != "csv").packed()
        scan = Scan(run, shard)
        left = (unit for unit in scan if not Files(folder, unit.number).done)
        for found, done in in_any_order(make, partial(score_unit, recipe), left, ahead):
            counts.add(found)
            size += done
            if watch is not None:
                watch(counts, size)
        write_end(folder, run, scan.count, recorded or {})
    finally:
        run.source.close()
    return counts
