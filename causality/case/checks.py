"""Checks that need more than one value of a case."""

from causality.case.contradictions import check_dates
from causality.case.events import case_events
from causality.case.model import Case
from causality.case.references import check_event_names, check_names
from causality.document import Document
from causality.errors import Problem


def check_case(case: Case, document: Document) -> list[Problem]:
    """Return every broken reference of a case and every contradiction in it."""
    problems = check_names(case, document)
    if any(problem.code == "E301" for problem in problems):
        return problems  # with two parts of one name nothing else is clear
    events = case_events(case)
    return [
        *problems,
        *check_event_names(events, case, document),
        *check_dates(case, events, document),
    ]
