"""Parse one report safely: no document type, no entities, no network, bounded depth and length."""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from typing import Any

from causality.errors import InputError, Problem, UsageError

HL7 = "urn:hl7-org:v3"
R3_REPORT, R2_REPORT = "PORR_IN049016UV", "safetyreport"
R3_ROOT, R2_ROOT = "MCCI_IN200100UV01", "ichicsr"
WRAPPER = "_one:root"
DOCTYPE = re.compile(
    rb"<!DOCTYPE\s+[\w.:-]+(?:\s+(?:SYSTEM|PUBLIC\s+(?:\"[^\"<]*\"|'[^'<]*'))"
    rb"\s+(?:\"[^\"<]*\"|'[^'<]*'))?\s*>",
    re.ASCII,
)
Element = Any
"""An element of lxml, which ships no types."""
_CLOSING = f"</{WRAPPER}>".encode()
_NAMESPACE_R3 = f"{{{HL7}}}"


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands before the first report: the namespaces in force and the encoding."""

    root: str = ""
    namespaces: tuple[tuple[str, str], ...] = ()
    encoding: str = "utf-8"

    @cached_property
    def opening(self) -> bytes:
        """Return a start tag around one report that puts the namespaces in force."""
        parts = [
            f' xmlns{":" + prefix if prefix else ""}="{_escaped(uri)}"'
            for prefix, uri in self.namespaces
        ]
        start = f'<{WRAPPER} xmlns:{WRAPPER.partition(":")[0]}="{HL7}"'
        return f"{start}{''.join(parts)}>".encode(self.encoding, "xmlcharrefreplace")


@dataclass(frozen=True, kw_only=True)
class Fragment:
    """One report as it stands in the file.

    Parameters
    ----------
    number
        Of the report in the file, from 1.
    start, line
        Its first byte, and its first line, from 1.
    fault
        Why it cannot be read, when the cut shows that already.
    """

    file: str
    number: int
    start: int
    line: int
    data: bytes
    head: Head
    fault: Problem | None = None

    @cached_property
    def root(self) -> Any:
        """Return the element of the report.

        Raises
        ------
        InputError
            E806 when it is not well-formed XML or goes beyond the limits of the parser.
        """
        if self.fault is not None:
            raise InputError([self.fault])
        return parsed_fragment(self)

    def problem(self, code: str, line: int | None = None, **params: object) -> Problem:
        """Return a problem with the report."""
        return Problem(
            code=code,
            file=self.file,
            line=line or self.line,
            path=f"#{self.number}",
            params=params,
        )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def xml_library() -> Any:
    """Return the module that parses XML.

    Raises
    ------
    UsageError
        E801 when it is not installed.
    """
    try:
        return import_module("lxml.etree")  # an extra, and only when an XML file is read
    except ImportError as error:
        raise UsageError([Problem(code="E801")]) from error


def _options() -> dict[str, Any]:
    return {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "dtd_validation": False,
        "attribute_defaults": False,
        "huge_tree": False,
        "recover": False,
        "remove_comments": True,
        "remove_pis": True,
    }


@cache
def _parser(encoding: str) -> Any:
    """Return a parser of reports: making one takes as long as parsing a small one."""
    return xml_library().XMLParser(encoding=encoding, **_options())


def parsed_fragment(fragment: Fragment) -> Element:
    """Return the element of a report.

    Raises
    ------
    InputError
        E806 with the place of what is not well-formed.
    """
    etree = xml_library()
    head = fragment.head
    try:
        # In one piece: after an error in one, the parser takes the next for a new document.
        data = b"".join((head.opening, fragment.data, _CLOSING))
        root = etree.fromstring(data, _parser(head.encoding))
    except etree.XMLSyntaxError as error:
        line = fragment.line + max((error.lineno or 1) - 1, 0)
        reason = _reason(error, fragment.line)
        raise InputError([fragment.problem("E806", line, reason=reason)]) from error
    if len(root) != 1:
        raise InputError([fragment.problem("E806", reason="one element expected")])
    return root[0]


def _reason(error: Any, first: int = 1) -> str:
    """Return what the parser says, with the lines of the file and nothing that it quotes of it.

    Parameters
    ----------
    first
        The line of the file at which what was parsed begins.
    """
    text = re.sub(r", line \d+, column \d+.*", "", str(error.msg or ""), flags=re.DOTALL)
    return re.sub(r"\bline (\d+)", lambda found: f"line {int(found[1]) + first - 1}", text)


def parsed_head(data: bytes, tag: bytes, encoding: str, file: str) -> Head:
    """Return what stands before the first report.

    Parameters
    ----------
    data
        The bytes before it; the whole file where there is no report.
    tag
        The beginning of its tag, empty where there is none.

    Raises
    ------
    InputError
        E802, E803, E805 or E806.
    """
    etree = xml_library()
    data = DOCTYPE.sub(b"", data.removeprefix(b"\xef\xbb\xbf"))
    try:
        parser = etree.XMLPullParser(events=("start",), encoding=encoding, **_options())
    except LookupError as error:
        raise _wrong(file, "E805", found=encoding) from error
    try:
        parser.feed(data)
        elements = [element for _, element in parser.read_events()]
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise _wrong(file, "E806", line, reason=_reason(error)) from error
    root = elements[0] if elements else None
    name = "" if root is None else str(root.tag)
    _check_root(name, tag, file)
    spaces = {} if root is None else root.nsmap
    return Head(
        root=name,
        namespaces=tuple((prefix or "", uri) for prefix, uri in spaces.items()),
        encoding=encoding,
    )


def _check_root(name: str, tag: bytes, file: str) -> None:
    """Refuse a file that is no message of E2B by its outermost element and its reports."""
    local = name.rpartition("}")[2]
    report = tag.rpartition(b":")[2].lstrip(b"</").decode()
    if not name and report == R3_REPORT:
        return  # one report without a batch around it
    if local.startswith(R2_ROOT):
        if name != local:
            raise _wrong(file, "E803", found=name)
        if local == R2_ROOT:
            return
    if name == f"{_NAMESPACE_R3}{R3_ROOT}" and report in (R3_REPORT, ""):
        return
    raise _wrong(file, "E802", found=local or report or "-")


def _wrong(file: str, code: str, line: int | None = None, **params: object) -> InputError:
    return InputError([Problem(code=code, file=file, line=line, params=params)])
