"""The PDF: the same bytes twice, tagged, and text shown as text.

That it holds the facts of the page is in ``test_word.py``, with those of the Word document.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, PdfObject

from causality.errors import UsageError
from causality.report import pdf
from causality.report.blocks import Section, Table
from causality.report.pdf import pdf_document
from causality.words import LANGUAGES, Language, Words
from tests.report.test_report import (
    CASES,
    EMPTY,
    HOSTILE,
    flat,
    large,
    view_of,
)

ALL = {**CASES, "hostile": HOSTILE, "large": large()}


@cache
def pdf_of(name: str, language: Language = "en") -> bytes:
    return pdf_document(view_of(ALL[name], language))


@cache
def pages_of(name: str, language: Language = "en") -> tuple[str, ...]:
    return tuple(page.extract_text() for page in PdfReader(BytesIO(pdf_of(name, language))).pages)


def squeezed(text: str) -> str:
    """Return a text without spaces and line ends, which a page sets as it needs."""
    return re.sub(r"[\s\u200b]+", "", text)


def shown(name: str, language: Language) -> str:
    """Return what stands on all pages, without their heads and feet."""
    view, words = view_of(ALL[name], language), Words(language)
    head = squeezed(view.title + view.case_id)
    found = ""
    for number, page in enumerate(pages_of(name, language)):
        foot = rf"{words('report.page')}\d+{words('report.of')}\d+"
        found += re.sub(foot, "", squeezed(page).replace(head, "", 1 if number else 0), count=1)
    return found


class Element(NamedTuple):
    """An element of the structure of a document: a heading, a cell, a drawing with its words."""

    kind: str
    words: str


def elements(node: object) -> Iterator[Element]:
    found = node.get_object() if isinstance(node, PdfObject) else None
    if isinstance(found, ArrayObject):
        for item in found:
            yield from elements(item)
    elif isinstance(found, DictionaryObject):
        if "/S" in found:
            yield Element(str(found["/S"]), str(found.get("/Alt", "")))
        if "/K" in found:
            yield from elements(found["/K"])


def structure(name: str, language: Language = "en") -> list[Element]:
    root = PdfReader(BytesIO(pdf_of(name, language))).root_object
    return list(elements(root["/StructTreeRoot"]))


@pytest.mark.parametrize("name", ALL)
def test_same_view_gives_the_same_bytes(name: str) -> None:
    assert pdf_document(view_of(ALL[name])) == pdf_of(name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_document_is_for_the_archive_and_for_screen_readers(language: Language) -> None:
    reader = PdfReader(BytesIO(pdf_of("reference", language)))
    about = reader.xmp_metadata
    assert about is not None
    written = about.stream.get_data().decode()
    assert re.search(r"pdfaid:part\W+2\b", written)
    assert re.search(r"pdfaid:conformance\W+A\b", written)
    assert re.search(r"pdfuaid:part\W+1\b", written)
    assert str(reader.root_object["/Lang"]) == language
    assert "jiaci-2024-lenalidomide" in (about.dc_title or {})["x-default"]
    assert about.xmp_create_date is not None
    assert about.xmp_create_date.year == 2000


def test_structure_names_headings_tables_and_drawings() -> None:
    found = structure("reference")
    kinds = Counter(element.kind for element in found)
    assert kinds["/Table"] > 10
    assert kinds["/TH"] > 50
    assert kinds["/H1"] > 5
    drawings = [element for element in found if element.kind == "/Figure"]
    assert len(drawings) == 6
    assert all(element.words for element in drawings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_which_and_of_how_many(language: Language) -> None:
    pages, words = pages_of("reference", language), Words(language)
    for number, page in enumerate(pages, 1):
        foot = f"{words('report.page')} {number} {words('report.of')} {len(pages)}"
        assert foot in flat(page)
        assert "jiaci-2024-lenalidomide" in page


def tables(sections: Iterable[Section]) -> Iterator[Table]:
    for section in sections:
        yield from (block for block in section.blocks if isinstance(block, Table))
        yield from tables(section.parts)


@pytest.mark.parametrize(("name", "language"), [("reference", "es"), ("large", "en")])
def test_no_row_is_cut_and_heads_are_repeated(name: str, language: Language) -> None:
    pages = [squeezed(page) for page in pages_of(name, language)]
    heads = 0
    for table in tables(view_of(ALL[name], language).sections):
        head = squeezed("".join(table.columns))
        heads += sum(head in page for page in pages) - 1
        for row in table.rows:
            cells = [
                squeezed(c.text + c.below + "".join(k.text for k in c.links)) for c in row.cells
            ]
            assert any("".join(cells) in page for page in pages), row
    assert heads > 1


def test_reference_case_is_much_shorter_than_its_printed_page() -> None:
    assert len(pages_of("reference", "es")) <= 16
    assert len(pages_of("empty")) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_of_a_case_is_shown_as_text(language: Language) -> None:
    text = "".join(pages_of("hostile", language))
    for part in ("<script>alert(1)</script>{{ 7*7 }}", "{{config}}", "=cmd|' /C calc'!A0"):
        assert squeezed(part) in squeezed(text)
    assert b"/JavaScript" not in pdf_of("hostile", language)
    assert "\u202e" not in text


MARKUP = """\
case_id: '#eval("1+1") *b* _i_ $x$ @ref <label> `raw` = H'
title: '#read("/etc/passwd") #import "@preview/x:0.1.0" // gone /* gone */ \\ [ ] ~ --- --'
drugs: [{id: d, name: '#panic("x") https://example.org', exposures: [{start: 2020-01-01}]}]
reactions: [{id: r, term: '"]) #set page(width: 1pt)', episodes: [{id: e, onset: 2020-01-03}]}]
"""


def test_text_of_a_case_is_no_markup_of_the_typesetter() -> None:
    reader = PdfReader(BytesIO(pdf_document(view_of(MARKUP))))
    text = squeezed("".join(page.extract_text() for page in reader.pages))
    assert squeezed('#eval("1+1") *b* _i_ $x$ @ref <label> `raw` = H') in text
    assert squeezed('#read("/etc/passwd") #import "@preview/x:0.1.0" // gone /* gone */') in text
    assert squeezed('#panic("x") https://example.org') in text
    assert squeezed('"]) #set page(width: 1pt)') in text
    assert reader.pages[0].mediabox.width > 500


def test_sign_that_no_font_has_is_marked() -> None:
    """PDF/A allows no empty box: such a sign is shown as one that cannot be."""
    view = view_of("case_id: 'X \ue000 \u05d3\u05d5\u05d0\u05e8 \u836f \U0001fffe'\n")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf_document(view))).pages)
    assert "\ue000" not in text
    assert "\ufffd" in text
    assert "\u05d3" in text


def test_very_long_word_stays_on_the_page() -> None:
    word = "a" * 600
    case = f"case_id: X\ndrugs: [{{id: d, name: {word}, exposures: [{{start: 2020-01-01}}]}}]\n"
    text = "".join(
        page.extract_text() for page in PdfReader(BytesIO(pdf_document(view_of(case)))).pages
    )
    assert word in squeezed(text)
    assert word not in text


def test_own_template_takes_the_place_of_a_part(tmp_path: Path) -> None:
    (tmp_path / "report.typ").write_text(
        "#let view = json(bytes(sys.inputs.report))\n"
        "#set document(title: [own], date: auto)\n= Own header\n#said(view.case_id)\n",
        "utf-8",
    )
    made = pdf_document(view_of(HOSTILE), tmp_path)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)
    assert "Own header" in text
    assert squeezed("<script>alert(1)</script>") in squeezed(text)


@pytest.mark.parametrize(
    "template", ["#nonsense()", "#let x = (", '#read("../../secret")', "#panic()", "= Untitled"]
)
def test_wrong_template_is_refused(tmp_path: Path, template: str) -> None:
    (tmp_path / "report.typ").write_text(template, "utf-8")
    with pytest.raises(UsageError) as raised:
        pdf_document(view_of(EMPTY), tmp_path)
    assert [problem.code for problem in raised.value.problems] == ["E552"]


def test_template_may_not_fetch_packages(tmp_path: Path) -> None:
    """What a report is made with is at hand: nothing is asked of the network."""
    (tmp_path / "report.typ").write_text('#import "@preview/cetz:0.4.2": canvas\n', "utf-8")
    with pytest.raises(UsageError) as raised:
        pdf_document(view_of(EMPTY), tmp_path)
    (problem,) = raised.value.problems
    assert (problem.code, problem.line) == ("E554", 1)
    assert problem.params["found"] == "@preview/cetz:0.4.2"


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda _: None)
    with pytest.raises(UsageError) as raised:
        pdf_document(view_of(EMPTY))
    assert [problem.code for problem in raised.value.problems] == ["E551"]
    for language in LANGUAGES:
        assert "vasculitis-causality[pdf]" in Words(language)("E551")
