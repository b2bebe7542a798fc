"""The agreement of two raters as JSON: a stable shape; categories and codes are not translated."""

from collections.abc import Sequence
from typing import Any

from causality import __version__
from causality.agreement.compare import Comparison, LeftOut, Rated
from causality.agreement.match import Key
from causality.agreement.scale import Rater, level_map
from causality.agreement.statistics import CONFIDENCE, Statistic

_DIGITS = 6


def as_json(found: Comparison) -> dict[str, Any]:
    """Return the whole comparison; a measure without a value is null and has a reason."""
    first, second = found.raters
    return {
        "tool_version": __version__,
        "raters": [_rater(found, side) for side in (0, 1)],
        "key": list(found.keys),
        "matched": len(found.match.pairs),
        "compared": len(found.rated),
        "only_in_first": _unmatched(found.match.only_first),
        "only_in_second": _unmatched(found.match.only_second),
        "categories": list(found.scale.categories),
        "order": found.scale.order,
        "same_words": [list(group) for group in found.scale.same],
        "not_weighted": sorted(found.scale.ungraded),
        "levels": [_levels(found, rater) for rater in (first, second)],
        "table": [list(row) for row in found.table],
        "confidence": CONFIDENCE,
        "statistics": [_statistic(entry) for entry in found.statistics],
        "items": [
            {
                "item": item.name,
                "agreeing": item.agreeing,
                "agreeing_differ": item.agreeing_differ,
                "disagreeing": item.disagreeing,
                "disagreeing_differ": item.disagreeing_differ,
            }
            for item in found.items
        ],
        "values": [
            {"item": v.name, "value": v.value, "rows": v.rows, "disagreeing": v.disagreeing}
            for v in found.values
        ],
        "disagreements": [_disagreement(row) for row in found.disagreements],
    }


def _rater(found: Comparison, side: int) -> dict[str, Any]:
    rater, left = found.raters[side], found.left_out[side]
    return {
        "file": rater.sheet.file,
        "column": rater.column,
        "algorithm": rater.algorithm.id if rater.algorithm else None,
        "version": rater.algorithm.version if rater.algorithm else None,
        "rows": len(rater.sheet.records),
        "key_columns": [rater.sheet.meant.get(name, name) for name in found.keys],
        **_left_out(left),
    }


def _left_out(left: LeftOut) -> dict[str, Any]:
    return {
        "missing": left.missing,
        "unknown": dict(left.unknown),
        "without_level": dict(left.ungraded),
    }


def _levels(found: Comparison, rater: Rater) -> dict[str, str | None] | None:
    if found.scale.order != "levels" or rater.algorithm is None:
        return None
    return level_map(rater.algorithm)


def _unmatched(keys: Sequence[tuple[Key, int]]) -> list[dict[str, Any]]:
    return [{"key": list(key), "line": line} for key, line in keys]


def _statistic(entry: Statistic) -> dict[str, Any]:
    return {
        "name": entry.name,
        "weights": entry.weights,
        "n": entry.n,
        "value": _rounded(entry.value),
        "standard_error": _rounded(entry.standard_error),
        "low": _rounded(entry.low),
        "high": _rounded(entry.high),
        "interval": entry.method,
        "reason": entry.reason,
    }


def _rounded(value: float | None) -> float | None:
    """Return a number whose last digits do not depend on the machine."""
    return None if value is None else round(value, _DIGITS) + 0.0


def _disagreement(row: Rated) -> dict[str, Any]:
    return {
        "key": list(row.pair.key),
        "lines": [record.line for record in row.pair.records],
        "categories": list(row.categories),
        "items": list(row.differing),
    }
