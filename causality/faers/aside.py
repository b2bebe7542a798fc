"""What is not scored, with where it stands and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field

LISTED = frozenset({"E847", "E848", "E849"})
"""Reports with which nothing is wrong: deleted, or another one counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A report, a drug of one or a line of a table that gives no row.

    ``line`` is the physical line of ``file``; ``params`` fill in the sentence of ``code``.
    """

    code: str
    file: str
    line: int
    case_id: str = ""
    report: str = ""
    column: str = ""
    value: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
