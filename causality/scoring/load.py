"""Load an algorithm of this installation or of a user's file, checked before it is used."""

import hashlib
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from causality.document import Document, decode, parse, read_bytes
from causality.errors import DefinitionError, InputError, Problem, UsageError
from causality.resources import data_folder
from causality.scoring.compile import COMPILED
from causality.scoring.mend import validated_apart_from_texts
from causality.scoring.model import Algorithm, OwnId, Variant
from causality.scoring.variant import check_variant, variant_document

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # never a path out of the folder
_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
_LAST = 100  # the order of an algorithm that gives none


@cache
def algorithm_ids() -> tuple[str, ...]:
    """Return the ids of the algorithms of this installation, in the order they are listed."""
    return tuple(sorted(_packaged_names(), key=lambda name: (_order(name), name)))


def default_algorithms() -> tuple[str, ...]:
    """Return the ids of the algorithms of this installation that are no variant of another."""
    return tuple(name for name in algorithm_ids() if _packaged_value(name).get("parent") is None)


def _order(name: str) -> int:
    """Return the place of an algorithm in lists; a variant that gives none stands by its parent."""
    value = _packaged_value(name)
    if "order" not in value and "parent" in value:
        return _order(str(value["parent"]))
    return int(value.get("order", _LAST))


@cache
def load_algorithm(name: str) -> tuple[Algorithm, str]:
    """Return an algorithm by its id or by the path of a file, and the hash of its file.

    Raises
    ------
    UsageError
        E501: no such algorithm.
    InputError
        When the file cannot be read.
    DefinitionError
        With every fault of the file.
    """
    if _is_packaged(name):
        document, digest = _packaged(name)
        return _algorithm(document, prove=False), digest
    return algorithm_of(*algorithm_file(name))


def own_algorithms(names: Iterable[str]) -> dict[str, str]:
    """Return the text of the files among some names of algorithms, by the name that was given.

    Raises
    ------
    UsageError
        E501: no such algorithm.
    InputError
        When a file cannot be read as text.
    """
    found = {}
    for name in names:
        if not _is_packaged(name):
            data, shown = algorithm_file(name)
            decode(data, shown)
            found[name] = data.decode("utf-8")  # as it is, so that its hash stays that of the file
    return found


def held_algorithm(name: str, text: str) -> tuple[Algorithm, str]:
    """Return an algorithm from the text of its file, and the hash of the file.

    Raises
    ------
    DefinitionError
        With every fault of the file.
    """
    return algorithm_of(text.encode("utf-8"), name)


def algorithm_of(data: bytes, name: str) -> tuple[Algorithm, str]:
    """Return an algorithm from what its file holds, and the hash of the file.

    The id of one that is not of this installation is an `OwnId`.

    Raises
    ------
    InputError
        When the file cannot be read as text.
    DefinitionError
        With every fault of the file.
    """
    algorithm, digest = parse_algorithm(decode(data, name), name), hashlib.sha256(data).hexdigest()
    if is_own(algorithm.id, digest):
        algorithm = algorithm.model_copy(update={"id": OwnId(algorithm.id)})
    return algorithm, digest


def is_own(algorithm: str, digest: str) -> bool:
    """Tell by the hash of its file whether an algorithm is not of this installation."""
    return not _is_packaged(algorithm) or load_algorithm(algorithm)[1] != digest


def differing_parts(algorithm: Algorithm) -> tuple[str, ...]:
    """Return what an algorithm has otherwise than the one of this installation with its id.

    A question is named by its name; nothing where there is no such algorithm.
    """
    if not _is_packaged(algorithm.id):
        return ()
    packaged = load_algorithm(algorithm.id)[0]
    return tuple(
        part
        for name in type(algorithm).model_fields
        if getattr(algorithm, name) != getattr(packaged, name)
        for part in _differing(name, getattr(algorithm, name), getattr(packaged, name))
    )


def _differing(name: str, own: Any, packaged: Any) -> Iterable[str]:
    if name != "questions":
        return (name,)
    return (key for key in {**packaged, **own} if own.get(key) != packaged.get(key))


def algorithm_file(name: str) -> tuple[bytes, str]:
    """Return what the file of an algorithm holds, and the name that messages give it.

    Raises
    ------
    UsageError
        E501: no such algorithm.
    InputError
        When the file cannot be read.
    """
    if _is_packaged(name):
        return _packaged_bytes(name), f"{name}.yaml"
    path = Path(name)
    if path.suffix.lower() in _SUFFIXES or _is_file(path):
        return read_bytes(path), name
    raise UsageError(
        [Problem(code="E501", params={"found": name, "allowed": ", ".join(algorithm_ids())})]
    )


def parse_algorithm(text: str, name: str, *, prove: bool = True) -> Algorithm:
    """Return an algorithm from text; a variant is its parent plus what differs.

    ``prove`` enumerates its tables; the packaged ones are proved by the tests instead, so that
    starting costs no time.

    Raises
    ------
    DefinitionError
        With every fault of the file.
    """
    try:
        document = parse(text, name)
    except InputError as error:
        raise DefinitionError(error.problems) from error
    return _algorithm(document, prove=prove)


def _algorithm(document: Document, *, prove: bool) -> Algorithm:
    problems: list[Problem] = []
    try:
        if isinstance(document.value, dict) and "parent" in document.value:
            variant, problems = validated_apart_from_texts(Variant, document)
            parent = _parent(variant, document)
            problems += check_variant(variant, parent, document)
            algorithm = variant.applied(parent)
            document = variant_document(variant, parent, document)
        else:
            algorithm, problems = validated_apart_from_texts(Algorithm, document)
    except InputError as error:
        raise DefinitionError(error.problems) from error
    if prove:
        # Imported when a file is proved: the packaged ones are not, at each start.
        from causality.scoring.checks import check_algorithm  # noqa: PLC0415

        problems = check_algorithm(algorithm, document, problems)
    if problems:
        raise DefinitionError(problems)
    return algorithm


def _parent(variant: Variant, document: Document) -> Algorithm:
    """Return the algorithm that a variant names; it may be a variant itself.

    Raises
    ------
    InputError
        E533 for a parent that is not installed.
    """
    if not _is_packaged(variant.parent):
        allowed = ", ".join(algorithm_ids())
        problem = document.problem("E533", ("parent",), found=variant.parent, allowed=allowed)
        raise InputError([problem])
    return load_algorithm(variant.parent)[0]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file can have
        return False


def _is_packaged(name: str) -> bool:
    return name in _packaged_names()


@cache
def _packaged_names() -> frozenset[str]:
    return frozenset(
        entry.name.removesuffix(".yaml")
        for entry in data_folder("algorithms").iterdir()
        if entry.name.endswith(".yaml") and _ID.fullmatch(entry.name.removesuffix(".yaml"))
    )


def _packaged_bytes(name: str) -> bytes:
    return (data_folder("algorithms") / f"{name}.yaml").read_bytes()


@cache
def _packaged(name: str) -> tuple[Document, str]:
    """Return a file of this installation and its hash, from the compiled form while that holds."""
    data = _packaged_bytes(name)
    digest = hashlib.sha256(data).hexdigest()
    known = _compiled().get(f"{name}.yaml", {})
    if known.get("sha256") == digest:
        return Document(f"{name}.yaml", known["value"], {}, {}), digest
    return parse(decode(data, f"{name}.yaml"), f"{name}.yaml"), digest


def _packaged_value(name: str) -> dict[str, Any]:
    value: dict[str, Any] = _packaged(name)[0].value
    return value


@cache
def _compiled() -> dict[str, Any]:
    file = data_folder("algorithms") / COMPILED
    files: dict[str, Any] = json.loads(file.read_bytes()) if file.is_file() else {}
    return files
