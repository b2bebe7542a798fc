"""Put the parts of a table together: the files are those of a run on one machine."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from causality.batch.excel import ExcelFile
from causality.batch.held import Held
from causality.batch.job import Report
from causality.batch.manifests import counted
from causality.batch.outcomes import INSUFFICIENT
from causality.batch.rejects import rejects_header
from causality.batch.selection import HEADER
from causality.batch.summary import Summary
from causality.batch.tables import ParquetFile
from causality.batch.target import Names, TableWriter, Target, kind_of
from causality.batch.units import WHOLE, Files, parts_folder, remove
from causality.batch.work import Counts
from causality.batch.writing import csv_line
from causality.errors import InputError, Problem, UsageError

_NAMED = 10


def whole(out: str) -> dict[str, Any]:
    """Return what the scan of the table has noted, where all of its parts are there.

    Raises
    ------
    UsageError
        E673 no parts, E674 some are missing.
    """
    folder = parts_folder(out)
    try:
        found: dict[str, Any] = json.loads((folder / WHOLE).read_bytes())
    except FileNotFoundError as error:
        started = len(list(folder.glob("[0-9]*.json")))
        raise UsageError([Problem(code="E673", file=out, params={"parts": started})]) from error
    missing = [n for n in range(found["units"]) if not Files(folder, n).done]
    if missing:
        shown = ", ".join(str(n + 1) for n in missing[:_NAMED])
        params = {
            "found": shown + (" …" if len(missing) > _NAMED else ""),
            "count": len(missing),
            "units": found["units"],
        }
        raise UsageError([Problem(code="E674", file=out, params=params)])
    return found


def merge(out: str, *, keep: bool = False, held: Held | None = None) -> Report:
    """Write the files of an output from its parts, and remove these.

    Parameters
    ----------
    keep
        Leave the parts where they are.
    held
        The output, where it is held already; whoever holds it lets go where this fails.

    Raises
    ------
    UsageError
        E673, E674: see `whole`; E635 while another run writes to this output.
    InputError
        E624 when a file cannot be written, E002 when a part cannot be read.
    """
    noted, folder, names = whole(out), parts_folder(out), Names.of(out)
    table = _table(out, noted)
    target = Target(names, None, {}, table=table, held=held)
    selected = "selection" in noted["manifest"]
    try:
        target.open(
            resume=False,
            scored=csv_line(noted["scored"]).encode(),
            rejects=csv_line(rejects_header(noted["columns"])).encode(),
            lines=0,
            others=csv_line(HEADER).encode() if selected else b"",
        )
        for number in range(noted["units"]):
            _add(target, Files(folder, number), as_table=table is not None)
        manifest = noted["manifest"]
        repeats = target.repeats()
        manifest["counts"] = counted(
            target.progress.counts,
            repeats,
            selected=selected,
            of_reports="reports" in manifest["counts"],
        )
        target.finish(manifest)
    except BaseException:
        target.drop()
        raise
    if not keep:
        remove(folder)
    counts, summary = target.progress.counts, target.summary
    return Report(counts=counts, manifest=manifest, names=names, summary=summary, repeats=repeats)


def _table(out: str, noted: Mapping[str, Any]) -> TableWriter | None:
    kind = kind_of(out)
    if kind == "parquet":
        import pyarrow as pa

        types = {name: pa.string() for name in noted["scored"]}
        types.update({name: pa.int32() for name in noted["numbers"]})
        types[INSUFFICIENT] = pa.bool_()
        return lambda path: ParquetFile(path, types)
    if kind == "excel":
        return lambda path: ExcelFile(path, noted["scored"])
    return None


def _add(target: Target, files: Files, *, as_table: bool) -> None:
    try:
        note = json.loads(files.note.read_bytes())
        scored: Any = _read_table(files.scored) if as_table else files.scored.read_bytes()
        paths = (files.rejects, files.others, files.pairs)
        rejects, others, pairs = (path.read_bytes() for path in paths)
    except OSError as error:
        params = {"reason": error.strerror or type(error).__name__}
        problem = Problem(code="E002", file=str(error.filename), params=params)
        raise InputError([problem]) from error
    target.write(scored, rejects, others, pairs)
    target.progress.counts.add(Counts.from_json(note["counts"]))
    if note["summary"] is not None:
        target.summary.add(Summary.from_json(note["summary"]))


def _read_table(path: Path) -> Any:
    import pyarrow as pa

    with pa.ipc.open_file(pa.BufferReader(path.read_bytes())) as reader:
        return reader.read_all()


def outputs(names: list[str]) -> list[str]:
    """Return the outputs to be merged; a folder stands for all of those in it that have parts."""
    found: list[str] = []
    for name in names:
        if Path(name).is_dir() and not name.endswith(".parts"):
            found += sorted(str(p)[: -len(".parts")] for p in Path(name).glob("*.parts"))
        else:
            found.append(name.removesuffix(".parts"))
    return list(dict.fromkeys(found))
