"""The report as its reader has it: no sentence twice, no sign in the place of a word, one count."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from causality.cli.example import example_names, example_text
from causality.report.blocks import Block, Figure, Line, Listing, Paragraph, Section, Table
from causality.report.view import CaseView
from causality.words import LANGUAGES, Language, Words
from tests.report.test_report import CASES, large, texts, view_of

EVERY = {**{name: example_text(name) for name in example_names()}, **CASES, "large": large()}
REFERENCE = CASES["reference"]
SIGNS = {
    "a question mark in the place of a number": r"(?<![\w!?])\? (?:days|días)|(?:ratio|dosis) \?",
    "a bound in the place of a number of days": r"[≥≤] [−-]\d+ (?:days|días)",
    "a plural of one": r"(?<![\d–.,…-])1 (?:days|días|doses|dosis|semividas|pairs|pares)\b",
    "two full stops": r"(?<!\.)\.\.(?!\.)|\.\)\.|[!?]\.",
    "a gap": r"\w  +\w| [,;.:](?:\s|$)",
    "a missing word": r"\((?:;|,|\s)*\)|«»|: ;|(?<![.] )\bNone \b(?!reported)",
}


def blocks(sections: tuple[Section, ...]) -> Iterator[Block]:
    for section in sections:
        yield from section.blocks
        yield from blocks(section.parts)


def section(view: CaseView, name: str) -> Section:
    return next(s for s in view.sections if s.id == name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_no_sign_stands_for_a_word(name: str, language: Language) -> None:
    shown = [text for text in texts(view_of(EVERY[name], language)) if text not in EVERY[name]]
    found = [
        (fault, text) for text in shown for fault, sign in SIGNS.items() if re.search(sign, text)
    ]
    assert found == []


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?]) (?=[A-ZÁÉÍÓÚ¿])", text) if len(part) > 30]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_said_twice_in_one_place(name: str, language: Language) -> None:
    view = view_of(EVERY[name], language)
    for block in blocks(view.sections):
        if isinstance(block, Listing):
            assert len(block.lines) == len(set(block.lines))
            for line in block.lines:
                said = Counter([*sentences(line.text), *line.below])
                assert [text for text, count in said.items() if count > 1] == []
        elif isinstance(block, Paragraph):
            said = Counter(sentences(block.text))
            assert [text for text, count in said.items() if count > 1] == []
        elif isinstance(block, Figure):
            assert not block.description.startswith(block.title)


@pytest.mark.parametrize("name", ["antituberculosis-rechallenge", "lenalidomide"])
def test_rival_is_named_once_with_the_alternative(name: str) -> None:
    listing = next(b for b in section(view_of(EVERY[name]), "narrative").parts[1].blocks)
    assert isinstance(listing, Listing)
    (line,) = (line for line in listing.lines if line.label == "Alternative cause")
    if name == "antituberculosis-rechallenge":
        assert "explains it about as well: pyrazinamide" in line.text
    assert "counts as" not in line.text


def test_conclusion_stands_on_the_first_screen_and_in_the_narrative_only() -> None:
    view = view_of(REFERENCE)
    ranked = [b for b in blocks(section(view, "ranking").parts) if isinstance(b, Paragraph)]
    assert all("Main reason" not in paragraph.text for paragraph in ranked)
    told = [b for b in section(view, "narrative").parts[2].blocks if isinstance(b, Paragraph)]
    assert any("Main reason" in paragraph.text for paragraph in told)


def test_drug_that_nobody_suspects_is_not_among_the_strongest_of_the_lowest_category() -> None:
    (_, itching) = view_of(REFERENCE).answers
    assert "dexamethasone, lenalidomide (SEFV-H −1 Unlikely)" in itching.answer
    assert "bortezomib" not in itching.answer


CONCOMITANT = """
case_id: stronger
drugs:
  - {id: len, name: lenalidomide, exposures: [{start: 2022-03, stop: 2022-04-20}]}
  - {id: cip, name: ciprofloxacin, role: concomitant,
     exposures: [{start: 2022-04-02, stop: 2022-04-17}]}
reactions:
  - {id: p, term: palpable purpura, episodes: [{onset: 2022-04-14, recovered: 2022-05-20}]}
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_drug_that_is_asked_about_is_answered_before_a_stronger_one_that_nobody_suspects(
    language: Language,
) -> None:
    view = view_of(CONCOMITANT, language)
    (found,) = view.answers
    assert "lenalidomide" in found.question
    first, second = (
        found.answer.index("lenalidomide: SEFV-H"),
        found.answer.index("ciprofloxacin ("),
    )
    assert first < second
    by_label = {line.label: line.text.partition(":")[0] for line in found.lines}
    words = Words(language)
    assert by_label[words("report.main_reason")] == "ciprofloxacin"
    assert by_label[words("report.could_be")] == "lenalidomide"
    assert found.link


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Did any of these drugs (lenalidomide, dexamethasone) cause leukocytoclastic"),
        ("es", "¿Causó alguno de estos fármacos (lenalidomide, dexamethasone) la reacción «leuko"),
    ],
)
def test_question_names_drugs_before_the_reaction(language: Language, question: str) -> None:
    assert view_of(REFERENCE, language).answers[0].question.startswith(question)


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "the date of day 1 is not reported"), ("es", "no consta la fecha del día 1")],
)
def test_anchor_without_a_date_is_said_in_a_sentence(language: Language, told: str) -> None:
    view = view_of(EVERY["warfarin-late"], language)
    (listing,) = (b for b in section(view, "timeline").blocks if isinstance(b, Listing))
    assert listing.lines == (Line(told, label="D0"),)


def test_publication_is_named_once() -> None:
    view = view_of(EVERY["antituberculosis-rechallenge"])
    (line,) = (line for line in view.made_with if line.label == "Published as")
    assert line.text == "Kim 2010, Allergy Asthma Immunol Res 2(1):55-58"


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_says_that_words_of_others_are_not_translated(language: Language) -> None:
    words = Words(language)
    line = Line(words("report.as_written_told"), label=words("report.as_written"))
    assert line in view_of(REFERENCE, language).made_with


@pytest.mark.parametrize(
    ("name", "missing", "of"),
    [("warfarin-late", 16, 17), ("antituberculosis-rechallenge", 15, 16)],
)
def test_work_up_is_counted_in_one_way(name: str, missing: int, of: int) -> None:
    """By the fact and below the checklist: what is desirable or not needed counts in neither."""
    view = view_of(EVERY[name])
    found = section(view, "workup").blocks
    (table,) = (block for block in found if isinstance(block, Table))
    (note,) = (block for block in found if isinstance(block, Paragraph))
    assert note.text.startswith(f"On file: {of - missing} of {of} that the minimum asks for")
    states = Counter(row.cells[1].text for row in table.rows)
    words = Words("en")
    desirable = sum(words("workup.wanted") in row.cells[0].below for row in table.rows)
    assert len(table.rows) - desirable - states[words("workup.not_needed")] == of
    told = [text for text in texts(view) if "the minimum work-up is incomplete" in text]
    assert all(f"{missing} of {of} members" in text for text in told)
    assert told or name != "warfarin-late"


def test_quotation_marks_are_those_of_the_language() -> None:
    for case in EVERY.values():
        assert not [text for text in texts(view_of(case, "en")) if re.search("[«»]", text)]
    assert any("«desde entonces" in text for text in texts(view_of(REFERENCE, "es")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_conventions_read_alike(language: Language) -> None:
    title = Words(language)("report.conventions_touch")
    for block in blocks(section(view_of(REFERENCE, language), "suspects").parts):
        if isinstance(block, Listing) and block.title == title:
            assert all(line.text[0].isupper() for line in block.lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_re_exposure_without_a_day_is_told_beside_the_figure(language: Language) -> None:
    """Of Kim 2010 the figure has the first course only; the two positive re-exposures decide."""
    view = view_of(EVERY["antituberculosis-rechallenge"], language)
    found = section(view, "timeline").blocks
    (note,) = (block for block in found if isinstance(block, Paragraph))
    assert note.label == Words(language)("report.not_in_figure")
    assert note.text == (
        "rifampicin: D+ e1, R+ e2; pyrazinamide: D+ e1, R+ e3; isoniazid: D+ e1, R? lcv;"
        " ethambutol: D+ e1, R? lcv."
    )
    drawn = {s.text for block in found if isinstance(block, Figure) for s in block.shapes}
    assert not {"R+ e2", "R+ e3"} & drawn


def test_every_mark_stands_in_a_figure_or_beside_it() -> None:
    view = view_of(REFERENCE)
    found = section(view, "timeline").blocks
    drawn = {s.text for block in found if isinstance(block, Figure) for s in block.shapes}
    assert {"D+ e1", "R+ e2", "DR+ itch", "R? itching", "R? lcv"} <= drawn
    (note,) = (block for block in found if isinstance(block, Paragraph))
    assert note.text == "dexamethasone: R? lcv."


def test_single_dose_has_one_arrow() -> None:
    view = view_of(EVERY["filgrastim-in-myeloma"])
    shapes = [
        s for b in section(view, "timeline").blocks if isinstance(b, Figure) for s in b.shapes
    ]
    arrows = [s.text for s in shapes if s.kind == "text" and "→" in s.text]
    assert [text for text in arrows if text.startswith("filgrastim")] == [
        "filgrastim → e1: 0–3 days from the first dose"
    ]


def test_answer_that_a_rival_gives_rests_on_no_disease() -> None:
    """For dexamethasone lenalidomide is the more likely cause; the myeloma is named for it only."""
    suspects = {part.title: part for part in section(view_of(REFERENCE), "suspects").parts}
    linked = {}
    for drug in ("lenalidomide", "dexamethasone"):
        (table,) = (
            block
            for block in suspects[f"{drug} – leukocytoclastic vasculitis"].blocks
            if isinstance(block, Table)
        )
        (row,) = (row for row in table.rows if "Alternative" in row.cells[0].text)
        linked[drug] = [link.text for link in row.cells[4].links]
    assert any("myeloma" in text for text in linked["lenalidomide"])
    assert linked["dexamethasone"] == []


@pytest.mark.parametrize("name", ["reference", "nothing"])
def test_the_score_over_time_holds_no_option_of_the_command_line(name: str) -> None:
    undated = """
case_id: undated
drugs: [{id: x, name: zzz, role: suspect}]
reactions: [{id: p, term: leukocytoclastic vasculitis, episodes: [{id: e1}]}]
"""
    view = view_of({"reference": REFERENCE, "nothing": undated}[name])
    tables = [b for b in blocks((section(view, "history"),)) if isinstance(b, Table)]
    cells = [cell for table in tables for line in table.rows for cell in line.cells]
    assert cells
    assert not [c for c in cells if "as-of" in c.below or c.text in {"end", "@e1.onset"}]


def test_empty_cells_of_the_score_over_time_are_explained() -> None:
    history = [*blocks((section(view_of(REFERENCE), "history"),))]
    assert any(isinstance(b, Paragraph) and b.text.startswith("An empty cell") for b in history)


CODES = r"\b(?:sefv-h|who-umc|french-\d+|prior_knowledge|event_confirmed)\b|\[onset\.|\bonset = "


def test_what_is_read_in_a_report_holds_no_code_of_a_method_or_a_fact() -> None:
    view = view_of(REFERENCE, "es")
    parts = tuple(s for s in view.sections if s.id not in {"method", "records", "sources"})
    shown = [text for text in texts(replace(view, sections=parts)) if re.search(CODES, text)]
    assert shown == []
