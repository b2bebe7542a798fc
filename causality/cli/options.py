"""What the user asked for, command by command."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # one case loads nothing of tables
    from causality.batch.engines import Engine
    from causality.batch.tables import Format

DEFAULT_ALGORITHM = "sefv-h"
"""Of a batch."""


@dataclass(frozen=True, kw_only=True)
class AssessOptions:
    """What the user asked of ``causality assess``."""

    algorithms: tuple[str, ...] = ()
    as_of: str | None = None
    what_if: tuple[str, ...] = ()
    explain: str | None = None
    output: Literal["text", "json"] = "text"
    conventions: tuple[str, ...] = ()
    knowledge: Path | None = None
    schema: Path | None = None
    write_e2b: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReportOptions:
    """What the user asked of ``causality report``."""

    algorithms: tuple[str, ...] = ()
    as_of: str | None = None
    what_if: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()
    knowledge: Path | None = None
    templates: Path | None = None


@dataclass(frozen=True, kw_only=True)
class BatchOptions:
    """What the user asked of ``causality batch``."""

    out: str
    algorithms: tuple[str, ...] = ()
    trace: bool = False
    strict: bool = False
    resume: bool = False
    dry_run: bool = False
    report: str | None = None
    mapping: Path | None = None
    reactions: tuple[str, ...] = ()
    engine: "Engine" = "threads"
    scheduler: str | None = None
    workers: int | None = None
    shard: str | None = None
    table_format: "Format | None" = None
    sheet: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    conventions: tuple[str, ...] = ()
    knowledge: Path | None = None
    schema: Path | None = None
