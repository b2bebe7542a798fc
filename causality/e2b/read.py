"""Read the reports of a message file: the latest version of each counts, the others are listed.

A file is read twice, the first time only to see which reports it holds: what is remembered of each
is its number and a few words, so memory does not grow with what they say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from causality.case.model import Case
from causality.document import Document
from causality.e2b.icsr import Icsr
from causality.e2b.messages import R3_REPORT, Fragment, fragments
from causality.e2b.r2 import read_r2, version_r2
from causality.e2b.r3 import read_r3, version_r3
from causality.e2b.schema import Schema
from causality.e2b.stream import Message, open_message
from causality.e2b.to_case import report_case
from causality.errors import InputError, Problem

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


class _Version(NamedTuple):
    """What decides which of two versions of a report is the later one."""

    latest: str
    version: int
    created: str
    place: tuple[int, int]  # of the file, of the report in the file
    name: str = ""


def read_icsr(fragment: Fragment) -> Icsr:
    """Return the report of a fragment.

    Raises
    ------
    InputError
        E806 to E810 when it cannot be read.
    """
    root = fragment.root
    return read_r3(root) if str(root.tag).endswith(R3_REPORT) else read_r2(root)


def _head(fragment: Fragment) -> Icsr:
    root = fragment.root
    return version_r3(root) if str(root.tag).endswith(R3_REPORT) else version_r2(root)


def read_reports(
    messages: Sequence[Message], schema: Schema | None = None
) -> Iterator[ReadReport | SetAside]:
    """Yield what the reports of some message files are: cases, or set aside with a reason.

    Each report of each file is yielded exactly once, in order. A file that is no message at all is
    yielded once as number 0.
    """
    latest = _latest_versions([message for message in messages if not message.wanted])
    for place, message in enumerate(messages):
        if message.wanted:
            yield _wanted(message, schema)
            continue
        for found in _fragments(message):
            if isinstance(found, SetAside):
                yield found
            else:
                yield _read(found, place, latest, schema)


def _wanted(message: Message, schema: Schema | None) -> ReadReport | SetAside:
    """Return the one report of a message that is asked for, whatever its version."""
    for found in _fragments(message):
        if isinstance(found, SetAside):
            return found
        report = _read(found, 0, {}, schema)
        if message.wanted in (str(found.number), _case_id(report)):
            return report
    problem = Problem(code="E835", file=message.name, params={"found": message.wanted})
    return SetAside(file=message.name, number=0, case_id="", problems=(problem,))


def _case_id(report: ReadReport | SetAside) -> str:
    return report.case_id if isinstance(report, SetAside) else report.case.case_id


def _fragments(message: Message) -> Iterator[Fragment | SetAside]:
    try:
        with open_message(message) as opened:
            yield from fragments(opened, message.name)
    except InputError as error:
        yield SetAside(file=message.name, number=0, case_id="", problems=error.problems)


def _read(
    fragment: Fragment, place: int, latest: dict[str, _Version], schema: Schema | None
) -> ReadReport | SetAside:
    case_id = ""
    try:
        report = read_icsr(fragment)
        case_id = report.case_id.text or ""
        problem = _not_assessed(report, fragment, place, latest)
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


def _not_assessed(
    report: Icsr, fragment: Fragment, place: int, latest: dict[str, _Version]
) -> Problem | None:
    """Return why a report that can be read is not assessed: a later version, or a nullification."""
    last = latest.get(report.case_id.text or "")
    if last is not None and last.place != (place, fragment.number):
        return fragment.problem("E831", found=report.case_id.text, later=last.name)
    if report.status == "nullification":
        return fragment.problem("E832", found=report.case_id.text, reason=report.reason.text or "-")
    return None


def _latest_versions(messages: Sequence[Message]) -> dict[str, _Version]:
    """Return the latest version of every report, by its number (C.1.1)."""
    found: dict[str, _Version] = {}
    if len(messages) == 1 and _single(messages[0]):
        return found
    for place, message in enumerate(messages):
        for fragment in _fragments(message):
            if isinstance(fragment, SetAside):
                continue
            try:
                report = _head(fragment)
            except InputError:
                continue
            key = report.case_id.text
            if not key:
                continue
            version = _version(report, fragment, place)
            if key not in found or version > found[key]:
                found[key] = version
    return found


def _single(message: Message) -> bool:
    """Tell whether a file holds one report, so that there is nothing to compare it with."""
    reports = _fragments(message)
    next(reports, None)
    return next(reports, None) is None


def _version(report: Icsr, fragment: Fragment, place: int) -> _Version:
    number = report.version.text or ""
    return _Version(
        (report.latest.text or "").ljust(10),
        int(number) if number.isdecimal() and number.isascii() else 0,
        report.created.text or "",
        (place, fragment.number),
        f"{fragment.file}#{fragment.number}",
    )
