"""Refuse an output that would take the place of a file that the run reads."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from causality.cli.output import STDOUT
from causality.errors import Problem, UsageError


def refuse_same_file(read: Iterable[str], out: str) -> None:
    """Refuse to write over what is read.

    Raises
    ------
    UsageError
        E625.
    """
    found = same_file(read, out)
    if found is not None:
        raise UsageError([Problem(code="E625", file=out, params={"found": found})])


def refuse_one_place(pairs: Iterable[tuple[str, str]]) -> None:
    """Refuse several inputs, each with its output, that would go into one file.

    Raises
    ------
    UsageError
        E634 for every such file.
    """
    read: defaultdict[str, list[str]] = defaultdict(list)
    for name, out in pairs:
        read[out].append(name)
    problems = [
        Problem(code="E634", file=out, params={"found": ", ".join(names)})
        for out, names in read.items()
        if len(names) > 1
    ]
    if problems:
        raise UsageError(problems)


def same_file(read: Iterable[str], out: str) -> str | None:
    """Return which of the files that are read an output is, by whatever name; None for none."""
    if out == STDOUT or is_device(out):
        return None
    return next((name for name in read if name != STDOUT and _same(Path(name), Path(out))), None)


def is_device(out: str) -> bool:
    """Tell whether an output is a device or a pipe, which nothing takes the place of."""
    try:
        return Path(out).exists() and not Path(out).is_file() and not Path(out).is_dir()
    except OSError:
        return False


def _same(first: Path, second: Path) -> bool:
    try:
        return first.samefile(second)  # also where one is a link, or the case of letters is lost
    except OSError:
        return first.resolve() == second.resolve()


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError:
        return False


def read_with(
    algorithms: Sequence[str], knowledge: Path | None = None, schema: Path | None = None
) -> list[str]:
    """Return the files of the user's own that a run reads beside its cases."""
    from causality.knowledge.load import NAMES  # noqa: PLC0415 - a template needs none

    found = [name for name in algorithms if name != STDOUT and _is_file(name)]
    if knowledge is not None:
        found += [str(knowledge / name) for name in NAMES]
    if schema is not None and schema.is_dir():
        found += map(str, schema.rglob("*.xsd"))
    return found
