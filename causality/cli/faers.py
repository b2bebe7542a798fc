"""What is said about quarters of FAERS: what was read, and what they do not hold."""

from collections.abc import Iterator, Mapping
from typing import Any

from causality.words import Words

_MOST_QUARTERS = 8


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
