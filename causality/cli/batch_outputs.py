"""Where the results of a batch go, and what they must not take the place of."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from causality.batch.target import KINDS, STDOUT, Names, kind_of
from causality.batch.units import parts_folder
from causality.cli.overwriting import refuse_one_place, refuse_same_file, same_file
from causality.errors import Problem, UsageError

_INSIDE = frozenset({".gz", ".zst", ".zip"})


def outputs_of(tables: Sequence[str], out: str) -> list[tuple[str, str]]:
    """Return every input with its output; several go into a folder, each under its own name.

    Raises
    ------
    UsageError
        E626 for several inputs and no folder, E634 for inputs of one name.
    """
    folder = out != STDOUT and Path(out).is_dir()
    if not folder and len(tables) > 1:
        raise UsageError([Problem(code="E626", file=out)])
    pairs = [
        (name, str(Path(out) / f"{_stem(name)}.csv") if folder else out)
        for name in dict.fromkeys(tables)
    ]
    refuse_one_place(pairs)
    return pairs


def _stem(name: str) -> str:
    return "stdin" if name == STDOUT else Path(name).name.partition(".")[0]


def refuse_output(
    read: Sequence[str], out: str, *, inputs: Sequence[str], method: Mapping[str, Any]
) -> None:
    """Refuse an output that would, itself or by what goes with it, replace something else.

    Parameters
    ----------
    read
        Every file that the run reads.
    inputs, method
        What goes into this output, and what the manifest is going to tell of the method.

    Raises
    ------
    UsageError
        E662 no kind of output, E625 the output is read, E632 a companion is, E633 a companion
        belongs to the output of another run.
    """
    kind_of(out)
    refuse_same_file(read, out)
    names = Names.of(out)
    for companion in names.companions(selected=True):  # an old list of a selection is removed
        found = same_file(read, str(companion))
        if found is not None:
            params = {"found": found, "out": out}
            raise UsageError([Problem(code="E632", file=str(companion), params=params)])
    parts = parts_folder(out).resolve()
    for name in read:
        if name != STDOUT and parts in Path(name).resolve().parents:
            params = {"found": name, "out": out}
            raise UsageError([Problem(code="E632", file=str(parts_folder(out)), params=params)])
    other = _other_output(names, inputs, method)
    if other is not None:
        params = {"found": str(other), "out": out}
        raise UsageError([Problem(code="E633", file=str(names.manifest), params=params)])


def _other_output(names: Names, inputs: Sequence[str], method: Mapping[str, Any]) -> Path | None:
    """Return an output of another kind whose manifest and rejects ours would take the place of.

    Companions have one name whatever the kind of the output: the manifest of ``a.csv`` and that
    of ``a.parquet`` are one file. They may be, where both are made of the same input in the same
    way; and where our output is there already, they are its own.
    """
    if not names.manifest.is_file() or (names.scored is not None and names.scored.exists()):
        return None
    base = str(names.manifest).removesuffix(".manifest.json")
    others = [path for suffix in KINDS if (path := Path(f"{base}{suffix}")).is_file()]
    others = [path for path in others if same_file(inputs, str(path)) is None]
    if not others:
        return None
    made_from, made_with = _told(names.manifest)
    same_way = made_with == json.loads(json.dumps(method))
    if same_way and [name for name, _ in made_from] == [Path(name).name for name in inputs]:
        pairs = zip(inputs, made_from, strict=True)
        if all(_may_be(Path(name), entry) for name, entry in pairs):
            return None
    return next(
        (path for path in others if not any(_may_be(path, entry) for entry in made_from)), None
    )


def _told(manifest: Path) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    """Return what a manifest tells of its inputs, name and hash, and of the method."""
    try:
        told = json.loads(manifest.read_bytes())
        read = told.pop("input")
        read = read if isinstance(read, list) else [read]
        told.pop("counts")
        return [(entry["name"], entry["sha256"]) for entry in read], told
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return [], {}


def _may_be(path: Path, entry: tuple[str, str]) -> bool:
    """Tell whether a file is the input that a manifest names, as far as its hash can be compared.

    That of what is packed, or of the tables of a quarter, is one of what is inside.
    """
    if path.name != entry[0]:
        return False
    if path.suffix.lower() in _INSIDE or not path.is_file():
        return True
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == entry[1]
    except OSError:
        return False
