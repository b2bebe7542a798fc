"""Load an algorithm of this installation or of a user's file, checked before it is used."""

import hashlib
from functools import cache
from pathlib import Path

from causality.document import Document, decode, parse, read_bytes
from causality.errors import DefinitionError, InputError, Problem, UsageError
from causality.resources import data_folder
from causality.scoring.checks import check_algorithm, check_variant
from causality.scoring.model import Algorithm, Variant
from causality.validation import validated

_EXAMPLES = ".examples.yaml"


def algorithm_ids() -> tuple[str, ...]:
    """Return the ids of the algorithms of this installation, in the order they are listed."""
    names = (entry.name for entry in data_folder("algorithms").iterdir())
    return tuple(
        sorted(
            (
                name.removesuffix(".yaml")
                for name in names
                if name.endswith(".yaml") and not name.endswith(_EXAMPLES)
            ),
            key=lambda name: (load_algorithm(name)[0].order, name),
        )
    )


def default_algorithms() -> tuple[str, ...]:
    """Return the ids of the algorithms of this installation that are no variant of another."""
    return tuple(name for name in algorithm_ids() if load_algorithm(name)[0].parent is None)


@cache
def load_algorithm(name: str) -> tuple[Algorithm, str]:
    """Return an algorithm by its id or by the path of a file, and the hash of its file.

    Raises
    ------
    UsageError
        E501: no such algorithm.
    DefinitionError
        With every fault of the file.
    """
    path = Path(name)
    installed = _installed(name)
    if installed is not None:
        data, shown = installed, f"{name}.yaml"
    elif path.suffix in {".yaml", ".yml", ".json"} or path.is_file():
        data, shown = read_bytes(path), name
    else:
        raise UsageError(
            [Problem(code="E501", params={"found": name, "allowed": ", ".join(algorithm_ids())})]
        )
    algorithm = parse_algorithm(decode(data, shown), shown, prove=installed is None)
    return algorithm, hashlib.sha256(data).hexdigest()


def _installed(name: str) -> bytes | None:
    """Return the file of an algorithm of this installation."""
    file = data_folder("algorithms") / f"{name}.yaml"
    plain = name.replace("-", "").isalnum()  # an id, never a path out of the folder
    return file.read_bytes() if plain and file.is_file() else None


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
        document: Document = parse(text, name)
        varies = isinstance(document.value, dict) and "parent" in document.value
        algorithm = _variant(document) if varies else validated(Algorithm, document)
    except InputError as error:
        raise DefinitionError(error.problems) from error
    problems = check_algorithm(algorithm, document) if prove else []
    if problems:
        raise DefinitionError(problems)
    return algorithm


def _variant(document: Document) -> Algorithm:
    """Return the algorithm that a variant makes of its parent.

    Raises
    ------
    InputError
        E501 for a parent that is not installed, E525 or E527 for what the parent does not have.
    """
    variant = validated(Variant, document)
    if _installed(variant.parent) is None:
        allowed = ", ".join(algorithm_ids())
        problem = document.problem("E501", ("parent",), found=variant.parent, allowed=allowed)
        raise InputError([problem])
    parent, _ = load_algorithm(variant.parent)
    problems = check_variant(variant, parent, document)
    if problems:
        raise InputError(problems)
    return variant.applied(parent)
