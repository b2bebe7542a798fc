"""A table in units, on any executor, in shards: the files are those of a run on one machine."""

import gzip
import os
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causality.assessment.method import Method, make_method
from causality.batch.engines import dask, in_any_order, processes
from causality.batch.job import Report
from causality.batch.merge import merge, outputs
from causality.batch.run import Options, Run
from causality.batch.selection import Selection
from causality.batch.spread import spread
from causality.batch.summary import Summary
from causality.batch.units import parse_shard, parts_folder
from causality.errors import CausalityError, InputError, Problem, UsageError
from causality.knowledge.load import load_knowledge

HEAD = "case_id,drug,reaction,drug_start,reaction_onset,alternative,note\n"
ROWS = (
    "{n},lenalidomide,purpura,2020-01-01,2020-01-15,possible,\n",
    '{n},amoxicillin,púrpura,2020-02,2020-03-01,,"a\nb, ""c"""\n',
    "{n},amoxicillin,headache,2020-13-01,,nonsense,=1\n",
    "{n},,purpura,,,,\n",
    "{n},too,few\n",
    "\n",
    '{n},x,rash,,,,a "quote" inside\n',
)


@cache
def method(*algorithms: str) -> Method:
    return make_method(algorithms or ("sefv-h",), load_knowledge(), {})


def message(code: str, params: Mapping[str, object]) -> str:
    from causality.words import Words  # noqa: PLC0415 - as the command line says it

    return Words("en")(code, **params)


class AtOnce(Executor):
    """Does the work when it is asked to, in this process: the least that an executor can be."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


def run(source: Path, **options: object) -> Run:
    given_ = {"chunk": 200, "summary": True, **options}
    return Run(str(source), method(), Options(**given_))  # type: ignore[arg-type]


def table(seed: int, rows: int) -> str:
    random = Random(seed)  # noqa: S311
    return HEAD + "".join(random.choice(ROWS).format(n=n) for n in range(rows))


def files(folder: Path, name: str = "out") -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.glob(f"{name}.*")) if p.is_file()}


def both_ways(
    folder: Path, source: Path, shards: int, out: str = "out.csv", **options: object
) -> tuple[Report, Report]:
    """Score on one machine and in shards; check that every file is the same."""
    one, many = folder / "one", folder / "many"
    one.mkdir()
    many.mkdir()
    whole = run(source, **options)(str(one / out), message=message)
    for which in range(shards, 0, -1):
        shard = (which, shards)
        spread(run(source, **options), str(many / out), AtOnce, ahead=3, shard=shard)
    merged = merge(str(many / out))
    assert files(many) == files(one)
    assert not parts_folder(str(many / out)).exists()
    assert merged.counts == whole.counts
    assert merged.summary == (whole.summary or Summary())
    return whole, merged


@settings(max_examples=12)
@given(
    seed=st.integers(0, 10**6),
    rows=st.integers(0, 40),
    shards=st.integers(1, 4),
    encoding=st.sampled_from(["utf-8", "cp1252", "utf-16", "utf-8-sig"]),
    end=st.sampled_from(["\n", ""]),
)
def test_shards_put_together_are_the_run_on_one_machine(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    rows: int,
    shards: int,
    encoding: str,
    end: str,
) -> None:
    folder = tmp_path_factory.mktemp("shards")
    source = folder / "in.csv"
    source.write_bytes((table(seed, rows).rstrip("\n") + end).encode(encoding))
    both_ways(folder, source, shards, summary=seed % 2 == 0)


@pytest.mark.parametrize("out", ["out.parquet", "out.xlsx"])
def test_outputs_that_are_no_text(tmp_path: Path, out: str) -> None:
    pytest.importorskip("xlsxwriter")
    source = tmp_path / "in.csv"
    source.write_text(table(1, 60), encoding="utf-8")
    both_ways(tmp_path, source, 3, out, trace=True)


def test_rows_not_selected_are_put_together_too(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(table(2, 60), encoding="utf-8")
    chosen = Selection(["vasculitis"], method().knowledge)
    whole, _ = both_ways(tmp_path, source, 2, selection=chosen)
    assert whole.counts.not_selected > 0


@pytest.mark.parametrize("kind", ["csv.gz", "parquet"])
def test_inputs_that_cannot_be_read_from_the_middle(tmp_path: Path, kind: str) -> None:
    source = tmp_path / f"in.{kind}"
    if kind == "csv.gz":
        source.write_bytes(gzip.compress(table(3, 60).encode()))
    else:
        cells = {name: [f"{name}{n}\n" for n in range(60)] for name in ("case_id", "drug", "note")}
        pq.write_table(pa.table({**cells, "reaction": ["purpura", None] * 30}), source)
    whole, _ = both_ways(tmp_path, source, 3)
    assert whole.counts.scored > 0


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", str(tmp_path / "out.csv")
    source.write_text(table(4, 60), encoding="utf-8")
    first = spread(run(source), out, AtOnce, ahead=1, shard=(1, 2))
    again = spread(run(source), out, AtOnce, ahead=1)
    assert first.rows > 0
    assert first.rows + again.rows == merge(out, keep=True).counts.rows
    assert spread(run(source), out, AtOnce, ahead=1).rows == 0
    assert spread(run(source), out, AtOnce, ahead=1, keep=False).rows == first.rows + again.rows


def codes(act: Callable[[], object]) -> list[str]:
    with pytest.raises(CausalityError) as error:
        act()
    return [problem.code for problem in error.value.problems]


def test_merging_waits_for_every_unit(tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", str(tmp_path / "out.csv")
    source.write_text(table(5, 60), encoding="utf-8")
    assert codes(lambda: merge(out)) == ["E673"]
    spread(run(source), out, AtOnce, ahead=1, shard=(2, 3))
    assert codes(lambda: merge(out)) == ["E674"]
    assert files(tmp_path) == {}
    spread(run(source), out, AtOnce, ahead=1, shard=(1, 3))
    spread(run(source), out, AtOnce, ahead=1, shard=(3, 3))
    assert merge(out).counts.rows > 0


@pytest.mark.parametrize("changed", ["options", "table"])
def test_parts_of_something_else_are_not_mixed_in(tmp_path: Path, changed: str) -> None:
    source, out = tmp_path / "in.csv", str(tmp_path / "out.csv")
    source.write_text(table(6, 60), encoding="utf-8")
    spread(run(source), out, AtOnce, ahead=1, shard=(1, 2))
    options = {"trace": True} if changed == "options" else {}
    if changed == "table":
        source.write_text(table(7, 60), encoding="utf-8")
    act = lambda: spread(run(source, **options), out, AtOnce, ahead=1, shard=(2, 2))  # noqa: E731
    assert codes(act) == ["E672"]
    spread(run(source, **options), out, AtOnce, ahead=1, keep=False)
    assert merge(out).counts.rows > 0


def test_pool_that_breaks_is_made_again(tmp_path: Path) -> None:
    """A worker that is killed breaks a whole pool of processes: what was not done is done again."""
    source = tmp_path / "in.csv"
    source.write_text(table(8, 60), encoding="utf-8")
    made: list[Executor] = []

    class Breaks(AtOnce):
        left = 2

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            if len(made) < 4 and not self.left:
                raise BrokenExecutor
            self.left -= 1
            return super().submit(fn, *args, **kwargs)

    def make() -> Executor:
        made.append(Breaks())
        return made[-1]

    counts = spread(run(source), str(tmp_path / "out.csv"), make, ahead=2)
    assert len(made) == 4
    assert counts.rows == merge(str(tmp_path / "out.csv")).counts.rows


def test_pools_that_only_break_are_given_up() -> None:
    class Breaks(AtOnce):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            raise BrokenExecutor

    assert codes(lambda: list(in_any_order(Breaks, str, [1, 2], ahead=2))) == ["E675"]


def test_an_error_in_a_unit_comes_out_and_stops_the_rest() -> None:
    seen: list[int] = []

    def work(number: int) -> int:
        seen.append(number)
        if number == 2:
            raise InputError([Problem(code="E624")])
        return number

    act = lambda: list(in_any_order(lambda: ThreadPoolExecutor(1), work, range(50), 2))  # noqa: E731
    assert codes(act) == ["E624"]
    assert len(seen) < 10


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2", "1.5/2"])
def test_text_that_is_no_shard(text: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_shard(text)
    assert [problem.code for problem in error.value.problems] == ["E670"]


def test_folder_stands_for_the_outputs_that_have_parts_in_it(tmp_path: Path) -> None:
    for name in ("b.csv.parts", "a.csv.parts"):
        (tmp_path / name).mkdir()
    (tmp_path / "c.csv").touch()
    a, b = str(tmp_path / "a.csv"), str(tmp_path / "b.csv")
    assert outputs([str(tmp_path)]) == [a, b]
    assert outputs([b, f"{a}.parts", b]) == [b, a]


def big_table(path: Path, rows: int) -> Path:
    random = Random(9)  # noqa: S311
    path.write_text(
        HEAD + "".join(random.choice(ROWS).format(n=n) for n in range(rows)), encoding="utf-8"
    )
    return path


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
def test_process_killed_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    source, out = big_table(tmp_path / "in.csv", 6000), str(tmp_path / "out.csv")
    whole = run(source, chunk=4000)(str(tmp_path / "one.csv"), message=message)
    made: list[Any] = []

    def make() -> Executor:
        pool = processes(2)()
        made.append(pool)
        return pool

    def kill(_: object, __: int) -> None:
        if len(made) == 1:
            os.kill(next(iter(made[0]._processes)), signal.SIGKILL)

    counts = spread(run(source, chunk=4000), out, make, ahead=4, watch=kill)
    assert len(made) == 2
    assert merge(out).counts == whole.counts
    assert counts.rows == whole.counts.rows
    one, many = files(tmp_path, "one"), files(tmp_path)
    assert list(many.values()) == list(one.values())


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_dask_worker_killed_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    source, out = big_table(tmp_path / "in.csv", 6000), str(tmp_path / "out.csv")
    whole = run(source, chunk=4000)(str(tmp_path / "one.csv"), message=message)
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=None,
            local_directory=str(tmp_path / "dask"),
            silence_logs=50,
        ) as cluster,
        dask(cluster.scheduler_address) as (make, threads),
    ):
        assert threads == 2
        killed: list[int] = []

        def kill(_: object, __: int) -> None:
            if not killed:
                killed.append(cluster.workers[0].pid)
                os.kill(killed[0], signal.SIGKILL)

        counts = spread(run(source, chunk=4000), out, make, ahead=4, watch=kill)
    assert killed
    assert merge(out).counts == whole.counts
    assert counts.rows == whole.counts.rows
    one, many = files(tmp_path, "one"), files(tmp_path)
    assert list(many.values()) == list(one.values())
