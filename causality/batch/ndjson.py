"""NDJSON as the bytes of a CSV: an object on every line, a column for every key.

A line that is no row stands among the rows as a record of two cells, the second in JSON, which
`causality.batch.set_aside` reads back as a reject.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from causality.batch.contract import KEYS, column_named
from causality.batch.writing import quoted
from causality.errors import shown

ASIDE_CELLS = 2
"""Cells of a line that is no row; no row has so few."""


class _RepeatedKeyError(LookupError):
    """An object says two things under one key."""


def ndjson_as_csv(name: str) -> Iterator[bytes]:
    """Yield a file line by line, its header first; blank lines stay, so that lines keep numbers."""
    names: dict[str, None] = {}
    for text in _lines(name):
        record = _record(text)
        if isinstance(record, Mapping):
            names.update(dict.fromkeys(record))
    header = list(names)
    yield table_line(header)
    for text in _lines(name):
        yield _row(text, header) if text else b"\n"


def json_cell(value: Any) -> str | None:
    """Return a value of JSON as a cell."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def table_line(cells: Sequence[str | None]) -> bytes:
    """Return a row of a table as a line of CSV."""
    return (",".join(quoted(cell or "") for cell in cells) + "\n").encode()


def _lines(name: str) -> Iterator[str]:
    with Path(name).open(encoding="utf-8-sig") as file:
        for line in file:
            yield line.strip()


def _record(text: str) -> Any:
    """Return what a line holds; None where it is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _row(text: str, header: Sequence[str]) -> bytes:
    """Return a line as a row, or what is wrong with it."""
    try:
        record = json.loads(text, object_pairs_hook=_object)
    except _RepeatedKeyError as error:
        key = str(error.args[0])
        found = _record(text)
        case_id = "" if key in _keys(found, "case_id") else _case_id(found)
        return _aside("E614", {"key": key}, [text], case_id, key)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, Mapping):
        return _aside("E613", {}, [text], value=shown(text))
    cells = [json_cell(record.get(key)) for key in header]
    for key in (key for name in KEYS for key in _keys(record, name)):
        if isinstance(record[key], dict | list):
            value = json_cell(record[key]) or ""
            return _aside("E615", {"key": key}, cells, _case_id(record), key, value)
    try:
        return table_line(cells)
    except UnicodeEncodeError:  # half of a pair of surrogates
        return _aside("E607", {"encoding": "utf-8"}, cells, _case_id(record))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedKeyError(next(name for name in names if names.count(name) > 1))
    return found


def _keys(record: Any, column: str) -> list[str]:
    """Return the keys of an object that mean a column."""
    return [key for key in record if column_named(key.strip()) == column]


def _case_id(record: Any) -> str:
    return next((json_cell(record[key]) or "" for key in _keys(record, "case_id")), "")


def _aside(
    code: str,
    params: Mapping[str, str],
    cells: Sequence[str | None],
    case_id: str = "",
    column: str = "",
    value: str = "",
) -> bytes:
    found = {
        "code": code,
        "params": params,
        "cells": [_writable(cell or "") for cell in cells],
        "case_id": _writable(case_id),
        "column": column,
        "value": _writable(value),
    }
    return table_line(["", json.dumps(found)])


def _writable(text: str) -> str:
    return text.encode(errors="replace").decode()
