"""Score a table, or messages, in units on any executor: see `causality.batch.merge`."""

import pickle
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from causality.batch.engines import MakeExecutor, in_any_order
from causality.batch.icsr import IcsrRun
from causality.batch.icsr_units import IcsrRecipe, IcsrScan
from causality.batch.job import Job
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
    run: Job,
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
        recipe, scan = _units(run, folder, shard, as_table=kind_of(out) != "csv")
        left = (unit for unit in scan if not Files(folder, unit.number).done)
        for found, done in in_any_order(make, partial(score_unit, recipe), left, ahead):
            counts.add(found)
            size += done
            if watch is not None:
                watch(counts, size)
        write_end(folder, run, scan.count, recorded or {})
    finally:
        run.close()
    return counts


def _units(
    run: Job, folder: Path, shard: tuple[int, int], *, as_table: bool
) -> tuple[bytes, Scan | IcsrScan]:
    """Return what scores the units of a run, and what cuts them."""
    if isinstance(run, IcsrRun):
        return pickle.dumps(IcsrRecipe.of(run, folder, as_table=as_table)), IcsrScan(run, shard)
    assert isinstance(run, Run)  # noqa: S101 - there is no third kind
    return Recipe.of(run, folder, as_table=as_table).packed(), Scan(run, shard)
