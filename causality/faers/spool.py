"""Rows put by in temporary files, by the reports that they belong to."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from causality.faers.arrow import Ints

REPORTS = 1 << 13
"""Reports that are joined at a time, unless there would be too many files."""
MOST_FILES = 200


def per_part(reports: int) -> int:
    """Return how many reports are joined at a time."""
    return max(REPORTS, -(-reports // MOST_FILES))


class Spool:
    """The rows of tables in parts: those of the first reports, of the next, and so on."""

    def __init__(self, folder: Path, per: int) -> None:
        self.folder = folder
        self.per = per

    @contextmanager
    def writer(self, kind: str, part: int) -> Iterator[Callable[[Any], None]]:
        """Give what puts rows of one part by, in their order."""
        import pyarrow as pa

        with ExitStack() as files:
            opened: list[Any] = []

            def write(table: Any) -> None:
                if not opened:
                    options = pa.ipc.IpcWriteOptions(compression="lz4")
                    sink = files.enter_context(pa.OSFile(str(self._path(kind, part)), "wb"))
                    stream = pa.ipc.new_stream(sink, table.schema, options=options)
                    opened.append(files.enter_context(stream))
                opened[0].write_table(table)

            yield write

    def put(self, kind: str, blocks: Iterator[Any]) -> None:
        """Put the rows of one table by: blocks with a column ``place`` of the report."""
        with ExitStack() as files:
            writers: dict[int, Callable[[Any], None]] = {}
            for table in blocks:
                for part, rows in self._parts(table):
                    if part not in writers:
                        writers[part] = files.enter_context(self.writer(kind, part))
                    writers[part](rows)

    def _parts(self, table: Any) -> Iterator[tuple[int, Any]]:
        """Yield the rows of each part, in their order."""
        import numpy as np

        parts: Ints = table["place"].to_numpy() // self.per
        if not len(parts):
            return
        if np.any(parts[1:] < parts[:-1]):
            order = np.argsort(parts, kind="stable")
            table, parts = table.take(order), parts[order]
        starts = np.flatnonzero(np.concatenate(([True], parts[1:] != parts[:-1])))
        ends = np.append(starts[1:], len(parts))
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            yield int(parts[start]), table.slice(start, end - start)

    def take(self, kind: str, part: int) -> Any:
        """Return the rows of a part, and forget them; None where there are none."""
        import pyarrow as pa

        path = self._path(kind, part)
        if not path.exists():
            return None
        with pa.OSFile(str(path), "rb") as source, pa.ipc.open_stream(source) as reader:
            table = reader.read_all()
        path.unlink()
        return table

    def sliced(self, kind: str, part: int, rows: int) -> Iterator[Any]:
        """Yield the rows of a part so many at a time, and forget them."""
        import pyarrow as pa

        path = self._path(kind, part)
        if not path.exists():
            return
        waiting: list[Any] = []
        count = 0
        with pa.OSFile(str(path), "rb") as source, pa.ipc.open_stream(source) as reader:
            for batch in reader:
                waiting.append(pa.Table.from_batches([batch]))
                count += batch.num_rows
                while count >= rows:
                    table = pa.concat_tables(waiting)
                    yield table.slice(0, rows)
                    waiting, count = [table.slice(rows)], count - rows
        if count:
            yield pa.concat_tables(waiting)
        path.unlink()

    def _path(self, kind: str, part: int) -> Path:
        return self.folder / f"{kind}.{part:04d}"
