"""The looks of a Word document: its styles, its page, its head and foot."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from causality.report.history import shortened
from causality.report.signs import settable
from causality.report.view import CaseView

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_FONT = "Calibri"
_INK, _SOFT = "1B1F24", "4D5661"
_REGIONS = {"es": "es-ES", "en": "en-GB"}  # Word knows languages by their countries
_RUNNING = 70
_SIDE, _TOP, _FOOT = 14.0, 18.0, 16.0  # mm
_PAGE = (210.0, 297.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """How a style looks: sizes in points, spaces before and after in points."""

    name: str
    size: float
    bold: bool = False
    color: str = _INK
    before: float = 0
    after: float = 0
    kind: str = "paragraph"


_LOOKS = (
    _Look(name="Normal", size=9.5, after=4),
    _Look(name="Title", size=18, bold=True, after=8),
    _Look(name="Heading 1", size=14, bold=True, before=16, after=5),
    _Look(name="Heading 2", size=11.5, bold=True, before=11, after=4),
    _Look(name="Heading 3", size=10, bold=True, before=9, after=3),
    _Look(name="Caption", size=9.5, bold=True, before=8, after=3),
    _Look(name="List Bullet", size=9.5, after=2),
    _Look(name="List Number", size=9.5, after=3),
    _Look(name="Header", size=8, color=_SOFT),
    _Look(name="Footer", size=8, color=_SOFT),
    _Look(name="Kicker", size=10, bold=True, color=_SOFT),
    _Look(name="Question", size=10, bold=True, color=_SOFT, before=10, after=2),
    _Look(name="Answer", size=12, bold=True, after=4),
    _Look(name="Pairs", size=9.5, after=2),
    _Look(name="List Title", size=9.5, bold=True, before=7, after=2),
    _Look(name="Note", size=8.5, color=_SOFT, before=2, after=4),
    _Look(name="Figure", size=9.5, before=6, after=2),
    _Look(name="Table Text", size=8),
    _Look(name="After Table", size=4),
    _Look(name="Signature", size=9.5, color=_SOFT, before=20),
    _Look(name="Remark", size=8, color=_SOFT, kind="character"),
)
_BORDERS = {"Title": "", "Heading 1": "C9CED6", "Signature": _INK}  # the colour of the line below


def dress(document: "WordDocument", view: CaseView) -> None:
    """Give a document its styles, language, page, head and foot."""
    for look in _LOOKS:
        _style(document, look)
    _indent(document)
    _language(document, _REGIONS.get(view.language, view.language))
    _page(document)
    _head_and_foot(document, view)


def _style(document: "WordDocument", look: _Look) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    styles = document.styles
    if look.name in styles:
        style: Any = styles[look.name]
    else:
        style = styles.add_style(look.name, WD_STYLE_TYPE[look.kind.upper()])
    style.font.size, style.font.bold, style.font.italic = Pt(look.size), look.bold, None
    style.font.color.rgb = RGBColor.from_string(look.color)
    _letters(style)
    if look.kind == "character":
        return
    if look.name != "Normal":
        style.base_style = styles["Normal"]
    shape = style.paragraph_format
    shape.space_before, shape.space_after = Pt(look.before), Pt(look.after)
    shape.line_spacing = 1.0
    if look.name in _BORDERS:
        _line_below(style, _BORDERS[look.name])


def _letters(style: Any) -> None:
    """Set the font for every writing, in the place of that of the theme."""
    from docx.oxml.ns import qn

    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), _FONT)
    spacing = style.element.rPr.find(qn("w:spacing"))
    if spacing is not None:
        style.element.rPr.remove(spacing)


def _line_below(style: Any, color: str) -> None:
    """Draw a line below the paragraphs of a style, or none."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    about = style.element.get_or_add_pPr()
    known = about.find(qn("w:pBdr"))
    if known is not None:
        about.remove(known)
    if color:
        look = f'w:val="single" w:sz="4" w:space="2" w:color="{color}"'
        # Word draws one line below paragraphs in a row, unless there is one between them too.
        lines = f"<w:bottom {look}/><w:between {look}/>"
        border = parse_xml(f"<w:pBdr {nsdecls('w')}>{lines}</w:pBdr>")
        about.insert_element_before(
            border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:outlineLvl"
        )


def _indent(document: "WordDocument") -> None:
    """Set labels of lines in a column of their own, and leave room for signatures."""
    from docx.shared import Mm

    pairs: Any = document.styles["Pairs"]
    pairs.paragraph_format.left_indent = Mm(56)
    pairs.paragraph_format.first_line_indent = Mm(-56)
    pairs.paragraph_format.tab_stops.add_tab_stop(Mm(56))
    signature: Any = document.styles["Signature"]
    signature.paragraph_format.left_indent = Mm(0)
    signature.paragraph_format.right_indent = Mm(70)
    for name in ("Heading 1", "Heading 2", "Heading 3", "Caption", "Question", "List Title"):
        style: Any = document.styles[name]
        style.paragraph_format.keep_with_next = True


def _language(document: "WordDocument", language: str) -> None:
    """Say in which language the document is written."""
    from docx.oxml.ns import qn

    for found in document.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), language)
    settings = document.settings.element
    for found in settings.iter(qn("w:themeFontLang")):
        found.set(qn("w:val"), language)
    for found in settings.iter(qn("w:compatSetting")):
        if found.get(qn("w:name")) == "compatibilityMode":
            found.set(qn("w:val"), "15")  # Word 2013 and later, without "compatibility mode"


def _page(document: "WordDocument") -> None:
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in _PAGE)
    section.left_margin = section.right_margin = Mm(_SIDE)
    section.top_margin, section.bottom_margin = Mm(_TOP), Mm(_FOOT)
    section.header_distance = section.footer_distance = Mm(8)


def _head_and_foot(document: "WordDocument", view: CaseView) -> None:
    """Write the case at the head of every page, and at its foot which page of how many."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm

    section, labels = document.sections[0], view.labels
    for name in ("Header", "Footer"):
        style: Any = document.styles[name]
        stops = style.paragraph_format.tab_stops
        stops.clear_all()
        stops.add_tab_stop(Mm(_PAGE[0] - 2 * _SIDE), WD_TAB_ALIGNMENT.RIGHT)
    case = shortened(settable(view.case_id).replace("\n", " "), _RUNNING)
    section.header.paragraphs[0].add_run(f"{view.title}\t{case}")
    foot = section.footer.paragraphs[0]
    foot.add_run(f"\t{labels.page} ")
    _number(foot, "PAGE")
    foot.add_run(f" {labels.of} ")
    _number(foot, "NUMPAGES")


def _number(paragraph: Any, name: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    paragraph._p.append(
        parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr="{name}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        )
    )
