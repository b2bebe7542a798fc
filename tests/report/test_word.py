"""The Word document: the facts of the page, real headings and tables, the same bytes twice."""

import re
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from causality.errors import UsageError
from causality.report import word
from causality.report.word import word_document
from causality.words import LANGUAGES, Language, Words
from tests.report.test_pdf import MARKUP, shown, squeezed, structure, tables
from tests.report.test_report import (
    CASES,
    EMPTY,
    HOSTILE,
    flat,
    large,
    page_of,
    read,
    texts,
    texts_of_page,
    view_of,
)

ALL = {**CASES, "hostile": HOSTILE, "large": large(), "markup": MARKUP}


@cache
def bytes_of(name: str, language: Language = "en") -> bytes:
    return word_document(view_of(ALL[name], language))


def document_of(name: str, language: Language = "en") -> Any:
    return Document(BytesIO(bytes_of(name, language)))


def told(element: Any) -> str:
    """Return the text of an element, its line ends, and what its pictures show in words."""
    found = ""
    for node in element.iter(qn("w:t"), qn("w:br"), qn("w:tab"), qn("w:p"), qn("wp:docPr")):
        if node.tag == qn("w:t"):
            found += node.text or ""
        elif node.tag == qn("wp:docPr"):
            found += f" {node.get('descr')} "
        else:
            found += " "
    return found


def body(name: str, language: Language = "en") -> str:
    return flat(told(document_of(name, language).element.body))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_page_pdf_and_word_hold_the_same_facts(name: str, language: Language) -> None:
    view = view_of(ALL[name], language)
    facts = {t for t in texts(view) if t.strip()} - (texts_of_page(view) - {view.case_id})
    assert len(facts) > 40
    page = flat(" ".join(read(page_of(ALL[name], language)).shown))
    paper = shown(name, language)
    paper += squeezed(" ".join(element.words for element in structure(name, language)))
    written = body(name, language)
    assert [fact for fact in facts if flat(fact).strip() not in page] == []
    assert [fact for fact in facts if squeezed(fact) not in paper] == []
    assert [fact for fact in facts if flat(fact).strip() not in written] == []


@pytest.mark.parametrize("name", ALL)
def test_same_view_gives_the_same_bytes(name: str) -> None:
    assert word_document(view_of(ALL[name])) == bytes_of(name)
    with zipfile.ZipFile(BytesIO(bytes_of(name))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_document_says_what_it_is_and_nothing_of_the_machine(language: Language) -> None:
    document = document_of("reference", language)
    about = document.core_properties
    assert about.title == f"{Words(language)('report.title')}: jiaci-2024-lenalidomide"
    assert about.language == language
    assert (about.author, about.last_modified_by, about.comments, about.keywords) == ("",) * 4
    assert about.created == about.modified
    assert about.created.year == 2000
    spoken = {node.get(qn("w:val")) for node in document.styles.element.iter(qn("w:lang"))}
    assert spoken == {{"es": "es-ES", "en": "en-GB"}[language]}


def headings(name: str, language: Language) -> list[tuple[str, str]]:
    return [
        (p.style.name, p.text)
        for p in document_of(name, language).paragraphs
        if p.style.name.startswith("Heading")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sections_are_headings(language: Language) -> None:
    view = view_of(ALL["reference"], language)
    found = headings("reference", language)
    first = [text for style, text in found if style == "Heading 1"]
    assert first == [*(section.title for section in view.sections), view.labels.signature]
    inner = [part.title for section in view.sections for part in section.parts if not part.empty]
    assert [text for style, text in found if style == "Heading 2"] == inner


@pytest.mark.parametrize(("name", "language"), [("reference", "es"), ("large", "en")])
def test_heads_of_tables_are_repeated_and_no_row_is_cut(name: str, language: Language) -> None:
    view = view_of(ALL[name], language)
    wanted = [*([view.matrix] if view.matrix else []), *tables(view.sections)]
    found = document_of(name, language).tables
    assert len(found) == len(wanted)
    for made, table in zip(found, wanted, strict=True):
        rows = list(made._tbl.iter(qn("w:tr")))
        assert len(rows) == len(table.rows) + 1
        assert [row.find(f".//{qn('w:tblHeader')}") is not None for row in rows] == [
            True,
            *[False] * len(table.rows),
        ]
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in rows)
        assert squeezed(told(rows[0])) == squeezed("".join(table.columns))
        widths = [int(c.get(qn("w:w"))) for c in made._tbl.iter(qn("w:gridCol"))]
        assert sum(widths) <= 10_330  # twips: the width of the text, 182 mm


def test_row_too_long_for_a_page_may_break() -> None:
    note = "long words of a note " * 200
    case = (
        f"case_id: X\ndrugs: [{{id: d, name: d, exposures: [{{start: 2020, note: '{note}'}}]}}]\n"
    )
    document = Document(BytesIO(word_document(view_of(case))))
    row = next(r for t in document.tables for r in t._tbl.iter(qn("w:tr")) if "a note" in told(r))
    assert row.find(f".//{qn('w:cantSplit')}") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_which_case_and_which_page(language: Language) -> None:
    section, words = document_of("reference", language).sections[0], Words(language)
    assert told(section.header._element).endswith("jiaci-2024-lenalidomide")
    foot = flat(told(section.footer._element)).strip()
    assert foot == f"{words('report.page')} 1 {words('report.of')} 1"
    fields = [f.get(qn("w:instr")) for f in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize("name", ["reference", "year", "large"])
def test_figures_are_pictures_with_a_text_alternative_that_fit_on_a_page(name: str) -> None:
    document = document_of(name)
    drawn = list(document.element.body.iter(qn("wp:inline")))
    assert drawn
    for inline in drawn:
        size = inline.find(qn("wp:extent"))
        assert int(size.get("cx")) <= 182 * 36_000
        assert int(size.get("cy")) <= 235 * 36_000
        assert len(inline.find(qn("wp:docPr")).get("descr")) > 40
        part = inline.find(f".//{qn('a:blip')}").get(qn("r:embed"))
        assert document.part.related_parts[part].blob.startswith(b"\x89PNG")


def test_every_line_of_the_signature_is_drawn() -> None:
    document = document_of("reference")
    signed = [p for p in document.paragraphs if p.style.name == "Signature"]
    assert [p.text for p in signed] == list(view_of(ALL["reference"]).labels.signed)
    borders = document.styles["Signature"].element.find(f".//{qn('w:pBdr')}")
    assert [border.tag for border in borders] == [qn("w:bottom"), qn("w:between")]


def links(document: Any) -> Iterator[str]:
    for node in document.element.body.iter(qn("w:hyperlink")):
        yield node.get(qn("w:anchor"))


@pytest.mark.parametrize("name", ALL)
def test_links_lead_somewhere_and_nothing_leads_outside(name: str) -> None:
    document = document_of(name)
    marks = [m.get(qn("w:name")) for m in document.element.body.iter(qn("w:bookmarkStart"))]
    assert len(marks) == len(set(marks))
    assert set(links(document)) <= set(marks)
    with zipfile.ZipFile(BytesIO(bytes_of(name))) as archive:
        relations = b"".join(archive.read(n) for n in archive.namelist() if n.endswith(".rels"))
    assert b"External" not in relations
    assert not {"word/vbaProject.bin", "docProps/thumbnail.jpeg"} & set(archive.namelist())


def test_lists_count_from_one() -> None:
    document = document_of("reference")
    used = [n.get(qn("w:val")) for n in document.element.body.iter(qn("w:numId"))]
    numbering = document.part.numbering_part.element
    assert len(set(used)) > 1
    for number in set(used):
        (entry,) = numbering.xpath(f"./w:num[@w:numId='{number}']")
        assert entry.find(f".//{qn('w:startOverride')}").get(qn("w:val")) == "1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_of_a_case_is_shown_as_text(language: Language) -> None:
    document, text = document_of("hostile", language), body("hostile", language)
    for part in (
        "<script>alert(1)</script>{{ 7*7 }}",
        "=cmd|' /C calc'!A0 {% raw %}",
        "</title>{% for %}lcv `x` | *y* <a href='javascript:z()'>",
        "{{ config }}",
        "-->]]></svg>",
    ):
        assert part in text
    fields = [f.get(qn("w:instr")) for f in document.element.iter(qn("w:fldSimple"))]
    assert fields == []
    assert list(document.element.iter(qn("w:instrText"))) == []
    assert not {"\u202e", "\x07"} & set(text)
    turned = {told(r) for r in document.element.body.iter(qn("w:r")) if r.xpath("./w:rPr/w:rtl")}
    assert "الدواء" in turned
    assert not any(re.search("[a-z]", part) for part in turned)


def test_sign_that_xml_may_not_hold_is_marked() -> None:
    view = view_of("case_id: 'X \ue000 \U0001fffe \U0001ffff'\ntitle: \"a\\u0000b\\uFFFEc\"\n")
    text = told(Document(BytesIO(word_document(view))).element.body)
    assert "a\ufffdb\ufffdc" in text
    assert "\ue000" not in text


def test_own_template_takes_the_place_of_a_part(tmp_path: Path) -> None:
    (tmp_path / "report.docx.j2").write_text(
        '{% import "blocks.docx.j2" as place %}\n'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:body>{{ place.para("Title", ("Own header: " ~ view.case_id) | run) }}</w:body>'
        "</w:document>",
        "utf-8",
    )
    made = Document(BytesIO(word_document(view_of(HOSTILE), tmp_path)))
    assert [p.text for p in made.paragraphs] == [
        "Own header: <script>alert(1)</script>{{ 7*7 }}",
    ]


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("{{ view.nonsense }}", "E541"),
        ("{% for %}", "E541"),
        ("{{ ''.__class__.__base__.__subclasses__() }}", "E541"),
        ("<w:document>", "E556"),
        ("plain text", "E556"),
        ("<document/>", "E556"),
    ],
)
def test_wrong_or_unsafe_template_is_refused(tmp_path: Path, template: str, code: str) -> None:
    (tmp_path / "report.docx.j2").write_text(template, "utf-8")
    with pytest.raises(UsageError) as raised:
        word_document(view_of(EMPTY), tmp_path)
    assert [problem.code for problem in raised.value.problems] == [code]


@pytest.mark.parametrize("missing", ["docx", "typst"])
def test_without_the_libraries_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setattr(word, "find_spec", lambda n: None if n == missing else find_spec(n))
    with pytest.raises(UsageError) as raised:
        word_document(view_of(EMPTY))
    assert [problem.code for problem in raised.value.problems] == ["E555"]
    for language in LANGUAGES:
        assert "vasculitis-causality[docx]" in Words(language)("E555")
