"""Decision tables: a `when` is a list of alternatives, each a map from a name to allowed values.

No expressions, no arithmetic, no negation: what a file cannot say in this form is engine code.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator

Alternative = Mapping[str, frozenset[str]]
When = tuple[Alternative, ...]


def _when(value: Any) -> Any:
    if value is None:
        return ()
    rows = value if isinstance(value, list) else [value]
    return [
        {key: _values(item) for key, item in row.items()} if isinstance(row, dict) else row
        for row in rows
    ]


def _values(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


WhenInput = dict[str, str | list[str]]
WhenTable = Annotated[
    tuple[dict[str, frozenset[str]], ...],
    BeforeValidator(_when, json_schema_input_type=WhenInput | list[WhenInput]),
]


def holds(when: When, values: Mapping[str, str]) -> bool:
    """Tell whether any alternative of a `when` holds; an empty one always does."""
    return not when or matching_row(when, values) is not None


def matching_row(when: When, values: Mapping[str, str]) -> Alternative | None:
    """Return the first alternative that holds, to say why an option was chosen."""
    get = values.get
    for row in when:  # a plain loop: this is what scoring spends its time on
        for name, allowed in row.items():
            if get(name) not in allowed:
                break
        else:
            return row
    return None
