"""Turn a parsed document into a checked model, or into all of its faults with their places."""

import difflib
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from causality.document import Document, Path_
from causality.errors import InputError, Problem, TermError, shown

M = TypeVar("M", bound=BaseModel)
_CODES = {
    "missing": "E103",
    "literal_error": "E102",
    "string_pattern_mismatch": "E104",
    "model_type": "E106",
    "dict_type": "E106",
    "tuple_type": "E107",
    "list_type": "E107",
    "bool_parsing": "E108",
    "bool_type": "E108",
    "int_parsing": "E109",
    "int_type": "E109",
    "float_parsing": "E109",
    "float_type": "E109",
    "greater_than": "E109",
    "greater_than_equal": "E109",
    "less_than": "E109",
    "string_type": "E110",
    "string_too_short": "E110",
    "string_too_long": "E111",
}


def validated(model: type[M], document: Document) -> M:
    """Return the document as a model.

    Raises
    ------
    InputError
        With one problem per fault.
    """
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        raise InputError([_problem(model, document, e) for e in error.errors()]) from error


def _problem(model: type[BaseModel], document: Document, error: Any) -> Problem:
    path: Path_ = tuple(error["loc"])
    kind = error["type"]
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, TermError):
        at = cause.params.get("at", ())
        params = {k: v for k, v in cause.params.items() if k != "at"}
        return _at(document, cause.code, (*path, *at), **params)  # type: ignore[misc]
    found = shown(_as_written(document.value, path, error.get("input")))
    if kind == "extra_forbidden":
        allowed = sorted(_fields(model, path[:-1]))
        near = difflib.get_close_matches(str(path[-1]), allowed, n=1, cutoff=0.6)
        code = "E100" if near else "E101"
        return _at(
            document,
            code,
            path,
            key=path[-1],
            allowed=", ".join(allowed),
            meant=near[0] if near else "",
        )
    if kind == "missing":
        return _at(document, "E103", path[:-1], key=path[-1])
    allowed_text = str(error.get("ctx", {}).get("expected", "")).replace(" or ", ", ")
    return _at(
        document, _CODES.get(kind, "E105"), path, found=found, allowed=allowed_text.replace("'", "")
    )


def _as_written(value: Any, path: Path_, otherwise: object) -> object:
    """Return the value at a path as the file has it, before any spelling was put right."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return otherwise
    return value


def _at(document: Document, code: str, path: Path_, **params: object) -> Problem:
    place = document.keys.get(path) if code in {"E100", "E101"} else None
    line, column = place or document.place(path)
    return Problem(
        code=code,
        file=document.file,
        line=line,
        column=column,
        path=".".join(str(step) for step in path),
        params=params,
    )


def _fields(model: type[BaseModel], path: Path_) -> Iterator[str]:
    """Yield the keys that the model at a path knows."""
    current: Any = model
    for step in path:
        current = _inside(current, step)
    if isinstance(current, type) and issubclass(current, BaseModel):
        yield from current.model_fields


def _inside(annotation: Any, step: str | int) -> Any:
    """Return the type of what stands at a key or a number within a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(str(step))
        return _plain(field.annotation) if field else None
    if get_origin(annotation) in (dict, tuple):
        arguments = get_args(annotation)
        return _plain(arguments[-1] if get_origin(annotation) is dict else arguments[0])
    return None


def _plain(annotation: Any) -> Any:
    """Return a type without its remarks and without None."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        options = [option for option in get_args(annotation) if option is not type(None)]
        return _plain(options[0]) if len(options) == 1 else None
    return annotation
