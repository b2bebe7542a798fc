"""What the manifest of a run tells: what it scored with, and how many rows came out of it."""

from pathlib import Path
from typing import Any

from causality import __version__
from causality.assessment.method import Method
from causality.batch.repeats import Repeats
from causality.batch.work import Counts

LISTED = {"E831": "superseded", "E832": "nullified"}
"""Codes of reports with which nothing is wrong: a later version counts, or they were nullified."""
_SET_ASIDE = {**LISTED, "E836": "without_pairs"}


def method_manifest(method: Method, *, trace: bool) -> dict[str, Any]:
    """Return what a run scores with: tool, algorithms, conventions and knowledge, with hashes."""
    knowledge = method.knowledge
    return {
        "tool": {"name": "vasculitis-causality", "version": __version__},
        "algorithms": [
            {"id": a.id, "version": a.version, "sha256": method.hashes[a.id]}
            for a in method.algorithms
        ],
        "conventions": dict(sorted(method.conventions.items())),
        "knowledge": {
            "version": knowledge.version,
            "files": dict(sorted(knowledge.hashes.items())),
            "layers": [
                {"folder": Path(name).name, "files": dict(sorted(files.items()))}
                for name, files in knowledge.layers
            ],
        },
        "trace": trace,
    }


def counted(
    counts: Counts, repeats: Repeats, *, selected: bool, of_reports: bool = False
) -> dict[str, Any]:
    """Return counts as the manifest tells them.

    Parameters
    ----------
    of_reports
        Whether reports of safety databases were read, which have no rows that could be repeated.
    """
    return {
        **({"reports": report_counts(counts, selected=selected)} if of_reports else {}),
        "rows": counts.rows,
        "scored": counts.scored,
        "rejected": counts.rejected,
        **({"not_selected": counts.not_selected} if selected else {}),
        "errors": counts.errors,
        "errors_by_code": dict(sorted(counts.codes.items())),
        "categories": {
            name: dict(sorted(found.items())) for name, found in counts.categories.items()
        },
        "insufficient": counts.insufficient,
        "rows_with_warnings": counts.warned,
        **({} if of_reports else {"rows_repeating_a_pair": repeats.rows}),
    }


def report_counts(counts: Counts, *, selected: bool) -> dict[str, int]:
    """Return how many reports became what."""
    set_aside = {name: counts.codes[code] for code, name in _SET_ASIDE.items()}
    return {
        "read": counts.reports,
        "assessed": counts.reports - counts.rejected - counts.reports_not_selected,
        **({"not_selected": counts.reports_not_selected} if selected else {}),
        **set_aside,
        "unreadable": counts.rejected - sum(set_aside.values()),
    }
