"""The data inside a report: the case, what was asked of it, and the result."""

from typing import Any

from causality.assessment.assess import CaseAssessment
from causality.assessment.result import as_json

FORMAT = "causality-report/1"


def embedded_data(
    result: CaseAssessment, document: object, options: dict[str, Any]
) -> dict[str, Any]:
    """Return what a report holds for other programs.

    Parameters
    ----------
    document
        The case file as plain values, from which the case can be read again.
    options
        What the user asked for, beyond the case.
    """
    return {"format": FORMAT, "options": options, "case": document, "result": as_json(result)}
