"""Cut a message file into its reports, in constant memory and without trusting any of them.

The cut is made on the bytes, at the tags of a report and outside comments and CDATA. So a report
that is not XML is set aside alone, each report is parsed alone (no document type, hence no
entities, ever reaches the parser), and its place in the file is known to the byte.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, NoReturn

from causality.e2b.parsing import (
    DOCTYPE,
    R2_REPORT,
    R3_REPORT,
    Fragment,
    Head,
    parsed_head,
)
from causality.e2b.stream import Opened
from causality.errors import InputError, Problem

_REPORTS = frozenset({R3_REPORT.encode(), R2_REPORT.encode()})
MAX_REPORT = 64 << 20
"""Bytes of a report: documents may be embedded in it."""
MAX_HEAD = 1 << 20
"""Bytes before the first report: a header is a few kilobytes long."""
CHUNK = 1 << 20
_LONGEST_MARK = 256
_TAIL = 4096
_NAMES = rb"(?:[A-Za-z_][\w.-]*:)?(?:PORR_IN049016UV|safetyreport)"
_MARK = re.compile(
    rb"<!--|<!\[CDATA\[|<\?|<!DOCTYPE|<(?P<end>/?)" + _NAMES + rb"(?=[\s/>])", re.ASCII
)
_AFTER_NAME = b" \t\r\n/>"
_CLOSERS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_TAG = re.compile(rb"<(?P<end>/?)" + _NAMES + rb"(?=[\s/>])", re.ASCII)
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z][\w.-]*)[\"']", re.ASCII)


def fragments(opened: Opened, file: str) -> Iterator[Fragment]:
    """Yield the reports of a message file.

    Raises
    ------
    InputError
        For the whole file: E802 when it holds no report of E2B, E803 when its tags conform to
        neither version, E804 for a document type with declarations of its own, E805 for another
        encoding, E808, after the last report, when the file ends before its outermost element.
    """
    yield from _Cutter(opened.stream, file, recoded=opened.recoded)


class _Cutter:
    """Reads the bytes, finds the tags and hands out what stands between them."""

    def __init__(self, stream: IO[bytes], file: str, *, recoded: bool) -> None:
        self.file = file
        self.recoded = recoded
        self._name = b""  # of a report, without its prefix
        self._other = b""  # the name of a report of the other version
        self.head: Head | None = None
        self._stream = stream
        self._buffer = bytearray()
        self._base = 0  # place of the buffer in the file
        self._line = 1  # line at the beginning of the buffer
        self._number = 0
        self._keeps = True  # whether what has been looked at is still needed
        self._last = b""  # the end of what was dropped, to see how the file ends

    def __iter__(self) -> Iterator[Fragment]:
        """Yield the reports."""
        at = 0
        while (mark := self._mark(at)) is not None:
            if mark["end"]:  # an end tag without its beginning: nothing to set aside
                at = mark.end()
                continue
            if self.head is None:
                self.head = self._read_head(bytes(self._buffer[: mark.start()]), mark[0])
                self._name = mark[0].lstrip(b"</").rpartition(b":")[2]
                self._other = next(iter(_REPORTS - {self._name}))
            self._drop(mark.start())
            yield self._report()
            at, self._keeps = 0, False
        if self.head is None:
            self._read_head(bytes(self._buffer), b"")
            self._refuse("E802", found="-")
        self._check_end()

    def _more(self) -> bool:
        """Read another piece; False at the end of the file."""
        try:
            data = self._stream.read(CHUNK)
        except UnicodeDecodeError as error:
            self._refuse("E805", found=error.encoding)
        except (OSError, EOFError, zlib.error) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self._refuse("E002", reason=reason)
        self._buffer += data or b""
        return bool(data)

    def _drop(self, place: int) -> bytes:
        """Take the beginning of the buffer off and return it."""
        data = bytes(memoryview(self._buffer)[:place])
        self._line += data.count(b"\n")
        self._last = (data if place >= _TAIL else self._last + data)[-_TAIL:]
        del self._buffer[:place]
        self._base += place
        return data

    def _mark(self, at: int) -> "re.Match[bytes] | None":
        """Return the next tag of a report outside comments, CDATA and instructions.

        What lies before it is dropped where it is not kept.
        """
        if (mark := self._plain_mark(at)) is not None:
            return mark
        while True:
            mark = _MARK.search(self._buffer, at)
            if mark is None or mark.end() == len(self._buffer):
                at = max(at, len(self._buffer) - _LONGEST_MARK) if mark is None else mark.start()
                at -= self._pass_over(at)
                if not self._more():
                    return None
            elif mark[0] == b"<!DOCTYPE":
                at = self._doctype(mark.start())
            elif (closer := _CLOSERS.get(mark[0])) is not None:
                end = self._find(closer, mark.end())
                if end < 0:
                    return None
                at = end + len(closer)
            else:
                return mark

    def _plain_mark(self, at: int) -> "re.Match[bytes] | None":
        """Return the next tag of a report where the buffer has it and nothing else before it.

        That is so in nearly every report, and some searches for words are faster than one for
        all that `_mark` looks for.
        """
        buffer, name = self._buffer, self._name
        found = buffer.find(name, at) if name else -1
        while found >= 0:
            end = found + len(name)
            # Only at its end it is the name: there are longer ones that begin like it.
            start = buffer.rfind(b"<", at, found) if buffer[end : end + 1] in _AFTER_NAME else -1
            mark = _TAG.match(buffer, start) if start >= 0 else None
            if mark is not None and mark.end() == end:
                return None if self._holds_others(at, start) else mark
            found = buffer.find(name, end)
        return None

    def _holds_others(self, at: int, end: int) -> bool:
        """Tell whether a stretch of the buffer holds anything else that `_mark` looks for."""
        find = self._buffer.find
        if self._other and find(self._other, at, end) >= 0:
            return True
        # One sign is found ten times as fast as two, and these are rare.
        return any(find(s[1:], at, end) >= 0 and find(s, at, end) >= 0 for s in (b"<!", b"<?"))

    def _pass_over(self, at: int) -> int:
        """Drop what has been looked at, when it is not needed; return how much."""
        if self.head is None and at > MAX_HEAD:
            self._read_head(bytes(self._buffer[:MAX_HEAD]), b"")
            self._refuse("E802", found="-")
        if self._keeps and at > MAX_REPORT:
            self._keeps = False  # the report is too large: only its end is looked for
        if self._keeps:
            return 0
        self._drop(at)
        return at

    def _find(self, sign: bytes, at: int) -> int:
        """Return where a sign stands in the buffer from a place on, -1 when the file has none."""
        while (found := self._buffer.find(sign, at)) < 0:
            at = max(at, len(self._buffer) - len(sign) + 1)
            if len(self._buffer) > 2 * MAX_REPORT or not self._more():
                return -1
        return found

    def _doctype(self, place: int) -> int:
        """Return the place behind a document type; one that declares anything is refused."""
        self._find(b">", place)
        match = DOCTYPE.match(self._buffer, place)
        if match is None:
            self._refuse("E804", line=self._line + self._buffer.count(b"\n", 0, place))
        return match.end()

    def _report(self) -> Fragment:
        """Return the report that begins at the beginning of the buffer."""
        assert self.head is not None  # noqa: S101 - read before the first report
        self._number += 1
        self._keeps = True
        start, line = self._base, self._line
        end, code = self._end_of_report()
        if not self._keeps:
            code = "E807"
        data = self._drop(end)
        fragment = Fragment(
            file=self.file,
            number=self._number,
            start=start,
            line=line,
            data=b"" if code == "E807" else data,
            head=self.head,
        )
        if code:
            return replace(fragment, fault=fragment.problem(code, limit_mb=MAX_REPORT >> 20))
        return fragment

    def _end_of_report(self) -> tuple[int, str]:
        """Return where the report ends in the buffer, and what is wrong with it if anything is."""
        close = self._find(b">", 0)
        if close < 0:
            return len(self._buffer), "E810"
        if self._buffer[close - 1 : close] == b"/":
            return close + 1, ""
        mark = self._mark(close)
        if mark is None:
            return len(self._buffer), "E810"  # the file ends inside it
        if not mark["end"]:
            return mark.start(), "E809"  # the next report begins inside it
        end = self._find(b">", mark.end())
        return (end + 1, "") if end >= 0 else (len(self._buffer), "E810")

    def _read_head(self, data: bytes, tag: bytes) -> Head:
        declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
        encoding = declared[1].decode("ascii").lower() if declared and not self.recoded else "utf-8"
        return parsed_head(data, tag, encoding, self.file)

    def _check_end(self) -> None:
        """Refuse a file that ends before its outermost element: reports may be missing."""
        assert self.head is not None  # noqa: S101 - there were reports
        name = self.head.root.rpartition("}")[2]
        end = self._last + bytes(self._buffer)
        if name and not re.search(
            rb"</(?:[\w.-]+:)?" + name.encode() + rb"\s*>\s*\Z", end[-_TAIL:]
        ):
            line = self._line + self._buffer.count(b"\n")
            self._refuse("E808", line=line, found=name)

    def _refuse(self, code: str, *, line: int | None = None, **params: object) -> NoReturn:
        raise InputError([Problem(code=code, file=self.file, line=line, params=params)])
