"""Load an algorithm of this installation or of a user's file, checked before it is used."""

import hashlib
from functools import cache
from pathlib import Path

from causality.document import Document, decode, parse, read_bytes
from causality.errors import DefinitionError, InputError, Problem, UsageError
from causality.resources import data_folder
from causality.scoring.checks import check_algorithm
from causality.scoring.model import Algorithm
from causality.validation import validated

_EXAMPLES = ".examples.yaml"


def algorithm_ids() -> tuple[str, ...]:
    """Return the ids of the algorithms of this installation."""
    names = (entry.name for entry in data_folder("algorithms").iterdir())
    return tuple(
        sorted(
            name.removesuffix(".yaml")
            for name in names
            if name.endswith(".yaml") and not name.endswith(_EXAMPLES)
        )
    )


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
    if name in algorithm_ids():
        file = data_folder("algorithms") / f"{name}.yaml"
        data, shown = file.read_bytes(), f"{name}.yaml"
    elif path.suffix in {".yaml", ".yml", ".json"} or path.is_file():
        data, shown = read_bytes(path), name
    else:
        raise UsageError(
            [Problem(code="E501", params={"found": name, "allowed": ", ".join(algorithm_ids())})]
        )
    own = name not in algorithm_ids()
    algorithm = parse_algorithm(decode(data, shown), shown, prove=own)
    return algorithm, hashlib.sha256(data).hexdigest()


def parse_algorithm(text: str, name: str, *, prove: bool = True) -> Algorithm:
    """Return an algorithm from text.

    ``prove`` enumerates its tables; the packaged ones are proved by the tests instead, so that
    starting costs no time.
    """
    try:
        document: Document = parse(text, name)
        algorithm = validated(Algorithm, document)
    except InputError as error:
        raise DefinitionError(error.problems) from error
    problems = check_algorithm(algorithm, document) if prove else []
    if problems:
        raise DefinitionError(problems)
    return algorithm
