"""Parse one report safely: no document type, no entities, no network, bounded depth and length."""

import re
from functools import cache
from importlib import import_module
from typing import Any

from causality.e2b.messages import (
    DOCTYPE,
    HL7,
    R2_ROOT,
    R3_REPORT,
    R3_ROOT,
    WRAPPER,
    Fragment,
    Head,
)
from causality.errors import InputError, Problem, UsageError

Element = Any
"""An element of lxml, which ships no types."""
_CLOSING = f"</{WRAPPER}>".encode()
_NAMESPACE_R3 = f"{{{HL7}}}"


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
