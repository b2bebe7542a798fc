"""Let the reader of case files judge a report, and leave out what it does not accept.

Its errors are for a person who can correct a case file. Nobody can correct a report that was
received: the value that an error names is left out as not reported, and the error becomes a remark.
"""

from typing import Any

from causality.case.model import Case
from causality.case.reader import case_from
from causality.document import Document, Path_
from causality.e2b.draft import Draft
from causality.errors import InputError, Problem

_MOST_ROUNDS = 20
_SHORTENED = 1000
"""Signs that are left of a text that is longer than any that a case file can have."""
_ELEMENTS = {
    ("exposures", "start"): "G.k.4.r.4",
    ("exposures", "stop"): "G.k.4.r.5",
    ("exposures", "duration"): "G.k.4.r.6",
    ("exposures", "dose"): "G.k.4.r.1",
    ("exposures", "administrations"): "G.k.4.r",
    ("exposures", "recurrence"): "G.k.9.i.4",
    ("episodes", "onset"): "E.i.4",
    ("episodes", "recovered"): "E.i.5",
    ("episodes", "died"): "D.9.1",
    ("episodes", "duration"): "E.i.6",
    ("episodes", "outcome"): "E.i.7",
    ("episodes", "actions"): "G.k.8",
    ("periods", "start"): "D.7.1.r.2",
    ("periods", "stop"): "D.7.1.r.4",
    ("periods", "ongoing"): "D.7.1.r.3",
    ("investigations", "date"): "F.r.1",
    ("past_drugs", "date"): "D.8.r.4",
    ("patient", "age"): "D.2.2",
    ("patient", "weight_kg"): "D.3",
}


def settled(draft: Draft, file: str) -> tuple[Document, Case]:
    """Return the draft as a case file and as a case, without what contradicts itself.

    Raises
    ------
    InputError
        When a part that every case needs is wrong.
    """
    for _ in range(_MOST_ROUNDS):
        document = draft.document(file)
        try:
            return document, case_from(document)
        except InputError as error:
            dropped = [_drop(draft, problem) for problem in error.problems]
            if not any(dropped):
                raise
    document = draft.document(file)
    return document, case_from(document)


def _drop(draft: Draft, problem: Problem) -> bool:
    """Leave out the value that a problem names; False when there is none."""
    path = [int(step) if step.isdigit() else step for step in problem.path.split(".")]
    parent: Any = draft.value
    try:
        for step in path[:-1]:
            parent = parent[step]
        found = parent[path[-1]]
    except (KeyError, IndexError, TypeError):
        return False
    too_long = problem.code == "E111" and isinstance(found, str)
    if not isinstance(parent, dict) or (len(path) == 1 and not too_long):
        return False
    if too_long:
        parent[path[-1]] = f"{found[:_SHORTENED]} …"
        found = f"{found[:_SHORTENED]} …"
    else:
        del parent[path[-1]]
    element = element_of(tuple(path))
    line = (problem.line or 0) - draft.first + 1 if problem.line else 0
    other = ", ".join(
        str(problem.params[name])
        for name in ("earlier", "earlier_found", "key")
        if problem.params.get(name)
    )
    code = "E820" if problem.code.startswith("E3") else "E821"
    draft.remark(code, element, _text(found), other, line)
    return True


def element_of(path: Path_) -> str:
    """Return the number of the element that a value of a case file comes from."""
    names = [step for step in path if isinstance(step, str)]
    found = _ELEMENTS.get((names[-2], names[-1])) if len(names) > 1 else None
    return found or ".".join(str(step) for step in path)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {_text(v)}" for k, v in value.items())
    return str(value)
