"""Write assessments into a message of E2B(R3), beside what was there (G.k.9.i.2.r).

The message is not parsed and written again: its bytes are copied, and the new entries are put
between two of them. So everything else stays as it was, the reporter's characterisation of the
drugs (G.k.1) above all.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any, NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from causality.e2b.parsing import WRAPPER, Fragment
from causality.e2b.read import ReadReport, SetAside, read_reports
from causality.e2b.stream import Message, open_message
from causality.e2b.xml import OBSERVATIONS
from causality.errors import InputError, Kind, Problem, UsageError

LONGEST = 60
"""Signs that each of source, method and result may have (ICH E2B(R3), G.k.9.i.2.r)."""
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_CHUNK = 1 << 20
_HOLDER = "adverseEventAssessment"


class Entry(NamedTuple):
    """One assessment of a pair: the identifiers that the message has for them, and what to say.

    ``others`` is the same result in other languages: a message that holds one of them holds it.
    """

    drug: str
    reaction: str
    source: str
    method: str
    result: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: reports with new entries, entries, and what was set aside or left out."""

    reports: int
    entries: int
    problems: tuple[Problem, ...]


Assess = Callable[[ReadReport], Iterable[Entry]]


def write_back(message: Message, assess: Assess, out: IO[bytes]) -> Written:
    """Copy a message with the assessments of its reports put in.

    Parameters
    ----------
    assess
        Gives the entries for a report that counts.
    out
        Takes the bytes.

    Raises
    ------
    UsageError
        E838 for a message that is packed or not in an encoding whose bytes can be kept.
    InputError
        When the file cannot be read.
    """
    with open_message(message) as opened, open_message(message) as source:
        if opened.recoded:
            params = {"found": Kind("kind_of.recoded")}
            raise UsageError([Problem(code="E838", file=message.name, params=params)])
        copied = _Copy(source.stream, out)
        problems: list[Problem] = []
        reports = entries = 0
        for report in read_reports([message]):
            if isinstance(report, SetAside):
                problems += report.problems
                if not report.number:
                    raise InputError(report.problems)
                continue
            _refuse_other_form(report)
            found, left_out = _new_entries(report, assess(report))
            problems += left_out
            if not found:
                continue
            place = insertion(report.fragment)
            copied.up_to(report.fragment.start + place.offset)
            out.write(place.text(found))
            reports, entries = reports + 1, entries + len(found)
        copied.to_the_end()
    return Written(reports, entries, tuple(problems))


def _refuse_other_form(report: ReadReport) -> None:
    form = report.case.icsr.form if report.case.icsr else None
    if form != "E2B(R3)":
        params = {"found": form or Kind("kind_of.no_message")}
        raise UsageError([Problem(code="E838", file=report.file, params=params)])


def _new_entries(report: ReadReport, entries: Iterable[Entry]) -> tuple[list[Entry], list[Problem]]:
    """Return the entries that the message does not hold yet and that it can refer to."""
    source = report.case.icsr
    keys = {str(drug.id): drug.e2b_id for drug in report.case.drugs}
    keys.update({str(reaction.id): reaction.e2b_id for reaction in report.case.reactions})
    known = {
        Entry(
            keys.get(said.drug) or "",
            keys.get(said.reaction) or "",
            said.source or "",
            said.method or "",
            said.result or "",
        )
        for said in (source.assessments if source else ())
    }
    found: dict[Entry, None] = {}
    nameless: dict[str, None] = {}
    for entry in entries:
        cut = entry._replace(
            source=shortened(entry.source),
            method=shortened(entry.method),
            result=shortened(entry.result),
            others=(),
        )
        same = {cut._replace(result=shortened(text)) for text in (entry.result, *entry.others)}
        if cut.drug.startswith("#") or cut.reaction.startswith("#"):
            # The message has no identifier to refer to.
            nameless.update({key: None for key in cut[:2] if key.startswith("#")})
        elif same.isdisjoint(known):
            found.setdefault(cut)
    names = {f"#{drug.id}": drug.name for drug in report.case.drugs}
    names |= {f"#{reaction.id}": reaction.term for reaction in report.case.reactions}
    lacking = [names.get(key, key[1:]) for key in nameless]
    return list(found), [report.fragment.problem("E817", found=name) for name in lacking]


def shortened(text: str) -> str:
    """Return a text that fits an element of the assessment."""
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"


class _Copy:
    """Copies a stream piece by piece."""

    def __init__(self, stream: IO[bytes], out: IO[bytes]) -> None:
        self._stream, self._out = stream, out
        self._place = 0

    def up_to(self, place: int) -> None:
        """Copy the bytes before a place."""
        while self._place < place:
            data = self._stream.read(min(place - self._place, _CHUNK))
            if not data:
                return
            self._out.write(data)
            self._place += len(data)

    def to_the_end(self) -> None:
        """Copy the rest."""
        while data := self._stream.read(_CHUNK):
            self._out.write(data)


class Insertion(NamedTuple):
    """Where in a report new entries go, and how they are to look there."""

    offset: int  # bytes from the beginning of the report
    indent: str
    prefix: str  # of the elements around, with its colon
    xsi: str  # what the type of a value needs
    encoding: str

    def text(self, entries: Iterable[Entry]) -> bytes:
        """Return entries as bytes of the message."""
        lines = (f"{self.indent}{self._component(entry)}" for entry in entries)
        return "".join(lines).encode(self.encoding, "xmlcharrefreplace")

    def _component(self, entry: Entry) -> str:
        p = self.prefix
        text = "".join(self._parts(entry))
        return (
            f'<{p}component typeCode="COMP">'
            f'<{p}causalityAssessment classCode="OBS" moodCode="EVN">{text}'
            f"</{p}causalityAssessment></{p}component>"
        )

    def _parts(self, entry: Entry) -> Iterator[str]:
        p = self.prefix
        yield f'<{p}code code="39" codeSystem="{OBSERVATIONS}" displayName="causality"/>'
        yield f"<{p}value {self.xsi}>{escape(entry.result)}</{p}value>"
        method = f"<{p}originalText>{escape(entry.method)}</{p}originalText>"
        yield f"<{p}methodCode>{method}</{p}methodCode>"
        source = f"<{p}originalText>{escape(entry.source)}</{p}originalText>"
        yield (
            f'<{p}author typeCode="AUT"><{p}assignedEntity classCode="ASSIGNED">'
            f"<{p}code>{source}</{p}code></{p}assignedEntity></{p}author>"
        )
        yield (
            f'<{p}subject1 typeCode="SUBJ">'
            f'<{p}adverseEffectReference classCode="OBS" moodCode="EVN">'
            f"{self._id(entry.reaction)}</{p}adverseEffectReference></{p}subject1>"
        )
        yield (
            f'<{p}subject2 typeCode="SUBJ">'
            f'<{p}productUseReference classCode="SBADM" moodCode="EVN">'
            f"{self._id(entry.drug)}</{p}productUseReference></{p}subject2>"
        )

    def _id(self, key: str) -> str:
        root, sign, extension = key.partition("#")
        more = f" extension={quoteattr(extension)}" if sign else ""
        return f"<{self.prefix}id root={quoteattr(root)}{more}/>"


def insertion(fragment: Fragment) -> Insertion:
    """Return where new entries go: behind the last component of the assessment, or its subject.

    Raises
    ------
    InputError
        E816 when the report has no assessment part (it then has no reactions and drugs either).
    """
    finder = _Finder(fragment)
    if finder.end is None:
        raise InputError([fragment.problem("E816")])
    start = fragment.data.rfind(b"\n", 0, finder.start) + 1
    lead = fragment.data[start : finder.start]
    indent = lead.decode("ascii") if lead.strip() == b"" and start else ""
    newline = "\r\n" if fragment.data[start - 2 : start] == b"\r\n" else "\n"
    declared = any(prefix == "xsi" and uri == _XSI for prefix, uri in fragment.head.namespaces)
    xsi = 'xsi:type="ST"' if declared else f'xmlns:xsi="{_XSI}" xsi:type="ST"'
    lead_text = f"{newline}{indent}" if start else ""
    return Insertion(finder.end, lead_text, finder.prefix, xsi, fragment.head.encoding)


class _Finder:
    """Finds the byte behind the last component of the assessment in a report."""

    def __init__(self, fragment: Fragment) -> None:
        self.start = 0
        self.end: int | None = None
        self.prefix = ""
        self._path: list[str] = []
        self._starts: list[int] = []
        opening = fragment.head.opening
        self._offset = len(opening)
        self._data = fragment.data
        parser: Any = expat.ParserCreate(fragment.head.encoding)
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._finish
        self._parser = parser
        parser.Parse(opening + fragment.data + f"</{WRAPPER}>".encode(), True)

    def _begin(self, name: str, _: object) -> None:
        self._path.append(name)
        self._starts.append(self._parser.CurrentByteIndex - self._offset)

    def _finish(self, name: str) -> None:
        start = self._starts.pop()
        self._path.pop()
        parent = self._path[-1] if self._path else ""
        prefix, _, local = name.rpartition(":")
        if parent.rpartition(":")[2] != _HOLDER or local not in ("component", "subject1"):
            return
        close = self._data.find(b">", self._parser.CurrentByteIndex - self._offset)
        self.start, self.end = start, close + 1
        self.prefix = f"{prefix}:" if prefix else ""
