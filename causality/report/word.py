"""A view as a Word document: real headings and tables, and the same bytes for the same view."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from causality.errors import Problem, UsageError
from causality.report.blocks import Figure, Section
from causality.report.html import figure_drawer, template_environment, wrong_template
from causality.report.paper import ACROSS, short, tall, widths
from causality.report.pictures import FONT, pictures
from causality.report.signs import settable
from causality.report.view import CaseView
from causality.report.word_styles import dress

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # the same view gives the same bytes
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a file in an archive
_TWIPS = 1440 / 25.4  # per millimetre
_EMU = 36_000  # per millimetre
_TALLEST = 235.0  # mm: of a figure, which stands on one page
_RIGHT_TO_LEFT = re.compile(
    r"((?:[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]+\s*)+)"
)


def check_installed() -> None:
    """Raise where a library that a Word document needs is not installed.

    Raises
    ------
    UsageError
        E555.
    """
    if any(find_spec(name) is None for name in ("docx", "typst")):
        raise UsageError([Problem(code="E555")])


def word_document(view: CaseView, templates: Path | None = None) -> bytes:
    """Return the Word document (.docx, ECMA-376) of a view.

    Parameters
    ----------
    templates
        A folder whose templates take the place of those of the package.

    Raises
    ------
    UsageError
        E555 when the libraries are not installed, E541 and E556 when a user's template is wrong.
    """
    check_installed()
    from docx import Document

    document = Document()
    _about(document, view)
    dress(document, view)
    body = _body(document, view, templates)
    ours = document.element.body
    last = ours[-1]  # the page: its size, margins, head and foot
    for element in body:
        last.addprevious(element)
    return _same_bytes(document)


def _about(document: "WordDocument", view: CaseView) -> None:
    """Say what the document is: nothing of the machine or the hour it was made at."""
    about = document.core_properties
    about.title = _one_line(f"{view.title}: {view.case_id}")[:255]
    about.author = about.last_modified_by = about.comments = about.keywords = ""
    about.subject = ""
    about.language = view.language
    about.created = about.modified = _MADE.replace(tzinfo=None)
    about.revision = 1
    package = document.part.package
    ways = package.rels if package else {}
    for key, way in list(ways.items()):
        if way.reltype.endswith("/thumbnail"):
            del ways[key]  # of the library's template: another page than this one


def _same_bytes(document: "WordDocument") -> bytes:
    """Return the archive of a document with no time of its own."""
    written, again = BytesIO(), BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as found, zipfile.ZipFile(again, "w") as archive:
        for name in found.namelist():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, found.read(name))
    return again.getvalue()


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place that links lead to."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture of a document: the id of its part, its size in EMU."""

    number: int
    part: str
    width: int
    height: int


@dataclass(slots=True)
class _Tools:
    """What the templates ask for: names of places, numbers of lists, pictures."""

    document: "WordDocument"
    drawn: dict[str, _Picture] = field(default_factory=dict)
    marks: dict[str, _Mark] = field(default_factory=dict)

    def mark(self, name: str) -> _Mark:
        """Return the bookmark of an id; Word allows only letters, digits and 40 signs."""
        number = len(self.marks) + 1
        return self.marks.setdefault(name, _Mark(number, f"p{number}"))

    def ordered(self) -> int:
        """Return the number of a new list that counts from 1."""
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        numbering = self.document.part.numbering_part.element
        style = self.document.styles["List Number"].element
        base = int(style.xpath("./w:pPr/w:numPr/w:numId/@w:val")[0])
        kind = numbering.xpath(f"./w:num[@w:numId='{base}']/w:abstractNumId/@w:val")[0]
        number = max(int(n) for n in numbering.xpath("./w:num/@w:numId")) + 1
        numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{kind}"/>'
                '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
            )
        )
        return number

    def picture(self, figure: Figure) -> _Picture:
        """Return the picture of a figure."""
        return self.drawn[figure.name]


def _body(document: "WordDocument", view: CaseView, templates: Path | None) -> list[Any]:
    """Return the elements of the body as the templates place them."""
    from docx.oxml import parse_xml
    from jinja2 import TemplateError
    from lxml.etree import XMLSyntaxError

    tools = _Tools(document, _drawn(document, view, templates))
    environment = template_environment(templates)
    environment.filters |= {"run": _run, "one_line": _one_line}
    environment.globals |= {
        "mark": tools.mark,
        "ordered": tools.ordered,
        "picture": tools.picture,
        "widths": widths,
        "short": short,
        "tall": tall,
        "twips": _twips,
    }
    try:
        text = environment.get_template("report.docx.j2").render(view=view)
        return list(parse_xml(text)[0])
    except (XMLSyntaxError, IndexError) as error:
        if templates is None:
            raise
        params = {"reason": str(error)}
        raise UsageError([Problem(code="E556", file=str(templates), params=params)]) from error
    except (TemplateError, UnicodeDecodeError, TypeError, ValueError) as error:
        if templates is None:
            raise
        raise wrong_template(templates, error) from error


def _drawn(document: "WordDocument", view: CaseView, templates: Path | None) -> dict[str, _Picture]:
    """Return the pictures of the figures of a view, each as large as a page allows."""
    figures = list(_figures(view.sections))
    found = {}
    made = pictures(figures, figure_drawer(FONT, templates))
    for number, (figure, data) in enumerate(zip(figures, made, strict=True), 1):
        part, _ = document.part.get_or_add_image(BytesIO(data))
        width = ACROSS * min(1.0, _TALLEST / (ACROSS * figure.height / figure.width))
        height = width * figure.height / figure.width
        found[figure.name] = _Picture(number, part, round(width * _EMU), round(height * _EMU))
    return found


def _figures(sections: tuple[Section, ...]) -> Iterator[Figure]:
    for section in sections:
        yield from (block for block in section.blocks if isinstance(block, Figure))
        yield from _figures(section.parts)


def _twips(millimetres: float) -> int:
    return round(millimetres * _TWIPS)


def _one_line(text: str) -> str:
    """Return a text as an attribute may hold it."""
    return re.sub(r"\s+", " ", settable(text))


def _run(text: str, style: str = "", bold: bool = False) -> Any:
    """Return a text as runs: its lines, and what is written from right to left apart."""
    from markupsafe import Markup  # noqa: PLC0415 - only a report needs it

    look = f'<w:rStyle w:val="{style}"/>' if style else ""
    look += "<w:b/><w:bCs/>" if bold else ""
    runs = (
        f"<w:r><w:rPr>{look}{'<w:rtl/>' if turned else ''}</w:rPr>{_lines(part)}</w:r>"
        for turned, part in _directions(settable(text))
    )
    return Markup("".join(runs))  # noqa: S704 - nothing is left in it that could act


def _directions(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the parts of a text, and whether each is written from right to left."""
    for number, part in enumerate(_RIGHT_TO_LEFT.split(text)):
        if part:
            yield bool(number % 2), part


def _lines(text: str) -> str:
    line = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(text, quote=False).split("\n"))
    return f'<w:t xml:space="preserve">{line}</w:t>'
