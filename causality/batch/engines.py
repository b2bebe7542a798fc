"""Who scores the units: processes of this machine, or the workers of a Dask cluster.

Everything goes through the interface of `concurrent.futures`, so that any executor will do.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager
from typing import Any, Literal, TypeVar, get_args

from causality.errors import InputError, Problem, UsageError

Engine = Literal["threads", "processes", "dask"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
T = TypeVar("T")
R = TypeVar("R")
MakeExecutor = Callable[[], Executor]
_TRIES = 3
"""How often a pool may break without having done anything."""
_TIMEOUT = "20s"


def processes(workers: int) -> MakeExecutor:
    """Return what makes a pool of processes; they end with the process that made them."""
    import multiprocessing  # noqa: PLC0415 - threads do without
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    context = multiprocessing.get_context("spawn")
    return lambda: ProcessPoolExecutor(
        workers, mp_context=context, initializer=_watch, initargs=(os.getpid(),)
    )


def _watch(parent: int) -> None:
    """End this process when its parent has gone: nobody waits for its results."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def dask(address: str) -> Iterator[tuple[MakeExecutor, int]]:
    """Give what makes an executor on a Dask cluster, and the threads of its workers.

    Raises
    ------
    UsageError
        E661 without the extra.
    InputError
        E677 when no scheduler answers.
    """
    try:
        import distributed
    except ImportError as error:
        raise UsageError([Problem(code="E661", params={"extra": "cluster"})]) from error
    try:
        connect: Any = distributed.Client
        client = connect(address, timeout=_TIMEOUT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError([Problem(code="E677", params={"found": address})]) from error
    try:
        # Not pure: a unit leaves files, so that equal calls are not one call.
        threads = sum(client.nthreads().values())
        yield lambda: client.get_executor(pure=False, retries=_TRIES), max(threads, 1)
    except distributed.KilledWorker as error:
        raise InputError([Problem(code="E675", params={"tries": _TRIES})]) from error
    finally:
        client.close()


def in_any_order(
    make: MakeExecutor, work: Callable[[T], R], items: Iterable[T], ahead: int
) -> Iterator[R]:
    """Yield the results of some work as they come.

    A pool that breaks, because a process of it was killed, is made again, and what was not done is
    done again.

    Parameters
    ----------
    ahead
        Items under way at a time.

    Raises
    ------
    InputError
        E675 when pools break again and again without doing anything.
    """
    rest = iter(items)
    waiting: list[T] = []
    broken = 0
    while True:
        done = 0
        pool = make()
        try:
            for result in _results(pool, work, waiting, rest, ahead):
                done += 1
                yield result
            return
        except BrokenExecutor as error:
            broken = 0 if done else broken + 1
            if broken == _TRIES:
                raise InputError([Problem(code="E675", params={"tries": _TRIES})]) from error
        finally:
            pool.shutdown()


def _results(
    pool: Executor, work: Callable[[T], R], waiting: list[T], rest: Iterator[T], ahead: int
) -> Iterator[R]:
    """Yield results; ``waiting`` always holds what is not done of what was taken."""
    under_way: dict[Future[R], T] = {pool.submit(work, item): item for item in waiting}
    try:
        for item in rest:
            waiting.append(item)
            under_way[pool.submit(work, item)] = item
            if len(under_way) >= ahead:
                yield from _next(under_way, waiting)
        while under_way:
            yield from _next(under_way, waiting)
    finally:
        for future in under_way:
            future.cancel()


def _next(under_way: dict[Future[R], T], waiting: list[T]) -> Iterator[R]:
    finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
    for future in finished:
        result = future.result()
        waiting.remove(under_way.pop(future))
        yield result
