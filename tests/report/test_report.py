"""The report: the same bytes twice, every fact of the view on the page, text shown as text."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from causality.assessment.assess import CaseAssessment, assess_case, make_method
from causality.assessment.result import as_json
from causality.case.reader import parse_case
from causality.cli.example import example_names, example_text
from causality.errors import UsageError
from causality.knowledge.load import load_knowledge
from causality.report.blocks import Figure, Row, Shape
from causality.report.embedded import embedded_data
from causality.report.html import html_page
from causality.report.markdown import markdown_page
from causality.report.view import CaseView, case_view
from causality.scoring.load import default_algorithms
from causality.words import LANGUAGES, Language, Words

EMPTY = "case_id: EMPTY\n"
YEAR_ONLY = """\
case_id: YEAR
drugs: [{id: a, name: hydralazine, exposures: [{start: 2019, dose: 50 mg}]}]
reactions: [{id: r, term: ANCA vasculitis, episodes: [{id: e1, onset: 2019}]}]
"""
HOSTILE = r"""
case_id: "<script>alert(1)</script>{{ 7*7 }}"
title: "=cmd|' /C calc'!A0 {% raw %} \u202Eevil \u0627\u0644\u062f\u0648\u0627\u0621"
drugs:
  - id: '"><img'
    name: "<b>amox</b>\u0007{{ config }}"
    exposures: [{start: 2020-03-01, stop: 2020-03-09, dose: 500 mg, note: "</script><script>x()"}]
reactions:
  - id: r
    term: "</title>{% for %}lcv `x` | *y* <a href='javascript:z()'>"
    episodes: [{id: "e'1", onset: 2020-03-08, recovered: 2020-03-20, note: "-->]]></svg>"}]
"""
WORD_OF_TEMPLATES = re.compile(r">\s*([^<{}\s][^<{}]*?)\s*<")


@cache
def assessed(text: str, as_of: str | None = None) -> CaseAssessment:
    method = make_method(default_algorithms(), load_knowledge(None), {})
    return assess_case(parse_case(text, "case.yaml"), method, as_of=as_of)


def view_of(text: str, language: Language = "en", as_of: str | None = None) -> CaseView:
    return case_view(assessed(text, as_of), Words(language))


def page_of(text: str, language: Language = "en", as_of: str | None = None) -> str:
    data = embedded_data(assessed(text, as_of), {"case_id": "X"}, {})
    return html_page(view_of(text, language, as_of), data)


@cache
def large() -> str:
    """Return a case of 40 drugs and 200 episodes."""
    lines = ["case_id: LARGE", "drugs:"]
    for number in range(40):
        role = "suspect" if number < 4 else "concomitant"
        start = date(2019, 1, 1) + timedelta(days=13 * number)
        stop = start + timedelta(days=10 + number)
        lines.append(f"  - {{id: d{number}, name: drug number {number}, role: {role}, exposures: [")
        lines.append(f"      {{start: {start}, stop: {stop}, dose: {5 + number} mg}},")
        again = stop + timedelta(days=40)
        lines.append(f"      {{start: {again}, stop: {again + timedelta(days=9)}, dose: 5 mg}}]}}")
    lines.append("reactions:")
    for number, term in enumerate(("leukocytoclastic vasculitis", "urticaria")):
        lines.append(f"  - id: r{number}\n    term: {term}\n    episodes:")
        for episode in range(100):
            onset = date(2019, 1, 10) + timedelta(days=9 * episode)
            end = onset + timedelta(days=4)
            lines.append(f"      - {{id: e{number}x{episode}, onset: {onset}, recovered: {end}}}")
    return "\n".join(lines) + "\n"


class Reader(HTMLParser):
    """Collects what a page shows, its ids and links, and the elements that could act."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.data = ""
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._inside = tag
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.data += data
        elif self._inside != "style":
            self.shown.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def texts(value: object) -> Iterator[str]:
    """Yield every text that a view holds and a page must show."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif is_dataclass(value):
        hidden = {"kind", "id", "css", "target", "style", "language", "d", "name", "link", "empty"}
        if isinstance(value, Figure | Shape | Row):
            hidden |= {"shapes"} if isinstance(value, Figure) else set()
        for field in fields(value):
            if field.name not in hidden:
                yield from texts(getattr(value, field.name))


CASES = {"reference": example_text("lenalidomide"), "empty": EMPTY, "year": YEAR_ONLY}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_same_case_gives_the_same_bytes(name: str, language: Language) -> None:
    text = CASES[name]
    first = page_of(text, language)
    assessed.cache_clear()
    assert page_of(text, language) == first


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", example_names())
def test_page_shows_every_fact_of_the_view(name: str, language: Language) -> None:
    view = view_of(example_text(name), language)
    shown = flat(" ".join(read(page_of(example_text(name), language)).shown))
    wanted = [flat(text) for text in texts(view) if text.strip()]
    assert len(wanted) > 200
    assert [text for text in wanted if text.strip() not in shown] == []


@pytest.mark.parametrize("name", [*CASES, "large", "hostile"])
def test_every_tip_of_a_figure_stands_with_its_lane(name: str) -> None:
    """What a mouse can read by resting on a mark, a keyboard can read by choosing the lane."""
    view = view_of({**CASES, "large": large(), "hostile": HOSTILE}[name])
    for section in view.sections:
        for figure in (block for block in section.blocks if isinstance(block, Figure)):
            if figure.css != "timeline":
                continue
            told = "\n".join(texts(figure.details))
            tips = {shape.tip for shape in figure.shapes if shape.tip}
            assert tips
            assert [tip for tip in tips if tip not in told] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_holds_every_fact_of_the_view(language: Language) -> None:
    view = view_of(CASES["reference"], language)
    shown = flat(re.sub(r"\\(.)", r"\1", markdown_page(view)).replace("<br>", " "))
    missing = [
        text
        for text in texts(view)
        if flat(text).strip()
        and flat(text).strip() not in shown
        and text not in texts_of_page(view)
    ]
    assert missing == []


def texts_of_page(view: CaseView) -> set[str]:
    """Return the words that only a page has: contents, legend, details of lanes, what it embeds."""
    labels = view.labels
    figures = [
        block for section in view.sections for block in section.blocks if isinstance(block, Figure)
    ]
    legends = {line.text for figure in figures for line in figure.legend}
    legends |= {text for figure in figures for text in texts(figure.details)}
    return {
        labels.contents,
        labels.skip,
        labels.legend,
        labels.as_table,
        labels.details,
        labels.embedded,
        labels.answer,
        labels.page,
        labels.of,
        view.case_id,
    } | legends


def test_report_gives_the_totals_of_the_reference_case() -> None:
    view = view_of(CASES["reference"])
    first = view.answers[0]
    assert "lenalidomide" in first.answer
    assert "+7 Probable" in first.answer
    told = {line.label: line.text for line in first.lines}
    assert told["With the missing facts it could be"] == "+5 … +10 (Possible … Definite)"
    assert "myeloma" in told["Main doubt"]
    early = view_of(CASES["reference"], as_of="@e1.recovered")
    assert "+3 Conditional" in early.answers[0].answer


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["reference", "empty", "year", "hostile", "large"])
def test_links_lead_somewhere_and_ids_are_single(name: str, language: Language) -> None:
    text = {**CASES, "hostile": HOSTILE, "large": large()}[name]
    page = read(page_of(text, language))
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert all(link.startswith("#") for link in page.links)


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_of_a_case_is_shown_as_text(language: Language) -> None:
    page = page_of(HOSTILE, language)
    reader = read(page)
    shown = " ".join(reader.shown)
    assert reader.tags.count("script") == 1
    assert not {"img", "iframe", "link", "object", "form", "base"} & set(reader.tags)
    assert not {name for name in reader.attributes if name.startswith("on")} - {"onset"}
    assert "<script>alert(1)</script>{{ 7*7 }}" in shown
    assert "{{ config }}" in shown
    assert "{% raw %}" in shown
    assert "الدواء" in shown
    assert "\u202e" not in shown
    assert "\x07" not in page
    markdown = markdown_page(view_of(HOSTILE, language))
    assert "<script" not in markdown.replace("\\<script", "")
    assert "\u202e" not in markdown


def test_page_asks_for_nothing_from_outside() -> None:
    page = page_of(CASES["reference"])
    reader = read(page)
    assert "src" not in reader.attributes
    assert "default-src 'none'" in unescape(page)
    style = page[page.index("<style>") : page.index("</style>")]
    assert "@import" not in style
    assert not re.search(r"url\((?!#)", style)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_says_its_language(language: Language) -> None:
    assert f'<html lang="{language}">' in page_of(EMPTY, language)


def test_embedded_data_are_the_result() -> None:
    text = CASES["reference"]
    found = json.loads(read(page_of(text)).data)
    assert found["result"] == json.loads(json.dumps(as_json(assessed(text))))


def test_sizes_stay_small() -> None:
    assert len(page_of(CASES["reference"]).encode()) < 500_000
    assert len(page_of(large()).encode()) < 3_000_000


def test_templates_hold_no_words() -> None:
    """Every word of a report comes from the catalogues, so that none stays in one language."""
    folder = Path(__file__).resolve().parents[2] / "reports"
    for path in sorted(folder.glob("*.j2")):
        source = re.sub(
            r"{[%{].*?[%}]}|<style>.*?</style>", "", path.read_text("utf-8"), flags=re.S
        )
        words = [word for word in WORD_OF_TEMPLATES.findall(source) if re.search(r"\w{2}", word)]
        assert words == [], path.name


def test_spanish_report_has_no_english_label() -> None:
    """No label of the English report of the same case is left in the Spanish one."""
    view = {language: view_of(CASES["reference"], language) for language in LANGUAGES}
    labels = {
        language: {line.label for line in (*v.head, *v.made_with)}
        | {section.title for section in v.sections}
        | {part.title for section in v.sections for part in section.parts if part.id == "narrative"}
        | {getattr(v.labels, field.name) for field in fields(v.labels) if field.name != "signed"}
        for language, v in view.items()
    }
    assert labels["en"] & labels["es"] == set()


def test_dates_and_numbers_follow_the_language() -> None:
    english, spanish = (page_of(CASES["reference"], language) for language in ("en", "es"))
    assert "between October 2018 and November 2019" in english
    assert "entre octubre de 2018 y noviembre de 2019" in spanish
    assert "2.5 mg" in english
    assert "2,5 mg" in spanish
    assert "dose ratio 0.1" in english
    assert "respecto a la que la causó: 0,1" in spanish


def test_own_template_takes_the_place_of_a_part(tmp_path: Path) -> None:
    (tmp_path / "report.html.j2").write_text("<p>{{ view.case_id }}: own header</p>", "utf-8")
    assert html_page(view_of(HOSTILE), {}, tmp_path) == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}: own header</p>"
    )


@pytest.mark.parametrize(
    "template",
    [
        "{{ view.nonsense }}",
        "{% for %}",
        "{{ view.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{% include 'nowhere.j2' %}",
    ],
)
def test_wrong_or_unsafe_template_is_refused(tmp_path: Path, template: str) -> None:
    (tmp_path / "report.html.j2").write_text(template, "utf-8")
    with pytest.raises(UsageError) as raised:
        html_page(view_of(EMPTY), {}, tmp_path)
    assert [problem.code for problem in raised.value.problems] == ["E541"]


def test_future_is_not_on_an_earlier_report() -> None:
    """What happened after the moment of the assessment is nowhere in the view."""
    view = view_of(CASES["reference"], as_of="@e1.recovered")
    told = " ".join(texts(view))
    assert "D1 day" not in told
    assert "itching" not in " ".join(
        text for section in view.sections if section.id == "records" for text in texts(section)
    )


def test_what_was_done_later_is_not_on_an_earlier_report() -> None:
    """At the first sign nothing was stopped, treated or over, and influenza was years away."""
    view = view_of(CASES["reference"], as_of="@e1.onset")
    sections = {section.id: section for section in view.sections}
    told = " ".join(text for name in ("narrative", "records") for text in texts(sections[name]))
    for later in ("withdrawn", "recovered", "corticosteroid", "influenza", "ortezomib", "biopsy"):
        assert later not in told
    assert "Outcome not reported" in told
    figure = " ".join(texts(sections["timeline"]))
    assert "recovered" not in figure
    stopped = view_of(CASES["reference"], as_of="D0 day 4")
    assert "Lenalidomide: withdrawn" in " ".join(texts(stopped.sections))


def test_recovery_with_a_date_is_an_outcome() -> None:
    """A day of recovery says how the episode ended, though no outcome is named."""
    told = " ".join(texts(view_of(HOSTILE)))
    assert "Outcome: recovered, 20 March 2020" in told
    assert "Outcome not reported" not in told


def test_narrative_of_many_episodes_tells_those_that_matter() -> None:
    view = view_of(large())
    (facts,) = (
        part for section in view.sections for part in section.parts if part.id == "narrative-facts"
    )
    told = [text for block in facts.blocks for text in texts(block)]
    assert "no answer rests on them" in " ".join(told)
    assert len(told) < 100
    rests_on = {pair.evidence.index.id for pair in assessed(large()).pairs}
    for episode in rests_on:
        assert any(f"episode {episode}." in text or f"episode {episode} " in text for text in told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_french_codes_stand_with_what_they_mean(language: Language) -> None:
    view = view_of(CASES["reference"], language)
    said = set(texts(view))
    meaning = {"en": "C3 · Likely", "es": "C3 · Verosímil"}
    assert any(text.startswith(meaning[language]) for text in said)
    assert view.matrix is not None
    french = view.matrix.columns.index({"en": "French 1985", "es": "Francés 1985"}[language])
    codes = view.matrix.rows[0].cells[french].below.split("\n")[-1]
    assert codes == "R+ C3 L0 S1 B1-B2"
    naranjo = view.matrix.columns.index("Naranjo")
    assert "\n" not in view.matrix.rows[0].cells[naranjo].below
