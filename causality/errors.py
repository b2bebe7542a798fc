"""Errors: one tree, each class with an exit code, each problem with a stable code and a place.

Texts are not here: a problem carries a code and its parameters, and the word catalogues hold one
sentence per code and language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Params = Mapping[str, object]
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with an input: where, what was found, what is allowed.

    ``line`` and ``column`` count from 1; ``path`` is the way to the value (``drugs.0.name``).
    ``other_line`` and ``other_column`` name the second place of a contradiction.
    """

    code: str
    file: str = ""
    line: int | None = None
    column: int | None = None
    path: str = ""
    params: Params = field(default_factory=dict)
    other_line: int | None = None
    other_column: int | None = None

    @property
    def place(self) -> str:
        """Return ``file:line:column`` as far as it is known."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


class CausalityError(Exception):
    """Base of every error that is not our bug."""

    exit_code = 3

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.place}: {p.code} {dict(p.params)}" for p in problems))
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type["CausalityError"], tuple[tuple[Problem, ...]]]:
        """Let an error come back from another process as it is."""
        return type(self), (self.problems,)


class InputError(CausalityError):
    """An input that cannot be read or that contradicts itself."""


class DefinitionError(CausalityError):
    """An algorithm or knowledge file that is wrong."""


class UsageError(CausalityError):
    """A command or a call with arguments that make no sense."""

    exit_code = 2


class DataFolderError(CausalityError):
    """An installation without its data files."""

    exit_code = 4


class Kind(str):
    """The key of what a list, a group or nothing is called in a message, where it is unquoted."""

    __slots__ = ()


def shown(value: object) -> str:
    """Return a value as a message may show it: never what is inside a group or a list."""
    if value is None:
        return Kind("kind_of.nothing")
    if isinstance(value, dict | list | tuple):
        return Kind("kind_of.group" if isinstance(value, dict) else "kind_of.list")
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


class TermError(ValueError):
    """A single value that cannot be understood; its place is known only to the caller."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
