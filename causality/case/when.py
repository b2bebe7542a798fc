"""A moment as a case file states it: absolute, partial, relative to an anchor, or only ordered."""

import difflib
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, get_args

from pydantic import PlainValidator, WithJsonSchema

from causality.errors import TermError, shown
from causality.terms.codes import NullFlavour
from causality.terms.dates import OPEN, RelativeDay, Span, between, parse_date, parse_relative

_KEYS = ("from", "to", "date", "after", "before", "assumed", "null_flavour")
_NULL_FLAVOURS: tuple[str, ...] = get_args(NullFlavour)
_TRUE = frozenset({"true", "yes"})
_FALSE = frozenset({"false", "no"})


@dataclass(frozen=True, slots=True)
class When:
    """A moment of a case.

    ``span`` holds days since an anchor (0 is its day 1) when ``anchor`` is named, else ordinals.
    ``after`` and ``before`` hold event ids; ``assumed`` marks an order that the source does not
    give; ``null_flavour`` says why there is no date.
    """

    text: str
    anchor: str | None = None
    span: Span = OPEN
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    assumed: bool = False
    null_flavour: str | None = None

    @property
    def dated(self) -> bool:
        """Tell whether the moment has any date or case day."""
        return self.span != OPEN


def parse_when(value: object) -> When:
    """Read a moment from text or from a mapping of ``from``, ``to``, ``after``, ``before``.

    Raises
    ------
    TermError
        The codes of `parse_date` and `parse_relative`; E207 for another shape, E208 for two
        anchors in one moment, E209 for a mapping that says nothing.
    """
    if isinstance(value, When):
        return value
    if isinstance(value, int):
        value = str(value)
    if isinstance(value, str):
        return _of_text(value)
    if not isinstance(value, dict):
        code = "E207"
        raise TermError(code, found=shown(value))
    return _from_mapping(value)


@lru_cache(1 << 14)
def _of_text(text: str) -> When:
    anchor, span = _point(text)
    return When(text.strip(), anchor, span)


def _from_mapping(value: dict[str, Any]) -> When:
    for key in value:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1, cutoff=0.6)
            code = "E100" if near else "E101"
            meant = near[0] if near else ""
            raise TermError(code, key=key, allowed=", ".join(_KEYS), meant=meant, at=(key,))
    anchor, span, text = _range(value)
    flavour = value.get("null_flavour")
    if flavour is not None and flavour not in _NULL_FLAVOURS:
        code = "E102"
        raise TermError(
            code, found=flavour, allowed=", ".join(_NULL_FLAVOURS), at=("null_flavour",)
        )
    when = When(
        text,
        anchor,
        span,
        event_ids(value.get("after"), "after"),
        event_ids(value.get("before"), "before"),
        flag(value.get("assumed"), "assumed"),
        flavour,
    )
    if not (when.dated or when.after or when.before or when.null_flavour):
        code = "E209"
        raise TermError(code, allowed=", ".join(_KEYS))
    return when


def _range(value: dict[str, Any]) -> tuple[str | None, Span, str]:
    if value.get("date") is not None:
        anchor, span = _point(_text(value["date"], "date"), "date")
        return anchor, span, str(value["date"])
    first, last = value.get("from"), value.get("to")
    if first is None and last is None:
        return None, OPEN, ""
    anchor, start = _point(_text(first, "from"), "from") if first is not None else (None, OPEN)
    other, end = _point(_text(last, "to"), "to") if last is not None else (anchor, OPEN)
    if first is None:
        anchor = other
    text = f"{first or '?'}/{last or '?'}"
    if anchor != other:
        code = "E208"
        raise TermError(code, found=text)
    if first is None or last is None:
        return anchor, Span(start.earliest, end.latest), text
    return anchor, between(start, end, text), text


def _point(text: str, key: str | None = None) -> tuple[str | None, Span]:
    try:
        relative: RelativeDay | None = parse_relative(text)
        if relative is not None:
            return relative.anchor, relative.offset
        return None, parse_date(text)
    except TermError as error:
        if key is None:
            raise
        raise TermError(error.code, **error.params, at=(key,)) from error


def _text(value: object, key: str) -> str:
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        code = "E207"
        raise TermError(code, found=shown(value), at=(key,))
    return value


def event_ids(value: object, key: str | None = None) -> tuple[str, ...]:
    """Read one event id or a list of them (a leading ``@`` is dropped)."""
    if value is None:
        return ()
    items: list[Any] = value if isinstance(value, list) else [value]
    if not all(isinstance(item, str) for item in items):
        code = "E207"
        raise TermError(code, found=shown(value), at=(key,) if key else ())
    return tuple(item.strip().removeprefix("@") for item in items)


def flag(value: object, key: str) -> bool:
    """Read true or false."""
    if value is None or value is False or str(value).lower() in _FALSE:
        return False
    if value is True or str(value).lower() in _TRUE:
        return True
    code = "E102"
    raise TermError(code, found=shown(value), allowed="true, false", at=(key,))


_DATE_SCHEMA = {
    "type": ["string", "integer"],
    "description": "YYYY, YYYY-MM, YYYY-MM-DD, an interval A/B, or a day of an anchor: 'D0 day 3'",
}
_EVENTS_SCHEMA = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    "description": "Ids of events: e1, e1.recovered, len.1.stop",
}
WHEN_SCHEMA: dict[str, Any] = {
    "anyOf": [
        _DATE_SCHEMA,
        {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": {
                "date": _DATE_SCHEMA,
                "from": _DATE_SCHEMA,
                "to": _DATE_SCHEMA,
                "after": _EVENTS_SCHEMA,
                "before": _EVENTS_SCHEMA,
                "assumed": {"type": "boolean"},
                "null_flavour": {"enum": list(_NULL_FLAVOURS)},
            },
        },
        {"type": "null"},
    ]
}

WhenField = Annotated[When, PlainValidator(parse_when), WithJsonSchema(WHEN_SCHEMA)]
