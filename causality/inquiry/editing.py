"""Put values into the text of a case file: the rest of it stays as it is, comments and all."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from causality.document import Path_, Step

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = re.compile(r"[^\W_](?:[\w ./()+%µ-]*[\w)%])?")
_PAIRS = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_NOT_TEXT = frozenset({"null"})


@dataclass(frozen=True, slots=True)
class Edit:
    """A value for a place: a key that is set, or (``append``) one more entry of a list."""

    path: Path_
    value: Any
    append: bool = False


def edited(text: str, edits: Sequence[Edit]) -> str:
    """Return the text of a YAML or JSON file with values put in.

    Parts that a path leads through and that are not there yet are made. A value that stands at the
    place of another replaces it.
    """
    if text.lstrip()[:1] in {"{", "["}:  # where JSON writes a character otherwise than YAML
        text = _PAIRS.sub(lambda pair: json.loads(f'"{pair[0]}"'), text)
    for edit in edits:
        text = _Text(text).with_edit(edit)
    return text


def applied(value: Any, edits: Sequence[Edit]) -> Any:
    """Return plain data with the same values put in: what `edited` text has to say."""
    for edit in edits:
        value = _set(value, edit.path, edit.value, append=edit.append)
    return value


def _set(value: Any, path: Path_, new: Any, *, append: bool) -> Any:
    if not path:
        return [*(value or []), new] if append else new
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        items = list(value or [])
        old = items[step] if step < len(items) else None
        items[step : step + 1] = [_set(old, rest, new, append=append)]
        return items
    known = dict(value or {})
    return {**known, step: _set(known.get(step), rest, new, append=append)}


class _Text:
    """The text of a file with the nodes of its document."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.json = text.lstrip()[:1] in {"{", "["}
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.root: Any = yaml.compose(text, Loader=_LOADER)

    def with_edit(self, edit: Edit) -> str:
        node, rest = self._reach(edit.path)
        value = _nested(rest, [edit.value] if edit.append and rest else edit.value)
        if not rest:
            return self._append(node, value) if edit.append else self._replace(node, value)
        if _is_null(node):
            made = {rest[0]: value} if isinstance(rest[0], str) else [value]
            return self._fill(node, made)
        if isinstance(node, yaml.SequenceNode):
            return self._append(node, value)
        return self._add_key(node, str(rest[0]), value)

    def _reach(self, path: Path_) -> tuple[Any, Path_]:
        """Return the last node on a path that is there, and the rest of the path."""
        node = self.root
        for number, step in enumerate(path):
            child = _child(node, step)
            if child is None:
                return node, path[number:]
            node = child
        return node, ()

    def _shown(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False) if self.json else flow(value)

    def _replace(self, node: Any, value: Any) -> str:
        if _is_null(node):
            return self._fill(node, value)
        block = isinstance(node, yaml.CollectionNode) and not node.flow_style
        start, end = node.start_mark.index, (_last_leaf(node) if block else node).end_mark.index
        return self.text[:start] + self._shown(value) + self.text[end:]

    def _fill(self, node: Any, value: Any) -> str:
        """Put a value where a key has none."""
        start, end = node.start_mark.index, node.end_mark.index
        gap = "" if end > start or self.text[start - 1 : start].isspace() else " "
        return self.text[:start] + gap + self._shown(value) + self.text[end:]

    def _append(self, node: Any, value: Any) -> str:
        if _is_null(node):
            return self._fill(node, [value])
        if node.flow_style:
            return self._into_brackets(node, self._shown(value))
        return self._new_line(node, f"- {self._shown(value)}")

    def _add_key(self, node: Any, key: str, value: Any) -> str:
        if self.json:
            return self._into_brackets(node, f"{json.dumps(key)}: {self._shown(value)}")
        if node.flow_style:
            return self._into_brackets(node, f"{flow(key)}: {flow(value)}")
        if isinstance(value, list):  # a list of its own has an entry per line
            between = f"{self.newline}{' ' * node.start_mark.column}  - "
            return self._new_line(node, f"{flow(key)}:{between}{between.join(map(flow, value))}")
        return self._new_line(node, f"{flow(key)}: {flow(value)}")

    def _into_brackets(self, node: Any, entry: str) -> str:
        """Add an entry before the closing bracket, right after the last one."""
        last = _last_leaf(node)
        place = last.end_mark.index if last is not None else node.start_mark.index + 1
        return self.text[:place] + (", " if last is not None else "") + entry + self.text[place:]

    def _new_line(self, node: Any, entry: str) -> str:
        """Add a line after the last entry of a block, indented like its first."""
        indent = " " * node.start_mark.column
        place = self._end_of_line(_last_leaf(node))
        before = self.text[:place]
        lead = "" if not before or before.endswith("\n") else self.newline
        return f"{before}{lead}{indent}{entry}{self.newline if not lead else ''}{self.text[place:]}"

    def _end_of_line(self, leaf: Any) -> int:
        """Return the end of the line on which a value ends, after a comment behind it."""
        end: int = leaf.end_mark.index
        if getattr(leaf, "style", None) in {"|", ">"}:
            return end
        found = self.text.find("\n", end)
        if found < 0:
            return len(self.text)
        return found - 1 if self.text[found - 1] == "\r" else found


def _child(node: Any, step: Step) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None


def _last_leaf(node: Any) -> Any:
    """Return the last value of a block, itself not a block; None when the brackets are empty."""
    if not node.value:
        return None
    last = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    block = isinstance(last, yaml.CollectionNode) and not last.flow_style
    return _last_leaf(last) if block else last


def _is_null(node: Any) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _nested(rest: Path_, value: Any) -> Any:
    """Return a value inside the parts that still have to be made."""
    for step in reversed(rest[1:]):
        value = {step: value} if isinstance(step, str) else [value]
    return value


def flow(value: Any) -> str:
    """Write a value on one line of YAML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    return json.dumps(text, ensure_ascii=False)
