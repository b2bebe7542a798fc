"""What is said about quarters of FAERS: what cannot go with them, and what they do not hold."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from causality.errors import Problem, UsageError
from causality.words import Words

if TYPE_CHECKING:
    from causality.cli.batch import BatchOptions

_MOST_QUARTERS = 8


def check(options: "BatchOptions") -> None:
    """Refuse options that say how a text table is written: these have one way.

    Raises
    ------
    UsageError
        E678.
    """
    given = {
        "--map": options.mapping,
        "--sheet": options.sheet,
        "--delimiter": options.delimiter,
        "--encoding": options.encoding,
        "--decimal": options.decimal,
    }
    wrong = [name for name, value in given.items() if value is not None]
    if wrong:
        params = {"found": wrong[0], "other": "--format faers"}
        raise UsageError([Problem(code="E678", params=params)])


def told(manifest: Mapping[str, Any], words: Words) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield what there is to say of quarters, where any were read, as keys of sentences."""
    source = manifest.get("input")
    about = source.get("faers") if isinstance(source, Mapping) else None
    if about is None:
        return
    quarters = about["quarters"]
    shown = ", ".join(quarters[:_MOST_QUARTERS])
    more = " …" if len(quarters) > _MOST_QUARTERS else ""
    yield "view.faers_quarters", {"count": len(quarters), "quarters": shown + more}
    if about["missing_tables"]:
        yield "view.faers_missing", {"tables": ", ".join(about["missing_tables"])}
    yield "view.faers_reports", dict(about["reports"])
    if any(about["rows"].values()):
        yield "view.faers_rows", dict(about["rows"])
    facts = ", ".join(words(f"fact.{name}") for name in about["never_known"])
    yield "view.faers_never", {"facts": facts}
