"""Read the reports of a message file: the latest version of each counts, the others are listed.

A file is read twice, the first time only to see which reports it holds (`causality.e2b.versions`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from causality.case.model import Case
from causality.document import Document
from causality.e2b.icsr import Icsr
from causality.e2b.messages import fragments
from causality.e2b.parsing import R3_REPORT, Fragment
from causality.e2b.r2 import read_r2
from causality.e2b.r3 import read_r3
from causality.e2b.schema import Schema
from causality.e2b.stream import Message, open_message
from causality.e2b.to_case import report_case, unnumbered
from causality.e2b.versions import head_of, later_versions
from causality.errors import InputError, Kind, Problem

LISTED = frozenset({"E831", "E832"})
"""Codes of reports that are only listed: a later version counts, or the report was nullified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReport:
    """One report that counts, as a case file and as a case."""

    file: str
    number: int
    fragment: Fragment
    document: Document
    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """One report that is not assessed, and why."""

    file: str
    number: int
    case_id: str
    problems: tuple[Problem, ...]

    @property
    def listed(self) -> bool:
        """Tell whether nothing is wrong with it: a later version counts, or it was nullified."""
        return all(problem.code in LISTED for problem in self.problems)


def read_icsr(fragment: Fragment) -> Icsr:
    """Return the report of a fragment.

    Raises
    ------
    InputError
        E806 to E810 when it cannot be read.
    """
    root = fragment.root
    return read_r3(root) if str(root.tag).endswith(R3_REPORT) else read_r2(root)


@dataclass(frozen=True, slots=True)
class Found:
    """A report that was found, and the name of its later version where there is one."""

    fragment: Fragment
    later: str = ""


def read_reports(
    messages: Sequence[Message], schema: Schema | None = None
) -> Iterator[ReadReport | SetAside]:
    """Yield what the reports of some message files are: cases, or set aside with a reason.

    Each report of each file is yielded exactly once, in order. A file that is no message at all is
    yielded once as number 0.
    """
    return (read_found(found, schema) for found in found_reports(messages))


def found_reports(messages: Sequence[Message]) -> Iterator[Found | SetAside]:
    """Yield the reports of some message files without reading them, in order."""
    whole = [message for message in messages if not message.wanted]
    later = later_versions(whole, _cut)
    place = 0
    for message in messages:
        if message.wanted:
            yield _wanted(message)
            continue
        for found in _fragments(message):
            if isinstance(found, SetAside):
                yield found
            else:
                yield Found(found, later.get((place, found.number), ""))
        place += 1


def _wanted(message: Message) -> Found | SetAside:
    """Return the one report of a message that is asked for, whatever its version."""
    for found in _fragments(message):
        if isinstance(found, SetAside):
            return found
        if message.wanted in (str(found.number), _case_id(found)):
            return Found(replace(found))  # without what was parsed of it
    problem = Problem(code="E835", file=message.name, params={"found": message.wanted})
    return SetAside(file=message.name, number=0, case_id="", problems=(problem,))


def _case_id(fragment: Fragment) -> str:
    try:
        return head_of(fragment).case_id.text or unnumbered(fragment)
    except InputError:
        return ""


def _fragments(message: Message) -> Iterator[Fragment | SetAside]:
    try:
        with open_message(message) as opened:
            yield from fragments(opened, message.name)
    except InputError as error:
        yield SetAside(file=message.name, number=0, case_id="", problems=error.problems)


def _cut(message: Message) -> Iterator[Fragment]:
    return (found for found in _fragments(message) if isinstance(found, Fragment))


def read_found(found: Found | SetAside, schema: Schema | None) -> ReadReport | SetAside:
    """Return what a report is: a case, or set aside with a reason."""
    if isinstance(found, SetAside):
        return found
    fragment, case_id = found.fragment, ""
    try:
        report = read_icsr(fragment)
        case_id = report.case_id.text or ""
        problem = _not_assessed(report, found)
        faults = schema.problems(fragment) if schema is not None and problem is None else []
        if faults:
            raise InputError(faults)
        if problem is None:
            document, case = report_case(fragment, report)
            return ReadReport(
                file=fragment.file,
                number=fragment.number,
                fragment=fragment,
                document=document,
                case=case,
            )
        problems: tuple[Problem, ...] = (problem,)
    except InputError as error:
        problems = error.problems
    return SetAside(file=fragment.file, number=fragment.number, case_id=case_id, problems=problems)


def _not_assessed(report: Icsr, found: Found) -> Problem | None:
    """Return why a report that can be read is not assessed: a later version, or a nullification."""
    fragment = found.fragment
    if found.later:
        return fragment.problem("E831", found=report.case_id.text, later=found.later)
    if report.status == "nullification":
        reason = report.reason.text or Kind("kind_of.no_reason")
        return fragment.problem("E832", found=report.case_id.text, reason=reason)
    return None
